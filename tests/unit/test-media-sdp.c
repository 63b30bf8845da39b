/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp-fixture.h"

#include <gst/gst.h>
#include <string.h>

/* ---- What is accepted ---- */

static void
test_plan (void)
{
  g_autoptr (GstSDPMessage) sdp = sdp_parse (SESSION BUNDLE AUDIO VIDEO);
  PhoneMediaSdpPlan plan = sdp_plan_of (sdp, FALSE);

  g_assert_cmpint (plan.audio_line, ==, 0);
  g_assert_cmpint (plan.video_line, ==, 1);
  g_assert_cmpstr (plan.audio.codec->name, ==, "opus");
  g_assert_cmpuint (plan.audio.payload_type, ==, 109);
  g_assert_cmpstr (plan.video.codec->name, ==, "vp8");
}

/* Of an offer our order decides, of an answer the peer's. */
static void
test_order (void)
{
  static const char *const names[] = {"pcma", "opus", NULL};
  g_autoptr (GstSDPMessage) sdp = sdp_parse (SESSION AUDIO);
  PhoneMediaSdpPlan plan;

  g_assert_true (phone_media_sdp_plan (sdp, FALSE, names, NULL, &plan, NULL));
  g_assert_cmpstr (plan.audio.codec->name, ==, "pcma");
  g_assert_cmpuint (plan.audio.payload_type, ==, 8);
  {
    g_autofree char *text = sdp_replace (SESSION AUDIO, "setup:actpass", "setup:active");
    g_autoptr (GstSDPMessage) answer = sdp_parse (text);

    g_assert_true (phone_media_sdp_plan (answer, TRUE, names, NULL, &plan, NULL));
    g_assert_cmpstr (plan.audio.codec->name, ==, "opus");
  }
}

static void
test_h264 (void)
{
  static const char *const names[] = {"h264", NULL};
  g_autoptr (GstSDPMessage) sdp = sdp_parse (SESSION AUDIO VIDEO);
  PhoneMediaSdpPlan plan;
  static const struct {
    const char *profile;
    gboolean fits;
  } profiles[] = {
      {"42e01f", TRUE},  {"42c00d", TRUE},  {"42e034", TRUE},
      {"42001f", FALSE}, {"4d001f", FALSE}, {"64001f", FALSE},
  };

  g_assert_true (phone_media_sdp_plan (sdp, FALSE, sdp_audio_names, names, &plan, NULL));
  g_assert_cmpuint (plan.video.payload_type, ==, 102);
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    g_autofree char *text =
        sdp_replace (SESSION AUDIO VIDEO, "42E01F", profiles[i].profile);
    g_autoptr (GstSDPMessage) other = sdp_parse (text);

    g_assert_true (
        phone_media_sdp_plan (other, FALSE, sdp_audio_names, names, &plan, NULL));
    g_assert_cmpint (plan.video_line >= 0, ==, profiles[i].fits);
  }
}

typedef struct {
  const char *old;
  const char *new;
  PhoneMediaError code;
} Refusal;

static void
test_refused (void)
{
  static const Refusal refusals[] = {
      {"UDP/TLS/RTP/SAVPF", "RTP/AVP", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"UDP/TLS/RTP/SAVPF", "RTP/AVPF", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=mid:a", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc",
       PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=fingerprint:" SHA256_A, "a=fingerprint:" SHA1,
       PHONE_MEDIA_ERROR_NO_FINGERPRINT},
      {"a=fingerprint:" SHA256_A, "a=fingerprint:sha-256 AA",
       PHONE_MEDIA_ERROR_NO_FINGERPRINT},
      {"a=fingerprint:" SHA256_A, "a=x:y", PHONE_MEDIA_ERROR_NO_FINGERPRINT},
      {"a=rtcp-mux\r\n", "", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=ice-ufrag:abcd", "a=ice-ufrag:", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=ice-ufrag:abcd", "a=ice-ufrag:a b", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=ice-pwd:0123456789012345678901\r\n", "", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"a=setup:actpass", "a=setup:holdconn", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"opus/48000/2", "opus/16000/2", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"m=audio 9", "m=audio 0", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
      {"m=audio", "m=text", PHONE_MEDIA_ERROR_NOT_ACCEPTABLE},
  };
  static const char *const opus[] = {"opus", NULL};

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *text = sdp_replace (SESSION AUDIO, refusals[i].old, refusals[i].new);
    g_autoptr (GstSDPMessage) sdp = sdp_parse (text);
    g_autoptr (GError) error = NULL;
    PhoneMediaSdpPlan plan;

    g_assert_false (phone_media_sdp_plan (sdp, FALSE, opus, NULL, &plan, &error));
    g_assert_error (error, PHONE_MEDIA_ERROR, (int)refusals[i].code);
  }
}

