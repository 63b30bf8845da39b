/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ws-fixture.h"

#include <string.h>
#include <sys/socket.h>

#define PATIENCE_S 30

static gboolean
on_patience_over (gpointer user_data)
{
  g_error ("what the test waited for did not happen within %d s", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

#define TURN_UNTIL(condition)                                                            \
  G_STMT_START                                                                           \
  {                                                                                      \
    guint patience = g_timeout_add_seconds (PATIENCE_S, on_patience_over, NULL);         \
    while (!(condition))                                                                 \
      g_main_context_iteration (NULL, TRUE);                                             \
    g_source_remove (patience);                                                          \
  }                                                                                      \
  G_STMT_END

void
wait_until (const gboolean *condition)
{
  TURN_UNTIL (*condition);
}

void
wait_for_count (const guint *count, guint n)
{
  TURN_UNTIL (*count >= n);
}

void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_opened (PhoneTransport *transport, gpointer user_data)
{
  Subject *self = user_data;

  g_assert_false (self->is_inside_call);
  self->n_opened++;
}

static void
on_received (PhoneTransport *transport, GBytes *frame, gpointer user_data)
{
  Subject *self = user_data;

  g_assert_false (self->is_inside_call);
  g_ptr_array_add (self->received, g_bytes_ref (frame));
}

static void
on_pong (PhoneTransport *transport, gpointer user_data)
{
  Subject *self = user_data;

  g_assert_false (self->is_inside_call);
  self->n_pongs++;
}

static void
on_closed (PhoneTransport *transport, PhoneTransportClose *cause, gpointer user_data)
{
  Subject *self = user_data;

  g_assert_false (self->is_inside_call);
  g_assert_nonnull (cause->error);
  self->n_closed++;
  g_clear_pointer (&self->closed, phone_transport_close_free);
  self->closed = phone_transport_close_copy (cause);
}

Subject *
subject_new (const PhoneWsTransportConfig *config)
{
  Subject *self = g_new0 (Subject, 1);

  self->transport = phone_ws_transport_new (config);
  self->received = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_signal_connect (self->transport, "opened", G_CALLBACK (on_opened), self);
  g_signal_connect (self->transport, "received", G_CALLBACK (on_received), self);
  g_signal_connect (self->transport, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (self->transport, "closed", G_CALLBACK (on_closed), self);
  return self;
}

Subject *
subject_new_for_url (const char *url)
{
  return subject_new (&(PhoneWsTransportConfig){.urls = (const char *[]){url, NULL}});
}

Subject *
subject_new_for_port (guint16 port)
{
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/ws", port);

  return subject_new_for_url (url);
}

void
subject_free (Subject *self)
{
  g_assert_finalize_object (G_OBJECT (self->transport));
  g_ptr_array_unref (self->received);
  g_clear_pointer (&self->closed, phone_transport_close_free);
  g_free (self);
}

void
subject_open (Subject *self)
{
  self->is_inside_call = TRUE;
  phone_transport_open (self->transport);
  self->is_inside_call = FALSE;
}

void
subject_send (Subject *self, const char *frame, gsize length)
{
  self->is_inside_call = TRUE;
  phone_transport_send (self->transport, frame, length);
  self->is_inside_call = FALSE;
}

void
subject_ping (Subject *self)
{
  self->is_inside_call = TRUE;
  phone_transport_ping (self->transport);
  self->is_inside_call = FALSE;
}

void
subject_close (Subject *self)
{
  self->is_inside_call = TRUE;
  phone_transport_close (self->transport);
  self->is_inside_call = FALSE;
}

void
subject_wait_opened (Subject *self)
{
  TURN_UNTIL (self->n_opened > 0 || self->n_closed > 0);
  if (self->n_opened == 0)
    g_error ("not opened: %s", self->closed->error->message);
}

void
subject_wait_received (Subject *self, guint n)
{
  TURN_UNTIL (self->received->len >= n || self->n_closed > 0);
  if (self->received->len < n)
    g_error ("closed after %u: %s", self->received->len, self->closed->error->message);
}

void
subject_wait_pongs (Subject *self, guint n)
{
  TURN_UNTIL (self->n_pongs >= n);
}

void
subject_wait_closed (Subject *self)
{
  TURN_UNTIL (self->n_closed > 0);
}

void
subject_assert_closed (Subject *self, PhoneTransportEnd end, guint code, PhoneError error)
{
  g_test_message ("%s", self->closed->error->message);
  g_assert_cmpuint (self->n_closed, ==, 1);
  g_assert_cmpint (self->closed->end, ==, end);
  g_assert_cmpuint (self->closed->code, ==, code);
  g_assert_error (self->closed->error, PHONE_ERROR, (int)error);
}

/* One connection to a Script; it holds itself until the connection is over. */
typedef struct {
  Script *script;
  GSocketConnection *stream;
  GString *request;
  GBytes *answer;
  gsize n_said; /* of the answer, where it goes byte by byte */
  char buffer[65536];
} Visit;

static void
visit_end (Visit *visit)
{
  struct linger at_once = {.l_onoff = 1};
  int fd = g_socket_get_fd (g_socket_connection_get_socket (visit->stream));

  if (visit->script->end == SCRIPT_RESET)
    setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_io_stream_close (G_IO_STREAM (visit->stream), NULL, NULL);
  visit->script->n_ends++;
  g_object_unref (visit->stream);
  g_string_free (visit->request, TRUE);
  g_clear_pointer (&visit->answer, g_bytes_unref);
  g_free (visit);
}

static void visit_read (Visit *visit, GAsyncReadyCallback callback);
static void visit_write (Visit *visit, GBytes *bytes);

static void
on_rest_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0)
    visit_end (user_data);
  else
    visit_read (user_data, on_rest_read);
}

static void
on_answer_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  Script *script = visit->script;
  gsize written = 0;
  gboolean ok =
      g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &written, NULL);

  script->n_flooded += written;
  if (!ok || script->end == SCRIPT_FIN || script->end == SCRIPT_RESET)
    visit_end (visit);
  else if (script->end == SCRIPT_FLOOD)
    visit_write (visit, script->flood);
  else
    visit_read (visit, on_rest_read);
}

