/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-text.h"

/* A copy with nothing behind its last byte, so that AddressSanitizer sees a read past the
 * end: exact_text (&owner, "...") with g_autofree char *owner. */
static inline SipText
exact_text_len (char **owner, const char *s, gsize len)
{
  g_free (*owner);
  *owner = g_memdup2 (s, len);
  return sip_text_new (len > 0 ? *owner : "", len);
}

static inline SipText
exact_text (char **owner, const char *s)
{
  return exact_text_len (owner, s, sip_text_from_str (s).len);
}

#define assert_text(text, expected)                                                      \
  G_STMT_START                                                                           \
  {                                                                                      \
    g_autofree char *actual_ = sip_text_dup (text);                                      \
    g_assert_cmpstr (actual_, ==, expected);                                             \
  }                                                                                      \
  G_STMT_END
