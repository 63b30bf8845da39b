/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

#include "sip-status.h"

/* What a registrar says to a REGISTER. */

static gboolean
is_quoted_instance (SipText value, const char *instance_id)
{
  g_autofree char *plain = sip_text_dup_unquoted (value);
  gsize length = plain != NULL ? strlen (plain) : 0;

  if (length < 2 || plain[0] != '<' || plain[length - 1] != '>')
    return FALSE;
  plain[length - 1] = '\0';
  return g_ascii_strcasecmp (plain + 1, instance_id) == 0;
}

typedef enum { MATCH_NONE, MATCH_URI, MATCH_INSTANCE, MATCH_FLOW } Match;

/* Our binding is known by instance and reg-id first (RFC 5626 §4.2), since a registrar
 * may write the URI anew; by the URI where it does not know instances. */
static Match
match_contact (SipUa *ua, const SipNameAddr *contact)
{
  SipText value;
  SipUri ours;

  if (sip_params_get (contact->params, "+sip.instance", &value)) {
    if (!is_quoted_instance (value, ua->instance_id))
      return MATCH_NONE;
    return sip_params_get (contact->params, "reg-id", &value) &&
                   sip_text_equal_str (value, "1")
               ? MATCH_FLOW
               : MATCH_INSTANCE;
  }
  if (sip_uri_parse (sip_text_from_str (ua->contact), &ours, NULL) &&
      sip_uri_equal (&ours, &contact->uri))
    return MATCH_URI;
  return MATCH_NONE;
}

static gboolean
find_own_contact (SipUa *ua, const SipMessage *response, SipNameAddr *own)
{
  Match best = MATCH_NONE;
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, response, SIP_HEADER_CONTACT);
  while (sip_value_iter_next (&iter, &value)) {
    SipNameAddr contact;
    Match match;

    if (!sip_name_addr_parse (value, &contact, NULL) || contact.is_star)
      continue;
    match = match_contact (ua, &contact);
    if (match > best) {
      best = match;
      *own = contact;
    }
  }
  return best != MATCH_NONE;
}

static void
take_gruu (SipUa *ua, const SipNameAddr *own)
{
  SipText value;
  SipUri uri;

  g_clear_pointer (&ua->registration.gruu, g_free);
  if (own == NULL || !sip_params_get (own->params, "pub-gruu", &value))
    return;
  ua->registration.gruu = sip_text_dup_unquoted (value);
  if (!sip_uri_parse (sip_text_from_str (ua->registration.gruu), &uri, NULL) ||
      (uri.scheme != SIP_URI_SIP && uri.scheme != SIP_URI_SIPS) ||
      sip_text_has_forbidden_byte (uri.text) ||
      memchr (uri.text.s, '>', uri.text.len) != NULL)
    g_clear_pointer (&ua->registration.gruu, g_free);
}

static void
take_service_route (SipUa *ua, const SipMessage *response)
{
  GPtrArray *routes = ua->registration.service_route;
  SipValueIter iter;
  SipText value;
  SipNameAddr route;

  g_ptr_array_set_size (routes, 0);
  sip_value_iter_init (&iter, response, SIP_HEADER_SERVICE_ROUTE);
  while (sip_value_iter_next (&iter, &value) &&
         routes->len < SIP_REGISTRATION_MAX_SERVICE_ROUTES)
    if (sip_name_addr_parse (value, &route, NULL) && !route.is_star)
      g_ptr_array_add (routes, sip_text_dup (value));
}

/* RFC 5626 §4.4.1: the server closes what was silent for so long. */
static void
take_flow_timer (SipUa *ua, const SipMessage *response)
{
  guint32 seconds;

  if (sip_message_get_seconds (response, SIP_HEADER_FLOW_TIMER, &seconds) && seconds > 0)
    ua->flow.idle_us =
        MIN (SIP_FLOW_IDLE_US, (gint64)seconds * G_TIME_SPAN_SECOND * 8 / 10);
}

gint64
sip_registration_refresh_us (guint32 granted_s, const SipRandom *random)
{
  gint64 granted_us = (gint64)granted_s * G_TIME_SPAN_SECOND;

  if (granted_s < SIP_REGISTRATION_SHORT_S)
    return MAX (granted_us / 2, SIP_REGISTRATION_GAP_US);
  return sip_random_between (random, granted_us / 2, granted_us * 9 / 10);
}

static void
take_proof (SipUa *ua, const SipClientTx *tx)
{
  SipRegistration *r = &ua->registration;

  if (!tx->has_credentials || r->digest == NULL)
    return;
  g_free (r->proven_realm);
  r->proven_realm = g_strdup (sip_digest_session_get_realm (r->digest));
  r->proven_algorithm = sip_digest_session_get_algorithm (r->digest);
}

