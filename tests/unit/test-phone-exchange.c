/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-fixture.h"

#include "phone-error.h"
#include "phone-exchange-control.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
on_exchange_event (PhoneExchange *exchange, PhoneExchangeEvent *event, GString *names)
{
  g_string_append_printf (names, "%s ", event->name);
}

/* ---- A client ---- */

static void
test_register (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *bindings = NULL;

  g_signal_connect (exchange, "event", G_CALLBACK (on_exchange_event), names);
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", "wrong"), ==,
                    401);
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", TEST_PASSWORD),
                    ==, 200);
  g_assert_cmpstr (names->str, ==, "refused registered ");
  bindings = phone_exchange_dup_bindings_json (exchange);
  g_assert_nonnull (strstr (bindings, "\"aor\":\"alice@test.example\""));
  g_assert_nonnull (strstr (bindings, "\"remote\":\"127.0.0.1:"));
  g_assert_nonnull (strstr (bindings, "\"transport\":\"ws\""));
  g_assert_nonnull (strstr (bindings, "\"connected\":true"));
  ws_client_free (client);
  exchange_free (exchange);
}

static void
test_keepalive (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_autofree char *pong = NULL;

  ws_client_send (client, "\r\n\r\n");
  pong = ws_client_take (client);
  g_assert_cmpstr (pong, ==, "\r\n");
  ws_client_free (client);
  exchange_free (exchange);
}

/* Stopped and started again: clients are told, and find it at the same address. */
static void
test_restart (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_autofree char *url = g_strdup (phone_exchange_get_url (exchange));
  g_autoptr (GError) error = NULL;

  phone_exchange_stop (exchange);
  phone_exchange_stop (exchange);
  g_assert_null (phone_exchange_get_url (exchange));
  ws_client_wait_closed (client);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (client->connection), ==,
                    1001);
  ws_client_free (client);

  g_assert_true (phone_exchange_start (exchange, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (phone_exchange_get_url (exchange), ==, url);
  client = ws_client_new (url, NULL);
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", TEST_PASSWORD),
                    ==, 200);
  ws_client_free (client);
  exchange_free (exchange);
}

