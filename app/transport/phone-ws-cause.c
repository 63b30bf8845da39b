/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ws-cause.h"

#include "phone-error.h"

static PhoneTransportClose *new_close (PhoneTransportEnd end,
                                       guint code,
                                       PhoneError error,
                                       const char *format,
                                       ...) G_GNUC_PRINTF (4, 5);

static PhoneTransportClose *
new_close (PhoneTransportEnd end, guint code, PhoneError error, const char *format, ...)
{
  GError *reason;
  va_list args;

  va_start (args, format);
  reason = g_error_new_valist (PHONE_ERROR, (int)error, format, args);
  va_end (args);
  return phone_transport_close_new (end, code, 0, reason);
}

guint
phone_ws_cause_parse_retry_after (const char *value, gint64 now_unix_s)
{
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;
  gint64 until;

  if (value == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT, &seconds, NULL))
    return (guint)seconds;
  date = soup_date_time_new_from_http_string (value);
  if (date == NULL)
    return 0;
  until = g_date_time_to_unix (date) - now_unix_s;
  return (guint)CLAMP (until, 0, G_MAXINT);
}

static PhoneTransportEnd
end_of_status (guint status)
{
  if (status == 429 || status == 503)
    return PHONE_TRANSPORT_END_OVERLOADED;
  /* A gateway before a server that is being restarted: worth coming back for. */
  if (status >= 500)
    return PHONE_TRANSPORT_END_UNREACHED;
  return PHONE_TRANSPORT_END_REFUSED;
}

static PhoneTransportClose *
close_of_status (const PhoneWsHandshake *handshake)
{
  PhoneTransportEnd end = end_of_status (handshake->status);
  gboolean is_success = handshake->status >= 200 && handshake->status < 300;
  PhoneError code = is_success ? PHONE_ERROR_NOT_WEBSOCKET
                               : phone_error_from_http_status (handshake->status);
  PhoneTransportClose *close;

  close = new_close (end, handshake->status, code,
                     "the server answered the WebSocket handshake with HTTP status %u",
                     handshake->status);
  if (handshake->headers != NULL)
    close->retry_after_s = phone_ws_cause_parse_retry_after (
        soup_message_headers_get_one (handshake->headers, "Retry-After"),
        g_get_real_time () / G_USEC_PER_SEC);
  return close;
}

static PhoneTransportClose *
close_of_upgrade (const PhoneWsHandshake *handshake)
{
  const char *protocol = NULL;

  if (handshake->headers != NULL)
    protocol =
        soup_message_headers_get_one (handshake->headers, "Sec-WebSocket-Protocol");
  if (g_strcmp0 (protocol, "sip") != 0)
    return new_close (PHONE_TRANSPORT_END_REFUSED, 101, PHONE_ERROR_NO_SUBPROTOCOL,
                      "the server did not choose the sub-protocol \"sip\"");
  return new_close (PHONE_TRANSPORT_END_REFUSED, 101, PHONE_ERROR_NOT_WEBSOCKET,
                    "the server's WebSocket handshake is wrong");
}

