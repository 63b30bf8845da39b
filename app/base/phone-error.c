/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-error.h"

G_DEFINE_QUARK (phone - error - quark, phone_error)

static const char *const names[PHONE_N_ERRORS] = {
    [PHONE_ERROR_INTERNAL] = "internal",
    [PHONE_ERROR_CANCELLED] = "cancelled",
    [PHONE_ERROR_INVALID_ADDRESS] = "invalid-address",
    [PHONE_ERROR_INVALID_SETTING] = "invalid-setting",
    [PHONE_ERROR_INVALID_DIGITS] = "invalid-digits",
    [PHONE_ERROR_OFFLINE] = "offline",
    [PHONE_ERROR_NAME_NOT_FOUND] = "name-not-found",
    [PHONE_ERROR_NAME_LOOKUP] = "name-lookup",
    [PHONE_ERROR_UNREACHABLE] = "unreachable",
    [PHONE_ERROR_CONNECT_REFUSED] = "connect-refused",
    [PHONE_ERROR_CONNECT_TIMEOUT] = "connect-timeout",
    [PHONE_ERROR_PROXY] = "proxy",
    [PHONE_ERROR_TLS] = "tls",
    [PHONE_ERROR_CERT_UNKNOWN_CA] = "cert-unknown-ca",
    [PHONE_ERROR_CERT_WRONG_HOST] = "cert-wrong-host",
    [PHONE_ERROR_CERT_EXPIRED] = "cert-expired",
    [PHONE_ERROR_CERT_NOT_YET] = "cert-not-yet",
    [PHONE_ERROR_CERT_REVOKED] = "cert-revoked",
    [PHONE_ERROR_CERT_WEAK] = "cert-weak",
    [PHONE_ERROR_CERT_OTHER] = "cert-other",
    [PHONE_ERROR_HTTP_UNAUTHORIZED] = "http-unauthorized",
    [PHONE_ERROR_HTTP_FORBIDDEN] = "http-forbidden",
    [PHONE_ERROR_HTTP_NOT_FOUND] = "http-not-found",
    [PHONE_ERROR_HTTP_REDIRECT] = "http-redirect",
    [PHONE_ERROR_HTTP_UNAVAILABLE] = "http-unavailable",
    [PHONE_ERROR_HTTP_STATUS] = "http-status",
    [PHONE_ERROR_NOT_WEBSOCKET] = "not-websocket",
    [PHONE_ERROR_NO_SUBPROTOCOL] = "no-subprotocol",
    [PHONE_ERROR_CONNECTION_LOST] = "connection-lost",
    [PHONE_ERROR_SERVER_SILENT] = "server-silent",
    [PHONE_ERROR_CLOSED_BY_SERVER] = "closed-by-server",
    [PHONE_ERROR_CLOSED_BY_POLICY] = "closed-by-policy",
    [PHONE_ERROR_PROTOCOL] = "protocol",
    [PHONE_ERROR_TOO_LARGE] = "too-large",
    [PHONE_ERROR_NOT_CONNECTED] = "not-connected",
    [PHONE_ERROR_PASSWORD_MISSING] = "password-missing",
    [PHONE_ERROR_AUTH_REFUSED] = "auth-refused",
    [PHONE_ERROR_AUTH_UNSUPPORTED] = "auth-unsupported",
    [PHONE_ERROR_REGISTRATION_REFUSED] = "registration-refused",
    [PHONE_ERROR_REGISTRATION_TIMEOUT] = "registration-timeout",
    [PHONE_ERROR_SERVER_BUSY] = "server-busy",
    [PHONE_ERROR_NOT_REGISTERED] = "not-registered",
    [PHONE_ERROR_BUSY] = "busy",
    [PHONE_ERROR_DECLINED] = "declined",
    [PHONE_ERROR_NO_ANSWER] = "no-answer",
    [PHONE_ERROR_NOT_FOUND] = "not-found",
    [PHONE_ERROR_NOT_AVAILABLE] = "not-available",
    [PHONE_ERROR_NOT_ACCEPTABLE] = "not-acceptable",
    [PHONE_ERROR_CALL_REFUSED] = "call-refused",
    [PHONE_ERROR_CALL_REDIRECTED] = "call-redirected",
    [PHONE_ERROR_ANSWERED_ELSEWHERE] = "answered-elsewhere",
    [PHONE_ERROR_CALL_TIMEOUT] = "call-timeout",
    [PHONE_ERROR_NO_SUCH_CALL] = "no-such-call",
    [PHONE_ERROR_WRONG_STATE] = "wrong-state",
    [PHONE_ERROR_TOO_MANY_CALLS] = "too-many-calls",
    [PHONE_ERROR_MEDIA] = "media",
    [PHONE_ERROR_MEDIA_UNSUPPORTED] = "media-unsupported",
    [PHONE_ERROR_MEDIA_DESCRIPTION] = "media-description",
    [PHONE_ERROR_MEDIA_INSECURE] = "media-insecure",
    [PHONE_ERROR_FINGERPRINT] = "fingerprint",
    [PHONE_ERROR_ICE_FAILED] = "ice-failed",
    [PHONE_ERROR_ICE_SERVER] = "ice-server",
    [PHONE_ERROR_DTLS_FAILED] = "dtls-failed",
    [PHONE_ERROR_MEDIA_LOST] = "media-lost",
    [PHONE_ERROR_MEDIA_NOT_PROVEN] = "media-not-proven",
    [PHONE_ERROR_DEVICE_NOT_FOUND] = "device-not-found",
    [PHONE_ERROR_DEVICE_BUSY] = "device-busy",
    [PHONE_ERROR_KEYRING_LOCKED] = "keyring-locked",
    [PHONE_ERROR_KEYRING_UNAVAILABLE] = "keyring-unavailable",
    [PHONE_ERROR_STORAGE] = "storage",
    [PHONE_ERROR_ADDRESS_IN_USE] = "address-in-use",
};

