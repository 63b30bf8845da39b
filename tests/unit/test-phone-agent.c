/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pump between the core and a transport, here a pipe of which the test holds the
 * other end. */
#include "phone-agent.h"

#include "phone-error.h"
#include "sip-status.h"
#include "sip-writer.h"

#include <string.h>

/* ---- The pipe ---- */

#define TEST_TYPE_PIPE (test_pipe_get_type ())
G_DECLARE_FINAL_TYPE (TestPipe, test_pipe, TEST, PIPE, GObject)

struct _TestPipe {
  GObject parent_instance;

  GQueue sent; /* of SipMessage */
  guint n_opened;
  guint n_closed;
  gint64 avoided_until_us;
};

static void
test_pipe_open (PhoneTransport *transport)
{
  TEST_PIPE (transport)->n_opened++;
}

static void
test_pipe_send (PhoneTransport *transport, const char *frame, gsize length)
{
  g_autoptr (GError) error = NULL;
  SipMessage *message = sip_message_parse ((const guint8 *)frame, length, NULL, &error);

  g_assert_no_error (error);
  g_queue_push_tail (&TEST_PIPE (transport)->sent, message);
}

static void
test_pipe_ping (PhoneTransport *transport)
{
}

static void
test_pipe_close (PhoneTransport *transport)
{
  TEST_PIPE (transport)->n_closed++;
}

static void
test_pipe_avoid_server (PhoneTransport *transport, gint64 until_us)
{
  TEST_PIPE (transport)->avoided_until_us = until_us;
}

static void
test_pipe_avoid_none (PhoneTransport *transport)
{
  TEST_PIPE (transport)->avoided_until_us = 0;
}

static void
transport_init (PhoneTransportInterface *interface)
{
  interface->open = test_pipe_open;
  interface->send = test_pipe_send;
  interface->ping = test_pipe_ping;
  interface->close = test_pipe_close;
  interface->avoid_server = test_pipe_avoid_server;
  interface->avoid_none = test_pipe_avoid_none;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestPipe,
                               test_pipe,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PHONE_TYPE_TRANSPORT,
                                                      transport_init))

static void
test_pipe_finalize (GObject *object)
{
  g_queue_clear_full (&TEST_PIPE (object)->sent, (GDestroyNotify)sip_message_unref);
  G_OBJECT_CLASS (test_pipe_parent_class)->finalize (object);
}

static void
test_pipe_class_init (TestPipeClass *class)
{
  G_OBJECT_CLASS (class)->finalize = test_pipe_finalize;
}

static void
test_pipe_init (TestPipe *self)
{
  g_queue_init (&self->sent);
}

/* ---- One agent at one pipe ---- */

typedef struct {
  TestPipe *pipe;
  PhoneAgent *agent;
  SipRegistrationState registration;
  guint n_stopped;
  SipSessionId incoming;
  SipSessionId ended;
  SipEnd end;
  gboolean rejects_at_once;
} Fixture;

