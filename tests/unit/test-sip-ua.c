/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#include <string.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* A request outside of a dialog; the branch and Call-ID are @id. */
static void
request (
    UaFixture *f, const char *method, const char *uri, const char *id, const char *more)
{
  ua_fixture_receive (f,
                      "%s %s SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s\n"
                      "From: <sip:bob@example.org>;tag=far\nTo: <sip:alice@example.org>\n"
                      "Call-ID: %s\nCSeq: 1 %s\nMax-Forwards: 70\n"
                      "Contact: <sip:bob@far.invalid>\n%s\n",
                      method, uri, id, id, method, more);
}

#define ALLOW "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY"

/* ---- The answers of RFC 3261 §8.2 ---- */

static void
test_options (void)
{
  UaFixture f;
  g_autoptr (SipMessage) ok = NULL;

  ua_fixture_start (&f);
  request (&f, "OPTIONS", "sip:alice@example.org", "o", "");
  ok = ua_fixture_take_response (&f, 200);
  ua_expect_header (ok, SIP_HEADER_ALLOW, ALLOW);
  ua_expect_header (ok, SIP_HEADER_ACCEPT, "application/sdp");
  ua_expect_header (ok, SIP_HEADER_SUPPORTED,
                    "gruu, norefersub, outbound, path, replaces");
  ua_expect_header (ok, SIP_HEADER_SERVER, "test");
  g_assert_cmpuint (sip_message_get_to_tag (ok).len, >, 0);
  ua_fixture_clear (&f);
}

static void
test_methods (void)
{
  static const struct {
    const char *method;
    guint status;
  } cases[] = {
      {"MESSAGE", 405},  {"SUBSCRIBE", 405}, {"NOTIFY", 481}, {"REFER", 403},
      {"REGISTER", 405}, {"PUBLISH", 405},   {"PRACK", 405},  {"FOO", 501},
      {"invite", 501},   {"BYE", 481},       {"UPDATE", 481}, {"INFO", 481},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SipMessage) response = NULL;

    request (&f, cases[i].method, "sip:alice@example.org", cases[i].method, "");
    response = ua_fixture_take_response (&f, cases[i].status);
    if (cases[i].status == 405 || cases[i].status == 501)
      ua_expect_header (response, SIP_HEADER_ALLOW, ALLOW);
  }
  /* Never an answer to an ACK. */
  request (&f, "ACK", "sip:alice@example.org", "ack", "");
  ua_fixture_expect_silence (&f);
  ua_fixture_clear (&f);
}

static void
test_whose (void)
{
  static const struct {
    const char *uri;
    guint status;
  } cases[] = {
      {"sip:alice@example.org", 200},
      {"sips:alice@example.org", 200},
      {"sip:%61lice@192.0.2.7:5060;transport=udp", 200},
      {"sip:bob@example.org", 404},
      {"sip:Alice@example.org", 404}, /* a user part has case */
      {"sip:example.org", 404},
      {"sip:alice%00@example.org", 404},
      {"tel:+4930", 416},
      {"urn:service:sos", 416},
      {"http://example.org", 416},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("o%u", i);

    request (&f, "OPTIONS", cases[i].uri, id, "");
    ua_fixture_expect_response (&f, cases[i].status);
  }
  request (&f, "OPTIONS", sip_ua_get_contact (f.ua), "contact", "");
  ua_fixture_expect_response (&f, 200);
  ua_fixture_clear (&f);
}

static void
test_require (void)
{
  UaFixture f;
  g_autoptr (SipMessage) refused = NULL;

  ua_fixture_start (&f);
  request (&f, "INVITE", "sip:alice@example.org", "i",
           "Require: 100rel, gruu, nothing-known\nRequire: outbound, x\n");
  refused = ua_fixture_take_response (&f, 420);
  ua_expect_header (refused, SIP_HEADER_UNSUPPORTED, "100rel, nothing-known, x");
  request (&f, "OPTIONS", "sip:alice@example.org", "o", "Require: gruu\n");
  ua_fixture_expect_response (&f, 200);
  ua_fixture_clear (&f);
}

