/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"

#include <string.h>

static void
test_compare (void)
{
  SipText none = SIP_TEXT_NONE, empty = SIP_TEXT_LITERAL ("");

  g_assert_true (sip_text_equal_str (SIP_TEXT_LITERAL ("Via"), "Via"));
  g_assert_false (sip_text_equal_str (SIP_TEXT_LITERAL ("via"), "Via"));
  g_assert_true (sip_text_equal_case_str (SIP_TEXT_LITERAL ("vIa"), "Via"));
  g_assert_false (sip_text_equal_case_str (SIP_TEXT_LITERAL ("Vi"), "Via"));
  g_assert_false (sip_text_equal_case_str (SIP_TEXT_LITERAL ("[a]"), "{A}"));
  g_assert_true (sip_text_starts_with_case (SIP_TEXT_LITERAL ("SIPS:x"), "sips:"));
  g_assert_false (sip_text_starts_with_case (SIP_TEXT_LITERAL ("sip"), "sips:"));
  g_assert_true (sip_text_is_empty (none) && sip_text_is_empty (empty));
  g_assert_null (sip_text_dup (none));
  assert_text (sip_text_trim (SIP_TEXT_LITERAL (" \t a b\r\n")), "a b");
  assert_text (sip_text_skip (SIP_TEXT_LITERAL ("abc"), 9), "");
}

