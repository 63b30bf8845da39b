/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

#include "sip-status.h"

/* The session description in a message, and what stands beside one. */

static gboolean
is_description (const SipMessage *message, const SipMediaType *media)
{
  SipText encoding = sip_message_get_header (message, SIP_HEADER_CONTENT_ENCODING);

  return sip_media_type_is (media, "application/sdp") &&
         (encoding.s == NULL || sip_text_equal_case_str (encoding, "identity"));
}

/* RFC 3261 §20.11: what is not understood may be left aside. */
static gboolean
is_optional (const SipMessage *message)
{
  SipText head, params, value;

  sip_header_split_params (
      sip_message_get_header (message, SIP_HEADER_CONTENT_DISPOSITION), &head, &params);
  return sip_params_get (params, "handling", &value) &&
         sip_text_equal_case_str (value, "optional");
}

char *
sip_session_dup_body (const SipMessage *message, guint *status)
{
  SipText body = sip_message_get_body (message);
  SipMediaType media;

  *status = 0;
  if (body.len == 0)
    return NULL;
  if (!sip_message_get_content_type (message, &media)) {
    *status = SIP_STATUS_BAD_REQUEST;
    return NULL;
  }
  if (!is_description (message, &media)) {
    *status = is_optional (message) ? 0 : SIP_STATUS_UNSUPPORTED_MEDIA_TYPE;
    return NULL;
  }
  if (memchr (body.s, '\0', body.len) != NULL)
    *status = SIP_STATUS_BAD_REQUEST;
  return *status == 0 ? sip_text_dup (body) : NULL;
}

void
sip_session_respond_bad_content (SipUa *ua, SipServerTx *tx, guint status)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, status);

  if (status == SIP_STATUS_UNSUPPORTED_MEDIA_TYPE) {
    sip_writer_add_header (writer, SIP_HEADER_ACCEPT, "application/sdp");
    sip_writer_add_named (writer, "Accept-Encoding", "identity");
  }
  sip_ua_respond (ua, tx, status, writer);
}

void
sip_session_add_offer_headers (SipUa *ua,
                               const SipSession *session,
                               SipWriter *writer,
                               const char *body)
{
  g_autofree char *contact = sip_ua_dup_call_contact (ua, session->is_secure);

  sip_writer_add_printf (writer, SIP_HEADER_CONTACT, "<%s>", contact);
  sip_ua_add_allow (writer);
  sip_ua_add_supported (writer);
  if (body != NULL)
    sip_writer_set_body (writer, "application/sdp", sip_text_from_str (body));
}
