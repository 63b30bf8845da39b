/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

#include <string.h>

/* What a peer or a server may send to do harm. Whatever it is, the agent lives, what it
 * holds is bounded, and the next OPTIONS gets its 200. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- Malformed: 400 before any 404, and nothing where there is no way back ---- */

static void
test_malformed (void)
{
  static const struct {
    const char *frame;
    guint status; /* 0: dropped */
  } cases[] = {
      {"INVITE sip:nobody@example.org SIP/2.0\nVia: SIP/2.0/WS e;branch=z9hG4bK1\n\n",
       400},
      {"INVITE sip:nobody@example.org SIP/2.0\nVia: SIP/2.0/WS e;branch=z9hG4bK2\n"
       "From: <sip:b@x>;tag=1\nTo: <sip:alice@example.org>\nCall-ID: 1\n"
       "CSeq: 99999999999 INVITE\n\n",
       400},
      {"INVITE sip:nobody@example.org SIP/2.0\nVia: SIP/2.0/WS e;branch=z9hG4bK3\n"
       "From: <sip:b@x>;tag=1\nTo: <sip:alice@example.org>\nCall-ID: 1\n"
       "CSeq: 1 BYE\n\n",
       400},
      {"INVITE sip:alice@example.org SIP/2.0\nVia: SIP/2.0/WS e;branch=z9hG4bK4\n"
       "From: <sip:b@x>;tag=1\nTo: <sip:alice@example.org>\nCall-ID: 1\n"
       "CSeq: 1 INVITE\nContent-Length: 999\n\nshort",
       400},
      {"INVITE sip:alice@example.org SIP/7.0\nVia: SIP/2.0/WS e;branch=z9hG4bK5\n"
       "From: <sip:b@x>;tag=1\nTo: <sip:alice@example.org>\nCall-ID: 1\n"
       "CSeq: 1 INVITE\n\n",
       505},
      {"INVITE sip:alice@example.org SIP/2.0\nFrom: <sip:b@x>;tag=1\n\n", 0},
      {"INVITE\n\n", 0},
      {"SIP/2.0 200\n\n", 0},
      {"SIP/2.0 200 OK\nVia: SIP/2.0/WS e;branch=z9hG4bK6\n\n", 0},
      {"GET / HTTP/1.1\nHost: x\n\n", 0},
      {"\n", 0},
      {"ACK sip:alice@example.org SIP/2.0\nVia: SIP/2.0/WS e;branch=z9hG4bK7\n\n", 0},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ua_fixture_receive (&f, "%s", cases[i].frame);
    if (f.broken_status == 0 && cases[i].status != 0)
      ua_fixture_expect_response (&f, cases[i].status);
    else
      g_assert_cmpuint (f.broken_status, ==, cases[i].status);
    ua_fixture_expect_silence (&f);
    f.broken_status = 0;
  }
  ua_fixture_drop_alive (&f);
}

/* An INVITE without a good Contact has nowhere to be answered to. */
static void
test_bad_contact (void)
{
  static const char *const contacts[] = {"",
                                         "Contact: *\n",
                                         "Contact: </\n",
                                         "Contact: <>\n",
                                         "Contact: <sip:>\n",
                                         "Contact: tel:+49\n",
                                         "Contact: \"\\\n",
                                         "Contact: <urn:x>\n"};
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (contacts); i++) {
    ua_fixture_receive (&f,
                        "INVITE sip:alice@example.org SIP/2.0\n"
                        "Via: SIP/2.0/WS e.invalid;branch=z9hG4bK-%u\n"
                        "From: <sip:b@x.org>;tag=1\nTo: <sip:alice@example.org>\n"
                        "Call-ID: c%u\nCSeq: 1 INVITE\nMax-Forwards: 70\n%s\n",
                        i, i, contacts[i]);
    ua_fixture_expect_response (&f, 400);
  }
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_drop_alive (&f);
}

