/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-session.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

/* Every state of a change of ours meets everything that can happen to it. The table says
 * where it goes, and afterwards the call can still be ended with nothing left. */

typedef enum {
  WE_REOFFER,
  WE_ANSWER, /* sip_ua_answer_reoffer (200) */
  WE_REFUSE, /* the same with 488 */
  WE_HANG_UP,
  TRYING,     /* 100 to our re-INVITE */
  OK_SDP,     /* 200 with a description */
  OK_BARE,    /* 200 without */
  OK_ASTRAY,  /* 200, after its transaction */
  GLARE,      /* 491 */
  LATER,      /* 500, Retry-After */
  REFUSED,    /* 488 */
  GONE,       /* 481 */
  CHALLENGED, /* 407 */
  THEY_REINVITE,
  THEY_UPDATE, /* with an offer */
  THEY_BYE,
  TIME, /* until its own limit */
  FLOW_LOST,
  N_HAPPENINGS
} Happening;

#define NO SIP_REOFFER_NONE
#define AS SIP_REOFFER_ASKING
#define CX SIP_REOFFER_CANCELLING
#define OW SIP_REOFFER_OWING
#define WA SIP_REOFFER_WAITING
#define DU SIP_REOFFER_DUE

/* clang-format off */
static const SipReofferState cells[SIP_REOFFER_N_STATES][N_HAPPENINGS] = {
  /*     reo ans ref hup | 100 SDP 200 lat 491 500 488 481 407 | reI UPD BYE | time lost */
  [NO] = { AS, NO, NO, NO,  NO, NO, NO, NO, NO, NO, NO, NO, NO,  NO, NO, NO,   NO, NO },
  [AS] = { AS, AS, AS, NO,  AS, NO, NO, AS, WA, WA, NO, NO, NO,  AS, AS, NO,   NO, DU },
  [CX] = { CX, CX, CX, NO,  CX, NO, NO, CX, WA, WA, NO, NO, NO,  CX, CX, NO,   NO, DU },
  [OW] = { OW, NO, NO, NO,  OW, OW, OW, OW, OW, OW, OW, OW, OW,  OW, OW, NO,   NO, OW },
  [WA] = { WA, WA, WA, NO,  WA, WA, WA, WA, WA, WA, WA, WA, WA,  WA, WA, NO,   NO, WA },
  [DU] = { DU, NO, NO, NO,  DU, DU, DU, DU, DU, DU, DU, DU, DU,  DU, DU, NO,   NO, DU },
};
/* clang-format on */

typedef struct {
  UaFixture f;
  SipSessionId call;
  SipMessage *answer;   /* our first 200: they called */
  SipMessage *reinvite; /* the last one sent; NULL before */
} Rig;

static SipSession *
get_session (const Rig *rig)
{
  return sip_session_find (rig->f.ua, rig->call);
}

static void
forget_sent (Rig *rig)
{
  while (!g_queue_is_empty (&rig->f.sent))
    sip_message_unref (g_queue_pop_head (&rig->f.sent));
}

static void
respond (Rig *rig, guint status, const char *more, const char *body)
{
  if (rig->reinvite != NULL)
    ua_fixture_respond (&rig->f, rig->reinvite, status, NULL, more, body);
}

/* So that an ACK of ours is known, and one that is said again can be told from a new one. */
static void
change_once (Rig *rig)
{
  g_autoptr (SipMessage) reinvite = ua_fixture_reoffer (&rig->f, rig->call, UA_OFFER);

  ua_fixture_respond (&rig->f, reinvite, 200, NULL, UA_CONTACT, UA_ANSWER);
  forget_sent (rig);
}

static void
bring_to (Rig *rig, SipReofferState state)
{
  UaFixture *f = &rig->f;

  *rig = (Rig){0};
  ua_fixture_init (f, &(UaOptions){.seed = 3});
  ua_fixture_register (f);
  ua_fixture_advance (f, 6 * G_TIME_SPAN_SECOND);
  rig->call = ua_fixture_be_called (f, "in", &rig->answer);
  change_once (rig);
  switch (state) {
  case SIP_REOFFER_NONE:
    return;
  case SIP_REOFFER_ASKING:
    rig->reinvite = ua_fixture_reoffer (f, rig->call, UA_OFFER);
    return;
  case SIP_REOFFER_CANCELLING:
    rig->reinvite = ua_fixture_reoffer (f, rig->call, UA_OFFER);
    respond (rig, 100, "", NULL);
    ua_fixture_advance (f, 60 * G_TIME_SPAN_SECOND);
    return;
  case SIP_REOFFER_OWING:
    rig->reinvite = ua_fixture_reoffer (f, rig->call, NULL);
    respond (rig, 200, UA_CONTACT, UA_OFFER);
    return;
  case SIP_REOFFER_WAITING:
    rig->reinvite = ua_fixture_reoffer (f, rig->call, UA_OFFER);
    respond (rig, 491, "", NULL);
    return;
  case SIP_REOFFER_DUE: /* the time is over, and theirs is under way */
    rig->reinvite = ua_fixture_reoffer (f, rig->call, UA_OFFER);
    respond (rig, 491, "", NULL);
    ua_fixture_request_inside (f, rig->answer, "INVITE", 2, "", UA_OFFER);
    ua_fixture_advance (f, 2 * G_TIME_SPAN_SECOND);
    return;
  }
}

