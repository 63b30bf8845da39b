/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-fixture.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
with_guest (PhoneExchangeConfig *config)
{
  static const char *const ice[] = {"stun:stun.test.example:3478", NULL};

  config->guest_owner = "alice";
  config->guest_name = "Alice <b>of</b> \"Wonderland\"";
  config->ice_servers = ice;
}

static void
expect_status (PhoneExchange *exchange,
               const char *path,
               const char *headers,
               guint status)
{
  g_autofree char *head = http_get_head (exchange, path, headers);
  g_autofree char *expected = g_strdup_printf ("HTTP/1.1 %u ", status);

  if (!g_str_has_prefix (head, expected))
    g_error ("%s %s: wanted %u, got %s", path, headers, status, head);
}

static char *
dup_token (PhoneExchange *exchange)
{
  return g_strdup (strchr (phone_exchange_get_guest_link (exchange), '#') + 1);
}

/* ---- Pages ---- */

typedef struct {
  const char *path;
  const char *type;
} Page;

static void
test_pages (void)
{
  static const Page pages[] = {
      {"/guest/", "text/html; charset=utf-8"},
      {"/guest/index.html", "text/html; charset=utf-8"},
      {"/guest/guest.css", "text/css; charset=utf-8"},
      {"/guest/guest.js", "text/javascript; charset=utf-8"},
      {"/guest/sip-agent.mjs", "text/javascript; charset=utf-8"},
      {"/guest/icon.svg", "image/svg+xml"},
  };
  static const char *const headers[] = {
      "X-Content-Type-Options: nosniff\r\n",
      "Referrer-Policy: no-referrer\r\n",
      "Cross-Origin-Opener-Policy: same-origin\r\n",
      "X-Frame-Options: DENY\r\n",
      "Cache-Control: no-cache\r\n",
      "default-src 'none'; script-src 'self';",
      "frame-ancestors 'none'",
  };
  PhoneExchange *exchange = exchange_new (with_guest);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autofree char *head = http_get_head (exchange, pages[i].path, NULL);
    g_autofree char *type = g_strdup_printf ("Content-Type: %s\r\n", pages[i].type);

    g_assert_true (g_str_has_prefix (head, "HTTP/1.1 200 "));
    g_assert_nonnull (strstr (head, type));
    for (guint j = 0; j < G_N_ELEMENTS (headers); j++)
      g_assert_nonnull (strstr (head, headers[j]));
    g_assert_null (strstr (head, "unsafe-"));
  }
  exchange_free (exchange);
}

static void
test_no_pages (void)
{
  PhoneExchange *exchange = exchange_new (with_guest);
  PhoneExchange *without = exchange_new (NULL);
  g_autofree char *climbing = NULL;

  expect_status (exchange, "/", NULL, 404);
  expect_status (exchange, "/guest", NULL, 301);
  expect_status (exchange, "/guest/none.html", NULL, 404);
  expect_status (exchange, "/guest/../guest/index.html", NULL, 200);
  expect_status (exchange, "/guest/../../etc/passwd", NULL, 404);
  climbing = http_get_head (exchange, "/guest/%2e%2e%2f%2e%2e%2fetc/passwd", NULL);
  g_assert_true (g_str_has_prefix (climbing, "HTTP/1.1 4"));
  expect_status (exchange, "/ws", NULL, 426);
  expect_status (without, "/guest/", NULL, 404);
  expect_status (without, "/guest/config?guest=x", NULL, 404);
  g_assert_null (phone_exchange_get_guest_link (without));
  exchange_free (exchange);
  exchange_free (without);
}

static JsonNode *
get_config (PhoneExchange *exchange, const char *token)
{
  RawClient *client = raw_client_new (exchange_get_port (exchange));
  g_autofree char *request =
      g_strdup_printf ("GET /guest/config?guest=%s HTTP/1.1\r\nHost: localhost\r\n"
                       "Connection: close\r\n\r\n",
                       token);
  g_autofree char *head = NULL;
  g_autofree char *body = NULL;

  raw_client_send_text (client, request);
  head = raw_client_take_head (client);
  g_assert_nonnull (strstr (head, "Content-Type: application/json\r\n"));
  g_assert_nonnull (strstr (head, "Cache-Control: no-store\r\n"));
  raw_client_wait_closed (client);
  body = g_strndup ((char *)client->received->data, client->received->len);
  raw_client_free (client);
  return json_from_string (body, NULL);
}

static void
test_config (void)
{
  PhoneExchange *exchange = exchange_new (with_guest);
  g_autofree char *token = dup_token (exchange);
  g_autoptr (JsonNode) node = get_config (exchange, token);
  JsonObject *config = json_node_get_object (node);
  const char *aor = json_object_get_string_member (config, "aor");
  JsonArray *ice = json_object_get_array_member (config, "ice");

  g_assert_cmpuint (strlen (token), ==, 32);
  g_assert_true (g_str_has_prefix (aor, "sip:guest-"));
  g_assert_true (g_str_has_suffix (aor, "@test.example"));
  g_assert_cmpstr (json_object_get_string_member (config, "owner"), ==,
                   "sip:alice@test.example");
  g_assert_cmpstr (json_object_get_string_member (config, "name"), ==,
                   "Alice <b>of</b> \"Wonderland\"");
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (ice, 0), "urls"), ==,
      "stun:stun.test.example:3478");

  expect_status (exchange, "/guest/config", NULL, 403);
  expect_status (exchange, "/guest/config?guest=", NULL, 403);
  expect_status (exchange, "/guest/config?guest=00000000000000000000000000000000", NULL,
                 403);
  exchange_free (exchange);
}

/* ---- The guest's connection ---- */

