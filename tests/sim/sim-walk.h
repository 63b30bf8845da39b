/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-run.h"

/* Random walks: users who do anything at any time, a network that breaks, an exchange that
 * ends and is back, time that passes, and in every second one users who leave, and frames
 * that come twice or broken. Whatever it was, in the end all are registered and nothing is
 * left; in the others both ends of every call agree as well. */
void sim_walk (SimWorld *world, gconstpointer data, const SimFault *fault);
