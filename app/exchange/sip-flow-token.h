/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Flow tokens (RFC 5626 §5.2): names of bindings and connections that stand in the user
 * part of Record-Route, that nobody can make without the key, and that say nothing about
 * whom they name.
 *
 * A token has three parts: whose it is (a keyed hash of the address of record), what it
 * names (a keyed hash of the binding), and a keyed hash over both. So the first can be
 * compared with the one who sends and the last be checked without any table: after a
 * restart with the same key, tokens of calls that go on are told from made-up ones
 * before the client came back.
 */
#pragma once

#include "sip-types.h"

G_BEGIN_DECLS

#define SIP_FLOW_TOKEN_KEY_BYTES 32
#define SIP_FLOW_TOKEN_LENGTH 40

/** The token of what @name names (any bytes, unique for @aor). Owned. */
char *sip_flow_token_make (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES],
                           const char *aor,
                           const char *name,
                           gsize name_len);
/** Whether it was made with this key. */
gboolean sip_flow_token_is_valid (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES],
                                  SipText token);
/** Whether it was made with this key, for a binding or connection of @aor. */
gboolean sip_flow_token_is_of (const guint8 key[SIP_FLOW_TOKEN_KEY_BYTES],
                               SipText token,
                               const char *aor);

G_END_DECLS
