/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include "phone-error.h"

#include <glib/gi18n.h>

static const char *
connecting_text (PhoneError code)
{
  switch ((int)code) {
  case PHONE_ERROR_OFFLINE:
    return _ ("This computer has no network. Connect it, then try again.");
  case PHONE_ERROR_NAME_NOT_FOUND:
    return _ ("There is no server of that name. Check its address.");
  case PHONE_ERROR_NAME_LOOKUP:
    return _ ("The server's name could not be looked up. Check your network.");
  case PHONE_ERROR_UNREACHABLE:
    return _ ("No way leads to the server. Check your network.");
  case PHONE_ERROR_CONNECT_REFUSED:
    return _ ("The server does not answer on that port. Check whether it runs.");
  case PHONE_ERROR_CONNECT_TIMEOUT:
    return _ ("The server did not answer in time. Check its address and your network.");
  case PHONE_ERROR_PROXY:
    return _ ("The proxy on the way to the server failed. Check your network settings.");
  case PHONE_ERROR_HTTP_UNAUTHORIZED:
    return _ ("The server wants a sign-in before it connects. Ask who runs it.");
  case PHONE_ERROR_HTTP_FORBIDDEN:
    return _ ("The server lets no one connect here. Check the end of its address.");
  case PHONE_ERROR_HTTP_NOT_FOUND:
    return _ ("The server has nothing there. Check the end of its address.");
  case PHONE_ERROR_HTTP_REDIRECT:
    return _ ("The server has moved. Ask who runs it for the new address.");
  case PHONE_ERROR_HTTP_UNAVAILABLE:
    return _ ("The server takes nobody at the moment. Try again later.");
  case PHONE_ERROR_HTTP_STATUS:
    return _ ("The server refused to connect. Check its address.");
  case PHONE_ERROR_NOT_WEBSOCKET:
    return _ ("Something answers, but it is no phone server. Check the address.");
  case PHONE_ERROR_NO_SUBPROTOCOL:
    return _ ("The server connects, but not for phones. Check the end of its address.");
  case PHONE_ERROR_CONNECTION_LOST:
    return _ ("The connection to the server was lost. Check your network.");
  case PHONE_ERROR_SERVER_SILENT:
    return _ ("The server has gone silent. Check your network.");
  case PHONE_ERROR_CLOSED_BY_SERVER:
    return _ ("The server has closed the connection. It may be restarting.");
  case PHONE_ERROR_CLOSED_BY_POLICY:
    return _ ("The server does not want this connection. Ask who runs it.");
  case PHONE_ERROR_PROTOCOL:
    return _ ("The server does not speak as a phone server does. Check the address.");
  case PHONE_ERROR_TOO_LARGE:
    return _ ("A message was too large for this phone. Try again.");
  case PHONE_ERROR_NOT_CONNECTED:
    return _ ("You are not connected to the server. Wait a moment, or try now.");
  }
  return NULL;
}

static const char *
certificate_text (PhoneError code)
{
  switch ((int)code) {
  case PHONE_ERROR_TLS:
    return _ ("No protected connection could be made. Check the server's port.");
  case PHONE_ERROR_CERT_UNKNOWN_CA:
    return _ ("Nobody we trust vouches for the server. Ask who runs it.");
  case PHONE_ERROR_CERT_WRONG_HOST:
    return _ ("The server's certificate is for another name. Check its address.");
  case PHONE_ERROR_CERT_EXPIRED:
    return _ ("The server's certificate has expired. Ask who runs it.");
  case PHONE_ERROR_CERT_NOT_YET:
    return _ ("The server's certificate is not valid yet. Check this computer's clock.");
  case PHONE_ERROR_CERT_REVOKED:
    return _ ("The server's certificate was revoked. Do not trust this server.");
  case PHONE_ERROR_CERT_WEAK:
    return _ ("The server's certificate is not safe. Ask who runs it.");
  case PHONE_ERROR_CERT_OTHER:
    return _ ("The server's certificate is not in order. Ask who runs it.");
  }
  return NULL;
}