static void
test_content (void)
{
  static const struct {
    const char *more;
    guint status;
  } cases[] = {
      {"Content-Type: text/plain\n\nhello", 415},
      {"Content-Type: multipart/mixed;boundary=x\n\n--x\n", 415},
      {"Content-Type: multipart/mixed;boundary=\"\"\n\n--\n", 415},
      {"Content-Type: multipart/mixed;boundary=\n\n--\n", 400},
      {"Content-Type: multipart/mixed\n\nhello\n", 415},
      {"Content-Type: application/sdp\nContent-Encoding: gzip\n\nxx", 415},
      {"\nhello", 400},
      {"Content-Type: ;;;\n\nhello", 400},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("i%u", i);
    g_autoptr (SipMessage) refused = NULL;

    request (&f, "INVITE", "sip:alice@example.org", id, cases[i].more);
    refused = ua_fixture_take_response (&f, cases[i].status);
    if (cases[i].status == 415) {
      ua_expect_header (refused, SIP_HEADER_ACCEPT, "application/sdp");
      g_assert_true (sip_text_equal_str (
          sip_message_get_header_by_name (refused, "Accept-Encoding"), "identity"));
    }
  }
  request (&f, "INVITE", "sip:alice@example.org", "good",
           "Content-Type: Application/SDP;charset=utf-8\nContent-Encoding: identity\n\n"
           "v=0\n");
  ua_fixture_expect_response (&f, 100);
  ua_fixture_expect_response (&f, 180);
  ua_fixture_take (&f, SIP_OUTPUT_INCOMING);
  ua_fixture_clear (&f);
}

/* One request over two ways. */
static void
test_merged (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_ring (&f, "in", NULL);
  ua_fixture_receive (&f, "INVITE sip:alice@example.org SIP/2.0\n"
                          "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-other-way\n"
                          "From: \"Bob\" <sip:bob@example.org>;tag=far\n"
                          "To: <sip:alice@example.org>\nCall-ID: in\nCSeq: 1 INVITE\n"
                          "Max-Forwards: 70\nContact: <sip:bob@far.invalid>\n\n");
  ua_fixture_expect_response (&f, 482);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 1);
  ua_fixture_clear (&f);
}

/* The same once more is no second call. */
static void
test_again (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  request (&f, "INVITE", "sip:alice@example.org", "in", "");
  ua_fixture_expect_response (&f, 100);
  ua_fixture_expect_response (&f, 180);
  ua_fixture_take (&f, SIP_OUTPUT_INCOMING);
  request (&f, "INVITE", "sip:alice@example.org", "in", "");
  ua_fixture_expect_response (&f, 180);
  ua_fixture_clear (&f);
}

/* ---- Limits ---- */

static void
test_max_calls (void)
{
  UaFixture f;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  for (guint i = 0; i < SIP_UA_MAX_CALLS; i++) {
    g_autofree char *id = g_strdup_printf ("in%u", i);

    ua_fixture_be_called (&f, id, NULL);
  }
  request (&f, "INVITE", "sip:alice@example.org", "one-more", "");
  ua_fixture_expect_response (&f, 486);
  g_assert_cmpuint (sip_ua_invite (f.ua, "bob", UA_OFFER, f.now_us, NULL), ==, 0);
  ua_fixture_pump (&f);
  ua_fixture_clear (&f);
}

