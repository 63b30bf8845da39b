/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"
#include "sip-writer.h"

#include <string.h>

/* One request to several user agents: RFC 3261 §16.7, RFC 3326. */

/* Alice calls Bob, who is there twice: @desk and @mobile are what the two got. */
static void
fork_call (ProxyFixture *f, const char *id, SipMessage **desk, SipMessage **mobile)
{
  proxy_fixture_start (f);
  proxy_open (f, 3);
  proxy_register (f, 3, "bob", "cccc");
  proxy_invite (f, 1, "alice", "bob", id);
  proxy_expect_status (f, 1, 100);
  *desk = proxy_take_request (f, 2, "INVITE");
  *mobile = proxy_take_request (f, 3, "INVITE");
}

static void
expect_cancel (ProxyFixture *f, guint64 connection, const char *reason)
{
  g_autoptr (SipMessage) cancel = proxy_take_request (f, connection, "CANCEL");
  g_autofree char *text = proxy_dup_header (cancel, SIP_HEADER_REASON);

  g_assert_cmpstr (text, ==, reason);
}

static void
expect_all_over (ProxyFixture *f)
{
  proxy_wait (f, SECONDS (33));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f->proxy), ==, 0);
}

static void
test_fork (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "fork", &desk, &mobile);
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_answer (&f, 3, mobile, 180, "mobile");
  proxy_expect_status (&f, 1, 180);
  proxy_expect_status (&f, 1, 180);
  proxy_answer (&f, 3, mobile, 200, "mobile");
  proxy_expect_status (&f, 1, 200);
  expect_cancel (&f, 2, "SIP;cause=200;text=\"Call completed elsewhere\"");
  proxy_answer (&f, 2, desk, 487, "desk");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_expect_nothing (&f, 1);
  proxy_answer (&f, 3, mobile, 200, "mobile"); /* no ACK came, so it is said again */
  proxy_expect_status (&f, 1, 200);
  expect_all_over (&f);
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
      {404, 415, 415}, {404, 407, 407}, {404, 484, 484}, {404, 420, 420}, {404, 408, 404},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ProxyFixture f;
    g_autoptr (SipMessage) a = NULL;
    g_autoptr (SipMessage) b = NULL;

    fork_call (&f, "best", &a, &b);
    proxy_answer (&f, 2, a, cases[i].first, "a");
    proxy_expect_nothing (&f, 1);
    proxy_answer (&f, 3, b, cases[i].second, "b");
    proxy_expect_status (&f, 1, cases[i].best);
    proxy_fixture_clear (&f);
  }
}

/* Both answered before they heard of each other: the caller gets both, whenever they come
 * and however often, and chooses (RFC 3261 §16.7 step 5, §13.2.2.4). */
static void
test_two_answers (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;
  static const char *const tags[] = {"desk", "mobile", "desk", "mobile"};

  fork_call (&f, "two", &desk, &mobile);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++) {
    gboolean is_desk = i % 2 == 0;
    g_autoptr (SipMessage) answer = NULL;
    SipText tag;

    proxy_answer (&f, is_desk ? 2 : 3, is_desk ? desk : mobile, 200, tags[i]);
    answer = proxy_take_status (&f, 1, 200);
    tag = sip_message_get_to_tag (answer);
    g_assert_true (sip_text_equal_str (tag, tags[i]));
    proxy_wait (&f, SECONDS (4));
  }
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

/* Somebody who says nothing at all is cancelled as soon as he does (RFC 3261 §9.1), and
 * waited for then, also longer than for another 2xx. */
static void
test_silent_loser (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "silent", &desk, &mobile);
  proxy_answer (&f, 3, mobile, 200, "mobile");
  proxy_expect_status (&f, 1, 200);
  proxy_expect_nothing (&f, 2);
  proxy_wait (&f, SECONDS (30));
  proxy_answer (&f, 2, desk, 180, "desk");
  expect_cancel (&f, 2, "SIP;cause=200;text=\"Call completed elsewhere\"");
  proxy_expect_nothing (&f, 1);
  proxy_wait (&f, SECONDS (5));
  proxy_answer (&f, 2, desk, 487, "desk");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

/* A 6xx ends the search, but an answer that is under way is one. */
static void
test_answer_after_decline (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "late", &desk, &mobile);
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_expect_status (&f, 1, 180);
  proxy_answer (&f, 3, mobile, 600, "mobile");
  expect_cancel (&f, 2, "SIP;cause=600;text=\"Declined elsewhere\"");
  proxy_answer (&f, 2, desk, 200, "desk");
  proxy_expect_status (&f, 1, 200);
  proxy_expect_nothing (&f, 1);
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

