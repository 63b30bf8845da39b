/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one version of webrtcbin needs and another does not: whether it is needed is asked
 * of the webrtcbin that is there, and where it is not, nothing is done. */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

enum { N_LINES = 2 };

static GArray *
dup_transceivers (GstElement *webrtcbin)
{
  GArray *transceivers = NULL;

  g_signal_emit_by_name (webrtcbin, "get-transceivers", &transceivers);
  return transceivers;
}

/* What webrtcbin alone makes of an offer: 1.22 nothing, 1.26 a transceiver a line. */
static guint
count_made (const char *offer)
{
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autoptr (GArray) transceivers = NULL;
  GstSDPMessage *sdp = NULL;

  g_assert_cmpint (gst_sdp_message_new_from_text (offer, &sdp), ==, GST_SDP_OK);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, sdp);
  gst_bin_add (GST_BIN (pipeline), webrtcbin);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  g_signal_emit_by_name (webrtcbin, "set-remote-description", description, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  transceivers = dup_transceivers (webrtcbin);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return transceivers->len;
}

/* One for each line, by whichever of the two it was made. */
static void
assert_one_a_line (PhoneMediaSession *session)
{
  g_autoptr (GArray) transceivers = dup_transceivers (session->pipeline->webrtcbin);
  guint lines = 0;

  g_assert_cmpuint (transceivers->len, ==, N_LINES);
  for (guint i = 0; i < transceivers->len; i++) {
    guint line = G_MAXUINT;

    g_object_get (g_array_index (transceivers, GObject *, i), "mlineindex", &line, NULL);
    g_assert_cmpuint (line, <, N_LINES);
    lines |= 1u << line;
  }
  g_assert_cmpuint (lines, ==, (1u << N_LINES) - 1);
}

/* A second transceiver for a line would be offered to nobody, and sent by nobody. */
static void
test_transceivers (void)
{
  g_autoptr (PhoneMediaConfig) low = media_config (440);
  g_autoptr (PhoneMediaConfig) high = media_config (1000);
  PhoneMediaSession *caller = media_session (low);
  PhoneMediaSession *callee = media_session (high);
  g_autofree char *offer = media_offer (caller, TRUE);
  g_autofree char *answer = NULL;
  guint n_made = count_made (offer);

  g_test_message ("webrtcbin makes %u by itself", n_made);
  g_assert_true (n_made == 0 || n_made == N_LINES);
  g_assert_true (phone_media_session_set_offer (callee, offer, NULL));
  answer = media_answer (callee, TRUE);
  assert_one_a_line (callee);
  g_assert_true (phone_media_session_set_answer (caller, answer, NULL));
  assert_one_a_line (caller);
  g_assert_true (media_wait_tone (callee, 440, 500, 15));
  g_assert_true (media_wait_frames (caller, 5, 15));
  media_end (caller);
  media_end (callee);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  phone_media_init (NULL);
  g_test_add_func ("/media/workarounds/transceivers", test_transceivers);
  return media_run_tests ();
}
