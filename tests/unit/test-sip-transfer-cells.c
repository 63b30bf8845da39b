/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"
#include "transfer-fixture.h"

/* Every state of a transfer meets everything that can happen to it, on the side that asks
 * and on the side that is asked. The tables say where it goes. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- We ask ---- */

typedef enum {
  WE_TRANSFER,
  THEY_TRY,    /* 100 */
  THEY_ACCEPT, /* 202 */
  THEY_REFUSE, /* 603 */
  THEY_NOTIFY,
  THEY_NOTIFY_END,   /* 200 in it */
  THEY_NOTIFY_STOP,  /* terminated, 100 in it */
  THEY_NOTIFY_OTHER, /* with an id that is not ours */
  ASKING_TIME,       /* 40 s */
  ASKING_LONG_TIME,
  ASKING_FLOW_LOST,
  CALL_ENDS,
  N_ASKING_HAPPENINGS
} AskingHappening;

#define NO SIP_REFER_NONE
#define AS SIP_REFER_ASKING
#define EX SIP_REFER_EXPECTING
#define WA SIP_REFER_WATCHING

/* clang-format off */
static const SipReferState asking_cells[SIP_REFER_N_STATES][N_ASKING_HAPPENINGS] = {
  /*      we  100 202 603  | not end sto oth | 40s 10m lost ends */
  [NO] = { AS, NO, NO, NO,   NO, NO, NO, NO,   NO, NO, NO, NO },
  [AS] = { AS, AS, EX, NO,   WA, NO, NO, AS,   NO, NO, EX, NO },
  [EX] = { EX, EX, EX, EX,   WA, NO, NO, EX,   NO, NO, EX, NO },
  [WA] = { WA, WA, WA, WA,   WA, NO, NO, WA,   WA, NO, WA, NO },
};
/* clang-format on */

static void
bring_asking_to (AskingRig *rig, SipReferState state)
{
  asking_begin (rig);
  switch (state) {
  case SIP_REFER_NONE:
    asking_respond (rig, 603, "");
    break;
  case SIP_REFER_ASKING:
    break;
  case SIP_REFER_EXPECTING:
    asking_respond (rig, 202, UA_CONTACT);
    break;
  case SIP_REFER_WATCHING: /* the REFER is under way still */
    asking_notify (rig, "refer", "active", "SIP/2.0 100 Trying\n");
    break;
  }
  g_assert_cmpint (asking_get_state (rig), ==, state);
}

