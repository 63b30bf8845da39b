/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include "sip-digest.h"

#include <string.h>

/* ---- Who may register ---- */

static void
test_credentials (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) wrong = NULL;
  g_autoptr (SipMessage) nobody = NULL;
  g_autoptr (SipMessage) right = NULL;
  g_autoptr (SipMessage) other = NULL;
  g_autoptr (TestEvent) event = NULL;

  proxy_fixture_open (&f);
  wrong = proxy_try_register (&f, 1, "alice", "wrong", 1, "Contact: <sip:a@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (wrong), ==, 401);
  nobody = proxy_try_register (&f, 1, "nobody", "x", 3, "Contact: <sip:a@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (nobody), ==, 401);
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 0);
  event = proxy_take_event (&f, SIP_PROXY_EVENT_REFUSED);
  g_assert_cmpuint (event->status, ==, 401);
  right = proxy_try_register (&f, 1, "alice", "secret-alice", 5,
                              "Contact: <sip:a@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (right), ==, 200);
  /* The connection is Alice's now. */
  other =
      proxy_try_register (&f, 1, "bob", "secret-bob", 7, "Contact: <sip:a@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (other), ==, 403);
  proxy_fixture_clear (&f);
}

static void
test_guessing (void)
{
  ProxyFixture f;

  proxy_fixture_open (&f);
  for (guint i = 0; i < SIP_PROXY_MAX_AUTH_FAILURES; i++) {
    g_autoptr (SipMessage) response = proxy_try_register (
        &f, 1, "alice", "guess", 1 + 2 * i, "Contact: <sip:a@x.invalid>");
    g_assert_cmpuint (sip_message_get_status (response), ==,
                      i + 1 < SIP_PROXY_MAX_AUTH_FAILURES ? 401 : 403);
  }
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  proxy_fixture_clear (&f);
}

/* RFC 8760: both algorithms, the stronger first. */
static void
test_challenge (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) challenge = NULL;
  SipDigestChallengeIter iter;
  SipDigestChallenge one;

  proxy_fixture_open (&f);
  proxy_sendf (&f, 1,
               "REGISTER sip:example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKc\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:alice@example.org>\r\n"
               "Call-ID: c\r\nCSeq: 1 REGISTER\r\n\r\n");
  challenge = proxy_take_status (&f, 1, 401);
  sip_digest_challenge_iter_init (&iter, challenge);
  g_assert_true (sip_digest_challenge_iter_next (&iter, &one));
  g_assert_cmpint (one.algorithm, ==, SIP_DIGEST_SHA_256);
  g_assert_cmpint (one.qop, ==, SIP_DIGEST_QOP_AUTH);
  g_assert_true (sip_text_equal_str (one.realm, DOMAIN));
  g_assert_true (sip_digest_challenge_iter_next (&iter, &one));
  g_assert_cmpint (one.algorithm, ==, SIP_DIGEST_MD5);
  g_assert_false (sip_digest_challenge_iter_next (&iter, &one));
  proxy_fixture_clear (&f);
}

/* ---- Nonces ---- */

static void
send_signed (ProxyFixture *f, guint64 connection, guint cseq, const char *credentials)
{
  proxy_sendf (f, connection,
               "REGISTER sip:example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKn%u\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:alice@example.org>\r\n"
               "Call-ID: nonce\r\nCSeq: %u REGISTER\r\n%s%s\r\n\r\n",
               cseq, cseq, credentials != NULL ? "Authorization: " : "Supported: path",
               credentials != NULL ? credentials : "");
}

static SipDigestSession *
get_challenged (ProxyFixture *f, guint64 connection, gboolean *is_stale)
{
  g_autoptr (SipMessage) response = proxy_take_status (f, connection, 401);
  SipDigestChallenge chosen;

  g_assert_true (
      sip_digest_choose (response, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL));
  if (is_stale != NULL)
    *is_stale = chosen.is_stale;
  return sip_digest_session_new (&chosen);
}

static char *
sign (SipDigestSession *session)
{
  return sip_digest_session_sign (session, "alice", "secret-alice", "REGISTER",
                                  "sip:example.org", SIP_TEXT_LITERAL (""),
                                  "abcdefghijklmnopqrstuvwxyz");
}

/* The same credentials a second time, on this connection and on another; too late; and
 * the next count with the same nonce, which is right. */
static void
test_nonce (void)
{
  ProxyFixture f;
  g_autoptr (SipDigestSession) session = NULL;
  g_autoptr (SipDigestSession) next = NULL;
  g_autoptr (SipDigestSession) last = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  gboolean is_stale = FALSE;

  proxy_fixture_open (&f);
  proxy_open (&f, 2);
  send_signed (&f, 1, 1, NULL);
  session = get_challenged (&f, 1, &is_stale);
  g_assert_false (is_stale);
  first = sign (session);
  send_signed (&f, 1, 2, first);
  proxy_expect_status (&f, 1, 200);
  second = sign (session);
  send_signed (&f, 1, 3, second);
  proxy_expect_status (&f, 1, 200);

  send_signed (&f, 1, 4, second);
  next = get_challenged (&f, 1, &is_stale);
  g_assert_true (is_stale);
  third = sign (next);
  send_signed (&f, 2, 5, third);
  last = get_challenged (&f, 2, &is_stale);
  g_assert_true (is_stale);
  proxy_wait (&f, SIP_PROXY_NONCE_US + 1);
  send_signed (&f, 1, 6, third);
  sip_digest_session_free (get_challenged (&f, 1, &is_stale));
  g_assert_true (is_stale);
  proxy_fixture_clear (&f);
}

/* A user of whom only hashes are kept, and a client that knows MD5 alone. */
static void
test_hashes_and_md5 (void)
{
  ProxyFixture f;
  g_autofree char *md5 =
      sip_digest_make_ha1 (SIP_DIGEST_MD5, "alice", DOMAIN, "secret-alice");
  g_autofree char *sha256 =
      sip_digest_make_ha1 (SIP_DIGEST_SHA_256, "alice", DOMAIN, "secret-alice");
  SipProxyUser hashed = {.user = "alice", .ha1_md5 = md5, .ha1_sha256 = sha256};
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) challenge = NULL;
  g_autoptr (SipDigestSession) session = NULL;
  g_autofree char *credentials = NULL;
  SipDigestChallengeIter iter;
  SipDigestChallenge one;

  proxy_fixture_open (&f);
  sip_proxy_add_user (f.proxy, &hashed);
  first = proxy_try_register (&f, 1, "alice", "secret-alice", 1,
                              "Contact: <sip:a@x.invalid>");
  g_assert_cmpuint (sip_message_get_status (first), ==, 200);

  send_signed (&f, 1, 1, NULL);
  challenge = proxy_take_status (&f, 1, 401);
  sip_digest_challenge_iter_init (&iter, challenge);
  while (sip_digest_challenge_iter_next (&iter, &one))
    if (one.algorithm == SIP_DIGEST_MD5)
      session = sip_digest_session_new (&one);
  credentials = sign (session);
  send_signed (&f, 1, 2, credentials);
  proxy_expect_status (&f, 1, 200);
  proxy_fixture_clear (&f);
}

