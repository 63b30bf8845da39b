/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-session.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

#include <string.h>

/* Every state of a call meets everything that can happen to it: what the user says, what
 * the far end sends, time, and the loss of the flow. The table says where it goes. */

#define CONTACT "Contact: <sip:bob@far.invalid>\n"

typedef enum {
  WE_ANSWER,
  WE_REJECT,
  WE_HANG_UP,
  WE_PROGRESS,
  WE_REOFFER,
  WE_ANSWER_REOFFER,
  WE_SEND_DIGIT,      /* by INFO */
  THEY_RING,          /* 180 to our INVITE */
  THEY_ANSWER,        /* 200 to it, with a new tag */
  THEY_ANSWER_ASTRAY, /* 200 to it, after its transaction */
  THEY_REFUSE,        /* 486 to it */
  THEY_CANCEL,
  THEY_ACK,
  THEY_BYE,
  THEY_BYE_TWICE, /* the second one with a number of its own */
  THEY_REINVITE,
  THEY_UPDATE,
  THEY_SEND_DIGIT, /* by INFO */
  TIME,            /* until its own limit, and past it */
  FLOW_LOST,
  N_HAPPENINGS
} Happening;

/* Where each leads; -1: the call is gone altogether. */
#define CA SIP_SESSION_CALLING
#define PR SIP_SESSION_PROCEEDING
#define OF SIP_SESSION_OFFERED
#define IN SIP_SESSION_INCOMING
#define AN SIP_SESSION_ANSWERED
#define CO SIP_SESSION_CONFIRMED
#define CX SIP_SESSION_CANCELLING
#define HU SIP_SESSION_HANGING_UP
#define OV SIP_SESSION_OVER
#define NO -1

/* clang-format off */
static const int cells[SIP_SESSION_N_STATES][N_HAPPENINGS] = {
  /*      ans rej hup pro reo are dig  180 200 lat 486 CAN ACK BYE 2*B reI UPD INF  tim los */
  [CA] = { CA, CA, CX, CA, CA, CA, CA,  PR, CO, CA, NO, CA, CA, CA, CA, CA, CA, CA,  NO, OV },
  [PR] = { PR, PR, CX, PR, PR, PR, PR,  PR, CO, PR, NO, PR, PR, PR, PR, PR, PR, PR,  NO, OV },
  [OF] = { CO, OF, HU, OF, OF, OF, OF,  OF, OF, OF, OF, OF, OF, OV, OV, OF, OF, OF,  NO, OF },
  [IN] = { AN, NO, NO, IN, IN, IN, IN,  IN, IN, IN, IN, NO, IN, NO, NO, IN, IN, IN,  NO, NO },
  [AN] = { AN, AN, HU, AN, AN, AN, AN,  AN, AN, AN, AN, AN, CO, NO, NO, AN, AN, AN,  NO, AN },
  [CO] = { CO, CO, HU, CO, CO, CO, CO,  CO, CO, CO, CO, CO, CO, OV, OV, CO, CO, CO,  CO, CO },
  [CX] = { CX, CX, CX, CX, CX, CX, CX,  CX, HU, CX, OV, CX, CX, CX, CX, CX, CX, CX,  NO, OV },
  [HU] = { HU, HU, HU, HU, HU, HU, HU,  HU, HU, HU, HU, HU, HU, HU, HU, HU, HU, HU,  NO, HU },
  [OV] = { OV, OV, OV, OV, OV, OV, OV,  OV, OV, OV, OV, OV, OV, OV, OV, OV, OV, OV,  NO, OV },
};
/* clang-format on */

typedef struct {
  UaFixture f;
  SipSessionId call;
  SipMessage *request;  /* our INVITE; NULL where they called */
  SipMessage *response; /* ours, where they called */
} Rig;

