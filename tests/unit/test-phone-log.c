/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-log.h"

#include <string.h>

/* Without a NUL behind it, so that AddressSanitizer sees a read past the end. */
static char *
redact (const char *frame, gsize len)
{
  g_autofree char *exact = g_memdup2 (frame, len);

  return phone_log_dup_redacted (exact, len);
}

static void
test_redacted (void)
{
  static const char *const cases[][2] = {
      {"REGISTER sip:h SIP/2.0\r\nSubject: nonce=1, response=2\r\n\r\n",
       "REGISTER sip:h SIP/2.0\nSubject: nonce=1, response=2\n\n"},
      {"Authorization: Digest username=\"a\", realm=\"r\", nonce=\"SECRET\", "
       "uri=\"sip:h\", "
       "response=\"SECRET\", cnonce=\"SECRET\", qop=auth, nc=00000001, "
       "opaque=\"SECRET\"\r\n",
       "Authorization: Digest username=\"a\", realm=\"r\", nonce=***, uri=\"sip:h\", "
       "response=***, cnonce=***, qop=auth, nc=00000001, opaque=***\n"},
      {"proxy-authorization :digest response = \"SEC\\\"RET\" ,nonce=SECRET\n",
       "proxy-authorization :digest response = *** ,nonce=***\n"},
      {"Authorization: Digest realm=\"r\",\r\n response=\"SECRET\"\r\nTo: x\r\n",
       "Authorization: Digest realm=\"r\",\\r\\n response=***\nTo: x\n"},
      {"Authorization: Digest response=\"SECRET", "Authorization: Digest response=***\n"},
      {"Authorization: Basic U0VDUkVU\r\n", "Authorization: Basic ***\n"},
      {"Proxy-Authorization: Bearer SECRET,SECRET\r\n",
       "Proxy-Authorization: Bearer ***\n"},
      {"Authorization: Dig", "Authorization: Dig ***\n"},
      {"WWW-Authenticate: Digest realm=\"r\", nonce=\"SECRET\", Digest realm=\"q\", "
       "nonce=\"SECRET\"\r\n",
       "WWW-Authenticate: Digest realm=\"r\", nonce=***, Digest realm=\"q\", "
       "nonce=***\n"},
      {"Authentication-Info: nextnonce=\"SECRET\", rspauth=\"SECRET\"\r\n",
       "Authentication-Info: nextnonce=***, rspauth=***\n"},
      {"a=ice-pwd:SECRET\r\na=ice-ufrag:u\r\n", "a=ice-pwd:***\na=ice-ufrag:u\n"},
      {"A=ICE-PWD:SECRET\ra=x\r\n", "A=ICE-PWD:***\na=x\n"},
      {"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET\r\n", "a=crypto:***\n"},
      {"k=clear:SECRET\r\n", "k=***\n"},
      {"From: <sip:a:SECRET@h>, <SIPS:b:SECRET@h>, <sip:c@h:5060>, sip:h:5060\r\n",
       "From: <sip:a:***@h>, <SIPS:b:***@h>, <sip:c@h:5060>, sip:h:5060\n"},
      {"", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = redact (cases[i][0], strlen (cases[i][0]));

    g_assert_cmpstr (text, ==, cases[i][1]);
  }
}

/* Torn at every byte and with each byte replaced, the secret never shows, and what comes
 * out is valid UTF-8 with no control character but the line end. */
static void
test_redacted_hostile (void)
{
  static const char frame[] = "Authorization: Digest username=\"\xc3\xbc\", "
                              "response=\"SECRET\", nonce=\"n\\\"\"\r\n"
                              "To: <sip:a:pw@h>\r\n\r\na=ice-pwd:x\r\n";
  static const char hostile[] = "\"\\\r\n\t,=: \xff%";

  for (gsize n = 0; n < sizeof frame; n++) {
    for (gsize h = 0; h < sizeof hostile; h++) {
      g_autofree char *copy = g_memdup2 (frame, sizeof frame);
      g_autofree char *text = NULL;

      copy[n] = hostile[h];
      text = redact (copy, h == 0 ? n : sizeof frame);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      for (const char *c = text; *c != '\0'; c++)
        g_assert_true (*c == '\n' || (guint8)*c >= 0x20);
    }
  }
}

/* What costs the length squared takes hours. */
static void
test_redacted_crowded (void)
{
  const gsize length = 4 * 1024 * 1024;
  g_autofree char *frame = g_malloc (length + 1);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < length; i++)
    frame[i] = "sip:"[i % 4];
  frame[length] = '\0';
  text = redact (frame, length);
  g_assert_cmpuint (strlen (text), ==, length + 1);
  g_assert_true (g_str_has_prefix (text, frame));
}

static void
test_one_line (void)
{
  static const char *const cases[][2] = {
      {"plain \xc3\xbc", "plain \xc3\xbc"},
      {"a\r\nEVENT: forged\t\x1b[31m", "a\\r\\nEVENT: forged\\t\\x1b[31m"},
      {"%n%s", "%n%s"},
      {"back\\slash", "back\\\\slash"},
      {"\xff\xc3", "\\xff\\xc3"},
      {"line\xe2\x80\xa8sep \xc2\x85 next", "line\\xe2\\x80\\xa8sep \\xc2\\x85 next"},
      {"bidi \xe2\x80\xaex", "bidi \\xe2\\x80\\xaex"},
      {"\x7f", "\\x7f"},
  };
  g_autofree char *nul = phone_log_dup_one_line ("a\0b", 3);
  g_autofree char *none = phone_log_dup_one_line (NULL, -1);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = phone_log_dup_one_line (cases[i][0], -1);

    g_assert_cmpstr (line, ==, cases[i][1]);
  }
  g_assert_cmpstr (nul, ==, "a\\x00b");
  g_assert_cmpstr (none, ==, "");
}

static void
log_a_frame (void)
{
  static const char frame[] =
      "OPTIONS sip:h SIP/2.0\r\nAuthorization: Digest response=SECRET\r\n"
      "Subject: %n%s\n> forged\r\n\r\n";

  phone_log_wire (PHONE_WIRE_SENT, "acc\nount", frame, sizeof frame - 1);
}

static void
test_trace (void)
{
  if (g_test_subprocess ()) {
    phone_log_set_trace (TRUE);
    log_a_frame ();
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*--> acc\\nount (* bytes)\n"
                             "  | OPTIONS sip:h SIP/2.0\n"
                             "  | Authorization: Digest response=***\n"
                             "  | Subject: %n%s\n"
                             "  | > forged\n"
                             "  | \n*");
}

/* One event is one line, and there is none where nobody asked for it. GLib 2.84 looks at
 * what is asked for once, so each is a program of its own. */
static void
test_debug (void)
{
  if (g_test_subprocess ()) {
    log_a_frame ();
    return;
  }
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout_unmatched ("*OPTIONS*");
  g_setenv ("G_MESSAGES_DEBUG", "phone-wire", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (
      "*--> acc\\nount (* bytes) OPTIONS sip:h SIP/2.0|Authorization: "
      "Digest response=***|Subject: %n%s|> forged||\n*");
  g_test_trap_assert_stdout_unmatched ("*OPTIONS*OPTIONS*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/log/redacted", test_redacted);
  g_test_add_func ("/base/log/redacted-hostile", test_redacted_hostile);
  g_test_add_func ("/base/log/redacted-crowded", test_redacted_crowded);
  g_test_add_func ("/base/log/one-line", test_one_line);
  g_test_add_func ("/base/log/trace", test_trace);
  g_test_add_func ("/base/log/debug", test_debug);
  return g_test_run ();
}
