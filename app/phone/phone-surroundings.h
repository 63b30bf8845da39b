/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSurroundings: what a running phone notices of the machine that it runs on, and what
 * it asks of it. Private to phone/. Main context only.
 *
 *   ::network-changed   another network, or none; or the machine slept: what was connected
 *                       may be dead
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_SURROUNDINGS (phone_surroundings_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSurroundings, phone_surroundings, PHONE, SURROUNDINGS, GObject)

/** @calls: of PhoneCall. Nothing is noticed or asked before it is wished for. */
PhoneSurroundings *phone_surroundings_new (GListModel *calls);

/** From now on ::network-changed is told. */
void phone_surroundings_watch_network (PhoneSurroundings *self);

/** Whether media players are paused while somebody dials or talks. */
void phone_surroundings_set_pause_music (PhoneSurroundings *self, gboolean pause_music);
gboolean phone_surroundings_get_pause_music (PhoneSurroundings *self);

G_END_DECLS
