/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include "sip-digest.h"

#include <string.h>

/* ---- Calls ---- */

/* Alice (1) calls Bob (2), who answers; @caller and @callee are their Route lines. */
static void
establish (ProxyFixture *f, const char *id, char **caller, char **callee)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autoptr (SipMessage) ack = NULL;

  proxy_invite (f, 1, "alice", "bob", id);
  proxy_expect_status (f, 1, 100);
  invite = proxy_take_request (f, 2, "INVITE");
  proxy_answer (f, 2, invite, 180, "bob-tag");
  proxy_expect_status (f, 1, 180);
  proxy_answer (f, 2, invite, 200, "bob-tag");
  ok = proxy_take_status (f, 1, 200);
  *caller = proxy_dup_route (ok, TRUE);
  *callee = proxy_dup_route (invite, FALSE);
  proxy_sendf (f, 1,
               "ACK sip:me@elsewhere.invalid SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKack%s\r\n"
               "%sFrom: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>;tag=bob-tag\r\n"
               "Call-ID: %s\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\n\r\n",
               id, *caller, id, id);
  ack = proxy_take_request (f, 2, "ACK");
  g_assert_false (sip_message_has_header (ack, SIP_HEADER_ROUTE));
}

static void
send_bye (ProxyFixture *f,
          guint64 connection,
          const char *from,
          const char *to,
          const char *route,
          const char *id)
{
  proxy_sendf (f, connection,
               "BYE sip:me@elsewhere.invalid SIP/2.0\r\n"
               "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKbye%s%s\r\n"
               "%sFrom: <sip:%s@example.org>;tag=bob-tag\r\n"
               "To: <sip:%s@example.org>;tag=from-%s\r\n"
               "Call-ID: %s\r\nCSeq: 7 BYE\r\nMax-Forwards: 70\r\n\r\n",
               id, from, route, from, to, id, id);
}

static void
start (ProxyFixture *f)
{
  proxy_fixture_init (f, NULL);
  proxy_open (f, 1);
  proxy_open (f, 2);
  proxy_register (f, 1, "alice", "aaaa");
  proxy_register (f, 2, "bob", "bbbb");
}

static void
test_call (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;
  g_autoptr (TestEvent) event = NULL;

  start (&f);
  establish (&f, "call-1", &caller, &callee);
  proxy_wait (&f, SECONDS (40));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  send_bye (&f, 2, "bob", "alice", callee, "call-1");
  bye = proxy_take_request (&f, 1, "BYE");
  proxy_answer (&f, 1, bye, 200, NULL);
  proxy_expect_status (&f, 2, 200);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);

  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_STARTED));
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ANSWERED));
  event = proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED);
  g_assert_cmpint (event->duration_us, ==, SECONDS (40));
  proxy_fixture_clear (&f);
}

/* The INVITE that arrives: our Via on top, Max-Forwards one less, to the contact. */
static void
test_what_is_sent_on (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *via = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "sent-on");
  invite = proxy_take_request (&f, 2, "INVITE");
  uri = sip_text_dup (sip_message_get_request_uri (invite)->text);
  via = sip_text_dup (sip_message_get_via (invite)->host);
  g_assert_cmpstr (uri, ==, "sip:bob-2@x2.invalid;transport=ws");
  g_assert_cmpstr (via, ==, DOMAIN);
  g_assert_cmpint (sip_message_get_max_forwards (invite), ==, 69);
  g_assert_cmpuint (sip_message_count_values (invite, SIP_HEADER_VIA), ==, 2);
  g_assert_cmpuint (sip_message_count_values (invite, SIP_HEADER_RECORD_ROUTE), ==, 2);
  g_assert_cmpuint (sip_message_get_body (invite).len, ==, 5);
  proxy_fixture_clear (&f);
}

static void
ack_failure (ProxyFixture *f, const char *id)
{
  proxy_sendf (f, 1,
               "ACK sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%s\r\n"
               "From: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>;tag=b\r\n"
               "Call-ID: %s\r\nCSeq: 1 ACK\r\n\r\n",
               id, id, id);
}

static void
test_busy (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (TestEvent) event = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "busy");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 486, "b");
  proxy_expect_status (&f, 1, 486);
  /* Hop by hop: Bob has his ACK from the proxy, Alice's ends here. */
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  ack_failure (&f, "busy");
  proxy_expect_nothing (&f, 2);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  event = proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED);
  g_assert_cmpuint (event->status, ==, 486);
  proxy_fixture_clear (&f);
}

