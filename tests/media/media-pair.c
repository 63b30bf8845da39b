/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

static gboolean
on_patience_end (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
on_beat (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

int
media_run_tests (void)
{
  int status = g_test_run ();

  phone_media_finish ();
  return status;
}

gboolean
media_wait (MediaCondition condition, gpointer data, guint seconds)
{
  gboolean over = FALSE;
  guint patience = g_timeout_add_seconds (seconds, on_patience_end, &over);
  guint beat = g_timeout_add (20, on_beat, NULL);
  gboolean met = FALSE;

  while (!(met = condition (data)) && !over)
    g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (patience);
  g_source_remove (beat);
  return met;
}

static gboolean
is_idle (gpointer unused)
{
  return !phone_media_is_at_work ();
}

gboolean
media_wait_idle (guint seconds)
{
  return media_wait (is_idle, NULL, seconds);
}

static gboolean
never (gpointer data)
{
  return g_get_monotonic_time () >= *(gint64 *)data;
}

void
media_run (guint milliseconds)
{
  gint64 end_us = g_get_monotonic_time () + (gint64)milliseconds * 1000;

  media_wait (never, &end_us, milliseconds / 1000 + 1);
}

typedef struct {
  PhoneMediaSession *session;
  PhoneMediaState state;
  guint hz;
  guint64 goal;
} Wish;

static gboolean
has_state (gpointer data)
{
  Wish *wish = data;

  return phone_media_session_get_state (wish->session) == wish->state;
}

gboolean
media_wait_state (PhoneMediaSession *session, PhoneMediaState state, guint seconds)
{
  Wish wish = {.session = session, .state = state};

  return media_wait (has_state, &wish, seconds);
}

static gboolean
has_tone (gpointer data)
{
  Wish *wish = data;

  return phone_probe_get_tone_ms (phone_media_session_get_probe (wish->session),
                                  wish->hz) >= wish->goal;
}

gboolean
media_wait_tone (PhoneMediaSession *session, guint hz, guint64 more_ms, guint seconds)
{
  PhoneProbe *probe = phone_media_session_get_probe (session);
  Wish wish = {.session = session,
               .hz = hz,
               .goal = phone_probe_get_tone_ms (probe, hz) + more_ms};

  return media_wait (has_tone, &wish, seconds);
}

static gboolean
has_frames (gpointer data)
{
  Wish *wish = data;
  PhoneProbe *probe = phone_media_session_get_probe (wish->session);

  return phone_probe_get_report (probe).recognised >= wish->goal;
}

gboolean
media_wait_frames (PhoneMediaSession *session, guint64 more, guint seconds)
{
  PhoneProbe *probe = phone_media_session_get_probe (session);
  Wish wish = {.session = session,
               .goal = phone_probe_get_report (probe).recognised + more};

  return media_wait (has_frames, &wish, seconds);
}

PhoneMediaConfig *
media_config (guint tone_hz)
{
  PhoneMediaConfig *config = phone_media_config_new ();

  config->audio_source = PHONE_MEDIA_SOURCE_TEST;
  config->video_source = PHONE_MEDIA_SOURCE_TEST;
  config->audio_sink = PHONE_MEDIA_SINK_NONE;
  config->local_address = g_strdup ("127.0.0.1");
  config->tone_hz = tone_hz;
  config->video_width = 320;
  config->video_height = 240;
  config->video_fps = 15;
  return config;
}

PhoneMediaSession *
media_session (const PhoneMediaConfig *config)
{
  g_autoptr (GError) error = NULL;
  PhoneMediaSession *session = phone_media_session_new (config, &error);

  g_assert_no_error (error);
  return session;
}

void
media_keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **)data != NULL;
}

GAsyncResult *
media_await (GAsyncResult **result)
{
  g_assert_true (media_wait (has_result, result, 10));
  return *result;
}

char *
media_offer (PhoneMediaSession *session, gboolean with_video)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *sdp = NULL;

  phone_media_session_offer_async (session, with_video, NULL, media_keep_result, &result);
  sdp = phone_media_session_offer_finish (session, media_await (&result), &error);
  g_assert_no_error (error);
  return sdp;
}

