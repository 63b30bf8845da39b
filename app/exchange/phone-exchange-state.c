/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-state.h"

#include "phone-certificate.h"
#include "phone-exchange-certificate.h"
#include "phone-random.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define KEY_FILE "flow.key"
#define TOKEN_FILE "guest.token"
#define CERTIFICATE_FILE "certificate.pem"

static gboolean
save (const char *directory, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  if (g_mkdir_with_parents (directory, 0700) != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s",
                 directory, g_strerror (errno));
    return FALSE;
  }
  return g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                   error);
}

/* NULL without an error when it is not there. */
static char *
load (const char *directory, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) local = NULL;
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, &local) &&
      !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_propagate_error (error, g_steal_pointer (&local));
  return text;
}

/* A secret of so many bytes in hex; one that is damaged is replaced. */
static char *
load_hex (const char *directory, const char *name, gsize n_bytes, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (directory == NULL)
    return phone_random_dup_hex (n_bytes);
  text = load (directory, name, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  if (text != NULL && strlen (g_strchomp (text)) == 2 * n_bytes &&
      strspn (text, "0123456789abcdef") == 2 * n_bytes)
    return g_steal_pointer (&text);
  g_free (text);
  text = phone_random_dup_hex (n_bytes);
  return save (directory, name, text, error) ? g_steal_pointer (&text) : NULL;
}

gboolean
phone_exchange_state_load_key (const char *directory,
                               guint8 key[PHONE_EXCHANGE_KEY_BYTES],
                               GError **error)
{
  g_autofree char *text = load_hex (directory, KEY_FILE, PHONE_EXCHANGE_KEY_BYTES, error);

  for (guint i = 0; text != NULL && i < PHONE_EXCHANGE_KEY_BYTES; i++)
    key[i] =
        g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]);
  return text != NULL;
}

char *
phone_exchange_state_load_guest_token (const char *directory, GError **error)
{
  return load_hex (directory, TOKEN_FILE, PHONE_EXCHANGE_GUEST_TOKEN_LENGTH / 2, error);
}

static GTlsCertificate *
load_kept_certificate (const char *directory, const char *const *names)
{
  g_autofree char *pem = load (directory, CERTIFICATE_FILE, NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (pem != NULL)
    certificate = g_tls_certificate_new_from_pem (pem, -1, NULL);
  return certificate != NULL && phone_exchange_certificate_is_good (certificate, names)
             ? g_steal_pointer (&certificate)
             : NULL;
}

GTlsCertificate *
phone_exchange_state_load_certificate (const char *directory,
                                       const char *const *names,
                                       GError **error)
{
  GTlsCertificate *kept =
      directory != NULL ? load_kept_certificate (directory, names) : NULL;
  g_autofree char *pem = NULL;

  if (kept != NULL)
    return kept;
  pem = phone_certificate_make_pem (names, error);
  if (pem == NULL ||
      (directory != NULL && !save (directory, CERTIFICATE_FILE, pem, error)))
    return NULL;
  return g_tls_certificate_new_from_pem (pem, -1, error);
}
