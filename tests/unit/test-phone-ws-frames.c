/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport and what comes over an open WebSocket: whole messages however they are
 * cut (RFC 6455 §5.4), and nothing that no server may send. */
#include "ws-fixture.h"

#include "phone-error.h"

static void
test_frames_that_no_server_may_send (void)
{
  static const struct {
    const char *what;
    const char *bytes;
    gsize length;
    guint code;
  } cases[] = {
#define BYTES(text) (text), sizeof (text) - 1
      {"masked", BYTES ("\x81\x82\1\2\3\4ab"), 1002},
      {"reserved bit", BYTES ("\xc1\x01x"), 1002},
      {"data opcode 3", BYTES ("\x83\x01x"), 1002},
      {"control opcode 11", BYTES ("\x8b\x01x"), 1002},
      {"fragmented ping", BYTES ("\x09\x01x"), 1002},
      {"continuation of nothing", BYTES ("\x80\x01x"), 1002},
      {"text inside a message", BYTES ("\x01\x01x\x81\x01y"), 1002},
      {"length that is not minimal", BYTES ("\x81\x7e\x00\x01x"), 1002},
      {"text that is not UTF-8", BYTES ("\x81\x02\xff\xfe"), 1007},
      {"half a close code", BYTES ("\x88\x01\x03"), 1002},
#undef BYTES
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GByteArray *frames = g_byte_array_new ();
    Subject *subject;

    g_test_message ("%s", cases[i].what);
    g_byte_array_append (frames, (const guint8 *)cases[i].bytes, (guint)cases[i].length);
    subject = script_play (frames, SCRIPT_STAY);
    subject_assert_closed (subject, PHONE_TRANSPORT_END_POLICY, cases[i].code,
                           PHONE_ERROR_PROTOCOL);
    g_assert_cmpuint (subject->received->len, ==, 0);
    subject_free (subject);
  }
}

static void
test_pong_that_nobody_asked_for (void)
{
  GByteArray *frames = g_byte_array_new ();
  Script *script;
  Subject *subject;

  append_frame (frames, WS_FIN | WS_PONG, "x", 1);
  append_frame (frames, WS_FIN | WS_TEXT, "message", 7);
  script = script_new (NULL, g_byte_array_free_to_bytes (frames), SCRIPT_STAY);
  subject = subject_new_for_port (script->port);
  subject_open (subject);
  subject_wait_received (subject, 1);
  g_assert_cmpuint (subject->n_pongs, ==, 0);
  subject_free (subject);
  script_free (script);
}

static void
append_text_in_two (GByteArray *to, const char *text, gsize length, gsize split)
{
  append_frame (to, WS_TEXT, text, split);
  append_frame (to, WS_FIN | WS_PING, "are you there", 13);
  append_frame (to, WS_FIN | WS_PONG, "", 0);
  append_frame (to, WS_FIN, text + split, length - split);
}

/* A message of 3 kB in two fragments with control frames between, split at every byte. */
static void
test_fragments_at_every_split (void)
{
  gsize length = 3000;
  g_autofree char *text = g_malloc (length);
  GByteArray *frames = g_byte_array_new ();
  Script *script;
  Subject *subject;

  for (gsize i = 0; i < length; i++)
    text[i] = (char)(' ' + i % 90);
  for (gsize split = 0; split <= length; split++)
    append_text_in_two (frames, text, length, split);
  script = script_new (NULL, g_byte_array_free_to_bytes (frames), SCRIPT_STAY);
  subject = subject_new_for_port (script->port);
  subject_open (subject);
  subject_wait_received (subject, (guint)length + 1);
  for (guint i = 0; i <= length; i++) {
    gsize size;
    const char *got = g_bytes_get_data (subject->received->pdata[i], &size);
    g_assert_cmpmem (got, size, text, length);
  }
  subject_free (subject);
  script_free (script);
}

static void
test_tiny_fragments (void)
{
  GByteArray *frames = g_byte_array_new ();
  Script *script;
  Subject *subject;

  append_frame (frames, WS_TEXT, "x", 1);
  for (guint i = 0; i < 10000; i++)
    append_frame (frames, 0, "x", 1);
  append_frame (frames, WS_FIN, "", 0);
  script = script_new (NULL, g_byte_array_free_to_bytes (frames), SCRIPT_STAY);
  subject = subject_new_for_port (script->port);
  subject_open (subject);
  subject_wait_received (subject, 1);
  g_assert_cmpuint (g_bytes_get_size (subject->received->pdata[0]), ==, 10001);
  subject_free (subject);
  script_free (script);
}

