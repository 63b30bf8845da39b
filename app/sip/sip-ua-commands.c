/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

/* What the user wants of calls. */

static SipSession *
find_call (SipUa *ua, SipSessionId id, GError **error)
{
  for (guint i = 0; i < ua->sessions->len; i++) {
    SipSession *session = g_ptr_array_index (ua->sessions, i);

    if (session->id == id && sip_session_is_alive (session))
      return session;
  }
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NOT_FOUND, "There is no such call");
  return NULL;
}

/* A number belongs to nobody's domain; ours is asked to find it (RFC 3261 §19.1.6). What
 * makes it readable (RFC 3966 §3) is not part of it. */
static char *
dup_number_target (SipUa *ua, const SipUri *tel)
{
  g_autoptr (GString) target = g_string_new ("sip:");

  for (gsize i = 0; i < tel->user.len; i++)
    if (strchr ("-.()", tel->user.s[i]) == NULL)
      g_string_append_c (target, tel->user.s[i]);
  if (tel->params.len > 0)
    g_string_append_printf (target, ";%.*s", SIP_TEXT_ARG (tel->params));
  g_string_append_printf (target, "@%s;user=phone", ua->aor_domain);
  return g_strdup (target->str);
}

char *
sip_ua_dup_target (SipUa *ua, const char *dialled, GError **error)
{
  g_autofree char *text = sip_uri_dup_from_dialled (dialled, ua->aor_domain, error);
  SipUri uri;

  if (text == NULL || !sip_uri_parse (sip_text_from_str (text), &uri, error))
    return NULL;
  if (uri.scheme == SIP_URI_SIPS && (ua->flags & SIP_UA_FLAG_SECURE) == 0) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_UNSUPPORTED,
                         "A sips: address needs an encrypted connection");
    return NULL;
  }
  return uri.scheme == SIP_URI_TEL ? dup_number_target (ua, &uri)
                                   : g_steal_pointer (&text);
}

SipSession *
sip_ua_make_call (SipUa *ua,
                  const char *uri,
                  const char *offer,
                  const SipReferred *referred,
                  GError **error)
{
  g_autofree char *target = sip_ua_dup_target (ua, uri, error);
  SipSession *session;

  if (target == NULL)
    return NULL;
  if (ua->phase != SIP_UA_RUNNING || !sip_ua_is_bound (ua)) {
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NO_FLOW, "Not connected");
    return NULL;
  }
  session = sip_ua_get_n_calls (ua) < ua->max_calls
                ? sip_session_invite (ua, target, offer, referred)
                : NULL;
  if (session == NULL)
    g_set_error_literal (error, SIP_ERROR, SIP_ERROR_LIMIT, "Too many calls");
  else
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_DIAL);
  return session;
}

SipSessionId
sip_ua_invite (
    SipUa *ua, const char *uri, const char *offer, gint64 now_us, GError **error)
{
  SipSession *session;
  SipSessionId id;

  sip_ua_enter (ua, now_us);
  session = sip_ua_make_call (ua, uri, offer, NULL, error);
  id = session != NULL ? session->id : 0;
  sip_ua_leave (ua);
  return id;
}