static void
handle_granted (SipUa *ua, SipClientTx *tx, SipMessage *response)
{
  SipRegistration *r = &ua->registration;
  SipNameAddr own;
  gboolean has_own = find_own_contact (ua, response, &own);
  guint32 granted_s = r->ask_s;

  /* Where ours is not in the list the registrar has written it anew beyond knowing;
   * it said 2xx, so there is a binding. */
  if (has_own)
    granted_s = sip_message_get_contact_expires (response, &own, r->ask_s);
  else
    sip_message_get_seconds (response, SIP_HEADER_EXPIRES, &granted_s);
  granted_s = MIN (granted_s, SIP_REGISTRATION_EXPIRES_MAX_S);
  take_proof (ua, tx);
  take_gruu (ua, has_own ? &own : NULL);
  take_service_route (ua, response);
  take_flow_timer (ua, response);
  r->n_failures = 0;
  r->not_before_us = 0;
  r->is_bound = TRUE;
  r->expires_at_us = ua->now_us + (gint64)granted_s * G_TIME_SPAN_SECOND;
  ua->flow.was_of_use = TRUE;
  sip_registration_event (ua, SIP_REGISTRATION_EVENT_GRANTED);
  sip_timers_arm (&ua->timers, &r->timer,
                  ua->now_us + sip_registration_refresh_us (granted_s, &ua->random));
}

static gint64
get_retry_after_us (SipMessage *response)
{
  guint32 seconds;

  if (response == NULL ||
      !sip_retry_after_parse (sip_message_get_header (response, SIP_HEADER_RETRY_AFTER),
                              &seconds))
    return 0;
  return MIN (seconds, SIP_FLOW_RETRY_AFTER_MAX_S) * G_TIME_SPAN_SECOND;
}

/* RFC 3261 §21.5.4: another server may do better. A call that stands keeps the one through
 * which it goes. */
static gboolean
may_go_elsewhere (const SipUa *ua, guint status)
{
  gboolean is_of_server = sip_status_get_class (status) == 5 ||
                          status == SIP_STATUS_REQUEST_TIMEOUT ||
                          status == SIP_STATUS_TEMPORARILY_UNAVAILABLE;

  return is_of_server && (ua->flags & SIP_UA_FLAG_SEVERAL_SERVERS) != 0 &&
         ua->phase == SIP_UA_RUNNING && !sip_ua_has_unfinished_calls (ua);
}

/* The next flow registers at once: it is the host that knows who is avoided. */
static void
go_elsewhere (SipUa *ua, guint status, gint64 wait_us)
{
  SipRegistration *r = &ua->registration;
  SipOutput *output = sip_ua_push (ua, SIP_OUTPUT_AVOID_SERVER, 0, NULL, NULL, NULL);

  output->status = status;
  output->retry_at_us = ua->now_us + wait_us;
  r->left_until_us = output->retry_at_us;
  r->asked_until_us = MAX (r->asked_until_us, r->not_before_us);
  r->not_before_us = 0;
  ua->flow_fate = SIP_UA_FLOW_LEFT;
}

gboolean
sip_registration_leave (SipUa *ua)
{
  SipRegistration *r = &ua->registration;

  if (r->not_before_us <= ua->now_us || !may_go_elsewhere (ua, r->failed_status))
    return FALSE;
  go_elsewhere (ua, r->failed_status, r->not_before_us - ua->now_us);
  return TRUE;
}

/* Returns for how long this server is not to be asked. */
static gint64
note_failure (SipUa *ua, guint status, SipMessage *response)
{
  SipRegistration *r = &ua->registration;
  gint64 wait_us = sip_flow_back_off_us (++r->n_failures, SIP_FLOW_MAX_US, &ua->random);
  gint64 asked_us = get_retry_after_us (response);

  if (sip_status_is_redirect (status))
    wait_us = MAX (wait_us, SIP_FLOW_REFUSED_US); /* not followed, so not hammered */
  wait_us = MAX (wait_us, SIP_REGISTRATION_GAP_US);
  r->failed_status = status;
  if (asked_us <= 0)
    return wait_us;
  r->not_before_us = ua->now_us + asked_us;
  return asked_us + wait_us / 4;
}

/* While the binding stands calls come in through this server, and the next one may be dead:
 * it is left when the binding has run out, also in the middle of what it asked for. */
