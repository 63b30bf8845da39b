/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * SipRegistrar: what a REGISTER does to the location table (RFC 3261 §10.3, RFC 5626 §6,
 * RFC 3327, RFC 5627).
 *
 * No object: one function that takes a request whose sender has been proven, changes the
 * table as a whole or not at all, and says what to answer. +sip.instance and reg-id with
 * "Supported: outbound" make a binding that keeps its name over connections; others are
 * known by their contact URI.
 */
#pragma once

#include "sip-location.h"
#include "sip-message.h"
#include "sip-writer.h"

G_BEGIN_DECLS

#define SIP_REGISTRAR_OPTION_TAGS "path, outbound, gruu" /* what is supported */
#define SIP_REGISTRAR_MAX_PATH 8 /* values of a Path that are kept */

typedef struct {
  const SipMessage *message;
  const char *aor;   /* of To, canonical: "alice@example.org" */
  const guint8 *key; /* of the flow tokens */
  guint64 connection;
  const char *remote;
  const char *transport; /* static */
  guint min_expires_s;
  guint default_expires_s;
  guint max_expires_s;
  gint64 now_us;
} SipRegistrarRequest;

typedef enum {
  SIP_REGISTRAR_ADDED, /* new, or over another connection than before */
  SIP_REGISTRAR_REFRESHED,
  SIP_REGISTRAR_REMOVED,
} SipRegistrarChangeKind;

typedef struct {
  SipRegistrarChangeKind kind;
  char *token;
  char *contact;
  char *remote;
  guint64 old_connection; /* ADDED: what it was reached over before; 0 if it is new */
  gint64 expires_at_us;
} SipRegistrarChange;

typedef struct {
  guint status;           /* 200, 400, 403, 420, 423, 439, 503 */
  gboolean uses_outbound; /* 200: a reg-id was obeyed */
  GPtrArray *changes;     /* of SipRegistrarChange; empty unless 200 */
} SipRegistrarResult;

void sip_registrar_result_clear (SipRegistrarResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SipRegistrarResult, sip_registrar_result_clear)

/** Does it; @result is filled in every case. */
void sip_registrar_register (SipLocation *location,
                             const SipRegistrarRequest *request,
                             SipRegistrarResult *result);

/** Adds to @writer, which began a response of result->status, the headers that belong to
 * it: all bindings of the address of record, Require, Path, Min-Expires. */
void sip_registrar_write (SipLocation *location,
                          const SipRegistrarRequest *request,
                          const SipRegistrarResult *result,
                          SipWriter *writer);

G_END_DECLS
