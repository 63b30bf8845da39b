/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#include <string.h>

#include "sip-status.h"
#include "sip-text.h"

/* splitmix64: the same seed, the same bytes. */
static void
fill (guint8 *buffer, gsize length, gpointer user_data)
{
  UaFixture *f = user_data;

  for (gsize i = 0; i < length; i++) {
    guint64 z = (f->random += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
    buffer[i] = (guint8)(z ^ (z >> 31));
  }
}

static void
told_free (UaTold *told)
{
  g_free (told->body);
  g_free (told->reason);
  g_free (told->uri);
  g_free (told);
}

void
ua_fixture_init (UaFixture *f, const UaOptions *options)
{
  SipUaConfig config = {
      .aor = options->aor != NULL ? options->aor : "sip:alice@example.org",
      .display_name = "Alice",
      .password = options->password != NULL ? options->password : "secret",
      .instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001",
      .user_agent = "test",
      .flags = options->flags,
      .max_calls = options->max_calls,
      .max_ringing = options->max_ringing,
      .random = fill,
      .random_data = f,
  };

  *f = (UaFixture){.now_us = 1000 * G_TIME_SPAN_SECOND, .random = options->seed};
  g_queue_init (&f->sent);
  g_queue_init (&f->told);
  f->wire = g_string_new (NULL);
  f->ua = sip_ua_new (&config, f->now_us);
  g_assert_nonnull (f->ua);
  ua_fixture_pump (f);
}

void
ua_fixture_drop (UaFixture *f)
{
  sip_ua_free (f->ua);
  g_queue_clear_full (&f->sent, (GDestroyNotify)sip_message_unref);
  g_queue_clear_full (&f->told, (GDestroyNotify)told_free);
  g_string_free (f->wire, TRUE);
}

void
ua_fixture_clear (UaFixture *f)
{
  ua_fixture_expect_silence (f);
  ua_fixture_expect_nothing_told (f);
  ua_fixture_drop (f);
}

static void
keep_frame (UaFixture *f, const SipOutput *output)
{
  g_autoptr (GError) error = NULL;
  SipMessage *message;

  f->n_frames++;
  g_string_append_len (f->wire, output->frame, (gssize)output->frame_len);
  if (sip_keepalive_from_frame ((const guint8 *)output->frame, output->frame_len) !=
      SIP_KEEPALIVE_NONE) {
    f->n_keepalives++;
    return;
  }
  message =
      sip_message_parse ((const guint8 *)output->frame, output->frame_len, NULL, &error);
  if (message != NULL) {
    g_queue_push_tail (&f->sent, message);
    return;
  }
  /* A response has what its request had: one to a broken request is broken too. */
  f->broken_status = (guint)g_ascii_strtoull (output->frame + 8, NULL, 10);
  g_assert_true (g_str_has_prefix (output->frame, "SIP/2.0 "));
  g_assert_cmpuint (f->broken_status, >=, 400);
}

static void
keep_told (UaFixture *f, const SipOutput *output)
{
  UaTold *told = g_new0 (UaTold, 1);

  told->type = output->type;
  told->session = output->session;
  told->body = g_strdup (output->body);
  told->reason = g_strdup (output->reason);
  told->status = output->status;
  told->fork = output->fork;
  told->digit = output->digit;
  told->duration_ms = output->duration_ms;
  told->end = output->end;
  told->uri = g_strdup (output->uri);
  told->is_attended = output->is_attended;
  told->replaces = output->replaces;
  told->registration = output->registration;
  told->is_unanswerable = output->is_unanswerable;
  told->expires_at_us = output->expires_at_us;
  told->retry_at_us = output->retry_at_us;
  told->close = output->close;
  g_queue_push_tail (&f->told, told);
}

void
ua_fixture_pump (UaFixture *f)
{
  const SipOutput *output;
  guint n_pings = f->n_pings;

  sip_ua_check (f->ua);
  while ((output = sip_ua_pop_output (f->ua)) != NULL) {
    if (output->type == SIP_OUTPUT_SEND)
      keep_frame (f, output);
    else if (output->type == SIP_OUTPUT_PING)
      f->n_pings++;
    else
      keep_told (f, output);
  }
  if (f->n_pings > n_pings && !f->is_silent)
    sip_ua_pong (f->ua, f->now_us);
  g_assert_cmpint (sip_ua_get_deadline (f->ua), >, f->now_us);
}

void
ua_fixture_advance (UaFixture *f, gint64 us)
{
  gint64 until_us = f->now_us + us;

  while (f->now_us < until_us) {
    f->now_us = MIN (sip_ua_get_deadline (f->ua), until_us);
    sip_ua_tick (f->ua, f->now_us);
    ua_fixture_pump (f);
  }
}

void
ua_fixture_receive_bytes (UaFixture *f, const void *bytes, gsize length)
{
  sip_ua_receive (f->ua, bytes, length, f->now_us);
  ua_fixture_pump (f);
}

static char *
with_crlf (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (*text == '\n' && (out->len == 0 || out->str[out->len - 1] != '\r'))
      g_string_append_c (out, '\r');
    g_string_append_c (out, *text);
  }
  return g_strdup (out->str);
}

