/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-users.h"

#include "sip-digest.h"

#include <string.h>
#include <sys/stat.h>

#define MD5_DIGITS 32
#define SHA256_DIGITS 64

void
phone_exchange_user_free (PhoneExchangeUser *user)
{
  g_free (user->user);
  sip_secret_free (user->password);
  sip_secret_free (user->ha1_md5);
  sip_secret_free (user->ha1_sha256);
  g_free (user);
}

/* A GStrv that may have passwords in it. */
typedef char **SecretLines;

static void
secret_lines_free (SecretLines lines)
{
  for (guint i = 0; lines[i] != NULL; i++)
    sip_secret_free (lines[i]);
  g_free (lines);
}

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (SecretLines, secret_lines_free, NULL)

static gboolean
is_hex (const char *text, gsize digits)
{
  return strlen (text) == digits && strspn (text, "0123456789abcdefABCDEF") == digits;
}

static gboolean
is_hashed (char **fields)
{
  return g_strv_length (fields) == 4 && is_hex (fields[2], MD5_DIGITS) &&
         is_hex (fields[3], SHA256_DIGITS);
}

/* NULL with the reason: it must not repeat the line, which may be a password. */
static PhoneExchangeUser *
parse_line (const char *line, const char *realm, const char **reason)
{
  g_auto (SecretLines) fields = g_strsplit (line, ":", -1);
  PhoneExchangeUser *user = NULL;

  if (g_strv_length (fields) < 2 || fields[0][0] == '\0' || fields[1][0] == '\0') {
    *reason = "is not USER:PASSWORD";
    return NULL;
  }
  if (!g_utf8_validate (line, -1, NULL)) {
    *reason = "is not UTF-8";
    return NULL;
  }
  if (is_hashed (fields) && g_ascii_strcasecmp (fields[1], realm) != 0) {
    *reason = "has hashes of another realm";
    return NULL;
  }
  user = g_new0 (PhoneExchangeUser, 1);
  user->user = g_strdup (fields[0]);
  if (is_hashed (fields)) {
    user->ha1_md5 = g_strdup (fields[2]);
    user->ha1_sha256 = g_strdup (fields[3]);
  } else {
    user->password = g_strdup (strchr (line, ':') + 1);
  }
  return user;
}

static gboolean
read_small (const char *path, char **text, GError **error)
{
  gsize length = 0;

  if (!g_file_get_contents (path, text, &length, error))
    return FALSE;
  if (length <= PHONE_EXCHANGE_USERS_MAX_BYTES && strlen (*text) == length)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s is no users file", path);
  return FALSE;
}

GPtrArray *
phone_exchange_users_load (const char *path, const char *realm, GError **error)
{
  g_autoptr (GPtrArray) users =
      g_ptr_array_new_with_free_func ((GDestroyNotify)phone_exchange_user_free);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (SipSecret) text = NULL;
  g_auto (SecretLines) lines = NULL;

  if (!read_small (path, &text, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *reason = "names a user a second time";
    PhoneExchangeUser *user = NULL;

    g_strchomp (lines[i]);
    if (lines[i][0] == '\0' || lines[i][0] == '#')
      continue;
    user = parse_line (lines[i], realm, &reason);
    if (user != NULL)
      g_ptr_array_add (users, user);
    if (user == NULL || !g_hash_table_add (names, user->user)) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: line %u %s", path,
                   i + 1, reason);
      return NULL;
    }
  }
  return g_steal_pointer (&users);
}

gboolean
phone_exchange_users_is_exposed (const char *path)
{
  struct stat info;

  return stat (path, &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

char *
phone_exchange_users_make_line (const char *user, const char *realm, const char *password)
{
  g_autoptr (SipSecret) md5 = sip_digest_make_ha1 (SIP_DIGEST_MD5, user, realm, password);
  g_autoptr (SipSecret) sha256 =
      sip_digest_make_ha1 (SIP_DIGEST_SHA_256, user, realm, password);

  return g_strdup_printf ("%s:%s:%s:%s", user, realm, md5, sha256);
}
