/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-run.h"
#include "sim-scripts.h"

/* A script, with every fault at every place where it can be: the flow breaks before or
 * after each message of each agent, or goes silent there, and each response is replaced by
 * every other. What must come of it is in sim-ledger.c. */

/* One play of a script (@data) with one fault. */
void sim_faults_play (SimWorld *world, gconstpointer data, const SimFault *fault);
/* Without a fault, then with all of this kind. */
void sim_faults_run (const SimScript *script, SimFaultKind kind, guint64 seed);