static void
test_too_large (void)
{
  g_autoptr (GString) frame = g_string_new (NULL);
  UaFixture f;

  ua_fixture_start (&f);
  g_string_append (frame, "OPTIONS sip:alice@example.org SIP/2.0\r\n"
                          "Via: SIP/2.0/WS e.invalid;branch=z9hG4bKx\r\n"
                          "From: <sip:b@x.org>;tag=1\r\nTo: <sip:alice@example.org>\r\n"
                          "Call-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n");
  while (frame->len <= SIP_MAX_MESSAGE_BYTES)
    g_string_append (frame, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
  ua_fixture_receive_bytes (&f, frame->str, frame->len);
  ua_fixture_expect_response (&f, 513);
  ua_fixture_expect_alive (&f);
  /* Unreadable on top of it: the flow is of no use. */
  memset (frame->str, 'x', frame->len);
  ua_fixture_receive_bytes (&f, frame->str, frame->len);
  ua_fixture_take (&f, SIP_OUTPUT_CLOSE_FLOW);
  ua_fixture_drop (&f);
}

/* The biggest that is allowed, whose response must repeat nearly all of it. */
static void
test_huge_vias (void)
{
  g_autoptr (GString) frame = g_string_new ("OPTIONS sip:alice@example.org SIP/2.0\r\n");
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < 100; i++) {
    g_string_append_printf (frame, "Via: SIP/2.0/WS e%u.invalid;branch=z9hG4bK%u;x=", i,
                            i);
    for (guint j = 0; j < 2500; j++)
      g_string_append_c (frame, 'x');
    g_string_append (frame, "\r\n");
  }
  g_string_append (frame, "From: <sip:b@x.org>;tag=1\r\nTo: <sip:alice@example.org>\r\n"
                          "Call-ID: c\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n");
  ua_fixture_receive_bytes (&f, frame->str, frame->len);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_drop_alive (&f);
}

/* An INVITE of @length bytes, nearly all of them in @header, which its responses repeat. */
static char *
make_huge_invite (const char *header, const char *padding, gsize length)
{
  GString *frame = g_string_new (NULL);
  gsize head;

  g_string_printf (frame,
                   "INVITE sip:alice@example.org SIP/2.0\r\n"
                   "v: SIP/2.0/WS e;branch=z9hG4bK-huge-%s\r\n"
                   "f: <sip:b@x>;tag=1\r\nt: <sip:alice@example.org>\r\n"
                   "i: huge-%s\r\nCSeq: 1 INVITE\r\nm: <sip:b@x>\r\n%s: %s",
                   header, header, header, padding);
  head = frame->len;
  g_string_set_size (frame, length - 4);
  memset (frame->str + head, 'x', length - 4 - head);
  g_string_append (frame, "\r\n\r\n");
  return g_string_free (frame, FALSE);
}

/* It cannot be answered, or not with what makes a dialog. */
static void
test_huge_invites (void)
{
  static const char *const cases[][2] = {
      {"Record-Route", "<sip:r;lr;x="},
      {"Via", "SIP/2.0/WS f;branch=z9hG4bK-further;x="},
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    g_autofree char *frame =
        make_huge_invite (cases[i / 2][0], cases[i / 2][1], SIP_MAX_MESSAGE_BYTES);
    SipSessionId call;
    UaFixture f;

    ua_fixture_start (&f);
    ua_fixture_receive_bytes (&f, frame, SIP_MAX_MESSAGE_BYTES);
    call = ua_fixture_take (&f, SIP_OUTPUT_INCOMING)->session;
    sip_ua_progress (f.ua, call, 183, NULL, f.now_us, NULL);
    ua_fixture_pump (&f);
    if (i % 2 == 0)
      sip_ua_answer (f.ua, call, UA_OFFER, f.now_us, NULL);
    else
      sip_ua_reject (f.ua, call, 486, f.now_us, NULL);
    ua_fixture_pump (&f);
    ua_fixture_expect_end (&f, call,
                           i % 2 == 0 ? SIP_END_PROTOCOL_ERROR : SIP_END_DECLINED_HERE,
                           i % 2 == 0 ? 0 : 486);
    ua_fixture_drop_alive (&f);
  }
}

/* ---- Names, numbers, formats ---- */