const char *
phone_error_get_name (PhoneError code)
{
  return (guint)code < PHONE_N_ERRORS ? names[code] : names[PHONE_ERROR_INTERNAL];
}

PhoneError
phone_error_get_code (const GError *error)
{
  if (error == NULL || error->domain != PHONE_ERROR || error->code < 0 ||
      error->code >= PHONE_N_ERRORS)
    return PHONE_ERROR_INTERNAL;
  return error->code;
}

PhoneError
phone_error_from_tls_flags (GTlsCertificateFlags flags)
{
  if (flags & G_TLS_CERTIFICATE_REVOKED)
    return PHONE_ERROR_CERT_REVOKED;
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return PHONE_ERROR_CERT_WRONG_HOST;
  if (flags & G_TLS_CERTIFICATE_EXPIRED)
    return PHONE_ERROR_CERT_EXPIRED;
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return PHONE_ERROR_CERT_NOT_YET;
  if (flags & G_TLS_CERTIFICATE_INSECURE)
    return PHONE_ERROR_CERT_WEAK;
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return PHONE_ERROR_CERT_UNKNOWN_CA;
  return PHONE_ERROR_CERT_OTHER;
}

PhoneError
phone_error_from_http_status (guint status)
{
  if (status >= 300 && status <= 399)
    return PHONE_ERROR_HTTP_REDIRECT;
  switch (status) {
  case 401:
  case 407:
    return PHONE_ERROR_HTTP_UNAUTHORIZED;
  case 403:
    return PHONE_ERROR_HTTP_FORBIDDEN;
  case 404:
    return PHONE_ERROR_HTTP_NOT_FOUND;
  case 503:
    return PHONE_ERROR_HTTP_UNAVAILABLE;
  case 200:
    return PHONE_ERROR_NOT_WEBSOCKET;
  default:
    return PHONE_ERROR_HTTP_STATUS;
  }
}

/* A GIO error and what it means here. Both columns are flat, so that a new case is a new
 * line. */
typedef struct {
  int gio;
  PhoneError ours;
} Mapping;

static PhoneError
look_up (const Mapping *mappings, gsize n, int code, PhoneError otherwise)
{
  for (gsize i = 0; i < n; i++)
    if (mappings[i].gio == code)
      return mappings[i].ours;
  return otherwise;
}