/* Right credentials of one user do not register another. */
static void
test_credentials_of_another (void)
{
  ProxyFixture f;
  g_autoptr (SipDigestSession) session = NULL;
  g_autofree char *credentials = NULL;

  proxy_fixture_open (&f);
  send_signed (&f, 1, 1, NULL);
  session = get_challenged (&f, 1, NULL);
  credentials = sip_digest_session_sign (session, "bob", "secret-bob", "REGISTER",
                                         "sip:example.org", SIP_TEXT_LITERAL (""),
                                         "abcdefghijklmnopqrstuvwxyz");
  send_signed (&f, 1, 2, credentials);
  proxy_expect_status (&f, 1, 403);
  g_assert_cmpuint (sip_proxy_get_n_bindings (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* Credentials for another URI do not count for this one. */
static void
test_digest_uri (void)
{
  ProxyFixture f;
  g_autoptr (SipDigestSession) session = NULL;
  g_autofree char *credentials = NULL;

  proxy_fixture_open (&f);
  send_signed (&f, 1, 1, NULL);
  session = get_challenged (&f, 1, NULL);
  credentials = sip_digest_session_sign (session, "alice", "secret-alice", "REGISTER",
                                         "sip:elsewhere.example", SIP_TEXT_LITERAL (""),
                                         "abcdefghijklmnopqrstuvwxyz");
  send_signed (&f, 1, 2, credentials);
  proxy_expect_status (&f, 1, 401);
  proxy_fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registrar-auth/credentials", test_credentials);
  g_test_add_func ("/registrar-auth/guessing", test_guessing);
  g_test_add_func ("/registrar-auth/challenge", test_challenge);
  g_test_add_func ("/registrar-auth/nonce", test_nonce);
  g_test_add_func ("/registrar-auth/hashes-and-md5", test_hashes_and_md5);
  g_test_add_func ("/registrar-auth/credentials-of-another", test_credentials_of_another);
  g_test_add_func ("/registrar-auth/digest-uri", test_digest_uri);
  return g_test_run ();
}
