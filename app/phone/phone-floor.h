/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Who has the floor: at most one call speaks, and the others are on hold. Private to
 * phone/; the service has one where its options ask for it (:one-speaks).
 *
 * A call takes the floor when the user dials it, answers it, or takes it back from hold
 * (PhoneCall::takes-floor): those that stand are held then. One that comes to stand without
 * the floor, since it was dialled before another, is held as soon as it stands. Nothing is
 * taken back from hold but by the user: that opens a microphone. Main context only.
 */
#pragma once

#include "phone-call.h"

G_BEGIN_DECLS

#define PHONE_TYPE_FLOOR (phone_floor_get_type ())
G_DECLARE_FINAL_TYPE (PhoneFloor, phone_floor, PHONE, FLOOR, GObject)

/** @calls: of PhoneCall; borrowed, and outlives it. */
PhoneFloor *phone_floor_new (GListModel *calls);

/** Holds every other call that stands, but for the one whose place @call takes (RFC
 * 3891). */
void phone_floor_hold_others (GListModel *calls, PhoneCall *call);

G_END_DECLS