/* A picture that may not be spoken with does not cost the call. */
static void
test_video_left_out (void)
{
  g_autofree char *video = sdp_replace (VIDEO, "a=fingerprint:", "a=x:");
  g_autofree char *text = g_strconcat (SESSION, AUDIO, video, NULL);
  g_autoptr (GstSDPMessage) sdp = sdp_parse (text);

  g_assert_cmpint (sdp_plan_of (sdp, FALSE).video_line, ==, -1);
}

static void
test_hostile (void)
{
  g_autofree char *long_line = g_strnfill (100000, 'x');
  g_autofree char *long_text = g_strconcat (SESSION, "a=", long_line, "\r\n", NULL);
  g_autoptr (GString) lines = g_string_new (SESSION);
  g_autoptr (GString) candidates = g_string_new (SESSION AUDIO);
  g_autoptr (GstSDPMessage) sdp = NULL;
  g_autoptr (GstSDPMessage) shown = NULL;
  PhoneMediaSdpPlan plan;
  static const char *const nonsense[] = {
      "",
      "v=0",
      "hello",
      "v=0\r\n",
      "\xff",
      "v=0\r\nm=",
      "v=1\r\nm=audio 9 x 0\r\n",
      SESSION AUDIO "m=\r\n",
      SESSION AUDIO "m=0 0\r\n",
      SESSION AUDIO "m=video 0 RTP/AVP\r\n",
  };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    g_assert_null (phone_media_sdp_parse (nonsense[i], NULL));
  g_assert_null (phone_media_sdp_parse (long_text, NULL));
  for (guint i = 0; i < 1000; i++)
    g_string_append (lines, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
  g_assert_null (phone_media_sdp_parse (lines->str, NULL));

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (
        candidates, "a=candidate:%u 1 udp 1 192.0.2.1 %u typ host\r\n", i, 1000 + i);
  sdp = sdp_parse (candidates->str);
  plan = sdp_plan_of (sdp, FALSE);
  shown = phone_media_sdp_show (sdp, NULL, &plan);
  while (gst_sdp_media_get_attribute_val_n (gst_sdp_message_get_media (shown, 0),
                                            "candidate", n))
    n++;
  g_assert_cmpuint (n, ==, PHONE_MEDIA_SDP_MAX_CANDIDATES);
}

/* As many formats, and attributes to look them up in, as there is room for: what costs the
 * one times the other squared takes hours. */
static void
test_crowded (void)
{
  g_autoptr (GString) text = g_string_new (SESSION "m=audio 9 UDP/TLS/RTP/SAVPF");
  g_autoptr (GstSDPMessage) sdp = NULL;
  g_autoptr (GstSDPMessage) shown = NULL;
  PhoneMediaSdpPlan plan;

  while (text->len < PHONE_MEDIA_SDP_MAX_LINE_BYTES)
    g_string_append (text, " 1");
  g_string_append (text, " 109\r\n" TRANSPORT);
  while (text->len < PHONE_MEDIA_SDP_MAX_BYTES - 100)
    g_string_append (text, "a=rtpmap:9\r\na=candidate:\r\n");
  g_string_append (text, "a=rtpmap:109 opus/48000/2\r\na=candidate:"
                         "1 1 UDP 2 192.0.2.1 5000 typ host\r\n");
  sdp = sdp_parse (text->str);
  plan = sdp_plan_of (sdp, FALSE);
  g_assert_cmpuint (plan.audio.payload_type, ==, 109);
  shown = phone_media_sdp_show (sdp, NULL, &plan);
  g_assert_cmpstr (
      gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (shown, 0), "candidate"),
      ==, "1 1 UDP 2 192.0.2.1 5000 typ host");
}

static void
test_same_mid_twice (void)
{
  g_autofree char *text = sdp_replace (SESSION AUDIO VIDEO, "a=mid:v", "a=mid:a");
  g_autoptr (GstSDPMessage) sdp = sdp_parse (text);
  PhoneMediaSdpPlan plan;

  g_assert_false (
      phone_media_sdp_plan (sdp, FALSE, sdp_audio_names, sdp_video_names, &plan, NULL));
}

