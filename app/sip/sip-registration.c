/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

#define TO(state) (1u << SIP_REGISTRATION_##state)

static const guint edges[SIP_REGISTRATION_N_STATES] = {
    [SIP_REGISTRATION_OFFLINE] = TO (CONNECTING),
    [SIP_REGISTRATION_CONNECTING] = TO (REGISTERING) | TO (WAITING) | TO (OFFLINE),
    [SIP_REGISTRATION_REGISTERING] = TO (REGISTERED) | TO (WAITING) | TO (REFUSED) |
                                     TO (CONNECTING) | TO (UNREGISTERING) | TO (OFFLINE),
    [SIP_REGISTRATION_REGISTERED] =
        TO (WAITING) | TO (REFUSED) | TO (CONNECTING) | TO (UNREGISTERING) | TO (OFFLINE),
    [SIP_REGISTRATION_WAITING] =
        TO (REGISTERING) | TO (CONNECTING) | TO (UNREGISTERING) | TO (OFFLINE),
    [SIP_REGISTRATION_REFUSED] = TO (REGISTERING) | TO (CONNECTING) | TO (OFFLINE),
    [SIP_REGISTRATION_UNREGISTERING] = TO (OFFLINE),
};

static SipRegistrationAction
go (SipRegistration *registration,
    SipRegistrationState state,
    SipRegistrationAction action,
    SipTimers *timers)
{
  g_assert ((edges[registration->state] & (1u << state)) != 0);
  registration->state = state;
  sip_timers_disarm (timers, &registration->timer);
  return action | SIP_REGISTRATION_TELL;
}

void
sip_registration_init (SipRegistration *registration, guint timer_kind)
{
  *registration = (SipRegistration){
      .service_route = g_ptr_array_new_with_free_func (g_free),
  };
  sip_timer_init (&registration->timer, timer_kind, registration);
}

void
sip_registration_clear (SipRegistration *registration, SipTimers *timers)
{
  sip_timers_disarm (timers, &registration->timer);
  g_clear_pointer (&registration->service_route, g_ptr_array_unref);
  g_clear_pointer (&registration->gruu, g_free);
  g_clear_pointer (&registration->call_id, g_free);
  g_clear_pointer (&registration->from_tag, g_free);
  g_clear_pointer (&registration->digest, sip_digest_session_free);
  g_clear_pointer (&registration->proven_realm, g_free);
}

/* ---- The machine ---- */

static SipRegistrationAction
handle_offline (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  if (event == SIP_REGISTRATION_EVENT_WANTED)
    return go (r, SIP_REGISTRATION_CONNECTING, SIP_REGISTRATION_NOTHING, timers);
  return SIP_REGISTRATION_NOTHING;
}

static SipRegistrationAction
handle_connecting (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  switch (event) {
  case SIP_REGISTRATION_EVENT_FLOW_UP:
    return go (r, SIP_REGISTRATION_REGISTERING, SIP_REGISTRATION_SEND, timers);
  case SIP_REGISTRATION_EVENT_FLOW_WAITING:
    return go (r, SIP_REGISTRATION_WAITING, SIP_REGISTRATION_NOTHING, timers);
  case SIP_REGISTRATION_EVENT_UNWANTED:
  case SIP_REGISTRATION_EVENT_UNWANTED_NOW:
    return go (r, SIP_REGISTRATION_OFFLINE, SIP_REGISTRATION_NOTHING, timers);
  case SIP_REGISTRATION_EVENT_WANTED:
  case SIP_REGISTRATION_EVENT_WANTED_NOW:
  case SIP_REGISTRATION_EVENT_FLOW_OPENING:
  case SIP_REGISTRATION_EVENT_GRANTED:
  case SIP_REGISTRATION_EVENT_REFUSED:
  case SIP_REGISTRATION_EVENT_FAILED:
  case SIP_REGISTRATION_EVENT_TIMER:
    return SIP_REGISTRATION_NOTHING;
  }
  g_assert_not_reached ();
}