static void
test_names (void)
{
  static const char *const froms[] = {
      "\"</\" <sip:b@x.org>;tag=%u",
      "\"a\\\\\" <sip:b@x.org>;tag=%u",
      "\"%%n%%s%%p\" <sip:b@x.org>;tag=%u",
      "<tel:+49>;tag=%u",
      "<urn:service:sos>;tag=%u",
      "\"\xff\xfe\" <sip:b@x.org>;tag=%u",
      "<sip:%%00@x.org>;tag=%u",
      "Bob Example <sip:b@x.org>;tag=%u",
      "sip:b@x.org;tag=%u",
      "\"\xe2\x80\xae\" <sip:b@x.org>;tag=%u",
  };
  static const char *const more = "P-Asserted-Identity: </\nP-Asserted-Identity: \"\\\n"
                                  "Diversion: <>\nReferred-By: sip:\nSubject: %n%s\n"
                                  "Expires: -1\nExpires: 99999999999999999999\n"
                                  "Session-Expires: 1\nMin-SE: x\nRetry-After: -1\n";
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (froms); i++) {
    g_autoptr (GString) frame = g_string_new (NULL);
    SipMessage *first;

    g_string_printf (frame,
                     "INVITE sip:alice@example.org SIP/2.0\n"
                     "Via: SIP/2.0/WS e.invalid;branch=z9hG4bK-%u\nFrom: ",
                     i);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_string_append_printf (frame, froms[i], i);
#pragma GCC diagnostic pop
    g_string_append_printf (frame,
                            "\nTo: <sip:alice@example.org>\nCall-ID: c%u\n"
                            "CSeq: 1 INVITE\nMax-Forwards: 70\n"
                            "Contact: <sip:b@far.invalid>\n%s\n",
                            i, more);
    ua_fixture_receive (&f, "%s", frame->str);
    first = g_queue_peek_head (&f.sent);
    g_assert_nonnull (first);
    if (sip_message_get_status (first) == 100)
      sip_ua_reject (f.ua, ua_fixture_take (&f, SIP_OUTPUT_INCOMING)->session, 486,
                     f.now_us, NULL);
    ua_fixture_pump (&f);
    ua_fixture_forget (&f);
  }
  ua_fixture_drop_alive (&f);
}

/* A hostile server answers our INVITE. */
static void
test_hostile_responses (void)
{
  static const char *const more[] = {
      "Contact: </\n",
      "Contact: *\n",
      "Contact: <sip:>\n",
      "Contact: \"\\\n",
      "Record-Route: </\nContact: <sip:b@x.invalid>\n",
      "Record-Route: *, <>, <sip:x>\nContact: <sip:b@x.invalid>\n",
      "Record-Route: <tel:+49>\nContact: <sip:b@x.invalid>\n",
      "Record-Route: <sip:strict.invalid>\nContact: "
      "<sip:b@x.invalid?Replaces=x&X=%0d%0aY>\n",
      "Require: 100rel\nRSeq: 99999999999\nContact: <sip:b@x.invalid;method=REGISTER>\n",
      "Contact: <sips:b@x.invalid>, <sip:c@x.invalid>\nRetry-After: 2147483648\n",
  };
  static const guint statuses[] = {180, 183, 200, 300, 302, 380, 401, 407, 503, 699};

  for (guint i = 0; i < G_N_ELEMENTS (more); i++)
    for (guint j = 0; j < G_N_ELEMENTS (statuses); j++) {
      UaFixture f;
      SipSessionId call;
      g_autoptr (SipMessage) invite = NULL;

      ua_fixture_start (&f);
      invite = ua_fixture_dial (&f, &call);
      ua_fixture_respond (&f, invite, statuses[j], "x", more[i], UA_ANSWER);
      ua_fixture_respond (&f, invite, 200, NULL, more[i], UA_ANSWER);
      sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
      ua_fixture_pump (&f);
      ua_fixture_forget (&f);
      ua_fixture_advance (&f, SECONDS (40));
      g_assert_null (strstr (f.wire->str, "\nY"));
      g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 0);
      ua_fixture_drop_alive (&f);
    }
}

/* ---- Floods ---- */