static const char *
registering_text (PhoneError code)
{
  switch ((int)code) {
  case PHONE_ERROR_PASSWORD_MISSING:
    return _ ("The server asks for your password. Sign in again.");
  case PHONE_ERROR_AUTH_REFUSED:
    return _ ("Wrong account or password. Check both and sign in again.");
  case PHONE_ERROR_AUTH_UNSUPPORTED:
    return _ ("The server wants the password in a way that is not safe. Ask who runs "
              "it.");
  case PHONE_ERROR_REGISTRATION_REFUSED:
    return _ ("The server does not accept this account. Check it, or ask who runs it.");
  case PHONE_ERROR_REGISTRATION_TIMEOUT:
    return _ ("The server connects, but does not answer. Try again later.");
  case PHONE_ERROR_SERVER_BUSY:
    return _ ("The server is too busy. It is tried again by itself.");
  case PHONE_ERROR_NOT_REGISTERED:
    return _ ("You are not signed in. Wait a moment, or sign in again.");
  case PHONE_ERROR_INVALID_ADDRESS:
    return _ ("This is not an address. Write it like bob@example.org.");
  case PHONE_ERROR_INVALID_DIGITS:
    return _ ("A telephone has the keys 0 to 9, A to D, * and #. Type those alone.");
  case PHONE_ERROR_INVALID_SETTING:
    return _ ("Something in this account cannot be right. Check each field.");
  case PHONE_ERROR_KEYRING_LOCKED:
    return _ (
        "The keyring is locked, so your password cannot be kept. Unlock it and sign "
        "in again.");
  case PHONE_ERROR_KEYRING_UNAVAILABLE:
    return _ ("There is no keyring, so your password cannot be kept. You will be asked "
              "again next time.");
  case PHONE_ERROR_STORAGE:
    return _ ("Your account could not be read or saved. Check the disk, then sign in "
              "again.");
  case PHONE_ERROR_ADDRESS_IN_USE:
    return _ ("Another program has taken the port. Close it, then try again.");
  }
  return NULL;
}

static const char *
calling_text (PhoneError code)
{
  switch ((int)code) {
  case PHONE_ERROR_BUSY:
    return phone_text_end_sentence (PHONE_END_BUSY);
  case PHONE_ERROR_DECLINED:
    return phone_text_end_sentence (PHONE_END_DECLINED);
  case PHONE_ERROR_NO_ANSWER:
    return phone_text_end_sentence (PHONE_END_NO_ANSWER);
  case PHONE_ERROR_NOT_FOUND:
    return phone_text_end_sentence (PHONE_END_NOT_FOUND);
  case PHONE_ERROR_NOT_AVAILABLE:
    return phone_text_end_sentence (PHONE_END_UNAVAILABLE);
  case PHONE_ERROR_NOT_ACCEPTABLE:
    return phone_text_end_sentence (PHONE_END_NOT_ACCEPTABLE);
  case PHONE_ERROR_CALL_REFUSED:
    return phone_text_end_sentence (PHONE_END_SERVER_FAILED);
  case PHONE_ERROR_CALL_REDIRECTED:
    return phone_text_end_sentence (PHONE_END_REDIRECTED);
  case PHONE_ERROR_ANSWERED_ELSEWHERE:
    return phone_text_end_sentence (PHONE_END_ANSWERED_ELSEWHERE);
  case PHONE_ERROR_CALL_TIMEOUT:
    return _ ("The server said nothing about this call. Try again later.");
  case PHONE_ERROR_NO_SUCH_CALL:
    return phone_text_end_sentence (PHONE_END_CALL_LOST);
  case PHONE_ERROR_TOO_MANY_CALLS:
    return _ ("There are too many calls. Hang up one of them first.");
  }
  return NULL;
}

static const char *
media_text (PhoneError code)
{
  switch ((int)code) {
  case PHONE_ERROR_MEDIA:
    return _ ("Sound or picture failed in this phone. Call again.");
  case PHONE_ERROR_MEDIA_UNSUPPORTED:
    return _ ("A part for sound or picture is not installed. Install the GStreamer "
              "plugins.");
  case PHONE_ERROR_MEDIA_DESCRIPTION:
    return _ ("The other phone describes its sound in a way that cannot be used.");
  case PHONE_ERROR_MEDIA_INSECURE:
    return _ ("The other phone does not protect its sound, so there is no call.");
  case PHONE_ERROR_FINGERPRINT:
    return phone_text_end_sentence (PHONE_END_CERTIFICATE_MISMATCH);
  case PHONE_ERROR_ICE_FAILED:
    return phone_text_end_sentence (PHONE_END_MEDIA_FAILED);
  case PHONE_ERROR_ICE_SERVER:
    return _ ("The server that helps sound through is not usable. Check the account.");
  case PHONE_ERROR_DTLS_FAILED:
    return _ ("No protected sound could be agreed on. Call again.");
  case PHONE_ERROR_MEDIA_LOST:
    return phone_text_end_sentence (PHONE_END_PEER_VANISHED);
  case PHONE_ERROR_MEDIA_NOT_PROVEN:
    return _ ("Sound or picture did not arrive. Call again.");
  case PHONE_ERROR_DEVICE_NOT_FOUND:
    return _ ("There is no microphone or camera. Plug one in and call again.");
  case PHONE_ERROR_DEVICE_BUSY:
    return _ ("Another program uses the microphone or camera. Close it and call again.");
  }
  return NULL;
}

const char *
phone_text_error (const GError *error)
{
  const char *(*const tables[]) (PhoneError) = {
      connecting_text, certificate_text, registering_text, calling_text, media_text,
  };

  if (error == NULL)
    return "";
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    const char *text = tables[i](phone_error_get_code (error));

    if (text != NULL)
      return text;
  }
  return _ ("Something went wrong in this phone. Try again.");
}
