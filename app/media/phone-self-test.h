/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What cannot be done here, since GStreamer elements that it takes are not installed. What
 * is not named in phone-self-test.c is done without where it is missing, and nothing there
 * is missing in org.gnome.Platform (tests/tools/check-elements). Any thread. */

typedef enum {
  PHONE_LACK_CALLS,      /* no call can be made or taken */
  PHONE_LACK_MICROPHONE, /* nobody hears us */
  PHONE_LACK_SPEAKER,    /* nobody is heard */
  PHONE_LACK_WIDEBAND,   /* calls sound as on a telephone line: no Opus */
  PHONE_LACK_PICTURES,   /* none in calls */
  PHONE_LACK_CAMERA,     /* none is found */
  PHONE_LACK_TREATMENT,  /* echo and noise stay in our sound */
  PHONE_N_LACKS
} PhoneLack;

/* The missing elements, as "nicesink, nicesrc"; NULL: it can be done. Owned. After
 * GStreamer was initialised; looked for each time. */
char *phone_self_test_dup_missing (PhoneLack lack);

/* All that it takes; NULL-terminated, static. */
const char *const *phone_self_test_get_needed (PhoneLack lack);

G_END_DECLS
