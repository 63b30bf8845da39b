/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sdp.h"

#include <gst/gst.h>
#include <string.h>

/* Telephone events in a description: which are taken, and what is written of them. */

#define HEAD "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define TRANSPORT                                                                        \
  "c=IN IP4 192.0.2.1\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"       \
  "a=setup:actpass\r\na=rtcp-mux\r\na=mid:0\r\na=fingerprint:sha-256 "                   \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"                                     \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA\r\n"

static GstSDPMessage *
parse (const char *formats, const char *attributes)
{
  g_autofree char *text = g_strconcat (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF ", formats,
                                       "\r\n" TRANSPORT, attributes, NULL);
  g_autoptr (GError) error = NULL;
  GstSDPMessage *sdp = phone_media_sdp_parse (text, &error);

  g_assert_no_error (error);
  return sdp;
}

static const PhoneMediaDirection all[] = {PHONE_MEDIA_DIRECTION_SENDRECV,
                                          PHONE_MEDIA_DIRECTION_SENDRECV};

static PhoneMediaSdpPlan
plan_of (const GstSDPMessage *sdp)
{
  static const char *const names[] = {"opus", "g722", "pcmu", NULL};
  PhoneMediaSdpPlan plan;
  g_autoptr (GError) error = NULL;

  phone_media_sdp_plan (sdp, FALSE, names, NULL, &plan, &error);
  g_assert_no_error (error);
  return plan;
}

#define OPUS "a=rtpmap:111 opus/48000/2\r\n"
#define EVENTS(number, rate) "a=rtpmap:" number " telephone-event/" rate "\r\n"

typedef struct {
  const char *formats;
  const char *attributes;
  PhoneMediaSdpEvents events[2];
} Case;

static const Case cases[] = {
    /* A browser. */
    {"111 9 0 110 126",
     OPUS EVENTS ("110", "48000") EVENTS ("126", "8000"),
     {{110, 48000}, {126, 8000}}},
    /* A gateway that has only the plain one, beside Opus. */
    {"111 101", OPUS EVENTS ("101", "8000"), {{0, 0}, {101, 8000}}},
    {"0 101", EVENTS ("101", "8000"), {{101, 8000}, {0, 0}}},
    {"9 101", EVENTS ("101", "8000"), {{101, 8000}, {0, 0}}},
    {"0 110 101", EVENTS ("110", "48000") EVENTS ("101", "8000"), {{101, 8000}, {0, 0}}},
    {"111 96", OPUS "a=rtpmap:96 Telephone-Event/48000\r\n", {{96, 48000}, {0, 0}}},
    /* The first one counts. */
    {"0 101 102", EVENTS ("101", "8000") EVENTS ("102", "8000"), {{101, 8000}, {0, 0}}},
    /* Nothing that could be used. */
    {"111 9 0", OPUS, {{0, 0}, {0, 0}}},
    {"111", OPUS EVENTS ("101", "8000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("101", "16000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("101", "0"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("101", "-8000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("101", ""), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("101", "4294975296"), {{0, 0}, {0, 0}}},
    {"111 128", OPUS EVENTS ("128", "8000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("-101", "8000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS EVENTS ("18446744073709551717", "8000"), {{0, 0}, {0, 0}}},
    {"111 101", OPUS "a=rtpmap:101telephone-event/8000\r\n", {{0, 0}, {0, 0}}},
    {"111 101", OPUS "a=rtpmap:101\r\na=rtpmap\r\n", {{0, 0}, {0, 0}}},
    /* The number of the codec itself. */
    {"111", OPUS EVENTS ("111", "48000"), {{0, 0}, {0, 0}}},
};

static void
test_plan (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstSDPMessage) sdp = parse (cases[i].formats, cases[i].attributes);
    PhoneMediaSdpPlan plan = plan_of (sdp);

    g_test_message ("%s: %s", cases[i].formats, cases[i].attributes);
    for (guint k = 0; k < 2; k++) {
      g_assert_cmpuint (plan.events[k].payload_type, ==, cases[i].events[k].payload_type);
      g_assert_cmpuint (plan.events[k].clock_rate, ==, cases[i].events[k].clock_rate);
    }
  }
}

/* Thousands of lines about thousands of formats. */
static void
test_crowded (void)
{
  g_autoptr (GString) formats = g_string_new ("111");
  g_autoptr (GString) attributes = g_string_new (OPUS);
  g_autoptr (GstSDPMessage) sdp = NULL;
  gint64 begin_us = 0;

  while (formats->len < 15000)
    g_string_append (formats, " 127");
  while (attributes->len < 200000)
    g_string_append (attributes, EVENTS ("100", "8000"));
  g_string_append (attributes, EVENTS ("127", "48000"));
  sdp = parse (formats->str, attributes->str);
  begin_us = g_get_monotonic_time ();
  g_assert_cmpuint (plan_of (sdp).events[0].payload_type, ==, 127);
  g_test_message ("%" G_GINT64_FORMAT " us", g_get_monotonic_time () - begin_us);
}

static char *
text_of (const GstSDPMessage *sdp)
{
  return phone_media_sdp_to_text (sdp);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)); at += strlen (part))
    n++;
  return n;
}

