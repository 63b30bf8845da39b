/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ua-fixture.h"

#include <string.h>

#include "sip-text.h"

/* The agent, the clock, and what comes out. What is around it: ua-fixture-far.c. */

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

  *f = (UaFixture){
      .now_us = 1000 * G_TIME_SPAN_SECOND,
      .random = options->seed,
      .has_several_servers = (options->flags & SIP_UA_FLAG_SEVERAL_SERVERS) != 0,
  };
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