static void
test_max_ringing (void)
{
  UaFixture f;
  SipSessionId first;

  ua_fixture_init (&f, &(UaOptions){.max_ringing = 2, .max_calls = 5});
  ua_fixture_register (&f);
  first = ua_fixture_ring (&f, "one", NULL);
  ua_fixture_ring (&f, "two", NULL);
  request (&f, "INVITE", "sip:alice@example.org", "three", "");
  ua_fixture_expect_response (&f, 486);
  sip_ua_answer (f.ua, first, UA_ANSWER, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_ring (&f, "four", NULL);
  ua_fixture_clear (&f);
}

/* 256 transactions; above it 503, and still there is room to hang up. */
static void
test_max_transactions (void)
{
  UaFixture f;
  SipSessionId call;
  guint n_refused = 0;

  ua_fixture_start (&f);
  call = ua_fixture_call (&f, NULL);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("x%u", i);
    g_autoptr (SipMessage) response = NULL;

    /* 415 waits for an ACK that never comes. */
    request (&f, "INVITE", "sip:alice@example.org", id, "Content-Type: text/plain\n\nx");
    response = g_queue_pop_head (&f.sent);
    g_assert_nonnull (response);
    n_refused += sip_message_get_status (response) == 503 ? 1 : 0;
  }
  /* One is the INVITE of the call that stands. */
  g_assert_cmpuint (n_refused, ==, 1000 - (SIP_UA_MAX_TRANSACTIONS - 1));
  sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_HERE, 0);
  ua_fixture_expect_request (&f, SIP_METHOD_BYE);
  ua_fixture_advance (&f, SECONDS (33));
  ua_fixture_ring (&f, "again", NULL);
  ua_fixture_clear (&f);
}

/* The same for what we start ourselves. */
static void
test_max_own_transactions (void)
{
  UaFixture f;
  guint n = 0;

  ua_fixture_start (&f);
  while (n < 1000) {
    g_autoptr (GError) error = NULL;
    SipSessionId call = sip_ua_invite (f.ua, "bob", UA_OFFER, f.now_us, &error);

    if (call == 0) {
      g_assert_error (error, SIP_ERROR, SIP_ERROR_LIMIT);
      break;
    }
    sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
    ua_fixture_pump (&f);
    n++;
  }
  g_assert_cmpuint (n, ==, SIP_UA_MAX_TRANSACTIONS);
  ua_fixture_drop (&f);
}

/* ---- Where calls come from ---- */

static void
test_not_registered (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (GError) error = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  g_assert_cmpuint (sip_ua_invite (f.ua, "bob", UA_OFFER, f.now_us, &error), ==, 0);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NO_FLOW);
  request (&f, "INVITE", "sip:alice@example.org", "before", "");
  ua_fixture_expect_silence (&f);
  ua_fixture_open (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  first = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  request (&f, "INVITE", "sip:alice@example.org", "early", "");
  ua_fixture_expect_response (&f, 480);
  g_assert_cmpuint (sip_ua_get_n_calls (f.ua), ==, 0);
  ua_fixture_grant (&f, first, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  ua_fixture_ring (&f, "now", NULL);
  ua_fixture_clear (&f);
}

/* Headers that would make a phone answer by itself are only headers. */
static void
test_no_auto_answer (void)
{
  UaFixture f;

  ua_fixture_start (&f);
  request (
      &f, "INVITE", "sip:alice@example.org;intercom=true", "in",
      "Call-Info: <sip:x>;answer-after=0\nAlert-Info: <http://x>;info=alert-autoanswer\n"
      "Answer-Mode: Auto\n");
  ua_fixture_expect_response (&f, 100);
  ua_fixture_expect_response (&f, 180);
  ua_fixture_take (&f, SIP_OUTPUT_INCOMING);
  ua_fixture_advance (&f, SECONDS (30));
  ua_fixture_clear (&f);
}

/* ---- Dialling ---- */

static void
test_dialled (void)
{
  static const struct {
    const char *text;
    const char *uri; /* NULL: refused */
  } cases[] = {
      {"bob", "sip:bob@example.org"},
      {"sip:bob@other.org", "sip:bob@other.org"},
      {"tel:+49-30-1234", NULL},
      {"bob%0d%0aX:1", NULL},
      {"bob\r\nX: 1", NULL},
      {"sip:bob@example.org?Subject=x", NULL},
      {"sip:bob:secret@example.org", NULL},
      {"http://example.org", NULL},
      {"sip:", NULL},
      {"", NULL},
  };
  UaFixture f;

  ua_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SipMessage) invite = NULL;
    g_autofree char *uri = NULL;
    SipSessionId call = sip_ua_invite (f.ua, cases[i].text, UA_OFFER, f.now_us, &error);

    ua_fixture_pump (&f);
    if (g_str_has_prefix (cases[i].text, "tel:")) {
      g_assert_no_error (error);
      invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
      uri = ua_text (sip_message_get_request_uri (invite)->text);
      g_assert_cmpstr (uri, ==, "sip:+49301234@example.org;user=phone");
      continue;
    }
    g_assert_cmpint (call != 0, ==, cases[i].uri != NULL);
    g_assert_cmpint (error == NULL, ==, cases[i].uri != NULL);
    if (cases[i].uri == NULL)
      continue;
    invite = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
    uri = ua_text (sip_message_get_request_uri (invite)->text);
    g_assert_cmpstr (uri, ==, cases[i].uri);
  }
  g_assert_null (strstr (f.wire->str, "\nX:"));
  ua_fixture_clear (&f);
}