/* One was given up and answers all the same: the other is told, and the caller has a call
 * (RFC 3261 §16.7 step 5). */
static void
test_answer_after_failure (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "given-up", &desk, &mobile);
  proxy_answer (&f, 3, mobile, 180, "mobile");
  proxy_expect_status (&f, 1, 180);
  proxy_close (&f, 2);
  proxy_open (&f, 12);
  proxy_register (&f, 12, "bob", "bbbb");
  proxy_answer (&f, 12, desk, 200, "desk");
  proxy_expect_status (&f, 1, 200);
  expect_cancel (&f, 3, "SIP;cause=200;text=\"Call completed elsewhere\"");
  proxy_answer (&f, 3, mobile, 487, "mobile");
  sip_message_unref (proxy_take_request (&f, 3, "ACK"));
  test_event_free (proxy_take_event (&f, SIP_PROXY_EVENT_CALL_ANSWERED));
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

/* All were given up, and one answers before the caller's ACK: both responses reach him,
 * and what is repeated is the first. */
static void
test_answer_after_final (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "too-late", &desk, &mobile);
  proxy_close (&f, 2);
  proxy_answer (&f, 3, mobile, 486, "mobile");
  proxy_expect_status (&f, 1, 486);
  proxy_open (&f, 12);
  proxy_register (&f, 12, "bob", "bbbb");
  proxy_answer (&f, 12, desk, 200, "desk");
  proxy_expect_status (&f, 1, 200);
  proxy_invite (&f, 1, "alice", "bob", "too-late");
  proxy_expect_status (&f, 1, 486);
  proxy_ack_failure (&f, "too-late");
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_answer (&f, 12, desk, 200, "desk");
  proxy_expect_nothing (&f, 1);
  proxy_fixture_clear (&f);
}

static void
cancel (ProxyFixture *f, const char *id)
{
  proxy_sendf (f, 1,
               "CANCEL sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%s\r\n"
               "From: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>\r\nReason: SIP;cause=487;text=\"Enough\"\r\n"
               "Call-ID: %s\r\nCSeq: 1 CANCEL\r\n\r\n",
               id, id, id);
  proxy_expect_status (f, 1, 200);
}

/* The caller gives up: all are told, with his reason, and he hears 487 once. */
static void
test_cancel_all (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "enough", &desk, &mobile);
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_answer (&f, 3, mobile, 180, "mobile");
  proxy_expect_status (&f, 1, 180);
  proxy_expect_status (&f, 1, 180);
  cancel (&f, "enough");
  expect_cancel (&f, 2, "SIP;cause=487;text=\"Enough\"");
  expect_cancel (&f, 3, "SIP;cause=487;text=\"Enough\"");
  proxy_answer (&f, 2, desk, 487, "desk");
  proxy_expect_nothing (&f, 1);
  proxy_answer (&f, 3, mobile, 487, "mobile");
  proxy_expect_status (&f, 1, 487);
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

typedef struct {
  guint before; /* what one branch said before the caller gave up; 0: its flow broke */
  guint best;
} CancelledCase;

/* Of the 4xx he hears what came of his CANCEL, whatever another branch said before; a
 * better class is better all the same (RFC 3261 §16.7 step 6). */
static void
test_cancel_after_failure (void)
{
  static const CancelledCase cases[] = {{0, 487},   {480, 487}, {486, 487},
                                        {401, 487}, {500, 487}, {302, 302}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ProxyFixture f;
    g_autoptr (SipMessage) desk = NULL;
    g_autoptr (SipMessage) mobile = NULL;

    fork_call (&f, "enough", &desk, &mobile);
    proxy_answer (&f, 3, mobile, 180, "mobile");
    proxy_expect_status (&f, 1, 180);
    if (cases[i].before == 0)
      proxy_close (&f, 2);
    else
      proxy_answer (&f, 2, desk, cases[i].before, "desk");
    proxy_expect_nothing (&f, 1);
    cancel (&f, "enough");
    expect_cancel (&f, 3, "SIP;cause=487;text=\"Enough\"");
    proxy_answer (&f, 3, mobile, 487, "mobile");
    proxy_expect_status (&f, 1, cases[i].best);
    proxy_fixture_clear (&f);
  }
}

/* Timer C (RFC 3261 §16.7 step 2): each 18x of a branch starts its own anew, a 100 does
 * not; the one that fell silent is cancelled, the other rings on. */