static void
bring_to (Rig *rig, SipSessionState state)
{
  UaFixture *f = &rig->f;

  *rig = (Rig){0};
  ua_fixture_init (f, &(UaOptions){0});
  ua_fixture_register (f);
  ua_fixture_advance (f, 6 * G_TIME_SPAN_SECOND);
  switch (state) {
  case SIP_SESSION_CALLING:
    rig->request = ua_fixture_dial (f, &rig->call);
    break;
  case SIP_SESSION_PROCEEDING:
  case SIP_SESSION_CANCELLING:
    rig->request = ua_fixture_dial (f, &rig->call);
    ua_fixture_respond (f, rig->request, 180, "there", CONTACT, NULL);
    if (state == SIP_SESSION_CANCELLING)
      sip_ua_hang_up (f->ua, rig->call, NULL, f->now_us, NULL);
    break;
  case SIP_SESSION_OFFERED:
    rig->call = sip_ua_invite (f->ua, "bob", NULL, f->now_us, NULL);
    ua_fixture_pump (f);
    rig->request = ua_fixture_take_request (f, SIP_METHOD_INVITE);
    ua_fixture_respond (f, rig->request, 200, "there", CONTACT, UA_OFFER);
    break;
  case SIP_SESSION_INCOMING:
    rig->call = ua_fixture_ring (f, "in", &rig->response);
    break;
  case SIP_SESSION_ANSWERED:
    rig->call = ua_fixture_ring (f, "in", &rig->response);
    sip_ua_answer (f->ua, rig->call, UA_ANSWER, f->now_us, NULL);
    break;
  case SIP_SESSION_CONFIRMED:
    rig->call = ua_fixture_call (f, &rig->request);
    break;
  case SIP_SESSION_HANGING_UP:
    rig->call = ua_fixture_call (f, &rig->request);
    sip_ua_hang_up (f->ua, rig->call, NULL, f->now_us, NULL);
    break;
  case SIP_SESSION_OVER: /* kept for a while: the flow went when it was being made */
    rig->request = ua_fixture_dial (f, &rig->call);
    sip_ua_flow_closed (f->ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
    ua_fixture_pump (f);
    sip_ua_flow_opened (f->ua, f->now_us);
    break;
  }
  ua_fixture_pump (f);
}

static void
send_inside (Rig *rig, const char *method, guint cseq, const char *more, const char *body)
{
  ua_fixture_request_inside (&rig->f, rig->request != NULL ? rig->request : rig->response,
                             method, cseq, more, body);
}

static void
respond (Rig *rig, guint status)
{
  if (rig->request != NULL)
    ua_fixture_respond (&rig->f, rig->request, status, "other", CONTACT,
                        status < 300 ? UA_ANSWER : NULL);
}

static void
cancel (Rig *rig)
{
  ua_fixture_receive (&rig->f,
                      "CANCEL sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-in\n"
                      "From: \"Bob\" <sip:bob@example.org>;tag=far\n"
                      "To: <sip:alice@example.org>\nCall-ID: in\nCSeq: 1 CANCEL\n"
                      "Max-Forwards: 70\n\n");
}

static void
happen (Rig *rig, Happening happening)
{
  UaFixture *f = &rig->f;
  SipUa *ua = f->ua;

  switch (happening) {
  case WE_ANSWER:
    sip_ua_answer (ua, rig->call, UA_ANSWER, f->now_us, NULL);
    break;
  case WE_REJECT:
    sip_ua_reject (ua, rig->call, 486, f->now_us, NULL);
    break;
  case WE_HANG_UP:
    sip_ua_hang_up (ua, rig->call, "why", f->now_us, NULL);
    break;
  case WE_PROGRESS:
    sip_ua_progress (ua, rig->call, 183, NULL, f->now_us, NULL);
    break;
  case WE_REOFFER:
    sip_ua_reoffer (ua, rig->call, UA_OFFER, f->now_us, NULL);
    break;
  case WE_ANSWER_REOFFER:
    sip_ua_answer_reoffer (ua, rig->call, 200, UA_ANSWER, f->now_us, NULL);
    break;
  case WE_SEND_DIGIT:
    sip_ua_send_digit (ua, rig->call, '5', 100, f->now_us, NULL);
    break;
  case THEY_RING:
    respond (rig, 180);
    break;
  case THEY_ANSWER:
    respond (rig, 200);
    break;
  case THEY_ANSWER_ASTRAY:
    ua_fixture_answer_astray (f, rig->call, rig->request != NULL ? "there" : "far", 1,
                              UA_ANSWER);
    break;
  case THEY_REFUSE:
    respond (rig, 486);
    break;
  case THEY_CANCEL:
    cancel (rig);
    break;
  case THEY_ACK:
    send_inside (rig, "ACK", 1, "", NULL);
    break;
  case THEY_BYE:
    send_inside (rig, "BYE", 2, "", NULL);
    break;
  case THEY_BYE_TWICE:
    send_inside (rig, "BYE", 2, "", NULL);
    send_inside (rig, "BYE", 3, "", NULL);
    break;
  case THEY_REINVITE:
    send_inside (rig, "INVITE", 2, "", UA_OFFER);
    break;
  case THEY_UPDATE:
    send_inside (rig, "UPDATE", 2, "", UA_OFFER);
    break;
  case THEY_SEND_DIGIT:
    send_inside (rig, "INFO", 2, "Content-Type: application/dtmf\n\n5", NULL);
    break;
  case TIME:
    ua_fixture_advance (f, 600 * G_TIME_SPAN_SECOND);
    break;
  case FLOW_LOST:
    sip_ua_flow_closed (ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
    break;
  case N_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

static int
get_state (Rig *rig)
{
  GPtrArray *sessions = rig->f.ua->sessions;

  for (guint i = 0; i < sessions->len; i++) {
    SipSession *session = g_ptr_array_index (sessions, i);

    if (session->id == rig->call)
      return (int)session->state;
  }
  return NO;
}

static void
test_cells (void)
{
  for (guint state = 0; state < SIP_SESSION_N_STATES; state++)
    for (guint happening = 0; happening < N_HAPPENINGS; happening++) {
      int expected = cells[state][happening];
      Rig rig;
      int got;

      bring_to (&rig, state);
      g_assert_cmpint (get_state (&rig), ==, (int)state);
      happen (&rig, happening);
      got = get_state (&rig);
      if (got != expected)
        g_error ("state %u, happening %u: %d and not %d", state, happening, got,
                 expected);
      /* Whatever it was, it comes to an end when the user is done with it. */
      sip_ua_hang_up (rig.f.ua, rig.call, NULL, rig.f.now_us, NULL);
      ua_fixture_pump (&rig.f);
      ua_fixture_advance (&rig.f, 600 * G_TIME_SPAN_SECOND);
      g_assert_cmpint (get_state (&rig), ==, NO);
      g_assert_cmpuint (rig.f.ua->sessions->len, ==, 0);
      g_assert_cmpuint (g_hash_table_size (rig.f.ua->server_txs), ==, 0);
      g_clear_pointer (&rig.request, sip_message_unref);
      g_clear_pointer (&rig.response, sip_message_unref);
      ua_fixture_drop (&rig.f);
    }
}

static void
be_registered_again (UaFixture *f)
{
  SipMessage *message;

  while ((message = g_queue_pop_head (&f->sent)) != NULL) {
    if (sip_message_is_request (message) &&
        sip_message_get_method (message) == SIP_METHOD_REGISTER)
      ua_fixture_grant (f, message, 600);
    sip_message_unref (message);
  }
  ua_fixture_forget (f);
}

/* A fork too many answers when the call is over: its BYE may be answered in two steps, and
 * then nothing is left. */
static void
test_surplus_of_what_is_over (void)
{
  g_autoptr (SipMessage) bye = NULL;
  Rig rig;

  bring_to (&rig, SIP_SESSION_OVER);
  be_registered_again (&rig.f);
  ua_fixture_answer_astray (&rig.f, rig.call, "there", 1, UA_ANSWER);
  ua_fixture_expect_request (&rig.f, SIP_METHOD_ACK);
  bye = ua_fixture_take_request (&rig.f, SIP_METHOD_BYE);
  ua_fixture_respond (&rig.f, bye, 100, NULL, "", NULL);
  g_assert_cmpint (get_state (&rig), ==, OV);
  ua_fixture_expect_silence (&rig.f);
  ua_fixture_respond (&rig.f, bye, 200, NULL, "", NULL);
  ua_fixture_expect_nothing_told (&rig.f);
  ua_fixture_advance (&rig.f, 200 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (get_state (&rig), ==, NO);
  g_clear_pointer (&rig.request, sip_message_unref);
  ua_fixture_drop (&rig.f);
}

/* The BYE goes again over the next flow, also when that comes later than the time for which
 * the call that is over was kept. */
static void
test_surplus_over_the_next_flow (void)
{
  Rig rig;
  UaFixture *f = &rig.f;

  bring_to (&rig, SIP_SESSION_OVER);
  be_registered_again (f);
  ua_fixture_advance (f, 15 * G_TIME_SPAN_SECOND);
  ua_fixture_answer_astray (f, rig.call, "there", 1, UA_ANSWER);
  ua_fixture_expect_request (f, SIP_METHOD_ACK);
  ua_fixture_expect_request (f, SIP_METHOD_BYE);
  ua_fixture_lose_flow (f);
  ua_fixture_expect_reconnect (f);
  ua_fixture_advance (f, 25 * G_TIME_SPAN_SECOND);
  ua_fixture_come_back (f);
  ua_fixture_expect_request (f, SIP_METHOD_BYE);
  g_clear_pointer (&rig.request, sip_message_unref);
  ua_fixture_drop (f);
}

/* What does not show in the state: how a digit of theirs is answered, and whether it is
 * told; how a second BYE is; and whether a digit of ours goes out. */
static const struct {
  guint info;
  gboolean is_told;
  guint second_bye;
  gboolean is_sent;
} answers[SIP_SESSION_N_STATES] = {
    [CA] = {481, FALSE, 481, FALSE}, /* no dialog yet */
    [PR] = {200, TRUE, 481, FALSE},  /* nobody is there who would hear ours */
    [OF] = {200, TRUE, 481, FALSE},
    [IN] = {200, TRUE, 481, FALSE},
    [AN] = {200, TRUE, 481, FALSE},
    [CO] = {200, TRUE, 481, TRUE},
    [CX] = {481, FALSE, 481, FALSE},
    [HU] = {481, FALSE, 200,
            FALSE}, /* until our own BYE is answered, the dialog is there */
    [OV] = {481, FALSE, 481, FALSE},
};

static guint
get_last_status (UaFixture *f)
{
  for (GList *l = f->sent.tail; l != NULL; l = l->prev)
    if (!sip_message_is_request (l->data))
      return sip_message_get_status (l->data);
  return 0;
}

static gboolean
was_digit_told (const UaFixture *f)
{
  for (GList *l = f->told.head; l != NULL; l = l->next)
    if (((const UaTold *)l->data)->type == SIP_OUTPUT_DIGIT)
      return TRUE;
  return FALSE;
}

static gboolean
was_digit_sent (const UaFixture *f)
{
  for (GList *l = f->sent.head; l != NULL; l = l->next)
    if (sip_message_is_request (l->data) &&
        sip_message_get_method (l->data) == SIP_METHOD_INFO)
      return TRUE;
  return FALSE;
}

static void
check_answer (
    guint state, Happening happening, guint status, gboolean told, gboolean sent)
{
  UaFixture *f;
  Rig rig;

  bring_to (&rig, state);
  f = &rig.f;
  happen (&rig, happening);
  if ((status != 0 && get_last_status (f) != status) || was_digit_told (f) != told ||
      was_digit_sent (f) != sent)
    g_error ("state %u, happening %u: answered %u, told %d, sent %d", state, happening,
             get_last_status (f), was_digit_told (f), was_digit_sent (f));
  g_clear_pointer (&rig.request, sip_message_unref);
  g_clear_pointer (&rig.response, sip_message_unref);
  ua_fixture_drop (f);
}

static void
test_answers (void)
{
  for (guint state = 0; state < SIP_SESSION_N_STATES; state++) {
    check_answer (state, THEY_SEND_DIGIT, answers[state].info, answers[state].is_told,
                  FALSE);
    check_answer (state, THEY_BYE_TWICE, answers[state].second_bye, FALSE, FALSE);
    check_answer (state, WE_SEND_DIGIT, 0, FALSE, answers[state].is_sent);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-session/cells", test_cells);
  g_test_add_func ("/sip-session/surplus-of-what-is-over", test_surplus_of_what_is_over);
  g_test_add_func ("/sip-session/surplus-over-the-next-flow",
                   test_surplus_over_the_next_flow);
  g_test_add_func ("/sip-session/answers", test_answers);
  return g_test_run ();
}