static void
test_offer (void)
{
  g_autoptr (GstSDPMessage) both = parse ("111 0", OPUS "a=rtpmap:0 PCMU/8000\r\n");
  g_autoptr (GstSDPMessage) plain = parse ("0", "a=rtpmap:0 PCMU/8000\r\n");
  g_autofree char *both_text = NULL;
  g_autofree char *plain_text = NULL;

  phone_media_sdp_offer_events (both);
  phone_media_sdp_offer_events (both);
  both_text = text_of (both);
  g_assert_cmpuint (count (both_text, "SAVPF 111 0 110 126\r\n"), ==, 1);
  g_assert_cmpuint (count (both_text, "a=rtpmap:110 telephone-event/48000\r\n"), ==, 1);
  g_assert_cmpuint (count (both_text, "a=fmtp:110 0-16\r\n"), ==, 1);
  g_assert_cmpuint (count (both_text, "a=rtpmap:126 telephone-event/8000\r\n"), ==, 1);
  g_assert_cmpuint (count (both_text, "a=fmtp:126 0-16\r\n"), ==, 1);
  phone_media_sdp_offer_events (plain);
  plain_text = text_of (plain);
  g_assert_cmpuint (count (plain_text, "SAVPF 0 126\r\n"), ==, 1);
  g_assert_cmpuint (count (plain_text, "telephone-event"), ==, 1);
}

/* What webrtcbin is shown, and what is answered, has them; the answer as they were
 * offered, and its fmtp beside that of the codec. */
static void
test_answer (void)
{
  g_autoptr (GstSDPMessage) offer =
      parse ("111 110 126", OPUS EVENTS ("110", "48000") EVENTS ("126", "8000"));
  PhoneMediaSdpPlan plan = plan_of (offer);
  g_autoptr (GstSDPMessage) shown = phone_media_sdp_show (offer, NULL, &plan);
  g_autoptr (GstSDPMessage) answer = parse ("111", OPUS "a=fmtp:111 stereo=1\r\n");
  g_autofree char *shown_text = text_of (shown);
  g_autofree char *answer_text = NULL;

  g_assert_cmpuint (count (shown_text, "SAVPF 111 110 126\r\n"), ==, 1);
  g_assert_cmpuint (count (shown_text, "telephone-event/48000"), ==, 1);
  phone_media_sdp_add_events (answer, &plan);
  phone_media_sdp_dress_answer (answer, offer, &plan, all);
  answer_text = text_of (answer);
  g_assert_cmpuint (count (answer_text, "SAVPF 111 110 126\r\n"), ==, 1);
  g_assert_cmpuint (count (answer_text, "a=fmtp:110 0-16\r\n"), ==, 1);
  g_assert_cmpuint (count (answer_text, "a=fmtp:126 0-16\r\n"), ==, 1);
  g_assert_cmpuint (count (answer_text, "a=fmtp:111 "), ==, 1);
  g_assert_cmpuint (count (answer_text, "stereo"), ==, 0);
}

/* Within a call those that were not agreed upon at its beginning are not answered. */
static void
test_again (void)
{
  g_autoptr (GstSDPMessage) own = parse ("111 101", OPUS EVENTS ("101", "8000"));
  g_autoptr (GstSDPMessage) offer =
      parse ("111 101 110", OPUS EVENTS ("101", "8000") EVENTS ("110", "48000"));
  PhoneMediaSdpPlan agreed = plan_of (own);
  PhoneMediaSdpPlan plan = plan_of (offer);
  g_autoptr (GstSDPMessage) answer = NULL;
  g_autofree char *text = NULL;

  phone_media_sdp_keep_events (&plan, &agreed);
  answer = phone_media_sdp_answer_again (own, offer, &plan, all, "active");
  text = text_of (answer);
  g_assert_cmpuint (count (text, "SAVPF 111 101\r\n"), ==, 1);
  g_assert_cmpuint (count (text, "a=fmtp:101 0-16\r\n"), ==, 1);
  g_assert_cmpuint (count (text, "telephone-event"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media-sdp-events/plan", test_plan);
  g_test_add_func ("/media-sdp-events/crowded", test_crowded);
  g_test_add_func ("/media-sdp-events/offer", test_offer);
  g_test_add_func ("/media-sdp-events/answer", test_answer);
  g_test_add_func ("/media-sdp-events/again", test_again);
  return g_test_run ();
}