char *
media_answer (PhoneMediaSession *session, gboolean with_video)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *sdp = NULL;

  phone_media_session_answer_async (session, with_video, NULL, media_keep_result,
                                    &result);
  sdp = phone_media_session_answer_finish (session, media_await (&result), &error);
  g_assert_no_error (error);
  return sdp;
}

char *
media_change (PhoneMediaSession *session, const PhoneMediaWish *wish)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *sdp = NULL;

  phone_media_session_change_async (session, wish, NULL, media_keep_result, &result);
  sdp = phone_media_session_change_finish (session, media_await (&result), &error);
  g_assert_no_error (error);
  return sdp;
}

char *
media_reoffer (PhoneMediaSession *session,
               const char *sdp,
               gboolean with_video,
               GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_media_session_reoffer_async (session, sdp, with_video, NULL, media_keep_result,
                                     &result);
  return phone_media_session_reoffer_finish (session, media_await (&result), error);
}

void
media_renegotiate (PhoneMediaSession *offerer,
                   const PhoneMediaWish *wish,
                   PhoneMediaSession *answerer,
                   gboolean with_video)
{
  g_autofree char *offer = media_change (offerer, wish);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  g_test_message ("OFFER\n%s", offer);
  answer = media_reoffer (answerer, offer, with_video, &error);
  g_assert_no_error (error);
  g_test_message ("ANSWER\n%s", answer);
  phone_media_session_set_change_answer (offerer, answer, &error);
  g_assert_no_error (error);
}

void
media_connect (PhoneMediaSession *caller, PhoneMediaSession *callee, gboolean with_video)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = media_offer (caller, with_video);
  g_autofree char *answer = NULL;

  phone_media_session_set_offer (callee, offer, &error);
  g_assert_no_error (error);
  answer = media_answer (callee, with_video);
  phone_media_session_set_answer (caller, answer, &error);
  g_assert_no_error (error);
  g_test_message ("OFFER\n%s\nANSWER\n%s", offer, answer);
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_CONNECTED, 10));
  g_assert_true (media_wait_state (callee, PHONE_MEDIA_STATE_CONNECTED, 10));
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;
  return n;
}

MediaUse
media_take_use (void)
{
  return (MediaUse){.fds = count_entries ("/proc/self/fd"),
                    .threads = count_entries ("/proc/self/task")};
}

static gboolean
is_back (gpointer data)
{
  const MediaUse *before = data;
  MediaUse now = media_take_use ();

  return now.fds <= before->fds + 2 && now.threads <= before->threads + 4;
}

gboolean
media_wait_use (const MediaUse *before, guint seconds)
{
  MediaUse goal = *before;
  gboolean met = media_wait (is_back, &goal, seconds);
  MediaUse now = media_take_use ();

  g_test_message ("descriptors %u -> %u, threads %u -> %u", before->fds, now.fds,
                  before->threads, now.threads);
  return met;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *)data == NULL;
}

void
media_end (PhoneMediaSession *session)
{
  gpointer weak = session;

  g_object_add_weak_pointer (G_OBJECT (session), &weak);
  phone_media_session_close (session);
  g_assert_cmpint (phone_media_session_get_state (session), ==, PHONE_MEDIA_STATE_CLOSED);
  g_object_unref (session);
  g_assert_true (media_wait (is_gone, &weak, 5));
}

char *
media_replace (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  return g_strjoinv (new, parts);
}

char *
media_wrong_fingerprint (const char *sdp)
{
  char *copy = g_strdup (sdp);

  for (char *at = strstr (copy, "a=fingerprint:"); at;
       at = strstr (at, "a=fingerprint:")) {
    at += strcspn (at, "\r\n");
    at[-1] = at[-1] == '0' ? '1' : '0';
  }
  return copy;
}

void
media_die_with_parent (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

void
media_remove_folder (GFile *folder)
{
  g_autoptr (GFileEnumerator) children =
      g_file_enumerate_children (folder, "standard::name,standard::type",
                                 G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child = NULL;
  GFileInfo *info = NULL;

  while (children && g_file_enumerator_iterate (children, &info, &child, NULL, NULL) &&
         child) {
    if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
      media_remove_folder (child);
    else
      g_file_delete (child, NULL, NULL);
  }
  g_file_delete (folder, NULL, NULL);
}