static void
handle_failed (SipUa *ua, guint status, SipMessage *response)
{
  SipRegistration *r = &ua->registration;
  gint64 wait_us = note_failure (ua, status, response);
  gboolean may_leave = may_go_elsewhere (ua, status);

  if (may_leave && !sip_ua_is_bound (ua)) {
    go_elsewhere (ua, status, wait_us);
    return;
  }
  if (may_leave && ua->now_us < r->not_before_us)
    wait_us = MIN (wait_us, r->expires_at_us - ua->now_us);
  if (sip_registration_handle (r, SIP_REGISTRATION_EVENT_FAILED, &ua->timers) == 0)
    return;
  if (r->state == SIP_REGISTRATION_WAITING)
    sip_timers_arm (&ua->timers, &r->timer, ua->now_us + wait_us);
  sip_registration_tell (ua, status, response);
}

/* It says nothing, and so nothing comes through it either. */
static void
handle_silence (SipUa *ua)
{
  if (may_go_elsewhere (ua, SIP_STATUS_REQUEST_TIMEOUT))
    go_elsewhere (ua, SIP_STATUS_REQUEST_TIMEOUT,
                  note_failure (ua, SIP_STATUS_REQUEST_TIMEOUT, NULL));
  else
    ua->flow_fate = SIP_UA_FLOW_BROKEN;
}

static void
handle_refused_reply (SipUa *ua, guint status, SipMessage *response)
{
  SipRegistration *r = &ua->registration;

  r->is_bound = FALSE;
  g_clear_pointer (&r->digest, sip_digest_session_free);
  if (sip_registration_handle (r, SIP_REGISTRATION_EVENT_REFUSED, &ua->timers) != 0)
    sip_registration_tell (ua, status, response);
}

/* 423: longer, as the registrar wants it. FALSE when it does not say so. */
static gboolean
ask_for_longer (SipUa *ua, SipMessage *response)
{
  SipRegistration *r = &ua->registration;
  guint32 min_s;

  if (!sip_message_get_seconds (response, SIP_HEADER_MIN_EXPIRES, &min_s) ||
      min_s <= r->ask_s || min_s > SIP_REGISTRATION_EXPIRES_MAX_S)
    return FALSE;
  r->ask_s = min_s;
  sip_registration_send (ua, FALSE);
  return TRUE;
}

static gboolean
ask_without_outbound (SipUa *ua)
{
  if (ua->registration.has_no_outbound)
    return FALSE;
  ua->registration.has_no_outbound = TRUE;
  sip_registration_send (ua, FALSE);
  return TRUE;
}

static void
handle_removal_response (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  if (response != NULL && sip_status_is_challenge (status)) {
    ua->registration.tx = sip_ua_answer_challenge (ua, tx, response);
    if (ua->registration.tx != NULL)
      return;
  }
  ua->registration.is_bound = FALSE;
  sip_registration_event (ua, SIP_REGISTRATION_EVENT_GRANTED);
}

static void
handle_failure (SipUa *ua, SipClientTx *tx, guint status, SipMessage *response)
{
  switch (status) {
  case SIP_STATUS_UNAUTHORIZED:
  case SIP_STATUS_PROXY_AUTHENTICATION_REQUIRED:
    ua->registration.tx = sip_ua_answer_challenge (ua, tx, response);
    if (ua->registration.tx != NULL)
      return;
    /* A nonce that was too old twice says nothing about the password. */
    if (tx->n_tries > 1 && sip_ua_is_stale (ua, response))
      handle_failed (ua, status, response);
    else
      handle_refused_reply (ua, status, response);
    return;
  case SIP_STATUS_FORBIDDEN:
  case SIP_STATUS_NOT_FOUND:
  case SIP_STATUS_DECLINE:
  case SIP_STATUS_DOES_NOT_EXIST_ANYWHERE:
    handle_refused_reply (ua, status, response);
    return;
  case SIP_STATUS_INTERVAL_TOO_BRIEF:
    if (ask_for_longer (ua, response))
      return;
    break;
  case SIP_STATUS_FIRST_HOP_LACKS_OUTBOUND:
    if (ask_without_outbound (ua))
      return;
    break;
  default:
    break;
  }
  handle_failed (ua, status, response);
}

void
sip_registration_handle_response (SipUa *ua,
                                  SipClientTx *tx,
                                  guint status,
                                  SipMessage *response)
{
  if (ua->registration.tx != tx || sip_status_is_provisional (status))
    return;
  ua->registration.tx = NULL;
  if (ua->registration.state == SIP_REGISTRATION_UNREGISTERING)
    handle_removal_response (ua, tx, status, response);
  else if (sip_status_is_success (status))
    handle_granted (ua, tx, response);
  else if (response != NULL)
    handle_failure (ua, tx, status, response);
  else if (status == SIP_STATUS_REQUEST_TIMEOUT)
    handle_silence (ua);
  /* Else the flow was lost, and its own way goes on from there. */
}