static void
happen_to_asking (AskingRig *rig, AskingHappening happening)
{
  UaFixture *f = &rig->f;

  switch (happening) {
  case WE_TRANSFER:
    sip_ua_transfer (f->ua, rig->call, "carol", f->now_us, NULL);
    break;
  case THEY_TRY:
    asking_respond (rig, 100, "");
    break;
  case THEY_ACCEPT:
    asking_respond (rig, 202, UA_CONTACT);
    break;
  case THEY_REFUSE:
    asking_respond (rig, 603, "");
    break;
  case THEY_NOTIFY:
    asking_notify (rig, "refer", "active", "SIP/2.0 180 Ringing\n");
    break;
  case THEY_NOTIFY_END:
    asking_notify (rig, "refer", "active", "SIP/2.0 200 OK\n");
    break;
  case THEY_NOTIFY_STOP:
    asking_notify (rig, "refer", "terminated", "SIP/2.0 100 Trying\n");
    break;
  case THEY_NOTIFY_OTHER:
    asking_notify (rig, "refer;id=77", "terminated", "SIP/2.0 200 OK\n");
    break;
  case ASKING_TIME:
    ua_fixture_advance (f, SECONDS (40));
    break;
  case ASKING_LONG_TIME:
    ua_fixture_advance (f, SECONDS (600));
    break;
  case ASKING_FLOW_LOST:
    ua_fixture_lose_flow (f);
    break;
  case CALL_ENDS:
    sip_ua_hang_up (f->ua, rig->call, NULL, f->now_us, NULL);
    break;
  case N_ASKING_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

static void
test_asking (void)
{
  for (guint state = 0; state < SIP_REFER_N_STATES; state++)
    for (guint happening = 0; happening < N_ASKING_HAPPENINGS; happening++) {
      AskingRig rig;

      bring_asking_to (&rig, state);
      happen_to_asking (&rig, happening);
      if (asking_get_state (&rig) != asking_cells[state][happening])
        g_error ("state %u, happening %u: %d", state, happening, asking_get_state (&rig));
      sip_message_unref (rig.invite);
      sip_message_unref (rig.refer);
      ua_fixture_drop (&rig.f);
    }
}

/* The call ended before the answer to our REFER came: nobody is told of that any more. */
static void
test_asking_too_late (void)
{
  static const guint statuses[] = {100, 202, 603};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    AskingRig rig;

    asking_begin (&rig);
    happen_to_asking (&rig, CALL_ENDS);
    ua_fixture_forget (&rig.f);
    asking_respond (&rig, statuses[i], UA_CONTACT);
    ua_fixture_expect_nothing_told (&rig.f);
    ua_fixture_expect_silence (&rig.f);
    g_assert_cmpint (asking_get_state (&rig), ==, NO);
    ua_fixture_advance (&rig.f, SECONDS (900));
    g_assert_null (sip_session_find (rig.f.ua, rig.call));
    sip_message_unref (rig.invite);
    sip_message_unref (rig.refer);
    ua_fixture_drop (&rig.f);
  }
}

#undef NO
#undef AS

/* ---- They ask ---- */

typedef enum {
  WE_ACCEPT,
  WE_REFUSE,
  THEY_REFER,
  THEY_TAKE_NOTIFY, /* 200 to the one under way, if any */
  THEY_REFUSE_NOTIFY,
  CAROL_RINGS,
  CAROL_ANSWERS,
  CAROL_REFUSES,
  ASKED_TIME, /* 70 s */
  ASKED_LONG_TIME,
  ASKED_FLOW_LOST,
  WE_HANG_UP,
  THEY_HANG_UP,
  N_ASKED_HAPPENINGS
} AskedHappening;

#define NO SIP_REFERRED_NONE
#define AS SIP_REFERRED_ASKED
#define FO SIP_REFERRED_FOLLOWING
#define TE SIP_REFERRED_TELLING

/* Each begins with a NOTIFY under way: the last word waits for its answer. */
/* clang-format off */
static const SipReferredState asked_cells[SIP_REFERRED_N_STATES][N_ASKED_HAPPENINGS] = {
  /*      acc ref REF | 200 481 | 180 200 486 | 70s 10m lost hup BYE */
  [NO] = { NO, NO, AS,   NO, NO,   NO, NO, NO,   NO, NO, NO,  NO, NO },
  [AS] = { FO, TE, AS,   AS, AS,   AS, AS, AS,   NO, NO, AS,  TE, AS },
  [FO] = { FO, FO, FO,   FO, FO,   FO, TE, TE,   NO, NO, TE,  FO, FO },
  [TE] = { TE, TE, TE,   NO, NO,   TE, TE, TE,   NO, NO, TE,  TE, TE },
};
/* clang-format on */

static SipMessage *
take_last_notify (AskedRig *rig)
{
  SipMessage *last = NULL;
  SipMessage *message;

  while ((message = g_queue_pop_head (&rig->f.sent)) != NULL) {
    if (sip_message_is_request (message) &&
        sip_message_get_method (message) == SIP_METHOD_NOTIFY) {
      g_clear_pointer (&last, sip_message_unref);
      last = g_steal_pointer (&message);
    }
    g_clear_pointer (&message, sip_message_unref);
  }
  return last;
}

static SipMessage *
bring_asked_to (AskedRig *rig, SipReferredState state)
{
  SipMessage *notify;

  asked_start (rig);
  if (state == SIP_REFERRED_NONE)
    return NULL;
  asked_refer (rig, CAROL);
  if (state == SIP_REFERRED_TELLING) {
    ua_fixture_expect_response (&rig->f, 202);
    asked_answer_notify (rig, "active;*", "SIP/2.0 100 Trying");
    asked_refuse (rig);
  }
  notify = take_last_notify (rig);
  if (state == SIP_REFERRED_FOLLOWING)
    asked_follow (rig);
  g_assert_cmpint (asked_get_state (rig), ==, state);
  return notify;
}

static void
carol_responds (AskedRig *rig, guint status)
{
  if (rig->invite != NULL)
    ua_fixture_respond (&rig->f, rig->invite, status, "carols", UA_CONTACT,
                        status == 200 ? UA_ANSWER : NULL);
}

static void
happen_to_asked (AskedRig *rig, AskedHappening happening, const SipMessage *notify)
{
  UaFixture *f = &rig->f;

  switch (happening) {
  case WE_ACCEPT:
    sip_ua_accept_transfer (f->ua, rig->call, UA_OFFER, f->now_us, NULL);
    break;
  case WE_REFUSE:
    sip_ua_refuse_transfer (f->ua, rig->call, f->now_us, NULL);
    break;
  case THEY_REFER:
    asked_refer (rig, CAROL);
    break;
  case THEY_TAKE_NOTIFY:
  case THEY_REFUSE_NOTIFY:
    if (notify != NULL)
      ua_fixture_respond (f, notify, happening == THEY_TAKE_NOTIFY ? 200 : 481, NULL, "",
                          NULL);
    break;
  case CAROL_RINGS:
    carol_responds (rig, 180);
    break;
  case CAROL_ANSWERS:
    carol_responds (rig, 200);
    break;
  case CAROL_REFUSES:
    carol_responds (rig, 486);
    break;
  case ASKED_TIME:
    ua_fixture_advance (f, SECONDS (70));
    break;
  case ASKED_LONG_TIME:
    ua_fixture_advance (f, SECONDS (600));
    break;
  case ASKED_FLOW_LOST:
    ua_fixture_lose_flow (f);
    break;
  case WE_HANG_UP:
    sip_ua_hang_up (f->ua, rig->call, NULL, f->now_us, NULL);
    break;
  case THEY_HANG_UP:
    ua_fixture_request_inside (f, rig->answer, "BYE", 50, "", NULL);
    break;
  case N_ASKED_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

static void
test_asked (void)
{
  for (guint state = 0; state < SIP_REFERRED_N_STATES; state++)
    for (guint happening = 0; happening < N_ASKED_HAPPENINGS; happening++) {
      g_autoptr (SipMessage) notify = NULL;
      AskedRig rig;

      notify = bring_asked_to (&rig, state);
      happen_to_asked (&rig, happening, notify);
      if (asked_get_state (&rig) != asked_cells[state][happening])
        g_error ("state %u, happening %u: %d", state, happening, asked_get_state (&rig));
      /* Whatever it was, it comes to an end. */
      sip_ua_hang_up (rig.f.ua, rig.call, NULL, rig.f.now_us, NULL);
      ua_fixture_pump (&rig.f);
      ua_fixture_advance (&rig.f, SECONDS (900));
      g_assert_null (sip_session_find (rig.f.ua, rig.call));
      sip_message_unref (rig.answer);
      g_clear_pointer (&rig.invite, sip_message_unref);
      ua_fixture_drop (&rig.f);
    }
}

/* Each NOTIFY of the last word comes back with a 503 and goes again later, until one is
 * under way at the time when nobody tells any more. Returns that. */
static SipMessage *
tell_until_the_end (AskedRig *rig)
{
  gint64 until_us = sip_session_find (rig->f.ua, rig->call)->referred.until_us;
  SipMessage *notify = NULL;

  while (asked_get_state (rig) == SIP_REFERRED_TELLING) {
    SipMessage *next = take_last_notify (rig);

    if (next != NULL) {
      g_clear_pointer (&notify, sip_message_unref);
      notify = next;
      if (rig->f.now_us < until_us - SECONDS (31))
        ua_fixture_respond (&rig->f, notify, 503, NULL, "", NULL);
    }
    ua_fixture_advance (&rig->f, G_TIME_SPAN_SECOND);
  }
  g_assert_nonnull (notify);
  return notify;
}

/* Its answer, or that none comes, is nobody's. */
static void
test_told_too_late (void)
{
  static const guint statuses[] = {100, 200, 481, 0};

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (SipMessage) first = NULL;
    g_autoptr (SipMessage) notify = NULL;
    AskedRig rig;

    first = bring_asked_to (&rig, SIP_REFERRED_TELLING);
    ua_fixture_respond (&rig.f, first, 503, NULL, "", NULL);
    notify = tell_until_the_end (&rig);
    ua_fixture_forget (&rig.f);
    if (statuses[i] != 0)
      ua_fixture_respond (&rig.f, notify, statuses[i], NULL, "", NULL);
    ua_fixture_advance (&rig.f, SECONDS (40));
    g_assert_null (take_last_notify (&rig));
    g_assert_cmpint (asked_get_state (&rig), ==, NO);
    g_assert_cmpuint (sip_ua_get_n_calls (rig.f.ua), ==, 1);
    sip_message_unref (rig.answer);
    g_clear_pointer (&rig.invite, sip_message_unref);
    ua_fixture_drop (&rig.f);
  }
}

/* They ask anew while the call of the time before stands, and then that one ends: it says
 * nothing about the new question. */
static void
test_end_of_the_one_before (void)
{
  g_autoptr (SipMessage) last = NULL;
  AskedRig rig;

  asked_begin (&rig, CAROL);
  asked_follow (&rig);
  asked_take_up (&rig);
  last = take_last_notify (&rig);
  ua_fixture_respond (&rig.f, last, 200, NULL, "", NULL);
  g_assert_cmpint (asked_get_state (&rig), ==, NO);
  asked_take_question (&rig, "Refer-To: <sip:carol@example.org>\n");
  ua_fixture_forget (&rig.f);
  sip_ua_hang_up (rig.f.ua, rig.made, NULL, rig.f.now_us, NULL);
  ua_fixture_pump (&rig.f);
  g_assert_cmpint (asked_get_state (&rig), ==, AS);
  g_assert_null (take_last_notify (&rig));
  g_assert_true (asked_refuse (&rig));
  sip_message_unref (rig.answer);
  g_clear_pointer (&rig.invite, sip_message_unref);
  ua_fixture_drop (&rig.f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-transfer/cells/asking", test_asking);
  g_test_add_func ("/sip-transfer/cells/asking-too-late", test_asking_too_late);
  g_test_add_func ("/sip-transfer/cells/asked", test_asked);
  g_test_add_func ("/sip-transfer/cells/told-too-late", test_told_too_late);
  g_test_add_func ("/sip-transfer/cells/end-of-the-one-before",
                   test_end_of_the_one_before);
  return g_test_run ();
}
