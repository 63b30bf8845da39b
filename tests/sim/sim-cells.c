/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-cells.h"

#include "sip-proxy-private.h"
#include "sip-status.h"
#include "sip-ua-private.h"

static guint64 counts[SIM_CELLS_N_MACHINES][SIM_CELLS_MAX_STATES][SIM_CELLS_MAX_EVENTS];

/* ---- Events, as sim-cells-names.c has them ---- */

enum { PROVISIONAL, SUCCESS, FAILURE, NO_RESPONSE };

enum {
  AGENT_START,
  AGENT_STOP,
  AGENT_CREDENTIALS,
  AGENT_INVITE,
  AGENT_FLOW_OPENED,
  AGENT_FLOW_CLOSED,
  AGENT_ALL_DONE,
  AGENT_OUT_OF_TIME,
};

enum {
  SESSION_ANSWER,
  SESSION_REJECT,
  SESSION_PROGRESS,
  SESSION_HANG_UP,
  SESSION_REOFFER,
  SESSION_ANSWER_REOFFER,
  SESSION_SEND_DIGIT,
  SESSION_INVITE_RESPONSE, /* four: see above */
  SESSION_BYE_RESPONSE = SESSION_INVITE_RESPONSE + 4,
  SESSION_LATE_ANSWER = SESSION_BYE_RESPONSE + 4,
  SESSION_BYE,
  SESSION_ACK,
  SESSION_CANCEL,
  SESSION_REINVITE,
  SESSION_UPDATE,
  SESSION_INFO,
  SESSION_LIMIT,
  SESSION_RESEND,
  SESSION_BYE_AGAIN,
  SESSION_FLOW_LOST,
};

enum {
  REOFFER_WANTED,
  REOFFER_RESPONSE,
  REOFFER_ANSWER = REOFFER_RESPONSE + 4,
  REOFFER_LATE,
  REOFFER_TIMER,
  REOFFER_END
};

enum {
  REFER_WANTED,
  REFER_RESPONSE,
  REFER_NOTIFY = REFER_RESPONSE + 4,
  REFER_TIMER,
  REFER_END
};

enum {
  REFERRED_REFER,
  REFERRED_FOLLOW,
  REFERRED_REFUSE,
  REFERRED_PROGRESS,
  REFERRED_OUTCOME,
  REFERRED_RESPONSE,
  REFERRED_TIMER = REFERRED_RESPONSE + 4
};

enum {
  CONTEXT_PROGRESS,
  CONTEXT_ACCEPTED,
  CONTEXT_BRANCH_OVER,
  CONTEXT_CANCEL,
  CONTEXT_ACK,
  CONTEXT_GONE,
  CONTEXT_TIMER,
  CONTEXT_REPEATED
};

enum {
  BRANCH_PROVISIONAL,
  BRANCH_SUCCESS,
  BRANCH_FAILURE,
  BRANCH_CANCEL,
  BRANCH_TIMER,
  BRANCH_GONE,
  BRANCH_BACK
};

/* ---- Counting ---- */

static void
visit (SimCellsMachine machine, guint state, guint event)
{
  g_assert (state < SIM_CELLS_MAX_STATES && event < SIM_CELLS_MAX_EVENTS);
  counts[machine][state][event]++;
}

guint64
sim_cells_get (SimCellsMachine machine, guint state, guint event)
{
  return counts[machine][state][event];
}

const guint64 *
sim_cells_get_all (gsize *n)
{
  *n = sizeof counts / sizeof counts[0][0][0];
  return &counts[0][0][0];
}

static guint
get_class (guint status, const SipMessage *response)
{
  if (sip_status_is_provisional (status))
    return PROVISIONAL;
  if (response == NULL)
    return NO_RESPONSE;
  return sip_status_is_success (status) ? SUCCESS : FAILURE;
}

/* In the place of a function: counts, then calls it. */
#define WRAP(type, name, parameters, arguments, ...)                                     \
  type __real_##name parameters;                                                         \
  type __wrap_##name parameters;                                                         \
  type __wrap_##name parameters                                                          \
  {                                                                                      \
    __VA_ARGS__;                                                                         \
    return __real_##name arguments;                                                      \
  }

#define VISIT_SESSION(event) visit (SIM_CELLS_SESSION, session->state, (event))
#define VISIT_REOFFER(event) visit (SIM_CELLS_REOFFER, session->reoffer.state, (event))
#define VISIT_REFER(event) visit (SIM_CELLS_REFER, session->refer.state, (event))
#define VISIT_REFERRED(event) visit (SIM_CELLS_REFERRED, session->referred.state, (event))

/* ---- The agent ---- */

#define VISIT_AGENT(event) visit (SIM_CELLS_AGENT, ua->phase, (event))

