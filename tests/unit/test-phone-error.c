/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-error.h"

/* Every code has a name of its own: machines tell causes apart by it. */
static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint code = 0; code < PHONE_N_ERRORS; code++) {
    const char *name = phone_error_get_name (code);

    g_assert_nonnull (name);
    g_assert_true (g_hash_table_add (seen, (gpointer)name));
  }
  g_assert_cmpstr (phone_error_get_name (PHONE_N_ERRORS), ==, "internal");
  g_assert_cmpstr (phone_error_get_name (PHONE_ERROR_CERT_WRONG_HOST), ==,
                   "cert-wrong-host");
}

static void
test_code (void)
{
  g_autoptr (GError) ours = g_error_new (PHONE_ERROR, PHONE_ERROR_BUSY, "x");
  g_autoptr (GError) wild = g_error_new (PHONE_ERROR, 12345, "x");
  g_autoptr (GError) foreign = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");

  g_assert_cmpint (phone_error_get_code (ours), ==, PHONE_ERROR_BUSY);
  g_assert_cmpint (phone_error_get_code (wild), ==, PHONE_ERROR_INTERNAL);
  g_assert_cmpint (phone_error_get_code (foreign), ==, PHONE_ERROR_INTERNAL);
  g_assert_cmpint (phone_error_get_code (NULL), ==, PHONE_ERROR_INTERNAL);
}

static void
test_tls_flags (void)
{
  static const struct {
    GTlsCertificateFlags flags;
    PhoneError expected;
  } cases[] = {
      {G_TLS_CERTIFICATE_UNKNOWN_CA, PHONE_ERROR_CERT_UNKNOWN_CA},
      {G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY,
       PHONE_ERROR_CERT_WRONG_HOST},
      {G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED,
       PHONE_ERROR_CERT_EXPIRED},
      {G_TLS_CERTIFICATE_NOT_ACTIVATED, PHONE_ERROR_CERT_NOT_YET},
      {G_TLS_CERTIFICATE_VALIDATE_ALL, PHONE_ERROR_CERT_REVOKED},
      {G_TLS_CERTIFICATE_INSECURE, PHONE_ERROR_CERT_WEAK},
      {G_TLS_CERTIFICATE_GENERIC_ERROR, PHONE_ERROR_CERT_OTHER},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (phone_error_from_tls_flags (cases[i].flags), ==, cases[i].expected);
}

static void
test_http_status (void)
{
  static const struct {
    guint status;
    PhoneError expected;
  } cases[] = {
      {200, PHONE_ERROR_NOT_WEBSOCKET},     {301, PHONE_ERROR_HTTP_REDIRECT},
      {399, PHONE_ERROR_HTTP_REDIRECT},     {401, PHONE_ERROR_HTTP_UNAUTHORIZED},
      {407, PHONE_ERROR_HTTP_UNAUTHORIZED}, {403, PHONE_ERROR_HTTP_FORBIDDEN},
      {404, PHONE_ERROR_HTTP_NOT_FOUND},    {426, PHONE_ERROR_HTTP_STATUS},
      {500, PHONE_ERROR_HTTP_STATUS},       {503, PHONE_ERROR_HTTP_UNAVAILABLE},
      {0, PHONE_ERROR_HTTP_STATUS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (phone_error_from_http_status (cases[i].status), ==,
                     cases[i].expected);
}

static void
assert_mapped (GQuark domain, int code, PhoneError expected)
{
  g_autoptr (GError) mapped =
      phone_error_take_gio (g_error_new_literal (domain, code, "the message stays"));

  g_assert_error (mapped, PHONE_ERROR, (int)expected);
  g_assert_cmpstr (mapped->message, ==, "the message stays");
}

static void
test_gio (void)
{
  assert_mapped (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, PHONE_ERROR_CONNECT_REFUSED);
  assert_mapped (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, PHONE_ERROR_CONNECT_TIMEOUT);
  assert_mapped (G_IO_ERROR, G_IO_ERROR_CANCELLED, PHONE_ERROR_CANCELLED);
  assert_mapped (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, PHONE_ERROR_OFFLINE);
  assert_mapped (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, PHONE_ERROR_CONNECTION_LOST);
  assert_mapped (G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, PHONE_ERROR_INTERNAL);
  assert_mapped (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                 PHONE_ERROR_NAME_NOT_FOUND);
  assert_mapped (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                 PHONE_ERROR_NAME_LOOKUP);
  assert_mapped (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, PHONE_ERROR_CERT_OTHER);
  assert_mapped (G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, PHONE_ERROR_TLS);
  assert_mapped (G_FILE_ERROR, G_FILE_ERROR_NOENT, PHONE_ERROR_INTERNAL);
  assert_mapped (PHONE_ERROR, PHONE_ERROR_BUSY, PHONE_ERROR_BUSY);
  g_assert_null (phone_error_take_gio (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/error/names", test_names);
  g_test_add_func ("/base/error/code", test_code);
  g_test_add_func ("/base/error/tls-flags", test_tls_flags);
  g_test_add_func ("/base/error/http-status", test_http_status);
  g_test_add_func ("/base/error/gio", test_gio);
  return g_test_run ();
}
