/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-picture.h"
#include "phone-vcard.h"

#include <string.h>

/* One pixel. */
#define PNG                                                                              \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ" \
  "RU5ErkJggg=="

static GPtrArray *
parse (const char *text)
{
  return phone_vcard_parse (text, strlen (text), 100, NULL);
}

static void
assert_address (const PhoneContactRecord *record,
                guint index,
                PhoneAddressKind kind,
                const char *address)
{
  const PhoneContactAddress *one;

  g_assert_cmpuint (index, <, record->addresses->len);
  one = g_ptr_array_index (record->addresses, index);
  g_assert_cmpstr (one->address, ==, address);
  g_assert_cmpint (one->kind, ==, kind);
}

/* ---- What is read ---- */

typedef struct {
  const char *name; /* of the case */
  const char *text;
  const char *is_named;
  PhoneAddressKind kind;
  const char *address; /* NULL: nothing is read */
} Case;

#define CARD(version, lines)                                                             \
  "BEGIN:VCARD\r\nVERSION:" version "\r\n" lines "\r\nEND:VCARD\r\n"

static const Case cases[] = {
    {"3.0", CARD ("3.0", "FN:Bob\r\nN:B;Bob;;;\r\nTEL;TYPE=WORK,VOICE:+49 30 1234"),
     "Bob", PHONE_ADDRESS_WORK, "+49 30 1234"},
    {"4.0 tel URI",
     CARD ("4.0",
           "FN:Bob\r\nTEL;VALUE=uri;PREF=1;TYPE=\"voice,cell\":"
           "tel:+49-30-1234;x=5"),
     "Bob", PHONE_ADDRESS_MOBILE, "+49-30-1234"},
    {"a local number keeps its context",
     CARD ("4.0", "FN:Bob\r\nTEL;VALUE=uri:tel:1234;phone-context=+4930"), "Bob",
     PHONE_ADDRESS_OTHER, "tel:1234;phone-context=+4930"},
    {"a number keeps its extension",
     CARD ("4.0", "FN:Bob\r\nTEL;VALUE=uri:tel:+49-30-1234;ext=5"), "Bob",
     PHONE_ADDRESS_OTHER, "tel:+49-30-1234;ext=5"},
    {"IMPP", CARD ("4.0", "FN:Bob\r\nIMPP;TYPE=home:sip:bob@example.org"), "Bob",
     PHONE_ADDRESS_HOME, "sip:bob@example.org"},
    {"X-SIP", CARD ("3.0", "FN:Bob\r\nX-SIP:bob@example.org"), "Bob", PHONE_ADDRESS_OTHER,
     "sip:bob@example.org"},
    {"another IMPP", CARD ("4.0", "FN:Bob\r\nIMPP:xmpp:bob@example.org"), NULL, 0, NULL},
    {"folded in a word", CARD ("3.0", "FN:Bo\r\n b\r\nTEL:1\r\n\t2\r\n  3"), "Bob", 0,
     "12 3"},
    {"folded in a character",
     CARD ("3.0",
           "FN:B\xc3\r\n \xb6"
           "b\r\nTEL:1"),
     "Böb", 0, "1"},
    {"LF", "BEGIN:VCARD\nVERSION:3.0\nFN:Bob\nTEL:1\nEND:VCARD\n", "Bob", 0, "1"},
    {"CR", "BEGIN:VCARD\rVERSION:3.0\rFN:Bob\rTEL:1\rEND:VCARD", "Bob", 0, "1"},
    {"byte order mark", "\xef\xbb\xbf" CARD ("3.0", "FN:Bob\r\nTEL:1"), "Bob", 0, "1"},
    {"groups", CARD ("3.0", "item1.FN:Bob\r\nItem2.tel;type=home:1"), "Bob",
     PHONE_ADDRESS_HOME, "1"},
    {"escapes", CARD ("3.0", "FN:B\\,o\\;b\\\\ \\N\\x\r\nTEL:1"), "B,o;b\\  \\x", 0, "1"},
    {"no FN", CARD ("3.0", "N:Ohls\\;son;Bob;von;Dr.;\r\nTEL:1"), "Bob von Ohls;son", 0,
     "1"},
    {"neither FN nor N", CARD ("3.0", "NICKNAME:Bobby\r\nTEL:1"), "Bobby", 0, "1"},
    {"organisation", CARD ("3.0", "ORG:Acme\\, Inc.;Sales\r\nTEL:1"), "Acme, Inc.", 0,
     "1"},
    {"nothing but a number", CARD ("3.0", "TEL:tel:1"), "1", 0, "1"},
    {"quoted parameter", CARD ("4.0", "FN:Bob\r\nTEL;X-A=\"a:b;c\";TYPE=work:1"), "Bob",
     PHONE_ADDRESS_WORK, "1"},
    {"2.1", CARD ("2.1", "N:Ohlsson;Bob\r\nTEL;CELL;PREF:1"), "Bob Ohlsson",
     PHONE_ADDRESS_MOBILE, "1"},
    {"quoted-printable",
     CARD ("2.1",
           "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:B=C3=B6=\r\nb=20=3\r\nTEL:1"),
     "Böb =3", 0, "1"},
    {"Latin-1",
     CARD ("2.1",
           "FN:B\xf6"
           "b\r\nTEL:1"),
     "Böb", 0, "1"},
    {"a card in a card",
     CARD ("2.1",
           "FN:Bob\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Eve\r\n"
           "TEL:2\r\nEND:VCARD\r\nTEL:1"),
     "Bob", 0, "1"},
    {"a group", CARD ("4.0", "KIND:Group\r\nFN:All\r\nTEL:1"), NULL, 0, NULL},
    {"no address", CARD ("3.0", "FN:Bob\r\nEMAIL:bob@example.org\r\nTEL: "), NULL, 0,
     NULL},
    {"an address of controls", CARD ("3.0", "FN:Bob\r\nTEL:\x0e\x0e"), NULL, 0, NULL},
    {"nothing but a scheme", CARD ("3.0", "FN:Bob\r\nTEL:\x0etel:;ext=5"), NULL, 0, NULL},
    {"a scheme after a control, and twice", CARD ("3.0", "FN:Bob\r\nTEL:\x0etel: tel:1"),
     "Bob", 0, "1"},
    {"no version", "BEGIN:VCARD\r\nFN:Bob\r\nTEL:1\r\nEND:VCARD\r\n", NULL, 0, NULL},
    {"version 5", CARD ("5.0", "FN:Bob\r\nTEL:1"), NULL, 0, NULL},
    {"cut off", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nTEL:1\r\n", NULL, 0, NULL},
    {"no card", "FN:Bob\r\nTEL:1\r\nEND:VCARD\r\nEND:VCARD\r\n", NULL, 0, NULL},
    {"lines that are none", CARD ("3.0", ":\r\n;\r\n\r\nFN\r\nTEL;=\r\nFN:Bob\r\nTEL:1"),
     "Bob", 0, "1"},
};

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GPtrArray) records = parse (c->text);
  const PhoneContactRecord *record;

  if (c->address == NULL) {
    g_assert_cmpuint (records->len, ==, 0);
    return;
  }
  g_assert_cmpuint (records->len, ==, 1);
  record = g_ptr_array_index (records, 0);
  g_assert_cmpstr (record->name, ==, c->is_named);
  g_assert_cmpuint (record->addresses->len, ==, 1);
  assert_address (record, 0, c->kind, c->address);
}

