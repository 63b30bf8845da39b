/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"
#include "sip-digest.h"

#include <string.h>

/* A 401 with these header lines. */
static SipMessage *
make_response (const char *lines)
{
  g_autofree char *frame =
      g_strdup_printf ("SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/WS a\r\n"
                       "From: <sip:a@h>;tag=a\r\nTo: <sip:a@h>;tag=b\r\nCall-ID: c\r\n"
                       "CSeq: 1 REGISTER\r\n%s\r\n",
                       lines);
  g_autoptr (GError) error = NULL;
  SipMessage *message =
      sip_message_parse ((const guint8 *)frame, strlen (frame), NULL, &error);

  g_assert_no_error (error);
  return message;
}

static char *
get_response_hash (const char *credentials)
{
  const char *start = strstr (credentials, " response=\"");

  g_assert_nonnull (start);
  start += strlen (" response=\"");
  return g_strndup (start, strcspn (start, "\""));
}

static char *
sign (const char *challenge,
      const char *user,
      const char *password,
      const char *method,
      const char *uri,
      SipText body,
      const char *cnonce)
{
  g_autofree char *line = g_strdup_printf ("WWW-Authenticate: %s\r\n", challenge);
  g_autoptr (SipMessage) message = make_response (line);
  g_autoptr (SipDigestSession) session = NULL;
  g_autoptr (GError) error = NULL;
  SipDigestChallenge chosen;

  g_assert_true (
      sip_digest_choose (message, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, &error));
  g_assert_no_error (error);
  session = sip_digest_session_new (&chosen);
  return sip_digest_session_sign (session, user, password, method, uri, body, cnonce);
}