/* ---- Fingerprints ---- */

static guint
count_fingerprints (const char *old, const char *new)
{
  g_autofree char *text = sdp_replace (SESSION AUDIO, old, new);
  g_autoptr (GstSDPMessage) sdp = sdp_parse (text);
  g_autoptr (GPtrArray) found = phone_media_sdp_get_fingerprints (sdp, 0);

  return found->len;
}

static void
test_fingerprints (void)
{
  const char *line = "a=fingerprint:" SHA256_A "\r\n";
  g_autofree char *below =
      sdp_replace (SESSION AUDIO, "a=fingerprint:" SHA256_A "\r\n", "");
  g_autofree char *above =
      sdp_replace (below, "t=0 0\r\n", "t=0 0\r\na=fingerprint:" SHA384 "\r\n");
  g_autoptr (GstSDPMessage) sdp = sdp_parse (above);
  g_autoptr (GPtrArray) found = phone_media_sdp_get_fingerprints (sdp, 0);

  g_assert_cmpuint (count_fingerprints (line, line), ==, 1);
  g_assert_cmpuint (count_fingerprints (line, "a=fingerprint:" SHA256_A
                                              "\r\na=fingerprint:" SHA256_B "\r\n"),
                    ==, 2);
  /* The weaker ones do not count beside a stronger one (RFC 8122 §5). */
  g_assert_cmpuint (count_fingerprints (line, "a=fingerprint:" SHA256_A
                                              "\r\na=fingerprint:" SHA384 "\r\n"),
                    ==, 1);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpint (((PhoneMediaFingerprint *)found->pdata[0])->hash, ==,
                   G_CHECKSUM_SHA384);
}

/* ---- Directions ---- */

