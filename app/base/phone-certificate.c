/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-certificate.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <string.h>
#include <time.h>

#define SERIAL_BYTES 16
#define SHA256_BYTES 32
#define DAY_S (24 * 3600)
#define VALID_S (3 * 365 * DAY_S)
#define MAX_PEM_BYTES 8192

static gboolean
take_result (int result, GError **error)
{
  if (result >= 0)
    return TRUE;
  g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC, "No certificate could be made: %s",
               gnutls_strerror (result));
  return FALSE;
}

static int
set_name (gnutls_x509_crt_t crt, const char *name)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

  if (address != NULL)
    return gnutls_x509_crt_set_subject_alt_name (
        crt, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
        g_inet_address_get_native_size (address), GNUTLS_FSAN_APPEND);
  return gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, name,
                                               strlen (name), GNUTLS_FSAN_APPEND);
}

static int
fill_in (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *const *names)
{
  static const char anonymous[] = "WebRTC";
  const char *name = names != NULL ? names[0] : anonymous;
  guint8 serial[SERIAL_BYTES];
  time_t now = time (NULL);
  int result = gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);

  serial[0] &= 0x7f; /* a positive number */
  for (guint i = 0; result >= 0 && names != NULL && names[i] != NULL; i++)
    result = set_name (crt, names[i]);
  if (result < 0 || (result = gnutls_x509_crt_set_version (crt, 3)) < 0 ||
      (result = gnutls_x509_crt_set_serial (crt, serial, sizeof serial)) < 0 ||
      (result = gnutls_x509_crt_set_activation_time (crt, now - DAY_S)) < 0 ||
      (result = gnutls_x509_crt_set_expiration_time (crt, now + VALID_S)) < 0 ||
      (result = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                               strlen (name))) < 0 ||
      (result = gnutls_x509_crt_set_key (crt, key)) < 0 ||
      (result = gnutls_x509_crt_set_basic_constraints (crt, 0, -1)) < 0 ||
      (result = gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0 ||
      (result = gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0)) <
          0)
    return result;
  return gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

static int
write_pem (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, char **pem)
{
  char text[MAX_PEM_BYTES];
  char key_text[MAX_PEM_BYTES];
  size_t length = sizeof text;
  size_t key_length = sizeof key_text;
  int result = gnutls_x509_crt_export (crt, GNUTLS_X509_FMT_PEM, text, &length);

  if (result >= 0)
    result = gnutls_x509_privkey_export_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL,
                                               GNUTLS_PKCS_PLAIN, key_text, &key_length);
  if (result >= 0)
    *pem = g_strdup_printf ("%.*s%.*s", (int)length, text, (int)key_length, key_text);
  gnutls_memset (key_text, 0, sizeof key_text);
  return result;
}

char *
phone_certificate_make_pem (const char *const *names, GError **error)
{
  gnutls_x509_crt_t crt = NULL;
  gnutls_x509_privkey_t key = NULL;
  char *pem = NULL;
  int result = gnutls_x509_privkey_init (&key);

  if (result >= 0)
    result = gnutls_x509_crt_init (&crt);
  if (result >= 0)
    result = gnutls_x509_privkey_generate (
        key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  if (result >= 0)
    result = fill_in (crt, key, names);
  if (result >= 0)
    result = write_pem (crt, key, &pem);
  g_clear_pointer (&crt, gnutls_x509_crt_deinit);
  g_clear_pointer (&key, gnutls_x509_privkey_deinit);
  return take_result (result, error) ? pem : NULL;
}

char *
phone_certificate_dup_fingerprint (const char *pem)
{
  const gnutls_datum_t text = {(unsigned char *)pem, (unsigned int)strlen (pem)};
  gnutls_x509_crt_t crt = NULL;
  guint8 hash[SHA256_BYTES];
  size_t length = sizeof hash;
  GString *hex = g_string_new (NULL);

  if (gnutls_x509_crt_init (&crt) >= 0 &&
      gnutls_x509_crt_import (crt, &text, GNUTLS_X509_FMT_PEM) >= 0 &&
      gnutls_x509_crt_get_fingerprint (crt, GNUTLS_DIG_SHA256, hash, &length) >= 0)
    for (gsize i = 0; i < length; i++)
      g_string_append_printf (hex, "%s%02X", i > 0 ? ":" : "", hash[i]);
  g_clear_pointer (&crt, gnutls_x509_crt_deinit);
  return g_string_free (hex, FALSE);
}

void
phone_certificate_free (char *pem)
{
  if (pem != NULL)
    gnutls_memset (pem, 0, strlen (pem));
  g_free (pem);
}