/* The examples of RFC 2617 §3.5 and RFC 7616 §3.9.1. */
static void
test_rfc_vectors (void)
{
  static const struct {
    const char *challenge;
    const char *password;
    const char *cnonce;
    const char *expected;
  } cases[] = {
      {"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
       "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
       "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
       "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
      {"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, "
       "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
       "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
       "8ca523f5e9506fed4657c9700eebdbec"},
      {"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
       "algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
       "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
       "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
       "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *value = sign (cases[i].challenge, "Mufasa", cases[i].password, "GET",
                                   "/dir/index.html", SIP_TEXT_NONE, cases[i].cnonce);
    g_autofree char *hash = get_response_hash (value);

    g_assert_cmpstr (hash, ==, cases[i].expected);
  }
}

/* Made with Python's hashlib: user alice, realm example.org, password "w\u00f6rd:1", nonce
 * n0nce, nc 00000001, cnonce c0, REGISTER sip:example.org, body "v=0\r\n". */
static const struct {
  SipDigestAlgorithm algorithm;
  const char *qop;
  const char *expected;
} vectors[] = {
    {SIP_DIGEST_MD5, "", "f03626149732b150ef7758e7a9f9eab5"},
    {SIP_DIGEST_MD5, "auth", "dacfa60163d8db741aa84174044a1eae"},
    {SIP_DIGEST_MD5, "auth-int", "a0e0ab8d4a9c84ac6a1b2156dd51aabf"},
    {SIP_DIGEST_MD5_SESS, "", "2abdff395ffe53dc70e7e9aeb04bf7a2"},
    {SIP_DIGEST_MD5_SESS, "auth", "b1372194433f8ecefff27591d483d892"},
    {SIP_DIGEST_MD5_SESS, "auth-int", "2ae92cf82f4165af673406934b0f81ac"},
    {SIP_DIGEST_SHA_256, "",
     "300470c24fa27c1fced181633c7db65932452786dcfa08ee9989d9e24c767104"},
    {SIP_DIGEST_SHA_256, "auth",
     "68799c9ab8c72682583d711a336537453621497d5fb50e04a91bbd886abced3d"},
    {SIP_DIGEST_SHA_256, "auth-int",
     "25641b4eb249dc1beec24bab9c0891876567b5a8759dc9948b9ea7027aaa3a4d"},
    {SIP_DIGEST_SHA_256_SESS, "",
     "6fb436717cef58d43a2a4a572355fa17d985347c6eda0fd72dda3447516782cb"},
    {SIP_DIGEST_SHA_256_SESS, "auth",
     "23a9cd430dbb9268a227dac75548ff346e80c8f334d370e9b0f68b1e89147ed2"},
    {SIP_DIGEST_SHA_256_SESS, "auth-int",
     "80e6aa51bff2b288f97f9a94fb612e4abfbe77fbdc1b11e4a80797c3bdc18937"},
    {SIP_DIGEST_SHA_512_256, "",
     "1cf0c2221bbcf31d874df598c0d3df6a845cceb35fabd03102af534fb584c524"},
    {SIP_DIGEST_SHA_512_256, "auth",
     "10047f333164bc5714bf55a7fe8208fda63b76ad2af7ea402f55d09bcf01b421"},
    {SIP_DIGEST_SHA_512_256, "auth-int",
     "f405e881c002b47040c2c9a61f054822334b23636219351e11638449c92470ca"},
    {SIP_DIGEST_SHA_512_256_SESS, "",
     "2dc2a8f002a61126d7f1d6ef02fbc1264c82fd421eaa745ff1a2d859571f89fa"},
    {SIP_DIGEST_SHA_512_256_SESS, "auth",
     "8b2957a6f9e7f744bcb4a3e40370e4d6a09837a4deea6a8292afbb396f029b12"},
    {SIP_DIGEST_SHA_512_256_SESS, "auth-int",
     "e735a339e5fe7d16a8fcbb39c100d54227d96bf1e9d53dbb90f831510eb2d504"},
};

static SipDigestQop
qop_from_name (const char *name)
{
  if (*name == '\0')
    return SIP_DIGEST_QOP_NONE;
  return g_str_equal (name, "auth") ? SIP_DIGEST_QOP_AUTH : SIP_DIGEST_QOP_AUTH_INT;
}

/* Both sides against the table: what the client signs is what the table says, and the
 * server takes it, and nothing that differs from it. */
static void
test_all_algorithms (void)
{
  SipText body = SIP_TEXT_LITERAL ("v=0\r\n"), method = SIP_TEXT_LITERAL ("REGISTER");

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    SipDigestAlgorithm algorithm = vectors[i].algorithm;
    g_autofree char *challenge = sip_digest_make_challenge (
        algorithm, "example.org", "n0nce", "op", qop_from_name (vectors[i].qop), FALSE);
    g_autofree char *value = sign (challenge, "alice", "w\xc3\xb6rd:1", "REGISTER",
                                   "sip:example.org", body, "c0");
    g_autofree char *hash = get_response_hash (value);
    g_autofree char *ha1 =
        sip_digest_make_ha1 (algorithm, "alice", "example.org", "w\xc3\xb6rd:1");
    g_autofree char *wrong =
        sip_digest_make_ha1 (algorithm, "alice", "example.org", "word:1");
    g_autoptr (GError) error = NULL;
    SipDigestResponse response;

    g_assert_cmpstr (hash, ==, vectors[i].expected);
    g_assert_true (
        sip_digest_response_parse (sip_text_from_str (value), &response, &error));
    g_assert_no_error (error);
    g_assert_cmpint (response.algorithm, ==, algorithm);
    assert_text (response.user, "alice");
    assert_text (response.opaque, "op");
    g_assert_cmpuint (response.nc, ==, *vectors[i].qop != '\0' ? 1 : 0);
    g_assert_true (sip_digest_response_verify (&response, ha1, method, body));
    g_assert_false (sip_digest_response_verify (&response, wrong, method, body));
    g_assert_false (
        sip_digest_response_verify (&response, ha1, SIP_TEXT_LITERAL ("INVITE"), body));
    g_assert_cmpint (
        sip_digest_response_verify (&response, ha1, method, SIP_TEXT_LITERAL ("v=1\r\n")),
        ==, qop_from_name (vectors[i].qop) != SIP_DIGEST_QOP_AUTH_INT);
    response.response.len--;
    g_assert_false (sip_digest_response_verify (&response, ha1, method, body));
  }
}

static void
test_algorithm_names (void)
{
  static const char *const names[] = {"MD5",          "MD5-sess",    "SHA-256",
                                      "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *challenge = sip_digest_make_challenge (
        SIP_DIGEST_MD5 + i, "r", "n", NULL, SIP_DIGEST_QOP_NONE, FALSE);
    g_autofree char *end = g_strconcat (", algorithm=", names[i], NULL);

    g_assert_true (g_str_has_suffix (challenge, end));
    g_assert_cmpint (sip_digest_algorithm_from_text (sip_text_from_str (names[i])), ==,
                     SIP_DIGEST_MD5 + i);
  }
  g_assert_cmpint (sip_digest_algorithm_from_text (SIP_TEXT_NONE), ==, SIP_DIGEST_MD5);
  g_assert_cmpint (sip_digest_algorithm_from_text (SIP_TEXT_LITERAL ("sha-256")), ==,
                   SIP_DIGEST_SHA_256);
  g_assert_cmpint (sip_digest_algorithm_from_text (SIP_TEXT_LITERAL ("SHA-1")), ==,
                   SIP_DIGEST_UNSUPPORTED);
  g_assert_cmpint (sip_digest_algorithm_from_text (SIP_TEXT_LITERAL ("")), ==,
                   SIP_DIGEST_UNSUPPORTED);
}

