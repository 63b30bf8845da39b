/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

/* They ask us for a transfer: the user is asked, and they are told how it goes. One NOTIFY
 * is under way at a time, and the next says what is so then: their order is kept, and who
 * sends us a hundred ringings makes us send one. */

#define TO(state) (1u << SIP_REFERRED_##state)

static const guint edges[SIP_REFERRED_N_STATES] = {
    [SIP_REFERRED_NONE] = TO (ASKED),
    [SIP_REFERRED_ASKED] = TO (FOLLOWING) | TO (TELLING),
    [SIP_REFERRED_FOLLOWING] = TO (TELLING),
    [SIP_REFERRED_TELLING] = TO (NONE),
};

/* When it is due: the end of the state, or the NOTIFY that has to wait. */
static void
arm (SipUa *ua, SipReferred *referred)
{
  gint64 due_us = referred->until_us;

  if (referred->is_untold && referred->not_before_us > ua->now_us)
    due_us = MIN (due_us, referred->not_before_us);
  if (due_us < G_MAXINT64)
    sip_timers_arm (&ua->timers, &referred->timer, due_us);
  else
    sip_timers_disarm (&ua->timers, &referred->timer);
}

void
sip_session_clear_referred (SipUa *ua, SipSession *session)
{
  SipReferred *referred = &session->referred;

  sip_timers_disarm (&ua->timers, &referred->timer);
  g_clear_pointer (&referred->uri, g_free);
  g_clear_pointer (&referred->replaces, g_free);
  g_clear_pointer (&referred->referred_by, g_free);
  referred->tx = NULL; /* its response, if one comes, is nobody's */
}

static void
set_state (SipUa *ua, SipSession *session, SipReferredState state)
{
  SipReferred *referred = &session->referred;

  g_assert ((edges[referred->state] & (1u << state)) != 0);
  referred->state = state;
  switch (state) {
  case SIP_REFERRED_NONE:
    sip_session_clear_referred (ua, session);
    return;
  case SIP_REFERRED_ASKED:
    referred->until_us = ua->now_us + SIP_REFERRED_ASK_US;
    break;
  case SIP_REFERRED_FOLLOWING: /* a call has limits of its own */
    referred->until_us = G_MAXINT64;
    break;
  case SIP_REFERRED_TELLING:
    referred->until_us = ua->now_us + SIP_REFERRED_TELL_US;
    break;
  }
  arm (ua, referred);
}

/* ---- NOTIFY ---- */

/* Thinking and ringing end before it is over (RFC 6665 §4.2.2: it only gets less). */
static guint
get_seconds_left (const SipUa *ua, const SipReferred *referred)
{
  gint64 left_us = referred->asked_us + SIP_REFER_LIMIT_US - ua->now_us;

  return (guint)(MAX (left_us, G_TIME_SPAN_SECOND) / G_TIME_SPAN_SECOND);
}

static void
add_state (SipUa *ua, const SipReferred *referred, SipWriter *writer)
{
  g_autofree char *frag = g_strdup_printf ("SIP/2.0 %u %s\r\n", referred->status,
                                           sip_status_get_phrase (referred->status));

  sip_writer_add_printf (writer, SIP_HEADER_EVENT, "refer;id=%u", referred->id);
  if (referred->state == SIP_REFERRED_TELLING)
    sip_writer_add_header (writer, SIP_HEADER_SUBSCRIPTION_STATE,
                           "terminated;reason=noresource");
  else
    sip_writer_add_printf (writer, SIP_HEADER_SUBSCRIPTION_STATE, "active;expires=%u",
                           get_seconds_left (ua, referred));
  sip_writer_set_body (writer, "message/sipfrag;version=2.0", sip_text_from_str (frag));
}

/* It goes again later, and each time a little later than the time before. */
static void
put_off (SipUa *ua, SipReferred *referred)
{
  referred->is_untold = TRUE;
  referred->not_before_us =
      ua->now_us +
      sip_flow_back_off_us (++referred->n_failures, SIP_FLOW_MAX_US, &ua->random);
  arm (ua, referred);
}

