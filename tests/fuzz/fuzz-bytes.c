/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-bytes.h"

static SipText
take (FuzzBytes *bytes, gsize len)
{
  SipText text = {(const char *)bytes->s, MIN (len, bytes->len)};

  bytes->s += text.len;
  bytes->len -= text.len;
  return text;
}

guint
fuzz_take (FuzzBytes *bytes, guint n)
{
  SipText byte = take (bytes, 1);

  return byte.len > 0 ? (guint8)byte.s[0] % n : 0;
}

SipText
fuzz_take_text (FuzzBytes *bytes)
{
  return take (bytes, fuzz_take (bytes, 256));
}

SipText
fuzz_take_rest (FuzzBytes *bytes)
{
  return take (bytes, bytes->len);
}

void
fuzz_trace (const char *what, gint64 now_us, SipText frame)
{
  if (g_getenv ("FUZZ_TRACE") != NULL)
    g_printerr ("---- %.3f %s\n%.*s\n", (double)now_us / G_TIME_SPAN_SECOND, what,
                SIP_TEXT_ARG (frame));
}
