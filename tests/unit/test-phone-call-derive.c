/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-derive.h"

/* What people see, said a second time in another way: by the rules in words and not by
 * the order of the code, for every combination there is. */
static PhoneCallState
expected (PhoneSignalling signalling, PhoneMediaState media, PhoneIntent intent)
{
  gboolean is_up = signalling == PHONE_SIGNALLING_ESTABLISHED;
  gboolean is_early =
      signalling == PHONE_SIGNALLING_DIALLING || signalling == PHONE_SIGNALLING_RINGING;
  gboolean is_broken = (media == PHONE_MEDIA_STATE_FAILED && !is_early) ||
                       media == PHONE_MEDIA_STATE_CLOSED;

  if (signalling == PHONE_SIGNALLING_ENDED)
    return PHONE_CALL_STATE_ENDED;
  if (is_broken || intent == PHONE_INTENT_END)
    return PHONE_CALL_STATE_ENDING;
  if (is_up && media == PHONE_MEDIA_STATE_CONNECTED)
    return PHONE_CALL_STATE_ACTIVE;
  if (is_up && media == PHONE_MEDIA_STATE_INTERRUPTED)
    return PHONE_CALL_STATE_RECONNECTING;
  if (is_up || signalling == PHONE_SIGNALLING_ANSWERED)
    return PHONE_CALL_STATE_CONNECTING;
  if (signalling == PHONE_SIGNALLING_INCOMING)
    return intent == PHONE_INTENT_ANSWER ? PHONE_CALL_STATE_CONNECTING
                                         : PHONE_CALL_STATE_INCOMING;
  return signalling == PHONE_SIGNALLING_RINGING ? PHONE_CALL_STATE_RINGING
                                                : PHONE_CALL_STATE_DIALLING;
}

static void
test_every_combination (void)
{
  guint n = 0;

  for (int s = 0; s < PHONE_N_SIGNALLING; s++)
    for (int m = PHONE_MEDIA_STATE_NEW; m <= PHONE_MEDIA_STATE_CLOSED; m++)
      for (int i = 0; i < PHONE_N_INTENTS; i++, n++)
        g_assert_cmpint (
            phone_call_derive ((PhoneSignalling)s, (PhoneMediaState)m, (PhoneIntent)i),
            ==, expected ((PhoneSignalling)s, (PhoneMediaState)m, (PhoneIntent)i));
  g_assert_cmpuint (n, ==, 6 * 6 * 4);
}

/* No intent and no media can bring a call back that signalling has ended, or make one
 * active that was not answered. */
static void
test_signalling_rules (void)
{
  for (int m = PHONE_MEDIA_STATE_NEW; m <= PHONE_MEDIA_STATE_CLOSED; m++)
    for (int i = 0; i < PHONE_N_INTENTS; i++) {
      g_assert_cmpint (
          phone_call_derive (PHONE_SIGNALLING_ENDED, (PhoneMediaState)m, (PhoneIntent)i),
          ==, PHONE_CALL_STATE_ENDED);
      for (int s = 0; s < PHONE_SIGNALLING_ESTABLISHED; s++)
        g_assert_cmpint (
            phone_call_derive ((PhoneSignalling)s, (PhoneMediaState)m, (PhoneIntent)i),
            !=, PHONE_CALL_STATE_ACTIVE);
    }
}

/* Every edge there is, and no other. */
static void
test_every_edge (void)
{
  static const char *const may[PHONE_N_SIGNALLING] = {
      /* to:                        D R I A E - */
      [PHONE_SIGNALLING_DIALLING] = ".R..EX",    [PHONE_SIGNALLING_RINGING] = "....EX",
      [PHONE_SIGNALLING_INCOMING] = "...A.X",    [PHONE_SIGNALLING_ANSWERED] = "....EX",
      [PHONE_SIGNALLING_ESTABLISHED] = ".....X", [PHONE_SIGNALLING_ENDED] = "......",
  };

  for (int from = 0; from < PHONE_N_SIGNALLING; from++)
    for (int to = 0; to < PHONE_N_SIGNALLING; to++)
      g_assert_cmpint (
          phone_signalling_may_become ((PhoneSignalling)from, (PhoneSignalling)to), ==,
          may[from][to] != '.');
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/call-derive/every-combination", test_every_combination);
  g_test_add_func ("/phone/call-derive/signalling-rules", test_signalling_rules);
  g_test_add_func ("/phone/call-derive/every-edge", test_every_edge);
  return g_test_run ();
}