static void
test_preferred_first (void)
{
  g_autoptr (GPtrArray) records =
      parse (CARD ("4.0", "FN:Bob\r\nTEL:1\r\nTEL;PREF=50:2\r\nTEL;PREF=2:3\r\nTEL:1\r\n"
                          "TEL;PREF=0:4"));
  const PhoneContactRecord *record = g_ptr_array_index (records, 0);

  g_assert_cmpuint (record->addresses->len, ==, 4);
  assert_address (record, 0, 0, "3");
  assert_address (record, 1, 0, "2");
  assert_address (record, 2, 0, "1");
  assert_address (record, 3, 0, "4");
}

static void
test_left_out (void)
{
  const char *text = CARD ("3.0", "FN:A\r\nTEL:1") CARD ("3.0", "FN:B")
      CARD ("3.0", "FN:C\r\nTEL:1") CARD ("3.0", "FN:D\r\nTEL:1") "BEGIN:VCARD";
  guint n_left_out = 0;
  g_autoptr (GPtrArray) records = phone_vcard_parse (text, strlen (text), 2, &n_left_out);

  g_assert_cmpuint (records->len, ==, 2);
  g_assert_cmpuint (n_left_out, ==, 3);
}

/* Those behind a card without an end are read, also where it ends within another's. */
static void
test_cut_off (void)
{
  const char *text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTEL:1\r\n" CARD (
      "3.0", "FN:B\r\nTEL:2") "BEGIN:VCARD\r\nVERSION:2.1\r\nAGENT:\r\n"
                              "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:C\r\n" CARD (
                                  "3.0", "FN:D\r\nTEL:4");
  guint n_left_out = 0;
  g_autoptr (GPtrArray) records =
      phone_vcard_parse (text, strlen (text), 100, &n_left_out);

  g_assert_cmpuint (records->len, ==, 2);
  g_assert_cmpuint (n_left_out, ==, 2);
  assert_address (g_ptr_array_index (records, 0), 0, 0, "2");
  assert_address (g_ptr_array_index (records, 1), 0, 0, "4");
}

