/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transfer-fixture.h"

#include <string.h>

#include "sip-ua-private.h"

/* ---- We ask ---- */

void
asking_start (AskingRig *rig)
{
  *rig = (AskingRig){.cseq = 100};
  ua_fixture_start (&rig->f);
  rig->call = ua_fixture_call (&rig->f, &rig->invite);
}

void
asking_transfer (AskingRig *rig)
{
  g_autoptr (GError) error = NULL;

  sip_ua_transfer (rig->f.ua, rig->call, "carol", rig->f.now_us, &error);
  g_assert_no_error (error);
  ua_fixture_pump (&rig->f);
  g_clear_pointer (&rig->refer, sip_message_unref);
  rig->refer = ua_fixture_take_request (&rig->f, SIP_METHOD_REFER);
}

void
asking_begin (AskingRig *rig)
{
  asking_start (rig);
  asking_transfer (rig);
}

void
asking_clear (AskingRig *rig)
{
  sip_message_unref (rig->invite);
  g_clear_pointer (&rig->refer, sip_message_unref);
  ua_fixture_clear (&rig->f);
}

SipReferState
asking_get_state (AskingRig *rig)
{
  return sip_session_find (rig->f.ua, rig->call)->refer.state;
}

void
asking_respond (AskingRig *rig, guint status, const char *more)
{
  ua_fixture_respond (&rig->f, rig->refer, status, NULL, more, NULL);
}

void
asking_notify (AskingRig *rig, const char *event, const char *state, const char *frag)
{
  g_autofree char *more = g_strdup_printf (
      "Event: %s\n%s%s%s%s%s", event, state != NULL ? "Subscription-State: " : "",
      state != NULL ? state : "", state != NULL ? "\n" : "",
      frag != NULL ? "Content-Type: message/sipfrag;version=2.0\n\n" : "",
      frag != NULL ? frag : "");

  ua_fixture_request_inside (&rig->f, rig->invite, "NOTIFY", rig->cseq++, more, NULL);
}

void
asking_expect_told (AskingRig *rig, guint status, const char *reason)
{
  const UaTold *told = ua_fixture_take (&rig->f, SIP_OUTPUT_TRANSFER);

  g_assert_cmpuint (told->session, ==, rig->call);
  g_assert_cmpuint (told->status, ==, status);
  g_assert_cmpstr (told->reason, ==, reason);
}

void
asking_expect_over (AskingRig *rig)
{
  ua_fixture_expect_nothing_told (&rig->f);
  ua_fixture_expect_silence (&rig->f);
  g_assert_cmpint (asking_get_state (rig), ==, SIP_REFER_NONE);
  g_assert_cmpuint (sip_ua_get_n_calls (rig->f.ua), ==, 1);
  asking_notify (rig, "refer", "active", "SIP/2.0 100 Trying\n");
  ua_fixture_expect_response (&rig->f, 481);
  asking_transfer (rig);
}

/* ---- They ask ---- */

void
asked_start_as (AskedRig *rig, const UaOptions *options)
{
  *rig = (AskedRig){.cseq = 2};
  ua_fixture_init (&rig->f, options);
  ua_fixture_register (&rig->f);
  rig->call = ua_fixture_be_called (&rig->f, "in", &rig->answer);
}

void
asked_start (AskedRig *rig)
{
  asked_start_as (rig, &(UaOptions){0});
}

void
asked_clear (AskedRig *rig)
{
  sip_message_unref (rig->answer);
  g_clear_pointer (&rig->invite, sip_message_unref);
  ua_fixture_clear (&rig->f);
}

void
asked_refer (AskedRig *rig, const char *more)
{
  ua_fixture_request_inside (&rig->f, rig->answer, "REFER", rig->cseq++, more, NULL);
}

void
asked_expect_asked (AskedRig *rig, const char *uri, gboolean is_attended)
{
  const UaTold *told = ua_fixture_take (&rig->f, SIP_OUTPUT_TRANSFER_ASKED);

  g_assert_cmpuint (told->session, ==, rig->call);
  g_assert_cmpstr (told->uri, ==, uri);
  g_assert_cmpint (told->is_attended, ==, is_attended);
}