static void
test_timer_c (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "long", &desk, &mobile);
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_answer (&f, 3, mobile, 180, "mobile");
  proxy_wait (&f, SECONDS (100));
  proxy_answer (&f, 2, desk, 100, NULL);
  proxy_answer (&f, 3, mobile, 183, "mobile");
  proxy_wait (&f, SECONDS (84));
  proxy_expect_nothing (&f, 2);
  proxy_wait (&f, SECONDS (2));
  expect_cancel (&f, 2, "SIP;cause=408;text=\"No answer\"");
  proxy_answer (&f, 2, desk, 487, "desk");
  sip_message_unref (proxy_take_request (&f, 2, "ACK"));
  proxy_expect_nothing (&f, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (SipMessage) progress = proxy_take (&f, 1);

    g_assert_cmpuint (sip_message_get_status (progress) / 10, ==, 18);
  }
  proxy_answer (&f, 3, mobile, 486, "mobile");
  proxy_expect_status (&f, 1, 486); /* it says more than the 408 */
  proxy_fixture_clear (&f);
}

/* One contact is not there when the call comes, one goes while it rings. */
static void
test_lost_contacts (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;

  fork_call (&f, "lost", &desk, &mobile);
  proxy_answer (&f, 2, desk, 180, "desk");
  proxy_expect_status (&f, 1, 180);
  proxy_close (&f, 3);
  proxy_expect_nothing (&f, 1);
  proxy_close (&f, 2);
  proxy_expect_status (&f, 1, 480);
  expect_all_over (&f);
  proxy_fixture_clear (&f);
}

/* Declined on one: it rings nowhere any more. */
static void
test_decline_everywhere (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) a = NULL;
  g_autoptr (SipMessage) b = NULL;

  fork_call (&f, "decline", &a, &b);
  proxy_answer (&f, 2, a, 180, "a");
  proxy_expect_status (&f, 1, 180);
  proxy_answer (&f, 3, b, 603, "b");
  expect_cancel (&f, 2, "SIP;cause=603;text=\"Declined elsewhere\"");
  proxy_expect_nothing (&f, 1); /* not before all are over: one may have answered */
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

  proxy_fixture_start (&f);
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

  proxy_fixture_start (&f);
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

static void
refuse_with_challenge (ProxyFixture *f,
                       guint64 connection,
                       const SipMessage *request,
                       const char *challenge)
{
  SipWriter *writer = sip_writer_new_response (request, 407, NULL, "b");
  g_autoptr (GBytes) frame = NULL;

  sip_writer_add_header (writer, SIP_HEADER_PROXY_AUTHENTICATE, challenge);
  frame = sip_writer_finish (writer, NULL);
  proxy_send (f, connection, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
}

/* RFC 3261 §16.7 step 7: each branch may ask for another realm. */
static void
test_challenges_of_all_branches (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) desk = NULL;
  g_autoptr (SipMessage) mobile = NULL;
  g_autoptr (SipMessage) refused = NULL;
  g_autofree char *text = NULL;

  fork_call (&f, "asked", &desk, &mobile);
  refuse_with_challenge (&f, 2, desk, "Digest realm=\"a\", nonce=\"1\"");
  refuse_with_challenge (&f, 3, mobile, "Digest realm=\"b\", nonce=\"2\"");
  refused = proxy_take_status (&f, 1, 407);
  text = sip_text_dup (sip_message_get_frame (refused));
  g_assert_nonnull (strstr (text, "realm=\"a\""));
  g_assert_nonnull (strstr (text, "realm=\"b\""));
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/forks/fork", test_fork);
  g_test_add_func ("/proxy/forks/best-response", test_best_response);
  g_test_add_func ("/proxy/forks/two-answers", test_two_answers);
  g_test_add_func ("/proxy/forks/silent-loser", test_silent_loser);
  g_test_add_func ("/proxy/forks/answer-after-decline", test_answer_after_decline);
  g_test_add_func ("/proxy/forks/answer-after-failure", test_answer_after_failure);
  g_test_add_func ("/proxy/forks/answer-after-final", test_answer_after_final);
  g_test_add_func ("/proxy/forks/cancel-all", test_cancel_all);
  g_test_add_func ("/proxy/forks/cancel-after-failure", test_cancel_after_failure);
  g_test_add_func ("/proxy/forks/timer-c", test_timer_c);
  g_test_add_func ("/proxy/forks/lost-contacts", test_lost_contacts);
  g_test_add_func ("/proxy/forks/decline-everywhere", test_decline_everywhere);
  g_test_add_func ("/proxy/forks/one-branch-an-agent", test_one_branch_an_agent);
  g_test_add_func ("/proxy/forks/gruu", test_gruu);
  g_test_add_func ("/proxy/forks/challenges-of-all-branches",
                   test_challenges_of_all_branches);
  return g_test_run ();
}
