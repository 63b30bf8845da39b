/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-stranger.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

/* Nothing passes before the certificate was judged. A session judges on the main context,
 * in less time than a first packet takes: so here the main context stands still from
 * before there is a path until long after DTLS is through, and the stranger, who needs no
 * main context, sends and counts all the while. */

enum { ASLEEP_MS = 1000 };

typedef struct {
  PhoneMediaSession *session;
  MediaStranger *stranger;
  gint arrived; /* atomic: past the gate, before anything else of webrtcbin */
} Meeting;

static GstPadProbeReturn
on_arrival_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_inc ((gint *)data);
  return GST_PAD_PROBE_OK;
}

static gboolean
is_sending (gpointer data)
{
  Meeting *meeting = data;

  return meeting->session->pipeline->senders[PHONE_MEDIA_KIND_AUDIO] != NULL;
}

/* Without knowing of the gate, nor by its own count. */
static void
watch_arrivals (Meeting *meeting)
{
  static const char *const names[] = {"recv_rtp_sink_0", "recv_rtcp_sink_0"};
  GstElement *webrtcbin = meeting->session->pipeline->webrtcbin;
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (webrtcbin), "rtpbin");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (rtpbin, names[i]);

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                       on_arrival_any_thread, &meeting->arrived, NULL);
  }
}

/* The SDP that the stranger sends on, spoilt or as it is. */
static char *
dress (const char *sdp, gboolean is_right)
{
  g_autofree char *bare = media_without_candidates (sdp);

  return is_right ? g_steal_pointer (&bare) : media_wrong_fingerprint (bare);
}

static char *
negotiate (Meeting *meeting, gboolean stranger_offers, gboolean is_right)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *theirs = NULL;
  g_autofree char *sent = NULL;
  g_autofree char *bare = NULL;
  char *ours = NULL;

  if (stranger_offers) {
    theirs = media_stranger_offer (meeting->stranger);
    sent = dress (theirs, is_right);
    g_assert_true (phone_media_session_set_offer (meeting->session, sent, &error));
    ours = media_answer (meeting->session, FALSE);
    bare = media_without_candidates (ours);
    media_stranger_set_answer (meeting->stranger, bare);
  } else {
    ours = media_offer (meeting->session, FALSE);
    bare = media_without_candidates (ours);
    theirs = media_stranger_answer (meeting->stranger, bare);
    sent = dress (theirs, is_right);
    g_assert_true (phone_media_session_set_answer (meeting->session, sent, &error));
  }
  g_test_message ("OURS\n%s\nTHEIRS\n%s", ours, sent);
  return ours;
}

static gboolean
has_received (gpointer data)
{
  Meeting *meeting = data;

  return media_stranger_get_received (meeting->stranger) > 20;
}

static void
expect_flow (Meeting *meeting)
{
  g_assert_true (media_wait_tone (meeting->session, 1000, 500, 10));
  g_assert_true (media_wait (has_received, meeting, 10));
  g_assert_cmpint (g_atomic_int_get (&meeting->arrived), >, 0);
}

static void
expect_nothing (Meeting *meeting)
{
  PhoneProbe *probe = phone_media_session_get_probe (meeting->session);

  g_assert_true (media_wait_state (meeting->session, PHONE_MEDIA_STATE_FAILED, 5));
  g_assert_cmpint (phone_media_session_get_failure (meeting->session), ==,
                   PHONE_MEDIA_FAILURE_FINGERPRINT);
  media_run (ASLEEP_MS);
  g_assert_cmpint (g_atomic_int_get (&meeting->arrived), ==, 0);
  g_assert_cmpuint (media_stranger_get_received (meeting->stranger), ==, 0);
  g_assert_cmpuint (phone_probe_get_report (probe).audio_ms, ==, 0);
}

static void
meet (gboolean stranger_offers, gboolean is_right)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  Meeting meeting = {media_session (config), media_stranger_new (1000), 0};
  g_autofree char *ours = negotiate (&meeting, stranger_offers, is_right);

  g_assert_true (media_wait (is_sending, &meeting, 10));
  watch_arrivals (&meeting);
  g_assert_true (media_stranger_meet (meeting.stranger, ours));
  g_usleep (ASLEEP_MS * 1000);
  g_assert_cmpint (g_atomic_int_get (&meeting.arrived), ==, 0);
  g_assert_cmpuint (media_stranger_get_received (meeting.stranger), ==, 0);
  if (is_right)
    expect_flow (&meeting);
  else
    expect_nothing (&meeting);
  media_end (meeting.session);
  media_stranger_free (meeting.stranger);
}

static void
test_right_offer (void)
{
  meet (TRUE, TRUE);
}

static void
test_wrong_offer (void)
{
  meet (TRUE, FALSE);
}

static void
test_right_answer (void)
{
  meet (FALSE, TRUE);
}

static void
test_wrong_answer (void)
{
  meet (FALSE, FALSE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/gate/right-certificate-in-offer", test_right_offer);
  g_test_add_func ("/media/gate/wrong-certificate-in-offer", test_wrong_offer);
  g_test_add_func ("/media/gate/right-certificate-in-answer", test_right_answer);
  g_test_add_func ("/media/gate/wrong-certificate-in-answer", test_wrong_answer);
  return media_run_tests ();
}
