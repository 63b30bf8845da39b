/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"
#include "proxy-script.h"

/* The whole proxy: connections, frames and ticks, in any order. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ProxyScript script;

  proxy_script_begin (&script, &(FuzzBytes){data, size});
  while (proxy_script_step (&script))
    ;
  proxy_script_end (&script);
  return 0;
}
