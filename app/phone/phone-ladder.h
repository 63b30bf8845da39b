/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneLadder: the SIP messages of one call, as they went over the connection, and
 * PhoneLadders: those of the calls of one connection, by their Call-ID. Private to phone/.
 *
 * A message is kept as it came until somebody wants to read it, and then everything secret
 * is struck out where the trace does it (phone_log_dup_rung()). Counted, main context only.
 */
#pragma once

#include "phone-log.h"

G_BEGIN_DECLS

/** Of one call. Beyond it the oldest messages are left out, and the text says so. */
#define PHONE_LADDER_MAX_BYTES (256 * 1024)
/** Calls of one connection; beyond it the one is forgotten that was silent for longest. */
#define PHONE_LADDERS_MAX 64

typedef struct _PhoneLadder PhoneLadder;

PhoneLadder *phone_ladder_new (const char *who);
PhoneLadder *phone_ladder_ref (PhoneLadder *self);
void phone_ladder_unref (PhoneLadder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneLadder, phone_ladder_unref)

void phone_ladder_add (PhoneLadder *self,
                       PhoneWireDirection direction,
                       const void *frame,
                       gsize len);
/** Never NULL; owned. */
char *phone_ladder_dup_text (PhoneLadder *self);

typedef struct _PhoneLadders PhoneLadders;

/** @who: names the connection in the text. */
PhoneLadders *phone_ladders_new (const char *who);
void phone_ladders_free (PhoneLadders *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneLadders, phone_ladders_free)

/** An INVITE begins one; what belongs to none is not kept. Any bytes are allowed. */
void phone_ladders_add (PhoneLadders *self,
                        PhoneWireDirection direction,
                        const void *frame,
                        gsize len);
/** Borrowed; NULL where there is none. */
PhoneLadder *phone_ladders_find (PhoneLadders *self, const char *call_id);

G_END_DECLS
