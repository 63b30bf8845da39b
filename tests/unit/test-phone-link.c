/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-error.h"
#include "phone-link.h"

static void
test_links (void)
{
  static const char *const cases[][2] = {
      {"sip:bob@example.org", "sip:bob@example.org"},
      {"SIP:bob@example.org", "sip:bob@example.org"},
      {"sips:bob@example.org:5061", "sips:bob@example.org:5061"},
      {"sip://bob@example.org", "sip:bob@example.org"},
      {"sip:bob@example.org;transport=ws", "sip:bob@example.org;transport=ws"},
      {"tel:+493012345", "tel:+493012345"},
      {"tel://+493012345", "tel:+493012345"},
      {"tel:///+493012345", "tel:+493012345"},
      {"tel:%2B49%20(30)%2012345", "tel:+49 (30) 12345"},
      {"tel:7042;phone-context=example.com", "tel:7042;phone-context=example.com"},
      {"bob@example.org", "bob@example.org"},
      {"+49 30 123", "+49 30 123"},
      {" sip:bob@example.org\n", "sip:bob@example.org"},
      /* What a shell or an option parser would make something of is data. */
      {"sip:--hang-up@example.org", "sip:--hang-up@example.org"},
      {"--hang-up", "--hang-up"},
      {"-1", "-1"},
      {"sip:$(reboot)@example.org", "sip:$(reboot)@example.org"},
      {"sip:a b@example.org", "sip:a b@example.org"},
      {"sip:a%20b@example.org", "sip:a%20b@example.org"},
      {"sip:a;b&c|d@example.org", "sip:a;b&c|d@example.org"},
      /* What a page would have said in our name is left out. */
      {"sip:bob@example.org?Subject=hello", "sip:bob@example.org"},
      {"sip:bob@example.org?Route=%3Csip:evil@example.com%3E", "sip:bob@example.org"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *target = phone_link_dup_target (cases[i][0], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (target, ==, cases[i][1]);
  }
}

static void
test_refused (void)
{
  static const char *const cases[] = {
      "",
      " ",
      "sip:",
      "sip:@",
      "tel:",
      "tel:///",
      "sip:bob%0d%0aVia:%20x@example.org",
      "sip:bob@example.org%0d%0aVia:%20x",
      "sip:bob%00@example.org",
      "tel:123%0d%0aVia:%20x",
      "tel:123%0",
      "sip:bob\r\nVia: x@example.org",
      "sip:bob:secret@example.org",
      "sip:bob@example.org@evil.example",
      "http://example.org/",
      "javascript:alert(1)",
      "file:///etc/passwd",
      "mailto:bob@example.org",
      "sip:\xff\xfe@example.org",
      "tel:%e2%80%ae123",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *target = phone_link_dup_target (cases[i], &error);

    if (target != NULL)
      g_test_message ("%s became %s", cases[i], target);
    g_assert_null (target);
    g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS);
  }
}

static void
test_too_long (void)
{
  g_autofree char *name = g_strnfill (1024, 'a');
  g_autofree char *link = g_strconcat ("sip:", name, "@example.org", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (phone_link_dup_target (link, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/link/links", test_links);
  g_test_add_func ("/phone/link/refused", test_refused);
  g_test_add_func ("/phone/link/too-long", test_too_long);

  return g_test_run ();
}
