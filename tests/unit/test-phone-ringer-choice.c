/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ringer-choice.h"

typedef struct {
  PhoneRingerCall calls[2];
  guint n_calls;
  PhoneRingerSound sound;
} Case;

static void
test_calls (void)
{
  static const Case cases[] = {
      {{{0}}, 0, PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_INCOMING}}, 1, PHONE_RINGER_RING},
      {{{PHONE_CALL_STATE_INCOMING, FALSE, TRUE}}, 1, PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_DIALLING}}, 1, PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_RINGING}}, 1, PHONE_RINGER_RINGBACK},
      {{{PHONE_CALL_STATE_RINGING, TRUE}}, 1, PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_CONNECTING}}, 1, PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_ACTIVE, TRUE}, {PHONE_CALL_STATE_INCOMING}},
       2,
       PHONE_RINGER_WAITING},
      {{{PHONE_CALL_STATE_INCOMING}, {PHONE_CALL_STATE_RECONNECTING, TRUE}},
       2,
       PHONE_RINGER_WAITING},
      {{{PHONE_CALL_STATE_ACTIVE, TRUE}, {PHONE_CALL_STATE_INCOMING, FALSE, TRUE}},
       2,
       PHONE_RINGER_SILENT},
      {{{PHONE_CALL_STATE_INCOMING}, {PHONE_CALL_STATE_INCOMING, FALSE, TRUE}},
       2,
       PHONE_RINGER_RING},
      {{{PHONE_CALL_STATE_ENDING, TRUE}, {PHONE_CALL_STATE_INCOMING}},
       2,
       PHONE_RINGER_RING},
      {{{PHONE_CALL_STATE_RINGING}, {PHONE_CALL_STATE_INCOMING}},
       2,
       PHONE_RINGER_WAITING},
      {{{PHONE_CALL_STATE_RINGING}, {PHONE_CALL_STATE_INCOMING, FALSE, TRUE}},
       2,
       PHONE_RINGER_RINGBACK},
      {{{PHONE_CALL_STATE_ENDED}}, 1, PHONE_RINGER_SILENT},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (phone_ringer_choose (cases[i].calls, cases[i].n_calls), ==,
                     cases[i].sound);
}

static void
test_ends (void)
{
  static const struct {
    PhoneDirection direction;
    gboolean was_active;
    PhoneEndCause cause;
    PhoneMelodyTone tone;
  } cases[] = {
      {PHONE_DIRECTION_OUTGOING, FALSE, PHONE_END_BUSY, PHONE_MELODY_BUSY},
      {PHONE_DIRECTION_OUTGOING, FALSE, PHONE_END_DECLINED, PHONE_MELODY_BUSY},
      {PHONE_DIRECTION_OUTGOING, FALSE, PHONE_END_NOT_FOUND, PHONE_MELODY_CONGESTION},
      {PHONE_DIRECTION_OUTGOING, FALSE, PHONE_END_SERVER_FAILED, PHONE_MELODY_CONGESTION},
      {PHONE_DIRECTION_OUTGOING, FALSE, PHONE_END_CANCELLED_HERE, PHONE_MELODY_NONE},
      {PHONE_DIRECTION_INCOMING, FALSE, PHONE_END_MISSED, PHONE_MELODY_NONE},
      {PHONE_DIRECTION_INCOMING, FALSE, PHONE_END_MEDIA_FAILED, PHONE_MELODY_NONE},
      {PHONE_DIRECTION_INCOMING, TRUE, PHONE_END_HUNG_UP_THERE, PHONE_MELODY_END},
      {PHONE_DIRECTION_OUTGOING, TRUE, PHONE_END_HUNG_UP_THERE, PHONE_MELODY_END},
      {PHONE_DIRECTION_OUTGOING, TRUE, PHONE_END_PEER_VANISHED, PHONE_MELODY_END},
      {PHONE_DIRECTION_OUTGOING, TRUE, PHONE_END_HUNG_UP_HERE, PHONE_MELODY_NONE},
      {PHONE_DIRECTION_OUTGOING, TRUE, PHONE_END_REPLACED, PHONE_MELODY_NONE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        phone_ringer_choose_end (cases[i].direction, cases[i].was_active, cases[i].cause),
        ==, cases[i].tone);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ringer-choice/calls", test_calls);
  g_test_add_func ("/ringer-choice/ends", test_ends);
  return g_test_run ();
}
