/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport with a good server: libsoup's own, which echoes. */
#include "ws-fixture.h"

#include <libsoup/soup.h>
#include <string.h>

#include "phone-error.h"

typedef struct {
  SoupServer *server;
  GPtrArray *connections; /* SoupWebsocketConnection */
  guint16 port;
  guint n_closed;
  guint close_code;
  int last_type;
  Subject *subject;
} Echo;

static void
on_message (SoupWebsocketConnection *connection,
            SoupWebsocketDataType type,
            GBytes *message,
            gpointer user_data)
{
  Echo *echo = user_data;

  echo->last_type = (int)type;
  soup_websocket_connection_send_message (connection, type, message);
}

static void
on_server_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  Echo *echo = user_data;

  echo->close_code = soup_websocket_connection_get_close_code (connection);
  echo->n_closed++;
}

static void
on_websocket (SoupServer *server,
              SoupServerMessage *message,
              const char *path,
              SoupWebsocketConnection *connection,
              gpointer user_data)
{
  Echo *echo = user_data;

  g_assert_null (soup_websocket_connection_get_extensions (connection));
  soup_websocket_connection_set_max_incoming_payload_size (connection, 1024 * 1024);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), echo);
  g_signal_connect (connection, "closed", G_CALLBACK (on_server_closed), echo);
  g_ptr_array_add (echo->connections, g_object_ref (connection));
}

static void
echo_set_up (Echo *echo, gconstpointer data)
{
  static char *protocols[] = {(char *)"sip", NULL};
  g_autoptr (GError) error = NULL;
  GSList *uris;

  echo->server = soup_server_new (NULL, NULL);
  echo->connections = g_ptr_array_new_with_free_func (g_object_unref);
  soup_server_add_websocket_handler (echo->server, "/ws", NULL, protocols, on_websocket,
                                     echo, NULL);
  soup_server_listen_local (echo->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (echo->server);
  echo->port = (guint16)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  echo->subject = subject_new_for_port (echo->port);
}

static void
echo_tear_down (Echo *echo, gconstpointer data)
{
  if (echo->subject != NULL)
    subject_free (echo->subject);
  soup_server_disconnect (echo->server);
  g_ptr_array_unref (echo->connections);
  g_object_unref (echo->server);
  settle ();
}

static void
open_it (Echo *echo)
{
  subject_open (echo->subject);
  subject_wait_opened (echo->subject);
}

static void
assert_received (Subject *subject, guint index, const char *data, gsize length)
{
  gsize size;
  const char *got = g_bytes_get_data (subject->received->pdata[index], &size);

  g_assert_cmpmem (got, size, data, length);
}

static void
test_echo_of_every_size (Echo *echo, gconstpointer data)
{
  static const gsize sizes[] = {1,     4,     125,   126,    127,
                                65535, 65536, 65537, 200000, 256 * 1024};

  open_it (echo);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *text = g_strnfill (sizes[i], (char)('a' + i));

    subject_send (echo->subject, text, sizes[i]);
    subject_wait_received (echo->subject, i + 1);
    assert_received (echo->subject, i, text, sizes[i]);
    g_assert_cmpint (echo->last_type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  }
}

static void
test_order_of_many (Echo *echo, gconstpointer data)
{
  open_it (echo);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    subject_send (echo->subject, text, strlen (text));
  }
  subject_wait_received (echo->subject, 500);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    assert_received (echo->subject, i, text, strlen (text));
  }
}

/* A text message must be UTF-8, a SIP body need not be. */
static void
test_bytes_that_are_no_text (Echo *echo, gconstpointer data)
{
  static const char bytes[] = "OPTIONS\r\n\r\n\xff\xfe\0end";

  open_it (echo);
  subject_send (echo->subject, bytes, sizeof bytes);
  subject_wait_received (echo->subject, 1);
  assert_received (echo->subject, 0, bytes, sizeof bytes);
  g_assert_cmpint (echo->last_type, ==, SOUP_WEBSOCKET_DATA_BINARY);
}

static void
test_ping (Echo *echo, gconstpointer data)
{
  open_it (echo);
  subject_ping (echo->subject);
  subject_wait_pongs (echo->subject, 1);
  subject_ping (echo->subject);
  subject_ping (echo->subject);
  subject_wait_pongs (echo->subject, 2);
  subject_send (echo->subject, "x", 1);
  subject_wait_received (echo->subject, 1);
  g_assert_cmpuint (echo->subject->n_pongs, ==, 2);
}