static void
send_cancel (ProxyFixture *f, const char *id)
{
  proxy_sendf (f, 1,
               "CANCEL sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%s\r\n"
               "From: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>\r\n"
               "Reason: SIP;cause=487;text=\"Enough\"\r\n"
               "Call-ID: %s\r\nCSeq: 1 CANCEL\r\n\r\n",
               id, id, id);
}

static void
test_cancel (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  g_autofree char *reason = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "cancel");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  send_cancel (&f, "cancel");
  proxy_expect_status (&f, 1, 200);
  proxy_expect_nothing (&f, 2); /* RFC 3261 §9.1: not before a 1xx */
  proxy_answer (&f, 2, invite, 180, "b");
  cancel = proxy_take_request (&f, 2, "CANCEL");
  reason = proxy_dup_header (cancel, SIP_HEADER_REASON);
  g_assert_cmpstr (reason, ==, "SIP;cause=487;text=\"Enough\"");
  g_assert_true (sip_text_equal (sip_message_get_via (cancel)->branch,
                                 sip_message_get_via (invite)->branch));
  proxy_answer (&f, 2, cancel, 200, "b");
  proxy_answer (&f, 2, invite, 487, "b");
  proxy_expect_status (&f, 1, 487);
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_wait (&f, SECONDS (33));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* The CANCEL and the 200 cross: the call is up, and the caller's BYE ends it. */
static void
test_cancel_race (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "race");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  send_cancel (&f, "race");
  proxy_expect_status (&f, 1, 200);
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 1, 200);
  /* sent again until its ACK */
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

static void
test_cancel_unknown (void)
{
  ProxyFixture f;

  start (&f);
  send_cancel (&f, "never");
  proxy_expect_status (&f, 1, 481);
  proxy_fixture_clear (&f);
}

static void
test_no_answer (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "silent");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_wait (&f, SECONDS (33)); /* timer B */
  proxy_expect_status (&f, 1, 408);

  proxy_invite (&f, 1, "alice", "bob", "ringing");
  proxy_expect_status (&f, 1, 100);
  sip_message_unref (g_steal_pointer (&invite));
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  proxy_wait (&f, SECONDS (184));
  proxy_expect_nothing (&f, 2);
  proxy_wait (&f, SECONDS (2)); /* timer C */
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 487, "b");
  proxy_expect_status (&f, 1, 408);
  proxy_fixture_clear (&f);
}

/* RFC 4320: a 408 to anything but INVITE helps nobody. */
static void
test_no_answer_to_message (void)
{
  ProxyFixture f;

  start (&f);
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKmessage\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: message\r\nCSeq: 1 MESSAGE\r\n\r\n");
  sip_message_unref (proxy_take_request (&f, 2, "MESSAGE"));
  proxy_wait (&f, SECONDS (33));
  proxy_expect_nothing (&f, 1);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* ---- Forks ---- */

static void
test_fork (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;
  g_autoptr (SipMessage) cancel = NULL;
  g_autofree char *reason = NULL;

  start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "bob", "cccc");
  proxy_invite (&f, 1, "alice", "bob", "fork");
  proxy_expect_status (&f, 1, 100);
  desk = proxy_take_request (&f, 2, "INVITE");
  mobile = proxy_take_request (&f, 3, "INVITE");
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_answer (&f, 3, mobile, 180, "mobile");
  proxy_expect_status (&f, 1, 180);
  proxy_expect_status (&f, 1, 180);
  proxy_answer (&f, 3, mobile, 200, "mobile");
  proxy_expect_status (&f, 1, 200);
  cancel = proxy_take_request (&f, 2, "CANCEL");
  reason = proxy_dup_header (cancel, SIP_HEADER_REASON);
  g_assert_cmpstr (reason, ==, "SIP;cause=200;text=\"Call completed elsewhere\"");
  proxy_answer (&f, 2, desk, 487, "desk");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_expect_nothing (&f, 1);
  proxy_wait (&f, SECONDS (33));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

typedef struct {
  guint first;
  guint second;
  guint best;
} BestCase;

/* RFC 3261 §16.7 step 6. */
static void
test_best_response (void)
{
  static const BestCase cases[] = {
      {486, 480, 486}, {480, 486, 486}, {404, 486, 404}, {500, 486, 486}, {486, 603, 603},
      {302, 404, 302}, {408, 500, 408}, {401, 486, 401}, {503, 503, 500}, {480, 415, 415},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ProxyFixture f;
    g_autoptr (SipMessage) a = NULL;
    g_autoptr (SipMessage) b = NULL;

    start (&f);
    proxy_open (&f, 3);
    proxy_register (&f, 3, "bob", "cccc");
    proxy_invite (&f, 1, "alice", "bob", "best");
    proxy_expect_status (&f, 1, 100);
    a = proxy_take_request (&f, 2, "INVITE");
    b = proxy_take_request (&f, 3, "INVITE");
    proxy_answer (&f, 2, a, cases[i].first, "a");
    proxy_expect_nothing (&f, 1);
    proxy_answer (&f, 3, b, cases[i].second, "b");
    proxy_expect_status (&f, 1, cases[i].best);
    proxy_fixture_clear (&f);
  }
}

/* Declined on one: it rings nowhere any more. */
static void
test_decline_everywhere (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) a = NULL;
  g_autoptr (SipMessage) b = NULL;

  start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "bob", "cccc");
  proxy_invite (&f, 1, "alice", "bob", "decline");
  proxy_expect_status (&f, 1, 100);
  a = proxy_take_request (&f, 2, "INVITE");
  b = proxy_take_request (&f, 3, "INVITE");
  proxy_answer (&f, 2, a, 180, "a");
  proxy_expect_status (&f, 1, 180);
  proxy_answer (&f, 3, b, 603, "b");
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, a, 487, "a");
  proxy_expect_status (&f, 1, 603);
  proxy_fixture_clear (&f);
}

