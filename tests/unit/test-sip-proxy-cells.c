/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include <string.h>

/* Every state of a branch, and of the context around it, meets every event. What Alice
 * gets in the end, and what Bob gets, stands in one table: a row a state, a column an
 * event. "-" is nothing. Statuses go to Alice, methods to Bob; after the event the clock
 * runs until nothing is under way. Within one step Bob's come first. */

typedef enum {
  STATE_WAITING, /* an INVITE in a dialog, whose target is not connected */
  STATE_CALLING,
  STATE_DOOMED,
  STATE_PROCEEDING,
  STATE_CANCELLING,
  STATE_COMPLETED,
  STATE_ACCEPTED,
  STATE_FAILED, /* its flow went, while another branch rings on */
  N_STATES,
} State;

typedef enum {
  EVENT_TRYING,
  EVENT_RINGING,
  EVENT_OK,
  EVENT_BUSY,
  EVENT_CANCEL,
  EVENT_REPEATED,
  EVENT_CALLEE_GONE,
  EVENT_CALLEE_BACK,
  EVENT_CALLER_GONE,
  EVENT_TIME,
  N_EVENTS,
} Event;

static const char *const state_names[] = {"WAITING",    "CALLING",    "DOOMED",
                                          "PROCEEDING", "CANCELLING", "COMPLETED",
                                          "ACCEPTED",   "FAILED"};
static const char *const event_names[] = {
    "100",      "180",         "200",         "486",         "CANCEL",
    "repeated", "callee gone", "callee back", "caller gone", "time"};

static const char *const expected[N_STATES][N_EVENTS] = {
    [STATE_WAITING] = {"430", "430", "430", "430", "200 487", "100 430", "430",
                       "INVITE 408", "-", "430"},
    [STATE_CALLING] = {"CANCEL 408", "180 CANCEL 408", "200", "ACK 486", "200 487",
                       "100 408", "480", "480", "-", "408"},
    [STATE_DOOMED] = {"CANCEL 487", "CANCEL 487", "200", "ACK 486", "200 487", "100 487",
                      "487", "487", "-", "487"},
    [STATE_PROCEEDING] = {"CANCEL 408", "180 CANCEL 408", "200", "ACK 486",
                          "CANCEL 200 487", "180 CANCEL 408", "480", "480", "CANCEL",
                          "CANCEL 408"},
    [STATE_CANCELLING] = {"487", "180 487", "200", "ACK 486", "200 487", "180 487", "487",
                          "487", "-", "487"},
    [STATE_COMPLETED] = {"-", "-", "200", "ACK", "200", "486", "-", "-", "-", "-"},
    [STATE_ACCEPTED] = {"-", "-", "200", "ACK", "200", "200", "-", "-", "-", "-"},
    [STATE_FAILED] = {"408", "408", "200", "ACK 408", "200 487", "180 408", "408", "408",
                      "-", "408"},
};

typedef struct {
  ProxyFixture f;
  SipMessage *invite; /* as Bob got it; NULL when waiting */
  guint64 bob;
} Cell;

static void
send_from_alice (Cell *cell, const char *method, const char *route)
{
  gboolean in_dialog = route[0] != '\0';

  proxy_sendf (&cell->f, 1,
               "%s sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKcell\r\n%s"
               "From: <sip:alice@example.org>;tag=a\r\nTo: <sip:bob@example.org>%s\r\n"
               "Call-ID: cell\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n"
               "Contact: <sip:a@a.invalid>\r\n\r\n",
               method, route, in_dialog ? ";tag=b" : "", method);
}

static void
drain (Cell *cell)
{
  guint64 ids[] = {1, cell->bob};

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    GQueue *inbox = g_hash_table_lookup (cell->f.inboxes, &ids[i]);
    GBytes *bytes = NULL;
    while (inbox != NULL && (bytes = g_queue_pop_head (inbox)) != NULL)
      g_bytes_unref (bytes);
  }
}

/* Alice's Route lines of a call that was answered before. */
static char *
make_dialog (Cell *cell)
{
  g_autoptr (SipMessage) invite = NULL;

  proxy_invite (&cell->f, 1, "alice", "bob", "before");
  invite = proxy_take_request (&cell->f, 2, "INVITE");
  proxy_answer (&cell->f, 2, invite, 200, "b");
  drain (cell);
  proxy_wait (&cell->f, SECONDS (33));
  return proxy_dup_route (invite, TRUE);
}

static void
set_up_waiting (Cell *cell)
{
  g_autofree char *route = make_dialog (cell);

  proxy_close (&cell->f, 2);
  send_from_alice (cell, "INVITE", route);
}

static void
come_back (Cell *cell)
{
  cell->bob += 10;
  proxy_open (&cell->f, cell->bob);
  proxy_register (&cell->f, cell->bob, "bob", "bbbb");
}

