/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-session.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

#include "sip-status.h"

/* Transfers in 1000 random orders: what the user does, what the far ends say, the flow and
 * the clock. The invariants are checked after every step, and in the end nothing may be
 * left. The seed of a walk stands in the log before it. */

#define N_WALKS 1000
#define N_STEPS 120
#define N_KEPT 12
#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

typedef struct {
  UaFixture f;
  guint64 state;
  SipSessionId last;
  guint cseq;
  guint n_invites;
  GQueue sent; /* the last messages of ours, newest first */
} Walk;

static guint
pick (Walk *walk, guint n)
{
  guint64 z = (walk->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return (guint)((z ^ (z >> 31)) % n);
}

#define PICK(walk, array) (array)[pick ((walk), G_N_ELEMENTS (array))]

static void
look (Walk *walk)
{
  UaFixture *f = &walk->f;
  SipMessage *message;

  ua_fixture_pump (f);
  while ((message = g_queue_pop_head (&f->sent)) != NULL)
    g_queue_push_head (&walk->sent, message);
  while (walk->sent.length > N_KEPT)
    sip_message_unref (g_queue_pop_tail (&walk->sent));
  while (!g_queue_is_empty (&f->told)) {
    const UaTold *next = g_queue_peek_head (&f->told);
    const UaTold *told = ua_fixture_take (f, next->type);

    walk->last = MAX (walk->last, told->session);
  }
}

/* Mostly one that there is. */
static SipSessionId
pick_call (Walk *walk)
{
  const GPtrArray *sessions = walk->f.ua->sessions;

  if (sessions->len == 0 || pick (walk, 8) == 0)
    return walk->last - MIN (walk->last, pick (walk, 4));
  return ((SipSession *)g_ptr_array_index (sessions, pick (walk, sessions->len)))->id;
}

/* The first question there is. */
static SipSessionId
find_question (Walk *walk)
{
  const GPtrArray *sessions = walk->f.ua->sessions;

  for (guint i = 0; i < sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (sessions, i);

    if (session->referred.state == SIP_REFERRED_ASKED)
      return session->id;
  }
  return 0;
}

/* ---- What the user does ---- */

static void
command (Walk *walk)
{
  SipUa *ua = walk->f.ua;
  gint64 now_us = walk->f.now_us;
  SipSessionId call = pick_call (walk);
  SipSessionId made = 0;

  switch (pick (walk, 9)) {
  case 0:
    made = sip_ua_invite (ua, "bob", UA_OFFER, now_us, NULL);
    break;
  case 1:
    sip_ua_answer (ua, call, UA_ANSWER, now_us, NULL);
    break;
  case 2:
    sip_ua_hang_up (ua, call, NULL, now_us, NULL);
    break;
  case 3:
  case 4:
    sip_ua_transfer (ua, call, "carol", now_us, NULL);
    break;
  case 5:
    sip_ua_transfer_to (ua, call, pick_call (walk), now_us, NULL);
    break;
  case 6:
  case 7:
    made = sip_ua_accept_transfer (ua, find_question (walk), UA_OFFER, now_us, NULL);
    break;
  default:
    sip_ua_refuse_transfer (ua, call, now_us, NULL);
    break;
  }
  walk->last = MAX (walk->last, made);
}

/* ---- What the far ends say ---- */

static const SipMessage *
pick_sent (Walk *walk)
{
  return walk->sent.length > 0
             ? g_queue_peek_nth (&walk->sent, pick (walk, walk->sent.length))
             : NULL;
}

static void
respond (Walk *walk)
{
  static const guint statuses[] = {180, 183, 200, 200, 200, 202, 202, 302, 401,
                                   408, 430, 481, 486, 487, 491, 503, 504, 603};
  static const char *const tags[] = {"there", "there", "second"};
  const SipMessage *request = pick_sent (walk);
  guint status = PICK (walk, statuses);
  gboolean is_invite;

  if (request == NULL || !sip_message_is_request (request) ||
      sip_message_get_method (request) == SIP_METHOD_REGISTER)
    return;
  is_invite = sip_message_get_method (request) == SIP_METHOD_INVITE;
  ua_fixture_respond (&walk->f, request, status, PICK (walk, tags), UA_CONTACT,
                      is_invite && status == 200 ? UA_ANSWER : NULL);
}

static const char *const refers[] = {
    "Refer-To: <sip:carol@example.org>\n",
    "Refer-To: <sip:carol@example.org?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>\n",
    "Refer-To: <sip:carol@example.org>\nRefer-Sub: false\n",
    "Refer-To: <sip:carol@example.org;method=BYE>\n",
};

static const char *const notifies[] = {
    "Event: refer\nSubscription-State: active\n"
    "Content-Type: message/sipfrag\n\nSIP/2.0 100 Trying\n",
    "Event: refer\nSubscription-State: active\n"
    "Content-Type: message/sipfrag\n\nSIP/2.0 180 Ringing\n",
    "Event: refer\nSubscription-State: terminated;reason=noresource\n"
    "Content-Type: message/sipfrag\n\nSIP/2.0 200 OK\n",
    "Event: refer\nSubscription-State: terminated;reason=timeout\n",
    "Event: refer\nSubscription-State: active\n"
    "Content-Type: message/sipfrag\n\nnonsense\n",
    "Event: refer;id=7\nSubscription-State: terminated\n",
};

static void
request_inside (Walk *walk)
{
  const SipMessage *inside = pick_sent (walk);
  guint cseq = ++walk->cseq;

  if (inside == NULL)
    return;
  switch (pick (walk, 11)) {
  case 0:
  case 1:
  case 2:
    ua_fixture_request_inside (&walk->f, inside, "REFER", cseq, PICK (walk, refers),
                               NULL);
    return;
  case 3:
  case 4:
  case 5:
  case 6:
    ua_fixture_request_inside (&walk->f, inside, "NOTIFY", cseq, PICK (walk, notifies),
                               NULL);
    return;
  case 7:
    ua_fixture_request_inside (&walk->f, inside, "BYE", cseq, "", NULL);
    return;
  case 8:
    ua_fixture_request_inside (&walk->f, inside, "INVITE", cseq, "", UA_OFFER);
    return;
  case 9:
    ua_fixture_request_inside (&walk->f, inside, "SUBSCRIBE", cseq,
                               "Event: refer\nExpires: 0\n", NULL);
    return;
  default: /* of the last INVITE, whichever that is */
    ua_fixture_request_inside (&walk->f, inside, "ACK",
                               sip_message_get_cseq (inside)->number, "", NULL);
    return;
  }
}

/* Into nothing, or in the place of a call, rightly or wrongly. */
static void
invite (Walk *walk)
{
  const SipMessage *about = pick_sent (walk);
  g_autofree char *replaces = NULL;
  guint number = ++walk->n_invites;

  if (about != NULL && pick (walk, 3) > 0)
    replaces = g_strdup_printf ("Replaces: %.*s;to-tag=%.*s;from-tag=%s\n",
                                SIP_TEXT_ARG (sip_message_get_call_id (about)),
                                SIP_TEXT_ARG (sip_message_is_request (about)
                                                  ? sip_message_get_from_tag (about)
                                                  : sip_message_get_to_tag (about)),
                                sip_message_is_request (about) ? "there" : "far");
  ua_fixture_receive (&walk->f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-walk%u\n"
                      "Max-Forwards: 70\nFrom: <sip:bob@example.org>;tag=far\n"
                      "To: <sip:alice@example.org>\nCall-ID: walk%u\nCSeq: 1 INVITE\n"
                      "Contact: <sip:bob@far.invalid>\n%s"
                      "Content-Type: application/sdp\n\n" UA_OFFER,
                      number, number, replaces != NULL ? replaces : "");
}

static void
cancel (Walk *walk)
{
  ua_fixture_receive (&walk->f,
                      "CANCEL sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-walk%u\n"
                      "Max-Forwards: 70\nFrom: <sip:bob@example.org>;tag=far\n"
                      "To: <sip:alice@example.org>\nCall-ID: walk%u\nCSeq: 1 CANCEL\n\n",
                      walk->n_invites, walk->n_invites);
}

/* ---- The flow and the clock ---- */

/* The server says yes to whatever REGISTER is the newest. */
static void
grant (Walk *walk)
{
  for (GList *l = walk->sent.head; l != NULL; l = l->next)
    if (sip_message_is_request (l->data) &&
        sip_message_get_method (l->data) == SIP_METHOD_REGISTER) {
      ua_fixture_grant (&walk->f, l->data, 600);
      return;
    }
}

static void
change_flow (Walk *walk)
{
  UaFixture *f = &walk->f;

  ua_fixture_lose_flow (f);
  look (walk);
  if (pick (walk, 2) == 0)
    ua_fixture_advance (f, SECONDS (pick (walk, 100)));
  sip_ua_flow_opened (f->ua, f->now_us);
  look (walk);
  grant (walk);
}

static void
step (Walk *walk)
{
  switch (pick (walk, 13)) {
  case 0:
  case 1:
  case 2:
    command (walk);
    break;
  case 3:
  case 4:
  case 5:
    respond (walk);
    break;
  case 6:
  case 7:
  case 8:
    request_inside (walk);
    break;
  case 9:
    invite (walk);
    break;
  case 10:
    cancel (walk);
    break;
  case 11:
    ua_fixture_advance (&walk->f, SECONDS (pick (walk, 40)));
    break;
  default:
    change_flow (walk);
    break;
  }
  look (walk);
}

/* How many transfers came to their end, so that the walks are known to get anywhere. */
static guint n_told, n_asked;

static void
count (Walk *walk)
{
  for (guint i = 0; i < walk->f.ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (walk->f.ua->sessions, i);

    n_told += session->refer.state == SIP_REFER_WATCHING ? 1 : 0;
    n_asked += session->referred.state == SIP_REFERRED_FOLLOWING ? 1 : 0;
  }
}

static void
walk (guint64 seed)
{
  Walk walk = {.state = seed, .cseq = 100};
  SipUa *ua;

  ua_fixture_start (&walk.f);
  ua = walk.f.ua;
  walk.last = ua_fixture_call (&walk.f, NULL);
  walk.last = ua_fixture_be_called (&walk.f, "in", NULL);
  for (guint i = 0; i < N_STEPS; i++) {
    step (&walk);
    count (&walk);
  }
  for (SipSessionId call = 1; call <= walk.last; call++)
    sip_ua_hang_up (ua, call, NULL, walk.f.now_us, NULL);
  ua_fixture_advance (&walk.f, SECONDS (1200));
  if (ua->sessions->len > 0 || g_hash_table_size (ua->server_txs) > 0)
    g_error ("seed %" G_GUINT64_FORMAT " leaves something", seed);
  g_queue_clear_full (&walk.sent, (GDestroyNotify)sip_message_unref);
  ua_fixture_drop (&walk.f);
}

static void
test_walks (void)
{
  for (guint64 seed = 1; seed <= N_WALKS; seed++) {
    g_test_message ("seed %" G_GUINT64_FORMAT, seed);
    walk (seed);
  }
  g_test_message ("%u steps with a transfer watched, %u with one followed", n_told,
                  n_asked);
  g_assert_cmpuint (n_told, >, N_WALKS / 4);
  g_assert_cmpuint (n_asked, >, N_WALKS / 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-transfer/walks", test_walks);
  return g_test_run ();
}
