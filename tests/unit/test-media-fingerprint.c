/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-fingerprint.h"

/* A certificate and its hashes, made with OpenSSL's command. */
static const char pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdDCCARugAwIBAgIUU/keq/B3g/Sx9k1yaJ6HE2hHMBQwCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjIwOTQxNDdaGA8yMTI2MTAyOTA5NDE0\n"
    "N1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKGL\n"
    "Pojho1ZztohuK4R9QBw2x2aQNUT1o+y7M6ujJbYRMKp8Bs8X/EKIUDsh6fw+wmQh\n"
    "EbBCo8wh8x49gStXOl6jUzBRMB0GA1UdDgQWBBQB5PUC6itxUrnh26+8cRJYVG4t\n"
    "njAfBgNVHSMEGDAWgBQB5PUC6itxUrnh26+8cRJYVG4tnjAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0cAMEQCIDc47dOH2ZEwy3oY69dMD2hTa1QsvUFVtlLl\n"
    "SpQHyL8nAiB/4qp4ALNPxcMDArU2BxAR9txlLVu9laNvA+tRW6VUyg==\n"
    "-----END CERTIFICATE-----\n";
static const char sha1[] = "sha-1 "
                           "88:31:5B:5E:40:D6:69:F6:89:13:D2:B4:D0:8E:AC:D2:88:11:F6:19";
static const char sha256[] =
    "sha-256 "
    "15:91:DE:8F:21:2B:4C:B2:9A:E1:B6:26:07:EE:E5:D9:BF:63:CA:44:C1:3C:7A:28:"
    "A1:3E:E8:42:69:86:18:8F";
static const char sha384[] =
    "sha-384 "
    "bc:a5:23:29:f5:8a:41:ca:7a:ca:5b:8a:11:f9:bd:b3:c9:8a:85:91:8a:df:5b:e2:"
    "c3:bf:18:f0:57:0d:60:ef:bd:c0:06:9b:e8:8b:5d:b0:c3:e5:57:05:ee:64:2c:98";
static const char sha512[] =
    "SHA-512 "
    "06:B5:58:33:5A:1B:EE:63:26:E6:80:56:66:46:FB:1D:4B:B7:17:74:4A:F3:14:71:"
    "55:3E:72:B7:7F:B5:62:C1:FE:7B:C5:46:F7:DF:89:AF:51:66:09:8C:AB:C8:CE:61:"
    "C5:00:D6:AE:E4:0F:DB:25:77:EF:96:3F:43:3A:45:1B";

static gboolean
matches (const char *certificate, const char *text)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  PhoneMediaFingerprint *fingerprint = g_new0 (PhoneMediaFingerprint, 1);

  g_ptr_array_add (list, fingerprint);
  return phone_media_fingerprint_parse (text, fingerprint) &&
         phone_media_fingerprint_matches_pem (certificate, list);
}

static void
test_matches (void)
{
  g_assert_true (matches (pem, sha256));
  g_assert_true (matches (pem, sha384));
  g_assert_true (matches (pem, sha512));
}

static void
test_differs (void)
{
  g_autofree char *other = g_strdup (sha256);
  g_autofree char *spoiled = g_strdup (pem);

  other[10] = other[10] == '0' ? '1' : '0';
  g_assert_false (matches (pem, other));
  spoiled[100] = spoiled[100] == 'A' ? 'B' : 'A';
  g_assert_false (matches (spoiled, sha256));
}

static void
test_malformed (void)
{
  static const char *const texts[] = {"",           "sha-256",       "sha-256 ",
                                      "sha-256 AA", "sha-256 AA:BB", "md5 AA:AA",
                                      "sha-256x AA"};
  PhoneMediaFingerprint fingerprint;
  g_autofree char *longer = g_strconcat (sha256, ":AA", NULL);
  g_autofree char *spaced = g_strdup (sha256);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (phone_media_fingerprint_parse (texts[i], &fingerprint));
  g_assert_false (phone_media_fingerprint_parse (sha1, &fingerprint));
  g_assert_false (phone_media_fingerprint_parse (longer, &fingerprint));
  spaced[12] = ' ';
  g_assert_false (phone_media_fingerprint_parse (spaced, &fingerprint));
}

static void
test_no_certificate (void)
{
  g_assert_false (matches (NULL, sha256));
  g_assert_false (matches ("", sha256));
  g_assert_false (matches ("-----BEGIN CERTIFICATE-----\n", sha256));
  g_assert_false (
      matches ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", sha256));
}

static void
test_none_named (void)
{
  g_autoptr (GPtrArray) empty = g_ptr_array_new ();

  g_assert_false (phone_media_fingerprint_matches_pem (pem, empty));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-fingerprint/matches", test_matches);
  g_test_add_func ("/media-fingerprint/differs", test_differs);
  g_test_add_func ("/media-fingerprint/malformed", test_malformed);
  g_test_add_func ("/media-fingerprint/no-certificate", test_no_certificate);
  g_test_add_func ("/media-fingerprint/none-named", test_none_named);
  return g_test_run ();
}