/* Several challenges in several places: the strongest that is known is taken. */
static void
test_choice (void)
{
  static const struct {
    const char *lines;
    const char *realm;
    SipDigestFlags flags;
    SipDigestAlgorithm expected;
    const char *nonce;
  } cases[] = {
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n", NULL, 0, SIP_DIGEST_MD5,
       "1"},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n", NULL,
       SIP_DIGEST_REFUSE_MD5, SIP_DIGEST_UNSUPPORTED, NULL},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\", algorithm=MD5\r\n"
       "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\", algorithm=SHA-256\r\n"
       "WWW-Authenticate: Digest realm=\"r\", nonce=\"3\", algorithm=SHA-512-256\r\n"
       "WWW-Authenticate: Digest realm=\"r\", nonce=\"4\", algorithm=SHA-3-999\r\n",
       NULL, 0, SIP_DIGEST_SHA_512_256, "3"},
      {"WWW-Authenticate: Basic realm=\"r\", Digest realm=\"r\", nonce=\"1\", "
       "Digest realm=\"r\",nonce=\"2\",algorithm=SHA-256,qop=\"auth\", Negotiate, "
       "Digest nonce=\"3\", realm=\"r\"\r\n",
       NULL, 0, SIP_DIGEST_SHA_256, "2"},
      {"WWW-Authenticate: Basic realm=\"r\"\r\n", NULL, 0, SIP_DIGEST_UNSUPPORTED, NULL},
      {"WWW-Authenticate: Basic realm=\"Digest realm=x, nonce=y\"\r\n", NULL, 0,
       SIP_DIGEST_UNSUPPORTED, NULL},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n"
       "Proxy-Authenticate: Digest realm=\"p\", nonce=\"2\", algorithm=SHA-256\r\n",
       "r", 0, SIP_DIGEST_MD5, "1"},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n", "other", 0,
       SIP_DIGEST_UNSUPPORTED, NULL},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"1\"\r\n"
       "WWW-Authenticate: Digest realm=\"r\", nonce=\"2\"\r\n",
       NULL, 0, SIP_DIGEST_MD5, "1"},
      {"WWW-Authenticate: Digest realm=r, nonce=1, Other, algorithm=\"SHA-256\"\r\n",
       NULL, 0, SIP_DIGEST_MD5, "1"},
      {"WWW-Authenticate: dIGEST  ReAlm = \"r\" , NONCE = \"1\" , algorithm=\"MD5\"\r\n",
       NULL, 0, SIP_DIGEST_MD5, "1"},
      {"", NULL, 0, SIP_DIGEST_UNSUPPORTED, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (SipMessage) message = make_response (cases[i].lines);
    g_autoptr (GError) error = NULL;
    SipDigestChallenge challenge;
    gboolean is_chosen =
        sip_digest_choose (message, cases[i].realm, cases[i].flags, &challenge, &error);

    g_test_message ("%s", cases[i].lines);
    g_assert_cmpint (is_chosen, ==, cases[i].nonce != NULL);
    g_assert_cmpint (challenge.algorithm, ==, cases[i].expected);
    assert_text (challenge.nonce, cases[i].nonce);
    if (!is_chosen)
      g_assert_error (error, SIP_ERROR, SIP_ERROR_UNSUPPORTED);
  }
}

