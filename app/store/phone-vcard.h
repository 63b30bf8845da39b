/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * vCards, as other programs give and take contacts: 3.0 (RFC 2426) and 4.0 (RFC 6350) are
 * read and written; 2.1, which telephones still export, is read. Pure.
 *
 * What is read: FN (else N, NICKNAME, ORG), ORG, NOTE, UID; TEL as text and as a tel: or
 * sip: URI; IMPP and X-SIP where they are sip: or sips:; PHOTO where the picture is in the
 * card, PNG or JPEG, and within the limits (phone-picture.h): a link to one is never
 * followed. Of the types HOME, WORK and CELL count, and which is preferred. The rest is
 * skipped, and so are groups (KIND:group), which are nobody to call.
 *
 * Lines may be folded, and end in CRLF, LF or CR; values may be quoted-printable. Text that
 * is no UTF-8 is read as Latin-1. A line of more than PHONE_VCARD_MAX_LINE_BYTES is skipped.
 */
#pragma once

#include "phone-contact.h"

G_BEGIN_DECLS

#define PHONE_VCARD_MAX_LINE_BYTES (1024 * 1024)

typedef enum {
  PHONE_VCARD_3_0,
  PHONE_VCARD_4_0,
} PhoneVcardVersion;

/** Every card of @text that has an address, up to @max, as prepared records; GPtrArray of
 * PhoneContactRecord, owned. @n_left_out, which may be NULL: cards that have no address,
 * are groups, of another version or cut off, or are beyond @max. */
GPtrArray *phone_vcard_parse (const char *text, gsize size, guint max, guint *n_left_out);

/** Appends one card, which ends in CRLF. */
void phone_vcard_append (GString *out,
                         const PhoneContactRecord *record,
                         PhoneVcardVersion version);

G_END_DECLS
