/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include "phone-error.h"

static void
test_literal (void)
{
  const struct {
    const char *text;
    const char *literal;
  } cases[] = {
      {NULL, ""},
      {"", ""},
      {"Bob Ohlsson", "Bob Ohlsson"},
      {"  Bob\r\nOhlsson\t", "Bob  Ohlsson"},
      {"<b>Bob</b> & Söhne", "<b>Bob</b> & Söhne"},
      {"moc.elpmaxe@\xe2\x80\xae"
       "bob",
       "moc.elpmaxe@bob"}, /* U+202E */
      {"a\xe2\x81\xa6"
       "b\xe2\x81\xa9\xe2\x80\x8f",
       "ab"}, /* isolates, a mark */
      {"a\xe2\x80\xa8"
       "b\xe2\x80\x8b"
       "c\xef\xbb\xbf",
       "a bc"}, /* U+2028, 200B, FEFF */
      {"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
       "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"},
      {"b\xffob", "b\xef\xbf\xbdob"},
      {"\x1b[31mred", "[31mred"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *literal = phone_text_dup_literal (cases[i].text);

    g_assert_cmpstr (literal, ==, cases[i].literal);
  }
}

static void
test_literal_long (void)
{
  g_autofree char *many = g_strnfill (100000, 'x');
  g_autofree char *literal = phone_text_dup_literal (many);

  g_assert_cmpint (g_utf8_strlen (literal, -1), ==, 201);
  g_assert_true (g_str_has_suffix (literal, "x…"));
}

static void
test_address (void)
{
  const struct {
    const char *uri;
    const char *address;
  } cases[] = {
      {NULL, ""},
      {"sip:bob@example.org", "bob@example.org"},
      {"SIPS:bob@example.org;transport=ws?x=y", "bob@example.org"},
      {"sip:bank;x=y?@evil.example;z", "bank;x=y?@evil.example"},
      {"tel:+49 30 123;phone-context=x", "+49 30 123"},
      {"bob", "bob"},
      {"sip:", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *address = phone_text_dup_address (cases[i].uri);

    g_assert_cmpstr (address, ==, cases[i].address);
  }
}

static void
test_duration (void)
{
  const struct {
    guint seconds;
    const char *text;
  } cases[] = {
      {0, "00:00"}, {157, "02:37"}, {3599, "59:59"}, {3600, "1:00:00"}, {5857, "1:37:37"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = phone_text_dup_duration (cases[i].seconds);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

typedef const char *(*TextOf) (int value);

/* Every value of the enum has words; sentences end as sentences do. */
static void
check_enum (GType type, TextOf text_of, gboolean is_sentence, gboolean may_be_empty)
{
  g_autoptr (GEnumClass) values = g_type_class_ref (type);

  for (guint i = 0; i < values->n_values; i++) {
    const char *text = text_of (values->values[i].value);

    g_assert_nonnull (text);
    if (*text == '\0')
      g_assert_true (may_be_empty);
    else
      g_assert_true (g_str_has_suffix (text, ".") == is_sentence);
  }
}

static void
test_enums (void)
{
  check_enum (PHONE_TYPE_ACCOUNT_STATE, (TextOf)phone_text_account_state, FALSE, FALSE);
  check_enum (PHONE_TYPE_CALL_STATE, (TextOf)phone_text_call_state, FALSE, FALSE);
  check_enum (PHONE_TYPE_END_CAUSE, (TextOf)phone_text_end_cause, FALSE, FALSE);
  check_enum (PHONE_TYPE_END_CAUSE, (TextOf)phone_text_end_sentence, TRUE, TRUE);
  check_enum (PHONE_TYPE_MEDIA_SILENCE, (TextOf)phone_text_silence, TRUE, TRUE);
}

/* Only what nobody can act on falls through to the last sentence. */
static void
test_errors (void)
{
  g_autoptr (GError) internal = g_error_new (PHONE_ERROR, PHONE_ERROR_INTERNAL, "x");

  g_assert_cmpstr (phone_text_error (NULL), ==, "");
  for (int code = 0; code < PHONE_N_ERRORS; code++) {
    g_autoptr (GError) error = g_error_new (PHONE_ERROR, code, "x");
    const char *text = phone_text_error (error);

    g_assert_true (g_str_has_suffix (text, "."));
    if (code != PHONE_ERROR_INTERNAL && code != PHONE_ERROR_CANCELLED &&
        code != PHONE_ERROR_WRONG_STATE)
      g_assert_cmpstr (text, !=, phone_text_error (internal));
  }
}

static gint64
local_us (int year, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (year, month, day, hour, minute, 0);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

/* Days are those of the calendar here, not of 24 hours; one may have 23 (29 March). */
static void
test_moment (void)
{
  const gint64 now = local_us (2026, 3, 30, 0, 30);
  const struct {
    gint64 time;
    const char *text;
  } cases[] = {
      {now, "0:30"},
      {local_us (2026, 3, 30, 0, 0), "0:00"},
      {local_us (2026, 3, 29, 23, 59), "Yesterday"},
      {local_us (2026, 3, 29, 0, 0), "Yesterday"},
      {local_us (2026, 3, 28, 23, 59), "Saturday"},
      {local_us (2026, 3, 24, 9, 41), "Tuesday"},
      {local_us (2026, 3, 23, 9, 41), "23 March"},
      {local_us (2026, 1, 1, 0, 0), "1 January"},
      {local_us (2025, 12, 31, 0, 0), "31 December 2025"},
      {local_us (2026, 4, 1, 0, 0), "1 April"}, /* the clock was set back */
      {G_MAXINT64, ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = phone_text_dup_moment (cases[i].time, now);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* Every outcome of both directions has words. */
static void
test_outcome (void)
{
  g_autofree char *long_one = phone_text_dup_outcome (FALSE, PHONE_HISTORY_ANSWERED, 737);
  g_autofree char *short_one = phone_text_dup_outcome (TRUE, PHONE_HISTORY_ANSWERED, 59);
  g_autofree char *missed = phone_text_dup_outcome (TRUE, PHONE_HISTORY_MISSED, 0);

  g_assert_cmpstr (long_one, ==, "Outgoing, 12 min");
  g_assert_cmpstr (short_one, ==, "Incoming, 59 s");
  g_assert_cmpstr (missed, ==, "Missed");
  for (int i = PHONE_HISTORY_ANSWERED; i <= PHONE_HISTORY_FAILED; i++)
    for (int incoming = 0; incoming < 2; incoming++) {
      g_autofree char *text = phone_text_dup_outcome (incoming, i, 1);

      g_assert_cmpstr (text, !=, "");
    }
}

static void
test_transfer (void)
{
  static const struct {
    PhoneTransferState state;
    guint status;
    const char *text;
  } table[] = {
      {PHONE_TRANSFER_NONE, 0, ""},
      {PHONE_TRANSFER_ASKED, 0, ""},
      {PHONE_TRANSFER_TRYING, 0, "Transferring to carol@example.org"},
      {PHONE_TRANSFER_RINGING, 180, "Transferring: it rings at carol@example.org"},
      {PHONE_TRANSFER_DONE, 200, "Transferred to carol@example.org"},
      {PHONE_TRANSFER_FAILED, 486,
       "Transfer to carol@example.org: Busy. You are still connected."},
      {PHONE_TRANSFER_FAILED, 603,
       "Transfer to carol@example.org: Declined. You are still connected."},
      {PHONE_TRANSFER_FAILED, 404,
       "Transfer to carol@example.org: No such address. You are still connected."},
      {PHONE_TRANSFER_FAILED, 480,
       "Transfer to carol@example.org: Not available. You are still connected."},
      {PHONE_TRANSFER_FAILED, 408,
       "Transfer to carol@example.org: No answer. You are still connected."},
      {PHONE_TRANSFER_FAILED, 0,
       "Transfer to carol@example.org: It did not work. You are still connected."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *text = phone_text_dup_transfer (
        table[i].state, "sip:carol@example.org\xe2\x80\xae;x=1", table[i].status);

    g_assert_cmpstr (text, ==, table[i].text);
  }
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "Europe/Berlin", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone-text/literal", test_literal);
  g_test_add_func ("/phone-text/literal-long", test_literal_long);
  g_test_add_func ("/phone-text/address", test_address);
  g_test_add_func ("/phone-text/duration", test_duration);
  g_test_add_func ("/phone-text/enums", test_enums);
  g_test_add_func ("/phone-text/errors", test_errors);

  g_test_add_func ("/text/moment", test_moment);
  g_test_add_func ("/text/outcome", test_outcome);
  g_test_add_func ("/phone-text/transfer", test_transfer);
  return g_test_run ();
}
