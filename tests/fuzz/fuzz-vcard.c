/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of vCards: whatever is read of it keeps the limits, and is the same when it is
 * written and read again. */
#include "fuzz-target.h"

#include "phone-vcard.h"

#include <string.h>

#define MAX_CARDS 8

static void
check_text (const char *text, gsize max_bytes)
{
  g_assert (text != NULL);
  g_assert (strlen (text) <= max_bytes);
  g_assert (g_utf8_validate (text, -1, NULL));
}

static void
check_record (const PhoneContactRecord *record)
{
  check_text (record->name, PHONE_CONTACT_MAX_TEXT_BYTES);
  g_assert (*record->name != '\0');
  check_text (record->organisation, PHONE_CONTACT_MAX_TEXT_BYTES);
  check_text (record->note, PHONE_CONTACT_MAX_NOTE_BYTES);
  g_assert (record->addresses->len > 0);
  g_assert (record->addresses->len <= PHONE_CONTACT_MAX_ADDRESSES);
  for (guint i = 0; i < record->addresses->len; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (record->addresses, i);

    check_text (one->address, PHONE_CONTACT_MAX_TEXT_BYTES);
    g_assert (*one->address != '\0');
  }
  g_assert (record->picture == NULL ||
            g_bytes_get_size (record->picture) <= PHONE_CONTACT_MAX_PICTURE_BYTES);
}

static GString *
write_all (const GPtrArray *records, PhoneVcardVersion version)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    phone_vcard_append (text, g_ptr_array_index (records, i), version);
  return text;
}

static void
check_again (const GPtrArray *records, PhoneVcardVersion version)
{
  g_autoptr (GString) text = write_all (records, version);
  guint n_left_out = 0;
  g_autoptr (GPtrArray) again =
      phone_vcard_parse (text->str, text->len, MAX_CARDS, &n_left_out);

  g_assert (n_left_out == 0);
  g_assert (again->len == records->len);
  for (guint i = 0; i < again->len; i++) {
    const PhoneContactRecord *before = g_ptr_array_index (records, i);
    const PhoneContactRecord *after = g_ptr_array_index (again, i);

    check_record (after);
    g_assert ((before->picture == NULL) == (after->picture == NULL));
    g_assert (before->is_favourite == after->is_favourite);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) records =
      phone_vcard_parse ((const char *)data, size, MAX_CARDS, NULL);

  g_assert (records->len <= MAX_CARDS);
  for (guint i = 0; i < records->len; i++)
    check_record (g_ptr_array_index (records, i));
  check_again (records, PHONE_VCARD_3_0);
  check_again (records, PHONE_VCARD_4_0);
  return 0;
}