/* Number abuse: signs, length, and values around each limit. */
static void
test_numbers (void)
{
  static const struct {
    const char *text;
    guint64 max;
    gint64 expected; /* -1: refused */
  } cases[] = {
      {"0", 9, 0},
      {"9", 9, 9},
      {"10", 9, -1},
      {"5", 3, -1},
      {"4294967295", G_MAXUINT32, G_MAXUINT32},
      {"4294967296", G_MAXUINT32, -1},
      {"18446744073709551616", G_MAXUINT64, -1},
      {"99999999999999999999999999999999999999", G_MAXUINT64, -1},
      {"000000000000000000000000000000007", 9, 7},
      {"-1", 9, -1},
      {"+1", 9, -1},
      {"1 ", 9, -1},
      {"0x1", 99, -1},
      {"1e3", 9999, -1},
      {"%n%s", 9, -1},
      {"", 9, -1},
      {"\xd9\xa1", 9, -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *owner = NULL;
    guint64 number = 12345;
    gboolean is_number =
        sip_text_to_uint (exact_text (&owner, cases[i].text), cases[i].max, &number);

    g_assert_cmpint (is_number, ==, cases[i].expected >= 0);
    g_assert_cmpuint (number, ==, is_number ? (guint64)cases[i].expected : 12345);
  }
}

static void
test_seconds (void)
{
  guint32 seconds = 7;

  g_assert_true (sip_text_to_seconds (SIP_TEXT_LITERAL ("3600"), &seconds));
  g_assert_cmpuint (seconds, ==, 3600);
  g_assert_true (
      sip_text_to_seconds (SIP_TEXT_LITERAL ("99999999999999999999"), &seconds));
  g_assert_cmpuint (seconds, ==, G_MAXUINT32);
  g_assert_false (sip_text_to_seconds (SIP_TEXT_LITERAL ("-3600"), &seconds));
  g_assert_false (sip_text_to_seconds (SIP_TEXT_LITERAL (""), &seconds));
  g_assert_false (sip_text_to_seconds (SIP_TEXT_NONE, &seconds));
}

static void
test_q (void)
{
  static const struct {
    const char *text;
    int expected;
  } cases[] = {
      {"0", 0},       {"1", 1000},     {"0.", 0},     {"0.7", 700}, {"0.05", 50},
      {"0.123", 123}, {"1.000", 1000}, {"1.001", -1}, {"2", -1},    {"-0.5", -1},
      {"0.1234", -1}, {"0,5", -1},     {"", -1},      {"00", -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint q = 0;
    gboolean is_q = sip_text_to_q (sip_text_from_str (cases[i].text), &q);

    g_assert_cmpint (is_q ? (int)q : -1, ==, cases[i].expected);
  }
}

static void
test_hosts (void)
{
  static const char *const good[] = {"example.org",     "10.0.0.1", "a_b",
                                     "x.invalid",       "[::1]",    "[2001:db8::1]",
                                     "[::ffff:1.2.3.4]"};
  static const char *const bad[] = {"",       "[]",          "[::1",       "::1",
                                    "[x::1]", "[1]",         "a b",        "a/b",
                                    "a@b",    "\xc3\xa4.de", "[:::::::::]"};

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (sip_text_is_host (sip_text_from_str (good[i])));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (sip_text_is_host (sip_text_from_str (bad[i])));
  g_assert_true (sip_text_is_token (SIP_TEXT_LITERAL ("-.!%*_+`'~aZ9")));
  g_assert_false (sip_text_is_token (SIP_TEXT_LITERAL ("a:b")));
  g_assert_false (sip_text_is_token (SIP_TEXT_LITERAL ("")));
}

static void
test_forbidden (void)
{
  g_assert_false (sip_text_has_forbidden_byte (SIP_TEXT_LITERAL ("plain \t text")));
  g_assert_false (sip_text_has_forbidden_byte (SIP_TEXT_NONE));
  g_assert_true (sip_text_has_forbidden_byte (SIP_TEXT_LITERAL ("a\rb")));
  g_assert_true (sip_text_has_forbidden_byte (SIP_TEXT_LITERAL ("a\n")));
  g_assert_true (sip_text_has_forbidden_byte (SIP_TEXT_LITERAL ("a\0b")));
}

static void
test_quotes (void)
{
  static const struct {
    const char *quoted;
    const char *plain;
  } cases[] = {
      {"\"\"", ""},
      {"\"Alice\"", "Alice"},
      {"\"a \\\"b\\\" \\\\c\"", "a \"b\" \\c"},
      {"\"J\xc3\xbcrgen\"", "J\xc3\xbcrgen"},
      {"\"%n%s\"", "%n%s"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *owner = NULL;
    g_autofree char *plain = sip_text_dup_unquoted (exact_text (&owner, cases[i].quoted));
    g_autofree char *quoted = sip_text_dup_quoted (sip_text_from_str (cases[i].plain));

    g_assert_cmpstr (plain, ==, cases[i].plain);
    g_assert_cmpstr (quoted, ==, cases[i].quoted);
  }
}

/* What cannot be in a quoted string is a space in it; a backslash at the end, and half a
 * string, are read no further than they go. */
static void
test_quotes_hostile (void)
{
  static const char *const broken[] = {"\"",  "\"\\", "\"\\\"", "\"a\\\"",
                                       "\"a", "a\"",  "\\"};
  g_autofree char *quoted = sip_text_dup_quoted (SIP_TEXT_LITERAL ("a\r\nX: 1\0b\x7f"));

  g_assert_cmpstr (quoted, ==, "\"a  X: 1 b \"");
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    g_autofree char *owner = NULL;
    g_autofree char *plain = NULL;
    SipText text = exact_text (&owner, broken[i]), piece, rest = text;

    g_assert_false (sip_text_is_quoted (text));
    plain = sip_text_dup_unquoted (text);
    g_assert_cmpstr (plain, ==, broken[i]);
    while (sip_text_next (&rest, ',', &piece))
      g_assert_cmpuint (piece.len, <=, text.len);
    g_assert_cmpuint (sip_text_find_unquoted (text, ';'), ==, text.len);
  }
}

static void
test_lists (void)
{
  g_autofree char *owner = NULL;
  SipText rest =
      exact_text (&owner, " , <sip:a,b@c>;q=1 ,\"x, \\\"y\" <sip:d>,,  e,<sip:f,\"g");
  SipText piece;

  g_assert_true (sip_text_next (&rest, ',', &piece));
  assert_text (piece, "<sip:a,b@c>;q=1");
  g_assert_true (sip_text_next (&rest, ',', &piece));
  assert_text (piece, "\"x, \\\"y\" <sip:d>");
  g_assert_true (sip_text_next (&rest, ',', &piece));
  assert_text (piece, "e");
  g_assert_true (sip_text_next (&rest, ',', &piece));
  assert_text (piece, "<sip:f,\"g");
  g_assert_false (sip_text_next (&rest, ',', &piece));
  g_assert_false (sip_text_next (&rest, ',', &piece));
}

static void
test_params (void)
{
  SipText params = SIP_TEXT_LITERAL (
              ";tag=a1 ; LR;x = \"q;,\\\"\" ;expires=60;h=[::1]:5060;e=9x"),
          value;
  guint32 seconds = 0;

  g_assert_true (sip_params_are_valid (params));
  g_assert_true (sip_params_get (params, "TAG", &value));
  assert_text (value, "a1");
  g_assert_true (sip_params_get (params, "lr", &value));
  g_assert_null (value.s);
  g_assert_true (sip_params_get (params, "x", &value));
  assert_text (value, "\"q;,\\\"\"");
  g_assert_true (sip_params_get (params, "h", &value));
  assert_text (value, "[::1]:5060");
  g_assert_true (sip_params_get_seconds (params, "expires", &seconds));
  g_assert_cmpuint (seconds, ==, 60);
  g_assert_false (sip_params_get_seconds (params, "e", &seconds));
  g_assert_false (sip_params_get_seconds (params, "lr", &seconds));
  g_assert_false (sip_params_has (params, "q"));
  g_assert_true (sip_params_are_valid (SIP_TEXT_NONE));
}

static void
test_params_hostile (void)
{
  static const char *const bad[] = {
      ";;",      ";;a",       "a=",       "a=;b",     "=b",      "a b", "a=\"x",
      "a=\"x\\", "a=\"x\\\"", "a=\"x\"y", "a=b\"c\"", "\"a\"=b", "<a>"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *owner = NULL;

    if (sip_params_are_valid (exact_text (&owner, bad[i])))
      g_error ("accepted: %s", bad[i]);
  }
}

static void
test_keepalive (void)
{
  static const struct {
    const char *frame;
    SipKeepalive expected;
  } cases[] = {
      {"", SIP_KEEPALIVE_EMPTY},
      {"\r\n", SIP_KEEPALIVE_PONG},
      {"\r\n\r\n", SIP_KEEPALIVE_PING},
      {"\n\n", SIP_KEEPALIVE_PING},
      {"\r\n\r\n\r\n", SIP_KEEPALIVE_NONE},
      {" \r\n", SIP_KEEPALIVE_NONE},
      {"OPTIONS sip:a SIP/2.0\r\n", SIP_KEEPALIVE_NONE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sip_keepalive_from_frame ((const guint8 *)cases[i].frame,
                                               strlen (cases[i].frame)),
                     ==, cases[i].expected);
}

static void
count_up (gpointer data, guint8 *bytes, gsize len)
{
  guint8 *next = data;

  for (gsize i = 0; i < len; i++)
    bytes[i] = (*next)++;
}

static void
test_random_token (void)
{
  guint8 next = 250;
  SipRandom random = {count_up, &next};
  g_autofree char *token = sip_random_token (&random, 8);

  g_assert_cmpstr (token, ==,
                   "2"
                   "34567ab");
  g_assert_cmpuint (next, ==, 2);
}

static void
test_error_status (void)
{
  g_autoptr (GError) large = g_error_new (SIP_ERROR, SIP_ERROR_TOO_LARGE, "x");
  g_autoptr (GError) version = g_error_new (SIP_ERROR, SIP_ERROR_VERSION, "x");
  g_autoptr (GError) syntax = g_error_new (SIP_ERROR, SIP_ERROR_SYNTAX, "x");

  g_assert_cmpuint (sip_error_get_status (large), ==, 513);
  g_assert_cmpuint (sip_error_get_status (version), ==, 505);
  g_assert_cmpuint (sip_error_get_status (syntax), ==, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/text/compare", test_compare);
  g_test_add_func ("/sip/text/numbers", test_numbers);
  g_test_add_func ("/sip/text/seconds", test_seconds);
  g_test_add_func ("/sip/text/q", test_q);
  g_test_add_func ("/sip/text/hosts", test_hosts);
  g_test_add_func ("/sip/text/forbidden", test_forbidden);
  g_test_add_func ("/sip/text/quotes", test_quotes);
  g_test_add_func ("/sip/text/quotes-hostile", test_quotes_hostile);
  g_test_add_func ("/sip/text/lists", test_lists);
  g_test_add_func ("/sip/text/params", test_params);
  g_test_add_func ("/sip/text/params-hostile", test_params_hostile);
  g_test_add_func ("/sip/text/keepalive", test_keepalive);
  g_test_add_func ("/sip/text/random-token", test_random_token);
  g_test_add_func ("/sip/text/error-status", test_error_status);
  return g_test_run ();
}
