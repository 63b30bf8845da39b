/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * SipLocation: who is registered, and over which connection each can be reached.
 *
 * A plain table: address of record -> bindings (RFC 3261 §10.3, RFC 5626 §6). A binding
 * is a way to reach one user agent. Where the client takes part in outbound it is known
 * by +sip.instance and reg-id, otherwise by its contact URI; what the contact's host
 * says is never used to route. Each binding has a token, a name nobody can guess (see
 * sip-flow-token.h), and it keeps that token when the client comes back over another
 * connection.
 *
 * A binding outlives its connection: with @connection 0 it is registered and not
 * reachable, until the client comes back or the time it asked for is over.
 *
 * Bindings are owned by the table and valid until the next call that changes it. No
 * clock: "now" is monotonic microseconds and given. Not thread safe.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SIP_LOCATION_MAX_BINDINGS 4096 /* in the table */
#define SIP_LOCATION_MAX_BINDINGS_PER_AOR 10
#define SIP_LOCATION_MAX_TEXT 1024 /* bytes of each text that a client chooses */

typedef struct _SipLocation SipLocation;

/** One way to reach one user agent. Read only for everybody but the table. */
typedef struct {
  char *aor;      /* "alice@example.org", canonical */
  char *contact;  /* the URI as registered, without header parameters */
  char *instance; /* "urn:uuid:...", without the angle brackets; NULL if none */
  guint reg_id;   /* 0: no outbound */
  char *token;    /* the flow token of this binding, URL safe */
  char **path;    /* Path header values of the REGISTER, NULL if none */
  char *call_id;  /* of the last REGISTER that touched it, with its CSeq */
  guint32 cseq;
  double q;           /* 0 to 1 */
  guint64 connection; /* 0: the connection is gone */
  char *remote;       /* the real network address, "192.0.2.7:50112"; shown to people */
  const char *transport; /* "ws" or "wss"; static */
  gint64 registered_at_us;
  gint64 expires_at_us;
} SipBinding;

SipLocation *sip_location_new (void);
void sip_location_free (SipLocation *location);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipLocation, sip_location_free)

/** Puts a copy of @binding in, in place of the one with the same token. FALSE when the
 * table, or this address of record, is full; nothing is changed then. */
gboolean sip_location_put (SipLocation *location, const SipBinding *binding);
/** Removes one; nothing happens when it is not there. */
void sip_location_remove (SipLocation *location, const char *token);
/** The connection closed: its bindings stay and are no longer reachable. */
void sip_location_connection_closed (SipLocation *location, guint64 connection);

/** All bindings of @aor, newest first; an array of SipBinding*, borrowed, or NULL. */
const GPtrArray *sip_location_get_bindings (SipLocation *location, const char *aor);
const SipBinding *sip_location_get_by_token (SipLocation *location, const char *token);
/** The newest binding of @aor over @connection, or NULL. */
const SipBinding *sip_location_get_by_connection (SipLocation *location,
                                                  const char *aor,
                                                  guint64 connection);
/** A binding whose time is over at @now_us, the one that is longest over first, or NULL. */
const SipBinding *sip_location_get_expired (SipLocation *location, gint64 now_us);
/** When the next binding ends; G_MAXINT64 when there is none. */
gint64 sip_location_get_deadline (const SipLocation *location);
guint sip_location_get_size (const SipLocation *location);
void sip_location_foreach (SipLocation *location,
                           void (*visit) (const SipBinding *binding, gpointer user_data),
                           gpointer user_data);

/** Verifies every invariant; aborts with the broken one. For tests, after each step. */
void sip_location_check (const SipLocation *location);

G_END_DECLS