SipMessage *
asked_take_notify (AskedRig *rig, const char *state, const char *frag)
{
  SipMessage *notify = ua_fixture_take_request (&rig->f, SIP_METHOD_NOTIFY);
  g_autofree char *body = ua_text (sip_message_get_body (notify));
  g_autofree char *line = g_strconcat (frag, "\r\n", NULL);

  ua_expect_header (notify, SIP_HEADER_SUBSCRIPTION_STATE, state);
  ua_expect_header (notify, SIP_HEADER_CONTENT_TYPE, "message/sipfrag;version=2.0");
  ua_expect_header (notify, SIP_HEADER_CONTACT, "<sip*>");
  g_assert_cmpstr (body, ==, line);
  return notify;
}

void
asked_answer_notify (AskedRig *rig, const char *state, const char *frag)
{
  g_autoptr (SipMessage) notify = asked_take_notify (rig, state, frag);

  ua_fixture_respond (&rig->f, notify, 200, NULL, "", NULL);
}

void
asked_take_question (AskedRig *rig, const char *more)
{
  asked_refer (rig, more);
  ua_fixture_expect_response (&rig->f, 202);
  asked_expect_asked (rig, "sip:carol@example.org", strstr (more, "?Replaces=") != NULL);
}

void
asked_begin (AskedRig *rig, const char *more)
{
  asked_start (rig);
  asked_take_question (rig, more);
  asked_answer_notify (rig, "active;expires=300", "SIP/2.0 100 Trying");
}

void
asked_follow (AskedRig *rig)
{
  g_autoptr (GError) error = NULL;

  rig->made =
      sip_ua_accept_transfer (rig->f.ua, rig->call, UA_OFFER, rig->f.now_us, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rig->made, >, rig->call);
  ua_fixture_pump (&rig->f);
  g_clear_pointer (&rig->invite, sip_message_unref);
  rig->invite = ua_fixture_take_request (&rig->f, SIP_METHOD_INVITE);
}

void
asked_ring (AskedRig *rig, guint status)
{
  ua_fixture_respond (&rig->f, rig->invite, status, "carols", UA_CONTACT, NULL);
  g_assert_cmpuint (ua_fixture_take (&rig->f, SIP_OUTPUT_PROGRESS)->session, ==,
                    rig->made);
}

void
asked_take_up (AskedRig *rig)
{
  ua_fixture_respond (&rig->f, rig->invite, 200, "carols", UA_CONTACT, UA_ANSWER);
  ua_fixture_expect_request (&rig->f, SIP_METHOD_ACK);
  g_assert_cmpuint (ua_fixture_take (&rig->f, SIP_OUTPUT_ANSWERED)->session, ==,
                    rig->made);
}

void
asked_refuse_call (AskedRig *rig, guint status)
{
  ua_fixture_respond (&rig->f, rig->invite, status, "carols", "", NULL);
  ua_fixture_expect_request (&rig->f, SIP_METHOD_ACK);
  ua_fixture_take (&rig->f, SIP_OUTPUT_ENDED);
}

gboolean
asked_refuse (AskedRig *rig)
{
  gboolean is_done = sip_ua_refuse_transfer (rig->f.ua, rig->call, rig->f.now_us, NULL);

  ua_fixture_pump (&rig->f);
  return is_done;
}

SipReferredState
asked_get_state (AskedRig *rig)
{
  SipSession *session = sip_session_find (rig->f.ua, rig->call);

  return session != NULL ? session->referred.state : SIP_REFERRED_NONE;
}

void
asked_expect_over (AskedRig *rig)
{
  ua_fixture_expect_silence (&rig->f);
  ua_fixture_expect_nothing_told (&rig->f);
  g_assert_cmpint (asked_get_state (rig), ==, SIP_REFERRED_NONE);
  g_assert_false (asked_refuse (rig));
}
