/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-agent-map.h"

#include "sip-status.h"

SipFlowClose
phone_flow_close_from_transport (PhoneTransportEnd end)
{
  switch (end) {
  case PHONE_TRANSPORT_END_NORMAL:
    return SIP_FLOW_CLOSE_NORMAL;
  case PHONE_TRANSPORT_END_LOST:
    return SIP_FLOW_CLOSE_LOST;
  case PHONE_TRANSPORT_END_UNREACHED:
    return SIP_FLOW_CLOSE_UNREACHED;
  case PHONE_TRANSPORT_END_REFUSED:
    return SIP_FLOW_CLOSE_REFUSED;
  case PHONE_TRANSPORT_END_POLICY:
    return SIP_FLOW_CLOSE_POLICY;
  case PHONE_TRANSPORT_END_OVERLOADED:
    return SIP_FLOW_CLOSE_OVERLOADED;
  }
  return SIP_FLOW_CLOSE_LOST;
}

PhoneAccountState
phone_account_state_from_sip (SipRegistrationState state)
{
  switch (state) {
  case SIP_REGISTRATION_OFFLINE:
    return PHONE_ACCOUNT_STATE_OFFLINE;
  case SIP_REGISTRATION_CONNECTING:
    return PHONE_ACCOUNT_STATE_CONNECTING;
  case SIP_REGISTRATION_REGISTERING:
    return PHONE_ACCOUNT_STATE_REGISTERING;
  case SIP_REGISTRATION_REGISTERED:
    return PHONE_ACCOUNT_STATE_REGISTERED;
  case SIP_REGISTRATION_WAITING:
    return PHONE_ACCOUNT_STATE_WAITING;
  case SIP_REGISTRATION_REFUSED:
    return PHONE_ACCOUNT_STATE_REFUSED;
  case SIP_REGISTRATION_UNREGISTERING:
    return PHONE_ACCOUNT_STATE_UNREGISTERING;
  }
  return PHONE_ACCOUNT_STATE_OFFLINE;
}

PhoneAccountStage
phone_account_stage_from_ws (PhoneWsStage stage)
{
  switch (stage) {
  case PHONE_WS_STAGE_NONE:
    return PHONE_ACCOUNT_STAGE_NONE;
  case PHONE_WS_STAGE_NAME:
    return PHONE_ACCOUNT_STAGE_NAME;
  case PHONE_WS_STAGE_CONNECTION:
    return PHONE_ACCOUNT_STAGE_CONNECTION;
  case PHONE_WS_STAGE_CERTIFICATE:
    return PHONE_ACCOUNT_STAGE_CERTIFICATE;
  case PHONE_WS_STAGE_WEBSOCKET:
    return PHONE_ACCOUNT_STAGE_WEBSOCKET;
  case PHONE_WS_STAGE_OPEN:
    return PHONE_ACCOUNT_STAGE_OPEN;
  }
  return PHONE_ACCOUNT_STAGE_NONE;
}

static PhoneError
error_from_flow_close (SipFlowClose close)
{
  switch (close) {
  case SIP_FLOW_CLOSE_NORMAL:
    return PHONE_ERROR_CLOSED_BY_SERVER;
  case SIP_FLOW_CLOSE_LOST:
    return PHONE_ERROR_CONNECTION_LOST;
  case SIP_FLOW_CLOSE_UNREACHED:
    return PHONE_ERROR_UNREACHABLE;
  case SIP_FLOW_CLOSE_REFUSED:
    return PHONE_ERROR_HTTP_STATUS;
  case SIP_FLOW_CLOSE_POLICY:
    return PHONE_ERROR_CLOSED_BY_POLICY;
  case SIP_FLOW_CLOSE_OVERLOADED:
    return PHONE_ERROR_SERVER_BUSY;
  }
  return PHONE_ERROR_CONNECTION_LOST;
}

GError *
phone_error_from_registration (const SipOutput *output, gboolean has_password)
{
  PhoneError code = PHONE_ERROR_REGISTRATION_REFUSED;
  guint status = output->status;

  if (status == 0)
    return g_error_new_literal (PHONE_ERROR, error_from_flow_close (output->close),
                                "The connection to the server ended");

  if (output->is_unanswerable)
    code = PHONE_ERROR_AUTH_UNSUPPORTED;
  else if (sip_status_is_challenge (status))
    code = has_password ? PHONE_ERROR_AUTH_REFUSED : PHONE_ERROR_PASSWORD_MISSING;
  else if (status == SIP_STATUS_FORBIDDEN)
    code = PHONE_ERROR_AUTH_REFUSED;
  else if (status == SIP_STATUS_NOT_FOUND)
    code = PHONE_ERROR_NOT_FOUND;
  else if (status == SIP_STATUS_REQUEST_TIMEOUT)
    code = PHONE_ERROR_REGISTRATION_TIMEOUT;
  else if (status == SIP_STATUS_SERVICE_UNAVAILABLE)
    code = PHONE_ERROR_SERVER_BUSY;
  return g_error_new (PHONE_ERROR, code, "The server answered %u %s", status,
                      sip_status_get_phrase (status));
}