static void
seeded (guint8 *buffer, gsize length, gpointer user_data)
{
  memset (buffer, 1, length);
}

/* What a person typed into the account cannot become a header. */
static void
test_account_text (void)
{
  static const char *const nasty[] = {"A\r\nX: 1", "A\nX: 1", "\"\\",
                                      "A\"B\\",    "<x>",     ""};

  for (guint i = 0; i < G_N_ELEMENTS (nasty); i++) {
    SipUaConfig config = {.aor = "sip:alice@example.org",
                          .display_name = nasty[i],
                          .instance_id = "urn:uuid:1",
                          .random = seeded};
    g_autoptr (SipUa) ua = sip_ua_new (&config, 0);
    const SipOutput *output;
    gboolean was_sent = FALSE;

    sip_ua_start (ua, 1);
    sip_ua_flow_opened (ua, 2);
    while ((output = sip_ua_pop_output (ua)) != NULL) {
      if (output->type != SIP_OUTPUT_SEND)
        continue;
      was_sent = TRUE;
      g_assert_null (g_strstr_len (output->frame, (gssize)output->frame_len, "\nX:"));
    }
    g_assert_true (was_sent);
    sip_ua_check (ua);
  }
}

static void
test_bad_account (void)
{
  static const struct {
    const char *aor;
    const char *registrar;
    const char *instance;
    const char *user_agent;
  } cases[] = {
      {"", NULL, "urn:uuid:1", NULL},
      {"alice", NULL, "urn:uuid:1", NULL},
      {"tel:+49", NULL, "urn:uuid:1", NULL},
      {"sip:", NULL, "urn:uuid:1", NULL},
      {"sip:example.org", NULL, "urn:uuid:1", NULL},
      {"sip:a@b\r\nX: 1", NULL, "urn:uuid:1", NULL},
      {"sip:a@b.org", "b.org", "urn:uuid:1", NULL},
      {"sip:a@b.org", "http://b.org", "urn:uuid:1", NULL},
      {"sip:a@b.org", "sip:b.org\r\nX: 1", "urn:uuid:1", NULL},
      {"sip:a@b.org", NULL, "urn:uuid:1\r\nX: 1", NULL},
      {"sip:a@b.org", NULL, "urn:uuid:1>\";x=\"<", NULL},
      {"sip:a@b.org", NULL, "urn:uuid:1", "x\nX: 1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    SipUaConfig config = {.aor = cases[i].aor,
                          .registrar = cases[i].registrar,
                          .instance_id = cases[i].instance,
                          .user_agent = cases[i].user_agent,
                          .random = seeded};

    g_assert_null (sip_ua_new (&config, 0));
  }
}

#define ADD(name, func) g_test_add_func ("/sip-ua/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("options", test_options);
  ADD ("methods", test_methods);
  ADD ("whose", test_whose);
  ADD ("require", test_require);
  ADD ("content", test_content);
  ADD ("merged", test_merged);
  ADD ("again", test_again);
  ADD ("max-calls", test_max_calls);
  ADD ("max-ringing", test_max_ringing);
  ADD ("max-transactions", test_max_transactions);
  ADD ("max-own-transactions", test_max_own_transactions);
  ADD ("not-registered", test_not_registered);
  ADD ("no-auto-answer", test_no_auto_answer);
  ADD ("dialled", test_dialled);
  ADD ("account-text", test_account_text);
  ADD ("bad-account", test_bad_account);
  return g_test_run ();
}
