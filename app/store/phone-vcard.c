/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-vcard.h"

#include "phone-picture.h"
#include "phone-vcard-line.h"

#include <string.h>

/* RFC 6350 §3.2: octets of a line, without its end. */
#define FOLD_BYTES 75
#define FAVOURITE "X-PHONE-FAVOURITE"

/* ---- Reading ---- */

/* An address, and how dear it is; the place in the card decides between equals. */
typedef struct {
  PhoneAddressKind kind;
  guint preference;
  guint place;
  char *address;
} Found;

typedef struct {
  PhoneContactRecord *record;
  char *parts_name; /* of N */
  char *nickname;
  GArray *found;     /* of Found */
  guint depth;       /* of cards within cards: 2.1 has them for AGENT */
  gboolean is_agent; /* the last line was AGENT: what begins now is within */
  gboolean is_known_version;
  gboolean is_group;
} Card;

static void
clear_found (gpointer data)
{
  g_free (((Found *)data)->address);
}

static void
card_free (Card *card)
{
  phone_contact_record_free (card->record);
  g_free (card->parts_name);
  g_free (card->nickname);
  g_array_unref (card->found);
  g_free (card);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Card, card_free)

static Card *
card_new (void)
{
  Card *card = g_new0 (Card, 1);

  card->record = phone_contact_record_new ();
  card->found = g_array_new (FALSE, TRUE, sizeof (Found));
  g_array_set_clear_func (card->found, clear_found);
  return card;
}

static void
take_text (char **place, const PhoneVcardLine *line)
{
  if (*place == NULL)
    *place = phone_vcard_line_dup_text (line);
}

/* Components in the order in which they are said: given, additional, family. */
static void
take_name (Card *card, const PhoneVcardLine *line)
{
  static const guint order[] = {1, 2, 0};
  g_auto (GStrv) parts = phone_vcard_line_split (line);
  guint count = g_strv_length (parts);
  g_autoptr (GString) name = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] < count && *parts[order[i]] != '\0') {
      if (name->len > 0)
        g_string_append_c (name, ' ');
      g_string_append (name, parts[order[i]]);
    }
  g_free (card->parts_name);
  card->parts_name = g_string_free (g_steal_pointer (&name), FALSE);
}

static void
take_organisation (Card *card, const PhoneVcardLine *line)
{
  g_auto (GStrv) parts = phone_vcard_line_split (line);

  if (card->record->organisation == NULL && parts[0] != NULL)
    card->record->organisation = g_strdup (parts[0]);
}

static gboolean
has_scheme (const char *address, const char *scheme)
{
  return g_ascii_strncasecmp (address, scheme, strlen (scheme)) == 0;
}

static void
add_found (Card *card, const PhoneVcardLine *line, const char *address)
{
  Found found = {
      .kind = line->kind,
      .preference = line->preference,
      .place = card->found->len,
      .address = g_strdup (address),
  };

  if (card->found->len == PHONE_CONTACT_MAX_ADDRESSES || *address == '\0')
    g_free (found.address);
  else
    g_array_append_val (card->found, found);
}

static void
take_telephone (Card *card, const PhoneVcardLine *line)
{
  g_autofree char *text = phone_vcard_line_dup_text (line);

  g_strstrip (text);
  add_found (card, line, text);
}

static void
take_sip (Card *card, const PhoneVcardLine *line)
{
  g_autofree char *text = phone_vcard_line_dup_text (line);

  g_strstrip (text);
  if (has_scheme (text, "sip:") || has_scheme (text, "sips:"))
    add_found (card, line, text);
  else if (g_str_equal (line->name, "X-SIP") && *text != '\0') {
    g_autofree char *uri = g_strconcat ("sip:", text, NULL);

    add_found (card, line, uri);
  }
}

/* 3.0 has the bytes as they are, 4.0 in a data: URI (RFC 2397). */
static void
take_photo (Card *card, const PhoneVcardLine *line)
{
  const char *text = line->value->str;
  const char *comma = strchr (text, ',');
  g_autofree guchar *bytes = NULL;
  gsize size = 0;

  if (has_scheme (text, "data:") && comma != NULL &&
      g_strstr_len (text, comma - text, ";base64") != NULL)
    text = comma + 1;
  else if (!line->is_base64)
    return;
  if (strlen (text) / 4 * 3 > PHONE_CONTACT_MAX_PICTURE_BYTES)
    return;
  bytes = g_base64_decode (text, &size);
  if (card->record->picture == NULL &&
      phone_picture_get_type (bytes, size) != PHONE_PICTURE_NONE)
    card->record->picture = g_bytes_new_take (g_steal_pointer (&bytes), size);
}

static void
take_version (Card *card, const PhoneVcardLine *line)
{
  static const char *const known[] = {"2.1", "3.0", "4.0", NULL};
  g_autofree char *version = g_strstrip (g_strdup (line->value->str));

  card->is_known_version = g_strv_contains (known, version);
}

