/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneMusicPause: pauses the media players of this session, and lets those go on that it
 * paused (MPRIS 2.2, org.mpris.MediaPlayer2.Player, over the session bus).
 *
 * A player that was not playing, or that somebody started or stopped meanwhile, is left
 * alone. Inside a sandbox no player is seen, and nothing happens. Main context only.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_MUSIC_PAUSE (phone_music_pause_get_type ())
G_DECLARE_FINAL_TYPE (PhoneMusicPause, phone_music_pause, PHONE, MUSIC_PAUSE, GObject)

/** @session_bus: NULL: found by itself, when it is needed first. */
PhoneMusicPause *phone_music_pause_new (GDBusConnection *session_bus);

void phone_music_pause_set_paused (PhoneMusicPause *self, gboolean is_paused);

G_END_DECLS