WRAP (void,
      sip_ua_start,
      (SipUa * ua, gint64 now_us),
      (ua, now_us),
      VISIT_AGENT (AGENT_START))
WRAP (void,
      sip_ua_stop,
      (SipUa * ua, gint64 now_us),
      (ua, now_us),
      VISIT_AGENT (AGENT_STOP))
WRAP (void,
      sip_ua_set_credentials,
      (SipUa * ua, const char *auth_user, const char *password, gint64 now_us),
      (ua, auth_user, password, now_us),
      VISIT_AGENT (AGENT_CREDENTIALS))
WRAP (void,
      sip_session_handle_invite,
      (SipUa * ua, SipServerTx *tx),
      (ua, tx),
      VISIT_AGENT (AGENT_INVITE))
WRAP (void,
      sip_ua_flow_opened,
      (SipUa * ua, gint64 now_us),
      (ua, now_us),
      VISIT_AGENT (AGENT_FLOW_OPENED))
WRAP (void,
      sip_ua_flow_closed,
      (SipUa * ua, SipFlowClose why, guint retry_after_s, gint64 now_us),
      (ua, why, retry_after_s, now_us),
      VISIT_AGENT (AGENT_FLOW_CLOSED))

/* The end of a stop shows in its timer alone. The proxy has timers of other kinds. */
G_STATIC_ASSERT ((int)SIP_TIMER_STOP > (int)SIP_PROXY_TIMER_CALL);

static void
visit_stopped (const SipTimer *timer, guint event)
{
  if (timer != NULL && timer->kind == SIP_TIMER_STOP) {
    const SipUa *ua = timer->owner;

    VISIT_AGENT (event);
  }
}

WRAP (void,
      sip_timers_disarm,
      (SipTimers * timers, SipTimer *timer),
      (timers, timer),
      if (sip_timer_is_armed (timer)) visit_stopped (timer, AGENT_ALL_DONE))

SipTimer *__real_sip_timers_pop (SipTimers *timers, gint64 now_us);
SipTimer *__wrap_sip_timers_pop (SipTimers *timers, gint64 now_us);
SipTimer *
__wrap_sip_timers_pop (SipTimers *timers, gint64 now_us)
{
  SipTimer *timer = __real_sip_timers_pop (timers, now_us);

  visit_stopped (timer, AGENT_OUT_OF_TIME);
  return timer;
}

/* ---- Machines that are one function ---- */

WRAP (SipClientTxAction,
      sip_client_tx_handle,
      (SipClientTx * tx, SipClientTxEvent event, SipTimers *timers, gint64 now_us),
      (tx, event, timers, now_us),
      visit (tx->is_invite ? SIM_CELLS_CLIENT_INVITE : SIM_CELLS_CLIENT_OTHER,
             tx->state,
             event))
WRAP (SipServerTxAction,
      sip_server_tx_handle,
      (SipServerTx * tx, SipServerTxEvent event, SipTimers *timers, gint64 now_us),
      (tx, event, timers, now_us),
      visit (tx->is_invite ? SIM_CELLS_SERVER_INVITE : SIM_CELLS_SERVER_OTHER,
             tx->state,
             event))
WRAP (SipFlowAction,
      sip_flow_handle,
      (SipFlow * flow, SipFlowEvent event, SipTimers *timers, gint64 now_us),
      (flow, event, timers, now_us),
      visit (SIM_CELLS_FLOW, flow->state, event))
WRAP (void,
      sip_registration_event,
      (SipUa * ua, SipRegistrationEvent event),
      (ua, event),
      visit (SIM_CELLS_REGISTRATION, ua->registration.state, event))
WRAP (SipRegistrationAction,
      sip_registration_handle,
      (SipRegistration * registration, SipRegistrationEvent event, SipTimers *timers),
      (registration, event, timers),
      visit (SIM_CELLS_REGISTRATION, registration->state, event))
WRAP (gboolean,
      sip_offer_handle,
      (SipOffer * offer, SipOfferEvent event),
      (offer, event),
      visit (SIM_CELLS_OFFER, offer->state, event))
WRAP (void,
      sip_dialog_set_state,
      (SipDialog * dialog, SipDialogState state),
      (dialog, state),
      visit (SIM_CELLS_DIALOG, dialog->state, state))

/* ---- The session ---- */

WRAP (gboolean,
      sip_session_answer,
      (SipUa * ua, SipSession *session, const char *body, GError **error),
      (ua, session, body, error),
      VISIT_SESSION (SESSION_ANSWER))
WRAP (gboolean,
      sip_session_reject,
      (SipUa * ua, SipSession *session, guint status, GError **error),
      (ua, session, status, error),
      VISIT_SESSION (SESSION_REJECT))
