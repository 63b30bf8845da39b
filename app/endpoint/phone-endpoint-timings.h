/* SPDX-License-Identifier: GPL-3.0-or-later */
/** How fast a call came about, in words: of the "timings" object of a verdict, for
 * whoever prints one. Pure. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_TIMINGS_SIGNALLING,
  PHONE_TIMINGS_MEDIA,
} PhoneTimings;

/** "ringing 12 ms · answered 40 ms": what came about, in its order; "" where nothing did.
 * Owned. */
char *phone_endpoint_timings_dup_words (JsonObject *timings, PhoneTimings which);

G_END_DECLS