/* A challenge that is broken in itself is left out, and does no harm to its neighbour. */
static void
test_broken_challenges (void)
{
  static const char *const bad[] = {"Digest",
                                    "Digest ",
                                    "Digest realm=\"r\"",
                                    "Digest nonce=\"n\"",
                                    "Digest realm=\"r\", nonce=\"\"",
                                    "Digest realm=\"r\", nonce=",
                                    "Digest realm, nonce",
                                    "Digest realm=\"r\", nonce=\"n\", nonce=\"m\"",
                                    "Digest realm=\"r\", nonce=n\"x",
                                    "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1",
                                    "Digest realm=\"r\", nonce=\"n\", qop=\"auth-conf\"",
                                    "Digest realm=\"r\", nonce=\"n\", qop=\"\"",
                                    "Digest realm=\"r\", nonce=\"n\" x=\"y\"",
                                    "realm=\"r\", nonce=\"n\"",
                                    "Digest realm=\"r\", nonce=\"n\\",
                                    "Digest realm=\"r\\\", nonce=\"n\"",
                                    "Digest realm=r, nonce=\\",
                                    ",,,",
                                    "\"",
                                    "Digest \"realm\"=r, nonce=n",
                                    "Digestrealm=\"r\", nonce=\"n\""};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *lines =
        g_strdup_printf ("WWW-Authenticate: %s\r\nProxy-Authenticate: Digest "
                         "realm=\"p\", nonce=\"ok\"\r\n",
                         bad[i]);
    g_autoptr (SipMessage) message = make_response (lines);
    SipDigestChallengeIter iter;
    SipDigestChallenge challenge;

    g_test_message ("%s", bad[i]);
    sip_digest_challenge_iter_init (&iter, message);
    g_assert_true (sip_digest_challenge_iter_next (&iter, &challenge));
    assert_text (challenge.nonce, "ok");
    g_assert_cmpint (challenge.header, ==, SIP_HEADER_PROXY_AUTHENTICATE);
    g_assert_false (sip_digest_challenge_iter_next (&iter, &challenge));
  }
}

/* Attack: texts of 64 kB, 500 parameters, 40 challenges. */
static void
test_large_challenges (void)
{
  g_autofree char *long_text = g_strnfill (65536, 'n');
  g_autofree char *long_nonce = g_strdup_printf (
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"%s\", algorithm=SHA-256\r\n"
      "WWW-Authenticate: Digest realm=\"%s\", nonce=\"x\", algorithm=SHA-256\r\n"
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"short\"\r\n",
      long_text, long_text);
  g_autoptr (SipMessage) message = make_response (long_nonce);
  g_autoptr (GString) many = g_string_new ("WWW-Authenticate: Digest realm=r, nonce=n");
  SipDigestChallenge challenge;

  g_assert_true (sip_digest_choose (message, NULL, 0, &challenge, NULL));
  assert_text (challenge.nonce, "short");
  for (guint i = 0; i < 500; i++)
    g_string_append_printf (many, ", p%u=\"%%n%u\"", i, i);
  g_string_append (many, "\r\n");
  for (guint i = 0; i < 40; i++)
    g_string_append_printf (many,
                            "WWW-Authenticate: Digest realm=\"r\", nonce=\"%u\", "
                            "algorithm=%s\r\n",
                            i, i == 5 ? "SHA-256" : "MD5");
  sip_message_unref (g_steal_pointer (&message));
  message = make_response (many->str);
  g_assert_true (sip_digest_choose (message, NULL, 0, &challenge, NULL));
  assert_text (challenge.nonce, "5");
  g_assert_cmpint (challenge.algorithm, ==, SIP_DIGEST_SHA_256);
}

static void
test_session (void)
{
  g_autoptr (SipMessage) message = make_response (
      "Proxy-Authenticate: Digest realm=\"a \\\"b\\\"\", nonce=\"n\\\\\", opaque=\"\", "
      "stale=TRUE, qop=\"auth-int,auth\", algorithm=SHA-256-sess\r\n");
  g_autoptr (SipDigestSession) session = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  SipDigestChallenge challenge;

  g_assert_true (sip_digest_choose (message, "a \\\"b\\\"", 0, &challenge, NULL));
  g_assert_true (challenge.is_stale);
  session = sip_digest_session_new (&challenge);
  sip_message_unref (g_steal_pointer (&message));
  g_assert_cmpint (sip_digest_session_get_header (session), ==,
                   SIP_HEADER_PROXY_AUTHORIZATION);
  g_assert_cmpstr (sip_digest_session_get_realm (session), ==, "a \\\"b\\\"");
  g_assert_cmpstr (sip_digest_session_get_nonce (session), ==, "n\\\\");
  first = sip_digest_session_sign (session, "a\"\r\nX: 1", "p", "REGISTER", "sip:h",
                                   SIP_TEXT_NONE, "c");
  second = sip_digest_session_sign (session, "a", "p", "REGISTER", "sip:h", SIP_TEXT_NONE,
                                    "c");
  g_assert_true (
      g_str_has_prefix (first, "Digest username=\"a\\\"  X: 1\", realm=\"a \\\"b\\\"\", "
                               "nonce=\"n\\\\\", uri=\"sip:h\", response=\""));
  g_assert_true (g_str_has_suffix (
      first,
      "\", algorithm=SHA-256-sess, qop=auth, nc=00000001, cnonce=\"c\", opaque=\"\""));
  g_assert_nonnull (strstr (second, "nc=00000002"));
  g_assert_null (strchr (first, '\n'));
  sip_digest_session_free (NULL);
}