/* A zero byte hides nothing, and a line that is too long is as if it were not there. */
static void
test_hard_lines (void)
{
  static const char zero[] = CARD ("3.0", "FN:Bob\r\nNOTE:a\0TEL:2\r\nTEL:1");
  g_autoptr (GString) text =
      g_string_new ("BEGIN:VCARD\nVERSION:3.0\nFN:Bob\nTEL:1\nNOTE:");
  g_autoptr (GPtrArray) records = phone_vcard_parse (zero, sizeof zero - 1, 100, NULL);
  g_autoptr (GPtrArray) long_ones = NULL;
  gsize before = text->len;

  g_assert_cmpuint (records->len, ==, 1);
  g_assert_cmpstr (((PhoneContactRecord *)g_ptr_array_index (records, 0))->note, ==, "");

  g_string_set_size (text, before + PHONE_VCARD_MAX_LINE_BYTES);
  memset (text->str + before, 'x', PHONE_VCARD_MAX_LINE_BYTES);
  g_string_append (text, "\nORG:Acme\nEND:VCARD\n");
  long_ones = parse (text->str);
  g_assert_cmpuint (long_ones->len, ==, 1);
  g_assert_cmpstr (((PhoneContactRecord *)g_ptr_array_index (long_ones, 0))->note, ==,
                   "");
  g_assert_cmpstr (((PhoneContactRecord *)g_ptr_array_index (long_ones, 0))->organisation,
                   ==, "Acme");
}

/* ---- Pictures ---- */

static GBytes *
picture_of (const char *line)
{
  g_autofree char *text = g_strdup_printf (CARD ("3.0", "FN:Bob\r\nTEL:1\r\n%s"), line);
  g_autoptr (GPtrArray) records = parse (text);
  PhoneContactRecord *record = g_ptr_array_index (records, 0);

  g_assert_true (record->has_picture == (record->picture != NULL));
  return g_steal_pointer (&record->picture);
}

static void
test_pictures (void)
{
  g_autoptr (GBytes) old = picture_of ("PHOTO;ENCODING=b;TYPE=PNG:" PNG);
  g_autoptr (GBytes) older = picture_of ("PHOTO;BASE64;PNG:" PNG "\r\n");
  g_autoptr (GBytes) newer = picture_of ("PHOTO:data:image/png;base64," PNG);

  g_assert_nonnull (old);
  g_assert_cmpuint (g_bytes_get_size (old), ==, 70);
  g_assert_nonnull (older);
  g_assert_nonnull (newer);
  g_assert_true (g_bytes_equal (old, newer));

  g_assert_null (picture_of ("PHOTO;VALUE=uri:https://example.org/bob.png"));
  g_assert_null (picture_of ("PHOTO:data:image/svg+xml;base64,PHN2Zy8+"));
  g_assert_null (picture_of ("PHOTO;ENCODING=b:"));
  g_assert_null (picture_of ("PHOTO:data:,x"));
}