static void
send_notify (SipUa *ua, SipSession *session)
{
  SipDialog *dialog = session->dialog;
  SipReferred *referred = &session->referred;
  g_autofree char *via = sip_ua_make_via (ua);
  SipWriter *writer =
      sip_dialog_new_request (dialog, SIP_METHOD_NOTIFY, ++dialog->local_cseq, via);

  sip_session_add_offer_headers (ua, session, writer, NULL);
  add_state (ua, referred, writer);
  referred->tx = sip_ua_send_request (ua, writer, SIP_TX_USER_NOTIFY, session, dialog);
  referred->is_untold = FALSE;
  if (referred->tx == NULL)
    put_off (ua, referred);
}

void
sip_session_flush_notify (SipUa *ua, SipSession *session)
{
  const SipReferred *referred = &session->referred;

  if (referred->state == SIP_REFERRED_NONE || referred->tx != NULL)
    return;
  if (referred->is_untold && !referred->is_unheard) {
    if (sip_ua_is_ready (ua) && ua->now_us >= referred->not_before_us)
      send_notify (ua, session);
  } else if (referred->state == SIP_REFERRED_TELLING) {
    set_state (ua, session, SIP_REFERRED_NONE);
  }
}

static void
tell (SipUa *ua, SipSession *session, guint status)
{
  SipReferred *referred = &session->referred;

  referred->status = status;
  referred->is_untold = TRUE;
  if (status >= 200)
    set_state (ua, session, SIP_REFERRED_TELLING);
  sip_session_flush_notify (ua, session);
}

/* What is no answer to it goes again; anything else that is no success says that nobody
 * listens any more (RFC 6665 §4.2.2). */
static void
handle_notify_failure (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  SipReferred *referred = &tx->session->referred;

  if (response == NULL && status == SIP_STATUS_SERVICE_UNAVAILABLE) {
    referred->is_untold = TRUE; /* the flow went with it: over the next one */
    return;
  }
  if (sip_status_is_challenge (status))
    referred->tx = sip_ua_answer_challenge (ua, tx, response);
  else if (sip_session_did_not_get_through (status))
    put_off (ua, referred);
  if (referred->tx == NULL && !sip_session_did_not_get_through (status))
    referred->is_unheard = TRUE;
}

void
sip_session_handle_notify_response (SipUa *ua,
                                    SipClientTx *tx,
                                    guint status,
                                    SipMessage *response)
{
  SipSession *session = tx->session;

  if (session->referred.tx != tx || sip_status_is_provisional (status))
    return;
  session->referred.tx = NULL;
  if (sip_status_is_success (status))
    session->referred.n_failures = 0;
  else
    handle_notify_failure (ua, tx, status, response);
  sip_session_flush_notify (ua, session);
}

/* ---- The question ---- */

static guint
find_refusal (const SipSession *session, const SipDialog *dialog)
{
  if (!sip_session_is_alive (session) || dialog->state == SIP_DIALOG_TERMINATED)
    return SIP_STATUS_NO_SUCH_CALL;
  if (dialog != session->dialog || dialog->state != SIP_DIALOG_CONFIRMED)
    return SIP_STATUS_FORBIDDEN;
  if (session->referred.state != SIP_REFERRED_NONE)
    return SIP_STATUS_REQUEST_PENDING;
  return 0;
}

/* Written anew, without parameters: those speak of a body that does not come with it
 * (RFC 3892 §2.1). */
static char *
dup_referred_by (const SipMessage *refer)
{
  g_autofree char *display = NULL, *uri = NULL;
  SipNameAddr addr;

  if (sip_message_count_values (refer, SIP_HEADER_REFERRED_BY) != 1 ||
      !sip_name_addr_parse (sip_message_get_header (refer, SIP_HEADER_REFERRED_BY), &addr,
                            NULL) ||
      addr.is_star)
    return NULL;
  display = sip_name_addr_dup_display_name (&addr);
  uri = sip_uri_to_string (&addr.uri, SIP_URI_FOR_REQUEST);
  return sip_name_addr_format (display, uri);
}

/* RFC 4488 §4: they want no NOTIFY. */
static gboolean
wants_no_subscription (const SipMessage *refer)
{
  return sip_text_equal_case_str (sip_message_get_header (refer, SIP_HEADER_REFER_SUB),
                                  "false");
}