WRAP (gboolean,
      sip_session_progress,
      (SipUa * ua, SipSession *session, guint status, const char *body, GError **error),
      (ua, session, status, body, error),
      VISIT_SESSION (SESSION_PROGRESS))
WRAP (gboolean,
      sip_session_hang_up,
      (SipUa * ua, SipSession *session, SipEnd end, GError **error),
      (ua, session, end, error),
      VISIT_SESSION (SESSION_HANG_UP))
WRAP (gboolean,
      sip_session_reoffer,
      (SipUa * ua, SipSession *session, const char *offer, GError **error),
      (ua, session, offer, error),
      VISIT_SESSION (SESSION_REOFFER);
      VISIT_REOFFER (REOFFER_WANTED))
WRAP (gboolean,
      sip_session_answer_reoffer,
      (SipUa * ua, SipSession *session, guint status, const char *body, GError **error),
      (ua, session, status, body, error),
      VISIT_SESSION (SESSION_ANSWER_REOFFER);
      VISIT_REOFFER (REOFFER_ANSWER))
WRAP (gboolean,
      sip_session_send_digit,
      (SipUa * ua, SipSession *session, char digit, guint duration_ms, GError **error),
      (ua, session, digit, duration_ms, error),
      VISIT_SESSION (SESSION_SEND_DIGIT))
WRAP (void,
      sip_session_handle_invite_response,
      (SipUa * ua, SipClientTx *tx, guint status, SipMessage *response),
      (ua, tx, status, response),
      const SipSession *session = tx->session;
      VISIT_SESSION (SESSION_INVITE_RESPONSE + get_class (status, response)))
WRAP (void,
      sip_session_handle_bye_response,
      (SipUa * ua, SipClientTx *tx, guint status, SipMessage *response),
      (ua, tx, status, response),
      const SipSession *session = tx->session;
      VISIT_SESSION (SESSION_BYE_RESPONSE + get_class (status, response)))
WRAP (void,
      sip_session_handle_late_answer,
      (SipUa * ua, SipSession *session, SipMessage *response),
      (ua, session, response),
      VISIT_SESSION (SESSION_LATE_ANSWER))
WRAP (void,
      sip_session_handle_bye,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_SESSION (SESSION_BYE))
WRAP (void,
      sip_session_handle_ack,
      (SipUa * ua, SipSession *session, SipMessage *ack),
      (ua, session, ack),
      VISIT_SESSION (SESSION_ACK))
WRAP (void,
      sip_session_handle_cancel,
      (SipUa * ua, SipServerTx *invite, const SipMessage *cancel),
      (ua, invite, cancel),
      const SipSession *session = invite->session;
      if (session != NULL) VISIT_SESSION (SESSION_CANCEL))
WRAP (void,
      sip_session_handle_reinvite,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_SESSION (SESSION_REINVITE))
WRAP (void,
      sip_session_handle_update,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_SESSION (SESSION_UPDATE))
WRAP (void,
      sip_session_handle_info,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_SESSION (SESSION_INFO))
WRAP (void,
      sip_session_limit_reached,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_SESSION (SESSION_LIMIT))
WRAP (void,
      sip_session_resend_due,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_SESSION (SESSION_RESEND))
WRAP (void,
      sip_session_bye_due,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_SESSION (SESSION_BYE_AGAIN))
WRAP (void,
      sip_session_flow_lost,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_SESSION (SESSION_FLOW_LOST))

/* ---- Our change of a call ---- */

WRAP (void,
      sip_session_handle_reinvite_response,
      (SipUa * ua, SipClientTx *tx, guint status, SipMessage *response),
      (ua, tx, status, response),
      const SipSession *session = tx->session;
      VISIT_REOFFER (REOFFER_RESPONSE + get_class (status, response)))
WRAP (void,
      sip_session_handle_late_reanswer,
      (SipUa * ua, SipSession *session, SipMessage *response),
      (ua, session, response),
      VISIT_REOFFER (REOFFER_LATE))
WRAP (void,
      sip_session_reoffer_due,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REOFFER (REOFFER_TIMER))
WRAP (void,
      sip_session_stop_reoffer,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REOFFER (REOFFER_END))

/* ---- Transfers ---- */

WRAP (gboolean,
      sip_session_refer,
      (SipUa * ua, SipSession *session, const char *refer_to, GError **error),
      (ua, session, refer_to, error),
      VISIT_REFER (REFER_WANTED))
WRAP (void,
      sip_session_handle_refer_response,
      (SipUa * ua, SipClientTx *tx, guint status, SipMessage *response),
      (ua, tx, status, response),
      const SipSession *session = tx->session;
      VISIT_REFER (REFER_RESPONSE + get_class (status, response)))
WRAP (void,
      sip_session_handle_notify,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_REFER (REFER_NOTIFY))