/* Each would be gone along beside its segments, up to a frame that is none. */
static void
test_jpeg_without_lengths (void)
{
#define FRAME 0xff, 0xc2, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11
  static const guint8 padding[] = {0xff, 0xd8, 0xff, 0xff, 0, 2, FRAME};
  static const guint8 bare[] = {0xff, 0xd8, 0xff, 0xd0, 0, 2, FRAME};
  static const guint8 scan[] = {0xff, 0xd8, 0xff, 0xda, 0, 2, FRAME};
  static const guint8 other[] = {0xff, 0xd8, 0xff, 0x01, 0, 2, FRAME};
  static const guint8 table[] = {0xff, 0xd8, 0xff, 0xdb, 0, 2, FRAME};
#undef FRAME

  g_assert_cmpint (phone_picture_get_type (padding, sizeof padding), ==,
                   PHONE_PICTURE_NONE);
  g_assert_cmpint (phone_picture_get_type (bare, sizeof bare), ==, PHONE_PICTURE_NONE);
  g_assert_cmpint (phone_picture_get_type (scan, sizeof scan), ==, PHONE_PICTURE_NONE);
  g_assert_cmpint (phone_picture_get_type (other, sizeof other), ==, PHONE_PICTURE_NONE);
  g_assert_cmpint (phone_picture_get_type (table, sizeof table), ==, PHONE_PICTURE_JPEG);
}

static void
test_picture_types (void)
{
  static const guint8 jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0, 4, 'J', 'F', 0xff, 0xc2,
                                0,    11,   8,    0,    9, 0, 9,   1,   1,    0x11};
  guint8 large[sizeof jpeg];
  gsize size = 0;
  g_autofree guchar *png = g_base64_decode (PNG, &size);

  g_assert_cmpint (phone_picture_get_type (jpeg, sizeof jpeg), ==, PHONE_PICTURE_JPEG);
  memcpy (large, jpeg, sizeof jpeg);
  large[15] = 0xff;
  g_assert_cmpint (phone_picture_get_type (large, sizeof large), ==, PHONE_PICTURE_NONE);
  for (gsize i = 0; i < sizeof jpeg - 3; i++)
    g_assert_cmpint (phone_picture_get_type (jpeg, MIN (i, 16)), ==, PHONE_PICTURE_NONE);

  g_assert_cmpint (phone_picture_get_type (png, size), ==, PHONE_PICTURE_PNG);
  png[17] = 1; /* 65537 pixels wide */
  g_assert_cmpint (phone_picture_get_type (png, size), ==, PHONE_PICTURE_NONE);
}

/* U+FDFA is eighteen characters when it is folded. */
static void
test_long_when_folded (void)
{
  g_autoptr (PhoneContactRecord) record = phone_contact_record_new ();
  g_autoptr (GString) long_text = g_string_new (NULL);

  while (long_text->len < PHONE_CONTACT_MAX_TEXT_BYTES)
    g_string_append (long_text, "\xef\xb7\xba");
  record->name = g_strdup ("Bob");
  record->organisation = g_strdup (long_text->str);
  for (guint i = 0; i < PHONE_CONTACT_MAX_ADDRESSES; i++) {
    g_autofree char *address = g_strdup_printf ("%u%s", i, long_text->str);

    phone_contact_record_add_address (record, PHONE_ADDRESS_OTHER, address);
  }
  g_assert_true (phone_contact_record_prepare (record));
  g_assert_cmpuint (strlen (record->folded), <=, PHONE_CONTACT_MAX_FOLDED_BYTES);
  g_assert_true (g_str_has_prefix (record->folded, "bob "));
  g_assert_true (g_utf8_validate (record->folded, -1, NULL));
}

/* ---- What is written ---- */

