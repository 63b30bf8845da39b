/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A PipeWire of our own without hardware, which speaks PulseAudio, too: a loudspeaker
 * "speaker1", a microphone "mic1" that hears it, and cameras that are plugged in and out.
 * The environment of this process points to it from then on, so it is started before
 * GStreamer. */

typedef struct _MediaPipewire MediaPipewire;

/* NULL: it is not installed. */
MediaPipewire *media_pipewire_start (void);
void media_pipewire_stop (MediaPipewire *self);

/* A camera whose pictures carry the marks of phone-probe.h, by this source. */
typedef struct _MediaCamera MediaCamera;

MediaCamera *media_camera_plug (const char *name, guint16 source);
void media_camera_unplug (MediaCamera *self);