/* REGISTERING and REGISTERED: a refresh that is under way does not show. */
static SipRegistrationAction
handle_on_flow (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  gboolean is_registered = r->state == SIP_REGISTRATION_REGISTERED;

  switch (event) {
  case SIP_REGISTRATION_EVENT_GRANTED:
    return is_registered ? SIP_REGISTRATION_TELL
                         : go (r, SIP_REGISTRATION_REGISTERED, 0, timers);
  case SIP_REGISTRATION_EVENT_REFUSED:
    return go (r, SIP_REGISTRATION_REFUSED, 0, timers);
  case SIP_REGISTRATION_EVENT_FAILED:
  case SIP_REGISTRATION_EVENT_FLOW_WAITING:
    return go (r, SIP_REGISTRATION_WAITING, 0, timers);
  case SIP_REGISTRATION_EVENT_FLOW_OPENING:
    return go (r, SIP_REGISTRATION_CONNECTING, 0, timers);
  case SIP_REGISTRATION_EVENT_UNWANTED:
    return go (r, SIP_REGISTRATION_OFFLINE, 0, timers);
  case SIP_REGISTRATION_EVENT_UNWANTED_NOW:
    return go (r, SIP_REGISTRATION_UNREGISTERING, SIP_REGISTRATION_REMOVE, timers);
  case SIP_REGISTRATION_EVENT_WANTED_NOW:
  case SIP_REGISTRATION_EVENT_TIMER:
    return SIP_REGISTRATION_SEND;
  case SIP_REGISTRATION_EVENT_WANTED:
  case SIP_REGISTRATION_EVENT_FLOW_UP:
    return SIP_REGISTRATION_NOTHING;
  }
  g_assert_not_reached ();
}

static SipRegistrationAction
handle_waiting (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  switch (event) {
  case SIP_REGISTRATION_EVENT_WANTED:
  case SIP_REGISTRATION_EVENT_FLOW_OPENING:
    return go (r, SIP_REGISTRATION_CONNECTING, 0, timers);
  case SIP_REGISTRATION_EVENT_WANTED_NOW:
  case SIP_REGISTRATION_EVENT_TIMER:
    return go (r, SIP_REGISTRATION_REGISTERING, SIP_REGISTRATION_SEND, timers);
  case SIP_REGISTRATION_EVENT_FLOW_WAITING:
    sip_timers_disarm (timers, &r->timer); /* the flow's own is the one that counts */
    return SIP_REGISTRATION_TELL;
  case SIP_REGISTRATION_EVENT_UNWANTED:
    return go (r, SIP_REGISTRATION_OFFLINE, 0, timers);
  case SIP_REGISTRATION_EVENT_UNWANTED_NOW:
    return r->is_bound
               ? go (r, SIP_REGISTRATION_UNREGISTERING, SIP_REGISTRATION_REMOVE, timers)
               : go (r, SIP_REGISTRATION_OFFLINE, 0, timers);
  case SIP_REGISTRATION_EVENT_FLOW_UP:
  case SIP_REGISTRATION_EVENT_GRANTED:
  case SIP_REGISTRATION_EVENT_REFUSED:
  case SIP_REGISTRATION_EVENT_FAILED:
    return SIP_REGISTRATION_NOTHING;
  }
  g_assert_not_reached ();
}

/* What the flow does now is for the calls that are left. */
static SipRegistrationAction
handle_refused (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  switch (event) {
  case SIP_REGISTRATION_EVENT_WANTED:
    return go (r, SIP_REGISTRATION_CONNECTING, 0, timers);
  case SIP_REGISTRATION_EVENT_WANTED_NOW:
    return go (r, SIP_REGISTRATION_REGISTERING, SIP_REGISTRATION_SEND, timers);
  case SIP_REGISTRATION_EVENT_UNWANTED:
  case SIP_REGISTRATION_EVENT_UNWANTED_NOW:
    return go (r, SIP_REGISTRATION_OFFLINE, 0, timers);
  case SIP_REGISTRATION_EVENT_FLOW_OPENING:
  case SIP_REGISTRATION_EVENT_FLOW_UP:
  case SIP_REGISTRATION_EVENT_FLOW_WAITING:
  case SIP_REGISTRATION_EVENT_GRANTED:
  case SIP_REGISTRATION_EVENT_REFUSED:
  case SIP_REGISTRATION_EVENT_FAILED:
  case SIP_REGISTRATION_EVENT_TIMER:
    return SIP_REGISTRATION_NOTHING;
  }
  g_assert_not_reached ();
}

static SipRegistrationAction
handle_unregistering (SipRegistration *r, SipRegistrationEvent event, SipTimers *timers)
{
  switch (event) {
  case SIP_REGISTRATION_EVENT_UNWANTED:
  case SIP_REGISTRATION_EVENT_FLOW_OPENING:
  case SIP_REGISTRATION_EVENT_FLOW_WAITING:
  case SIP_REGISTRATION_EVENT_GRANTED:
  case SIP_REGISTRATION_EVENT_REFUSED:
  case SIP_REGISTRATION_EVENT_FAILED:
    return go (r, SIP_REGISTRATION_OFFLINE, 0, timers);
  case SIP_REGISTRATION_EVENT_WANTED:
  case SIP_REGISTRATION_EVENT_WANTED_NOW:
  case SIP_REGISTRATION_EVENT_UNWANTED_NOW:
  case SIP_REGISTRATION_EVENT_FLOW_UP:
  case SIP_REGISTRATION_EVENT_TIMER:
    return SIP_REGISTRATION_NOTHING;
  }
  g_assert_not_reached ();
}