static void
take_kind (Card *card, const PhoneVcardLine *line)
{
  g_autofree char *kind = g_strstrip (g_strdup (line->value->str));

  card->is_group = g_ascii_strcasecmp (kind, "group") == 0;
}

static void
take_favourite (Card *card, const PhoneVcardLine *line)
{
  card->record->is_favourite = g_ascii_strcasecmp (line->value->str, "TRUE") == 0;
}

static void
take_full_name (Card *card, const PhoneVcardLine *line)
{
  take_text (&card->record->name, line);
}

static void
take_nickname (Card *card, const PhoneVcardLine *line)
{
  take_text (&card->nickname, line);
}

static void
take_note (Card *card, const PhoneVcardLine *line)
{
  take_text (&card->record->note, line);
}

static void
take_uid (Card *card, const PhoneVcardLine *line)
{
  if (line->value->len <= PHONE_CONTACT_MAX_TEXT_BYTES)
    take_text (&card->record->uid, line);
}

static void
take_line (Card *card, const PhoneVcardLine *line)
{
  static const struct {
    const char *name;
    void (*take) (Card *card, const PhoneVcardLine *line);
  } properties[] = {
      {"VERSION", take_version},
      {"FN", take_full_name},
      {"N", take_name},
      {"TEL", take_telephone},
      {"IMPP", take_sip},
      {"X-SIP", take_sip},
      {"NOTE", take_note},
      {"ORG", take_organisation},
      {"NICKNAME", take_nickname},
      {"PHOTO", take_photo},
      {"UID", take_uid},
      {"KIND", take_kind},
      {FAVOURITE, take_favourite},
  };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_equal (line->name, properties[i].name)) {
      properties[i].take (card, line);
      return;
    }
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *left = a;
  const Found *right = b;

  if (left->preference != right->preference)
    return left->preference < right->preference ? -1 : 1;
  return left->place < right->place ? -1 : left->place > right->place;
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || *text == '\0';
}

/* NULL: nobody to call. */
static PhoneContactRecord *
finish_card (Card *card)
{
  PhoneContactRecord *record = card->record;

  if (!card->is_known_version || card->is_group || card->found->len == 0)
    return NULL;
  g_array_sort (card->found, compare_found);
  for (guint i = 0; i < card->found->len; i++) {
    const Found *found = &g_array_index (card->found, Found, i);

    phone_contact_record_add_address (record, found->kind, found->address);
  }
  if (is_blank (record->name)) {
    char **name = is_blank (card->parts_name) ? &card->nickname : &card->parts_name;

    g_free (record->name);
    record->name = g_steal_pointer (name);
  }
  if (is_blank (record->uid))
    g_clear_pointer (&record->uid, g_free);
  if (!phone_contact_record_prepare (record) || record->addresses->len == 0)
    return NULL;
  card->record = phone_contact_record_new ();
  return record;
}

static gboolean
is_card (const PhoneVcardLine *line)
{
  g_autofree char *value = g_strstrip (g_strdup (line->value->str));

  return g_ascii_strcasecmp (value, "VCARD") == 0;
}

typedef struct {
  GPtrArray *records;
  Card *card; /* NULL: between two */
  guint max;
  guint n_left_out;
} Reading;

static void
end_card (Reading *reading)
{
  g_autoptr (Card) card = g_steal_pointer (&reading->card);
  PhoneContactRecord *record =
      reading->records->len < reading->max ? finish_card (card) : NULL;

  if (record != NULL)
    g_ptr_array_add (reading->records, record);
  else
    reading->n_left_out++;
}

static void
drop_card (Reading *reading)
{
  if (reading->card == NULL)
    return;
  g_clear_pointer (&reading->card, card_free);
  reading->n_left_out++;
}

/* One that began and did not end was cut off: it takes none of those behind it along. */
static void
begin_card (Reading *reading)
{
  if (reading->card != NULL && !reading->card->is_agent)
    drop_card (reading);
  if (reading->card == NULL)
    reading->card = card_new ();
  reading->card->is_agent = FALSE;
  reading->card->depth++;
}

static void
read_line (Reading *reading, const PhoneVcardLine *line)
{
  if (g_str_equal (line->name, "BEGIN") && is_card (line)) {
    begin_card (reading);
    return;
  }
  if (reading->card == NULL)
    return;
  reading->card->is_agent = g_str_equal (line->name, "AGENT");
  if (g_str_equal (line->name, "END") && is_card (line)) {
    if (--reading->card->depth == 0)
      end_card (reading);
  } else if (reading->card->depth == 1)
    take_line (reading->card, line);
}

GPtrArray *
phone_vcard_parse (const char *text, gsize size, guint max, guint *n_left_out)
{
  static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as some editors write it */
  PhoneVcardCursor cursor = {.at = text, .end = text + size};
  Reading reading = {
      .records =
          g_ptr_array_new_with_free_func ((GDestroyNotify)phone_contact_record_free),
      .max = max,
  };
  PhoneVcardLine *line;

  if (size >= strlen (mark) && memcmp (text, mark, strlen (mark)) == 0)
    cursor.at += strlen (mark);
  while ((line = phone_vcard_line_read (&cursor)) != NULL) {
    read_line (&reading, line);
    phone_vcard_line_free (line);
  }
  drop_card (&reading);
  if (n_left_out != NULL)
    *n_left_out = reading.n_left_out;
  return reading.records;
}