static void
visit_write (Visit *visit, GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  g_output_stream_write_all_async (
      g_io_stream_get_output_stream (G_IO_STREAM (visit->stream)), data, size,
      G_PRIORITY_DEFAULT, visit->script->over, on_answer_written, visit);
}

/* RFC 6455 §4.2.2. */
static char *
dup_accept_key (const char *request)
{
  static const char name[] = "Sec-WebSocket-Key: ";
  const char *at = strstr (request, name);
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *text = NULL;
  guint8 digest[20];
  gsize size = sizeof digest;

  if (at == NULL)
    return g_strdup ("");
  at += strlen (name);
  text = g_strdup_printf ("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                          (int)strcspn (at, "\r"), at);
  g_checksum_update (sha1, (const guint8 *)text, -1);
  g_checksum_get_digest (sha1, digest, &size);
  return g_base64_encode (digest, size);
}

/* One byte out, one byte in. */
static gboolean
on_visit_paced (gpointer user_data)
{
  Visit *visit = user_data;
  Script *script = visit->script;
  GSocket *socket = g_socket_connection_get_socket (visit->stream);
  const char *said = g_bytes_get_data (visit->answer, NULL);
  gboolean has_more = visit->n_said < g_bytes_get_size (visit->answer);
  g_autoptr (GError) error = NULL;
  gssize n = 1;

  if (has_more)
    n = g_socket_send_with_blocking (socket, said + visit->n_said, 1, FALSE, NULL, NULL);
  visit->n_said += has_more ? 1 : 0;
  script->n_paced += has_more ? 1 : 0;
  if (n > 0)
    n = g_socket_receive_with_blocking (socket, visit->buffer, 1, FALSE, NULL, &error);
  if ((n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) &&
      !g_cancellable_is_cancelled (script->over))
    return G_SOURCE_CONTINUE;
  visit_end (visit);
  return G_SOURCE_REMOVE;
}

static void
visit_answer (Visit *visit)
{
  Script *script = visit->script;
  g_autofree char *key = dup_accept_key (visit->request->str);
  GString *answer = g_string_new (script->head);

  g_free (script->request);
  script->request = g_strdup (visit->request->str);
  g_string_replace (answer, "@KEY@", key, 0);
  if (script->body != NULL)
    g_string_append_len (answer, g_bytes_get_data (script->body, NULL),
                         (gssize)g_bytes_get_size (script->body));
  visit->answer = g_string_free_to_bytes (answer);
  if (script->pace_ms > 0)
    g_timeout_add (script->pace_ms, on_visit_paced, visit);
  else if (script->end == SCRIPT_MUTE)
    visit_read (visit, on_rest_read);
  else
    visit_write (visit, visit->answer);
}

static void
on_request_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0) {
    visit_end (visit);
    return;
  }
  g_string_append_len (visit->request, visit->buffer, n);
  if (visit->script->answers_at_once || strstr (visit->request->str, "\r\n\r\n") != NULL)
    visit_answer (visit);
  else
    visit_read (visit, on_request_read);
}