static PhoneError
error_from_sip (const GError *error)
{
  switch ((SipError)error->code) {
  case SIP_ERROR_SYNTAX:
  case SIP_ERROR_MISSING_HEADER:
  case SIP_ERROR_VERSION:
  case SIP_ERROR_FORBIDDEN_BYTE:
  case SIP_ERROR_UNSUPPORTED:
    return PHONE_ERROR_INVALID_ADDRESS;
  case SIP_ERROR_TOO_LARGE:
    return PHONE_ERROR_TOO_LARGE;
  case SIP_ERROR_NOT_FOUND:
    return PHONE_ERROR_NO_SUCH_CALL;
  case SIP_ERROR_WRONG_STATE:
    return PHONE_ERROR_WRONG_STATE;
  case SIP_ERROR_LIMIT:
    return PHONE_ERROR_TOO_MANY_CALLS;
  case SIP_ERROR_NO_FLOW:
    return PHONE_ERROR_NOT_CONNECTED;
  }
  return PHONE_ERROR_INTERNAL;
}

GError *
phone_error_take_sip (GError *error)
{
  PhoneError code =
      error->domain == SIP_ERROR ? error_from_sip (error) : PHONE_ERROR_INTERNAL;
  GError *mapped = g_error_new_literal (PHONE_ERROR, code, error->message);

  g_error_free (error);
  return mapped;
}

static PhoneError
error_from_media (const GError *error)
{
  switch ((PhoneMediaError)error->code) {
  case PHONE_MEDIA_ERROR_NOT_ACCEPTABLE:
    return PHONE_ERROR_MEDIA_DESCRIPTION;
  case PHONE_MEDIA_ERROR_NO_FINGERPRINT:
    return PHONE_ERROR_MEDIA_INSECURE;
  case PHONE_MEDIA_ERROR_MISSING_ELEMENT:
    return PHONE_ERROR_MEDIA_UNSUPPORTED;
  case PHONE_MEDIA_ERROR_ICE_SERVER:
    return PHONE_ERROR_ICE_SERVER;
  case PHONE_MEDIA_ERROR_NO_DESCRIPTORS:
    return PHONE_ERROR_TOO_MANY_CALLS;
  case PHONE_MEDIA_ERROR_WRONG_STATE:
    return PHONE_ERROR_WRONG_STATE;
  case PHONE_MEDIA_ERROR_FAILED:
    return PHONE_ERROR_MEDIA;
  }
  return PHONE_ERROR_MEDIA;
}

GError *
phone_error_take_media (GError *error)
{
  PhoneError code = PHONE_ERROR_MEDIA;
  GError *mapped;

  if (error->domain == PHONE_MEDIA_ERROR)
    code = error_from_media (error);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    code = PHONE_ERROR_CANCELLED;
  mapped = g_error_new_literal (PHONE_ERROR, code, error->message);
  g_error_free (error);
  return mapped;
}

static PhoneEndCause
end_cause_from_status (guint status)
{
  switch (status) {
  case SIP_STATUS_BUSY_HERE:
  case SIP_STATUS_BUSY_EVERYWHERE:
    return PHONE_END_BUSY;
  case SIP_STATUS_DECLINE:
  case SIP_STATUS_UNWANTED:
    return PHONE_END_DECLINED;
  case SIP_STATUS_NOT_FOUND:
  case SIP_STATUS_GONE:
  case SIP_STATUS_ADDRESS_INCOMPLETE:
  case SIP_STATUS_DOES_NOT_EXIST_ANYWHERE:
    return PHONE_END_NOT_FOUND;
  case SIP_STATUS_TEMPORARILY_UNAVAILABLE:
    return PHONE_END_UNAVAILABLE;
  case SIP_STATUS_REQUEST_TIMEOUT:
  case SIP_STATUS_REQUEST_TERMINATED:
    return PHONE_END_NO_ANSWER;
  case SIP_STATUS_UNAUTHORIZED:
  case SIP_STATUS_FORBIDDEN:
  case SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED:
    return PHONE_END_FORBIDDEN;
  case SIP_STATUS_NOT_ACCEPTABLE_HERE:
  case SIP_STATUS_NOT_ACCEPTABLE_ANYWHERE:
  case SIP_STATUS_UNSUPPORTED_MEDIA_TYPE:
    return PHONE_END_NOT_ACCEPTABLE;
  default: /* any number may come over the wire */
    return PHONE_END_SERVER_FAILED;
  }
}