static void
test_address_in_use (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  PhoneExchangeConfig config = {
      .user = "a", .password = "b", .listen_port = exchange_get_port (exchange)};
  g_autoptr (PhoneExchange) second = phone_exchange_new (&config, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (phone_exchange_start (second, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_ADDRESS_IN_USE);
  exchange_free (exchange);
}

/* ---- TLS ---- */

static void
with_tls (PhoneExchangeConfig *config)
{
  config->flags = PHONE_EXCHANGE_FLAG_TLS;
  config->guest_owner = "alice";
}

static void
test_tls (void)
{
  PhoneExchange *exchange = exchange_new (with_tls);
  WsClient *stranger = NULL;
  WsClient *client = NULL;

  g_assert_true (
      g_str_has_prefix (phone_exchange_get_url (exchange), "wss://127.0.0.1:"));
  g_assert_true (
      g_str_has_prefix (phone_exchange_get_guest_link (exchange), "https://127.0.0.1:"));
  g_assert_cmpuint (strlen (phone_exchange_get_fingerprint (exchange)), ==, 32 * 3 - 1);
  stranger = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_assert_error (stranger->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  client = ws_client_new (phone_exchange_get_url (exchange),
                          phone_exchange_get_fingerprint (exchange));
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", TEST_PASSWORD),
                    ==, 200);
  ws_client_free (stranger);
  ws_client_free (client);
  exchange_free (exchange);
}

/* It is stopped while a handshake, which the client has given up, has not come to its end
 * here. */
static void
test_stopped_in_handshake (void)
{
  PhoneExchange *exchange = exchange_new (with_tls);
  WsClient *stranger = ws_client_new (phone_exchange_get_url (exchange), NULL);

  g_assert_error (stranger->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  phone_exchange_stop (exchange);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ws_client_free (stranger);
  exchange_free (exchange);
}

/* ---- What is refused before it listens ---- */

typedef struct {
  const char *what;
  PhoneExchangeConfig config;
} RefusedConfig;

static void
test_unsafe (void)
{
  static const RefusedConfig cases[] = {
      {"nobody may sign in", {.domain = "a.example"}},
      {"open on all addresses",
       {.listen_address = "0.0.0.0", .flags = PHONE_EXCHANGE_FLAG_OPEN}},
      {"open on a public address",
       {.listen_address = "192.0.2.1", .flags = PHONE_EXCHANGE_FLAG_OPEN}},
      {"open on all IPv6 addresses",
       {.listen_address = "::",
        .flags = PHONE_EXCHANGE_FLAG_OPEN | PHONE_EXCHANGE_FLAG_TLS}},
      {"users without TLS", {.listen_address = "0.0.0.0", .user = "a", .password = "b"}},
      {"guests without TLS",
       {.listen_address = "0.0.0.0", .user = "a", .password = "b", .guest_owner = "a"}},
      {"guests of nobody", {.user = "a", .password = "b", .guest_owner = "c"}},
      {"a user without a password", {.user = "a"}},
      {"a name to listen on",
       {.listen_address = "localhost", .user = "a", .password = "b"}},
      {"a domain with a line break", {.domain = "a\r\nb", .user = "a", .password = "b"}},
      {"no such users file", {.users_file = "/nonexistent/users"}},
      {"no such certificate",
       {.user = "a",
        .password = "b",
        .flags = PHONE_EXCHANGE_FLAG_TLS,
        .certificate_file = "/nonexistent/certificate"}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PhoneExchange) exchange = phone_exchange_new (&cases[i].config, &error);

    g_test_message ("%s", cases[i].what);
    g_assert_null (exchange);
    g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
  }
}

static void
be_open (PhoneExchangeConfig *config)
{
  config->flags = PHONE_EXCHANGE_FLAG_OPEN;
  config->user = NULL;
  config->password = NULL;
}

static void
test_open (void)
{
  PhoneExchange *exchange = exchange_new (be_open);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);

  g_assert_cmpuint (ws_client_register (client, "anybody", "test.example", ""), ==, 200);
  ws_client_free (client);
  exchange_free (exchange);
}

/* ---- What is sent on purpose to break it ---- */

/* Whoever asks for the bindings reads them in a terminal. */
static void
test_strange_names (void)
{
  static const char *const names[] = {"a\xe2\x80\xae"
                                      "b",
                                      "a\xc2\x9b"
                                      "31mb"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    PhoneExchange *exchange = exchange_new (be_open);
    WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);
    g_autofree char *bindings = NULL;

    g_assert_cmpuint (ws_client_register (client, names[i], "test.example", ""), ==, 200);
    bindings = phone_exchange_dup_bindings_json (exchange);
    g_assert_true (g_str_is_ascii (bindings));
    ws_client_free (client);
    exchange_free (exchange);
  }
}

/* Each way the connection ends, and the next client is served. */
static void
expect_closed_and_alive (PhoneExchange *exchange, RawClient *client)
{
  WsClient *next = NULL;

  raw_client_wait_closed (client);
  raw_client_free (client);
  next = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_assert_cmpuint (ws_client_register (next, "alice", "test.example", TEST_PASSWORD), ==,
                    200);
  ws_client_free (next);
  exchange_free (exchange);
}

static void
test_large_frame (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");
  g_autofree char *bytes = g_strnfill (1024 * 1024, 'x');

  raw_client_send_frame (client, 0x81, bytes, 1024 * 1024);
  expect_closed_and_alive (exchange, client);
}

/* Up to the limit a message passes whole. */
static void
test_sizes (void)
{
  static const gsize sizes[] = {65535, 65536, 65537, 200000, 262000};
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *padding = g_strnfill (sizes[i] - 160, 'x');
    g_autofree char *options =
        g_strdup_printf ("OPTIONS sip:test.example SIP/2.0\r\n"
                         "Via: SIP/2.0/WS c.invalid;branch=z9hG4bKsize%u\r\n"
                         "From: <sip:a@test.example>;tag=t\r\nTo: <sip:test.example>\r\n"
                         "Call-ID: size\r\nCSeq: 1 OPTIONS\r\n\r\n%s",
                         i, padding);
    g_autofree char *answer = NULL;

    ws_client_send (client, options);
    answer = ws_client_take (client);
    g_assert_true (g_str_has_prefix (answer, "SIP/2.0 200 "));
  }
  ws_client_free (client);
  exchange_free (exchange);
}

/* libsoup gathers fragments without end; the limit is ours. */
static void
test_endless_fragments (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");
  g_autofree char *bytes = g_strnfill (200 * 1024, 'x');

  raw_client_send_frame (client, 0x01, bytes, 200 * 1024);
  for (guint i = 0; i < 1000 && !client->is_closed; i++)
    raw_client_send_frame (client, 0x00, bytes, 200 * 1024);
  expect_closed_and_alive (exchange, client);
}

