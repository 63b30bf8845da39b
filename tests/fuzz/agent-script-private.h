/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-script.h"

/* ---- Frames (agent-script-frames.c) ---- */

/* To one of the requests that the agent sent, with any status, tag, headers and body. */
void agent_script_respond (AgentScript *script);
/* In a dialog that one of its messages belongs to, or nearly so. */
void agent_script_request_inside (AgentScript *script);
void agent_script_request_outside (AgentScript *script);
/* What a good peer says to the last thing it said. */
void agent_script_do_well (AgentScript *script);
/* A frame that came once comes again. */
void agent_script_repeat (AgentScript *script);
/* Bytes as they stand in the input. */
void agent_script_raw (AgentScript *script);
