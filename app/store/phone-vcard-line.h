/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Content lines of vCards (RFC 6350 §3.2 and §3.3; RFC 2425 §5.8). Private to the parser.
 */
#pragma once

#include "phone-contact.h"

G_BEGIN_DECLS

/** Where the reading is; the text is the caller's. */
typedef struct {
  const char *at;
  const char *end;
} PhoneVcardCursor;

typedef struct {
  char *name; /* in upper case, without the group */
  PhoneAddressKind kind;
  guint preference; /* 1 to 100, the smaller the dearer; 101: none */
  gboolean is_base64;
  gboolean is_quoted_printable;
  GString *value; /* as it is written, unfolded */
} PhoneVcardLine;

void phone_vcard_line_free (PhoneVcardLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneVcardLine, phone_vcard_line_free)

/** The next line that is one: what has no name or value, or is too long, is skipped. NULL
 * at the end. Owned. */
PhoneVcardLine *phone_vcard_line_read (PhoneVcardCursor *cursor);

/** The value as text: decoded, unescaped, valid UTF-8. Owned. */
char *phone_vcard_line_dup_text (const PhoneVcardLine *line);
/** Its components, which ";" separates, each as text. Owned. */
char **phone_vcard_line_split (const PhoneVcardLine *line);

G_END_DECLS