static PhoneContactRecord *
make_hard_record (void)
{
  PhoneContactRecord *record = phone_contact_record_new ();
  gsize size = 0;
  guchar *png = g_base64_decode (PNG, &size);

  record->uid = g_strdup ("urn:uuid:1;2,3");
  record->name =
      g_strdup ("Bob, \"the\" \\ Öhlsson; Jr. “ä” “ä” “ä” “ä” “ä” “ä” “ä” “ä”");
  record->organisation = g_strdup ("Acme; & Söhne");
  record->note = g_strdup ("one\ntwo\r\nEND:VCARD");
  record->is_favourite = TRUE;
  record->picture = g_bytes_new_take (png, size);
  phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, "+49 (30) 1234");
  phone_contact_record_add_address (record, PHONE_ADDRESS_HOME,
                                    "sip:b,o;b@example.org;x=1");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE,
                                    "tel:12;phone-context=+49");
  phone_contact_record_add_address (record, PHONE_ADDRESS_OTHER, "bob");
  g_assert_true (phone_contact_record_prepare (record));
  return record;
}

static void
assert_same (const PhoneContactRecord *a, const PhoneContactRecord *b)
{
  g_assert_cmpstr (a->uid, ==, b->uid);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->organisation, ==, b->organisation);
  g_assert_true (a->is_favourite == b->is_favourite);
  g_assert_true (g_bytes_equal (a->picture, b->picture));
  g_assert_cmpuint (a->addresses->len, ==, b->addresses->len);
  for (guint i = 0; i < a->addresses->len; i++) {
    const PhoneContactAddress *one = g_ptr_array_index (b->addresses, i);

    assert_address (a, i, one->kind, one->address);
  }
}

static void
assert_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_assert_cmpuint (strlen (*line), <=, 75);
    g_assert_true (g_utf8_validate (*line, -1, NULL));
    g_assert_null (strpbrk (*line, "\r\n"));
  }
}

static void
test_round_trip (gconstpointer data)
{
  PhoneVcardVersion version = (PhoneVcardVersion)GPOINTER_TO_INT (data);
  g_autoptr (PhoneContactRecord) record = make_hard_record ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) read = NULL;

  phone_vcard_append (text, record, version);
  phone_vcard_append (text, record, version);
  assert_lines (text->str);
  read = parse (text->str);
  g_assert_cmpuint (read->len, ==, 2);
  assert_same (g_ptr_array_index (read, 0), record);
  assert_same (g_ptr_array_index (read, 1), record);
  /* A carriage return is no line of its own any more. */
  g_assert_cmpstr (((PhoneContactRecord *)g_ptr_array_index (read, 1))->note, ==,
                   "one\ntwo \nEND:VCARD");
}

static void
test_written (void)
{
  g_autoptr (PhoneContactRecord) record = phone_contact_record_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  record->name = g_strdup ("Bob");
  phone_contact_record_add_address (record, PHONE_ADDRESS_WORK, "bob@example.org");
  phone_contact_record_add_address (record, PHONE_ADDRESS_MOBILE, "+49 30 1");
  phone_contact_record_add_address (record, PHONE_ADDRESS_OTHER, "sip:a\nTEL:1@b c");
  phone_contact_record_prepare (record);
  phone_vcard_append (text, record, PHONE_VCARD_3_0);
  g_assert_cmpstr (text->str, ==,
                   "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bob\r\nN:Bob;;;;\r\n"
                   "IMPP;TYPE=work:sip:bob@example.org\r\nTEL;TYPE=cell:+49 30 1\r\n"
                   "IMPP:sip:a%20TEL:1@b%20c\r\nEND:VCARD\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/vcard/read/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/vcard/preferred-first", test_preferred_first);
  g_test_add_func ("/vcard/left-out", test_left_out);
  g_test_add_func ("/vcard/cut-off", test_cut_off);
  g_test_add_func ("/vcard/hard-lines", test_hard_lines);
  g_test_add_func ("/vcard/pictures", test_pictures);
  g_test_add_func ("/vcard/picture-types", test_picture_types);
  g_test_add_func ("/vcard/jpeg-without-lengths", test_jpeg_without_lengths);
  g_test_add_data_func ("/vcard/round-trip/3.0", GINT_TO_POINTER (PHONE_VCARD_3_0),
                        test_round_trip);
  g_test_add_data_func ("/vcard/round-trip/4.0", GINT_TO_POINTER (PHONE_VCARD_4_0),
                        test_round_trip);
  g_test_add_func ("/vcard/long-when-folded", test_long_when_folded);
  g_test_add_func ("/vcard/written", test_written);
  return g_test_run ();
}
