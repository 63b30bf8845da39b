/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-client-tx.h"

#include <string.h>

#define NOW 1000000

typedef struct {
  SipClientTxState next;
  SipClientTxAction action;
  gint64 due_us; /* of its timer after the event, from now; -1: not armed */
} Cell;

#define CALLING SIP_CLIENT_TX_CALLING
#define PROCEEDING SIP_CLIENT_TX_PROCEEDING
#define COMPLETED SIP_CLIENT_TX_COMPLETED
#define ACCEPTED SIP_CLIENT_TX_ACCEPTED
#define TERMINATED SIP_CLIENT_TX_TERMINATED
#define NOTHING SIP_CLIENT_TX_NOTHING
#define PASS SIP_CLIENT_TX_PASS
#define PASS_ACK (SIP_CLIENT_TX_PASS | SIP_CLIENT_TX_SEND_ACK)
#define ACK SIP_CLIENT_TX_SEND_ACK
#define TIMED_OUT SIP_CLIENT_TX_TIMED_OUT
#define FAILED SIP_CLIENT_TX_FLOW_FAILED
#define T64 SIP_64_T1_US

/* Columns: 1xx, 2xx, 3xx to 6xx, the timer, the flow is lost. */
static const Cell invite_cells[SIP_CLIENT_TX_N_STATES][SIP_CLIENT_TX_N_EVENTS] = {
    [CALLING] = {{PROCEEDING, PASS, -1},
                 {ACCEPTED, PASS, T64},
                 {COMPLETED, PASS_ACK, 0},
                 {TERMINATED, TIMED_OUT, -1},
                 {TERMINATED, FAILED, -1}},
    [PROCEEDING] = {{PROCEEDING, PASS, -1},
                    {ACCEPTED, PASS, T64},
                    {COMPLETED, PASS_ACK, 0},
                    {TERMINATED, TIMED_OUT, -1},
                    {TERMINATED, FAILED, -1}},
    [COMPLETED] = {{COMPLETED, NOTHING, 0},
                   {COMPLETED, NOTHING, 0},
                   {COMPLETED, ACK, 0},
                   {TERMINATED, NOTHING, -1},
                   {TERMINATED, NOTHING, -1}},
    [ACCEPTED] = {{ACCEPTED, NOTHING, T64},
                  {ACCEPTED, PASS, T64},
                  {ACCEPTED, NOTHING, T64},
                  {TERMINATED, NOTHING, -1},
                  {ACCEPTED, NOTHING, T64}},
    [TERMINATED] = {{TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1}},
};

static const Cell other_cells[SIP_CLIENT_TX_N_STATES][SIP_CLIENT_TX_N_EVENTS] = {
    [CALLING] = {{PROCEEDING, PASS, T64},
                 {COMPLETED, PASS, 0},
                 {COMPLETED, PASS, 0},
                 {TERMINATED, TIMED_OUT, -1},
                 {TERMINATED, FAILED, -1}},
    [PROCEEDING] = {{PROCEEDING, PASS, T64},
                    {COMPLETED, PASS, 0},
                    {COMPLETED, PASS, 0},
                    {TERMINATED, TIMED_OUT, -1},
                    {TERMINATED, FAILED, -1}},
    [COMPLETED] = {{COMPLETED, NOTHING, 0},
                   {COMPLETED, NOTHING, 0},
                   {COMPLETED, NOTHING, 0},
                   {TERMINATED, NOTHING, -1},
                   {TERMINATED, NOTHING, -1}},
    [TERMINATED] = {{TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1},
                    {TERMINATED, NOTHING, -1}},
};

static SipMessage *
make_request (const char *method)
{
  g_autofree char *text =
      g_strdup_printf ("%s sip:bob@example.org SIP/2.0\r\n"
                       "Via: SIP/2.0/WS h.invalid;branch=z9hG4bKx\r\n"
                       "From: <sip:a@example.org>;tag=1\r\n"
                       "To: <sip:bob@example.org>\r\n"
                       "Call-ID: c\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n\r\n",
                       method, method);
  g_autoptr (GError) error = NULL;
  SipMessage *message =
      sip_message_parse ((const guint8 *)text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return message;
}

static SipClientTx *
make_in (const char *method, SipClientTxState state, SipTimers *timers)
{
  g_autoptr (SipMessage) request = make_request (method);
  SipClientTx *tx = sip_client_tx_new (request, 1, timers, NOW);

  switch (state) {
  case SIP_CLIENT_TX_CALLING:
    break;
  case SIP_CLIENT_TX_PROCEEDING:
    sip_client_tx_handle (tx, SIP_CLIENT_TX_EVENT_PROVISIONAL, timers, NOW);
    break;
  case SIP_CLIENT_TX_COMPLETED:
    sip_client_tx_handle (tx, SIP_CLIENT_TX_EVENT_FAILURE, timers, NOW);
    break;
  case SIP_CLIENT_TX_ACCEPTED:
    sip_client_tx_handle (tx, SIP_CLIENT_TX_EVENT_SUCCESS, timers, NOW);
    break;
  case SIP_CLIENT_TX_TERMINATED:
    sip_client_tx_abandon (tx, timers);
    break;
  }
  g_assert_cmpint (tx->state, ==, state);
  return tx;
}

static void
walk (const char *method, const Cell cells[][SIP_CLIENT_TX_N_EVENTS])
{
  gboolean is_invite = g_str_equal (method, "INVITE");
  SipTimers timers;

  sip_timers_init (&timers);
  for (guint state = 0; state < SIP_CLIENT_TX_N_STATES; state++) {
    if (state == ACCEPTED && !is_invite)
      continue;
    for (guint event = 0; event < SIP_CLIENT_TX_N_EVENTS; event++) {
      SipClientTx *tx = make_in (method, state, &timers);
      const Cell *cell = &cells[state][event];

      g_assert_cmpint (sip_client_tx_handle (tx, event, &timers, NOW), ==, cell->action);
      g_assert_cmpint (tx->state, ==, cell->next);
      g_assert_cmpint (sip_timer_is_armed (&tx->timer), ==, cell->due_us >= 0);
      if (cell->due_us >= 0)
        g_assert_cmpint (tx->timer.due_us, ==, NOW + cell->due_us);
      tx->user = SIP_TX_USER_REGISTER;
      sip_client_tx_check (tx);
      sip_client_tx_free (tx, &timers);
    }
  }
  sip_timers_clear (&timers);
}

static void
test_invite (void)
{
  walk ("INVITE", invite_cells);
}

static void
test_other (void)
{
  walk ("BYE", other_cells);
}

static void
test_events (void)
{
  g_assert_cmpint (sip_client_tx_event_from_status (100), ==,
                   SIP_CLIENT_TX_EVENT_PROVISIONAL);
  g_assert_cmpint (sip_client_tx_event_from_status (299), ==,
                   SIP_CLIENT_TX_EVENT_SUCCESS);
  g_assert_cmpint (sip_client_tx_event_from_status (300), ==,
                   SIP_CLIENT_TX_EVENT_FAILURE);
  g_assert_cmpint (sip_client_tx_event_from_status (699), ==,
                   SIP_CLIENT_TX_EVENT_FAILURE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-client-tx/invite", test_invite);
  g_test_add_func ("/sip-client-tx/other", test_other);
  g_test_add_func ("/sip-client-tx/events", test_events);
  return g_test_run ();
}
