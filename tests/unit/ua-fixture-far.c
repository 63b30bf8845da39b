/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#include <string.h>

#include "sip-status.h"
#include "sip-text.h"
#include "sip-ua-private.h"

/* What is around the agent: the server, the far end, the flow, and the short ways to where
 * most tests begin. */

/* ---- What the server does ---- */

static void
append_vias (GString *out, const SipMessage *request)
{
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, request, SIP_HEADER_VIA);
  while (sip_value_iter_next (&iter, &value))
    g_string_append_printf (out, "Via: %.*s\n", SIP_TEXT_ARG (value));
}

void
ua_fixture_respond (UaFixture *f,
                    const SipMessage *request,
                    guint status,
                    const char *to_tag,
                    const char *more,
                    const char *body)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean has_tag = sip_message_get_to_tag (request).len > 0;

  g_string_printf (out, "SIP/2.0 %u %s\n", status, sip_status_get_phrase (status));
  append_vias (out, request);
  g_string_append_printf (
      out, "From: %.*s\nTo: %.*s%s%s\nCall-ID: %.*s\nCSeq: %.*s\n%s",
      SIP_TEXT_ARG (sip_message_get_from (request)->text),
      SIP_TEXT_ARG (sip_message_get_to (request)->text),
      to_tag != NULL && !has_tag ? ";tag=" : "", to_tag != NULL && !has_tag ? to_tag : "",
      SIP_TEXT_ARG (sip_message_get_call_id (request)),
      SIP_TEXT_ARG (sip_message_get_header (request, SIP_HEADER_CSEQ)), more);
  /* Not by the parts that GLib 2.84 has as macros, of which GCC 14 thinks that the string
   * may be none (-Wnull-dereference). */
  g_string_append_printf (out, "%s\n%s",
                          body != NULL ? "Content-Type: application/sdp\n" : "",
                          body != NULL ? body : "");
  ua_fixture_receive (f, "%s", out->str);
}

void
ua_fixture_answer_astray (
    UaFixture *f, SipSessionId call, const char *to_tag, guint cseq, const char *body)
{
  const SipSession *session = sip_session_find (f->ua, call);

  ua_fixture_receive (
      f,
      "SIP/2.0 200 OK\nVia: SIP/2.0/WS %s;branch=z9hG4bK-astray\n"
      "From: <sip:alice@example.org>;tag=%s\n"
      "To: <sip:bob@example.org>;tag=%s\nCall-ID: %s\n"
      "CSeq: %u INVITE\n" UA_CONTACT "Content-Type: application/sdp\n\n%s",
      f->ua->host, session->local_tag, to_tag, session->call_id, cseq, body);
}

void
ua_fixture_grant (UaFixture *f, const SipMessage *request, guint expires_s)
{
  g_autofree char *contact = ua_header (request, SIP_HEADER_CONTACT);
  g_autofree char *more = NULL;
  char *expires = strstr (contact, ";expires=");

  g_assert_nonnull (expires);
  *expires = '\0';
  more = g_strdup_printf ("Contact: %s;expires=%u\n", contact, expires_s);
  ua_fixture_respond (f, request, 200, "registrar", more, NULL);
}

