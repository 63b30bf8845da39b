/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Where the server of a domain may be: its service records, and what follows from them.
 * Private to phone/.
 *
 * No record names a WebSocket (RFC 7118 §6 leaves the address to configuration), so what
 * the records of SIP name is a host, and the ports and paths are those that servers
 * have when nobody changes them. Only wss: is ever guessed.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Addresses that are tried, at most. */
#define PHONE_SIGN_IN_MAX_CANDIDATES 8

typedef struct {
  GList *sips;   /* GSrvTarget of _sips._tcp, best first */
  GList *sip;    /* of _sip._tcp */
  GError *error; /* PHONE_ERROR: why nothing could be looked up; NULL where it could */
} PhoneSignInFound;

void phone_sign_in_found_free (PhoneSignInFound *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneSignInFound, phone_sign_in_found_free)

/** Asks @resolver for both records of @domain at once, for at most 5 s. */
void phone_sign_in_search_async (GResolver *resolver,
                                 const char *domain,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/** NULL only where it was cancelled (PHONE_ERROR_CANCELLED). Full. */
PhoneSignInFound *phone_sign_in_search_finish (GAsyncResult *result, GError **error);

/** "_sips._tcp one.example.org:5061, _sip._tcp ..."; NULL where nothing was found. Owned. */
char *phone_sign_in_found_dup_text (const PhoneSignInFound *self);

/** The addresses to try, in order: what the records name, then @domain itself. Pure.
 * Owned. */
char **phone_sign_in_found_dup_candidates (const PhoneSignInFound *self,
                                           const char *domain);

G_END_DECLS
