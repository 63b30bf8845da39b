/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* A call comes that takes the place of another (the target: RFC 3891 §3). It has no state
 * of its own but the id of the call it replaces; that one goes on until ours is answered:
 *
 *      INVITE with Replaces                         the call it names
 *            |                                            |
 *            |  named wrongly, twice, or by another's tags: 481
 *            |  it is over: 603      confirmed, and early-only was wanted: 486
 *            |  it rings here, so that the other end made it: 481
 *            v                                            |
 *         INCOMING (replaces = id) -- refused, cancelled  | goes on
 *            |                                            |
 *            | 2xx                                        v
 *            v                              CALLING, PROCEEDING: CANCEL
 *         ANSWERED -------------------->    OFFERED, ANSWERED, CONFIRMED: BYE
 *                                           ENDED with SIP_END_REPLACED
 */

gboolean
sip_session_is_refused_by_replaces (SipUa *ua, SipServerTx *tx)
{
  guint n = sip_message_count_values (tx->request, SIP_HEADER_REPLACES);
  gboolean is_first = sip_message_get_method (tx->request) == SIP_METHOD_INVITE &&
                      sip_message_get_to_tag (tx->request).len == 0;

  /* Join (RFC 3911) wants the same call to go on: both cannot be. */
  if (n == 0 || (n == 1 && is_first &&
                 sip_message_get_header_by_name (tx->request, "Join").s == NULL))
    return FALSE;
  sip_ua_respond_status (ua, tx, SIP_STATUS_BAD_REQUEST);
  return TRUE;
}

static gboolean
is_named (const SipDialog *dialog, const SipReplaces *replaces)
{
  return sip_text_equal_str (replaces->call_id, dialog->call_id) &&
         sip_replaces_tag_is (replaces->to_tag, dialog->local_tag) &&
         sip_replaces_tag_is (replaces->from_tag, dialog->remote_tag);
}

/* What a request that names this dialog gets; 0 where it may replace it. */
static guint
check_replaced (const SipSession *session,
                const SipDialog *dialog,
                gboolean is_early_only)
{
  if (!sip_session_is_alive (session) || dialog->state == SIP_DIALOG_TERMINATED)
    return SIP_STATUS_DECLINE;
  if (dialog->state == SIP_DIALOG_CONFIRMED)
    return is_early_only ? SIP_STATUS_BUSY_HERE : 0;
  return session->is_incoming ? SIP_STATUS_NO_SUCH_CALL : 0;
}

guint
sip_session_find_replaced (SipUa *ua, const SipMessage *invite, SipSessionId *id)
{
  SipText value = sip_message_get_header (invite, SIP_HEADER_REPLACES);
  SipReplaces replaces;
  guint status;

  *id = 0;
  if (value.s == NULL)
    return 0;
  if (!sip_replaces_parse (value, &replaces, NULL))
    return SIP_STATUS_BAD_REQUEST;
  for (guint i = 0; i < ua->sessions->len; i++) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    for (guint j = 0; j < session->dialogs->len; j++) {
      SipDialog *dialog = g_ptr_array_index (session->dialogs, j);

      if (!is_named (dialog, &replaces))
        continue;
      status = check_replaced (session, dialog, replaces.is_early_only);
      *id = status == 0 ? session->id : 0;
      return status;
    }
  }
  return SIP_STATUS_NO_SUCH_CALL;
}

void
sip_session_end_replaced (SipUa *ua, SipSession *session)
{
  SipSession *replaced =
      session->replaces != 0 ? sip_session_find (ua, session->replaces) : NULL;

  if (replaced != NULL && sip_session_is_alive (replaced))
    sip_session_hang_up (ua, replaced, SIP_END_REPLACED, NULL);
}
