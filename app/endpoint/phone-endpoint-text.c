/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-text.h"

static const char *const errors[PHONE_N_ERRORS] = {
    [PHONE_ERROR_INTERNAL] = "Something went wrong inside this program.",
    [PHONE_ERROR_CANCELLED] = "It was cancelled.",
    [PHONE_ERROR_INVALID_ADDRESS] = "The address cannot be read.",
    [PHONE_ERROR_INVALID_SETTING] = "A setting of the account is not usable.",
    [PHONE_ERROR_INVALID_DIGITS] = "These are no digits, or too many of them.",
    [PHONE_ERROR_OFFLINE] = "There is no network.",
    [PHONE_ERROR_NAME_NOT_FOUND] = "The server's name does not exist.",
    [PHONE_ERROR_NAME_LOOKUP] = "The server's name could not be looked up just now.",
    [PHONE_ERROR_UNREACHABLE] = "The server cannot be reached from this network.",
    [PHONE_ERROR_CONNECT_REFUSED] = "Nobody listens at the server's address and port.",
    [PHONE_ERROR_CONNECT_TIMEOUT] = "The server does not answer.",
    [PHONE_ERROR_PROXY] = "The proxy on the way to the server failed.",
    [PHONE_ERROR_TLS] = "No encrypted connection to the server could be made.",
    [PHONE_ERROR_CERT_UNKNOWN_CA] =
        "The server's certificate is signed by nobody that is trusted here.",
    [PHONE_ERROR_CERT_WRONG_HOST] = "The server's certificate is made for another name.",
    [PHONE_ERROR_CERT_EXPIRED] = "The server's certificate has expired.",
    [PHONE_ERROR_CERT_NOT_YET] =
        "The server's certificate is not yet valid: look at the clock.",
    [PHONE_ERROR_CERT_REVOKED] = "The server's certificate was revoked.",
    [PHONE_ERROR_CERT_WEAK] =
        "The server's certificate is made in a way that is not safe.",
    [PHONE_ERROR_CERT_OTHER] = "The server's certificate is not valid.",
    [PHONE_ERROR_HTTP_UNAUTHORIZED] = "The web server asks for a login of its own.",
    [PHONE_ERROR_HTTP_FORBIDDEN] = "The web server forbids the connection.",
    [PHONE_ERROR_HTTP_NOT_FOUND] = "There is no WebSocket at this path of the server.",
    [PHONE_ERROR_HTTP_REDIRECT] = "The server points elsewhere, which is not followed.",
    [PHONE_ERROR_HTTP_UNAVAILABLE] = "The server says that it is not available now.",
    [PHONE_ERROR_HTTP_STATUS] = "The server refused the WebSocket.",
    [PHONE_ERROR_NOT_WEBSOCKET] = "What answers there does not speak WebSocket.",
    [PHONE_ERROR_NO_SUBPROTOCOL] = "The server speaks WebSocket, but not SIP.",
    [PHONE_ERROR_CONNECTION_LOST] = "The connection to the server was lost.",
    [PHONE_ERROR_SERVER_SILENT] = "The server fell silent.",
    [PHONE_ERROR_CLOSED_BY_SERVER] = "The server closed the connection.",
    [PHONE_ERROR_CLOSED_BY_POLICY] = "The server threw this phone out.",
    [PHONE_ERROR_PROTOCOL] = "What the server sends cannot be understood.",
    [PHONE_ERROR_TOO_LARGE] = "A message was larger than is allowed.",
    [PHONE_ERROR_NOT_CONNECTED] = "There is no connection to the server.",
    [PHONE_ERROR_PASSWORD_MISSING] = "The server asks for a password and none was given.",
    [PHONE_ERROR_AUTH_REFUSED] = "The server does not accept this user and password.",
    [PHONE_ERROR_AUTH_UNSUPPORTED] =
        "The server asks for a way of signing in that is not supported.",
    [PHONE_ERROR_REGISTRATION_REFUSED] = "The server refused the registration.",
    [PHONE_ERROR_REGISTRATION_TIMEOUT] = "The server did not answer the registration.",
    [PHONE_ERROR_SERVER_BUSY] = "The server is overloaded.",
    [PHONE_ERROR_NOT_REGISTERED] = "The account is not registered.",
    [PHONE_ERROR_BUSY] = "The far end is busy.",
    [PHONE_ERROR_DECLINED] = "The far end declined the call.",
    [PHONE_ERROR_NO_ANSWER] = "Nobody answered.",
    [PHONE_ERROR_NOT_FOUND] = "Nobody has this address.",
    [PHONE_ERROR_NOT_AVAILABLE] = "The far end is not reachable now.",
    [PHONE_ERROR_NOT_ACCEPTABLE] =
        "The two ends have no protected media format in common.",
    [PHONE_ERROR_CALL_REFUSED] = "The call was refused.",
    [PHONE_ERROR_CALL_REDIRECTED] =
        "The call was sent to another address, which is not followed.",
    [PHONE_ERROR_ANSWERED_ELSEWHERE] = "The call was answered on another device.",
    [PHONE_ERROR_CALL_TIMEOUT] = "The far end of the call said nothing any more.",
    [PHONE_ERROR_NO_SUCH_CALL] = "There is no such call.",
    [PHONE_ERROR_WRONG_STATE] = "This has no meaning now.",
    [PHONE_ERROR_TOO_MANY_CALLS] = "There are too many calls already.",
    [PHONE_ERROR_MEDIA] = "Sound and picture could not be handled.",
    [PHONE_ERROR_MEDIA_UNSUPPORTED] =
        "A GStreamer element that is needed is not installed.",
    [PHONE_ERROR_MEDIA_DESCRIPTION] = "The far end's media description cannot be used.",
    [PHONE_ERROR_MEDIA_INSECURE] = "The far end does not offer protected media.",
    [PHONE_ERROR_FINGERPRINT] =
        "The certificate of the far end is not the one it announced.",
    [PHONE_ERROR_ICE_FAILED] = "No path for sound and picture was found to the far end.",
    [PHONE_ERROR_ICE_SERVER] = "A STUN or TURN server cannot be used.",
    [PHONE_ERROR_DTLS_FAILED] = "The two ends could not agree on keys.",
    [PHONE_ERROR_MEDIA_LOST] = "Nothing came from the far end any more.",
    [PHONE_ERROR_MEDIA_NOT_PROVEN] = "What was expected was not heard or seen.",
    [PHONE_ERROR_DEVICE_NOT_FOUND] = "There is no such device.",
    [PHONE_ERROR_DEVICE_BUSY] = "The device is used by another program.",
    [PHONE_ERROR_KEYRING_LOCKED] = "The keyring is locked.",
    [PHONE_ERROR_KEYRING_UNAVAILABLE] = "There is no keyring.",
    [PHONE_ERROR_STORAGE] = "A file could not be read or written.",
    [PHONE_ERROR_ADDRESS_IN_USE] = "The address and port are in use already.",
};