/* One user agent with two flows is rung once, over the newer one (RFC 5626 §7). */
static void
test_one_branch_an_agent (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  start (&f);
  proxy_open (&f, 3);
  response = proxy_try_register (&f, 3, "bob", "secret-bob", 100,
                                 "Contact: <sip:bob@x.invalid>;+sip.instance="
                                 "\"<urn:uuid:bbbb>\";reg-id=2");
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  proxy_invite (&f, 1, "alice", "bob", "one");
  sip_message_unref (proxy_take_request (&f, 3, "INVITE"));
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* RFC 5627: one user agent by name. */
static void
test_gruu (void)
{
  ProxyFixture f;

  start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "bob", "cccc");
  proxy_sendf (&f, 1,
               "OPTIONS sip:bob@example.org;gr=urn:uuid:bbbb SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKgruu\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: gruu\r\nCSeq: 1 OPTIONS\r\n\r\n");
  sip_message_unref (proxy_take_request (&f, 2, "OPTIONS"));
  proxy_expect_nothing (&f, 3);
  proxy_fixture_clear (&f);
}

/* ---- Flows that go and come back ---- */

/* Both flows are new when the call is hung up. */
static void
test_bye_over_new_flows (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
  establish (&f, "again", &caller, &callee);
  proxy_close (&f, 1);
  proxy_close (&f, 2);
  proxy_open (&f, 11);
  proxy_open (&f, 12);
  proxy_register (&f, 11, "alice", "aaaa");
  proxy_register (&f, 12, "bob", "bbbb");
  send_bye (&f, 12, "bob", "alice", callee, "again");
  bye = proxy_take_request (&f, 11, "BYE");
  proxy_answer (&f, 11, bye, 200, NULL);
  proxy_expect_status (&f, 12, 200);
  proxy_fixture_clear (&f);
}

/* The exchange itself was started anew in the middle of the call. */
static void
test_bye_after_restart (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
  establish (&f, "restart", &caller, &callee);
  proxy_fixture_restart (&f);
  proxy_open (&f, 21);
  proxy_open (&f, 22);
  proxy_register (&f, 21, "alice", "aaaa");
  proxy_register (&f, 22, "bob", "bbbb");
  send_bye (&f, 21, "alice", "bob", caller, "restart");
  bye = proxy_take_request (&f, 22, "BYE");
  proxy_answer (&f, 22, bye, 200, NULL);
  proxy_expect_status (&f, 21, 200);
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ENDED));
  proxy_fixture_clear (&f);
}

/* Alice is back after a restart, Bob is not yet: the BYE waits for him. */
static void
test_bye_waits_for_flow (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  start (&f);
  establish (&f, "wait", &caller, &callee);
  proxy_fixture_restart (&f);
  proxy_open (&f, 21);
  proxy_register (&f, 21, "alice", "aaaa");
  send_bye (&f, 21, "alice", "bob", caller, "wait");
  proxy_expect_nothing (&f, 21);
  proxy_wait (&f, SECONDS (5));
  proxy_open (&f, 22);
  proxy_register (&f, 22, "bob", "bbbb");
  bye = proxy_take_request (&f, 22, "BYE");
  proxy_answer (&f, 22, bye, 200, NULL);
  proxy_expect_status (&f, 21, 200);
  proxy_fixture_clear (&f);
}

