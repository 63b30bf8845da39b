/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <string.h>
#include <sys/resource.h>

/* Calls beside calls: what fails in one ends that one, by name, and nothing else; the
 * next one works, and all that was taken is given back. */

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
} Call;

static Call
call_begin (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  Call call = {media_session (config), media_session (config)};

  media_connect (call.caller, call.callee, FALSE);
  g_assert_true (media_wait_tone (call.callee, 440, 100, 10));
  return call;
}

static void
call_end (Call *call)
{
  media_end (call->caller);
  media_end (call->callee);
}

static void
assert_talking (Call *call)
{
  g_assert_true (media_wait_tone (call->callee, 440, 500, 10));
  g_assert_true (media_wait_tone (call->caller, 440, 500, 10));
}

/* ---- A call that may fail ---- */

static gboolean
is_decided (gpointer data)
{
  Call *call = data;
  PhoneMediaState one = phone_media_session_get_state (call->caller);
  PhoneMediaState other = phone_media_session_get_state (call->callee);

  return one == PHONE_MEDIA_STATE_FAILED || other == PHONE_MEDIA_STATE_FAILED ||
         (one == PHONE_MEDIA_STATE_CONNECTED && other == PHONE_MEDIA_STATE_CONNECTED &&
          phone_probe_get_tone_ms (phone_media_session_get_probe (call->caller), 440) >
              0 &&
          phone_probe_get_tone_ms (phone_media_session_get_probe (call->callee), 440) >
              0);
}

static gboolean
exchange (Call *call, GError **error)
{
  g_autoptr (GAsyncResult) offered = NULL;
  g_autoptr (GAsyncResult) answered = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;

  phone_media_session_offer_async (call->caller, FALSE, NULL, media_keep_result,
                                   &offered);
  media_await (&offered);
  offer = phone_media_session_offer_finish (call->caller, offered, error);
  if (!offer || !phone_media_session_set_offer (call->callee, offer, error))
    return FALSE;
  phone_media_session_answer_async (call->callee, FALSE, NULL, media_keep_result,
                                    &answered);
  media_await (&answered);
  answer = phone_media_session_answer_finish (call->callee, answered, error);
  return answer && phone_media_session_set_answer (call->caller, answer, error);
}

static gboolean
connect_if_possible (Call *call, GError **error)
{
  PhoneMediaSession *failed = NULL;

  if (!exchange (call, error))
    return FALSE;
  g_assert_true (media_wait (is_decided, call, 15));
  if (phone_media_session_get_state (call->caller) == PHONE_MEDIA_STATE_FAILED)
    failed = call->caller;
  else if (phone_media_session_get_state (call->callee) == PHONE_MEDIA_STATE_FAILED)
    failed = call->callee;
  if (!failed)
    return TRUE;
  g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_FAILED, "%d: %s",
               phone_media_session_get_failure (failed),
               phone_media_session_get_failure_detail (failed));
  return FALSE;
}

/* TRUE: it was a call like any other. FALSE: it ended, by name. */
static gboolean
try_call (GError **error)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  Call call = {phone_media_session_new (config, error), NULL};
  gboolean is_call = FALSE;

  if (call.caller)
    call.callee = phone_media_session_new (config, error);
  is_call = call.callee && connect_if_possible (&call, error);
  if (call.caller)
    media_end (call.caller);
  if (call.callee)
    media_end (call.callee);
  return is_call;
}

/* ---- An element gives up ---- */

static void
test_pipeline_error (void)
{
  Call beside = call_begin ();
  Call call;
  MediaUse before;

  g_assert_true (try_call (NULL));
  g_assert_true (media_wait_idle (20));
  before = media_take_use ();
  call = call_begin ();
  gst_element_message_full (
      phone_media_sender_get_bin (call.caller->pipeline->senders[PHONE_MEDIA_KIND_AUDIO]),
      GST_MESSAGE_ERROR, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED,
      g_strdup ("an error of the test"), NULL, __FILE__, G_STRFUNC, __LINE__);
  g_assert_true (media_wait_state (call.caller, PHONE_MEDIA_STATE_FAILED, 5));
  g_assert_cmpint (phone_media_session_get_failure (call.caller), ==,
                   PHONE_MEDIA_FAILURE_PIPELINE);
  g_assert_cmpstr (phone_media_session_get_failure_detail (call.caller), ==,
                   "an error of the test");
  call_end (&call);
  assert_talking (&beside);
  g_assert_true (try_call (NULL));
  g_assert_true (media_wait_use (&before, 10));
  call_end (&beside);
}

