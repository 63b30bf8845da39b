/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "ua-fixture.h"

#include <string.h>

/* Whom a digest is shown, on the wire. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static gboolean
has_credentials (const SipMessage *message)
{
  return sip_message_has_header (message, SIP_HEADER_AUTHORIZATION) ||
         sip_message_has_header (message, SIP_HEADER_PROXY_AUTHORIZATION);
}

static void
start (UaFixture *f, SipUaFlags flags)
{
  ua_fixture_init (f, &(UaOptions){.flags = flags});
  ua_fixture_register (f);
}

/* The realm that REGISTER proved is answered, once. */
static void
test_invite (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) ack = NULL;
  g_autofree char *value = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  start (&f, 0);
  first = ua_fixture_dial (&f, &call);
  g_assert_false (has_credentials (first)); /* never unasked */
  ua_fixture_challenge (&f, first, 407, "example.org", "p1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  second = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  value = ua_header (second, SIP_HEADER_PROXY_AUTHORIZATION);
  g_assert_nonnull (strstr (value, "nonce=\"p1\""));
  g_assert_nonnull (strstr (value, "uri=\"sip:bob@example.org\""));
  g_assert_cmpuint (sip_message_get_cseq (second)->number, ==, 2);
  g_assert_true (
      sip_text_equal (sip_message_get_call_id (first), sip_message_get_call_id (second)));
  g_assert_false (sip_text_equal (sip_message_get_via (first)->branch,
                                  sip_message_get_via (second)->branch));
  before = ua_text (sip_message_get_body (first));
  after = ua_text (sip_message_get_body (second));
  g_assert_cmpstr (before, ==, after);
  ua_fixture_respond (&f, second, 200, "there", "Contact: <sip:bob@far.invalid>\n",
                      UA_ANSWER);
  ack = ua_fixture_take_request (&f, SIP_METHOD_ACK);
  g_assert_false (has_credentials (ack)); /* it goes to the far end */
  g_assert_cmpuint (sip_message_get_cseq (ack)->number, ==, 2);
  ua_fixture_take (&f, SIP_OUTPUT_ANSWERED);
  ua_fixture_clear (&f);
}