static void
test_bye_waits_in_vain (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  start (&f);
  establish (&f, "vain", &caller, &callee);
  proxy_close (&f, 2);
  send_bye (&f, 1, "alice", "bob", caller, "vain");
  proxy_wait (&f, SECONDS (7));
  proxy_expect_nothing (&f, 1);
  proxy_wait (&f, SECONDS (2));
  proxy_expect_status (&f, 1, 430);
  proxy_fixture_clear (&f);
}

/* What was under way on a flow that dies fails at once. */
static void
test_callee_flow_dies (void)
{
  ProxyFixture f;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "dies");
  proxy_expect_status (&f, 1, 100);
  sip_message_unref (proxy_take_request (&f, 2, "INVITE"));
  proxy_close (&f, 2);
  proxy_expect_status (&f, 1, 480);
  proxy_invite (&f, 1, "alice", "bob", "gone");
  proxy_expect_status (&f, 1, 480); /* registered, and the flow is gone */
  proxy_fixture_clear (&f);
}

/* The caller's flow dies: Bob's phone must not ring on. */
static void
test_caller_flow_dies (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "left");
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_close (&f, 1);
  sip_message_unref (proxy_take_request (&f, 2, "CANCEL"));
  proxy_answer (&f, 2, invite, 487, "b");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* Bob's phone comes back before anybody noticed that its connection was dead. */
static void
test_callee_flow_moves (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  start (&f);
  establish (&f, "moves", &caller, &callee);
  proxy_invite (&f, 1, "alice", "bob", "unheard");
  proxy_expect_status (&f, 1, 100);
  send_bye (&f, 1, "alice", "bob", caller, "moves");
  proxy_open (&f, 12);
  proxy_register (&f, 12, "bob", "bbbb");
  proxy_expect_status (&f, 1, 480);
  proxy_expect_status (&f, 1, 430);
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  proxy_expect_nothing (&f, 12);
  proxy_fixture_clear (&f);
}

/* The 200 and the caller's flow cross: it is brought to the next one. */
static void
test_ok_over_new_flow (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "late");
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_close (&f, 1);
  proxy_open (&f, 11);
  proxy_register (&f, 11, "alice", "aaaa");
  proxy_answer (&f, 2, invite, 200, "b");
  proxy_expect_status (&f, 11, 200);
  proxy_fixture_clear (&f);
}

/* A caller who registered nothing has a token of its connection: it serves the callee's
 * BYE as long as that connection is there. */
static void
test_caller_without_binding (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) bye = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 2, "bob", "bbbb");
  establish (&f, "unbound", &caller, &callee);
  send_bye (&f, 2, "bob", "alice", callee, "unbound");
  bye = proxy_take_request (&f, 1, "BYE");
  proxy_answer (&f, 1, bye, 200, NULL);
  proxy_expect_status (&f, 2, 200);
  proxy_close (&f, 1);
  send_bye (&f, 2, "bob", "alice", callee, "unbound-2");
  proxy_wait (&f, SECONDS (9));
  proxy_expect_status (&f, 2, 430);
  proxy_fixture_clear (&f);
}

static void
test_call_to_oneself (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "alice", "self");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 1, "INVITE");
  proxy_answer (&f, 1, invite, 180, "s");
  proxy_expect_status (&f, 1, 180);
  proxy_close (&f, 1);
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* ---- Who may do what ---- */

/* A token of another user as one's own, made-up tokens, tokens of another key. */
static void
test_tokens_are_checked (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autofree char *forged = NULL;

  start (&f);
  establish (&f, "steal", &caller, &callee);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "carol", "dddd");
  send_bye (&f, 3, "carol", "bob", caller, "steal");
  proxy_expect_status (&f, 3, 403);
  proxy_expect_nothing (&f, 2);

  forged = g_strdup (caller);
  strstr (forged, "sip:")[10] ^= 1;
  send_bye (&f, 1, "alice", "bob", forged, "forged");
  proxy_expect_status (&f, 1, 404);
  proxy_expect_nothing (&f, 2);

  f.config.key[0] ^= 1;
  proxy_fixture_restart (&f);
  proxy_open (&f, 4);
  proxy_open (&f, 5);
  proxy_register (&f, 4, "alice", "aaaa");
  proxy_register (&f, 5, "bob", "bbbb");
  send_bye (&f, 4, "alice", "bob", caller, "key");
  proxy_expect_status (&f, 4, 404);
  proxy_expect_nothing (&f, 5);
  proxy_fixture_clear (&f);
}

