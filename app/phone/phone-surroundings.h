/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSurroundings: what a running phone notices of the machine that it runs on. Private
 * to phone/. Main context only.
 *
 *   ::network-changed   another network, or none; or the machine slept: what was connected
 *                       may be dead
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_SURROUNDINGS (phone_surroundings_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSurroundings, phone_surroundings, PHONE, SURROUNDINGS, GObject)

PhoneSurroundings *phone_surroundings_new (void);

G_END_DECLS
