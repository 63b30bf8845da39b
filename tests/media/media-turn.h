/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A TURN server of our own (coturn) on a free port of loopback, for the time of a test. */

#define MEDIA_TURN_USER "alice"
#define MEDIA_TURN_PASSWORD "wonder:land/50%"

typedef struct _MediaTurn MediaTurn;

/* Answers when it listens; NULL: it is not installed. */
MediaTurn *media_turn_start (void);
void media_turn_stop (MediaTurn *self);
guint16 media_turn_get_port (MediaTurn *self);
