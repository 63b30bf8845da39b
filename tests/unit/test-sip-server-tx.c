/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-server-tx.h"

#include <string.h>

#define NOW 1000000

typedef struct {
  SipServerTxState next;
  SipServerTxAction action;
} Cell;

#define TRYING SIP_SERVER_TX_TRYING
#define PROCEEDING SIP_SERVER_TX_PROCEEDING
#define COMPLETED SIP_SERVER_TX_COMPLETED
#define CONFIRMED SIP_SERVER_TX_CONFIRMED
#define ACCEPTED SIP_SERVER_TX_ACCEPTED
#define TERMINATED SIP_SERVER_TX_TERMINATED
#define NOTHING SIP_SERVER_TX_NOTHING
#define SEND SIP_SERVER_TX_SEND
#define RESEND SIP_SERVER_TX_RESEND
#define PASS SIP_SERVER_TX_PASS

/* Columns: the request again, ACK, 1xx, 2xx, 3xx to 6xx, the timer, the flow is lost,
 * abandoned. */
static const Cell invite_cells[SIP_SERVER_TX_N_STATES][SIP_SERVER_TX_N_EVENTS] = {
    [PROCEEDING] = {{PROCEEDING, RESEND},
                    {PROCEEDING, NOTHING},
                    {PROCEEDING, SEND},
                    {ACCEPTED, SEND},
                    {COMPLETED, SEND},
                    {PROCEEDING, NOTHING},
                    {PROCEEDING, NOTHING},
                    {TERMINATED, NOTHING}},
    [COMPLETED] = {{COMPLETED, RESEND},
                   {CONFIRMED, NOTHING},
                   {COMPLETED, NOTHING},
                   {COMPLETED, NOTHING},
                   {COMPLETED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING}},
    [CONFIRMED] = {{CONFIRMED, NOTHING},
                   {CONFIRMED, NOTHING},
                   {CONFIRMED, NOTHING},
                   {CONFIRMED, NOTHING},
                   {CONFIRMED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING}},
    [ACCEPTED] = {{ACCEPTED, NOTHING},
                  {ACCEPTED, PASS},
                  {ACCEPTED, NOTHING},
                  {ACCEPTED, SEND},
                  {ACCEPTED, NOTHING},
                  {TERMINATED, NOTHING},
                  {ACCEPTED, NOTHING},
                  {TERMINATED, NOTHING}},
};

static const Cell other_cells[SIP_SERVER_TX_N_STATES][SIP_SERVER_TX_N_EVENTS] = {
    [TRYING] = {{TRYING, NOTHING},
                {TRYING, NOTHING},
                {PROCEEDING, SEND},
                {COMPLETED, SEND},
                {COMPLETED, SEND},
                {TRYING, NOTHING},
                {TRYING, NOTHING},
                {TERMINATED, NOTHING}},
    [PROCEEDING] = {{PROCEEDING, RESEND},
                    {PROCEEDING, NOTHING},
                    {PROCEEDING, SEND},
                    {COMPLETED, SEND},
                    {COMPLETED, SEND},
                    {PROCEEDING, NOTHING},
                    {PROCEEDING, NOTHING},
                    {TERMINATED, NOTHING}},
    [COMPLETED] = {{COMPLETED, RESEND},
                   {COMPLETED, NOTHING},
                   {COMPLETED, NOTHING},
                   {COMPLETED, NOTHING},
                   {COMPLETED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING},
                   {TERMINATED, NOTHING}},
};

