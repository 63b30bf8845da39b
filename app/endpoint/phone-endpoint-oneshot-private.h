/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the files of a one-shot command share: phone-endpoint-oneshot.c is the command from
 * its registration to its verdict, phone-endpoint-leg.c one call in it: what is done there,
 * at which second, and what is seen.
 */
#pragma once

#include "phone-endpoint-oneshot.h"
#include "phone-endpoint-report.h"
#include "phone-endpoint-verdict.h"
#include "phone-service.h"

G_BEGIN_DECLS

/**
 *   REGISTERING --> CALLING --> LEAVING
 *       |           (or being called)  ^
 *       +-----------------------------+   not registered, or the command is register
 */
typedef enum {
  PHONE_ONESHOT_REGISTERING,
  PHONE_ONESHOT_CALLING,
  PHONE_ONESHOT_LEAVING,
} PhoneOneshotPhase;

typedef struct {
  /* owned */
  PhoneService *service;
  GMainLoop *loop;
  GPtrArray *legs;       /* the calls under way */
  PhoneVerdict *verdict; /* of what is over; the first that failed stays */
  JsonObject *details;

  /* borrowed */
  const PhoneEndpointOptions *options;
  PhoneAccount *account;

  PhoneOneshotPhase phase;
  PhoneReportFormat format;
  guint patience_id;
  guint n_calls; /* taken so far */
  gboolean is_interrupted;
  gint64 started_at_us;
} PhoneOneshot;

/** One call and what was seen of it. */
typedef struct {
  /* owned */
  PhoneCall *call;
  GString *heard; /* digits */
  GError *digits_error;
  GError *transfer_error;

  /* borrowed */
  PhoneOneshot *owner;

  PhoneObservation seen;
  gboolean goes_on;     /* from another call, in which all was done that is to be done */
  gboolean is_followed; /* the far end asked for another call, which is under way */
  gboolean is_measured;
  gboolean is_hold_wanted;
  gint64 active_at_us;
  gint64 held_since_us; /* 0: it is not held */
  gint64 held_us;
  guint duration_id;
  guint report_id; /* patience */
  guint early_id;
  PhoneCallFlags early_flags; /* of the answer that comes then */
  guint hold_id;
  guint video_add_id;
  guint video_remove_id;
  guint transfer_id; /* patience */
} PhoneLeg;

/** @call: full. @goes_on: it takes the place of a call that is a leg. */
PhoneLeg *phone_leg_new (PhoneOneshot *owner, PhoneCall *call, gboolean goes_on);
void phone_leg_free (PhoneLeg *leg);
/** What rings here: at once, or after early media. */
void phone_leg_answer (PhoneLeg *leg, PhoneCallFlags flags);
/** Writes down what was seen until now; once. */
void phone_leg_measure (PhoneLeg *leg);
/** That too, and nothing that was planned happens any more. */
void phone_leg_stop (PhoneLeg *leg);
/** For the verdict's line; full. */
JsonObject *phone_leg_describe (PhoneLeg *leg);

/* What a leg tells. */
void phone_oneshot_leg_active (PhoneOneshot *self);
/** The leg is freed. */
void phone_oneshot_leg_ended (PhoneOneshot *self, PhoneLeg *leg);
/** A call that the far end of a leg asked for is there. */
void phone_oneshot_leg_followed (PhoneOneshot *self);

G_END_DECLS