WRAP (void,
      sip_session_refer_out_of_time,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REFER (REFER_TIMER))
WRAP (void,
      sip_session_forget_refer,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REFER (REFER_END))
WRAP (void,
      sip_session_handle_refer,
      (SipUa * ua, SipSession *session, SipDialog *dialog, SipServerTx *tx),
      (ua, session, dialog, tx),
      VISIT_REFERRED (REFERRED_REFER))
WRAP (SipSession *,
      sip_session_follow_refer,
      (SipUa * ua, SipSession *session, const char *offer, GError **error),
      (ua, session, offer, error),
      VISIT_REFERRED (REFERRED_FOLLOW))
WRAP (void,
      sip_session_refuse_refer,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REFERRED (REFERRED_REFUSE))
WRAP (void,
      sip_session_tell_referrer,
      (SipUa * ua, SipSession *made, guint status),
      (ua, made, status),
      const SipSession *session = sip_session_find (ua, made->referrer);
      if (session != NULL)
          VISIT_REFERRED (status < 200 ? REFERRED_PROGRESS : REFERRED_OUTCOME))
WRAP (void,
      sip_session_handle_notify_response,
      (SipUa * ua, SipClientTx *tx, guint status, SipMessage *response),
      (ua, tx, status, response),
      const SipSession *session = tx->session;
      VISIT_REFERRED (REFERRED_RESPONSE + get_class (status, response)))
WRAP (void,
      sip_session_referred_due,
      (SipUa * ua, SipSession *session),
      (ua, session),
      VISIT_REFERRED (REFERRED_TIMER))

/* ---- The proxy ---- */

#define VISIT_CONTEXT(event) visit (SIM_CELLS_CONTEXT, context->state, (event))

WRAP (void,
      sip_proxy_context_progress,
      (SipProxyContext * context, const SipMessage *response),
      (context, response),
      VISIT_CONTEXT (CONTEXT_PROGRESS))
WRAP (void,
      sip_proxy_context_accepted,
      (SipProxyContext * context, const SipMessage *response),
      (context, response),
      VISIT_CONTEXT (CONTEXT_ACCEPTED))
WRAP (void,
      sip_proxy_context_branch_over,
      (SipProxyContext * context, SipProxyBranch *branch),
      (context, branch),
      VISIT_CONTEXT (CONTEXT_BRANCH_OVER))
WRAP (void,
      sip_proxy_context_cancel,
      (SipProxyContext * context, const char *reason),
      (context, reason),
      VISIT_CONTEXT (CONTEXT_CANCEL))
WRAP (void,
      sip_proxy_context_acked,
      (SipProxyContext * context),
      (context),
      VISIT_CONTEXT (CONTEXT_ACK))
WRAP (void,
      sip_proxy_context_upstream_gone,
      (SipProxyContext * context),
      (context),
      VISIT_CONTEXT (CONTEXT_GONE))
WRAP (void,
      sip_proxy_context_due,
      (SipProxyContext * context),
      (context),
      VISIT_CONTEXT (CONTEXT_TIMER))
WRAP (void,
      sip_proxy_context_repeat,
      (SipProxyContext * context),
      (context),
      VISIT_CONTEXT (CONTEXT_REPEATED))

static void
visit_response (SipProxy *proxy, const SipMessage *response)
{
  g_autofree char *id = sip_text_dup (sip_message_get_via (response)->branch);
  const SipProxyBranch *branch =
      id != NULL ? g_hash_table_lookup (proxy->branches, id) : NULL;

  if (branch != NULL)
    visit (SIM_CELLS_BRANCH, branch->state,
           BRANCH_PROVISIONAL + get_class (sip_message_get_status (response), response));
}

WRAP (void,
      sip_proxy_handle_response,
      (SipProxy * proxy, SipProxyFlow *flow, SipMessage *response),
      (proxy, flow, response),
      visit_response (proxy, response))
WRAP (void,
      sip_proxy_branch_cancel,
      (SipProxyBranch * branch, const char *reason),
      (branch, reason),
      visit (SIM_CELLS_BRANCH, branch->state, BRANCH_CANCEL))
WRAP (void,
      sip_proxy_branch_due,
      (SipProxyBranch * branch),
      (branch),
      visit (SIM_CELLS_BRANCH, branch->state, BRANCH_TIMER))
WRAP (void,
      sip_proxy_branch_flow_gone,
      (SipProxyBranch * branch),
      (branch),
      visit (SIM_CELLS_BRANCH, branch->state, BRANCH_GONE))
WRAP (void,
      sip_proxy_branch_flow_back,
      (SipProxyBranch * branch),
      (branch),
      visit (SIM_CELLS_BRANCH, branch->state, BRANCH_BACK))