static void
accept_refer (SipUa *ua, SipSession *session, SipServerTx *tx, gboolean is_unheard)
{
  SipWriter *writer = sip_ua_new_response (ua, tx, SIP_STATUS_ACCEPTED);

  sip_session_add_offer_headers (ua, session, writer, NULL);
  if (is_unheard)
    sip_writer_add_header (writer, SIP_HEADER_REFER_SUB, "false");
  sip_ua_respond (ua, tx, SIP_STATUS_ACCEPTED, writer);
}

static void
ask (SipUa *ua, SipSession *session, SipMessage *refer, SipReferTo *target)
{
  SipReferred *referred = &session->referred;
  SipOutput *output;

  referred->id = sip_message_get_cseq (refer)->number;
  referred->uri = g_steal_pointer (&target->uri);
  referred->replaces = g_steal_pointer (&target->replaces);
  referred->referred_by = dup_referred_by (refer);
  referred->is_unheard = wants_no_subscription (refer);
  referred->n_failures = 0;
  referred->asked_us = ua->now_us;
  referred->not_before_us = 0;
  referred->call = 0;
  set_state (ua, session, SIP_REFERRED_ASKED);
  output = sip_ua_push (ua, SIP_OUTPUT_TRANSFER_ASKED, session->id, refer, NULL, NULL);
  output->is_attended = referred->replaces != NULL;
  sip_ua_push_uri (ua, referred->uri);
  tell (ua, session, SIP_STATUS_TRYING);
}

void
sip_session_handle_refer (SipUa *ua,
                          SipSession *session,
                          SipDialog *dialog,
                          SipServerTx *tx)
{
  g_autoptr (SipMessage) refer = sip_message_ref (tx->request);
  g_auto (SipReferTo) target = {0};
  g_autofree char *request_uri = NULL;
  guint status = find_refusal (session, dialog);

  if (status == 0)
    status = sip_refer_to_read (refer, session->is_secure, &target);
  if (status == 0) {
    request_uri = sip_ua_dup_target (ua, target.uri, NULL);
    status = request_uri != NULL ? 0 : SIP_STATUS_UNSUPPORTED_URI_SCHEME;
  }
  if (status != 0) {
    sip_ua_respond_status (ua, tx, status);
    return;
  }
  accept_refer (ua, session, tx, wants_no_subscription (refer));
  ask (ua, session, refer, &target);
}

SipSession *
sip_session_follow_refer (SipUa *ua,
                          SipSession *session,
                          const char *offer,
                          GError **error)
{
  SipReferred *referred = &session->referred;
  SipSession *made = sip_ua_make_call (ua, referred->uri, offer, referred, error);

  if (made == NULL)
    return NULL;
  made->referrer = session->id;
  referred->call = made->id;
  set_state (ua, session, SIP_REFERRED_FOLLOWING);
  return made;
}

void
sip_session_refuse_refer (SipUa *ua, SipSession *session)
{
  if (session->referred.state == SIP_REFERRED_ASKED)
    tell (ua, session, SIP_STATUS_DECLINE);
}

void
sip_session_withdraw_refer (SipUa *ua, SipSession *session)
{
  if (session->referred.state != SIP_REFERRED_ASKED)
    return;
  sip_ua_push (ua, SIP_OUTPUT_TRANSFER_WITHDRAWN, session->id, NULL, NULL, NULL);
  tell (ua, session, SIP_STATUS_TEMPORARILY_UNAVAILABLE);
}

void
sip_session_tell_referrer (SipUa *ua, SipSession *session, guint status)
{
  SipSession *asking =
      session->referrer != 0 ? sip_session_find (ua, session->referrer) : NULL;

  if (asking != NULL && asking->referred.state == SIP_REFERRED_FOLLOWING &&
      asking->referred.call == session->id && asking->referred.status != status)
    tell (ua, asking, status);
}

void
sip_session_referred_due (SipUa *ua, SipSession *session)
{
  SipReferred *referred = &session->referred;

  if (ua->now_us < referred->until_us) {
    sip_session_flush_notify (ua, session);
    if (referred->state != SIP_REFERRED_NONE)
      arm (ua, referred);
  } else if (referred->state == SIP_REFERRED_ASKED) {
    sip_session_withdraw_refer (ua, session);
  } else {
    set_state (ua, session, SIP_REFERRED_NONE);
  }
}