SipRegistrationAction
sip_registration_handle (SipRegistration *registration,
                         SipRegistrationEvent event,
                         SipTimers *timers)
{
  switch (registration->state) {
  case SIP_REGISTRATION_OFFLINE:
    return handle_offline (registration, event, timers);
  case SIP_REGISTRATION_CONNECTING:
    return handle_connecting (registration, event, timers);
  case SIP_REGISTRATION_REGISTERING:
  case SIP_REGISTRATION_REGISTERED:
    return handle_on_flow (registration, event, timers);
  case SIP_REGISTRATION_WAITING:
    return handle_waiting (registration, event, timers);
  case SIP_REGISTRATION_REFUSED:
    return handle_refused (registration, event, timers);
  case SIP_REGISTRATION_UNREGISTERING:
    return handle_unregistering (registration, event, timers);
  }
  g_assert_not_reached ();
}

/* ---- The request ---- */

static SipWriter *
new_register (SipUa *ua, guint expires_s)
{
  SipRegistration *r = &ua->registration;
  g_autofree char *via = sip_ua_make_via (ua);
  g_autofree char *from = sip_name_addr_format (ua->display_name, ua->aor);
  SipWriter *writer = sip_writer_new_request ("REGISTER", ua->registrar);

  sip_writer_add_header (writer, SIP_HEADER_VIA, via);
  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_printf (writer, SIP_HEADER_FROM, "%s;tag=%s", from, r->from_tag);
  sip_writer_add_printf (writer, SIP_HEADER_TO, "<%s>", ua->aor);
  sip_writer_add_header (writer, SIP_HEADER_CALL_ID, r->call_id);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u REGISTER", ++r->cseq);
  sip_writer_add_printf (
      writer, SIP_HEADER_CONTACT, "<%s>;+sip.instance=\"<%s>\"%s;expires=%u", ua->contact,
      ua->instance_id, r->has_no_outbound ? "" : ";reg-id=1", expires_s);
  sip_writer_add_printf (writer, SIP_HEADER_EXPIRES, "%u", expires_s);
  sip_ua_add_supported (writer);
  sip_ua_add_allow (writer);
  sip_ua_add_known_credentials (ua, writer, ua->registrar);
  return writer;
}

void
sip_registration_send (SipUa *ua, gboolean is_removal)
{
  SipRegistration *r = &ua->registration;
  SipWriter *writer;

  if (r->tx != NULL) {
    if (!is_removal)
      return; /* its reply tells the same */
    sip_ua_remove_client_tx (ua, r->tx);
  }
  sip_timers_disarm (&ua->timers, &r->timer);
  if (r->call_id == NULL) {
    r->call_id = sip_ua_random_token (ua, 24);
    r->from_tag = sip_ua_random_token (ua, 12);
    r->ask_s = ua->expires_s;
  }
  writer = new_register (ua, is_removal ? 0 : r->ask_s);
  r->tx = sip_ua_send_request (ua, writer, SIP_TX_USER_REGISTER, NULL, NULL);
  if (r->tx != NULL) {
    r->tx->has_credentials = r->digest != NULL && ua->password != NULL;
    r->last_sent_us = ua->now_us;
  } else {
    sip_timers_arm (&ua->timers, &r->timer, ua->now_us + SIP_REGISTRATION_GAP_US);
  }
}

/* ---- What follows ---- */

/* Where no server is left to ask it is the last one that was left which says why. What one
 * of them is refused for, as its certificate, is told as itself. */
static guint
get_status_of_left (const SipUa *ua)
{
  const SipRegistration *r = &ua->registration;
  gboolean is_told = r->state == SIP_REGISTRATION_WAITING &&
                     ua->now_us < r->left_until_us &&
                     ua->flow.why != SIP_FLOW_CLOSE_REFUSED;

  return is_told ? r->failed_status : 0;
}

void
sip_registration_tell (SipUa *ua, guint status, SipMessage *response)
{
  SipRegistration *r = &ua->registration;
  g_autofree char *reason =
      response != NULL ? sip_text_dup (sip_message_get_reason_phrase (response)) : NULL;
  SipOutput *output =
      sip_ua_push (ua, SIP_OUTPUT_REGISTRATION, 0, response, NULL, reason);

  output->registration = r->state;
  output->status = status != 0 ? status : get_status_of_left (ua);
  output->expires_at_us = r->is_bound ? r->expires_at_us : 0;
  output->close = ua->flow.why;
  output->is_unanswerable = response != NULL && sip_status_is_challenge (status) &&
                            !sip_ua_is_answerable (ua, response);
  if (r->state == SIP_REGISTRATION_WAITING)
    output->retry_at_us = sip_timer_is_armed (&r->timer)
                              ? r->timer.due_us
                              : sip_flow_get_retry_at (&ua->flow);
}