static void
test_close_is_orderly_and_silent (Echo *echo, gconstpointer data)
{
  g_autofree char *last = g_strnfill (200000, 'b');

  open_it (echo);
  subject_send (echo->subject, last, 200000);
  subject_close (echo->subject);
  subject_close (echo->subject);
  wait_for_count (&echo->n_closed, 1);
  settle ();
  g_assert_cmpuint (echo->close_code, ==, 1000);
  g_assert_cmpint (echo->last_type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_assert_cmpuint (echo->subject->n_closed, ==, 0);
  g_assert_cmpuint (echo->subject->received->len, ==, 0);
}

static void
test_reopen (Echo *echo, gconstpointer data)
{
  Subject *subject = echo->subject;

  for (guint i = 1; i <= 3; i++) {
    subject_open (subject);
    wait_for_count (&subject->n_opened, i);
    subject_send (subject, "x", 1);
    subject_wait_received (subject, i);
    subject_close (subject);
  }
  for (guint i = 1; i <= 3; i++) {
    subject_open (subject);
    wait_for_count (&subject->n_opened, 3 + i);
    soup_websocket_connection_close (echo->connections->pdata[echo->connections->len - 1],
                                     1001, NULL);
    wait_for_count (&subject->n_closed, i);
    g_assert_cmpint (subject->closed->end, ==, PHONE_TRANSPORT_END_NORMAL);
  }
}

static void
test_close_while_connecting (Echo *echo, gconstpointer data)
{
  Subject *subject = echo->subject;

  for (guint turns = 0; turns < 30; turns++) {
    subject_open (subject);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration (NULL, FALSE);
    subject_close (subject);
    settle ();
    g_assert_cmpuint (subject->n_closed, ==, 0);
  }
  subject->n_opened = 0;
  open_it (echo);
}

static void
test_dispose_while_connecting (Echo *echo, gconstpointer data)
{
  for (guint turns = 0; turns < 30; turns++) {
    subject_open (echo->subject);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration (NULL, FALSE);
    subject_free (echo->subject);
    settle ();
    echo->subject = subject_new_for_port (echo->port);
  }
}

static void
test_dispose_while_open (Echo *echo, gconstpointer data)
{
  open_it (echo);
  subject_free (g_steal_pointer (&echo->subject));
  wait_for_count (&echo->n_closed, 1);
  g_assert_cmpuint (echo->close_code, ==, 1000);
}

static void
on_received_close (PhoneTransport *transport, GBytes *frame, gpointer user_data)
{
  subject_close (user_data);
}

static void
test_close_inside_signal (Echo *echo, gconstpointer data)
{
  open_it (echo);
  g_signal_connect_after (echo->subject->transport, "received",
                          G_CALLBACK (on_received_close), echo->subject);
  subject_send (echo->subject, "1", 1);
  subject_send (echo->subject, "2", 1);
  wait_for_count (&echo->n_closed, 1);
  settle ();
  g_assert_cmpuint (echo->subject->received->len, ==, 1);
  g_assert_cmpuint (echo->subject->n_closed, ==, 0);
}

static void
on_closed_open (PhoneTransport *transport, PhoneTransportClose *cause, gpointer user_data)
{
  phone_transport_open (transport);
}

static void
test_open_inside_closed (Echo *echo, gconstpointer data)
{
  Subject *subject = echo->subject;

  open_it (echo);
  g_signal_connect (subject->transport, "closed", G_CALLBACK (on_closed_open), NULL);
  soup_websocket_connection_close (echo->connections->pdata[0], 1012, NULL);
  wait_for_count (&subject->n_opened, 2);
  g_assert_cmpuint (subject->n_closed, ==, 1);
}

static void
test_calls_without_a_flow (Echo *echo, gconstpointer data)
{
  subject_send (echo->subject, "x", 1);
  subject_ping (echo->subject);
  subject_close (echo->subject);
  settle ();
  g_assert_cmpuint (echo->connections->len, ==, 0);
  subject_open (echo->subject);
  subject_send (echo->subject, "too early", 9);
  subject_wait_opened (echo->subject);
  subject_send (echo->subject, "x", 1);
  subject_wait_received (echo->subject, 1);
  assert_received (echo->subject, 0, "x", 1);
}

static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

typedef struct {
  PhoneWsStage stages[16];
  guint n;
} Stages;

static void
on_stage (PhoneWsTransport *transport, GParamSpec *pspec, Stages *seen)
{
  g_assert_cmpuint (seen->n, <, G_N_ELEMENTS (seen->stages));
  seen->stages[seen->n++] = phone_ws_transport_get_stage (transport);
}

/* Nobody listens at the first, the second is overloaded, the third is good: each time. */
static void
test_next_address (Echo *echo, gconstpointer data)
{
  Script *busy =
      script_new ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", NULL, SCRIPT_FIN);
  g_autofree char *nobody = g_strdup_printf ("ws://127.0.0.1:%u/", find_free_port ());
  g_autofree char *full = g_strdup_printf ("ws://127.0.0.1:%u/", busy->port);
  g_autofree char *good = g_strdup_printf ("ws://127.0.0.1:%u/ws", echo->port);
  Subject *subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){nobody, full, good, nobody, NULL}});

  for (guint i = 0; i < 2; i++) {
    subject_open (subject);
    wait_for_count (&subject->n_opened, i + 1);
    g_assert_cmpstr (phone_ws_transport_get_url (PHONE_WS_TRANSPORT (subject->transport)),
                     ==, good);
    g_assert_cmpuint (busy->n_connections, ==, i + 1);
    subject_close (subject);
    settle ();
  }
  g_assert_cmpuint (subject->n_closed, ==, 0);
  subject_free (subject);
  script_free (busy);
}

