/* SPDX-License-Identifier: GPL-3.0-or-later */
/** The guest page in a headless Chromium, used as a person would: the browser's half of
 * the demo. Main context only, which these functions run. */
#pragma once

#include "phone-chromium.h"

G_BEGIN_DECLS

/** What the browser says and listens for. */
#define PHONE_DEMO_BROWSER_HZ 1000

/** What the page heard and saw by content. */
typedef struct {
  int version;    /* of Chromium */
  int ringing_ms; /* since the page's button was pressed */
  int answered_ms;
  guint tone_ms;  /* of the phone's tone */
  guint n_frames; /* of the phone's numbered frames */
} PhoneDemoSight;

PhoneChromium *phone_demo_browser_start (guint listen_hz, GError **error);

/** Opens the guest page, calls with video, and stays until it has heard @listen_hz and
 * seen numbered frames long enough. */
gboolean phone_demo_browser_call (PhoneChromium *browser,
                                  const char *guest_link,
                                  guint listen_hz,
                                  PhoneDemoSight *sight,
                                  GError **error);

void phone_demo_browser_stop (PhoneChromium *browser);

G_END_DECLS
