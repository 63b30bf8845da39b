/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of an account, up to the wire: who signs in, which hashes are good enough,
 * who is answered inside a call, how soon a server that nobody vouches for is asked again,
 * and whose binding it is after a new start. */
#include "exchange-fixture.h"
#include "service-fixture.h"

#include "phone-account-private.h"
#include "phone-error.h"

#include <string.h>

#define REALM "example.org"
#define PASSWORD "a long password"
#define MD5_CHALLENGE "Digest realm=\"" REALM "\", nonce=\"n1\", algorithm=MD5"
#define SHA_CHALLENGE "Digest realm=\"" REALM "\", nonce=\"n2\", algorithm=SHA-256"

static const PhoneServiceOptions options = {.source = PHONE_SOURCE_TEST,
                                            .max_ringing = 2};

/* An account that is asked for its password; its REGISTER waits for the test. */
static SipMessage *
begin (ServiceFixture *f, void (*change) (PhoneAccountConfig *config))
{
  f->keeps_registers = TRUE;
  service_fixture_begin (f, &options, change);
  phone_account_set_password (f->account, PASSWORD);
  phone_account_register (f->account);
  return service_fixture_take_request (f, SIP_METHOD_REGISTER);
}

static void
end (ServiceFixture *f)
{
  f->keeps_registers = FALSE; /* it signs off */
  service_fixture_tear_down (f, NULL);
}

/* ---- Another name than the address has ---- */

static void
sign_in_as_another (PhoneAccountConfig *config)
{
  g_object_set (config, "auth-user", "extension-15", NULL);
}

static char *
dup_parameter (const char *credentials, const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("[ ,]%s=\"([^\"]*)\"", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  return g_regex_match (regex, credentials, 0, &match) ? g_match_info_fetch (match, 1)
                                                       : NULL;
}

/* RFC 2069, by GLib's hash and not by ours. */
static char *
make_response (const char *user, const char *method, const char *nonce, const char *uri)
{
  g_autofree char *who = g_strdup_printf ("%s:" REALM ":" PASSWORD, user);
  g_autofree char *what = g_strdup_printf ("%s:%s", method, uri);
  g_autofree char *ha1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, who, -1);
  g_autofree char *ha2 = g_compute_checksum_for_string (G_CHECKSUM_MD5, what, -1);
  g_autofree char *all = g_strdup_printf ("%s:%s:%s", ha1, nonce, ha2);

  return g_compute_checksum_for_string (G_CHECKSUM_MD5, all, -1);
}

static void
expect_signed (const SipMessage *request, const char *method, const char *user)
{
  g_autofree char *credentials =
      sip_text_dup (sip_message_get_header (request, SIP_HEADER_AUTHORIZATION));
  g_autofree char *named = dup_parameter (credentials, "username");
  g_autofree char *uri = dup_parameter (credentials, "uri");
  g_autofree char *response = dup_parameter (credentials, "response");
  g_autofree char *right = make_response (user, method, "n1", uri);

  g_assert_cmpstr (named, ==, user);
  g_assert_cmpstr (response, ==, right);
}

/* The credentials name one, and the address is still the other's. */
static void
test_auth_user (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, sign_in_as_another);
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *to = NULL;

  service_fixture_challenge (&f, first, MD5_CHALLENGE);
  second = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_signed (second, "REGISTER", "extension-15");
  to = sip_text_dup (sip_message_get_header (second, SIP_HEADER_TO));
  g_assert_nonnull (strstr (to, "<sip:alice@example.org>"));
  service_fixture_respond (&f, second, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* It is that one's password that is given later, too. */
static void
test_auth_user_again (void)
{
  ServiceFixture f = {.keeps_registers = TRUE};
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) again = NULL;
  g_autoptr (SipMessage) signed_one = NULL;

  service_fixture_begin (&f, &options, sign_in_as_another);
  phone_account_register (f.account);
  first = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  service_fixture_challenge (&f, first, MD5_CHALLENGE);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REFUSED);
  phone_account_set_password (f.account, PASSWORD);
  again = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  service_fixture_challenge (&f, again, MD5_CHALLENGE);
  signed_one = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_signed (signed_one, "REGISTER", "extension-15");
  service_fixture_respond (&f, signed_one, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* Where nothing is said the address has the name. */
static void
test_own_user (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, NULL);
  g_autoptr (SipMessage) second = NULL;

  service_fixture_challenge (&f, first, MD5_CHALLENGE);
  second = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  expect_signed (second, "REGISTER", "alice");
  service_fixture_respond (&f, second, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* ---- Weak hashes ---- */

static void
refuse_md5 (PhoneAccountConfig *config)
{
  g_object_set (config, "refuse-md5", TRUE, NULL);
}

/* Nothing is shown to a server that knows no better, and it is told as what it is. */
static void
test_md5_refused (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, refuse_md5);

  service_fixture_challenge (&f, first, MD5_CHALLENGE);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REFUSED);
  g_assert_error (phone_account_get_error (f.account), PHONE_ERROR,
                  PHONE_ERROR_AUTH_UNSUPPORTED);
  g_assert_null (g_queue_peek_head (&f.requests));
  end (&f);
}