/* A server that says no is the server: another one would only hide that. */
static void
test_refusal_ends_it (Echo *echo, gconstpointer data)
{
  Script *none = script_new ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", NULL,
                             SCRIPT_FIN);
  g_autofree char *wrong = g_strdup_printf ("ws://127.0.0.1:%u/", none->port);
  g_autofree char *good = g_strdup_printf ("ws://127.0.0.1:%u/ws", echo->port);
  Subject *subject = subject_new (
      &(PhoneWsTransportConfig){.urls = (const char *[]){wrong, good, NULL}});

  subject_open (subject);
  subject_wait_closed (subject);
  g_assert_error (subject->closed->error, PHONE_ERROR, PHONE_ERROR_HTTP_NOT_FOUND);
  g_assert_cmpuint (echo->connections->len, ==, 0);
  subject_free (subject);
  script_free (none);
}

/* Of two that fail it is the first whose cause is told. */
static void
test_first_cause (Echo *echo, gconstpointer data)
{
  Script *gateway = script_new ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
                                NULL, SCRIPT_FIN);
  g_autofree char *broken = g_strdup_printf ("ws://127.0.0.1:%u/", gateway->port);
  g_autofree char *nobody = g_strdup_printf ("ws://127.0.0.1:%u/", find_free_port ());
  Subject *subject = subject_new (
      &(PhoneWsTransportConfig){.urls = (const char *[]){broken, nobody, NULL}});

  subject_open (subject);
  subject_wait_closed (subject);
  g_assert_error (subject->closed->error, PHONE_ERROR, PHONE_ERROR_HTTP_STATUS);
  g_assert_cmpuint (subject->closed->code, ==, 502);
  g_assert_cmpuint (subject->n_closed, ==, 1);
  subject_free (subject);
  script_free (gateway);
}

static void
test_stages (Echo *echo, gconstpointer data)
{
  Stages seen = {0};

  g_signal_connect (echo->subject->transport, "notify::stage", G_CALLBACK (on_stage),
                    &seen);
  open_it (echo);
  g_assert_cmpuint (seen.n, ==, 4);
  g_assert_cmpint (seen.stages[0], ==, PHONE_WS_STAGE_NAME);
  g_assert_cmpint (seen.stages[1], ==, PHONE_WS_STAGE_CONNECTION);
  g_assert_cmpint (seen.stages[2], ==, PHONE_WS_STAGE_WEBSOCKET);
  g_assert_cmpint (seen.stages[3], ==, PHONE_WS_STAGE_OPEN);
}

static void
add (const char *name, void (*test) (Echo *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/phone-ws-transport/", name, NULL);

  g_test_add (path, Echo, NULL, echo_set_up, test, echo_tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("echo-of-every-size", test_echo_of_every_size);
  add ("order-of-many", test_order_of_many);
  add ("bytes-that-are-no-text", test_bytes_that_are_no_text);
  add ("ping", test_ping);
  add ("close-is-orderly-and-silent", test_close_is_orderly_and_silent);
  add ("reopen", test_reopen);
  add ("close-while-connecting", test_close_while_connecting);
  add ("dispose-while-connecting", test_dispose_while_connecting);
  add ("dispose-while-open", test_dispose_while_open);
  add ("close-inside-signal", test_close_inside_signal);
  add ("open-inside-closed", test_open_inside_closed);
  add ("calls-without-a-flow", test_calls_without_a_flow);
  add ("next-address", test_next_address);
  add ("refusal-ends-it", test_refusal_ends_it);
  add ("first-cause", test_first_cause);
  add ("stages", test_stages);

  return g_test_run ();
}
