/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport with servers that refuse or break off. */
#include "ws-fixture.h"

#include <string.h>

#include "phone-error.h"
#include "phone-ws-cause.h"

/* What the server answers to the handshake. */
static const struct {
  const char *name;
  const char *head;
  PhoneTransportEnd end;
  guint code;
  PhoneError error;
  guint retry_after_s;
} handshakes[] = {
    {"/401",
     "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: "
     "0\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 401, PHONE_ERROR_HTTP_UNAUTHORIZED, 0},
    {"/403", "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno",
     PHONE_TRANSPORT_END_REFUSED, 403, PHONE_ERROR_HTTP_FORBIDDEN, 0},
    {"/404", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", PHONE_TRANSPORT_END_REFUSED,
     404, PHONE_ERROR_HTTP_NOT_FOUND, 0},
    {"/400", "HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", PHONE_TRANSPORT_END_REFUSED,
     400, PHONE_ERROR_HTTP_STATUS, 0},
    {"/426", "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 426, PHONE_ERROR_HTTP_STATUS, 0},
    {"/500", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_UNREACHED, 500, PHONE_ERROR_HTTP_STATUS, 0},
    {"/503", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_OVERLOADED, 503, PHONE_ERROR_HTTP_UNAVAILABLE, 0},
    {"/503-retry-after",
     "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_OVERLOADED, 503, PHONE_ERROR_HTTP_UNAVAILABLE, 120},
    {"/429-retry-after",
     "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_OVERLOADED, 429, PHONE_ERROR_HTTP_STATUS, 7},
    {"/403-retry-after",
     "HTTP/1.1 403 No\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 403, PHONE_ERROR_HTTP_FORBIDDEN, 90},
    {"/502-retry-after",
     "HTTP/1.1 502 Oh\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n",
     PHONE_TRANSPORT_END_UNREACHED, 502, PHONE_ERROR_HTTP_STATUS, 30},
    {"/200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     PHONE_TRANSPORT_END_REFUSED, 200, PHONE_ERROR_NOT_WEBSOCKET, 0},
    {"/no-sub-protocol", SCRIPT_HEAD_101 "\r\n", PHONE_TRANSPORT_END_REFUSED, 101,
     PHONE_ERROR_NO_SUBPROTOCOL, 0},
    {"/other-sub-protocol", SCRIPT_HEAD_101 "Sec-WebSocket-Protocol: chat\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 101, PHONE_ERROR_NO_SUBPROTOCOL, 0},
    {"/wrong-key",
     "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
     "Sec-WebSocket-Protocol: sip\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 101, PHONE_ERROR_NOT_WEBSOCKET, 0},
    {"/extension-that-nobody-offered",
     SCRIPT_HEAD_101 "Sec-WebSocket-Protocol: sip\r\n"
                     "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
     PHONE_TRANSPORT_END_REFUSED, 101, PHONE_ERROR_NOT_WEBSOCKET, 0},
    {"/not-http", "SSH-2.0-OpenSSH_9.2\r\n\r\n", PHONE_TRANSPORT_END_REFUSED, 0,
     PHONE_ERROR_NOT_WEBSOCKET, 0},
    {"/nothing", "", PHONE_TRANSPORT_END_REFUSED, 0, PHONE_ERROR_NOT_WEBSOCKET, 0},
};

static void
test_handshake (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Script *script = script_new (handshakes[i].head, NULL, SCRIPT_FIN);
  Subject *subject = script_visit (script);

  subject_assert_closed (subject, handshakes[i].end, handshakes[i].code,
                         handshakes[i].error);
  g_assert_cmpuint (subject->closed->retry_after_s, ==, handshakes[i].retry_after_s);
  g_assert_cmpuint (subject->n_opened, ==, 0);
  settle ();
  g_assert_cmpuint (script->n_connections, ==, 1);
  subject_free (subject);
  script_free (script);
}

static void
test_redirect_is_not_followed (void)
{
  Script *target = script_new (NULL, NULL, SCRIPT_STAY);
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 302 Found\r\n"
                                           "Location: ws://127.0.0.1:%u/\r\n"
                                           "Content-Length: 0\r\n\r\n",
                                           target->port);
  Script *script = script_new (head, NULL, SCRIPT_FIN);
  Subject *subject = script_visit (script);

  subject_assert_closed (subject, PHONE_TRANSPORT_END_REFUSED, 302,
                         PHONE_ERROR_HTTP_REDIRECT);
  settle ();
  g_assert_cmpuint (target->n_connections, ==, 0);
  subject_free (subject);
  script_free (script);
  script_free (target);
}

static void
test_what_is_asked (void)
{
  Script *script = script_new (NULL, NULL, SCRIPT_STAY);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/a/b?c=d", script->port);
  Subject *subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){url, NULL}, .user_agent = "Test/1"});

  subject_open (subject);
  subject_wait_opened (subject);
  g_assert_true (g_str_has_prefix (script->request, "GET /a/b?c=d HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (script->request, "\r\nSec-WebSocket-Protocol: sip\r\n"));
  g_assert_nonnull (strstr (script->request, "\r\nUser-Agent: Test/1\r\n"));
  g_assert_null (strstr (script->request, "Sec-WebSocket-Extensions"));
  g_assert_null (strstr (script->request, "\r\nOrigin:"));
  subject_free (subject);
  script_free (script);
}

static void
test_connection_refused (void)
{
  Script *script = script_new (NULL, NULL, SCRIPT_STAY);
  Subject *subject;

  g_socket_listener_close (script->listener);
  subject = script_visit (script);
  subject_assert_closed (subject, PHONE_TRANSPORT_END_UNREACHED, 0,
                         PHONE_ERROR_CONNECT_REFUSED);
  subject_free (subject);
  script_free (script);
}

static void
test_wrong_address (void)
{
  static const char *const urls[] = {
      "http://127.0.0.1/", "wss://", "wss:///ws", "ws:", "", "sip:x", "::", "a b"};

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    Subject *subject = subject_new_for_url (urls[i]);

    subject_open (subject);
    subject_wait_closed (subject);
    subject_assert_closed (subject, PHONE_TRANSPORT_END_UNREACHED, 0,
                           PHONE_ERROR_INVALID_ADDRESS);
    subject_free (subject);
  }
}

static void
test_name_lookup (void)
{
  static const struct {
    GResolverError answer;
    PhoneError error;
  } cases[] = {
      {G_RESOLVER_ERROR_NOT_FOUND, PHONE_ERROR_NAME_NOT_FOUND},
      {G_RESOLVER_ERROR_TEMPORARY_FAILURE, PHONE_ERROR_NAME_LOOKUP},
  };
  g_autoptr (GResolver) before = g_resolver_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GResolver) resolver = resolver_new (NULL, cases[i].answer);
    Subject *subject = subject_new_for_url ("ws://sip.example.org/");

    g_resolver_set_default (resolver);
    subject_open (subject);
    subject_wait_closed (subject);
    subject_assert_closed (subject, PHONE_TRANSPORT_END_UNREACHED, 0, cases[i].error);
    subject_free (subject);
  }
  g_resolver_set_default (before);
}

/* What the server does once the flow is up. */

static GByteArray *
new_close_frame (guint code)
{
  GByteArray *frames = g_byte_array_new ();
  guint8 payload[2] = {(guint8)(code >> 8), (guint8)code};

  append_frame (frames, WS_FIN | WS_CLOSE, payload, code == 0 ? 0 : 2);
  return frames;
}

static void
test_close_codes (void)
{
  static const struct {
    guint code;
    PhoneTransportEnd end;
    PhoneError error;
  } cases[] = {
      {1000, PHONE_TRANSPORT_END_NORMAL, PHONE_ERROR_CLOSED_BY_SERVER},
      {1001, PHONE_TRANSPORT_END_NORMAL, PHONE_ERROR_CLOSED_BY_SERVER},
      {1012, PHONE_TRANSPORT_END_NORMAL, PHONE_ERROR_CLOSED_BY_SERVER},
      {1002, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {1003, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {1007, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {1008, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {1009, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {3000, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {4001, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {4999, PHONE_TRANSPORT_END_POLICY, PHONE_ERROR_CLOSED_BY_POLICY},
      {1011, PHONE_TRANSPORT_END_LOST, PHONE_ERROR_CLOSED_BY_SERVER},
      {1014, PHONE_TRANSPORT_END_LOST, PHONE_ERROR_CLOSED_BY_SERVER},
      {1006, PHONE_TRANSPORT_END_LOST, PHONE_ERROR_CLOSED_BY_SERVER},
      {1013, PHONE_TRANSPORT_END_OVERLOADED, PHONE_ERROR_CLOSED_BY_SERVER},
      {1, PHONE_TRANSPORT_END_LOST, PHONE_ERROR_CLOSED_BY_SERVER},
      {65535, PHONE_TRANSPORT_END_LOST, PHONE_ERROR_CLOSED_BY_SERVER},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Subject *subject = script_play (new_close_frame (cases[i].code), SCRIPT_STAY);

    subject_assert_closed (subject, cases[i].end, cases[i].code, cases[i].error);
    subject_free (subject);
  }
}

static void
test_close_without_a_code (void)
{
  Subject *subject = script_play (new_close_frame (0), SCRIPT_STAY);

  subject_assert_closed (subject, PHONE_TRANSPORT_END_NORMAL, 1005,
                         PHONE_ERROR_CLOSED_BY_SERVER);
  subject_free (subject);
}

static void
test_server_gone (void)
{
  static const ScriptEnd ends[] = {SCRIPT_FIN, SCRIPT_RESET};

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    GByteArray *frames = g_byte_array_new ();
    Subject *subject;

    append_frame (frames, WS_FIN | WS_TEXT, "last", 4);
    subject = script_play (frames, ends[i]);
    subject_assert_closed (subject, PHONE_TRANSPORT_END_LOST, 1006,
                           PHONE_ERROR_CONNECTION_LOST);
    /* A reset may overtake what came before it. */
    if (ends[i] == SCRIPT_FIN)
      g_assert_cmpuint (subject->received->len, ==, 1);
    subject_free (subject);
  }
}

static void
test_retry_after (void)
{
  static const struct {
    const char *value;
    guint seconds;
  } cases[] = {
      {NULL, 0},
      {"", 0},
      {"0", 0},
      {"120", 120},
      {"2147483647", 2147483647},
      {"2147483648", 0},
      {"99999999999999999999", 0},
      {"-5", 0},
      {"+5", 0},
      {"5 ", 0},
      {"soon", 0},
      {"Thu, 01 Jan 1970 00:20:00 GMT", 200},
      {"Thu, 01 Jan 1970 00:10:00 GMT", 0},
      {"Tue, 31 Dec 2999 23:59:59 GMT", G_MAXINT},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].value != NULL ? cases[i].value : "none");
    g_assert_cmpuint (phone_ws_cause_parse_retry_after (cases[i].value, 1000), ==,
                      cases[i].seconds);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (handshakes); i++) {
    g_autofree char *path =
        g_strconcat ("/phone-ws-broken/handshake", handshakes[i].name, NULL);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_handshake);
  }
#define ADD(name, test) g_test_add_func ("/phone-ws-broken/" name, test)
  ADD ("redirect", test_redirect_is_not_followed);
  ADD ("what-is-asked", test_what_is_asked);
  ADD ("connection-refused", test_connection_refused);
  ADD ("wrong-address", test_wrong_address);
  ADD ("name-lookup", test_name_lookup);
  ADD ("close-codes", test_close_codes);
  ADD ("close-without-a-code", test_close_without_a_code);
  ADD ("server-gone", test_server_gone);
  ADD ("retry-after", test_retry_after);
#undef ADD

  return g_test_run ();
}
