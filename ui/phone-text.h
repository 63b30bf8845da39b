/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"
#include "phone-account.h"
#include "phone-contacts.h"
#include "phone-history.h"
#include "phone-self-test.h"
#include "phone-sign-in-step.h"

/* Everything that people read about states, causes and errors, in their language. Below
 * ui/ there are enums and error codes only. Borrowed texts are static. */

/* Text from the network as plain text on one line: control, bidirectional and other
 * invisible characters are gone, bad UTF-8 is replaced, more than 200 characters are cut
 * with an ellipsis. Never NULL; owned. It may still hold "<" and "&": show it where no
 * markup is read, or escape it. */
char *phone_text_dup_literal (const char *text);

/* An address without its scheme and parameters, literal. Owned, never NULL. */
char *phone_text_dup_address (const char *uri);

/* What cannot be done here and for want of what, in a sentence. Owned; NULL: it can. */
char *phone_text_dup_lack (PhoneLack lack);

/* "02:37", "1:02:37". Owned. */
char *phone_text_dup_duration (guint seconds);

/* The word beside the account's dot: "Reachable". */
const char *phone_text_account_state (PhoneAccountState state);

/* "Ringing", "Connecting", ... as a listener could say it. */
const char *phone_text_call_state (PhoneCallState state);

/* The state, who holds it, for how long the connection is sought, or how it ended. Owned. */
char *phone_text_dup_call (PhoneCallState state,
                           PhoneEndCause cause,
                           gboolean held,
                           gboolean peer_held,
                           guint reconnecting_s);

/* Why a call is over, in two or three words, and in a sentence with the next step. The
 * sentence may be empty where the words say all. */
const char *phone_text_end_cause (PhoneEndCause cause);
const char *phone_text_end_sentence (PhoneEndCause cause);

/* What came of a call of the past, in a few words: "Missed", "Outgoing, 12 min". Owned. */
char *phone_text_dup_outcome (gboolean is_incoming,
                              PhoneHistoryOutcome outcome,
                              guint duration_s);
/* When that was, seen from now, both us since 1970: "9:41", "Yesterday", "Monday", "3 May",
 * "3 May 2024". Owned. */
char *phone_text_dup_moment (gint64 time_us, gint64 now_us);
/* What is wrong with the list of calls, with what became of it; "" for nothing. */
const char *phone_text_history_problem (PhoneHistoryProblem problem);

/* What an address is for: "Home". Static. */
const char *phone_text_address_kind (PhoneAddressKind kind);
/* What is wrong with the contacts, with what became of it; "" for nothing. Static. */
const char *phone_text_contacts_problem (PhoneContactsProblem problem);
/* What came of a file of contacts: "12 contacts imported". Owned. */
char *phone_text_dup_import (const PhoneContactsImport *import);

/* Which direction cannot be heard and why; "" where both can. */
const char *phone_text_silence (PhoneMediaSilence silence);

/* "Good connection", ...; "" where it is not known. */
const char *phone_text_quality (PhoneQuality quality);
/* What is worst about the sound, in a sentence; "" where nothing is, or silence, which
 * phone_text_silence() explains. */
const char *phone_text_quality_reason (PhoneQualityReason reason);

/* How far the transfer that was asked for here is, or why it came to nothing, with whom
 * one talks then. "" where there is none, or the far end asks. Owned. */
char *phone_text_dup_transfer (PhoneTransferState state,
                               const char *target,
                               guint status);

/* What went wrong, with the next step, for any error; "" for none. Static. */
const char *phone_text_error (const GError *error);

/* A step of signing in, in a word, and beneath it what was found or why it stopped. */
const char *phone_text_sign_in_kind (PhoneSignInKind kind);
/* Owned, never NULL. */
char *phone_text_dup_sign_in_step (PhoneSignInKind kind,
                                   PhoneSignInState state,
                                   const char *detail,
                                   const GError *error);

/* What a field of an account has to be like, where what is in it is not good. Static. */
const char *phone_text_account_field (const char *field);

/* A ring tone by one of phone_ringer_get_tone_names(). Static. */
const char *phone_text_ring_tone (const char *name);