void
ua_fixture_challenge (UaFixture *f,
                      const SipMessage *request,
                      guint status,
                      const char *realm,
                      const char *nonce,
                      const char *more)
{
  g_autofree char *line = g_strdup_printf (
      "%s: Digest realm=\"%s\", nonce=\"%s\", qop=\"auth\", algorithm=SHA-256%s\n",
      status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", realm, nonce, more);

  ua_fixture_respond (f, request, status, "server", line, NULL);
}

/* ---- The short ways ---- */

void
ua_fixture_open (UaFixture *f)
{
  sip_ua_start (f->ua, f->now_us);
  ua_fixture_pump (f);
  if (f->has_several_servers)
    ua_fixture_take (f, SIP_OUTPUT_AVOID_NONE);
  ua_fixture_take (f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_CONNECTING);
  sip_ua_flow_opened (f->ua, f->now_us);
  ua_fixture_pump (f);
}

void
ua_fixture_register (UaFixture *f)
{
  g_autoptr (SipMessage) first = NULL;
  g_autoptr (SipMessage) second = NULL;

  ua_fixture_open (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
  first = ua_fixture_take_request (f, SIP_METHOD_REGISTER);
  ua_fixture_challenge (f, first, 401, "example.org", "n1", "");
  second = ua_fixture_take_request (f, SIP_METHOD_REGISTER);
  ua_fixture_grant (f, second, 600);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERED);
}

SipMessage *
ua_fixture_begin (UaFixture *f, const UaOptions *options)
{
  ua_fixture_init (f, options);
  ua_fixture_open (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
  return ua_fixture_take_request (f, SIP_METHOD_REGISTER);
}

void
ua_fixture_start (UaFixture *f)
{
  ua_fixture_init (f, &(UaOptions){0});
  ua_fixture_register (f);
}

void
ua_fixture_hang_up (UaFixture *f, SipSessionId call, SipEnd end)
{
  g_assert_true (sip_ua_hang_up (f->ua, call, NULL, f->now_us, NULL));
  ua_fixture_pump (f);
  ua_fixture_expect_end (f, call, end, end == SIP_END_DECLINED_HERE ? 603 : 0);
}

SipMessage *
ua_fixture_dial (UaFixture *f, SipSessionId *call)
{
  g_autoptr (GError) error = NULL;

  *call = sip_ua_invite (f->ua, "sip:bob@example.org", UA_OFFER, f->now_us, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (*call, !=, 0);
  ua_fixture_pump (f);
  return ua_fixture_take_request (f, SIP_METHOD_INVITE);
}

SipSessionId
ua_fixture_call (UaFixture *f, SipMessage **invite)
{
  SipSessionId call;
  SipMessage *request = ua_fixture_dial (f, &call);

  ua_fixture_respond (f, request, 200, "there", "Contact: <sip:bob@far.invalid>\n",
                      UA_ANSWER);
  ua_fixture_expect_request (f, SIP_METHOD_ACK);
  g_assert_cmpstr (ua_fixture_take (f, SIP_OUTPUT_ANSWERED)->body, ==, UA_ANSWER);
  if (invite != NULL)
    *invite = request;
  else
    sip_message_unref (request);
  return call;
}

SipSessionId
ua_fixture_ring (UaFixture *f, const char *id, SipMessage **ringing)
{
  SipSessionId call;
  SipMessage *response;

  ua_fixture_receive (f,
                      "INVITE sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s\n"
                      "Max-Forwards: 70\n"
                      "From: \"Bob\" <sip:bob@example.org>;tag=far\n"
                      "To: <sip:alice@example.org>\n"
                      "Call-ID: %s\n"
                      "CSeq: 1 INVITE\n"
                      "Record-Route: <sip:edge.invalid;lr>\n"
                      "Contact: <sip:bob@far.invalid>\n"
                      "Content-Type: application/sdp\n"
                      "\n" UA_OFFER,
                      id, id);
  ua_fixture_expect_response (f, 100);
  response = ua_fixture_take_response (f, 180);
  call = ua_fixture_take (f, SIP_OUTPUT_INCOMING)->session;
  if (ringing != NULL)
    *ringing = response;
  else
    sip_message_unref (response);
  return call;
}

SipSessionId
ua_fixture_be_called (UaFixture *f, const char *id, SipMessage **answer)
{
  SipSessionId call = ua_fixture_ring (f, id, NULL);
  g_autoptr (GError) error = NULL;
  SipMessage *response;

  sip_ua_answer (f->ua, call, UA_ANSWER, f->now_us, &error);
  g_assert_no_error (error);
  ua_fixture_pump (f);
  response = ua_fixture_take_response (f, 200);
  ua_fixture_request_inside (f, response, "ACK", 1, "", NULL);
  g_assert_cmpuint (ua_fixture_take (f, SIP_OUTPUT_CONFIRMED)->session, ==, call);
  if (answer != NULL)
    *answer = response;
  else
    sip_message_unref (response);
  return call;
}

void
ua_fixture_request_inside (UaFixture *f,
                           const SipMessage *inside,
                           const char *method,
                           guint cseq,
                           const char *more,
                           const char *body)
{
  gboolean we_called = sip_message_is_request (inside);
  g_autofree char *from = ua_text (sip_message_get_from (inside)->text);
  g_autofree char *to = ua_text (sip_message_get_to (inside)->text);
  g_autofree char *theirs =
      we_called ? g_strdup_printf ("%s;tag=there", to) : g_strdup (from);

  ua_fixture_receive (
      f,
      "%s %s SIP/2.0\n"
      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s-%u-%.*s\n"
      "Max-Forwards: 70\n"
      "From: %s\nTo: %s\nCall-ID: %.*s\nCSeq: %u %s\n"
      "Contact: <sip:bob@far.invalid>\n%s%s\n%s",
      method, sip_ua_get_contact (f->ua), method, cseq,
      SIP_TEXT_ARG (sip_message_get_call_id (inside)), theirs, we_called ? from : to,
      SIP_TEXT_ARG (sip_message_get_call_id (inside)), cseq, method, more,
      body != NULL ? "Content-Type: application/sdp\n" : "", body != NULL ? body : "");
}

/* ---- Inside a call ---- */

SipMessage *
ua_fixture_reoffer (UaFixture *f, SipSessionId call, const char *offer)
{
  g_autoptr (GError) error = NULL;

  sip_ua_reoffer (f->ua, call, offer, f->now_us, &error);
  g_assert_no_error (error);
  ua_fixture_pump (f);
  return ua_fixture_take_request (f, SIP_METHOD_INVITE);
}

/* ---- The flow ---- */

void
ua_fixture_lose_flow (UaFixture *f)
{
  sip_ua_flow_closed (f->ua, SIP_FLOW_CLOSE_LOST, 0, f->now_us);
  ua_fixture_pump (f);
}

void
ua_fixture_expect_reconnect (UaFixture *f)
{
  ua_fixture_take (f, SIP_OUTPUT_OPEN_FLOW);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_CONNECTING);
}

void
ua_fixture_come_back (UaFixture *f)
{
  g_autoptr (SipMessage) again = NULL;

  sip_ua_flow_opened (f->ua, f->now_us);
  ua_fixture_pump (f);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERING);
  again = ua_fixture_take_request (f, SIP_METHOD_REGISTER);
  ua_fixture_expect_silence (f);
  ua_fixture_grant (f, again, 600);
  ua_fixture_expect_registration (f, SIP_REGISTRATION_REGISTERED);
}

void
ua_fixture_reconnect (UaFixture *f)
{
  ua_fixture_advance (f, 6 * G_TIME_SPAN_SECOND);
  ua_fixture_lose_flow (f);
  ua_fixture_expect_reconnect (f);
  ua_fixture_come_back (f);
}

void
ua_fixture_forget (UaFixture *f)
{
  SipMessage *message;
  gpointer told;

  while ((message = g_queue_pop_head (&f->sent)) != NULL)
    sip_message_unref (message);
  while ((told = g_queue_peek_head (&f->told)) != NULL)
    ua_fixture_take (f, *(SipOutputType *)told);
}

void
ua_fixture_expect_alive (UaFixture *f)
{
  static guint n;

  ua_fixture_forget (f);
  ua_fixture_receive (f,
                      "OPTIONS sip:alice@example.org SIP/2.0\n"
                      "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-alive-%u\n"
                      "From: <sip:bob@example.org>;tag=far\nTo: <sip:alice@example.org>\n"
                      "Call-ID: alive-%u\nCSeq: 1 OPTIONS\nMax-Forwards: 70\n\n",
                      n, n);
  n++;
  ua_fixture_expect_response (f, 200);
}

void
ua_fixture_drop_alive (UaFixture *f)
{
  ua_fixture_expect_alive (f);
  ua_fixture_drop (f);
}