/* The server said when to come back; a new flow does not change that. */
static gboolean
has_to_wait (SipUa *ua)
{
  SipRegistration *r = &ua->registration;

  if (r->state != SIP_REGISTRATION_REGISTERING || r->not_before_us <= ua->now_us)
    return FALSE;
  sip_registration_handle (r, SIP_REGISTRATION_EVENT_FAILED, &ua->timers);
  sip_timers_arm (&ua->timers, &r->timer, r->not_before_us);
  return TRUE;
}

static void
be_ready_without (SipUa *ua)
{
  ua->flow.was_of_use = TRUE;
  sip_registration_handle (&ua->registration, SIP_REGISTRATION_EVENT_GRANTED,
                           &ua->timers);
  sip_registration_tell (ua, 0, NULL);
}

void
sip_registration_event (SipUa *ua, SipRegistrationEvent event)
{
  SipRegistration *r = &ua->registration;
  gboolean has_none = (ua->flags & SIP_UA_FLAG_NO_REGISTER) != 0;
  SipRegistrationAction action;

  if (event == SIP_REGISTRATION_EVENT_TIMER && sip_registration_leave (ua))
    return;
  action = sip_registration_handle (r, event, &ua->timers);
  if (event == SIP_REGISTRATION_EVENT_WANTED ||
      event == SIP_REGISTRATION_EVENT_WANTED_NOW)
    r->not_before_us = 0;
  if (event == SIP_REGISTRATION_EVENT_FLOW_UP)
    r->left_until_us = 0;
  if (has_none && (action & SIP_REGISTRATION_REMOVE) != 0) {
    sip_registration_event (ua, SIP_REGISTRATION_EVENT_UNWANTED);
    return;
  }
  if (has_none && (action & SIP_REGISTRATION_SEND) != 0) {
    if (r->state == SIP_REGISTRATION_REGISTERING)
      be_ready_without (ua);
    return;
  }
  if ((action & SIP_REGISTRATION_SEND) != 0 && !has_to_wait (ua))
    sip_registration_send (ua, FALSE);
  if ((action & SIP_REGISTRATION_REMOVE) != 0)
    sip_registration_send (ua, TRUE);
  if ((action & SIP_REGISTRATION_TELL) != 0)
    sip_registration_tell (ua, 0, NULL);
}

void
sip_registration_flow_lost (SipUa *ua)
{
  SipRegistration *r = &ua->registration;

  r->is_bound = FALSE;
  sip_timers_disarm (&ua->timers, &r->timer);
}

void
sip_registration_forget_proof (SipUa *ua)
{
  SipRegistration *r = &ua->registration;

  g_clear_pointer (&r->digest, sip_digest_session_free);
  g_clear_pointer (&r->proven_realm, g_free);
  r->proven_algorithm = SIP_DIGEST_UNSUPPORTED;
  if (r->tx != NULL)
    sip_ua_remove_client_tx (ua, r->tx);
}

void
sip_registration_check (const SipUa *ua)
{
  const SipRegistration *r = &ua->registration;
  gboolean is_up = sip_flow_is_up (&ua->flow);

  g_assert (r->state < SIP_REGISTRATION_N_STATES);
  g_assert (r->tx == NULL || (r->tx->user == SIP_TX_USER_REGISTER && is_up));
  g_assert (!r->is_bound || is_up);
  g_assert (!sip_timer_is_armed (&r->timer) || is_up);
  switch (r->state) {
  case SIP_REGISTRATION_OFFLINE:
  case SIP_REGISTRATION_REFUSED:
    g_assert (r->tx == NULL && !sip_timer_is_armed (&r->timer));
    break;
  case SIP_REGISTRATION_CONNECTING:
    g_assert (ua->flow.state == SIP_FLOW_OPENING);
    break;
  case SIP_REGISTRATION_REGISTERING:
  case SIP_REGISTRATION_REGISTERED:
    g_assert (is_up);
    g_assert (r->tx != NULL || sip_timer_is_armed (&r->timer) ||
              (ua->flags & SIP_UA_FLAG_NO_REGISTER) != 0);
    break;
  case SIP_REGISTRATION_WAITING:
    g_assert (r->tx == NULL);
    g_assert (sip_timer_is_armed (&r->timer) != (ua->flow.state == SIP_FLOW_WAITING));
    break;
  case SIP_REGISTRATION_UNREGISTERING:
    g_assert (is_up && ua->phase == SIP_UA_STOPPING);
    break;
  }
}