/* A message in 10,000 tiny fragments is one message. */
static void
test_tiny_fragments (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");
  g_autofree char *padding = g_strnfill (10000, 'x');
  g_autofree char *options =
      g_strdup_printf ("OPTIONS sip:test.example SIP/2.0\r\n"
                       "Via: SIP/2.0/WS c.invalid;branch=z9hG4bKtiny\r\n"
                       "From: <sip:a@test.example>;tag=t\r\nTo: <sip:test.example>\r\n"
                       "Call-ID: tiny\r\nCSeq: 1 OPTIONS\r\nX: %s\r\n\r\n",
                       padding);
  gsize length = strlen (options);

  for (gsize i = 0; i < length; i++)
    raw_client_send_frame (client, (i == 0 ? 0x01 : 0) | (i + 1 == length ? 0x80 : 0),
                           options + i, 1);
  while (client->received->len < 20) {
    client->is_readable = FALSE;
    wait_until_set (&client->is_readable);
  }
  g_assert_nonnull (g_strstr_len ((char *)client->received->data, client->received->len,
                                  "SIP/2.0 200 OK"));
  raw_client_free (client);
  exchange_free (exchange);
}

/* Pings, of which libsoup answers each, and a message, without which another limit ends
 * them. */
static GByteArray *
make_pings (guint n)
{
  static const guint8 ping[6 + 125] = {0x89, 0x80 | 125};
  static const guint8 message[] = {0x81, 0x84, 0, 0, 0, 0, '\r', '\n', '\r', '\n'};
  GByteArray *pings = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    g_byte_array_append (pings, ping, sizeof ping);
  return g_byte_array_append (pings, message, sizeof message);
}

static void
let_exchange_work (void)
{
  for (guint n_idle = 0; n_idle < 10;)
    n_idle = g_main_context_iteration (NULL, FALSE) ? 0 : n_idle + 1;
}

/* Sends pings and reads nothing, or all; gives how much went before it was thrown out. */
static gsize
ping_without_end (PhoneExchange *exchange, gboolean is_reading, gsize limit)
{
  RawClient *client = raw_client_new_upgraded (exchange, "");
  g_autoptr (GByteArray) pings = make_pings (1000);
  GSocket *socket = g_socket_connection_get_socket (client->connection);
  GIOCondition gone = 0;
  gsize sent = 0;

  if (!is_reading)
    g_source_destroy (client->source);
  for (; sent < limit && gone == 0; sent += pings->len) {
    raw_client_send (client, pings->data, pings->len);
    let_exchange_work ();
    g_byte_array_set_size (client->received, 0);
    gone = g_socket_condition_check (socket, G_IO_HUP | G_IO_ERR);
  }
  g_test_message ("%" G_GSIZE_FORMAT " bytes went", sent);
  raw_client_free (client);
  return sent;
}

static void
swallow (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

/* What waits for a client that does not read is not without end. */
static void
test_client_that_does_not_read (void)
{
  static const gsize limit = 16 * 1024 * 1024;
  PhoneExchange *exchange = exchange_new (NULL);
  /* Four lines for each ping. */
  guint handler = g_log_set_handler ("libsoup", G_LOG_LEVEL_DEBUG, swallow, NULL);

  g_assert_cmpuint (ping_without_end (exchange, TRUE, limit), >=, limit);
  g_assert_cmpuint (ping_without_end (exchange, FALSE, limit), <, limit);
  g_log_remove_handler ("libsoup", handler);
  exchange_free (exchange);
}

static void
test_bad_opcode (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");

  raw_client_send_frame (client, 0x83, "x", 1);
  expect_closed_and_alive (exchange, client);
}

static void
test_bad_utf8 (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");

  raw_client_send_frame (client, 0x81, "\xff\xfe", 2);
  expect_closed_and_alive (exchange, client);
}

/* RFC 7692: what was not agreed is an error; and it is never agreed. */
static void
test_deflate (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (
      exchange, "Sec-WebSocket-Extensions: permessage-deflate\r\n");

  raw_client_send_frame (client, 0xc1, "\x4b\x04\x00", 3);
  expect_closed_and_alive (exchange, client);
}

static void
test_flood (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *client = raw_client_new_upgraded (exchange, "");

  for (guint i = 0; i < 100000 && !client->is_closed; i++)
    raw_client_send_frame (client, 0x81, "\r\n\r\n", 4);
  expect_closed_and_alive (exchange, client);
}

static void
test_garbage_is_ignored (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);

  ws_client_send (client, "hello");
  ws_client_send (client, "INVITE\r\n\r\n");
  soup_websocket_connection_send_binary (client->connection, "\0\0\0\0", 4);
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", TEST_PASSWORD),
                    ==, 200);
  ws_client_free (client);
  exchange_free (exchange);
}