/* ---- An element is not there ---- */

static void
without (const char *name, void (*use) (const char *name, gpointer data), gpointer data)
{
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *feature = gst_registry_lookup_feature (registry, name);

  g_assert_nonnull (feature);
  gst_registry_remove_feature (registry, feature);
  use (name, data);
  /* It was made part of no plugin when it was taken out, but can be found again. */
  gst_registry_add_feature (registry, feature);
}

static void
assert_named (const char *name, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (try_call (&error));
  g_test_message ("without %s: %s", name, error->message);
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT);
}

static void
test_missing (void)
{
  static const char *const names[] = {
      "webrtcbin",    "nicesrc",       "nicesink", "dtlssrtpdec", "dtlssrtpenc",
      "srtpdec",      "srtpenc",       "rtpbin",   "rtpfunnel",   "audioconvert",
      "audiotestsrc", "audioresample", "appsink",  "tee",         "queue",
      "valve",        "volume",        "level",    "fakesink",    "identity"};
  Call beside = call_begin ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    without (names[i], assert_named, NULL);
  assert_talking (&beside);
  g_assert_true (try_call (NULL));
  call_end (&beside);
}

/* It goes away between the offer and the sound. */
static void
answer_without (const char *name, gpointer data)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  Call *call = data;
  g_autoptr (GError) error = NULL;

  g_assert_false (connect_if_possible (call, &error));
  g_test_message ("late without %s: %s", name, error->message);
}

static void
test_missing_late (void)
{
  static const char *const names[] = {"opusenc",      "opusdec",       "rtpopuspay",
                                      "rtpopusdepay", "audioresample", "level"};
  Call beside = call_begin ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (PhoneMediaConfig) config = media_config (440);
    Call call = {media_session (config), media_session (config)};

    without (names[i], answer_without, &call);
    call_end (&call);
  }
  assert_talking (&beside);
  g_assert_true (try_call (NULL));
  call_end (&beside);
}

/* ---- No descriptors are left ---- */

static rlim_t
set_limit (rlim_t limit)
{
  struct rlimit now;
  rlim_t was = 0;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &now), ==, 0);
  was = now.rlim_cur;
  now.rlim_cur = limit;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &now), ==, 0);
  return was;
}

/* From none to as many as a call needs. */
static void
test_descriptors (void)
{
  Call beside = call_begin ();
  MediaUse before;
  guint refused = 0;
  guint left = 0;

  g_assert_true (try_call (NULL));
  g_assert_true (media_wait_idle (20));
  before = media_take_use ();
  for (gboolean worked = FALSE; !worked; left += 5) {
    g_autoptr (GError) error = NULL;
    rlim_t was = set_limit (before.fds + left);

    worked = try_call (&error);
    set_limit (was);
    refused += worked ? 0 : 1;
    g_test_message ("%u left: %s", left, worked ? "a call" : error->message);
    if (!worked)
      g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_DESCRIPTORS);
    g_assert_cmpuint (left, <, 500);
  }
  g_assert_cmpuint (refused, >, 3);
  assert_talking (&beside);
  g_assert_true (try_call (NULL));
  g_assert_true (media_wait_use (&before, 10));
  call_end (&beside);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/beside/pipeline-error", test_pipeline_error);
  g_test_add_func ("/media/beside/missing", test_missing);
  g_test_add_func ("/media/beside/missing-late", test_missing_late);
  g_test_add_func ("/media/beside/descriptors", test_descriptors);
  return media_run_tests ();
}
