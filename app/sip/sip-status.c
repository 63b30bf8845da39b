/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-status.h"

static const struct {
  guint status;
  const char *phrase;
} phrases[] = {
    {SIP_STATUS_TRYING, "Trying"},
    {SIP_STATUS_RINGING, "Ringing"},
    {SIP_STATUS_FORWARDED, "Call Is Being Forwarded"},
    {SIP_STATUS_QUEUED, "Queued"},
    {SIP_STATUS_PROGRESS, "Session Progress"},
    {SIP_STATUS_EARLY_DIALOG_TERMINATED, "Early Dialog Terminated"},
    {SIP_STATUS_OK, "OK"},
    {SIP_STATUS_ACCEPTED, "Accepted"},
    {SIP_STATUS_NO_NOTIFICATION, "No Notification"},
    {SIP_STATUS_MULTIPLE_CHOICES, "Multiple Choices"},
    {SIP_STATUS_MOVED_PERMANENTLY, "Moved Permanently"},
    {SIP_STATUS_MOVED_TEMPORARILY, "Moved Temporarily"},
    {SIP_STATUS_USE_PROXY, "Use Proxy"},
    {SIP_STATUS_ALTERNATIVE_SERVICE, "Alternative Service"},
    {SIP_STATUS_BAD_REQUEST, "Bad Request"},
    {SIP_STATUS_UNAUTHORIZED, "Unauthorized"},
    {SIP_STATUS_PAYMENT_REQUIRED, "Payment Required"},
    {SIP_STATUS_FORBIDDEN, "Forbidden"},
    {SIP_STATUS_NOT_FOUND, "Not Found"},
    {SIP_STATUS_METHOD_NOT_ALLOWED, "Method Not Allowed"},
    {SIP_STATUS_NOT_ACCEPTABLE, "Not Acceptable"},
    {SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED, "Proxy Authentication Required"},
    {SIP_STATUS_REQUEST_TIMEOUT, "Request Timeout"},
    {SIP_STATUS_GONE, "Gone"},
    {SIP_STATUS_CONDITIONAL_REQUEST_FAILED, "Conditional Request Failed"},
    {SIP_STATUS_ENTITY_TOO_LARGE, "Request Entity Too Large"},
    {SIP_STATUS_URI_TOO_LONG, "Request-URI Too Long"},
    {SIP_STATUS_UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type"},
    {SIP_STATUS_UNSUPPORTED_URI_SCHEME, "Unsupported URI Scheme"},
    {SIP_STATUS_BAD_EXTENSION, "Bad Extension"},
    {SIP_STATUS_EXTENSION_REQUIRED, "Extension Required"},
    {SIP_STATUS_SESSION_INTERVAL_TOO_SMALL, "Session Interval Too Small"},
    {SIP_STATUS_INTERVAL_TOO_BRIEF, "Interval Too Brief"},
    {SIP_STATUS_FLOW_FAILED, "Flow Failed"},
    {SIP_STATUS_FIRST_HOP_LACKS_OUTBOUND, "First Hop Lacks Outbound Support"},
    {SIP_STATUS_TEMPORARILY_UNAVAILABLE, "Temporarily Unavailable"},
    {SIP_STATUS_NO_SUCH_CALL, "Call/Transaction Does Not Exist"},
    {SIP_STATUS_LOOP_DETECTED, "Loop Detected"},
    {SIP_STATUS_TOO_MANY_HOPS, "Too Many Hops"},
    {SIP_STATUS_ADDRESS_INCOMPLETE, "Address Incomplete"},
    {SIP_STATUS_AMBIGUOUS, "Ambiguous"},
    {SIP_STATUS_BUSY_HERE, "Busy Here"},
    {SIP_STATUS_REQUEST_TERMINATED, "Request Terminated"},
    {SIP_STATUS_NOT_ACCEPTABLE_HERE, "Not Acceptable Here"},
    {SIP_STATUS_BAD_EVENT, "Bad Event"},
    {SIP_STATUS_REQUEST_PENDING, "Request Pending"},
    {SIP_STATUS_UNDECIPHERABLE, "Undecipherable"},
    {SIP_STATUS_SERVER_ERROR, "Server Internal Error"},
    {SIP_STATUS_NOT_IMPLEMENTED, "Not Implemented"},
    {SIP_STATUS_BAD_GATEWAY, "Bad Gateway"},
    {SIP_STATUS_SERVICE_UNAVAILABLE, "Service Unavailable"},
    {SIP_STATUS_SERVER_TIMEOUT, "Server Time-out"},
    {SIP_STATUS_VERSION_NOT_SUPPORTED, "Version Not Supported"},
    {SIP_STATUS_MESSAGE_TOO_LARGE, "Message Too Large"},
    {SIP_STATUS_BUSY_EVERYWHERE, "Busy Everywhere"},
    {SIP_STATUS_DECLINE, "Decline"},
    {SIP_STATUS_DOES_NOT_EXIST_ANYWHERE, "Does Not Exist Anywhere"},
    {SIP_STATUS_NOT_ACCEPTABLE_ANYWHERE, "Not Acceptable"},
    {SIP_STATUS_UNWANTED, "Unwanted"},
};

static const char *const class_phrases[] = {
    "Unknown",      "Provisional",  "Success",        "Redirection",
    "Client Error", "Server Error", "Global Failure",
};

const char *
sip_status_get_phrase (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (phrases[i].status == status)
      return phrases[i].phrase;
  return class_phrases[sip_status_get_class (status)];
}

gboolean
sip_status_is_provisional (guint status)
{
  return status >= 100 && status <= 199;
}

gboolean
sip_status_is_success (guint status)
{
  return status >= 200 && status <= 299;
}

gboolean
sip_status_is_redirect (guint status)
{
  return status >= 300 && status <= 399;
}

gboolean
sip_status_is_failure (guint status)
{
  return status >= 300 && status <= 699;
}

gboolean
sip_status_is_challenge (guint status)
{
  return status == SIP_STATUS_UNAUTHORIZED ||
         status == SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED;
}

guint
sip_status_get_class (guint status)
{
  return status >= 100 && status <= 699 ? status / 100 : 0;
}
