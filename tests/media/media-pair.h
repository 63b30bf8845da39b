/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-session.h"

/* Two sessions in one process, joined by handing each other's SDP over, on loopback. What
 * is waited for is a condition; the seconds are only the end of patience. */

typedef gboolean (*MediaCondition) (gpointer data);

/* g_test_run(), and media comes to its end before the program does. */
int media_run_tests (void);

/* FALSE: it did not come true in time. */
gboolean media_wait (MediaCondition condition, gpointer data, guint seconds);
gboolean media_wait_state (PhoneMediaSession *session,
                           PhoneMediaState state,
                           guint seconds);
/* Sound of this frequency for so long, counted from now. */
gboolean media_wait_tone (PhoneMediaSession *session,
                          guint hz,
                          guint64 more_ms,
                          guint seconds);
/* So many more pictures whose number could be read. */
gboolean media_wait_frames (PhoneMediaSession *session, guint64 more, guint seconds);
/* The main context runs for so long: for what must not happen. */
void media_run (guint milliseconds);
/** Until no thread of media works for anybody. */
gboolean media_wait_idle (guint seconds);

/* The callback of whoever asks, and what it kept in @data, a GAsyncResult *; owned by the
 * caller. It asserts that it comes. */
void media_keep_result (GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *media_await (GAsyncResult **result);

/* Test sources, no sinks, loopback. */
PhoneMediaConfig *media_config (guint tone_hz);
PhoneMediaSession *media_session (const PhoneMediaConfig *config);

/* Each asserts that it succeeded. */
char *media_offer (PhoneMediaSession *session, gboolean with_video);
char *media_answer (PhoneMediaSession *session, gboolean with_video);
char *media_change (PhoneMediaSession *session, const PhoneMediaWish *wish);

/* The answer to a later offer, or NULL. */
char *media_reoffer (PhoneMediaSession *session,
                     const char *sdp,
                     gboolean with_video,
                     GError **error);
/* The whole of a later exchange; with_video is what the other end's user says. */
void media_renegotiate (PhoneMediaSession *offerer,
                        const PhoneMediaWish *wish,
                        PhoneMediaSession *answerer,
                        gboolean with_video);

/* Offer, answer, and CONNECTED at both ends. */
void media_connect (PhoneMediaSession *caller,
                    PhoneMediaSession *callee,
                    gboolean with_video);

/* What the process holds on to. */
typedef struct {
  guint fds;
  guint threads;
} MediaUse;

MediaUse media_take_use (void);
/* No more than before. Pipelines stop on threads of their own, in their own time, and
 * pools may keep a few. */
gboolean media_wait_use (const MediaUse *before, guint seconds);

/* Closes, drops, and asserts that it was the last reference. */
void media_end (PhoneMediaSession *session);

/* For g_subprocess_launcher_set_child_setup(): a server does not outlive a test that was
 * aborted. */
void media_die_with_parent (gpointer unused);

/* Every occurrence; owned by the caller. */
char *media_replace (const char *text, const char *old, const char *new);
/* The last pair of digits of every a=fingerprint made another. */
char *media_wrong_fingerprint (const char *sdp);

/* With all that is in it. */
void media_remove_folder (GFile *folder);
