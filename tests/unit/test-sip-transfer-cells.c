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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-transfer/cells/asking", test_asking);
  g_test_add_func ("/sip-transfer/cells/asked", test_asked);
  return g_test_run ();
}