/* Without qop and algorithm, the answer has none either (RFC 2069). */
static void
test_session_plain (void)
{
  g_autofree char *value =
      sign ("Digest realm=r, nonce=n", "a", "p", "REGISTER", "sip:h", SIP_TEXT_NONE, "c");

  g_assert_null (strstr (value, "qop"));
  g_assert_null (strstr (value, "algorithm"));
  g_assert_null (strstr (value, "cnonce"));
  g_assert_null (strstr (value, "opaque"));
}

static void
test_make_challenge (void)
{
  g_autofree char *full =
      sip_digest_make_challenge (SIP_DIGEST_SHA_256, "a\"b", "n", "o",
                                 SIP_DIGEST_QOP_AUTH | SIP_DIGEST_QOP_AUTH_INT, TRUE);
  g_autofree char *bare =
      sip_digest_make_challenge (SIP_DIGEST_MD5, "r", "n\r\nX: 1", NULL, 0, FALSE);

  g_assert_cmpstr (full, ==,
                   "Digest realm=\"a\\\"b\", nonce=\"n\", opaque=\"o\", stale=true, "
                   "algorithm=SHA-256, qop=\"auth,auth-int\"");
  g_assert_cmpstr (bare, ==, "Digest realm=\"r\", nonce=\"n  X: 1\", algorithm=MD5");
}

#define GOOD "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\""

static void
test_response_refused (void)
{
  static const struct {
    const char *value;
    SipError code;
  } cases[] = {
      {"", SIP_ERROR_UNSUPPORTED},
      {"Basic YTpi", SIP_ERROR_UNSUPPORTED},
      {"Digest", SIP_ERROR_SYNTAX},
      {GOOD ", algorithm=SHA-1", SIP_ERROR_UNSUPPORTED},
      {GOOD ", qop=auth-conf", SIP_ERROR_UNSUPPORTED},
      {GOOD ", qop=auth", SIP_ERROR_SYNTAX},
      {GOOD ", qop=auth, nc=00000001", SIP_ERROR_SYNTAX},
      {GOOD ", qop=auth, cnonce=\"c\", nc=1", SIP_ERROR_SYNTAX},
      {GOOD ", qop=auth, cnonce=\"c\", nc=0000000g", SIP_ERROR_SYNTAX},
      {GOOD ", qop=auth, cnonce=\"c\", nc=00000000", SIP_ERROR_SYNTAX},
      {GOOD ", qop=auth, cnonce=\"c\", nc=-0000001", SIP_ERROR_SYNTAX},
      {GOOD ", username=\"b\"", SIP_ERROR_SYNTAX},
      {GOOD ", x=\"torn", SIP_ERROR_SYNTAX},
      {GOOD ", x=\"\\", SIP_ERROR_SYNTAX},
      {"Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\"", SIP_ERROR_SYNTAX},
  };
  SipDigestResponse response;

  g_assert_true (sip_digest_response_parse (SIP_TEXT_LITERAL (GOOD), &response, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *owner = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].value);
    g_assert_false (sip_digest_response_parse (exact_text (&owner, cases[i].value),
                                               &response, &error));
    g_assert_error (error, SIP_ERROR, (int)cases[i].code);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/digest/rfc-vectors", test_rfc_vectors);
  g_test_add_func ("/sip/digest/all-algorithms", test_all_algorithms);
  g_test_add_func ("/sip/digest/algorithm-names", test_algorithm_names);
  g_test_add_func ("/sip/digest/choice", test_choice);
  g_test_add_func ("/sip/digest/broken-challenges", test_broken_challenges);
  g_test_add_func ("/sip/digest/large-challenges", test_large_challenges);
  g_test_add_func ("/sip/digest/session", test_session);
  g_test_add_func ("/sip/digest/session-plain", test_session_plain);
  g_test_add_func ("/sip/digest/make-challenge", test_make_challenge);
  g_test_add_func ("/sip/digest/response-refused", test_response_refused);
  return g_test_run ();
}
