/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport and certificates, which are made here: an authority, and what it has
 * signed. Wherever one is refused, the server has seen no request at all. */
#include "ws-fixture.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <libsoup/soup.h>

#include "phone-error.h"

#define DAY_S (24 * 60 * 60)

typedef struct {
  const char *name; /* of the host; NULL: 127.0.0.1 */
  gint64 from_days; /* from now */
  gint64 to_days;
  gnutls_digest_algorithm_t digest; /* of the signature; 0: SHA-256 */
} Validity;

typedef struct {
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
} Identity;

typedef struct {
  char *directory;
  char *ca_file;
  Identity authority;

  SoupServer *server;
  guint n_requests;
  guint n_websockets;
  GPtrArray *messages;
  char *url;
  char *fingerprint;
} Tls;

static void
identity_clear (Identity *identity)
{
  gnutls_x509_crt_deinit (identity->certificate);
  gnutls_x509_privkey_deinit (identity->key);
}

static void
identity_begin (Identity *identity, const char *common_name, gint64 from, gint64 to)
{
  static guint8 serial = 1;
  time_t now = time (NULL);

  gnutls_x509_privkey_init (&identity->key);
  gnutls_x509_privkey_generate (identity->key, GNUTLS_PK_ECDSA,
                                GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  gnutls_x509_crt_init (&identity->certificate);
  gnutls_x509_crt_set_version (identity->certificate, 3);
  gnutls_x509_crt_set_serial (identity->certificate, &serial, 1);
  serial++;
  gnutls_x509_crt_set_key (identity->certificate, identity->key);
  gnutls_x509_crt_set_dn_by_oid (identity->certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                 common_name, (unsigned)strlen (common_name));
  gnutls_x509_crt_set_activation_time (identity->certificate, now + from * DAY_S);
  gnutls_x509_crt_set_expiration_time (identity->certificate, now + to * DAY_S);
}

static void
make_authority (Identity *identity)
{
  identity_begin (identity, "Test authority", -100, 100);
  gnutls_x509_crt_set_ca_status (identity->certificate, 1);
  gnutls_x509_crt_set_key_usage (identity->certificate, GNUTLS_KEY_KEY_CERT_SIGN);
  gnutls_x509_crt_sign2 (identity->certificate, identity->certificate, identity->key,
                         GNUTLS_DIG_SHA256, 0);
}

static void
make_identity (Identity *identity, const Identity *issuer, const Validity *validity)
{
  static const guint8 loopback[] = {127, 0, 0, 1};
  const char *name = validity->name;

  identity_begin (identity, "server", validity->from_days, validity->to_days);
  gnutls_x509_crt_set_subject_alt_name (
      identity->certificate, name ? GNUTLS_SAN_DNSNAME : GNUTLS_SAN_IPADDRESS,
      name ? (const void *)name : loopback,
      name ? (unsigned)strlen (name) : sizeof loopback, GNUTLS_FSAN_SET);
  g_assert_cmpint (
      gnutls_x509_crt_sign2 (identity->certificate, issuer->certificate, issuer->key,
                             validity->digest ? validity->digest : GNUTLS_DIG_SHA256, 0),
      ==, GNUTLS_E_SUCCESS);
}

static char *
dup_pem (const Identity *identity, gboolean with_key)
{
  gnutls_datum_t key;
  gnutls_datum_t certificate;
  char *pem;

  gnutls_x509_privkey_export2 (identity->key, GNUTLS_X509_FMT_PEM, &key);
  gnutls_x509_crt_export2 (identity->certificate, GNUTLS_X509_FMT_PEM, &certificate);
  pem = g_strconcat ((char *)certificate.data, with_key ? (char *)key.data : NULL, NULL);
  gnutls_free (key.data);
  gnutls_free (certificate.data);
  return pem;
}

/* By GnuTLS, so that the code under test is not its own judge. */
static char *
dup_fingerprint (const Identity *identity)
{
  guint8 digest[32];
  size_t size = sizeof digest;
  GString *text = g_string_new (NULL);

  gnutls_x509_crt_get_fingerprint (identity->certificate, GNUTLS_DIG_SHA256, digest,
                                   &size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%s%02X", i == 0 ? "" : ":", digest[i]);
  return g_string_free (text, FALSE);
}

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  Tls *tls = user_data;

  tls->n_requests++;
}

static void
on_websocket (SoupServer *server,
              SoupServerMessage *message,
              const char *path,
              SoupWebsocketConnection *connection,
              gpointer user_data)
{
  Tls *tls = user_data;

  tls->n_websockets++;
}

/* libsoup before 3.6.6 uses a connection that is let go while its handshake runs once more:
 * its first message holds it, and goes with the test. */
static void
on_request_started (SoupServer *server, SoupServerMessage *message, GPtrArray *messages)
{
  g_ptr_array_add (messages, g_object_ref (message));
}

static void
serve (Tls *tls, const Identity *identity)
{
  static char *protocols[] = {(char *)"sip", NULL};
  g_autofree char *pem = dup_pem (identity, TRUE);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  tls->fingerprint = dup_fingerprint (identity);
  tls->server = soup_server_new ("tls-certificate", certificate, NULL);
  tls->messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (tls->server, "request-started", G_CALLBACK (on_request_started),
                    tls->messages);
  soup_server_add_early_handler (tls->server, NULL, on_request, tls, NULL);
  soup_server_add_websocket_handler (tls->server, NULL, NULL, protocols, on_websocket,
                                     tls, NULL);
  soup_server_listen_local (
      tls->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (tls->server);
  tls->url = g_strdup_printf ("wss://127.0.0.1:%d/", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
}

static void
set_up (Tls *tls, gconstpointer data)
{
  const Validity *validity = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL;
  Identity identity;

  tls->directory = g_dir_make_tmp ("test-phone-ws-tls-XXXXXX", &error);
  g_assert_no_error (error);
  tls->ca_file = g_build_filename (tls->directory, "ca.pem", NULL);
  make_authority (&tls->authority);
  pem = dup_pem (&tls->authority, FALSE);
  g_file_set_contents (tls->ca_file, pem, -1, &error);
  g_assert_no_error (error);
  make_identity (&identity, &tls->authority, validity);
  serve (tls, &identity);
  identity_clear (&identity);
}

static void
tear_down (Tls *tls, gconstpointer data)
{
  soup_server_disconnect (tls->server);
  g_object_unref (tls->server);
  settle ();
  g_ptr_array_unref (tls->messages);
  g_unlink (tls->ca_file);
  g_rmdir (tls->directory);
  identity_clear (&tls->authority);
  g_free (tls->ca_file);
  g_free (tls->directory);
  g_free (tls->url);
  g_free (tls->fingerprint);
}

static void
assert_opens (Tls *tls, const char *ca_file, const char *pin)
{
  Subject *subject =
      subject_new (&(PhoneWsTransportConfig){.urls = (const char *[]){tls->url, NULL},
                                             .ca_file = ca_file,
                                             .pinned_fingerprint = pin});

  subject_open (subject);
  subject_wait_opened (subject);
  g_assert_cmpuint (tls->n_requests, ==, 1);
  g_assert_cmpuint (tls->n_websockets, ==, 1);
  g_assert_cmpstr (
      phone_ws_transport_get_peer_fingerprint (PHONE_WS_TRANSPORT (subject->transport)),
      ==, tls->fingerprint);
  subject_free (subject);
}

static void
assert_refused (Tls *tls, const char *ca_file, const char *pin, PhoneError error)
{
  Subject *subject =
      subject_new (&(PhoneWsTransportConfig){.urls = (const char *[]){tls->url, NULL},
                                             .ca_file = ca_file,
                                             .pinned_fingerprint = pin});

  subject_open (subject);
  subject_wait_closed (subject);
  g_test_message ("%s", subject->closed->error->message);
  g_assert_cmpint (subject->closed->end, ==, PHONE_TRANSPORT_END_REFUSED);
  g_assert_error (subject->closed->error, PHONE_ERROR, (int)error);
  settle ();
  g_assert_cmpuint (subject->n_opened, ==, 0);
  g_assert_cmpuint (tls->n_requests, ==, 0);
  g_assert_cmpstr (
      phone_ws_transport_get_peer_fingerprint (PHONE_WS_TRANSPORT (subject->transport)),
      ==, tls->fingerprint);
  subject_free (subject);
}

static void
test_unknown_ca (Tls *tls, gconstpointer data)
{
  assert_refused (tls, NULL, NULL, PHONE_ERROR_CERT_UNKNOWN_CA);
}

static void
test_ca_file (Tls *tls, gconstpointer data)
{
  assert_opens (tls, tls->ca_file, NULL);
}

static void
test_relative_ca_file (Tls *tls, gconstpointer data)
{
  g_autofree char *before = g_get_current_dir ();

  g_assert_cmpint (g_chdir (tls->directory), ==, 0);
  assert_opens (tls, "ca.pem", NULL);
  g_assert_cmpint (g_chdir (before), ==, 0);
}

static void
test_pin (Tls *tls, gconstpointer data)
{
  assert_opens (tls, NULL, tls->fingerprint);
}

static void
test_pin_in_other_spelling (Tls *tls, gconstpointer data)
{
  g_autofree char *lower = g_ascii_strdown (tls->fingerprint, -1);
  g_auto (GStrv) parts = g_strsplit (lower, ":", -1);
  g_autofree char *plain = g_strjoinv ("", parts);

  assert_opens (tls, NULL, plain);
}

static void
test_wrong_pins (Tls *tls, gconstpointer data)
{
  g_autofree char *other = g_strdup (tls->fingerprint);
  g_autofree char *half = g_strndup (tls->fingerprint, 47);

  other[0] = other[0] == '0' ? '1' : '0';
  assert_refused (tls, NULL, other, PHONE_ERROR_CERT_UNKNOWN_CA);
  assert_refused (tls, NULL, half, PHONE_ERROR_CERT_UNKNOWN_CA);
  assert_refused (tls, NULL, "", PHONE_ERROR_CERT_UNKNOWN_CA);
}

static void
test_wrong_host (Tls *tls, gconstpointer data)
{
  assert_refused (tls, tls->ca_file, NULL, PHONE_ERROR_CERT_WRONG_HOST);
}

static void
test_expired (Tls *tls, gconstpointer data)
{
  assert_refused (tls, tls->ca_file, NULL, PHONE_ERROR_CERT_EXPIRED);
}

static void
test_not_yet (Tls *tls, gconstpointer data)
{
  assert_refused (tls, tls->ca_file, NULL, PHONE_ERROR_CERT_NOT_YET);
}

static void
test_weak_signature (Tls *tls, gconstpointer data)
{
  assert_refused (tls, tls->ca_file, NULL, PHONE_ERROR_CERT_WEAK);
}

/* In a process of its own, where both ends may speak TLS 1.1 and nothing else. */
static void
test_old_tls (Tls *tls, gconstpointer data)
{
  if (g_test_subprocess ()) {
    assert_refused (tls, tls->ca_file, NULL, PHONE_ERROR_TLS);
    return;
  }
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("G_TLS_GNUTLS_PRIORITY");
  g_test_trap_assert_passed ();
}

static void
assert_setting_refused (const char *url, const char *ca_file)
{
  Subject *subject = subject_new (
      &(PhoneWsTransportConfig){.urls = (const char *[]){url, NULL}, .ca_file = ca_file});

  subject_open (subject);
  subject_wait_closed (subject);
  g_test_message ("%s", subject->closed->error->message);
  g_assert_error (subject->closed->error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
  subject_free (subject);
}

static void
test_unreadable_ca_file (Tls *tls, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (tls->directory, "missing", NULL);

  assert_setting_refused (tls->url, missing);
  g_assert_true (g_file_set_contents (tls->ca_file, "not a certificate", -1, NULL));
  assert_setting_refused (tls->url, tls->ca_file);
  g_assert_cmpuint (tls->n_requests, ==, 0);
}

/* A wss: address at a server that knows no TLS: it ends, or answers in plain text. */
static void
test_no_tls_there (void)
{
  Script *script = script_new (NULL, NULL, SCRIPT_STAY);
  g_autofree char *url = g_strdup_printf ("wss://127.0.0.1:%u/", script->port);
  Subject *subject = subject_new_for_url (url);

  script->answers_at_once = TRUE;
  subject_open (subject);
  subject_wait_closed (subject);
  g_test_message ("%s", subject->closed->error->message);
  g_assert_cmpint (subject->closed->end, ==, PHONE_TRANSPORT_END_UNREACHED);
  g_assert_error (subject->closed->error, PHONE_ERROR, PHONE_ERROR_TLS);
  subject_free (subject);
  script_free (script);
}

/* The other way round. */
static void
test_plain_to_tls (Tls *tls, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("ws", tls->url + strlen ("wss"), NULL);
  Subject *subject = subject_new_for_url (url);

  subject_open (subject);
  subject_wait_closed (subject);
  g_test_message ("%s", subject->closed->error->message);
  g_assert_cmpuint (subject->n_opened, ==, 0);
  subject_free (subject);
}

int
main (int argc, char *argv[])
{
  static const Validity good = {NULL, -1, 10};
  static const Validity other_host = {"sip.example.org", -1, 10};
  static const Validity past = {NULL, -10, -1};
  static const Validity future = {NULL, 1, 10};
  static const Validity weak = {NULL, -1, 10, GNUTLS_DIG_SHA1};

  g_test_init (&argc, &argv, NULL);

#define ADD(name, validity, test)                                                        \
  g_test_add ("/phone-ws-tls/" name, Tls, &validity, set_up, test, tear_down)
  ADD ("unknown-ca", good, test_unknown_ca);
  ADD ("ca-file", good, test_ca_file);
  ADD ("relative-ca-file", good, test_relative_ca_file);
  ADD ("pin", good, test_pin);
  ADD ("pin-in-other-spelling", good, test_pin_in_other_spelling);
  ADD ("pin-for-other-host", other_host, test_pin);
  ADD ("pin-expired", past, test_pin);
  ADD ("wrong-pins", good, test_wrong_pins);
  ADD ("wrong-host", other_host, test_wrong_host);
  ADD ("expired", past, test_expired);
  ADD ("not-yet", future, test_not_yet);
  ADD ("weak-signature", weak, test_weak_signature);
  ADD ("old-tls", good, test_old_tls);
  ADD ("unreadable-ca-file", good, test_unreadable_ca_file);
  ADD ("plain-to-tls", good, test_plain_to_tls);
#undef ADD
  g_test_add_func ("/phone-ws-tls/no-tls-there", test_no_tls_there);

  return g_test_run ();
}