const char *
phone_endpoint_text_error (PhoneError code)
{
  return code < PHONE_N_ERRORS ? errors[code] : errors[PHONE_ERROR_INTERNAL];
}

const char *
phone_endpoint_text_end_cause (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_NONE:
    return "The call is not over.";
  case PHONE_END_HUNG_UP_HERE:
    return "The call was hung up here.";
  case PHONE_END_HUNG_UP_THERE:
    return "The far end hung up.";
  case PHONE_END_CANCELLED_HERE:
    return "The call was given up here before it was answered.";
  case PHONE_END_MISSED:
    return "The caller gave up.";
  case PHONE_END_ANSWERED_ELSEWHERE:
    return "The call was answered on another device.";
  case PHONE_END_DECLINED_HERE:
    return "The call was declined here.";
  case PHONE_END_BUSY:
    return "The far end is busy.";
  case PHONE_END_DECLINED:
    return "The far end declined the call.";
  case PHONE_END_NOT_FOUND:
    return "Nobody has this address.";
  case PHONE_END_UNAVAILABLE:
    return "The far end is not reachable now.";
  case PHONE_END_NO_ANSWER:
    return "Nobody answered.";
  case PHONE_END_FORBIDDEN:
    return "The server does not allow this call.";
  case PHONE_END_NOT_ACCEPTABLE:
    return "The two ends have no protected media format in common.";
  case PHONE_END_REDIRECTED:
    return "The call was sent to another address, which is not followed.";
  case PHONE_END_SERVER_FAILED:
    return "A server on the way failed.";
  case PHONE_END_CONNECTION_LOST:
    return "The connection to the server was lost before the call stood.";
  case PHONE_END_CALL_LOST:
    return "The far end does not know this call any more.";
  case PHONE_END_MEDIA_FAILED:
    return "No protected path for sound and picture was found to the far end.";
  case PHONE_END_CERTIFICATE_MISMATCH:
    return "The certificate of the far end is not the one it announced.";
  case PHONE_END_PEER_VANISHED:
    return "Nothing came from the far end for too long.";
  case PHONE_END_TRANSFERRED:
    return "The call was handed on: the far end talks to somebody else.";
  case PHONE_END_REPLACED:
    return "The call goes on as another one, which took its place.";
  case PHONE_END_INTERNAL:
    return "Something went wrong inside this program.";
  }
  return "";
}

const char *
phone_endpoint_text_call_state (PhoneCallState state)
{
  switch (state) {
  case PHONE_CALL_STATE_DIALLING:
    return "dialling";
  case PHONE_CALL_STATE_RINGING:
    return "it rings there";
  case PHONE_CALL_STATE_INCOMING:
    return "it rings here";
  case PHONE_CALL_STATE_CONNECTING:
    return "answered, media is being set up";
  case PHONE_CALL_STATE_ACTIVE:
    return "in the call";
  case PHONE_CALL_STATE_RECONNECTING:
    return "nothing comes from the far end just now";
  case PHONE_CALL_STATE_ENDING:
    return "hanging up";
  case PHONE_CALL_STATE_ENDED:
    return "over";
  }
  return "";
}

const char *
phone_endpoint_text_silence (PhoneMediaSilence silence)
{
  switch (silence) {
  case PHONE_MEDIA_SILENCE_NONE:
    return "sound goes both ways";
  case PHONE_MEDIA_SILENCE_HOLD:
    return "the call is on hold";
  case PHONE_MEDIA_SILENCE_MUTED:
    return "the microphone is muted here";
  case PHONE_MEDIA_SILENCE_SOURCE:
    return "our source gives no sound";
  case PHONE_MEDIA_SILENCE_NOT_RECEIVED:
    return "the far end's reports do not confirm what we send";
  case PHONE_MEDIA_SILENCE_NO_PACKETS:
    return "no packets arrive";
  case PHONE_MEDIA_SILENCE_NOT_DECODED:
    return "packets arrive and no sound comes out of them";
  case PHONE_MEDIA_SILENCE_PEER_QUIET:
    return "the far end sends silence";
  }
  return "";
}