static void
on_output (PhoneAgent *agent, const SipOutput *output, Fixture *f)
{
  g_autoptr (GError) error = NULL;

  if (output->type == SIP_OUTPUT_REGISTRATION)
    f->registration = output->registration;
  if (output->type == SIP_OUTPUT_STOPPED)
    f->n_stopped++;
  if (output->type == SIP_OUTPUT_ENDED) {
    f->ended = output->session;
    f->end = output->end;
  }
  if (output->type != SIP_OUTPUT_INCOMING)
    return;
  f->incoming = output->session;
  if (f->rejects_at_once) {
    g_assert_true (phone_agent_reject (agent, f->incoming, SIP_STATUS_BUSY_HERE, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (f->ended, ==, 0); /* what it brings about comes later */
  }
}

/* @data: SipUaFlags. */
static void
set_up (Fixture *f, gconstpointer data)
{
  const SipUaConfig config = {
      .aor = "sip:alice@example.org",
      .instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001",
      .flags = GPOINTER_TO_UINT (data),
  };

  f->pipe = g_object_new (TEST_TYPE_PIPE, NULL);
  f->agent = phone_agent_new (&config, PHONE_TRANSPORT (f->pipe));
  g_signal_connect (f->agent, "output", G_CALLBACK (on_output), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->agent);
  g_assert_finalize_object (f->pipe);
}

/* The next frame the agent sent; owned. */
static SipMessage *
take_sent (Fixture *f, SipMethod method)
{
  SipMessage *message = g_queue_pop_head (&f->pipe->sent);

  g_assert_nonnull (message);
  g_assert_cmpint (sip_message_get_method (message), ==, method);
  return message;
}

static void
receive (Fixture *f, GBytes *frame)
{
  g_signal_emit_by_name (f->pipe, "received", frame);
}

static void
answer (Fixture *f, const SipMessage *request, guint status)
{
  g_autoptr (GBytes) frame = NULL;
  SipWriter *writer = sip_writer_new_response (request, status, NULL, "far");

  if (sip_message_get_method (request) == SIP_METHOD_REGISTER)
    sip_writer_copy_header (writer, request, SIP_HEADER_CONTACT);
  frame = sip_writer_finish (writer, NULL);
  receive (f, frame);
}

static void
register_agent (Fixture *f)
{
  g_autoptr (SipMessage) request = NULL;

  phone_agent_start (f->agent);
  g_assert_cmpuint (f->pipe->n_opened, ==, 1);
  g_assert_cmpint (f->registration, ==, SIP_REGISTRATION_CONNECTING);
  g_signal_emit_by_name (f->pipe, "opened");
  request = take_sent (f, SIP_METHOD_REGISTER);
  answer (f, request, SIP_STATUS_OK);
  g_assert_cmpint (f->registration, ==, SIP_REGISTRATION_REGISTERED);
}

static void
close_pipe (Fixture *f, PhoneTransportEnd end)
{
  PhoneTransportClose why = {.end = end};

  why.error = g_error_new_literal (PHONE_ERROR, PHONE_ERROR_SERVER_SILENT, "no pong");
  g_signal_emit_by_name (f->pipe, "closed", &why);
  g_error_free (why.error);
}

/* ---- Cases ---- */

static void
test_register_and_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) request = NULL;

  register_agent (f);
  phone_agent_stop (f->agent);
  request = take_sent (f, SIP_METHOD_REGISTER);
  g_assert_true (
      sip_text_equal_str (sip_message_get_header (request, SIP_HEADER_EXPIRES), "0"));
  answer (f, request, SIP_STATUS_OK);
  g_assert_cmpuint (f->n_stopped, ==, 1);
  g_assert_cmpint (f->registration, ==, SIP_REGISTRATION_OFFLINE);
  g_assert_cmpuint (f->pipe->n_closed, >, 0);
}

/* Nobody asks the agent to: the deadline does. */
static void
test_reconnects_by_itself (Fixture *f, gconstpointer data)
{
  register_agent (f);
  close_pipe (f, PHONE_TRANSPORT_END_LOST);
  g_assert_error (phone_agent_get_flow_error (f->agent), PHONE_ERROR,
                  PHONE_ERROR_SERVER_SILENT);
  while (f->pipe->n_opened < 2)
    g_main_context_iteration (NULL, TRUE);
  g_signal_emit_by_name (f->pipe, "opened");
  g_assert_null (phone_agent_get_flow_error (f->agent));
  sip_message_unref (take_sent (f, SIP_METHOD_REGISTER));
}

static const char invite[] = "INVITE sip:alice@example.org SIP/2.0\r\n"
                             "Via: SIP/2.0/WS far.invalid;branch=z9hG4bKfar\r\n"
                             "Max-Forwards: 70\r\n"
                             "From: <sip:bob@example.org>;tag=bob\r\n"
                             "To: <sip:alice@example.org>\r\n"
                             "Call-ID: from-far\r\n"
                             "CSeq: 1 INVITE\r\n"
                             "Contact: <sip:bob@far.invalid;transport=ws>\r\n"
                             "Content-Type: application/sdp\r\n"
                             "Content-Length: 5\r\n"
                             "\r\n"
                             "v=0\r\n";

static void
receive_invite (Fixture *f)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (invite, sizeof invite - 1);

  receive (f, frame);
  g_assert_cmpuint (f->incoming, !=, 0);
}

static guint
take_status (Fixture *f)
{
  g_autoptr (SipMessage) response = take_sent (f, SIP_METHOD_INVITE);

  return sip_message_get_status (response);
}

/* A command from inside the handler returns at once; the pump that runs already goes on
 * with what it brought about, in its order. */
