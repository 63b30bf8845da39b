/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

#include "sip-status.h"

/* INFO: digits (application/dtmf-relay, as gateways of the first hour do it, and
 * application/dtmf), both without an Info-Package (RFC 6086 §1: legacy usage). */

#define RELAY "application/dtmf-relay"
#define PLAIN "application/dtmf"
#define KEY_FRAME "application/media_control+xml"

/* Where the content does not say how long; and what is sent and told at the least and at
 * the most. */
#define DEFAULT_MS 250
#define MIN_MS 40
#define MAX_MS 8000

/* ---- Contents ---- */

/* A digit as it stands on a key, or the number of its event (RFC 4733 §3.2). '\0' for what
 * is none. */
static char
read_signal (SipText text)
{
  static const char keys[] = "0123456789*#ABCD";
  guint64 event;

  if (sip_text_to_uint (text, strlen (keys) - 1, &event))
    return keys[event];
  if (text.len != 1 || text.s[0] == '\0')
    return '\0';
  return strchr (keys, g_ascii_toupper (text.s[0])) != NULL ? g_ascii_toupper (text.s[0])
                                                            : '\0';
}

static gboolean
read_duration (SipText text, guint *duration_ms)
{
  guint64 ms;

  if (!sip_text_to_uint (text, G_MAXUINT, &ms))
    return FALSE;
  *duration_ms = (guint)CLAMP (ms, MIN_MS, MAX_MS);
  return TRUE;
}

/* "Signal=5", "Duration=160", each on its line; what else stands there is not ours. */
static gboolean
read_relay (SipText body, SipInfoDigit *digit)
{
  SipText line, name, value;

  while (sip_text_next (&body, '\n', &line)) {
    sip_text_split_param (sip_text_trim (line), &name, &value);
    if (sip_text_equal_case_str (name, "Signal"))
      digit->digit = read_signal (value);
    else if (sip_text_equal_case_str (name, "Duration") &&
             !read_duration (value, &digit->duration_ms))
      return FALSE;
  }
  return digit->digit != '\0';
}

gboolean
sip_session_read_digit (const SipMessage *info, SipInfoDigit *digit)
{
  SipText body = sip_message_get_body (info);

  *digit = (SipInfoDigit){.duration_ms = DEFAULT_MS};
  if (sip_message_has_content (info, RELAY))
    return read_relay (body, digit);
  digit->digit = read_signal (sip_text_trim (body));
  return digit->digit != '\0';
}

/* ---- Ours ---- */

static SipDialog *
find_fork_heard (const SipSession *session)
{
  for (guint i = 0; i < session->dialogs->len; i++) {
    SipDialog *dialog = g_ptr_array_index (session->dialogs, i);

    if (dialog->state == SIP_DIALOG_EARLY && dialog->early_body != NULL)
      return dialog;
  }
  return NULL;
}

static SipDialog *
find_dialog (const SipSession *session)
{
  switch (session->state) {
  case SIP_SESSION_PROCEEDING:
    return find_fork_heard (session);
  case SIP_SESSION_CONFIRMED:
    return session->dialog;
  case SIP_SESSION_CALLING:
  case SIP_SESSION_OFFERED:
  case SIP_SESSION_INCOMING:
  case SIP_SESSION_ANSWERED:
  case SIP_SESSION_CANCELLING:
  case SIP_SESSION_HANGING_UP:
  case SIP_SESSION_OVER:
    return NULL;
  }
  g_assert_not_reached ();
}

static SipClientTx *
send_info (SipUa *ua, SipSession *session, SipDialog *dialog, const char *content)
{
  g_autofree char *via = sip_ua_make_via (ua);
  SipWriter *writer =
      sip_dialog_new_request (dialog, SIP_METHOD_INFO, ++dialog->local_cseq, via);

  sip_writer_set_body (writer, RELAY, sip_text_from_str (content));
  return sip_ua_send_request (ua, writer, SIP_TX_USER_INFO, session, dialog);
}