static void
happen (Rig *rig, Happening happening)
{
  UaFixture *f = &rig->f;
  SipUa *ua = f->ua;

  switch (happening) {
  case WE_REOFFER:
    sip_ua_reoffer (ua, rig->call, UA_OFFER, f->now_us, NULL);
    break;
  case WE_ANSWER:
    sip_ua_answer_reoffer (ua, rig->call, 200, UA_ANSWER, f->now_us, NULL);
    ua_fixture_pump (f);
    ua_fixture_request_inside (f, rig->answer, "ACK", 2, "", NULL);
    break;
  case WE_REFUSE:
    sip_ua_answer_reoffer (ua, rig->call, 488, NULL, f->now_us, NULL);
    break;
  case WE_HANG_UP:
    sip_ua_hang_up (ua, rig->call, NULL, f->now_us, NULL);
    break;
  case TRYING:
    respond (rig, 100, "", NULL);
    break;
  case OK_SDP:
    respond (rig, 200, UA_CONTACT, UA_ANSWER);
    break;
  case OK_BARE:
    respond (rig, 200, UA_CONTACT, NULL);
    break;
  case OK_ASTRAY:
    ua_fixture_answer_astray (f, rig->call, "far", get_session (rig)->dialog->local_cseq,
                              UA_ANSWER);
    break;
  case GLARE:
    respond (rig, 491, "", NULL);
    break;
  case LATER:
    respond (rig, 500, "Retry-After: 3\n", NULL);
    break;
  case REFUSED:
    respond (rig, 488, "", NULL);
    break;
  case GONE:
    respond (rig, 481, "", NULL);
    break;
  case CHALLENGED:
    respond (rig, 407, "Proxy-Authenticate: Digest realm=\"example.org\", nonce=\"n\"\n",
             NULL);
    break;
  case THEY_REINVITE:
    ua_fixture_request_inside (f, rig->answer, "INVITE", 9, "", UA_OFFER);
    break;
  case THEY_UPDATE:
    ua_fixture_request_inside (f, rig->answer, "UPDATE", 9, "", UA_OFFER);
    break;
  case THEY_BYE:
    ua_fixture_request_inside (f, rig->answer, "BYE", 9, "", NULL);
    break;
  case TIME:
    ua_fixture_advance (f, 100 * G_TIME_SPAN_SECOND);
    break;
  case FLOW_LOST:
    sip_ua_flow_closed (ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
    break;
  case N_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

static SipReofferState
get_state (const Rig *rig)
{
  const SipSession *session = get_session (rig);

  return session != NULL ? session->reoffer.state : SIP_REOFFER_NONE;
}

/* Whatever it was, the call can be ended, and then nothing is left. */
static void
finish (Rig *rig)
{
  forget_sent (rig);
  sip_ua_hang_up (rig->f.ua, rig->call, NULL, rig->f.now_us, NULL);
  ua_fixture_pump (&rig->f);
  ua_fixture_advance (&rig->f, 600 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (rig->f.ua->sessions->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (rig->f.ua->server_txs), ==, 0);
  g_clear_pointer (&rig->answer, sip_message_unref);
  g_clear_pointer (&rig->reinvite, sip_message_unref);
  ua_fixture_drop (&rig->f);
}

static void
test_cells (void)
{
  for (guint state = 0; state < SIP_REOFFER_N_STATES; state++)
    for (guint happening = 0; happening < N_HAPPENINGS; happening++) {
      Rig rig;

      bring_to (&rig, state);
      g_assert_cmpint (get_state (&rig), ==, (int)state);
      happen (&rig, happening);
      if (get_state (&rig) != cells[state][happening])
        g_error ("state %u, happening %u: %u and not %u", state, happening,
                 get_state (&rig), cells[state][happening]);
      finish (&rig);
    }
}

/* Ours was answered, theirs is under way, and the next of ours waits for it: a 200 that is
 * said again gets its ACK again, and changes nothing. */
static void
test_said_again_when_due (void)
{
  Rig rig;

  bring_to (&rig, SIP_REOFFER_ASKING);
  respond (&rig, 200, UA_CONTACT, UA_ANSWER);
  ua_fixture_request_inside (&rig.f, rig.answer, "INVITE", 2, "", UA_OFFER);
  g_assert_false (sip_ua_reoffer (rig.f.ua, rig.call, UA_OFFER, rig.f.now_us, NULL));
  ua_fixture_pump (&rig.f);
  g_assert_cmpint (get_state (&rig), ==, DU);
  ua_fixture_forget (&rig.f);
  respond (&rig, 200, UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  ua_fixture_expect_nothing_told (&rig.f);
  g_assert_cmpint (get_state (&rig), ==, DU);
  happen (&rig, WE_ANSWER);
  ua_fixture_take (&rig.f, SIP_OUTPUT_REOFFER_DUE);
  g_assert_cmpint (get_state (&rig), ==, NO);
  finish (&rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-session-reoffer/cells", test_cells);
  g_test_add_func ("/sip-session-reoffer/said-again-when-due", test_said_again_when_due);
  return g_test_run ();
}