/* Without having said who it is, a connection is challenged, in a dialog too. */
static void
test_stranger (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;
  g_autoptr (SipMessage) challenge = NULL;

  start (&f);
  establish (&f, "stranger", &caller, &callee);
  proxy_open (&f, 3);
  proxy_invite (&f, 3, "alice", "bob", "strange");
  challenge = proxy_take_status (&f, 3, 407);
  g_assert_cmpuint (sip_message_count_values (challenge, SIP_HEADER_PROXY_AUTHENTICATE),
                    >=, 2);
  send_bye (&f, 3, "alice", "bob", caller, "stranger");
  proxy_expect_status (&f, 3, 407);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* An INVITE may be the first word of a user who registers nothing. */
static void
test_invite_with_credentials (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) challenge = NULL;
  g_autoptr (SipDigestSession) session = NULL;
  SipDigestChallenge chosen;
  g_autofree char *credentials = NULL;

  start (&f);
  proxy_open (&f, 3);
  proxy_invite (&f, 3, "carol", "bob", "first");
  challenge = proxy_take_status (&f, 3, 407);
  g_assert_true (
      sip_digest_choose (challenge, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL));
  g_assert_cmpint (chosen.algorithm, ==, SIP_DIGEST_SHA_256);
  session = sip_digest_session_new (&chosen);
  credentials = sip_digest_session_sign (session, "carol", "secret-carol", "INVITE",
                                         "sip:bob@example.org", SIP_TEXT_LITERAL (""),
                                         "abcdefghijklmnopqrstuvwxyz");
  proxy_sendf (&f, 3,
               "INVITE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c3.invalid;branch=z9hG4bKsecond\r\n"
               "From: <sip:carol@example.org>;tag=c\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: first\r\nCSeq: 2 INVITE\r\nMax-Forwards: 70\r\n"
               "Contact: <sip:carol@c.invalid>\r\n"
               "Proxy-Authorization: %s\r\n\r\n",
               credentials);
  proxy_expect_status (&f, 3, 100);
  sip_message_unref (g_steal_pointer (&challenge));
  challenge = proxy_take_request (&f, 2, "INVITE");
  g_assert_false (sip_message_has_header (challenge, SIP_HEADER_PROXY_AUTHORIZATION));
  proxy_fixture_clear (&f);
}

static void
test_from_is_checked (void)
{
  ProxyFixture f;
  g_autoptr (TestEvent) event = NULL;

  start (&f);
  proxy_invite (&f, 1, "carol", "bob", "spoof");
  proxy_expect_status (&f, 1, 403);
  proxy_expect_nothing (&f, 2);
  event = proxy_take_event (&f, SIP_PROXY_EVENT_REFUSED);
  g_assert_cmpuint (event->status, ==, 403);
  g_assert_cmpstr (event->aor, ==, "alice@example.org");
  g_assert_cmpstr (event->remote, ==, "192.0.2.1:1001");
  /* A To tag does not make it a request in a dialog. */
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKtagged\r\n"
               "From: <sip:carol@example.org>;tag=m\r\n"
               "To: <sip:bob@example.org>;tag=x\r\n"
               "Call-ID: tagged\r\nCSeq: 1 MESSAGE\r\n\r\n");
  proxy_expect_status (&f, 1, 403);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* A response must come from where the request went. */
static void
test_response_is_checked (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "carol", "dddd");
  proxy_invite (&f, 1, "alice", "bob", "inject");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 3, invite, 200, "carol");
  proxy_expect_nothing (&f, 1);
  proxy_answer (&f, 2, invite, 200, "bob");
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

