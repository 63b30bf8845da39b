/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-world.h"

/* The stories that are told with every fault: short scripts of what users do. A script
 * makes no assumption about what comes of it; where it waits for something that does not
 * come, it goes on or ends. What must hold in any case is held by the world: see
 * sim-ledger.c. Without a fault everything it waits for must come. */

#define SIM_MAX_BOBS 3

typedef struct {
  SimWorld *world;
  gboolean is_smooth; /* no fault is planned */
  SimAgent *alice;
  SimAgent *bobs[SIM_MAX_BOBS]; /* user agents of one user; the others are NULL */
  SimAgent *carol;              /* or NULL */
} SimPlay;

typedef struct {
  const char *name;
  guint n_bobs;
  gboolean has_carol;
  gboolean leaves; /* in a call: who is left may not get to hear of it */
  void (*play) (SimPlay *play);
} SimScript;

extern const SimScript sim_scripts[];
extern const guint sim_n_scripts;

/* Makes the agents of a script and registers them. */
void sim_play_init (SimPlay *play, const SimScript *script, SimWorld *world);
/* After the script: a time of quiet, then the checks. @must_agree: both ends of each call
 * were told the truth, and agree on whether there is one. */
void sim_play_finish (SimPlay *play, gboolean must_agree);