static void
count_call (guint *count)
{
  ++*count;
}

/* ---- The control socket ---- */

static void
ask_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_task_return_pointer (task, phone_exchange_control_ask (path, NULL), g_free);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

/* The program that asks blocks, so it stands in a thread of its own. */
static char *
ask (const char *path)
{
  gboolean is_answered = FALSE;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_answer, &is_answered);

  g_task_set_task_data (task, (gpointer)path, NULL);
  g_task_run_in_thread (task, ask_in_thread);
  wait_until_set (&is_answered);
  return g_task_propagate_pointer (task, NULL);
}

static void
test_control (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  WsClient *client = ws_client_new (phone_exchange_get_url (exchange), NULL);
  g_autofree char *folder = g_dir_make_tmp ("exchange-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "control", NULL);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;
  PhoneExchangeControl *control = phone_exchange_control_new (exchange, path, &error);
  PhoneExchangeControl *second = NULL;
  struct stat info;

  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  second = phone_exchange_control_new (exchange, path, &error);
  g_assert_null (second);
  g_clear_error (&error);

  ws_client_register (client, "alice", "test.example", TEST_PASSWORD);
  answer = ask (path);
  g_assert_nonnull (strstr (answer, "alice@test.example"));
  g_object_unref (control);
  g_assert_cmpint (stat (path, &info), !=, 0);
  ws_client_free (client);
  exchange_free (exchange);
  g_rmdir (folder);
}

/* Left behind by a process that was killed. */
static void
test_stale_control (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("exchange-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "control", NULL);
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  PhoneExchangeControl *control = NULL;

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_socket_close (socket, NULL);
  control = phone_exchange_control_new (exchange, path, &error);
  g_assert_no_error (error);
  g_object_unref (control);
  exchange_free (exchange);
  g_rmdir (folder);
}

/* The properties are what a user interface binds to. */
static void
test_properties (void)
{
  PhoneExchange *exchange = exchange_new (with_tls);
  g_autofree char *url = NULL;
  g_autofree char *link = NULL;
  g_autofree char *fingerprint = NULL;
  guint n_notified = 0;

  g_object_get (exchange, "url", &url, "guest-link", &link, "fingerprint", &fingerprint,
                NULL);
  g_assert_cmpstr (url, ==, phone_exchange_get_url (exchange));
  g_assert_cmpstr (link, ==, phone_exchange_get_guest_link (exchange));
  g_assert_cmpstr (fingerprint, ==, phone_exchange_get_fingerprint (exchange));
  g_signal_connect_swapped (exchange, "notify::guest-link", G_CALLBACK (count_call),
                            &n_notified);
  phone_exchange_stop (exchange);
  g_assert_cmpuint (n_notified, ==, 1);
  exchange_free (exchange);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/register", test_register);
  g_test_add_func ("/exchange/keepalive", test_keepalive);
  g_test_add_func ("/exchange/restart", test_restart);
  g_test_add_func ("/exchange/address-in-use", test_address_in_use);
  g_test_add_func ("/exchange/tls", test_tls);
  g_test_add_func ("/exchange/stopped-in-handshake", test_stopped_in_handshake);
  g_test_add_func ("/exchange/unsafe", test_unsafe);
  g_test_add_func ("/exchange/open", test_open);
  g_test_add_func ("/exchange/strange-names", test_strange_names);
  g_test_add_func ("/exchange/large-frame", test_large_frame);
  g_test_add_func ("/exchange/sizes", test_sizes);
  g_test_add_func ("/exchange/endless-fragments", test_endless_fragments);
  g_test_add_func ("/exchange/tiny-fragments", test_tiny_fragments);
  g_test_add_func ("/exchange/client-that-does-not-read", test_client_that_does_not_read);
  g_test_add_func ("/exchange/bad-opcode", test_bad_opcode);
  g_test_add_func ("/exchange/bad-utf8", test_bad_utf8);
  g_test_add_func ("/exchange/deflate", test_deflate);
  g_test_add_func ("/exchange/flood", test_flood);
  g_test_add_func ("/exchange/garbage-is-ignored", test_garbage_is_ignored);
  g_test_add_func ("/exchange/control", test_control);
  g_test_add_func ("/exchange/stale-control", test_stale_control);
  g_test_add_func ("/exchange/properties", test_properties);
  return g_test_run ();
}
