/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-status.h"
#include "sip-text.h"
#include "ua-fixture.h"

static void
test_call_out (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) bye = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  call = ua_fixture_call (&f, &invite);
  g_assert_true (sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL));
  ua_fixture_pump (&f);
  ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_HERE, 0);
  bye = ua_fixture_take_request (&f, SIP_METHOD_BYE);
  ua_fixture_respond (&f, bye, 200, NULL, "", NULL);
  g_assert_false (sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL));
  ua_fixture_clear (&f);
}

static void
test_call_in (void)
{
  UaFixture f;
  SipSessionId call;
  g_autoptr (SipMessage) answer = NULL;

  ua_fixture_init (&f, &(UaOptions){0});
  ua_fixture_register (&f);
  call = ua_fixture_be_called (&f, "in", &answer);
  ua_fixture_request_inside (&f, answer, "BYE", 2, "", NULL);
  ua_fixture_expect_response (&f, 200);
  ua_fixture_expect_end (&f, call, SIP_END_HUNG_UP_THERE, 0);
  ua_fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-session/out", test_call_out);
  g_test_add_func ("/sip-session/in", test_call_in);
  return g_test_run ();
}
