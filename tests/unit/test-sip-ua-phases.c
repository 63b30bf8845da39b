/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"
#include "ua-fixture.h"

/* Every phase of an agent meets everything that its host may say, and time. */

typedef enum {
  START,
  STOP,
  CREDENTIALS,
  FLOW_OPENED,
  FLOW_CLOSED,
  TIME, /* as long as a stop may take */
  N_HAPPENINGS
} Happening;

static void
happen (UaFixture *f, Happening happening)
{
  switch (happening) {
  case START:
    sip_ua_start (f->ua, f->now_us);
    break;
  case STOP:
    sip_ua_stop (f->ua, f->now_us);
    break;
  case CREDENTIALS:
    sip_ua_set_credentials (f->ua, NULL, "another", f->now_us);
    break;
  case FLOW_OPENED:
    sip_ua_flow_opened (f->ua, f->now_us);
    break;
  case FLOW_CLOSED:
    sip_ua_flow_closed (f->ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
    break;
  case TIME:
    ua_fixture_advance (f, SIP_UA_STOP_US);
    break;
  case N_HAPPENINGS:
    g_assert_not_reached ();
  }
  ua_fixture_pump (f);
}

/* Where each leads. */
static const SipUaPhase cells[SIP_UA_N_PHASES][N_HAPPENINGS] = {
    [SIP_UA_IDLE] =
        {
            [START] = SIP_UA_RUNNING,
            [STOP] = SIP_UA_IDLE,
            [CREDENTIALS] = SIP_UA_IDLE,
            [FLOW_OPENED] = SIP_UA_IDLE,
            [FLOW_CLOSED] = SIP_UA_IDLE,
            [TIME] = SIP_UA_IDLE,
        },
    [SIP_UA_RUNNING] =
        {
            [START] = SIP_UA_RUNNING,
            [STOP] = SIP_UA_STOPPING,
            [CREDENTIALS] = SIP_UA_RUNNING,
            [FLOW_OPENED] = SIP_UA_RUNNING,
            [FLOW_CLOSED] = SIP_UA_RUNNING,
            [TIME] = SIP_UA_RUNNING,
        },
    [SIP_UA_STOPPING] =
        {
            [START] = SIP_UA_STOPPING, /* and starts anew when that is over */
            [STOP] = SIP_UA_STOPPING,
            [CREDENTIALS] = SIP_UA_STOPPING,
            [FLOW_OPENED] = SIP_UA_STOPPING,
            [FLOW_CLOSED] = SIP_UA_IDLE, /* nobody is left to say goodbye to */
            [TIME] = SIP_UA_IDLE,
        },
};

static void
test_cells (void)
{
  for (guint phase = 0; phase < SIP_UA_N_PHASES; phase++)
    for (guint happening = 0; happening < N_HAPPENINGS; happening++) {
      UaFixture f;

      ua_fixture_init (&f, &(UaOptions){0});
      if (phase != SIP_UA_IDLE)
        ua_fixture_register (&f);
      if (phase == SIP_UA_STOPPING)
        happen (&f, STOP);
      g_assert_cmpint (f.ua->phase, ==, phase);
      happen (&f, happening);
      if (f.ua->phase != cells[phase][happening])
        g_error ("phase %u, happening %u: %d and not %d", phase, happening, f.ua->phase,
                 cells[phase][happening]);
      ua_fixture_drop (&f);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-ua/phases", test_cells);
  return g_test_run ();
}