static SipMessage *
make_request (const char *method, const char *branch, const char *via)
{
  g_autofree char *text =
      g_strdup_printf ("%s sip:bob@example.org SIP/2.0\r\n"
                       "Via: SIP/2.0/WS %s%s\r\n"
                       "From: <sip:a@example.org>;tag=1\r\n"
                       "To: <sip:bob@example.org>\r\n"
                       "Call-ID: c\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n\r\n",
                       method, via, branch, method);
  g_autoptr (GError) error = NULL;
  SipMessage *message =
      sip_message_parse ((const guint8 *)text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return message;
}

static void
go (SipServerTx *tx, SipServerTxEvent event, SipTimers *timers)
{
  if (tx->response == NULL)
    tx->response = g_bytes_new_static ("x", 1);
  sip_server_tx_handle (tx, event, timers, NOW);
}

static SipServerTx *
make_in (const char *method, SipServerTxState state, SipTimers *timers)
{
  g_autoptr (SipMessage) request = make_request (method, ";branch=z9hG4bKx", "h.invalid");
  SipServerTx *tx = sip_server_tx_new (request, g_strdup ("tag"), 1);

  switch (state) {
  case SIP_SERVER_TX_TRYING:
    break;
  case SIP_SERVER_TX_PROCEEDING:
    go (tx, SIP_SERVER_TX_EVENT_PROVISIONAL, timers);
    break;
  case SIP_SERVER_TX_COMPLETED:
    go (tx, SIP_SERVER_TX_EVENT_FAILURE, timers);
    break;
  case SIP_SERVER_TX_CONFIRMED:
    go (tx, SIP_SERVER_TX_EVENT_FAILURE, timers);
    go (tx, SIP_SERVER_TX_EVENT_ACK, timers);
    break;
  case SIP_SERVER_TX_ACCEPTED:
    go (tx, SIP_SERVER_TX_EVENT_SUCCESS, timers);
    break;
  case SIP_SERVER_TX_TERMINATED:
    go (tx, SIP_SERVER_TX_EVENT_ABANDON, timers);
    break;
  }
  g_assert_cmpint (tx->state, ==, state);
  return tx;
}

static gint64
get_wait_us (gboolean is_invite, SipServerTxState state)
{
  switch (state) {
  case SIP_SERVER_TX_COMPLETED:
    return is_invite ? SIP_64_T1_US : 0; /* timer H, timer J */
  case SIP_SERVER_TX_CONFIRMED:
    return 0; /* timer I */
  case SIP_SERVER_TX_ACCEPTED:
    return SIP_64_T1_US; /* timer L */
  case SIP_SERVER_TX_TRYING:
  case SIP_SERVER_TX_PROCEEDING:
  case SIP_SERVER_TX_TERMINATED:
    return -1;
  }
  g_assert_not_reached ();
}

static void
walk_cell (const char *method, guint state, guint event, const Cell *cell)
{
  gboolean is_invite = g_str_equal (method, "INVITE");
  SipTimers timers;
  SipServerTx *tx;
  gint64 wait_us;

  sip_timers_init (&timers);
  tx = make_in (method, state, &timers);
  if (tx->response == NULL)
    tx->response = g_bytes_new_static ("x", 1);
  g_assert_cmpint (sip_server_tx_handle (tx, event, &timers, NOW), ==, cell->action);
  g_assert_cmpint (tx->state, ==, cell->next);
  wait_us = get_wait_us (is_invite, tx->state);
  g_assert_cmpint (sip_timer_is_armed (&tx->timer), ==, wait_us >= 0);
  if (wait_us >= 0)
    g_assert_cmpint (tx->timer.due_us, ==, NOW + wait_us);
  sip_server_tx_check (tx);
  sip_server_tx_free (tx, &timers);
  sip_timers_clear (&timers);
}

static void
walk (const char *method, const Cell cells[][SIP_SERVER_TX_N_EVENTS])
{
  static const Cell nothing = {TERMINATED, NOTHING};
  gboolean is_invite = g_str_equal (method, "INVITE");

  for (guint state = 0; state < SIP_SERVER_TX_N_STATES; state++) {
    if (is_invite ? state == TRYING : state == CONFIRMED || state == ACCEPTED)
      continue;
    for (guint event = 0; event < SIP_SERVER_TX_N_EVENTS; event++)
      walk_cell (method, state, event,
                 state == TERMINATED ? &nothing : &cells[state][event]);
  }
}

static void
test_invite (void)
{
  walk ("INVITE", invite_cells);
}

static void
test_other (void)
{
  walk ("OPTIONS", other_cells);
}

/* Branch, sent-by, method (RFC 3261 §17.2.3). */
static void
test_key (void)
{
  g_autoptr (SipMessage) invite =
      make_request ("INVITE", ";branch=z9hG4bKx", "h.invalid");
  g_autoptr (SipMessage) ack = make_request ("ACK", ";branch=z9hG4bKx", "h.invalid");
  g_autoptr (SipMessage) elsewhere =
      make_request ("INVITE", ";branch=z9hG4bKx", "i.invalid");
  g_autoptr (SipMessage) old = make_request ("INVITE", ";branch=1", "h.invalid");
  g_autoptr (SipMessage) none = make_request ("INVITE", "", "h.invalid");
  g_autofree char *a = sip_server_tx_make_key (invite, SIP_METHOD_OTHER);
  g_autofree char *b = sip_server_tx_make_key (ack, SIP_METHOD_INVITE);
  g_autofree char *c = sip_server_tx_make_key (ack, SIP_METHOD_OTHER);
  g_autofree char *d = sip_server_tx_make_key (elsewhere, SIP_METHOD_OTHER);
  g_autofree char *e = sip_server_tx_make_key (old, SIP_METHOD_OTHER);
  g_autofree char *f = sip_server_tx_make_key (none, SIP_METHOD_OTHER);

  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
  g_assert_cmpstr (a, !=, d);
  g_assert_cmpstr (a, !=, e);
  g_assert_cmpstr (e, !=, f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-server-tx/invite", test_invite);
  g_test_add_func ("/sip-server-tx/other", test_other);
  g_test_add_func ("/sip-server-tx/key", test_key);
  return g_test_run ();
}