gboolean
sip_ua_progress (SipUa *ua,
                 SipSessionId session,
                 guint status,
                 const char *body,
                 gint64 now_us,
                 GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_progress (ua, call, status, body, error);
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_answer (
    SipUa *ua, SipSessionId session, const char *body, gint64 now_us, GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_answer (ua, call, body, error);
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_reject (
    SipUa *ua, SipSessionId session, guint status, gint64 now_us, GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_reject (ua, call, status, error);
  sip_ua_leave (ua);
  return is_done;
}

/* RFC 3326: a text may stand without a cause. */
static void
keep_hang_up_reason (SipSession *call, const char *text)
{
  g_autofree char *quoted = NULL;

  if (text == NULL)
    return;
  quoted = sip_text_dup_quoted (sip_text_from_str (text));
  g_free (call->hang_up_reason);
  call->hang_up_reason = g_strdup_printf ("SIP;text=%s", quoted);
}

gboolean
sip_ua_hang_up (SipUa *ua,
                SipSessionId session,
                const char *reason_text,
                gint64 now_us,
                GError **error)
{
  SipSession *call;
  gboolean is_done = FALSE;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  if (call != NULL) {
    keep_hang_up_reason (call, reason_text);
    is_done = sip_session_hang_up (ua, call, SIP_END_HUNG_UP_HERE, error);
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_DIAL);
  }
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_reoffer (
    SipUa *ua, SipSessionId session, const char *offer, gint64 now_us, GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_reoffer (ua, call, offer, error);
  if (is_done)
    sip_ua_flow_event (ua, SIP_FLOW_EVENT_DIAL);
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_answer_reoffer (SipUa *ua,
                       SipSessionId session,
                       guint status,
                       const char *body,
                       gint64 now_us,
                       GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_answer_reoffer (ua, call, status, body, error);
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_send_digit (SipUa *ua,
                   SipSessionId session,
                   char digit,
                   guint duration_ms,
                   gint64 now_us,
                   GError **error)
{
  SipSession *call;
  gboolean is_done;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  is_done = call != NULL && sip_session_send_digit (ua, call, digit, duration_ms, error);
  sip_ua_leave (ua);
  return is_done;
}
/* ---- Transfer ---- */

gboolean
sip_ua_transfer (
    SipUa *ua, SipSessionId session, const char *uri, gint64 now_us, GError **error)
{
  g_autofree char *target = NULL;
  SipSession *call;
  gboolean is_done = FALSE;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  if (call != NULL)
    target = sip_ua_dup_target (ua, uri, error);
  if (target != NULL)
    is_done = sip_session_refer (ua, call, target, error);
  sip_ua_leave (ua);
  return is_done;
}

gboolean
sip_ua_transfer_to (
    SipUa *ua, SipSessionId session, SipSessionId other, gint64 now_us, GError **error)
{
  g_autofree char *target = NULL;
  SipSession *call, *consulted;
  gboolean is_done = FALSE;

  sip_ua_enter (ua, now_us);
  call = find_call (ua, session, error);
  consulted = call != NULL ? find_call (ua, other, error) : NULL;
  if (call != NULL && call == consulted)
    sip_session_fail_wrong_state (error);
  else if (consulted != NULL)
    target = sip_session_dup_refer_to (consulted, error);
  if (target != NULL)
    is_done = sip_session_refer (ua, call, target, error);
  sip_ua_leave (ua);
  return is_done;
}

/* The call may be over for the user. */
static SipSession *
find_asked (SipUa *ua, SipSessionId id, GError **error)
{
  SipSession *session = sip_session_find (ua, id);

  if (session != NULL && session->referred.state == SIP_REFERRED_ASKED)
    return session;
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NOT_FOUND, "No transfer is asked for");
  return NULL;
}

SipSessionId
sip_ua_accept_transfer (
    SipUa *ua, SipSessionId session, const char *offer, gint64 now_us, GError **error)
{
  SipSession *asking, *made = NULL;
  SipSessionId id;

  sip_ua_enter (ua, now_us);
  asking = find_asked (ua, session, error);
  if (asking != NULL)
    made = sip_session_follow_refer (ua, asking, offer, error);
  id = made != NULL ? made->id : 0;
  sip_ua_leave (ua);
  return id;
}

gboolean
sip_ua_refuse_transfer (SipUa *ua, SipSessionId session, gint64 now_us, GError **error)
{
  SipSession *asking;

  sip_ua_enter (ua, now_us);
  asking = find_asked (ua, session, error);
  if (asking != NULL)
    sip_session_refuse_refer (ua, asking);
  sip_ua_leave (ua);
  return asking != NULL;
}