PhoneEndCause
phone_end_cause_from_sip (SipEnd end, guint status)
{
  switch (end) {
  case SIP_END_HUNG_UP_HERE:
    return PHONE_END_HUNG_UP_HERE;
  case SIP_END_HUNG_UP_THERE:
    return PHONE_END_HUNG_UP_THERE;
  case SIP_END_REPLACED: /* by their wish: they go, and send somebody else */
    return PHONE_END_REPLACED;
  case SIP_END_CANCELLED_HERE:
    return PHONE_END_CANCELLED_HERE;
  case SIP_END_CANCELLED_THERE:
    return PHONE_END_MISSED;
  case SIP_END_ANSWERED_ELSEWHERE:
    return PHONE_END_ANSWERED_ELSEWHERE;
  case SIP_END_DECLINED_HERE:
    return PHONE_END_DECLINED_HERE;
  case SIP_END_REFUSED:
    return end_cause_from_status (status);
  case SIP_END_REDIRECTED:
    return PHONE_END_REDIRECTED;
  case SIP_END_NO_ANSWER:
    return PHONE_END_NO_ANSWER;
  case SIP_END_FLOW_LOST:
    return PHONE_END_CONNECTION_LOST;
  case SIP_END_DIALOG_GONE:
    return PHONE_END_CALL_LOST;
  case SIP_END_PROTOCOL_ERROR: /* an answer or an ACK without what it had to bring */
    return PHONE_END_NOT_ACCEPTABLE;
  }
  return PHONE_END_INTERNAL;
}

PhoneEndCause
phone_end_cause_from_media (PhoneMediaFailure failure)
{
  switch (failure) {
  case PHONE_MEDIA_FAILURE_NONE:
  case PHONE_MEDIA_FAILURE_PIPELINE:
    return PHONE_END_INTERNAL;
  case PHONE_MEDIA_FAILURE_ICE:
  case PHONE_MEDIA_FAILURE_DTLS:
    return PHONE_END_MEDIA_FAILED;
  case PHONE_MEDIA_FAILURE_FINGERPRINT:
    return PHONE_END_CERTIFICATE_MISMATCH;
  case PHONE_MEDIA_FAILURE_PEER_SILENT:
    return PHONE_END_PEER_VANISHED;
  }
  return PHONE_END_INTERNAL;
}

/* PHONE_N_ERRORS: no error. */
static PhoneError
error_from_end_cause (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_HUNG_UP_THERE:
  case PHONE_END_CANCELLED_HERE:
  case PHONE_END_MISSED:
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_TRANSFERRED:
  case PHONE_END_REPLACED:
    return PHONE_N_ERRORS;
  case PHONE_END_ANSWERED_ELSEWHERE:
    return PHONE_ERROR_ANSWERED_ELSEWHERE;
  case PHONE_END_BUSY:
    return PHONE_ERROR_BUSY;
  case PHONE_END_DECLINED:
    return PHONE_ERROR_DECLINED;
  case PHONE_END_NOT_FOUND:
    return PHONE_ERROR_NOT_FOUND;
  case PHONE_END_UNAVAILABLE:
    return PHONE_ERROR_NOT_AVAILABLE;
  case PHONE_END_NO_ANSWER:
    return PHONE_ERROR_NO_ANSWER;
  case PHONE_END_FORBIDDEN:
  case PHONE_END_SERVER_FAILED:
    return PHONE_ERROR_CALL_REFUSED;
  case PHONE_END_NOT_ACCEPTABLE:
    return PHONE_ERROR_NOT_ACCEPTABLE;
  case PHONE_END_REDIRECTED:
    return PHONE_ERROR_CALL_REDIRECTED;
  case PHONE_END_CONNECTION_LOST:
    return PHONE_ERROR_CONNECTION_LOST;
  case PHONE_END_CALL_LOST:
    return PHONE_ERROR_CALL_TIMEOUT;
  case PHONE_END_MEDIA_FAILED:
    return PHONE_ERROR_ICE_FAILED;
  case PHONE_END_CERTIFICATE_MISMATCH:
    return PHONE_ERROR_FINGERPRINT;
  case PHONE_END_PEER_VANISHED:
    return PHONE_ERROR_MEDIA_LOST;
  case PHONE_END_INTERNAL:
    return PHONE_ERROR_INTERNAL;
  }
  return PHONE_ERROR_INTERNAL;
}

GError *
phone_error_from_end_cause (PhoneEndCause cause, const char *detail)
{
  PhoneError code = error_from_end_cause (cause);

  if (code == PHONE_N_ERRORS)
    return NULL;
  return g_error_new_literal (PHONE_ERROR, code,
                              detail != NULL ? detail : phone_error_get_name (code));
}