static void
test_guest_registers (void)
{
  PhoneExchange *exchange = exchange_new (with_guest);
  g_autofree char *token = dup_token (exchange);
  g_autoptr (JsonNode) node = get_config (exchange, token);
  g_autofree char *url =
      g_strdup_printf ("%s?guest=%s", phone_exchange_get_url (exchange), token);
  const char *aor = json_object_get_string_member (json_node_get_object (node), "aor") +
                    strlen ("sip:");
  g_autofree char *user = g_strndup (aor, strcspn (aor, "@"));
  WsClient *client = ws_client_new (url, NULL);

  /* Never as the owner, be the password right or not. */
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", TEST_PASSWORD),
                    ==, 403);
  g_assert_cmpuint (ws_client_register (client, user, "test.example", ""), ==, 200);
  ws_client_free (client);
  exchange_free (exchange);
}

static void
test_guest_token (void)
{
  static const char *const wrong[] = {"?guest=", "?guest=x",
                                      "?guest=00000000000000000000000000000000"};
  PhoneExchange *exchange = exchange_new (with_guest);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *url =
        g_strconcat (phone_exchange_get_url (exchange), wrong[i], NULL);
    WsClient *client = ws_client_new (url, NULL);

    g_assert_null (client->connection);
    g_assert_cmpuint (soup_message_get_status (client->message), ==, 403);
    ws_client_free (client);
  }
  exchange_free (exchange);
}

/* ---- Who may open a WebSocket ---- */

#define UPGRADE                                                                          \
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"           \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define SIP "Sec-WebSocket-Protocol: sip\r\n"

static void
allow_some (PhoneExchangeConfig *config)
{
  static const char *const origins[] = {"https://phone.example.org", "app:x", NULL};

  config->allowed_origins = origins;
}

static void
test_origin (void)
{
  PhoneExchange *exchange = exchange_new (allow_some);
  g_autofree char *same =
      g_strdup_printf ("Host: 127.0.0.1:%u\r\n"
                       "Origin: http://127.0.0.1:%u\r\n" UPGRADE SIP,
                       exchange_get_port (exchange), exchange_get_port (exchange));

  expect_status (exchange, "/ws", same, 101);
  expect_status (exchange, "/ws", UPGRADE SIP, 101);
  expect_status (exchange, "/", UPGRADE SIP, 101);
  expect_status (exchange, "/ws", "Origin: https://phone.example.org\r\n" UPGRADE SIP,
                 101);
  expect_status (exchange, "/ws", "Origin: https://evil.example\r\n" UPGRADE SIP, 403);
  expect_status (exchange, "/ws", "Origin: null\r\n" UPGRADE SIP, 403);
  expect_status (exchange, "/ws", "Origin: \r\n" UPGRADE SIP, 403);
  expect_status (exchange, "/elsewhere", UPGRADE SIP, 404);
  expect_status (exchange, "/ws", "Host: evil.example\r\n" UPGRADE SIP, 403);
  exchange_free (exchange);
}

/* A name that was made to lead here is not the server's own. */
static void
test_host (void)
{
  PhoneExchange *exchange = exchange_new (with_guest);

  expect_status (exchange, "/ws",
                 "Host: evil.example\r\nOrigin: http://evil.example\r\n" UPGRADE SIP,
                 403);
  expect_status (exchange, "/guest/", "Host: evil.example\r\n", 403);
  expect_status (exchange, "/guest/", "Host: test.example\r\n", 200);
  expect_status (exchange, "/guest/", "Host: localhost:1\r\n", 200);
  expect_status (exchange, "/guest/", "Host: [::1]:1\r\n", 200);
  exchange_free (exchange);
}

static void
test_subprotocol (void)
{
  PhoneExchange *exchange = exchange_new (NULL);

  expect_status (exchange, "/ws", UPGRADE, 400);
  expect_status (exchange, "/ws", UPGRADE "Sec-WebSocket-Protocol: chat\r\n", 400);
  expect_status (exchange, "/ws", UPGRADE "Sec-WebSocket-Protocol: sips\r\n", 400);
  expect_status (exchange, "/ws", UPGRADE "Sec-WebSocket-Protocol: chat, sip\r\n", 101);
  exchange_free (exchange);
}

static void
test_bad_handshake (void)
{
  PhoneExchange *exchange = exchange_new (NULL);

  expect_status (exchange, "/ws",
                 "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: eA==\r\n" SIP,
                 400);
  exchange_free (exchange);
}

/* A request that never ends. */
static void
test_slow_request (void)
{
  PhoneExchange *exchange = exchange_new (NULL);
  RawClient *half = raw_client_new (exchange_get_port (exchange));
  RawClient *silent = raw_client_new (exchange_get_port (exchange));

  raw_client_send_text (half, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ");
  raw_client_wait_closed (half);
  raw_client_wait_closed (silent);
  raw_client_free (half);
  raw_client_free (silent);
  exchange_free (exchange);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange-web/pages", test_pages);
  g_test_add_func ("/exchange-web/no-pages", test_no_pages);
  g_test_add_func ("/exchange-web/config", test_config);
  g_test_add_func ("/exchange-web/guest-registers", test_guest_registers);
  g_test_add_func ("/exchange-web/guest-token", test_guest_token);
  g_test_add_func ("/exchange-web/origin", test_origin);
  g_test_add_func ("/exchange-web/host", test_host);
  g_test_add_func ("/exchange-web/subprotocol", test_subprotocol);
  g_test_add_func ("/exchange-web/bad-handshake", test_bad_handshake);
  g_test_add_func ("/exchange-web/slow-request", test_slow_request);
  return g_test_run ();
}