static void
test_directions (void)
{
  static const struct {
    const char *line;
    PhoneMediaDirection direction;
  } cases[] = {
      {"a=sendrecv\r\n", PHONE_MEDIA_DIRECTION_SENDRECV},
      {"", PHONE_MEDIA_DIRECTION_SENDRECV},
      {"a=sendonly\r\n", PHONE_MEDIA_DIRECTION_SEND},
      {"a=recvonly\r\n", PHONE_MEDIA_DIRECTION_RECV},
      {"a=inactive\r\n", PHONE_MEDIA_DIRECTION_INACTIVE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strconcat (SESSION AUDIO, cases[i].line, NULL);
    g_autoptr (GstSDPMessage) sdp = sdp_parse (text);

    g_assert_cmpint (phone_media_sdp_get_direction (sdp, 0), ==, cases[i].direction);
    phone_media_sdp_mask_directions (sdp);
    g_assert_cmpint (phone_media_sdp_get_direction (sdp, 0), ==,
                     PHONE_MEDIA_DIRECTION_SENDRECV);
  }
  g_assert_cmpint (phone_media_direction_reverse (PHONE_MEDIA_DIRECTION_SEND), ==,
                   PHONE_MEDIA_DIRECTION_RECV);
  g_assert_cmpint (phone_media_direction_reverse (PHONE_MEDIA_DIRECTION_INACTIVE), ==,
                   PHONE_MEDIA_DIRECTION_INACTIVE);
}

static void
test_old_hold (void)
{
  g_autofree char *null_address =
      sdp_replace (SESSION AUDIO, "c=IN IP4 192.0.2.1", "c=IN IP4 0.0.0.0");
  g_autofree char *held = sdp_replace (null_address, "m=audio 9", "m=audio 4000");
  g_autoptr (GstSDPMessage) gathering = sdp_parse (null_address);
  g_autoptr (GstSDPMessage) holding = sdp_parse (held);

  g_assert_cmpint (phone_media_sdp_get_direction (gathering, 0), ==,
                   PHONE_MEDIA_DIRECTION_SENDRECV);
  g_assert_cmpint (phone_media_sdp_get_direction (holding, 0), ==,
                   PHONE_MEDIA_DIRECTION_SEND);
}

/* ---- What webrtcbin is shown ---- */

static void
test_show (void)
{
  g_autoptr (GstSDPMessage) sdp = sdp_parse (
      SESSION BUNDLE AUDIO
      "a=inactive\r\na=evil:%n\r\na=candidate:1 1 udp 1 192.0.2.1 5000 typ host\r\n"
      "a=candidate:2 2 udp 1 192.0.2.1 5001 typ host\r\n"
      "a=candidate:3 1 tcp 1 192.0.2.1 9 typ host tcptype active\r\n"
      "a=candidate:4 1 udp 1 no.example 5000 typ host\r\n"
      "a=candidate:5 1 udp 1 f00.local 5000 typ host\r\n" VIDEO);
  PhoneMediaSdpPlan plan = sdp_plan_of (sdp, FALSE);
  g_autoptr (GstSDPMessage) shown = NULL;
  g_autofree char *text = NULL;

  plan.video_line = -1;
  shown = phone_media_sdp_show (sdp, NULL, &plan);
  text = phone_media_sdp_to_text (shown);
  g_assert_nonnull (strstr (text, "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n"));
  g_assert_nonnull (strstr (text, "m=video 0 "));
  g_assert_nonnull (strstr (text, "a=group:BUNDLE a\r\n"));
  g_assert_nonnull (strstr (text, "a=sendrecv"));
  g_assert_nonnull (strstr (text, "a=candidate:1 "));
  g_assert_nonnull (strstr (text, "a=candidate:5 "));
  g_assert_null (strstr (text, "a=candidate:2 "));
  g_assert_null (strstr (text, "a=candidate:3 "));
  g_assert_null (strstr (text, "a=candidate:4 "));
  g_assert_null (strstr (text, "evil"));
  g_assert_null (strstr (text, "PCMU"));
}

/* The name that a line would get is taken: by one behind it, and by one before it. */
static void
test_mids_do_not_meet (void)
{
  g_autofree char *behind = sdp_replace (SESSION VIDEO AUDIO, "a=mid:v\r\n", "");
  g_autofree char *before = sdp_replace (SESSION AUDIO VIDEO, "a=mid:v\r\n", "");
  g_autofree char *zero = sdp_replace (behind, "a=mid:a\r\n", "a=mid:0\r\n");
  g_autofree char *one = sdp_replace (before, "a=mid:a\r\n", "a=mid:1\r\n");
  g_autoptr (GstSDPMessage) first = sdp_parse (zero);
  g_autoptr (GstSDPMessage) second = sdp_parse (one);

  phone_media_sdp_ensure_mids (first, NULL);
  g_assert_cmpstr (sdp_mid_of (first, 1), ==, "0");
  g_assert_cmpstr (sdp_mid_of (first, 0), ==, "line0");
  phone_media_sdp_ensure_mids (second, NULL);
  g_assert_cmpstr (sdp_mid_of (second, 0), ==, "1");
  g_assert_cmpstr (sdp_mid_of (second, 1), ==, "line0");
}

static void
test_mids_written (void)
{
  g_autofree char *text = sdp_replace (SESSION AUDIO VIDEO, "a=mid:a\r\n", "");
  g_autoptr (GstSDPMessage) sdp = sdp_parse (text);
  g_autoptr (GstSDPMessage) own = sdp_parse (SESSION AUDIO VIDEO);

  phone_media_sdp_ensure_mids (sdp, own);
  g_assert_cmpstr (sdp_mid_of (sdp, 0), ==, "a");
}

/* ---- Nothing is short of anything ---- */

static int
compare_lines (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Which of a line's attributes comes first says nothing. */
static char *
dup_sorted (const GstSDPMessage *sdp)
{
  g_autofree char *text = phone_media_sdp_to_text (sdp);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines);
  return g_strjoinv ("\n", lines);
}

/* A webrtcbin that makes what is right finds nothing of it changed. */
static void
test_right_is_left (void)
{
  const char *opus = phone_media_codec_find ("opus")->fmtp;
  g_autofree char *audio =
      g_strdup_printf (AUDIO "a=fmtp:109 %s\r\na=sendrecv\r\n", opus);
  g_autofree char *both =
      g_strconcat (SESSION BUNDLE, audio, VIDEO "a=sendrecv\r\n", NULL);
  g_autofree char *text = sdp_replace (both, "setup:actpass", "setup:active");
  g_autoptr (GstSDPMessage) sdp = sdp_parse (text);
  g_autoptr (GstSDPMessage) other = sdp_parse (text);
  PhoneMediaSdpPlan plan = sdp_plan_of (sdp, TRUE);
  g_autofree char *before = dup_sorted (sdp);
  g_autofree char *after = NULL;

  phone_media_sdp_ensure_mids (sdp, NULL);
  phone_media_sdp_adopt_mids (sdp, other);
  phone_media_sdp_mask_directions (sdp);
  phone_media_sdp_set_setup (sdp, "active");
  phone_media_sdp_set_fingerprint (sdp, SHA256_A);
  phone_media_sdp_set_ice (sdp, "abcd", "0123456789012345678901");
  phone_media_sdp_ensure_fmtp (sdp, plan.audio_line, &plan.audio);
  phone_media_sdp_reject_others (sdp, &plan);
  after = dup_sorted (sdp);
  g_assert_cmpstr (after, ==, before);
}

/* ---- Anything at all ---- */

static void
mutate (GRand *random, GString *text)
{
  static const char *const pieces[] = {"\r\n",
                                       "a=",
                                       "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n",
                                       "a=mid:\r\n",
                                       "%n%s",
                                       " ",
                                       ":",
                                       "/",
                                       "a=group:BUNDLE a a v",
                                       "4294967296",
                                       "-1",
                                       "\xc3\xa9",
                                       "a=rtpmap:0",
                                       "a=fmtp:102 ;;;=",
                                       "a=candidate:",
                                       "a=ssrc:0",
                                       "a=extmap:1",
                                       "c=IN IP4\r\n",
                                       "a=fingerprint:sha-256 "};
  gsize at = (gsize)g_rand_int_range (random, 0, (gint)text->len);
  gint n = g_rand_int_range (random, 1, 40);

  switch (g_rand_int_range (random, 0, 4)) {
  case 0:
    text->str[at] = (char)g_rand_int_range (random, 1, 128);
    break;
  case 1:
    g_string_erase (text, (gssize)at, MIN (n, (gint)(text->len - at)));
    break;
  case 2:
    g_string_insert (text, (gssize)at,
                     pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
    break;
  case 3:
    g_string_truncate (text, MAX (at, 20));
    break;
  }
}

static void
exercise (const char *text, const GstSDPMessage *own)
{
  g_autoptr (GstSDPMessage) sdp = phone_media_sdp_parse (text, NULL);
  g_autoptr (GstSDPMessage) shown = NULL;
  g_autoptr (GstSDPMessage) again = NULL;
  g_autofree char *written = NULL;
  PhoneMediaSdpPlan plan;

  if (!sdp ||
      !phone_media_sdp_plan (sdp, FALSE, sdp_audio_names, sdp_video_names, &plan, NULL))
    return;
  shown = phone_media_sdp_show (sdp, NULL, &plan);
  g_assert_cmpuint (gst_sdp_message_medias_len (shown), ==,
                    gst_sdp_message_medias_len (sdp));
  again = phone_media_sdp_answer_again (own, sdp, &plan, sdp_anything, "active");
  written = phone_media_sdp_to_text (again);
  for (guint i = 0; i < gst_sdp_message_medias_len (shown); i++)
    phone_media_sdp_get_direction (sdp, (int)i);
}

static void
test_mutations (void)
{
  guint32 seed = (guint32)g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GstSDPMessage) own = sdp_parse (SESSION BUNDLE AUDIO VIDEO);

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 5000; i++) {
    g_autoptr (GString) text = g_string_new (SESSION BUNDLE AUDIO VIDEO);
    guint n = (guint)g_rand_int_range (random, 1, 6);

    while (n-- > 0 && text->len > 40)
      mutate (random, text);
    exercise (text->str, own);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media-sdp/plan", test_plan);
  g_test_add_func ("/media-sdp/order", test_order);
  g_test_add_func ("/media-sdp/h264", test_h264);
  g_test_add_func ("/media-sdp/refused", test_refused);
  g_test_add_func ("/media-sdp/video-left-out", test_video_left_out);
  g_test_add_func ("/media-sdp/hostile", test_hostile);
  g_test_add_func ("/media-sdp/crowded", test_crowded);
  g_test_add_func ("/media-sdp/same-mid-twice", test_same_mid_twice);
  g_test_add_func ("/media-sdp/fingerprints", test_fingerprints);
  g_test_add_func ("/media-sdp/directions", test_directions);
  g_test_add_func ("/media-sdp/old-hold", test_old_hold);
  g_test_add_func ("/media-sdp/show", test_show);
  g_test_add_func ("/media-sdp/mids", test_mids_written);
  g_test_add_func ("/media-sdp/mids-do-not-meet", test_mids_do_not_meet);
  g_test_add_func ("/media-sdp/right-is-left", test_right_is_left);
  g_test_add_func ("/media-sdp/mutations", test_mutations);
  return g_test_run ();
}