static PhoneTransportClose *
close_of_connecting (const GError *error)
{
  g_autoptr (GError) mapped = NULL;

  if (error->domain == SOUP_SESSION_ERROR || error->domain == SOUP_WEBSOCKET_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    return new_close (PHONE_TRANSPORT_END_REFUSED, 0, PHONE_ERROR_NOT_WEBSOCKET,
                      "what answers there does not speak WebSocket: %s", error->message);
  mapped = phone_error_take_gio (g_error_copy (error));
  return phone_transport_close_new (PHONE_TRANSPORT_END_UNREACHED, 0, 0,
                                    g_steal_pointer (&mapped));
}

PhoneTransportClose *
phone_ws_cause_from_handshake (const PhoneWsHandshake *handshake)
{
  if (handshake->status == SOUP_STATUS_SWITCHING_PROTOCOLS)
    return close_of_upgrade (handshake);
  if (handshake->status >= 200)
    return close_of_status (handshake);
  if (g_error_matches (handshake->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) &&
      handshake->tls_flags != 0)
    return new_close (PHONE_TRANSPORT_END_REFUSED, 0,
                      phone_error_from_tls_flags (handshake->tls_flags),
                      "the server's certificate is not accepted (flags 0x%x)",
                      (guint)handshake->tls_flags);
  if (handshake->error != NULL)
    return close_of_connecting (handshake->error);
  return new_close (PHONE_TRANSPORT_END_REFUSED, 0, PHONE_ERROR_NOT_WEBSOCKET,
                    "the server ended the handshake without an answer");
}

PhoneTransportClose *
phone_ws_cause_from_timeout (GSocketClientEvent stage)
{
  const char *what = NULL;

  switch (stage) {
  case G_SOCKET_CLIENT_RESOLVING:
    what = "looking up the name";
    break;
  case G_SOCKET_CLIENT_RESOLVED:
  case G_SOCKET_CLIENT_CONNECTING:
    what = "connecting";
    break;
  case G_SOCKET_CLIENT_PROXY_NEGOTIATING:
  case G_SOCKET_CLIENT_PROXY_NEGOTIATED:
    what = "asking the proxy";
    break;
  case G_SOCKET_CLIENT_TLS_HANDSHAKING:
    what = "the TLS handshake";
    break;
  case G_SOCKET_CLIENT_CONNECTED:
  case G_SOCKET_CLIENT_TLS_HANDSHAKED:
  case G_SOCKET_CLIENT_COMPLETE:
    what = "the WebSocket handshake";
    break;
  }
  return new_close (PHONE_TRANSPORT_END_UNREACHED, 0, PHONE_ERROR_CONNECT_TIMEOUT,
                    "no answer in time while at %s", what);
}

PhoneTransportClose *
phone_ws_cause_old_tls (void)
{
  return new_close (PHONE_TRANSPORT_END_REFUSED, 0, PHONE_ERROR_TLS,
                    "the server speaks only a TLS older than 1.2");
}

static PhoneTransportEnd
end_of_close_code (guint code)
{
  if (code >= 3000 && code <= 4999)
    return PHONE_TRANSPORT_END_POLICY;
  switch (code) {
  case 0:
  case 1000:
  case 1001:
  case 1005: /* the Close frame had no code */
  case 1012: /* the service restarts */
    return PHONE_TRANSPORT_END_NORMAL;
  case 1002:
  case 1003:
  case 1007:
  case 1008:
  case 1009:
  case 1010:
    return PHONE_TRANSPORT_END_POLICY;
  case 1013: /* try again later */
    return PHONE_TRANSPORT_END_OVERLOADED;
  default:
    return PHONE_TRANSPORT_END_LOST;
  }
}

PhoneTransportClose *
phone_ws_cause_from_close_code (guint code)
{
  PhoneTransportEnd end = end_of_close_code (code);
  PhoneError error = end == PHONE_TRANSPORT_END_POLICY ? PHONE_ERROR_CLOSED_BY_POLICY
                                                       : PHONE_ERROR_CLOSED_BY_SERVER;

  return new_close (end, code, error, "the server closed the WebSocket with %u", code);
}

PhoneTransportClose *
phone_ws_cause_too_large (void)
{
  return new_close (PHONE_TRANSPORT_END_LOST, SOUP_WEBSOCKET_CLOSE_TOO_BIG,
                    PHONE_ERROR_TOO_LARGE, "the server sent a message over the limit");
}

PhoneTransportClose *
phone_ws_cause_unread (void)
{
  return new_close (PHONE_TRANSPORT_END_LOST, SOUP_WEBSOCKET_CLOSE_ABNORMAL,
                    PHONE_ERROR_SERVER_SILENT,
                    "the server sends and reads nothing of what it is sent");
}

PhoneTransportClose *
phone_ws_cause_from_error (const GError *error)
{
  if (error == NULL)
    return new_close (PHONE_TRANSPORT_END_LOST, SOUP_WEBSOCKET_CLOSE_ABNORMAL,
                      PHONE_ERROR_CONNECTION_LOST, "the connection ended without a word");
  if (g_error_matches (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG))
    return phone_ws_cause_too_large ();
  if (error->domain == SOUP_WEBSOCKET_ERROR)
    return new_close (PHONE_TRANSPORT_END_POLICY, (guint)error->code,
                      PHONE_ERROR_PROTOCOL, "%s", error->message);
  return new_close (PHONE_TRANSPORT_END_LOST, SOUP_WEBSOCKET_CLOSE_ABNORMAL,
                    PHONE_ERROR_CONNECTION_LOST, "%s", error->message);
}
