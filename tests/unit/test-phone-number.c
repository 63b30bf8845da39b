/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-number.h"

static const struct {
  const char *prefix;
  const char *text;
  const char *dialled;
} cases[] = {
    /* No prefix: only what separates the digits goes. */
    {NULL, "030 123-45.67", "0301234567"},
    {NULL, " (030) 123/4567 ", "0301234567"},
    {NULL, "+49 (30) 1234567", "+49301234567"},
    {NULL, "*31#123", "*31#123"},
    {NULL, "100", "100"},
    /* Names and addresses are no numbers. */
    {NULL, "bob", NULL},
    {"+49", "bob@example.org", NULL},
    {"+49", "sip:0301234567@example.org", NULL},
    {"+49", "12a", NULL},
    {"+49", "", NULL},
    {"+49", "+", NULL},
    {"+49", "12+34", NULL},
    {"+49", "0301234567\r\nX: y", NULL},
    /* The country's prefix. */
    {"+49", "030 1234567", "+49301234567"},
    {"+49", "0049 30 1234567", "+49301234567"},
    {"+49", "+1 212 555 0123", "+12125550123"},
    {"+49", "1234567", "+491234567"},
    {"+49", "110", "110"},
    {"+49", "0110", "+49110"},
    {"+49", "*100", "*100"},
    {"+1", "(212) 555-0123", "+12125550123"},
    {"+1", "1-212-555-0123", "+12125550123"},
    {"+1", "911", "911"},
    {"+7", "8 495 123 45 67", "+74951234567"},
    {"+36", "06 1 234 5678", "+3612345678"},
    {"+39", "06 6982 1234", "+390669821234"},
    {"+39", "112", "112"},
    /* An outside line. */
    {"9", "030 1234567", "90301234567"},
    {"9", "5550123", "95550123"},
    {"9", "4711", "4711"},
    {"9", "+49301234567", "+49301234567"},
    /* tel: (RFC 3966). */
    {"+49", "tel:+49-30-1234567", "+49301234567"},
    {"+49", "TEL:030-1234567", "+49301234567"},
    {NULL, "tel:7042;phone-context=+1-914-555", "+19145557042"},
    {"+49", "tel:7042;phone-context=example.org", "7042"},
    {NULL, "tel:+1-201-555-0123;ext=12;isub=1", "+12015550123"},
    {"+49", "tel:%2B493012", "+493012"},
    {NULL, "tel:", NULL},
    {NULL, "tel:bob", NULL},
    {NULL, "tel:1%0d%0aX", NULL},
    {NULL, "tel:1%00", NULL},
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *dialled = phone_number_dup_dialled (cases[i].text, cases[i].prefix);

    g_test_message ("%s, %s", cases[i].prefix, cases[i].text);
    g_assert_cmpstr (dialled, ==, cases[i].dialled);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone-number/table", test_table);
  return g_test_run ();
}