/* The same nonce as the registrar's goes on with its count. */
static void
test_invite_same_nonce (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *value = NULL;

  start (&f, 0);
  first = ua_fixture_dial (&f, &call);
  ua_fixture_challenge (&f, first, 401, "example.org", "n1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  second = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  value = ua_header (second, SIP_HEADER_AUTHORIZATION);
  g_assert_nonnull (strstr (value, "nc=00000002"));
  ua_fixture_clear (&f);
}

static void
test_invite_twice (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;

  start (&f, 0);
  first = ua_fixture_dial (&f, &call);
  ua_fixture_challenge (&f, first, 407, "example.org", "p1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  second = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  ua_fixture_challenge (&f, second, 407, "example.org", "p2", ", stale=true");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&f, call, SIP_END_REFUSED, 407);
  ua_fixture_clear (&f);
}

/* Whoever else asks, by any realm, or by none, gets nothing. */
static void
test_invite_foreign (void)
{
  static const char *const challenges[] = {
      "Proxy-Authenticate: Digest realm=\"evil.example\", nonce=\"x\", algorithm=MD5\n",
      "Proxy-Authenticate: Digest realm=\"Example.org\", nonce=\"x\"\n",
      "Proxy-Authenticate: Digest realm=\"example.org \", nonce=\"x\"\n",
      "Proxy-Authenticate: Digest realm=\"\", nonce=\"x\"\n",
      "Proxy-Authenticate: Digest nonce=\"x\"\n",
      "Proxy-Authenticate: Basic realm=\"example.org\"\n",
      /* A step down from what it spoke before. */
      "Proxy-Authenticate: Digest realm=\"example.org\", nonce=\"x\", algorithm=MD5\n",
      "Proxy-Authenticate: Digest realm=\"example.org\", nonce=\"x\"\n",
      "",
  };
  UaFixture f;

  start (&f, 0);
  for (guint i = 0; i < G_N_ELEMENTS (challenges); i++) {
    SipSessionId call;
    g_autoptr (SipMessage) first = ua_fixture_dial (&f, &call);

    ua_fixture_respond (&f, first, 407, "x", challenges[i], NULL);
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    ua_fixture_expect_silence (&f);
    ua_fixture_expect_end (&f, call, SIP_END_REFUSED, 407);
  }
  ua_fixture_clear (&f);
}

/* A registrar that never asked has proved nothing. */
static void
test_invite_unproven (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) request = NULL;
  g_autoptr (SipMessage) invite = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_open (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  request = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_grant (&f, request, 600);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
  invite = ua_fixture_dial (&f, &call);
  ua_fixture_challenge (&f, invite, 407, "example.org", "p1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_end (&f, call, SIP_END_REFUSED, 407);
  ua_fixture_clear (&f);
}

/* Without registration: the domain the user typed, by name. */
static void
test_invite_without_register (void)
{
  static const struct {
    const char *realm;
    gboolean is_answered;
  } cases[] = {{"example.org", TRUE}, {"evil.example", FALSE}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    UaFixture f;
    SipSessionId call;
    g_autoptr (SipMessage) invite = NULL;

    ua_fixture_init (&f, &(UaOptions){.flags = SIP_UA_FLAG_NO_REGISTER});
    ua_fixture_open (&f);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERED);
    invite = ua_fixture_dial (&f, &call);
    ua_fixture_challenge (&f, invite, 407, cases[i].realm, "p1", "");
    ua_fixture_expect_request (&f, SIP_METHOD_ACK);
    if (cases[i].is_answered)
      ua_fixture_expect_request (&f, SIP_METHOD_INVITE);
    else
      ua_fixture_expect_end (&f, call, SIP_END_REFUSED, 407);
    ua_fixture_clear (&f);
  }
}

/* The digest leak: the far end hangs up on our BYE with a challenge. */
static void
test_bye (void)
{
  static const guint statuses[] = {401, 407};
  UaFixture f;

  start (&f, 0);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    SipSessionId call = ua_fixture_call (&f, NULL);
    g_autoptr (SipMessage) bye = NULL;

    sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
    ua_fixture_pump (&f);
    ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_HERE, 0);
    bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
    g_assert_false (has_credentials (bye));
    ua_fixture_challenge (&f, bye, statuses[i], "example.org", "n1", "");
    ua_fixture_expect_silence (&f);
  }
  ua_fixture_clear (&f);
}

static void
test_reinvite (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) again = NULL;

  start (&f, 0);
  call = ua_fixture_call (&f, NULL);
  sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL);
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  g_assert_false (has_credentials (again));
  ua_fixture_challenge (&f, again, 407, "example.org", "n1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_expect_silence (&f);
  g_assert_cmpuint (ua_fixture_take (&f, SIP_OUTPUT_REANSWERED)->status, ==, 407);
  ua_fixture_clear (&f);
}

/* Only where the account says that its server does so, and only in its realm. */
static void
test_in_dialog (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) signed_again = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (SipMessage) signed_bye = NULL;

  start (&f, SIP_UA_FLAG_AUTH_IN_DIALOG);
  call = ua_fixture_call (&f, NULL);
  sip_ua_reoffer (f.ua, call, UA_OFFER, f.now_us, NULL);
  ua_fixture_pump (&f);
  again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  g_assert_false (has_credentials (again));
  ua_fixture_challenge (&f, again, 407, "example.org", "p1", "");
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  signed_again = ua_fixture_take_request (&f, SIP_METHOD_INVITE);
  g_assert_true (has_credentials (signed_again));
  g_assert_cmpuint (sip_message_get_cseq (signed_again)->number, ==, 3);
  ua_fixture_respond (&f, signed_again, 200, NULL, "", UA_ANSWER);
  ua_fixture_expect_request (&f, SIP_METHOD_ACK);
  ua_fixture_take (&f, SIP_OUTPUT_REANSWERED);
  sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_ENDED);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_challenge (&f, bye, 407, "evil.example", "p2", "");
  ua_fixture_expect_silence (&f);
  call = ua_fixture_call (&f, NULL);
  sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
  ua_fixture_pump (&f);
  ua_fixture_take (&f, SIP_OUTPUT_ENDED);
  sip_message_unref (g_steal_pointer (&bye));
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_challenge (&f, bye, 401, "example.org", "p3", "");
  signed_bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  g_assert_true (has_credentials (signed_bye));
  ua_fixture_respond (&f, signed_bye, 200, NULL, "", NULL);
  ua_fixture_clear (&f);
}

