/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-script.h"
#include "fuzz-target.h"

/* The whole agent: frames, ticks, and what its user and its flow do, in any order. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  AgentScript script;

  agent_script_begin (&script, &(FuzzBytes){data, size});
  while (agent_script_step (&script))
    ;
  agent_script_end (&script);
  return 0;
}