static void
test_sha_where_md5_is_refused (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, refuse_md5);
  g_autoptr (SipMessage) second = NULL;
  g_autofree char *credentials = NULL;

  service_fixture_challenge (&f, first, MD5_CHALLENGE ", " SHA_CHALLENGE);
  second = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  credentials = sip_text_dup (sip_message_get_header (second, SIP_HEADER_AUTHORIZATION));
  g_assert_nonnull (strstr (credentials, "SHA-256"));
  service_fixture_respond (&f, second, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* ---- Inside a call ---- */

static void
answer_inside (PhoneAccountConfig *config)
{
  g_object_set (config, "auth-in-dialog", TRUE, NULL);
}

/* A call that stands, at a registrar that asked once. */
static PhoneCall *
call (ServiceFixture *f,
      void (*change) (PhoneAccountConfig *config),
      PhoneMediaSession *peer)
{
  g_autoptr (SipMessage) first = begin (f, change);
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) invite = NULL;

  service_fixture_challenge (f, first, MD5_CHALLENGE);
  second = service_fixture_take_request (f, SIP_METHOD_REGISTER);
  service_fixture_respond (f, second, 200, NULL);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_REGISTERED);
  return service_fixture_call (f, peer, &invite);
}

static void
hang_up (ServiceFixture *f, PhoneCall *call)
{
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  g_object_unref (call);
}

/* The re-INVITE that asks to be held, which is challenged. */
static void
challenge_change (ServiceFixture *f, PhoneCall *call)
{
  g_autoptr (SipMessage) change = NULL;

  phone_call_set_held (call, TRUE);
  change = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_assert_false (sip_message_has_header (change, SIP_HEADER_AUTHORIZATION));
  service_fixture_challenge (f, change, MD5_CHALLENGE);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
}

/* This server asks inside a call as well, says the account. */
static void
test_inside_answered (void)
{
  ServiceFixture f = {0};
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  PhoneCall *standing = call (&f, answer_inside, peer);
  g_autoptr (SipMessage) again = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;

  challenge_change (&f, standing);
  again = service_fixture_take_request (&f, SIP_METHOD_INVITE);
  expect_signed (again, "INVITE", "alice");
  offer = service_fixture_dup_body (again);
  answer = service_fixture_make_reanswer (peer, offer);
  service_fixture_respond (&f, again, 200, answer);
  sip_message_unref (service_fixture_take_request (&f, SIP_METHOD_ACK));
  hang_up (&f, standing);
  end (&f);
}

static gboolean
is_held (PhoneCall *call)
{
  gboolean held = FALSE;

  g_object_get (call, "held", &held, NULL);
  return held;
}

/* No account says so by itself: the peer would learn what proves the password. */
static void
test_inside_not_answered (void)
{
  ServiceFixture f = {0};
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  PhoneCall *standing = call (&f, NULL, peer);

  challenge_change (&f, standing);
  while (is_held (standing)) /* it was refused, and is as it was */
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (g_queue_peek_head (&f.requests));
  hang_up (&f, standing);
  end (&f);
}

/* ---- Two servers ---- */

static void
add_second_server (PhoneAccountConfig *config)
{
  g_autofree char *first = g_strdup (phone_account_config_get_server (config));
  g_autofree char *second = g_strconcat (first, "?second", NULL);

  g_object_set (config, "servers", (const char *[]){first, second, NULL}, NULL);
}