/* ---- Writing ---- */

/* Takes @line; no character is cut in halves. */
static void
append_folded (GString *out, GString *line)
{
  gsize on_line = 0;

  for (const char *at = line->str; *at != '\0'; at = g_utf8_next_char (at)) {
    gsize bytes = (gsize)(g_utf8_next_char (at) - at);

    if (on_line + bytes > FOLD_BYTES) {
      g_string_append (out, "\r\n ");
      on_line = 1;
    }
    g_string_append_len (out, at, (gssize)bytes);
    on_line += bytes;
  }
  g_string_append (out, "\r\n");
  g_string_free (line, TRUE);
}

static void
append_text (GString *line, const char *text)
{
  for (const char *at = text; *at != '\0'; at++)
    switch (*at) {
    case '\n':
      g_string_append (line, "\\n");
      break;
    case '\\':
    case ',':
    case ';':
      g_string_append_c (line, '\\');
      g_string_append_c (line, *at);
      break;
    default:
      g_string_append_c (line, g_ascii_iscntrl (*at) ? ' ' : *at);
    }
}

/* A URI is not escaped (RFC 6350 §4.2); what would end the line is, as in any URI. */
static void
append_uri (GString *line, const char *uri)
{
  for (const char *at = uri; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at) || *at == ' ')
      g_string_append_printf (line, "%%%02X", (guint)(guchar)*at);
    else
      g_string_append_c (line, *at);
}

static void
append_property (GString *out, const char *name, const char *text)
{
  GString *line = g_string_new (name);

  if (is_blank (text)) {
    g_string_free (line, TRUE);
    return;
  }
  g_string_append_c (line, ':');
  append_text (line, text);
  append_folded (out, line);
}

static const char *
type_of (PhoneAddressKind kind)
{
  switch (kind) {
  case PHONE_ADDRESS_WORK:
    return ";TYPE=work";
  case PHONE_ADDRESS_HOME:
    return ";TYPE=home";
  case PHONE_ADDRESS_MOBILE:
    return ";TYPE=cell";
  case PHONE_ADDRESS_OTHER:
    return "";
  }
  return "";
}

static void
append_address (GString *out, const PhoneContactAddress *address)
{
  const char *text = address->address;
  gboolean is_sip = has_scheme (text, "sip:") || has_scheme (text, "sips:");
  gboolean is_bare = !is_sip && strchr (text, '@') != NULL;
  GString *line = g_string_new (is_sip || is_bare ? "IMPP" : "TEL");

  g_string_append (line, type_of (address->kind));
  if (has_scheme (text, "tel:"))
    g_string_append (line, ";VALUE=uri");
  g_string_append (line, is_bare ? ":sip:" : ":");
  if (is_sip || is_bare || has_scheme (text, "tel:"))
    append_uri (line, text);
  else
    append_text (line, text);
  append_folded (out, line);
}

static void
append_photo (GString *out, GBytes *picture, PhoneVcardVersion version)
{
  gsize size = 0;
  const guchar *bytes = g_bytes_get_data (picture, &size);
  g_autofree char *text = g_base64_encode (bytes, size);
  gboolean is_png = phone_picture_get_type (bytes, size) == PHONE_PICTURE_PNG;
  GString *line = g_string_new ("PHOTO");

  if (version == PHONE_VCARD_3_0)
    g_string_append_printf (line, ";ENCODING=b;TYPE=%s:", is_png ? "PNG" : "JPEG");
  else
    g_string_append_printf (line, ":data:image/%s;base64,", is_png ? "png" : "jpeg");
  g_string_append (line, text);
  append_folded (out, line);
}

/* 3.0 must have it (RFC 2426 §3.1.2): what part of a name is which is not known here. */
static void
append_name_parts (GString *out, const char *name)
{
  GString *line = g_string_new ("N:");

  append_text (line, name);
  g_string_append (line, ";;;;");
  append_folded (out, line);
}

void
phone_vcard_append (GString *out,
                    const PhoneContactRecord *record,
                    PhoneVcardVersion version)
{
  g_string_append_printf (out, "BEGIN:VCARD\r\nVERSION:%s\r\n",
                          version == PHONE_VCARD_3_0 ? "3.0" : "4.0");
  append_property (out, "UID", record->uid);
  append_property (out, "FN", record->name);
  if (version == PHONE_VCARD_3_0)
    append_name_parts (out, record->name);
  append_property (out, "ORG", record->organisation);
  append_property (out, "NOTE", record->note);
  for (guint i = 0; i < record->addresses->len; i++)
    append_address (out, g_ptr_array_index (record->addresses, i));
  if (record->picture != NULL)
    append_photo (out, record->picture, version);
  if (record->is_favourite)
    append_property (out, FAVOURITE, "TRUE");
  g_string_append (out, "END:VCARD\r\n");
}