/* Challenges made to hurt: one supported is answered, or it stops; never a third try. */
static void
test_hostile_challenges (void)
{
  g_autofree char *long_text = g_strnfill (64 * 1024, 'n');
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) params = g_string_new (NULL);
  g_autofree char *long_nonce = NULL;
  g_autofree char *long_realm = NULL;
  g_autofree char *five_hundred = NULL;
  const char *lines[8];

  for (guint i = 0; i < 40; i++)
    g_string_append_printf (
        many, "WWW-Authenticate: Digest realm=\"r%u\", nonce=\"n\", algorithm=SHA-256\n",
        i);
  for (guint i = 0; i < 500; i++)
    g_string_append_printf (params, ", p%u=\"%u\"", i, i);
  long_nonce = g_strdup_printf (
      "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"%s\"\n", long_text);
  long_realm =
      g_strdup_printf ("WWW-Authenticate: Digest realm=\"%s\", nonce=\"n\"\n", long_text);
  five_hundred = g_strdup_printf (
      "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"n\"%s\n", params->str);
  lines[0] = long_nonce;
  lines[1] = long_realm;
  lines[2] = five_hundred;
  lines[3] = many->str;
  lines[4] = "WWW-Authenticate: Digest realm=\"example.org, nonce=n\n";
  lines[5] = "WWW-Authenticate: Digest realm=example.org, nonce=n, algorithm=SHA-999\n";
  lines[6] = "WWW-Authenticate: Digest\n";
  lines[7] = "WWW-Authenticate: Digest realm=\"a\\\", nonce=\"\\\n";
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    UaFixture f;
    guint n_registers = 1;
    SipMessage *request;

    ua_fixture_init (&f, &(UaOptions){0});
    ua_fixture_open (&f);
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
    request = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
    while (request != NULL) {
      ua_fixture_respond (&f, request, 401, "x", lines[i], NULL);
      sip_message_unref (request);
      request = g_queue_pop_head (&f.sent);
      n_registers += request != NULL ? 1 : 0;
      g_assert_cmpuint (n_registers, <=, 2);
    }
    ua_fixture_expect_registration (&f, SIP_REGISTRATION_REFUSED);
    ua_fixture_advance (&f, SECONDS (3600));
    ua_fixture_expect_silence (&f);
    ua_fixture_drop (&f);
  }
}

/* The stronger of two, wherever it stands. */
static void
test_strongest (void)
{
  UaFixture f;
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *value = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_open (&f);
  ua_fixture_expect_registration (&f, SIP_REGISTRATION_REGISTERING);
  first = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  ua_fixture_respond (&f, first, 401, "x",
                      "WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", algorithm=MD5\n"
                      "WWW-Authenticate: Basic realm=\"r\"\n"
                      "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", "
                      "algorithm=SHA-256, qop=\"auth\"\n",
                      NULL);
  second = ua_fixture_take_request (&f, SIP_METHOD_REGISTER);
  value = ua_header (second, SIP_HEADER_AUTHORIZATION);
  g_assert_nonnull (strstr (value, "algorithm=SHA-256"));
  g_assert_nonnull (strstr (value, "nonce=\"2\""));
  g_assert_null (strstr (f.wire->str, "secret"));
  g_assert_null (strstr (f.wire->str, "Basic"));
  ua_fixture_drop (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-ua-auth/invite", test_invite);
  g_test_add_func ("/sip-ua-auth/invite-same-nonce", test_invite_same_nonce);
  g_test_add_func ("/sip-ua-auth/invite-twice", test_invite_twice);
  g_test_add_func ("/sip-ua-auth/invite-foreign", test_invite_foreign);
  g_test_add_func ("/sip-ua-auth/invite-unproven", test_invite_unproven);
  g_test_add_func ("/sip-ua-auth/invite-without-register", test_invite_without_register);
  g_test_add_func ("/sip-ua-auth/bye", test_bye);
  g_test_add_func ("/sip-ua-auth/reinvite", test_reinvite);
  g_test_add_func ("/sip-ua-auth/in-dialog", test_in_dialog);
  g_test_add_func ("/sip-ua-auth/hostile-challenges", test_hostile_challenges);
  g_test_add_func ("/sip-ua-auth/strongest", test_strongest);
  return g_test_run ();
}