static void
test_flood (void)
{
  UaFixture f;
  guint most = 0;

  ua_fixture_init (&f, &(UaOptions){.max_ringing = 2});
  ua_fixture_register (&f);
  /* 200 a second for a minute, none of them ever ACKed. */
  for (guint i = 0; i < 60 * 200; i++) {
    ua_fixture_receive (&f,
                        "INVITE sip:alice@example.org SIP/2.0\n"
                        "Via: SIP/2.0/WS e.invalid;branch=z9hG4bK-%u\n"
                        "From: <sip:b@x.org>;tag=1\nTo: <sip:alice@example.org>\n"
                        "Call-ID: c%u\nCSeq: 1 INVITE\nMax-Forwards: 70\n"
                        "Contact: <sip:b@far.invalid>\n\n",
                        i, i);
    f.now_us += 5 * G_TIME_SPAN_MILLISECOND;
    sip_ua_tick (f.ua, f.now_us);
    ua_fixture_pump (&f);
    most = MAX (most, g_hash_table_size (f.ua->server_txs) +
                          g_hash_table_size (f.ua->client_txs));
    ua_fixture_forget (&f);
    g_assert_cmpuint (sip_ua_get_n_calls (f.ua), <=, 2);
  }
  g_assert_cmpuint (most, <=, SIP_UA_MAX_TRANSACTIONS);
  ua_fixture_advance (&f, SECONDS (300));
  g_assert_cmpuint (f.ua->sessions->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (f.ua->server_txs), ==, 0);
  ua_fixture_drop_alive (&f);
}

/* Ten thousand calls that were refused leave nothing. */
static void
test_ten_thousand_refused (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i);
    SipSessionId call = ua_fixture_ring (&f, id, NULL);
    g_autoptr (SipMessage) refused = NULL;

    sip_ua_reject (f.ua, call, 486, f.now_us, NULL);
    ua_fixture_pump (&f);
    refused = ua_fixture_take_response (&f, 486);
    ua_fixture_take (&f, SIP_OUTPUT_ENDED);
    ua_fixture_receive (&f,
                        "ACK sip:alice@example.org SIP/2.0\n"
                        "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s\n"
                        "From: \"Bob\" <sip:bob@example.org>;tag=far\n"
                        "To: <sip:alice@example.org>;tag=%.*s\nCall-ID: %s\n"
                        "CSeq: 1 ACK\nMax-Forwards: 70\n\n",
                        id, SIP_TEXT_ARG (sip_message_get_to_tag (refused)), id);
    g_assert_cmpuint (g_hash_table_size (f.ua->server_txs), ==, 0);
    g_assert_cmpuint (f.ua->sessions->len, ==, 0);
    g_string_truncate (f.wire, 0);
  }
  ua_fixture_drop_alive (&f);
}

/* ---- Hijacks ---- */

/* Somebody who knows the Call-ID and one tag is still not in the call. */
static void
test_foreign_in_dialog (void)
{
  static const char *const methods[] = {"BYE", "INVITE", "UPDATE", "INFO", "OPTIONS"};
  UaFixture f;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    ua_fixture_receive (&f,
                        "%s sip:alice@example.org SIP/2.0\n"
                        "Via: SIP/2.0/WS e.invalid;branch=z9hG4bK-x%u\n"
                        "From: <sip:bob@example.org>;tag=guessed\n"
                        "To: <sip:alice@example.org>;tag=%.*s\nCall-ID: in\n"
                        "CSeq: 99 %s\nMax-Forwards: 70\n\n",
                        methods[i], i, SIP_TEXT_ARG (sip_message_get_to_tag (answer)),
                        methods[i]);
    ua_fixture_expect_response (&f, 481);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_expect_nothing_told (&f);
  ua_fixture_drop_alive (&f);
}

/* What a REFER must not bring about, and that of what it may, only the user does it. */
static void
test_refer (void)
{
  static const struct {
    const char *target;
    guint status;
  } cases[] = {
      {"", 400},
      {"</", 400},
      {"<sip:x@y>\nRefer-To: <sip:z@y>", 400},
      {"<sip:x@y>, <sip:z@y>", 400},
      {"*", 400},
      {"<sip:x:password@y>", 400},
      {"<sip:x%0d%0aX@y>", 400},
      {"<sip:x@y;method=BYE>", 403},
      {"<sip:x@y;method=REGISTER>", 403},
      {"<http://example.org>", 416},
      {"<urn:service:sos>", 416},
      {"<sips:x@y>", 416}, /* over a flow that is not secure */
  };
  UaFixture f;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *more = g_strdup_printf ("Refer-To: %s\n", cases[i].target);

    ua_fixture_request_inside (&f, answer, "REFER", 2 + i, more, NULL);
    ua_fixture_expect_response (&f, cases[i].status);
    ua_fixture_expect_silence (&f);
    ua_fixture_expect_nothing_told (&f);
  }
  ua_fixture_request_inside (&f, answer, "REFER", 50, "Refer-To: <tel:+1900>\n", NULL);
  ua_fixture_expect_response (&f, 202);
  ua_fixture_expect_request (&f, SIP_METHOD_NOTIFY);
  ua_fixture_take (&f, SIP_OUTPUT_TRANSFER_ASKED);
  ua_fixture_advance (&f, 10 * G_TIME_SPAN_SECOND);
  ua_fixture_expect_silence (&f);
  ua_fixture_drop_alive (&f);
}