static PhoneError
from_io_error (int code)
{
  static const Mapping mappings[] = {
      {G_IO_ERROR_CANCELLED, PHONE_ERROR_CANCELLED},
      {G_IO_ERROR_CONNECTION_REFUSED, PHONE_ERROR_CONNECT_REFUSED},
      {G_IO_ERROR_TIMED_OUT, PHONE_ERROR_CONNECT_TIMEOUT},
      {G_IO_ERROR_HOST_UNREACHABLE, PHONE_ERROR_UNREACHABLE},
      {G_IO_ERROR_NETWORK_UNREACHABLE, PHONE_ERROR_OFFLINE},
      {G_IO_ERROR_HOST_NOT_FOUND, PHONE_ERROR_NAME_NOT_FOUND},
      {G_IO_ERROR_CONNECTION_CLOSED, PHONE_ERROR_CONNECTION_LOST},
      {G_IO_ERROR_BROKEN_PIPE, PHONE_ERROR_CONNECTION_LOST},
      {G_IO_ERROR_PARTIAL_INPUT, PHONE_ERROR_CONNECTION_LOST},
      {G_IO_ERROR_NOT_CONNECTED, PHONE_ERROR_NOT_CONNECTED},
      {G_IO_ERROR_PROXY_FAILED, PHONE_ERROR_PROXY},
      {G_IO_ERROR_PROXY_AUTH_FAILED, PHONE_ERROR_PROXY},
      {G_IO_ERROR_PROXY_NEED_AUTH, PHONE_ERROR_PROXY},
      {G_IO_ERROR_PROXY_NOT_ALLOWED, PHONE_ERROR_PROXY},
      {G_IO_ERROR_INVALID_ARGUMENT, PHONE_ERROR_INVALID_ADDRESS},
      {G_IO_ERROR_ADDRESS_IN_USE, PHONE_ERROR_ADDRESS_IN_USE},
      {G_IO_ERROR_MESSAGE_TOO_LARGE, PHONE_ERROR_TOO_LARGE},
      {G_IO_ERROR_NO_SPACE, PHONE_ERROR_STORAGE},
      {G_IO_ERROR_READ_ONLY, PHONE_ERROR_STORAGE},
      {G_IO_ERROR_PERMISSION_DENIED, PHONE_ERROR_STORAGE},
  };

  return look_up (mappings, G_N_ELEMENTS (mappings), code, PHONE_ERROR_INTERNAL);
}

static PhoneError
from_resolver_error (int code)
{
  static const Mapping mappings[] = {
      {G_RESOLVER_ERROR_NOT_FOUND, PHONE_ERROR_NAME_NOT_FOUND},
      {G_RESOLVER_ERROR_TEMPORARY_FAILURE, PHONE_ERROR_NAME_LOOKUP},
  };

  return look_up (mappings, G_N_ELEMENTS (mappings), code, PHONE_ERROR_NAME_LOOKUP);
}

/* GIO says only that the certificate is bad: whoever saw the flags asks
 * phone_error_from_tls_flags() instead. */
static PhoneError
from_tls_error (int code)
{
  static const Mapping mappings[] = {
      {G_TLS_ERROR_BAD_CERTIFICATE, PHONE_ERROR_CERT_OTHER},
      {G_TLS_ERROR_EOF, PHONE_ERROR_CONNECTION_LOST},
  };

  return look_up (mappings, G_N_ELEMENTS (mappings), code, PHONE_ERROR_TLS);
}

static PhoneError
from_any_error (const GError *error)
{
  if (error->domain == G_IO_ERROR)
    return from_io_error (error->code);
  if (error->domain == G_RESOLVER_ERROR)
    return from_resolver_error (error->code);
  if (error->domain == G_TLS_ERROR)
    return from_tls_error (error->code);
  return PHONE_ERROR_INTERNAL;
}

GError *
phone_error_take_gio (GError *error)
{
  GError *ours;

  if (error == NULL || error->domain == PHONE_ERROR)
    return error;
  ours = g_error_new_literal (PHONE_ERROR, from_any_error (error), error->message);
  g_error_free (error);
  return ours;
}