gboolean
sip_session_send_digit (
    SipUa *ua, SipSession *session, char digit, guint duration_ms, GError **error)
{
  char key = read_signal (sip_text_new (&digit, 1));
  SipDialog *dialog = find_dialog (session);
  g_autofree char *content = NULL;

  if (key == '\0') {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_SYNTAX, "This is no digit");
    return FALSE;
  }
  if (dialog == NULL)
    return sip_session_fail_wrong_state (error);
  if (!sip_ua_is_ready (ua)) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NO_FLOW, "The flow is down");
    return FALSE;
  }
  content = g_strdup_printf ("Signal=%c\r\nDuration=%u\r\n", key,
                             CLAMP (duration_ms, MIN_MS, MAX_MS));
  if (send_info (ua, session, dialog, content) != NULL)
    return TRUE;
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_LIMIT, "Too much is under way");
  return FALSE;
}

void
sip_session_handle_info_response (SipUa *ua,
                                  SipClientTx *tx,
                                  guint status,
                                  SipMessage *response)
{
  SipSession *session = tx->session;
  SipOutput *output;
  SipInfoDigit digit;

  if (sip_status_is_provisional (status) || !sip_session_is_alive (session))
    return;
  if (response != NULL && sip_status_is_challenge (status) &&
      sip_ua_answer_challenge (ua, tx, response) != NULL)
    return;
  sip_session_read_digit (tx->request, &digit);
  output = sip_ua_push (ua, SIP_OUTPUT_DIGIT_SENT, session->id, response, NULL, NULL);
  output->digit = digit.digit;
  output->status = status;
  /* RFC 5057 §5.1. A 408 ends nothing here: there are gateways that take a digit and
   * never answer. */
  if (status == SIP_STATUS_NO_SUCH_CALL && session->state == SIP_SESSION_CONFIRMED)
    sip_session_end (ua, session, SIP_END_DIALOG_GONE, status, NULL, response,
                     SIP_SESSION_HANGING_UP);
}

/* ---- Theirs ---- */

/* An Info-Package is an agreement, and we have none (RFC 6086 §4.2.2). */
static void
respond_bad_package (SipUa *ua, SipServerTx *tx)
{
  SipWriter *writer =
      sip_writer_new_response (tx->request, 469, "Bad Info Package", tx->to_tag);

  sip_writer_add_named (writer, "Recv-Info", "nil");
  sip_ua_respond (ua, tx, 469, writer);
}

static void
respond_bad_type (SipUa *ua, SipServerTx *tx)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, SIP_STATUS_UNSUPPORTED_MEDIA_TYPE);

  sip_writer_add_header (writer, SIP_HEADER_ACCEPT, RELAY ", " PLAIN ", " KEY_FRAME);
  sip_ua_respond (ua, tx, SIP_STATUS_UNSUPPORTED_MEDIA_TYPE, writer);
}

static void
take_digit (SipUa *ua, SipSession *session, SipServerTx *tx)
{
  SipOutput *output;
  SipInfoDigit digit;

  if (!sip_session_read_digit (tx->request, &digit)) {
    sip_ua_respond_status (ua, tx, SIP_STATUS_BAD_REQUEST);
    return;
  }
  output = sip_ua_push (ua, SIP_OUTPUT_DIGIT, session->id, tx->request, NULL, NULL);
  output->digit = digit.digit;
  output->duration_ms = digit.duration_ms;
  sip_ua_respond_status (ua, tx, SIP_STATUS_OK);
}

void
sip_session_handle_info (SipUa *ua,
                         SipSession *session,
                         SipDialog *dialog,
                         SipServerTx *tx)
{
  const SipMessage *info = tx->request;

  if (!sip_session_is_alive (session) ||
      (session->dialog != NULL && dialog != session->dialog))
    sip_ua_respond_status (ua, tx, SIP_STATUS_NO_SUCH_CALL);
  else if (sip_message_get_header_by_name (info, "Info-Package").s != NULL)
    respond_bad_package (ua, tx);
  else if (sip_message_has_content (info, RELAY) || sip_message_has_content (info, PLAIN))
    take_digit (ua, session, tx);
  else if (sip_message_get_body (info).len == 0 ||
           sip_message_has_content (info, KEY_FRAME))
    sip_ua_respond_status (ua, tx, SIP_STATUS_OK);
  else
    respond_bad_type (ua, tx);
}
