/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What an exchange keeps over its restarts: the key of its flow tokens (so that calls go
 * on), the token of its guest link (so that the link stays good), and its certificate
 * (so that a fingerprint once accepted stays the same). Files of mode 0600 in a folder
 * of mode 0700; without a folder each is made anew.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_EXCHANGE_KEY_BYTES 32
#define PHONE_EXCHANGE_GUEST_TOKEN_LENGTH 32 /* 128 bits in hex */

/** @directory NULL: nothing is kept. Errors: G_FILE_ERROR. */
gboolean phone_exchange_state_load_key (const char *directory,
                                        guint8 key[PHONE_EXCHANGE_KEY_BYTES],
                                        GError **error);
char *phone_exchange_state_load_guest_token (const char *directory, GError **error);
/** A certificate for @names; the kept one where it is still good. */
GTlsCertificate *phone_exchange_state_load_certificate (const char *directory,
                                                        const char *const *names,
                                                        GError **error);

G_END_DECLS
