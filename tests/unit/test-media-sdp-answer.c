/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we answer and offer again: dressed for the wire, and the lines of a call that goes
 * on. */
#include "sdp-fixture.h"

#include <gst/gst.h>
#include <string.h>

/* ---- What goes over the wire ---- */

static void
test_dress (void)
{
  g_autofree char *offered = sdp_replace (SESSION BUNDLE AUDIO "a=sendonly\r\n" VIDEO,
                                          "UDP/TLS/RTP/SAVPF", "RTP/SAVPF");
  g_autoptr (GstSDPMessage) offer = sdp_parse (offered);
  g_autoptr (GstSDPMessage) answer = sdp_parse (SESSION BUNDLE AUDIO VIDEO);
  PhoneMediaSdpPlan plan = sdp_plan_of (offer, FALSE);
  g_autofree char *text = NULL;

  plan.video_line = -1;
  phone_media_sdp_dress_answer (answer, offer, &plan, sdp_anything);
  text = phone_media_sdp_to_text (answer);
  g_assert_nonnull (strstr (text, "m=audio 9 RTP/SAVPF"));
  g_assert_nonnull (strstr (text, "m=video 0 RTP/SAVPF 120"));
  g_assert_nonnull (strstr (text, "a=recvonly"));
  g_assert_nonnull (strstr (text, "a=group:BUNDLE a\r\n"));
}

static void
test_answer_again (void)
{
  g_autoptr (GstSDPMessage) own = sdp_parse (
      SESSION BUNDLE AUDIO "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\n");
  g_autoptr (GstSDPMessage) offer =
      sdp_parse (SESSION BUNDLE AUDIO "a=inactive\r\n" VIDEO);
  PhoneMediaSdpPlan plan = sdp_plan_of (offer, FALSE);
  g_autoptr (GstSDPMessage) answer = NULL;
  g_autofree char *text = NULL;

  plan.video_line = -1;
  answer = phone_media_sdp_answer_again (own, offer, &plan, sdp_anything, "passive");
  text = phone_media_sdp_to_text (answer);
  g_assert_cmpuint (gst_sdp_message_medias_len (answer), ==, 2);
  g_assert_nonnull (strstr (text, "a=candidate:1 1 UDP"));
  g_assert_nonnull (strstr (text, "a=setup:passive"));
  g_assert_null (strstr (text, "actpass"));
  g_assert_nonnull (strstr (text, "a=inactive"));
  g_assert_nonnull (strstr (text, "m=video 0 "));
}

/* A line out of use comes back as another kind (RFC 3264 §8.2). */
static void
test_answer_again_other_kind (void)
{
  g_autoptr (GstSDPMessage) own = sdp_parse (SESSION AUDIO VIDEO);
  g_autoptr (GstSDPMessage) offer =
      sdp_parse (SESSION AUDIO "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  PhoneMediaSdpPlan plan = sdp_plan_of (offer, FALSE);
  g_autoptr (GstSDPMessage) answer =
      phone_media_sdp_answer_again (own, offer, &plan, sdp_anything, "active");
  g_autofree char *text = phone_media_sdp_to_text (answer);
  g_autoptr (GError) error = NULL;

  phone_media_sdp_check_shape (offer, answer, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "m=application 0 UDP/DTLS/SCTP webrtc-datachannel"));
}

static void
test_relays (void)
{
  g_autoptr (GstSDPMessage) sdp =
      sdp_parse (SESSION AUDIO "a=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n"
                               "a=candidate:2 1 udp 1 192.0.2.9 5000 typ relay raddr "
                               "0.0.0.0 rport 0\r\n");
  g_autofree char *text = NULL;

  phone_media_sdp_keep_relays (sdp);
  text = phone_media_sdp_to_text (sdp);
  g_assert_null (strstr (text, "typ host"));
  g_assert_nonnull (strstr (text, "typ relay"));
}

static void
test_shape (void)
{
  g_autoptr (GstSDPMessage) both = sdp_parse (SESSION AUDIO VIDEO);
  g_autoptr (GstSDPMessage) swapped = sdp_parse (SESSION VIDEO AUDIO);
  g_autoptr (GstSDPMessage) one = sdp_parse (SESSION AUDIO);

  g_assert_true (phone_media_sdp_check_shape (both, both, NULL));
  g_assert_false (phone_media_sdp_check_shape (both, one, NULL));
  g_assert_false (phone_media_sdp_check_shape (both, swapped, NULL));
}