void
ua_fixture_receive (UaFixture *f, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *frame = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  frame = with_crlf (text);
  ua_fixture_receive_bytes (f, frame, strlen (frame));
}

char *
ua_text (SipText text)
{
  return text.s != NULL ? sip_text_dup (text) : g_strdup ("");
}

char *
ua_header (const SipMessage *message, SipHeader header)
{
  return ua_text (sip_message_get_header (message, header));
}

void
ua_expect_header (const SipMessage *message, SipHeader header, const char *pattern)
{
  g_autofree char *value = ua_header (message, header);

  if (!g_pattern_match_simple (pattern, value))
    g_error ("%s: %s is not %s", sip_header_get_name (header), value, pattern);
}

void
ua_expect_target (const SipMessage *request, const char *uri)
{
  g_autofree char *text = ua_text (sip_message_get_request_uri (request)->text);

  g_assert_cmpstr (text, ==, uri);
}

/* ---- What came out ---- */

static SipMessage *
take_sent (UaFixture *f)
{
  SipMessage *message = g_queue_pop_head (&f->sent);

  if (message == NULL)
    g_error ("nothing was sent");
  return message;
}

SipMessage *
ua_fixture_take_request (UaFixture *f, SipMethod method)
{
  SipMessage *message = take_sent (f);

  if (!sip_message_is_request (message) || sip_message_get_method (message) != method)
    g_error ("%s was expected, and this was sent:\n%.*s", sip_method_get_name (method),
             SIP_TEXT_ARG (sip_message_get_frame (message)));
  return message;
}

SipMessage *
ua_fixture_take_response (UaFixture *f, guint status)
{
  SipMessage *message = take_sent (f);

  if (sip_message_is_request (message) || sip_message_get_status (message) != status)
    g_error ("%u was expected, and this was sent:\n%.*s", status,
             SIP_TEXT_ARG (sip_message_get_frame (message)));
  return message;
}

void
ua_fixture_expect_request (UaFixture *f, SipMethod method)
{
  sip_message_unref (ua_fixture_take_request (f, method));
}

void
ua_fixture_expect_response (UaFixture *f, guint status)
{
  sip_message_unref (ua_fixture_take_response (f, status));
}

void
ua_fixture_expect_silence (UaFixture *f)
{
  SipMessage *message = g_queue_peek_head (&f->sent);

  if (message != NULL)
    g_error ("silence was expected, and this was sent:\n%.*s",
             SIP_TEXT_ARG (sip_message_get_frame (message)));
}

const UaTold *
ua_fixture_take (UaFixture *f, SipOutputType type)
{
  static UaTold *last;

  g_clear_pointer (&last, told_free);
  last = g_queue_pop_head (&f->told);
  if (last == NULL)
    g_error ("output %d was expected, and nothing was told", type);
  g_assert_cmpint (last->type, ==, type);
  return last;
}

void
ua_fixture_expect_registration (UaFixture *f, SipRegistrationState state)
{
  g_assert_cmpint (ua_fixture_take (f, SIP_OUTPUT_REGISTRATION)->registration, ==, state);
}

void
ua_fixture_expect_end (UaFixture *f, SipSessionId call, SipEnd end, guint status)
{
  const UaTold *told = ua_fixture_take (f, SIP_OUTPUT_ENDED);

  g_assert_cmpuint (told->session, ==, call);
  g_assert_cmpint (told->end, ==, end);
  g_assert_cmpuint (told->status, ==, status);
}

void
ua_fixture_expect_nothing_told (UaFixture *f)
{
  UaTold *told = g_queue_peek_head (&f->told);

  if (told != NULL)
    g_error ("output %d was told", told->type);
}

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
