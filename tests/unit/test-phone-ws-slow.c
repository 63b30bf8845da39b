/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport with servers that are silent or slow. */
#include "ws-fixture.h"

#include <string.h>

#include "phone-error.h"

static void
assert_time_out (const char *head, ScriptEnd end, guint code, PhoneError error)
{
  Script *script = script_new (head, NULL, end);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/", script->port);
  Subject *subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){url, NULL}, .handshake_timeout_ms = 100});

  subject_open (subject);
  subject_wait_closed (subject);
  g_assert_cmpuint (subject->closed->code, ==, code);
  g_assert_error (subject->closed->error, PHONE_ERROR, (int)error);
  subject_free (subject);
  script_free (script);
}

static void
test_handshake_time_out (void)
{
  assert_time_out (NULL, SCRIPT_MUTE, 0, PHONE_ERROR_CONNECT_TIMEOUT);
  assert_time_out ("HTTP/1.1 404 No\r\nContent-Length: 1000\r\n\r\nnever ends",
                   SCRIPT_STAY, 404, PHONE_ERROR_HTTP_NOT_FOUND);
}

/* The attempt itself ends, not only our interest in it. */
static void
test_close_while_nobody_answers (void)
{
  Script *script = script_new (NULL, NULL, SCRIPT_MUTE);
  Subject *subject = subject_new_for_port (script->port);

  subject_open (subject);
  wait_for_count (&script->n_connections, 1);
  subject_close (subject);
  wait_for_count (&script->n_ends, 1);
  g_assert_cmpuint (subject->n_closed, ==, 0);
  subject_free (subject);
  script_free (script);
}

/* ---- A byte at a time ---- */

/* 20 bytes in the time that it has, as with 2 bytes a second and the usual 10 s; that bytes
 * come does not give it more. */
static void
test_slow_handshake (void)
{
  Script *script = script_new (NULL, NULL, SCRIPT_STAY);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/", script->port);
  Subject *subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){url, NULL}, .handshake_timeout_ms = 200});

  script->pace_ms = 10;
  subject_open (subject);
  subject_wait_closed (subject);
  subject_assert_closed (subject, PHONE_TRANSPORT_END_UNREACHED, 0,
                         PHONE_ERROR_CONNECT_TIMEOUT);
  g_assert_cmpuint (script->n_paced, >, 0);
  g_assert_cmpuint (script->n_paced, <, strlen (SCRIPT_HEAD_SIP) / 2);
  wait_for_count (&script->n_ends, 1);
  subject_free (subject);
  script_free (script);
}

#define MESSAGE "a message that takes its time"

/* The server of a message that is on its way, and of a pong behind it. */
static Script *
start_slow_message (Subject **subject)
{
  GByteArray *frames = g_byte_array_new ();
  Script *script;

  append_frame (frames, WS_FIN | WS_TEXT, MESSAGE, strlen (MESSAGE));
  append_frame (frames, WS_FIN | WS_PONG, "", 0);
  script = script_new (NULL, g_byte_array_free_to_bytes (frames), SCRIPT_STAY);
  script->pace_ms = 2;
  *subject = subject_new_for_port (script->port);
  subject_open (*subject);
  subject_wait_opened (*subject);
  return script;
}

/* It comes whole, or not at all. What is behind it waits: so does a pong, and who waits
 * for that one gives the flow up in time (sip-flow.h). */
static void
test_slow_message (void)
{
  Subject *subject;
  Script *script = start_slow_message (&subject);

  subject_ping (subject);
  subject_wait_received (subject, 1);
  g_assert_cmpmem (g_bytes_get_data (subject->received->pdata[0], NULL),
                   g_bytes_get_size (subject->received->pdata[0]), MESSAGE,
                   strlen (MESSAGE));
  g_assert_cmpuint (subject->n_pongs, ==, 0);
  subject_wait_pongs (subject, 1);
  g_assert_cmpuint (subject->received->len, ==, 1);
  subject_free (subject);
  script_free (script);
}

/* It is over for us at once, and the rest of the message is nobody's. */
static void
test_close_in_a_slow_message (void)
{
  Subject *subject;
  Script *script = start_slow_message (&subject);
  guint n_before = script->n_paced;

  wait_for_count (&script->n_paced, n_before + 3);
  subject_close (subject);
  wait_for_count (&script->n_paced, n_before + strlen (MESSAGE) + 4);
  settle ();
  g_assert_cmpuint (subject->received->len, ==, 0);
  g_assert_cmpuint (subject->n_closed, ==, 0);
  subject_free (subject);
  script_free (script);
}

/* More than the system takes on its way. */
#define N_LARGE 64

static void
test_slow_reader (void)
{
  Subject *subject;
  Script *script = start_slow_message (&subject);
  g_autofree char *text = g_strnfill (PHONE_WS_MAX_MESSAGE_BYTES, 'x');

  for (guint i = 0; i < N_LARGE; i++)
    subject_send (subject, text, PHONE_WS_MAX_MESSAGE_BYTES);
  subject_wait_received (subject, 1); /* what comes is not held up by what goes */
  g_assert_cmpuint (subject->n_closed, ==, 0);
  subject_close (subject);
  subject_free (subject);
  script_free (script);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add_func ("/phone-ws-slow/" name, test)
  ADD ("handshake-time-out", test_handshake_time_out);
  ADD ("close-while-nobody-answers", test_close_while_nobody_answers);
  ADD ("slow-handshake", test_slow_handshake);
  ADD ("slow-message", test_slow_message);
  ADD ("close-in-a-slow-message", test_close_in_a_slow_message);
  ADD ("slow-reader", test_slow_reader);
#undef ADD

  return g_test_run ();
}
