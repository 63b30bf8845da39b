/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-lines.h"

#include <string.h>

static void
assert_line (PhoneLines *lines, const char *expected, gsize expected_length)
{
  g_autofree char *line = NULL;
  gsize length = 0;

  g_assert_cmpint (phone_lines_pop (lines, &line, &length), ==, PHONE_LINES_LINE);
  g_assert_cmpmem (line, length, expected, expected_length);
  g_assert_cmpint (line[length], ==, '\0');
}

static void
assert_result (PhoneLines *lines, PhoneLinesResult expected)
{
  g_autofree char *line = NULL;
  gsize length = 0;

  g_assert_cmpint (phone_lines_pop (lines, &line, &length), ==, expected);
}

/* The same lines come out wherever the bytes were cut. */
static void
test_every_split (void)
{
  static const char text[] = "one\n\ntwo\0three\nfour\n";
  const gsize length = sizeof text - 1;

  for (gsize cut = 0; cut <= length; cut++) {
    g_autoptr (PhoneLines) lines = phone_lines_new ();

    phone_lines_push (lines, text, cut);
    phone_lines_push (lines, text + cut, length - cut);
    assert_line (lines, "one", 3);
    assert_line (lines, "", 0);
    assert_line (lines, "two\0three", 9);
    assert_line (lines, "four", 4);
    assert_result (lines, PHONE_LINES_NONE);
  }
}

static void
test_no_end_no_line (void)
{
  g_autoptr (PhoneLines) lines = phone_lines_new ();

  phone_lines_push (lines, "half", 4);
  assert_result (lines, PHONE_LINES_NONE);
  phone_lines_push (lines, " and half\n", 10);
  assert_line (lines, "half and half", 13);
}

static void
push_many (PhoneLines *lines, gsize count)
{
  g_autofree char *text = g_malloc (count);

  memset (text, 'x', count);
  for (gsize at = 0; at < count; at += 1000)
    phone_lines_push (lines, text + at, MIN (1000, count - at));
}

static void
test_limit (void)
{
  g_autoptr (PhoneLines) lines = phone_lines_new ();
  g_autofree char *line = NULL;
  gsize length = 0;

  push_many (lines, PHONE_LINE_MAX_BYTES);
  phone_lines_push (lines, "\n", 1);
  g_assert_cmpint (phone_lines_pop (lines, &line, &length), ==, PHONE_LINES_LINE);
  g_assert_cmpuint (length, ==, PHONE_LINE_MAX_BYTES);
}

/* Told once and at once, though its end never comes; the next line is whole again. */
static void
test_too_long (void)
{
  g_autoptr (PhoneLines) lines = phone_lines_new ();

  push_many (lines, PHONE_LINE_MAX_BYTES + 1);
  assert_result (lines, PHONE_LINES_TOO_LONG);
  push_many (lines, 10 * PHONE_LINE_MAX_BYTES);
  assert_result (lines, PHONE_LINES_NONE);
  phone_lines_push (lines, "tail\nnext\n", 10);
  assert_line (lines, "next", 4);
  assert_result (lines, PHONE_LINES_NONE);
}

static void
test_faults (void)
{
  static const struct {
    const char *line;
    gsize length;
    PhoneLineFault fault;
  } table[] = {
      {"{}", 2, PHONE_LINE_GOOD},           {"", 0, PHONE_LINE_EMPTY},
      {" \t\r", 3, PHONE_LINE_EMPTY},       {"{\"a\":\"\0\"}", 9, PHONE_LINE_NOT_UTF8},
      {"\0", 1, PHONE_LINE_NOT_UTF8},       {"\"\xff\"", 3, PHONE_LINE_NOT_UTF8},
      {"\"\xc3\"", 3, PHONE_LINE_NOT_UTF8}, {"\"\xc3\xa4\"", 4, PHONE_LINE_GOOD},
      {"]]]]", 4, PHONE_LINE_GOOD}, /* the parser says what is wrong with it */
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (phone_line_check (table[i].line, table[i].length), ==,
                     table[i].fault);
}

static void
test_escapes (void)
{
  static const struct {
    const char *line;
    PhoneLineFault fault;
  } table[] = {
      {"\"\\u0041\\n\\\\u0000\\\"\"", PHONE_LINE_GOOD},
      {"\"\\ud83d\\ude00\"", PHONE_LINE_GOOD},
      {"\"\\uD83D\\uDE00\\u00e4\"", PHONE_LINE_GOOD},
      {"\"\\u0000\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud83d\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud83dx\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud83d\\u0041\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud83d\\ud83d\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ude00\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud83d\\ude0", PHONE_LINE_NOT_TEXT},
      {"\"\\u12g4\"", PHONE_LINE_NOT_TEXT},
      {"\"\\ud8oun\"", PHONE_LINE_NOT_TEXT},
      {"\"\\u12", PHONE_LINE_NOT_TEXT},
      /* The parser says what is wrong with these. */
      {"\"\\", PHONE_LINE_GOOD},
      {"\\u0000", PHONE_LINE_GOOD},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_test_message ("%s", table[i].line);
    g_assert_cmpint (phone_line_check (table[i].line, strlen (table[i].line)), ==,
                     table[i].fault);
  }
}

static PhoneLineFault
check_depth (const char *open, guint depth, const char *before)
{
  g_autoptr (GString) text = g_string_new (before);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  return phone_line_check (text->str, text->len);
}

static void
test_depth (void)
{
  g_assert_cmpint (check_depth ("[", PHONE_LINE_MAX_DEPTH, ""), ==, PHONE_LINE_GOOD);
  g_assert_cmpint (check_depth ("[", PHONE_LINE_MAX_DEPTH + 1, ""), ==,
                   PHONE_LINE_TOO_DEEP);
  g_assert_cmpint (check_depth ("{\"a\":", PHONE_LINE_MAX_DEPTH + 1, ""), ==,
                   PHONE_LINE_TOO_DEEP);
  /* Closing brackets before do not make room below zero. */
  g_assert_cmpint (check_depth ("[", PHONE_LINE_MAX_DEPTH + 1, "]]]]"), ==,
                   PHONE_LINE_TOO_DEEP);
  /* In a string it is text, also after an escaped quote. */
  g_assert_cmpint (check_depth ("[", 1000, "\""), ==, PHONE_LINE_GOOD);
  g_assert_cmpint (check_depth ("[", 1000, "\"\\\""), ==, PHONE_LINE_GOOD);
  g_assert_cmpint (check_depth ("[", 1000, "\"\\\\\""), ==, PHONE_LINE_TOO_DEEP);
  g_assert_cmpint (check_depth ("[]", 1000, ""), ==, PHONE_LINE_GOOD);
  /* What json-glib reads beside JSON would hide a quote. */
  g_assert_cmpint (check_depth ("[", 1000, "/*\"*/"), ==, PHONE_LINE_NOT_JSON);
  g_assert_cmpint (check_depth ("[", 1000, "['\"',"), ==, PHONE_LINE_NOT_JSON);
  g_assert_cmpint (check_depth ("[", 1000, "\"/*'*/"), ==, PHONE_LINE_GOOD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/lines/every-split", test_every_split);
  g_test_add_func ("/endpoint/lines/no-end-no-line", test_no_end_no_line);
  g_test_add_func ("/endpoint/lines/limit", test_limit);
  g_test_add_func ("/endpoint/lines/too-long", test_too_long);
  g_test_add_func ("/endpoint/lines/faults", test_faults);
  g_test_add_func ("/endpoint/lines/escapes", test_escapes);
  g_test_add_func ("/endpoint/lines/depth", test_depth);
  return g_test_run ();
}