static void
assert_too_large (GByteArray *frames)
{
  Subject *subject = script_play (frames, SCRIPT_STAY);

  subject_assert_closed (subject, PHONE_TRANSPORT_END_LOST, 1009, PHONE_ERROR_TOO_LARGE);
  g_assert_cmpuint (subject->received->len, ==, 0);
  subject_free (subject);
}

static void
test_message_over_the_limit (void)
{
  g_autofree char *text = g_strnfill (300000, 'x');
  GByteArray *frames = g_byte_array_new ();

  append_frame (frames, WS_FIN | WS_TEXT, text, 300000);
  assert_too_large (frames);

  frames = g_byte_array_new ();
  append_frame (frames, WS_TEXT, text, 100000);
  append_frame (frames, 0, text, 100000);
  append_frame (frames, WS_FIN, text, 100000);
  assert_too_large (frames);
}

/* A head that promises 2^40 bytes is refused at once, before any of them came. */
static void
test_length_that_is_promised (void)
{
  static const guint8 head[] = {WS_FIN | WS_TEXT, 127, 0, 0, 1, 0, 0, 0, 0, 0};
  GByteArray *frames = g_byte_array_new ();

  g_byte_array_append (frames, head, sizeof head);
  assert_too_large (frames);
}

/* Fragments without an end: libsoup alone would fill the memory. */
static void
test_message_without_an_end (void)
{
  g_autofree char *text = g_strnfill (60000, 'x');
  GByteArray *frames = g_byte_array_new ();
  GByteArray *more = g_byte_array_new ();
  Script *script;
  Subject *subject;

  append_frame (frames, WS_TEXT, text, 60000);
  append_frame (more, 0, text, 60000);
  script = script_new (NULL, g_byte_array_free_to_bytes (frames), SCRIPT_FLOOD);
  script->flood = g_byte_array_free_to_bytes (more);
  subject = script_visit (script);
  subject_assert_closed (subject, PHONE_TRANSPORT_END_LOST, 1009, PHONE_ERROR_TOO_LARGE);
  /* The connection is broken by the subject, not by the script. */
  wait_for_count (&script->n_ends, 1);
  g_test_message ("%" G_GUINT64_FORMAT " bytes were sent", script->n_flooded);
  g_assert_cmpuint (script->n_flooded, <, 16 * 1024 * 1024);
  subject_free (subject);
  script_free (script);
}

/* Each ping is answered, whole messages come in between, and nothing is ever read: what
 * waits to be sent does not grow without an end. */
static void
test_pings_that_are_answered_to_nobody (void)
{
  static const char payload[125] = "";
  GByteArray *more = g_byte_array_new ();
  Script *script;
  Subject *subject;

  for (guint i = 0; i < 500; i++) {
    append_frame (more, WS_FIN | WS_PING, payload, sizeof payload);
    if (i % 100 == 0)
      append_frame (more, WS_FIN | WS_TEXT, "\r\n\r\n", 4);
  }
  script = script_new (NULL, g_bytes_new (NULL, 0), SCRIPT_FLOOD);
  script->flood = g_byte_array_free_to_bytes (more);
  subject = script_visit (script);
  subject_assert_closed (subject, PHONE_TRANSPORT_END_LOST, 1006,
                         PHONE_ERROR_SERVER_SILENT);
  wait_for_count (&script->n_ends, 1);
  g_test_message ("%" G_GUINT64_FORMAT " bytes were sent", script->n_flooded);
  /* What two kernels hold of the answers, and then what is suffered. */
  g_assert_cmpuint (script->n_flooded, <, 64 * 1024 * 1024);
  subject_free (subject);
  script_free (script);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add_func ("/phone-ws-frames/" name, test)
  ADD ("frames-that-no-server-may-send", test_frames_that_no_server_may_send);
  ADD ("pong-that-nobody-asked-for", test_pong_that_nobody_asked_for);
  ADD ("fragments-at-every-split", test_fragments_at_every_split);
  ADD ("tiny-fragments", test_tiny_fragments);
  ADD ("pings-that-are-answered-to-nobody", test_pings_that_are_answered_to_nobody);
  ADD ("message-over-the-limit", test_message_over_the_limit);
  ADD ("length-that-is-promised", test_length_that_is_promised);
  ADD ("message-without-an-end", test_message_without_an_end);
#undef ADD

  return g_test_run ();
}
