/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneRinger: what is heard of calls beside the calls themselves. Main context only.
 *
 * It watches the calls of the service: an incoming one rings on the ring device, with its
 * own volume and the tone of its account; while the user talks it is a gentle call-waiting
 * tone on the speaker. One that rings at the far end is a ringback tone, until sound of
 * that end was really decoded. How a call ended is heard as a busy, a congestion or an end
 * tone. A call that is :silenced is not heard. A device is open only while
 * something is played on it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_RINGER (phone_ringer_get_type ())
G_DECLARE_FINAL_TYPE (PhoneRinger, phone_ringer, PHONE, RINGER, GObject)

/** Values for PhoneService:ring-tone, the first one being the usual one; ends with a NULL.
 * Static. */
const char *const *phone_ringer_get_tone_names (void);

/** A key is heard here, not by the far end. Nothing where it is none of
 * "0123456789*#ABCD". */
void phone_ringer_play_digit (PhoneRinger *self, char digit);

/** Rings once as it would with this tone, NULL: the service's :ring-tone, and the service's
 * :ring-volume. */
void phone_ringer_try (PhoneRinger *self, const char *tone);
/** Plays a few notes on the speaker, to hear whether it is the right one. */
void phone_ringer_try_speaker (PhoneRinger *self);

G_END_DECLS