static void
test_same_transport (void)
{
  g_autoptr (GstSDPMessage) sdp = sdp_parse (SESSION AUDIO);
  g_autofree char *text =
      sdp_replace (SESSION AUDIO, "a=ice-ufrag:abcd", "a=ice-ufrag:efgh");
  g_autofree char *other = sdp_replace (SESSION AUDIO, SHA256_A, SHA256_B);
  g_autoptr (GstSDPMessage) restarted = sdp_parse (text);
  g_autoptr (GstSDPMessage) stranger = sdp_parse (other);

  g_assert_true (phone_media_sdp_has_same_ice (sdp, sdp, 0));
  g_assert_true (phone_media_sdp_has_same_ice (sdp, stranger, 0));
  g_assert_false (phone_media_sdp_has_same_ice (sdp, restarted, 0));
  g_assert_true (phone_media_sdp_has_same_certificate (sdp, restarted, 0));
  g_assert_false (phone_media_sdp_has_same_certificate (sdp, stranger, 0));
}

/* ---- Within a call ---- */

/* The names of one end over the lines of the other: none is on two lines after it. */
static void
test_adopt_mids (void)
{
  g_autofree char *renamed =
      sdp_replace (SESSION BUNDLE AUDIO VIDEO, "a=mid:a", "a=mid:x");
  g_autofree char *moved = sdp_replace (renamed, "a=mid:v", "a=mid:a");
  g_autoptr (GstSDPMessage) own = sdp_parse (SESSION BUNDLE AUDIO);
  g_autoptr (GstSDPMessage) peer = sdp_parse (moved);

  phone_media_sdp_adopt_mids (peer, own);
  g_assert_cmpstr (sdp_mid_of (peer, 0), ==, "a");
  g_assert_cmpstr (sdp_mid_of (peer, 1), !=, "a");
  g_assert_true (g_str_has_prefix (gst_sdp_message_get_attribute_val (peer, "group"),
                                   "BUNDLE a line1"));
}

static void
test_find_place (void)
{
  g_autoptr (GstSDPMessage) one = sdp_parse (SESSION AUDIO);
  g_autoptr (GstSDPMessage) two = sdp_parse (SESSION AUDIO VIDEO);
  g_autoptr (GstSDPMessage) foreign = sdp_parse (SESSION AUDIO AUDIO);

  g_assert_cmpint (phone_media_sdp_find_place (one, 1), ==, 1);
  g_assert_cmpint (phone_media_sdp_find_place (two, 1), ==, 1);
  g_assert_cmpint (phone_media_sdp_find_place (two, 2), ==, 1);
  g_assert_cmpint (phone_media_sdp_find_place (foreign, 1), ==, -1);
}

/* A line that was made apart rides on the transport of the sound. */
static void
test_put_line (void)
{
  g_autofree char *text = sdp_replace (SESSION BUNDLE AUDIO VIDEO, "abcd", "made");
  g_autoptr (GstSDPMessage) made = sdp_parse (text);
  g_autoptr (GstSDPMessage) own = sdp_parse (SESSION BUNDLE AUDIO);

  phone_media_sdp_put_line (own, made, 1, 0);
  g_assert_cmpuint (gst_sdp_message_medias_len (own), ==, 2);
  g_assert_cmpstr (phone_media_sdp_attribute (own, 1, "ice-ufrag"), ==,
                   phone_media_sdp_attribute (own, 0, "ice-ufrag"));
  g_assert_cmpstr (gst_sdp_message_get_attribute_val (own, "group"), ==, "BUNDLE a v");
  phone_media_sdp_set_ice (own, "other", "password");
  g_assert_cmpstr (phone_media_sdp_attribute (own, 0, "ice-ufrag"), ==, "other");
  g_assert_cmpstr (phone_media_sdp_attribute (own, 1, "ice-pwd"), ==, "password");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media-sdp-answer/dress", test_dress);
  g_test_add_func ("/media-sdp-answer/answer-again", test_answer_again);
  g_test_add_func ("/media-sdp-answer/answer-again-other-kind",
                   test_answer_again_other_kind);
  g_test_add_func ("/media-sdp-answer/relays", test_relays);
  g_test_add_func ("/media-sdp-answer/shape", test_shape);
  g_test_add_func ("/media-sdp-answer/same-transport", test_same_transport);
  g_test_add_func ("/media-sdp-answer/adopt-mids", test_adopt_mids);
  g_test_add_func ("/media-sdp-answer/find-place", test_find_place);
  g_test_add_func ("/media-sdp-answer/put-line", test_put_line);
  return g_test_run ();
}
