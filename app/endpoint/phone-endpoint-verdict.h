/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * From what was observed to what is proven. Pure: no clock, no files, no calls.
 *
 * A verdict is a list of checks, each proven or not with a cause for machines and a
 * sentence for people, and the exit status that the first one that failed asks for.
 */
#pragma once

#include "phone-endpoint-options.h"
#include "phone-enums.h"
#include "phone-error.h"
#include "phone-media-stats.h"
#include "phone-probe.h"

G_BEGIN_DECLS

/** The exit status of phone-endpoint; documented in phone-endpoint(1). */
typedef enum {
  PHONE_EXIT_PROVEN = 0,
  PHONE_EXIT_USAGE = 1,
  PHONE_EXIT_NOT_CONNECTED = 2,
  PHONE_EXIT_NOT_REGISTERED = 3,
  PHONE_EXIT_REFUSED = 4,
  PHONE_EXIT_NO_ANSWER = 5,
  PHONE_EXIT_MEDIA_NOT_PROVEN = 6,
  PHONE_EXIT_INTERNAL = 7,
} PhoneExit;

/* What sound has to be there for: at least this part of the time. */
#define PHONE_PROVEN_PERCENT 50
/* Pictures that have to come for each second of the call. */
#define PHONE_PROVEN_PICTURES_PER_S 1

/** What is asked for; of the options. */
typedef struct {
  PhoneExpect expect;
  guint expect_hz;
  guint own_hz; /* the tone we send */
  const char *expect_digits;
  guint hold_every_s; /* 0: it is not held */
  gboolean sends_digits;
  gboolean adds_video;
  gboolean removes_video;
  gboolean transfers;
  guint duration_s; /* that the call should last; 0: as long as the far end likes */
  gboolean needs_call;
} PhoneWish;

/** What was seen. Borrowed. */
typedef struct {
  gboolean is_registered;
  const GError *error; /* of the account or of the set-up; PHONE_ERROR; or NULL */

  gboolean has_call;
  gboolean was_active;
  gboolean is_out_of_patience; /* given up since nobody answered, or called */
  PhoneEndCause end_cause;
  guint status; /* SIP status, 0: none */

  guint measured_ms; /* in the call, without the time on hold */
  guint held_ms;     /* by us, by the far end, or by both */
  gboolean has_video;
  PhoneProbeReport probe;
  guint64 expect_tone_ms;
  guint64 own_tone_ms;
  guint64 own_frames;
  const char *digits_heard; /* "" or NULL: none */
  guint digits_asked;
  guint digits_sent;
  const GError *digits_error; /* PHONE_ERROR: none could be sent at all */
  guint holds;                /* that the far end took, and were taken back */
  gboolean is_hold_refused;   /* or the taking back of it */
  gboolean is_video_added;
  gboolean is_video_removed;
  const GError *transfer_error; /* PHONE_ERROR: it could not be asked for at all */
  PhoneTransferState transfer;
  guint transfer_status;
  gboolean audio_confirmed; /* by the far end's RTCP reports */
  gboolean video_confirmed;
  PhoneMediaSilence silence;
} PhoneObservation;

typedef struct {
  char *name; /* "registered", "answered", "tone=440" ... */
  gboolean is_proven;
  const char *cause; /* "none", or for machines; static */
  char *sentence;
} PhoneCheck;

typedef struct {
  PhoneExit exit;
  const char *cause; /* of the first check that failed; "none"; static */
  guint status;
  char *sentence;
  GPtrArray *checks; /* of PhoneCheck */
} PhoneVerdict;

/** Whether the far end's RTCP reports confirm what we sent for each of these kinds. */
gboolean phone_verdict_is_confirmed (PhoneExpect kinds, const PhoneObservation *seen);
PhoneVerdict *phone_verdict_judge (const PhoneWish *wish, const PhoneObservation *seen);
/** One that is not about a call: a usage or an internal error. */
PhoneVerdict *phone_verdict_new_failure (PhoneExit exit,
                                         const char *cause,
                                         const char *sentence);
void phone_verdict_free (PhoneVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneVerdict, phone_verdict_free)

/** "not-registered" ...; static. */
const char *phone_exit_get_name (PhoneExit exit);

G_END_DECLS
