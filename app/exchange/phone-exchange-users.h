/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The users file of an exchange. One user a line:
 *
 *   alice:a password, which may hold colons
 *   bob:REALM:HA1-MD5:HA1-SHA-256
 *
 * The second form keeps no password: MD5 and SHA-256 of "bob:REALM:password" in hex,
 * REALM being the domain of the exchange. Empty lines and those that begin with '#' are
 * skipped. Not thread safe; nothing is kept between calls.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_EXCHANGE_USERS_MAX_BYTES (1024 * 1024)

typedef struct {
  char *user;
  char *password;   /* NULL in the second form */
  char *ha1_md5;    /* NULL in the first */
  char *ha1_sha256; /* NULL in the first */
} PhoneExchangeUser;

void phone_exchange_user_free (PhoneExchangeUser *user);

/** All users of the file, an array of PhoneExchangeUser. Errors: G_FILE_ERROR;
 * G_IO_ERROR_INVALID_DATA with the number of the line, and nothing of its text, for one
 * that cannot be read, a user who is there twice, and a realm that is not @realm. */
GPtrArray *phone_exchange_users_load (const char *path,
                                      const char *realm,
                                      GError **error);

/** Whether others than the owner may read the file: worth a warning. */
gboolean phone_exchange_users_is_exposed (const char *path);

/** A line of the second form. Owned. */
char *phone_exchange_users_make_line (const char *user,
                                      const char *realm,
                                      const char *password);

G_END_DECLS