/* A response that is not to a request of ours does nothing. */
static void
test_stray_responses (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *via = NULL;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  via = ua_text (sip_message_get_via (invite)->text);
  /* Another host; two Vias; another branch; another method; and with the right branch
   * another tag in From, another Call-ID, another number. */
  for (guint i = 0; i < 7; i++) {
    static const char *const vias[] = {"Via: SIP/2.0/WS e.invalid;branch=%s\n",
                                       "Via: %s\nVia: SIP/2.0/WS x;branch=z9hG4bKx\n",
                                       "Via: %sx\n",
                                       "Via: %s\n",
                                       "Via: %s\n",
                                       "Via: %s\n",
                                       "Via: %s\n"};
    g_auto (GStrv) parts = g_strsplit (vias[i], "%s", 2);
    g_autofree char *branch = ua_text (sip_message_get_via (invite)->branch);

    ua_fixture_receive (&f,
                        "SIP/2.0 200 OK\n%s%s%s"
                        "From: %.*s%s\nTo: <sip:bob@example.org>;tag=x\n"
                        "Call-ID: %.*s%s\nCSeq: %u %s\nContact: <sip:b@x.invalid>\n\n",
                        parts[0], i == 0 ? branch : via, parts[1],
                        SIP_TEXT_ARG (sip_message_get_from (invite)->text),
                        i == 4 ? "x" : "",
                        SIP_TEXT_ARG (sip_message_get_call_id (invite)),
                        i == 5 ? "x" : "", i == 6 ? 2 : 1, i == 3 ? "BYE" : "INVITE");
    ua_fixture_expect_silence (&f);
    ua_fixture_expect_nothing_told (&f);
  }
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_drop_alive (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-ua-hostile/" name, func)

/* One message a frame (RFC 7118 §5): what stands behind the first is nobody's. */
static void
test_two_in_a_frame (void)
{
#define OPTIONS(id)                                                                      \
  "OPTIONS sip:alice@example.org SIP/2.0\n"                                              \
  "Via: SIP/2.0/WS far.invalid;branch=z9hG4bK" id "\n"                                   \
  "Max-Forwards: 70\nFrom: <sip:bob@example.org>;tag=b\nTo: <sip:alice@example.org>\n"   \
  "Call-ID: " id "\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
  UaFixture f;
  g_autoptr (SipMessage) ok = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  ua_fixture_receive (&f, "%s", OPTIONS ("first") OPTIONS ("second"));
  ok = ua_fixture_take_response (&f, 200);
  ua_expect_header (ok, SIP_HEADER_CALL_ID, "first");
  ua_fixture_expect_silence (&f);
  ua_fixture_drop_alive (&f);
#undef OPTIONS
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("two-in-a-frame", test_two_in_a_frame);
  ADD ("malformed", test_malformed);
  ADD ("bad-contact", test_bad_contact);
  ADD ("too-large", test_too_large);
  ADD ("huge-vias", test_huge_vias);
  ADD ("huge-invites", test_huge_invites);
  ADD ("names", test_names);
  ADD ("hostile-responses", test_hostile_responses);
  ADD ("flood", test_flood);
  ADD ("ten-thousand-refused", test_ten_thousand_refused);
  ADD ("foreign-in-dialog", test_foreign_in_dialog);
  ADD ("refer", test_refer);
  ADD ("stray-responses", test_stray_responses);
  return g_test_run ();
}
