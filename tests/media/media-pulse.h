/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A PulseAudio server of our own without hardware: a loudspeaker named "speaker1" that
 * plays to nobody, and a microphone "mic1" that hears it. The environment of this
 * process points to it from then on, so it is started before GStreamer. */

typedef struct _MediaPulse MediaPulse;

/* NULL: it is not installed. */
MediaPulse *media_pulse_start (void);
void media_pulse_stop (MediaPulse *self);
/* Is killed; and comes back at the same place, with what it had at first. */
void media_pulse_crash (MediaPulse *self);
void media_pulse_recover (MediaPulse *self);

/* Another microphone is plugged in; the number that unplugs it. */
char *media_pulse_plug (MediaPulse *self, const char *name);
/* A speaker; and a microphone that hears what is played on it. */
char *media_pulse_plug_speaker (MediaPulse *self, const char *name);
char *media_pulse_plug_behind (MediaPulse *self, const char *name, const char *speaker);
/* How many streams play on speakers. */
guint media_pulse_count_streams (MediaPulse *self);
void media_pulse_unplug (MediaPulse *self, const char *number);
