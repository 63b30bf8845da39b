/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-certificate.h"
#include "phone-fingerprint.h"

static GTlsCertificate *
load (const char *pem)
{
  GError *error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pem (pem, -1, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
test_fingerprint (void)
{
  char *pem = phone_certificate_make_pem (NULL, NULL);
  g_autoptr (GTlsCertificate) certificate = load (pem);
  g_autofree char *hash = phone_certificate_dup_fingerprint (pem);
  g_autofree char *expected = phone_fingerprint_dup (certificate);

  g_assert_cmpstr (hash, ==, expected);
  phone_certificate_free (pem);
}

/* One call is not to be told from another person's, nor to be known by another call's. */
static void
test_anonymous (void)
{
  char *one = phone_certificate_make_pem (NULL, NULL);
  char *other = phone_certificate_make_pem (NULL, NULL);
  g_autoptr (GTlsCertificate) certificate = load (one);
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);

  g_assert_cmpstr (one, !=, other);
  g_assert_cmpstr (subject, ==, "CN=WebRTC");
  g_assert_true (names == NULL || names->len == 0);
  phone_certificate_free (one);
  phone_certificate_free (other);
}

static void
test_free (void)
{
  phone_certificate_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/certificate/fingerprint", test_fingerprint);
  g_test_add_func ("/base/certificate/anonymous", test_anonymous);
  g_test_add_func ("/base/certificate/free", test_free);
  return g_test_run ();
}