static void
test_guest (void)
{
  ProxyFixture f;
  SipProxyPeer peer = {.host = "192.0.2.9", .port = 9, .guest = "guest-1@" DOMAIN};
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (SipMessage) owner = NULL;

  start (&f);
  proxy_open_as (&f, 5, &peer);
  response = proxy_try_register (&f, 5, "guest-1", "", 1, "Contact: <sip:g@g.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  owner = proxy_try_register (&f, 5, "alice", "secret-alice", 1, "Contact: <sip:g@g>");
  g_assert_cmpuint (sip_message_get_status (owner), ==, 403);

  proxy_invite (&f, 5, "guest-1", "alice", "g-owner");
  proxy_expect_status (&f, 5, 100);
  sip_message_unref (proxy_take_request (&f, 1, "INVITE"));
  proxy_invite (&f, 5, "guest-1", "bob", "g-other");
  proxy_expect_status (&f, 5, 403);
  proxy_invite (&f, 5, "alice", "alice", "g-spoof");
  proxy_expect_status (&f, 5, 403);
  proxy_expect_nothing (&f, 2);

  proxy_invite (&f, 1, "alice", "guest-1", "to-guest");
  sip_message_unref (proxy_take_request (&f, 5, "INVITE"));
  proxy_fixture_clear (&f);
}

/* Nobody registers as the guest but over the guest's own connection. */
static void
test_guest_name_is_taken (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  response = proxy_try_register (&f, 1, "guest-1", "", 1, "Contact: <sip:g@g.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 403);
  proxy_invite (&f, 1, "guest-1", "alice", "as-guest");
  proxy_expect_status (&f, 1, 403);
  proxy_fixture_clear (&f);
}

static void
test_open (void)
{
  SipProxyConfig config = {.flags = SIP_PROXY_FLAG_OPEN};
  ProxyFixture f;
  g_autoptr (SipMessage) response = NULL;
  g_autoptr (SipMessage) other = NULL;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  response = proxy_try_register (&f, 1, "zoe", "", 1, "Contact: <sip:z@z.invalid>");
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  other = proxy_try_register (&f, 1, "yves", "", 1, "Contact: <sip:z@z.invalid>");
  g_assert_cmpuint (sip_message_get_status (other), ==, 403);
  proxy_invite (&f, 2, "anna", "zoe", "open");
  proxy_expect_status (&f, 2, 100);
  sip_message_unref (proxy_take_request (&f, 1, "INVITE"));
  proxy_invite (&f, 2, "anna", "nobody", "open-2");
  proxy_expect_status (&f, 2, 404);
  proxy_fixture_clear (&f);
}

/* ---- Requests that go nowhere ---- */

typedef struct {
  const char *line;
  const char *headers;
  guint status;
} RefusalCase;

static void
test_refusals (void)
{
  static const RefusalCase cases[] = {
      {"OPTIONS sip:nobody@example.org", "", 404},
      {"OPTIONS sip:carol@example.org", "", 480},
      {"OPTIONS sip:bob@elsewhere.example", "", 404},
      {"OPTIONS sip:bob-2@x2.invalid;transport=ws", "", 404},
      {"OPTIONS sip:bob@example.org", "Max-Forwards: 0\r\n", 483},
      {"OPTIONS urn:service:sos", "", 416},
      {"OPTIONS sip:bob@example.org", "Proxy-Require: fancy\r\n", 420},
      {"OPTIONS sip:example.org", "", 200},
      {"OPTIONS sip:EXAMPLE.org:5060", "", 200},
      {"INVITE sip:example.org", "", 404},
      {"INVITE tel:+4930123", "", 404},
      {"FANCY sip:carol@example.org", "", 480},
      {"OPTIONS sip:bob@example.org", "Max-Forwards: -1\r\n", 400},
      {"OPTIONS sip:bob@example.org", "Content-Length: 999\r\n", 400},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ProxyFixture f;
    const RefusalCase *c = &cases[i];

    g_test_message ("%s %s", c->line, c->headers);
    start (&f);
    proxy_sendf (&f, 1,
                 "%s SIP/2.0\r\n"
                 "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKrefused\r\n"
                 "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
                 "Call-ID: refused\r\nCSeq: 1 %.*s\r\n%s\r\n",
                 c->line, (int)strcspn (c->line, " "), c->line, c->headers);
    proxy_expect_status (&f, 1, c->status);
    proxy_expect_nothing (&f, 2);
    proxy_fixture_clear (&f);
  }
}

static void
test_unknown_method_passes (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) request = NULL;

  start (&f);
  proxy_sendf (&f, 1,
               "FANCY sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKfancy\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: fancy\r\nCSeq: 1 FANCY\r\nX-Own: kept\r\n\r\n");
  request = proxy_take_request (&f, 2, "FANCY");
  g_assert_true (
      sip_text_equal_str (sip_message_get_header_by_name (request, "X-Own"), "kept"));
  g_assert_cmpint (sip_message_get_max_forwards (request), ==, 70);
  proxy_answer (&f, 2, request, 299, "b");
  proxy_expect_status (&f, 1, 299);
  proxy_fixture_clear (&f);
}

/* The address by number and the domain are one. */
static void
test_aliases (void)
{
  static const char *const aliases[] = {"192.0.2.99", "localhost", NULL};
  SipProxyConfig config = {.aliases = aliases};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 1, "alice", "aaaa");
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_sendf (&f, 1,
               "OPTIONS sip:bob@192.0.2.99:5080 SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKalias\r\n"
               "From: <sip:alice@localhost>;tag=m\r\nTo: <sip:bob@192.0.2.99>\r\n"
               "Call-ID: alias\r\nCSeq: 1 OPTIONS\r\n\r\n");
  sip_message_unref (proxy_take_request (&f, 2, "OPTIONS"));
  proxy_fixture_clear (&f);
}

