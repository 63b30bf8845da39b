/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What "phone --help" tells of: an address to call, and commands to the phone that runs.
 * The process that is started first reads the command line, the one that runs does what it
 * says, through the actions of phone-application.h. */

void phone_command_line_add_options (GApplication *application);

/* In the process started: -1 to go on, otherwise its exit status, and it is told why. */
int phone_command_line_check (GVariantDict *options);

/* In the phone that runs: does it, and returns the exit status of the process started.
 * @calls: the service's. */
int phone_command_line_run (GApplicationCommandLine *line,
                            GActionGroup *actions,
                            GListModel *calls);