/* The first one is too busy to register anybody. */
static void
test_next_server (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, add_second_server);
  g_autoptr (SipMessage) second = NULL;

  g_assert_false (g_str_has_suffix (phone_account_get_server (f.account), "?second"));
  service_fixture_respond (&f, first, 503, NULL);
  second = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  g_assert_true (g_str_has_suffix (phone_account_get_server (f.account), "?second"));
  service_fixture_respond (&f, second, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* None of them can: it is told with the status of the last one. And what the user wants is
 * tried at once. */
static void
test_no_server_registers (void)
{
  ServiceFixture f = {0};
  g_autoptr (SipMessage) first = begin (&f, add_second_server);
  g_autoptr (SipMessage) second = NULL;
  g_autoptr (SipMessage) again = NULL;

  service_fixture_respond (&f, first, 500, NULL);
  second = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  service_fixture_respond (&f, second, 504, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_WAITING);
  g_assert_cmpuint (phone_account_get_status (f.account), ==, 504);
  g_assert_error (phone_account_get_error (f.account), PHONE_ERROR,
                  PHONE_ERROR_REGISTRATION_REFUSED);
  phone_account_register (f.account);
  again = service_fixture_take_request (&f, SIP_METHOD_REGISTER);
  g_assert_false (g_str_has_suffix (phone_account_get_server (f.account), "?second"));
  service_fixture_respond (&f, again, 200, NULL);
  service_fixture_wait_account (f.account, PHONE_ACCOUNT_STATE_REGISTERED);
  end (&f);
}

/* ---- A certificate that nobody vouches for ---- */

static void
with_tls (PhoneExchangeConfig *config)
{
  config->flags = PHONE_EXCHANGE_FLAG_TLS;
}

static void
on_shut_down (GObject *service, GAsyncResult *result, gpointer is_over)
{
  *(gboolean *)is_over =
      phone_service_shut_down_finish (PHONE_SERVICE (service), result, NULL);
}

static void
shut_down (PhoneService *service)
{
  gboolean is_over = FALSE;

  phone_service_shut_down_async (service, on_shut_down, &is_over);
  wait_until_set (&is_over);
  g_assert_finalize_object (service);
}

/* It is named, and the server is not asked again within half a minute. */
static void
test_untrusted (void)
{
  PhoneExchange *exchange = exchange_new (with_tls);
  PhoneService *service = phone_service_new (&options);
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  g_autoptr (GError) error = NULL;
  PhoneAccount *account = NULL;
  gint64 wait_us = 0;

  g_object_set (config, "aor", "sip:alice@test.example", "servers",
                (const char *[]){phone_exchange_get_url (exchange), NULL}, NULL);
  account = phone_service_add_account (service, config, &error);
  g_assert_no_error (error);
  phone_account_register (account);
  service_fixture_wait_account (account, PHONE_ACCOUNT_STATE_WAITING);
  wait_us = phone_account_get_retry_at (account) - g_get_monotonic_time ();
  g_assert_error (phone_account_get_error (account), PHONE_ERROR,
                  PHONE_ERROR_CERT_UNKNOWN_CA);
  g_assert_cmpint (wait_us, >, 29 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (wait_us, <=, 40 * G_TIME_SPAN_SECOND);
  shut_down (service);
  exchange_free (exchange);
}

/* ---- Killed, and started anew ---- */

static PhoneService *
start_service (PhoneAccountConfig *config)
{
  PhoneService *service = phone_service_new (&options);
  g_autoptr (GError) error = NULL;
  PhoneAccount *account = phone_service_add_account (service, config, &error);

  g_assert_no_error (error);
  phone_account_set_password (account, TEST_PASSWORD);
  phone_account_register (account);
  service_fixture_wait_account (account, PHONE_ACCOUNT_STATE_REGISTERED);
  return service;
}

static char *
dup_only_contact (PhoneExchange *exchange)
{
  g_autofree char *bindings = phone_exchange_dup_bindings_json (exchange);
  g_auto (GStrv) parts = g_strsplit (bindings, "\"contact\":", -1);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strdup (parts[1]);
}

/* The server does not know yet that the first one is gone, and its binding is the same one
 * to it: by the instance that was kept with the account, and the reg-id (RFC 5626 §4.2). */
static void
test_started_anew (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  g_autoptr (PhoneAccountConfig) kept = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  PhoneService *killed, *anew;

  g_object_set (config, "aor", "sip:alice@test.example", "servers",
                (const char *[]){phone_exchange_get_url (exchange), NULL}, NULL);
  phone_account_config_save (config, file, "account");
  kept = phone_account_config_load (file, "account");
  killed = start_service (config);
  before = dup_only_contact (exchange);
  anew = start_service (kept);
  after = dup_only_contact (exchange);
  g_assert_cmpstr (before, !=, after);
  shut_down (killed);
  shut_down (anew);
  exchange_free (exchange);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/account/auth-user", test_auth_user);
  g_test_add_func ("/phone/account/auth-user-again", test_auth_user_again);
  g_test_add_func ("/phone/account/own-user", test_own_user);
  g_test_add_func ("/phone/account/md5-refused", test_md5_refused);
  g_test_add_func ("/phone/account/sha-where-md5-is-refused",
                   test_sha_where_md5_is_refused);
  g_test_add_func ("/phone/account/inside-answered", test_inside_answered);
  g_test_add_func ("/phone/account/inside-not-answered", test_inside_not_answered);
  g_test_add_func ("/phone/account/next-server", test_next_server);
  g_test_add_func ("/phone/account/no-server-registers", test_no_server_registers);
  g_test_add_func ("/phone/account/untrusted", test_untrusted);
  g_test_add_func ("/phone/account/started-anew", test_started_anew);
  return g_test_run ();
}
