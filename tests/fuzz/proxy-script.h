/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fuzz-bytes.h"
#include "proxy-fixture.h"

/* Bytes read as a play around one proxy: three users and a guest, who connect, register,
 * call each other, answer and break off; their requests and responses are filled in from
 * what the proxy sent them, and are then as wrong as the input wants.
 *
 * Held after every step, besides sip_proxy_check(): what the proxy sends can be parsed,
 * and nobody gets anything over a connection that is closed. At the end everybody leaves,
 * and nothing may be left under way, nor registered an hour later. */

#define PROXY_SCRIPT_USERS 4
#define PROXY_SCRIPT_KEPT 12
#define PROXY_SCRIPT_MAX_STEPS 300

typedef struct {
  ProxyFixture f;
  FuzzBytes bytes;
  guint n_steps;
  guint n_branches;
  guint64 connections[PROXY_SCRIPT_USERS]; /* 0: none */
  guint64 last_connection;
  GPtrArray *kept; /* what came: ProxyScriptFrame */
  guint n_edits;   /* bytes to be changed in the next frame */
} ProxyScript;

void proxy_script_begin (ProxyScript *script, const FuzzBytes *bytes);
/* FALSE when the input is over. */
gboolean proxy_script_step (ProxyScript *script);
void proxy_script_end (ProxyScript *script);