static void
set_up_failed (Cell *cell)
{
  g_autoptr (SipMessage) other = NULL;

  proxy_open (&cell->f, 3);
  proxy_register (&cell->f, 3, "bob", "cccc");
  send_from_alice (cell, "INVITE", "");
  cell->invite = proxy_take_request (&cell->f, 2, "INVITE");
  other = proxy_take_request (&cell->f, 3, "INVITE");
  proxy_answer (&cell->f, 3, other, 180, "c");
  proxy_close (&cell->f, 2);
  come_back (cell);
}

static void
set_up (Cell *cell, State state)
{
  *cell = (Cell){.bob = 2};
  proxy_fixture_init (&cell->f, NULL);
  proxy_open (&cell->f, 1);
  proxy_open (&cell->f, 2);
  proxy_register (&cell->f, 1, "alice", "aaaa");
  proxy_register (&cell->f, 2, "bob", "bbbb");
  if (state == STATE_WAITING) {
    set_up_waiting (cell);
    drain (cell);
    return;
  }
  if (state == STATE_FAILED) {
    set_up_failed (cell);
    drain (cell);
    return;
  }
  send_from_alice (cell, "INVITE", "");
  cell->invite = proxy_take_request (&cell->f, 2, "INVITE");
  if (state == STATE_PROCEEDING || state == STATE_CANCELLING)
    proxy_answer (&cell->f, 2, cell->invite, 180, "b");
  if (state == STATE_DOOMED || state == STATE_CANCELLING)
    send_from_alice (cell, "CANCEL", "");
  if (state == STATE_COMPLETED)
    proxy_answer (&cell->f, 2, cell->invite, 486, "b");
  if (state == STATE_ACCEPTED)
    proxy_answer (&cell->f, 2, cell->invite, 200, "b");
  drain (cell);
}

static void
answer (Cell *cell, guint status)
{
  if (cell->invite != NULL)
    proxy_answer (&cell->f, cell->bob, cell->invite, status, "b");
}

static void
happen (Cell *cell, Event event)
{
  switch (event) {
  case EVENT_TRYING:
    answer (cell, 100);
    break;
  case EVENT_RINGING:
    answer (cell, 180);
    break;
  case EVENT_OK:
    answer (cell, 200);
    break;
  case EVENT_BUSY:
    answer (cell, 486);
    break;
  case EVENT_CANCEL:
    send_from_alice (cell, "CANCEL", "");
    break;
  case EVENT_REPEATED:
    send_from_alice (cell, "INVITE", ""); /* the same: it has the same branch */
    break;
  case EVENT_CALLEE_GONE:
    proxy_close (&cell->f, cell->bob);
    break;
  case EVENT_CALLEE_BACK:
    come_back (cell);
    break;
  case EVENT_CALLER_GONE:
    proxy_close (&cell->f, 1);
    break;
  case EVENT_TIME:
  case N_EVENTS:
    break;
  }
}

static void
note (Cell *cell, GString *outcome)
{
  guint64 ids[] = {cell->bob, 1};

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    GQueue *inbox = g_hash_table_lookup (cell->f.inboxes, &ids[i]);
    while (inbox != NULL && !g_queue_is_empty (inbox)) {
      g_autoptr (SipMessage) message = proxy_take (&cell->f, ids[i]);
      if (sip_message_is_request (message))
        g_string_append_printf (outcome, "%.*s ",
                                SIP_TEXT_ARG (sip_message_get_method_text (message)));
      else
        g_string_append_printf (outcome, "%u ", sip_message_get_status (message));
    }
  }
}

static void
run_cell (State state, Event event)
{
  Cell cell;
  g_autoptr (GString) outcome = g_string_new (NULL);

  set_up (&cell, state);
  happen (&cell, event);
  note (&cell, outcome);
  for (guint s = 0; s < 300; s++) {
    proxy_wait (&cell.f, SECONDS (1));
    note (&cell, outcome);
  }
  g_strchomp (outcome->str);
  if (outcome->str[0] == '\0')
    g_string_assign (outcome, "-");
  g_test_message ("%-11s %-12s %s", state_names[state], event_names[event], outcome->str);
  g_assert_cmpstr (outcome->str, ==, expected[state][event]);
  g_assert_cmpuint (sip_proxy_get_n_transactions (cell.f.proxy), ==, 0);
  g_clear_pointer (&cell.invite, sip_message_unref);
  proxy_fixture_clear (&cell.f);
}

static void
test_cells (void)
{
  for (guint state = 0; state < N_STATES; state++)
    for (guint event = 0; event < N_EVENTS; event++)
      run_cell (state, event);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/cells", test_cells);
  return g_test_run ();
}