/* A client that sends back what it got. */
static void
test_loop (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  SipText frame;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "loop");
  invite = proxy_take_request (&f, 2, "INVITE");
  frame = sip_message_get_frame (invite);
  proxy_send (&f, 2, frame.s, frame.len);
  proxy_expect_status (&f, 2, 482);
  proxy_fixture_clear (&f);
}

static void
test_repeated_request (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  start (&f);
  proxy_invite (&f, 1, "alice", "bob", "twice");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  proxy_invite (&f, 1, "alice", "bob", "twice");
  proxy_expect_status (&f, 1, 180);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

static void
test_stray_responses (void)
{
  ProxyFixture f;

  start (&f);
  proxy_sendf (&f, 2,
               "SIP/2.0 200 OK\r\n"
               "Via: SIP/2.0/WS example.org;branch=z9hG4bKnever\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKx\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:b@example.org>;tag=b\r\n"
               "Call-ID: stray\r\nCSeq: 1 INVITE\r\n\r\n");
  proxy_expect_nothing (&f, 1);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* ---- Limits ---- */

static void
test_garbage (void)
{
  ProxyFixture f;
  static const char *const frames[] = {"\r\n",
                                       "",
                                       "hello",
                                       "INVITE",
                                       "INVITE sip:bob SIP/2.0\r\n\r\n",
                                       "SIP/2.0 200\r\n\r\n"};

  start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    proxy_send (&f, 1, frames[i], -1);
  proxy_send (&f, 1, "\0\0\0", 3);
  proxy_expect_nothing (&f, 1);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_fixture_clear (&f);
}

static void
test_keepalive (void)
{
  ProxyFixture f;

  start (&f);
  f.seed = 1;
  proxy_send (&f, 1, "\r\n\r\n", 4);
  sip_proxy_check (f.proxy);
  {
    GQueue *inbox = g_hash_table_lookup (f.inboxes, &(guint64){1});
    g_autoptr (GBytes) frame = g_queue_pop_head (inbox);
    g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "\r\n", 2);
  }
  proxy_fixture_clear (&f);
}

static void
test_too_large (void)
{
  ProxyFixture f;
  g_autofree char *body = g_strnfill (300 * 1024, 'x');

  start (&f);
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKlarge\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: large\r\nCSeq: 1 MESSAGE\r\n\r\n%s",
               body);
  proxy_expect_status (&f, 1, 513);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

static void
test_throttle (void)
{
  SipProxyConfig config = {.messages_per_s = 10, .messages_burst = 20};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  for (guint i = 0; i < 20; i++)
    proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_wait (&f, SECONDS (1));
  for (guint i = 0; i < 10; i++)
    proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  g_assert_cmpuint (sip_proxy_get_n_connections (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

static void
test_connection_limits (void)
{
  SipProxyConfig config = {.max_connections = 3, .max_connections_per_address = 2};
  ProxyFixture f;
  SipProxyPeer other = {.host = "192.0.2.2", .port = 1};

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_open (&f, 3);
  g_assert_cmpuint (proxy_get_close_code (&f, 3), ==, 1013);
  proxy_open_as (&f, 4, &other);
  g_assert_cmpuint (proxy_get_close_code (&f, 4), ==, 0);
  proxy_open_as (&f, 5, &other);
  g_assert_cmpuint (proxy_get_close_code (&f, 5), ==, 1013);
  proxy_close (&f, 1);
  proxy_open (&f, 6);
  g_assert_cmpuint (proxy_get_close_code (&f, 6), ==, 0);
  proxy_fixture_clear (&f);
}

static void
test_idle (void)
{
  SipProxyConfig config = {.unknown_idle_s = 30, .silence_s = 60};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_wait (&f, SECONDS (31));
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  sip_proxy_heard (f.proxy, 2, f.now_us); /* a pong */
  proxy_wait (&f, SECONDS (59));
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  proxy_wait (&f, SECONDS (2));
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 1001);
  proxy_fixture_clear (&f);
}

/* 10,000 refused calls leave nothing behind; the next one works. */
static void
test_refused_calls_leave_nothing (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  start (&f);
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("refuse%u", i);
    g_autoptr (SipMessage) invite = NULL;

    proxy_invite (&f, 1, "alice", "bob", id);
    proxy_expect_status (&f, 1, 100);
    invite = proxy_take_request (&f, 2, "INVITE");
    proxy_answer (&f, 2, invite, 486, "b");
    proxy_expect_status (&f, 1, 486);
    sip_message_unref (proxy_take_request (&f, 2, "ACK"));
    ack_failure (&f, id);
    proxy_wait (&f, SECONDS (1) / 100);
  }
  proxy_wait (&f, SECONDS (100));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_register (&f, 1, "alice", "aaaa");
  proxy_register (&f, 2, "bob", "bbbb");
  establish (&f, "works", &caller, &callee);
  proxy_fixture_clear (&f);
}

/* One client cannot take all the room. */
static void
test_transaction_limit (void)
{
  ProxyFixture f;
  guint n_busy = 0;

  start (&f);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *id = g_strdup_printf ("flood%u", i);
    g_autoptr (SipMessage) response = NULL;

    proxy_invite (&f, 1, "alice", "bob", id);
    response = proxy_take (&f, 1);
    n_busy += sip_message_get_status (response) == 503;
    if (sip_message_get_status (response) == 503)
      g_assert_true (sip_message_has_header (response, SIP_HEADER_RETRY_AFTER));
  }
  g_assert_cmpuint (n_busy, ==, 300 - 256);
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/call", test_call);
  g_test_add_func ("/proxy/what-is-sent-on", test_what_is_sent_on);
  g_test_add_func ("/proxy/busy", test_busy);
  g_test_add_func ("/proxy/cancel", test_cancel);
  g_test_add_func ("/proxy/cancel-race", test_cancel_race);
  g_test_add_func ("/proxy/cancel-unknown", test_cancel_unknown);
  g_test_add_func ("/proxy/no-answer", test_no_answer);
  g_test_add_func ("/proxy/no-answer-to-message", test_no_answer_to_message);
  g_test_add_func ("/proxy/fork", test_fork);
  g_test_add_func ("/proxy/best-response", test_best_response);
  g_test_add_func ("/proxy/decline-everywhere", test_decline_everywhere);
  g_test_add_func ("/proxy/one-branch-an-agent", test_one_branch_an_agent);
  g_test_add_func ("/proxy/gruu", test_gruu);
  g_test_add_func ("/proxy/bye-over-new-flows", test_bye_over_new_flows);
  g_test_add_func ("/proxy/bye-after-restart", test_bye_after_restart);
  g_test_add_func ("/proxy/bye-waits-for-flow", test_bye_waits_for_flow);
  g_test_add_func ("/proxy/bye-waits-in-vain", test_bye_waits_in_vain);
  g_test_add_func ("/proxy/callee-flow-dies", test_callee_flow_dies);
  g_test_add_func ("/proxy/callee-flow-moves", test_callee_flow_moves);
  g_test_add_func ("/proxy/caller-flow-dies", test_caller_flow_dies);
  g_test_add_func ("/proxy/ok-over-new-flow", test_ok_over_new_flow);
  g_test_add_func ("/proxy/caller-without-binding", test_caller_without_binding);
  g_test_add_func ("/proxy/aliases", test_aliases);
  g_test_add_func ("/proxy/call-to-oneself", test_call_to_oneself);
  g_test_add_func ("/proxy/tokens-are-checked", test_tokens_are_checked);
  g_test_add_func ("/proxy/stranger", test_stranger);
  g_test_add_func ("/proxy/invite-with-credentials", test_invite_with_credentials);
  g_test_add_func ("/proxy/from-is-checked", test_from_is_checked);
  g_test_add_func ("/proxy/response-is-checked", test_response_is_checked);
  g_test_add_func ("/proxy/guest", test_guest);
  g_test_add_func ("/proxy/guest-name-is-taken", test_guest_name_is_taken);
  g_test_add_func ("/proxy/open", test_open);
  g_test_add_func ("/proxy/refusals", test_refusals);
  g_test_add_func ("/proxy/unknown-method-passes", test_unknown_method_passes);
  g_test_add_func ("/proxy/loop", test_loop);
  g_test_add_func ("/proxy/repeated-request", test_repeated_request);
  g_test_add_func ("/proxy/stray-responses", test_stray_responses);
  g_test_add_func ("/proxy/garbage", test_garbage);
  g_test_add_func ("/proxy/keepalive", test_keepalive);
  g_test_add_func ("/proxy/too-large", test_too_large);
  g_test_add_func ("/proxy/throttle", test_throttle);
  g_test_add_func ("/proxy/connection-limits", test_connection_limits);
  g_test_add_func ("/proxy/idle", test_idle);
  g_test_add_func ("/proxy/refused-calls-leave-nothing",
                   test_refused_calls_leave_nothing);
  g_test_add_func ("/proxy/transaction-limit", test_transaction_limit);
  return g_test_run ();
}
