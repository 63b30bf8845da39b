/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which state of which machine met which event, counted while the sim runs. The linker
 * leads the calls between the files of the core through here (--wrap), so that what is
 * tested is what is shipped, without a line in it that is for tests. */

typedef enum {
  SIM_CELLS_AGENT,
  SIM_CELLS_CLIENT_INVITE,
  SIM_CELLS_CLIENT_OTHER,
  SIM_CELLS_SERVER_INVITE,
  SIM_CELLS_SERVER_OTHER,
  SIM_CELLS_FLOW,
  SIM_CELLS_REGISTRATION,
  SIM_CELLS_OFFER,
  SIM_CELLS_DIALOG,
  SIM_CELLS_SESSION,
  SIM_CELLS_REOFFER,
  SIM_CELLS_REFER,
  SIM_CELLS_REFERRED,
  SIM_CELLS_CONTEXT,
  SIM_CELLS_BRANCH,
  SIM_CELLS_N_MACHINES,
} SimCellsMachine;

#define SIM_CELLS_MAX_STATES 9
#define SIM_CELLS_MAX_EVENTS 32

typedef struct {
  const char *name;
  const char *states[SIM_CELLS_MAX_STATES + 1];
  const char *events[SIM_CELLS_MAX_EVENTS + 1];
} SimCellsNames;

extern const SimCellsNames sim_cells_names[SIM_CELLS_N_MACHINES];

guint64 sim_cells_get (SimCellsMachine machine, guint state, guint event);
/* All of them in a row, in the order machine, state, event. */
const guint64 *sim_cells_get_all (gsize *n);

/* ---- What the unit tests visit (sim-cells-unit.c, sim-cells-save.c) ---- */

/* A unit test that is linked with sim-cells-save.c writes what it visited to the file that
 * this variable names, when it ends. */
#define SIM_CELLS_FILE_VARIABLE "PHONE_SIM_CELLS_FILE"

/* Runs such a program, which must go well, and keeps what it visited. */
void sim_cells_run_unit (const char *program);
/* Which of them was there most often; NULL: none was. Its name is that of its file. */
const char *sim_cells_find_unit (SimCellsMachine machine, guint state, guint event);
void sim_cells_forget_units (void);
