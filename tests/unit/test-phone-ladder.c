/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ladder.h"

#include <string.h>

static void
add (PhoneLadders *ladders, PhoneWireDirection direction, const char *frame)
{
  phone_ladders_add (ladders, direction, frame, strlen (frame));
}

static char *
dup_text (PhoneLadders *ladders, const char *call_id)
{
  PhoneLadder *ladder = phone_ladders_find (ladders, call_id);

  return ladder != NULL ? phone_ladder_dup_text (ladder) : NULL;
}

/* Each call has its own messages, in order, whichever name the header has. */
static void
test_calls (void)
{
  g_autoptr (PhoneLadders) ladders = phone_ladders_new ("sip:alice@example.org");
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;

  add (ladders, PHONE_WIRE_SENT, "INVITE sip:b SIP/2.0\r\nCall-ID: one\r\n\r\n");
  add (ladders, PHONE_WIRE_RECEIVED, "INVITE sip:a SIP/2.0\r\nI : two \r\n\r\n");
  add (ladders, PHONE_WIRE_RECEIVED, "SIP/2.0 200 OK\r\ncall-id:\tone\r\n\r\n");
  one = dup_text (ladders, "one");
  two = dup_text (ladders, "two");
  g_assert_nonnull (strstr (one, " --> sip:alice@example.org ("));
  g_assert_cmpuint (strstr (one, "INVITE") - one, <, strstr (one, "200 OK") - one);
  g_assert_nonnull (strstr (two, " <-- sip:alice@example.org ("));
  g_assert_null (strstr (two, "200 OK"));
}

/* What belongs to no call is not kept, and a body names none. */
static void
test_others (void)
{
  static const char *const frames[] = {
      "REGISTER sip:h SIP/2.0\r\nCall-ID: x\r\n\r\n",
      "INVITE sip:h SIP/2.0\r\n\r\nCall-ID: x\r\n",
      "INVITE sip:h SIP/2.0\r\nCall-IDs: x\r\nInfo: x\r\n\r\n",
      "INVITE",
      "\r\n\r\n",
      "",
  };
  g_autoptr (PhoneLadders) ladders = phone_ladders_new ("who");

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    add (ladders, PHONE_WIRE_RECEIVED, frames[i]);
  g_assert_null (phone_ladders_find (ladders, "x"));
}

static void
test_secrets (void)
{
  g_autoptr (PhoneLadders) ladders = phone_ladders_new ("who");
  g_autofree char *text = NULL;

  add (ladders, PHONE_WIRE_SENT,
       "INVITE sip:b SIP/2.0\r\nCall-ID: one\r\nAuthorization: Digest response=\"SECRET\""
       "\r\n\r\na=ice-pwd:SECRET\r\n");
  text = dup_text (ladders, "one");
  g_assert_null (strstr (text, "SECRET"));
  g_assert_nonnull (strstr (text, "a=ice-pwd:***"));
}

/* The oldest go first, and the text says so. */
static void
test_cap (void)
{
  g_autoptr (PhoneLadders) ladders = phone_ladders_new ("who");
  g_autofree char *padding = g_strnfill (PHONE_LADDER_MAX_BYTES / 4, 'x');
  g_autofree char *text = NULL;

  add (ladders, PHONE_WIRE_SENT, "INVITE sip:b SIP/2.0\r\nCall-ID: one\r\n\r\n");
  for (guint i = 0; i < 5; i++) {
    g_autofree char *frame =
        g_strdup_printf ("INFO sip:%u SIP/2.0\r\nCall-ID: one\r\n\r\n%s", i, padding);

    add (ladders, PHONE_WIRE_SENT, frame);
  }
  text = dup_text (ladders, "one");
  g_assert_true (g_str_has_prefix (text, "(3 older messages are left out)\n"));
  g_assert_null (strstr (text, "INVITE"));
  g_assert_nonnull (strstr (text, "sip:4"));
  g_assert_cmpuint (strlen (text), <, 2 * PHONE_LADDER_MAX_BYTES);
}

/* Of too many calls the one that was silent for longest is forgotten; who holds its ladder
 * keeps it. */
static void
test_many (void)
{
  g_autoptr (PhoneLadders) ladders = phone_ladders_new ("who");
  g_autoptr (PhoneLadder) kept = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i <= PHONE_LADDERS_MAX; i++) {
    g_autofree char *frame =
        g_strdup_printf ("INVITE sip:b SIP/2.0\r\nCall-ID: c%u\r\n\r\n", i);

    if (i == PHONE_LADDERS_MAX) {
      add (ladders, PHONE_WIRE_SENT, "ACK sip:b SIP/2.0\r\nCall-ID: c0\r\n\r\n");
      kept = phone_ladder_ref (phone_ladders_find (ladders, "c1"));
    }
    add (ladders, PHONE_WIRE_RECEIVED, frame);
  }
  g_assert_nonnull (phone_ladders_find (ladders, "c0"));
  g_assert_null (phone_ladders_find (ladders, "c1"));
  g_assert_nonnull (phone_ladders_find (ladders, "c2"));
  text = phone_ladder_dup_text (kept);
  g_assert_nonnull (strstr (text, "c1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/ladder/calls", test_calls);
  g_test_add_func ("/phone/ladder/others", test_others);
  g_test_add_func ("/phone/ladder/secrets", test_secrets);
  g_test_add_func ("/phone/ladder/cap", test_cap);
  g_test_add_func ("/phone/ladder/many", test_many);
  return g_test_run ();
}