static void
visit_read (Visit *visit, GAsyncReadyCallback callback)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (visit->stream)),
                             visit->buffer, sizeof visit->buffer, G_PRIORITY_DEFAULT,
                             visit->script->over, callback, visit);
}

static void
on_listener_accepted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GSocketListener *listener = G_SOCKET_LISTENER (source);
  GSocketConnection *stream =
      g_socket_listener_accept_finish (listener, result, NULL, NULL);
  Script *script = user_data;
  Visit *visit;

  if (stream == NULL)
    return; /* the script is over */
  visit = g_new0 (Visit, 1);
  visit->script = script;
  visit->stream = stream;
  visit->request = g_string_new (NULL);
  script->n_connections++;
  visit_read (visit, on_request_read);
  g_socket_listener_accept_async (listener, NULL, on_listener_accepted, script);
}

Script *
script_new (const char *head, GBytes *body, ScriptEnd end)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;
  Script *self = g_new0 (Script, 1);

  self->listener = g_socket_listener_new ();
  self->over = g_cancellable_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  self->head = g_strdup (head != NULL ? head : SCRIPT_HEAD_SIP);
  self->body = body;
  self->end = end;
  g_socket_listener_accept_async (self->listener, NULL, on_listener_accepted, self);
  return self;
}

void
script_free (Script *self)
{
  g_cancellable_cancel (self->over);
  wait_for_count (&self->n_ends, self->n_connections);
  g_socket_listener_close (self->listener);
  settle ();
  g_object_unref (self->listener);
  g_object_unref (self->over);
  g_free (self->head);
  g_free (self->request);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->flood, g_bytes_unref);
  g_free (self);
}

Subject *
script_visit (Script *self)
{
  Subject *subject = subject_new_for_port (self->port);

  subject_open (subject);
  subject_wait_closed (subject);
  return subject;
}

Subject *
script_play (GByteArray *frames, ScriptEnd end)
{
  Script *script = script_new (NULL, g_byte_array_free_to_bytes (frames), end);
  Subject *subject = script_visit (script);

  g_assert_cmpuint (subject->n_opened, ==, 1);
  script_free (script);
  settle ();
  return subject;
}

void
append_frame (GByteArray *to, guint8 first, const void *payload, gsize length)
{
  guint8 head[10] = {first};
  guint n_extra = length < 126 ? 0 : length < 65536 ? 2 : 8;

  head[1] = n_extra == 0 ? (guint8)length : n_extra == 2 ? 126 : 127;
  for (guint i = 0; i < n_extra; i++)
    head[2 + i] = (guint8)(length >> (8 * (n_extra - 1 - i)));
  g_byte_array_append (to, head, 2 + n_extra);
  g_byte_array_append (to, payload, (guint)length);
}

/* ---- Names ---- */

typedef struct {
  GResolver parent_instance;
  const char *const *addresses;
  GResolverError error;
} FixtureResolver;

typedef GResolverClass FixtureResolverClass;

GType fixture_resolver_get_type (void);
G_DEFINE_TYPE (FixtureResolver, fixture_resolver, G_TYPE_RESOLVER)

static void
lookup_with_flags_async (GResolver *resolver,
                         const char *name,
                         GResolverNameLookupFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  FixtureResolver *self = (FixtureResolver *)resolver;
  gboolean is_ipv6 = (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0;
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GList *found = NULL;

  for (guint i = 0; self->addresses != NULL && self->addresses[i] != NULL; i++)
    found = g_list_append (found, g_inet_address_new_from_string (self->addresses[i]));
  if (found != NULL && !is_ipv6) {
    g_task_return_pointer (task, found, (GDestroyNotify)g_resolver_free_addresses);
    return;
  }
  g_list_free_full (found, g_object_unref);
  g_task_return_new_error (task, G_RESOLVER_ERROR,
                           self->addresses != NULL ? G_RESOLVER_ERROR_NOT_FOUND
                                                   : (int)self->error,
                           "no %s here", name);
}

static GList *
finish_lookup (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fixture_resolver_class_init (FixtureResolverClass *class)
{
  class->lookup_by_name_with_flags_async = lookup_with_flags_async;
  class->lookup_by_name_with_flags_finish = finish_lookup;
}

static void
fixture_resolver_init (FixtureResolver *self)
{
}

GResolver *
resolver_new (const char *const *addresses, GResolverError error)
{
  FixtureResolver *self = g_object_new (fixture_resolver_get_type (), NULL);

  self->addresses = addresses;
  self->error = error;
  return G_RESOLVER (self);
}