static void
test_command_inside_output (Fixture *f, gconstpointer data)
{
  f->rejects_at_once = TRUE;
  register_agent (f);
  receive_invite (f);
  g_assert_cmpuint (take_status (f), ==, SIP_STATUS_TRYING);
  while (g_queue_get_length (&f->pipe->sent) > 1) /* it may have rung */
    g_assert_cmpuint (take_status (f), ==, SIP_STATUS_RINGING);
  g_assert_cmpuint (take_status (f), ==, SIP_STATUS_BUSY_HERE);
  g_assert_cmpuint (f->ended, ==, f->incoming);
  g_assert_cmpint (f->end, ==, SIP_END_DECLINED_HERE);
}

static void
test_errors_are_mapped (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) no_flow = NULL;
  g_autoptr (GError) no_call = NULL;
  g_autoptr (GError) bad_address = NULL;
  SipSessionId session;

  g_assert_false (phone_agent_invite (f->agent, "sip:bob@example.org", "v=0\r\n",
                                      &session, &no_flow));
  g_assert_error (no_flow, PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED);
  g_assert_cmpuint (session, ==, 0);
  register_agent (f);
  g_assert_false (phone_agent_hang_up (f->agent, 99, NULL, &no_call));
  g_assert_error (no_call, PHONE_ERROR, PHONE_ERROR_NO_SUCH_CALL);
  g_assert_false (
      phone_agent_invite (f->agent, "sip:b\r\nX: 1", "v=0\r\n", &session, &bad_address));
  g_assert_error (bad_address, PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS);
  g_assert_true (g_queue_is_empty (&f->pipe->sent));
}

static void
test_outgoing (Fixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) request = NULL;
  g_autoptr (GError) error = NULL;
  SipSessionId session = 0;

  register_agent (f);
  g_assert_true (
      phone_agent_invite (f->agent, "sip:bob@example.org", "v=0\r\n", &session, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (session, !=, 0);
  request = take_sent (f, SIP_METHOD_INVITE);
  answer (f, request, SIP_STATUS_BUSY_HERE);
  sip_message_unref (take_sent (f, SIP_METHOD_ACK));
  g_assert_cmpuint (f->ended, ==, session);
  g_assert_cmpint (f->end, ==, SIP_END_REFUSED);
}

/* The transport is told whom to avoid before it is to open again, and that the user wants
 * nobody to be avoided. */
static void
test_next_server (Fixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) request = NULL;
  gint64 now_us = g_get_monotonic_time ();

  phone_agent_start (f->agent);
  g_signal_emit_by_name (f->pipe, "opened");
  request = take_sent (f, SIP_METHOD_REGISTER);
  answer (f, request, SIP_STATUS_SERVICE_UNAVAILABLE);
  g_assert_cmpint (f->pipe->avoided_until_us, >=, now_us + 5 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (f->pipe->n_opened, ==, 2);
  g_assert_cmpuint (f->pipe->n_closed, ==, 1);
  phone_agent_start (f->agent);
  g_assert_cmpint (f->pipe->avoided_until_us, ==, 0);
}

/* Whatever comes after it, nothing is said and nothing is done. */
static void
test_abandoned (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  register_agent (f);
  f->incoming = 0;
  phone_agent_abandon (f->agent);
  phone_agent_abandon (f->agent);
  close_pipe (f, PHONE_TRANSPORT_END_LOST);
  phone_agent_hang_up (f->agent, 1, NULL, &error);
  phone_agent_stop (f->agent);
  g_assert_cmpuint (f->n_stopped, ==, 0);
  g_assert_true (g_queue_is_empty (&f->pipe->sent));
}

static void
test_bad_address_of_record (void)
{
  const SipUaConfig config = {
      .aor = "nonsense",
      .instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001",
  };
  g_autoptr (TestPipe) pipe = g_object_new (TEST_TYPE_PIPE, NULL);

  g_assert_null (phone_agent_new (&config, PHONE_TRANSPORT (pipe)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/agent/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("register-and-stop", test_register_and_stop);
  ADD ("reconnects-by-itself", test_reconnects_by_itself);
  ADD ("command-inside-output", test_command_inside_output);
  ADD ("errors-are-mapped", test_errors_are_mapped);
  ADD ("outgoing", test_outgoing);
  ADD ("abandoned", test_abandoned);
  g_test_add ("/phone/agent/next-server", Fixture,
              GUINT_TO_POINTER (SIP_UA_FLAG_SEVERAL_SERVERS), set_up, test_next_server,
              tear_down);
  g_test_add_func ("/phone/agent/bad-address-of-record", test_bad_address_of_record);
  return g_test_run ();
}
