/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-registration.h"

#include <string.h>

#include "sip-text.h"
#include "ua-fixture.h"

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- The machine ---- */

typedef struct {
  SipRegistrationState next;
  guint action; /* without TELL, which goes with every move */
} Cell;

#define OFF SIP_REGISTRATION_OFFLINE
#define CON SIP_REGISTRATION_CONNECTING
#define ING SIP_REGISTRATION_REGISTERING
#define YES SIP_REGISTRATION_REGISTERED
#define WAI SIP_REGISTRATION_WAITING
#define REF SIP_REGISTRATION_REFUSED
#define UNR SIP_REGISTRATION_UNREGISTERING
#define SEND SIP_REGISTRATION_SEND
#define REMOVE SIP_REGISTRATION_REMOVE

/* Columns: wanted (flow down), wanted (up), unwanted (down), unwanted (up), the flow
 * opens, is up, waits, granted, refused, failed, timer. Waiting has no binding here. */
static const Cell cells[SIP_REGISTRATION_N_STATES][SIP_REGISTRATION_N_EVENTS] = {
    [OFF] = {{CON, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0}},
    [CON] = {{CON, 0},
             {CON, 0},
             {OFF, 0},
             {OFF, 0},
             {CON, 0},
             {ING, SEND},
             {WAI, 0},
             {CON, 0},
             {CON, 0},
             {CON, 0},
             {CON, 0}},
    [ING] = {{ING, 0},
             {ING, SEND},
             {OFF, 0},
             {UNR, REMOVE},
             {CON, 0},
             {ING, 0},
             {WAI, 0},
             {YES, 0},
             {REF, 0},
             {WAI, 0},
             {ING, SEND}},
    [YES] = {{YES, 0},
             {YES, SEND},
             {OFF, 0},
             {UNR, REMOVE},
             {CON, 0},
             {YES, 0},
             {WAI, 0},
             {YES, 0},
             {REF, 0},
             {WAI, 0},
             {YES, SEND}},
    [WAI] = {{CON, 0},
             {ING, SEND},
             {OFF, 0},
             {OFF, 0},
             {CON, 0},
             {WAI, 0},
             {WAI, 0},
             {WAI, 0},
             {WAI, 0},
             {WAI, 0},
             {ING, SEND}},
    [REF] = {{CON, 0},
             {ING, SEND},
             {OFF, 0},
             {OFF, 0},
             {REF, 0},
             {REF, 0},
             {REF, 0},
             {REF, 0},
             {REF, 0},
             {REF, 0},
             {REF, 0}},
    [UNR] = {{UNR, 0},
             {UNR, 0},
             {OFF, 0},
             {UNR, 0},
             {OFF, 0},
             {UNR, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {OFF, 0},
             {UNR, 0}},
};

/* The events that lead to each state from the start; 0 ends. */
static const SipRegistrationEvent ways[SIP_REGISTRATION_N_STATES][4] = {
    [OFF] = {SIP_REGISTRATION_EVENT_UNWANTED},
    [CON] = {SIP_REGISTRATION_EVENT_WANTED},
    [ING] = {SIP_REGISTRATION_EVENT_WANTED, SIP_REGISTRATION_EVENT_FLOW_UP},
    [YES] = {SIP_REGISTRATION_EVENT_WANTED, SIP_REGISTRATION_EVENT_FLOW_UP,
             SIP_REGISTRATION_EVENT_GRANTED},
    [WAI] = {SIP_REGISTRATION_EVENT_WANTED, SIP_REGISTRATION_EVENT_FLOW_WAITING},
    [REF] = {SIP_REGISTRATION_EVENT_WANTED, SIP_REGISTRATION_EVENT_FLOW_UP,
             SIP_REGISTRATION_EVENT_REFUSED},
    [UNR] = {SIP_REGISTRATION_EVENT_WANTED, SIP_REGISTRATION_EVENT_FLOW_UP,
             SIP_REGISTRATION_EVENT_GRANTED, SIP_REGISTRATION_EVENT_UNWANTED_NOW},
};

static void
test_cells (void)
{
  for (guint state = 0; state < SIP_REGISTRATION_N_STATES; state++)
    for (guint event = 0; event < SIP_REGISTRATION_N_EVENTS; event++) {
      const Cell *cell = &cells[state][event];
      SipRegistration registration;
      SipTimers timers;
      guint action;

      sip_timers_init (&timers);
      sip_registration_init (&registration, 1);
      for (guint i = 0; i < 4 && (i == 0 || ways[state][i] != 0); i++)
        sip_registration_handle (&registration, ways[state][i], &timers);
      g_assert_cmpuint (registration.state, ==, state);
      action = sip_registration_handle (&registration, event, &timers);
      g_assert_cmpuint (registration.state, ==, cell->next);
      g_assert_cmpuint (action & ~(guint)SIP_REGISTRATION_TELL, ==, cell->action);
      if (cell->next != state)
        g_assert_cmpuint (action & SIP_REGISTRATION_TELL, !=, 0);
      sip_registration_clear (&registration, &timers);
      sip_timers_clear (&timers);
    }
}

/* ---- When to refresh ---- */

static guint64 stream;

static void
fill (gpointer data, guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    stream = stream * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    bytes[i] = (guint8)(stream >> 56);
  }
}

static void
test_refresh_range (void)
{
  SipRandom random = {.fill = fill};

  for (guint granted_s = 0; granted_s < 30; granted_s++)
    g_assert_cmpint (sip_registration_refresh_us (granted_s, &random), ==,
                     MAX (SECONDS (granted_s) / 2, SECONDS (5)));
  for (guint granted_s = 30; granted_s <= 3600; granted_s += 30) {
    gint64 least_us = G_MAXINT64, most_us = 0;

    for (guint i = 0; i < 300; i++) {
      gint64 at_us = sip_registration_refresh_us (granted_s, &random);

      least_us = MIN (least_us, at_us);
      most_us = MAX (most_us, at_us);
    }
    g_assert_cmpint (least_us, >=, SECONDS (granted_s) * 50 / 100);
    g_assert_cmpint (most_us, <=, SECONDS (granted_s) * 90 / 100);
    g_assert_cmpint (most_us - least_us, >=, SECONDS (granted_s) * 30 / 100);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-registration-cells/cells", test_cells);
  g_test_add_func ("/sip-registration-cells/refresh-range", test_refresh_range);
  return g_test_run ();
}
