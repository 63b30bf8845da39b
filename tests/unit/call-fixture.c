/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-fixture.h"

#include <string.h>

void
call_pair_init (CallPair *pair, ServiceFixture *f)
{
  pair->peer = service_fixture_make_peer ();
  pair->call = service_fixture_call (f, pair->peer, &pair->invite);
}

void
call_pair_clear (CallPair *pair, ServiceFixture *f)
{
  if (phone_call_get_state (pair->call) != PHONE_CALL_STATE_ENDED) {
    phone_call_hang_up (pair->call);
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  }
  g_clear_object (&pair->call);
  g_clear_object (&pair->peer);
  sip_message_unref (pair->invite);
}

gboolean
call_get_boolean (PhoneCall *call, const char *name)
{
  gboolean value = FALSE;

  g_object_get (call, name, &value, NULL);
  return value;
}

void
call_wait_boolean (PhoneCall *call, const char *name, gboolean value)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (call_get_boolean (call, name) != value) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  }
}

SipMessage *
call_take_reinvite (ServiceFixture *f, const char *direction)
{
  SipMessage *reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autofree char *offer = service_fixture_dup_body (reinvite);

  g_test_message ("%s", offer);
  g_assert_nonnull (strstr (offer, direction));
  return reinvite;
}

SipMessage *
call_take_ack (ServiceFixture *f)
{
  return service_fixture_take_request (f, SIP_METHOD_ACK);
}

void
call_pair_accept (ServiceFixture *f, CallPair *pair, const SipMessage *reinvite)
{
  g_autofree char *offer = service_fixture_dup_body (reinvite);
  g_autofree char *answer = service_fixture_make_reanswer (pair->peer, offer);

  service_fixture_respond (f, reinvite, 200, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
}

void
call_refuse (ServiceFixture *f, const SipMessage *reinvite, guint status)
{
  service_fixture_respond (f, reinvite, status, NULL);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
}
