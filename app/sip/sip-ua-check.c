/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include "sip-status.h"

static void
check_transactions (const SipUa *ua)
{
  GHashTableIter iter;
  gpointer key, value;
  guint n = 0, counted = 0;

  g_hash_table_iter_init (&iter, ua->client_txs);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const SipClientTx *tx = value;

    g_assert (key == tx->key && tx->state != SIP_CLIENT_TX_TERMINATED);
    sip_client_tx_check (tx);
    n += tx->session != NULL ? 1 : 0;
  }
  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (ua->sessions, i);

    counted += session->n_client_txs;
  }
  g_assert (n == counted);
  g_hash_table_iter_init (&iter, ua->server_txs);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const SipServerTx *tx = value;

    g_assert (key == tx->key && tx->state != SIP_SERVER_TX_TERMINATED);
    sip_server_tx_check (tx);
    g_assert (tx->session == NULL || tx->session->asked == tx);
    /* Nobody is left waiting: what is not answered is in the hands of a call. */
    g_assert (tx->session != NULL || !sip_server_tx_is_pending (tx));
  }
  g_assert (g_hash_table_size (ua->server_txs) + g_hash_table_size (ua->client_txs) <=
            SIP_UA_MAX_TRANSACTIONS + SIP_UA_RESERVED_TRANSACTIONS);
}

static void
check_refer (const SipUa *ua, const SipSession *session)
{
  const SipRefer *refer = &session->refer;
  gboolean is_timed = sip_timer_is_armed (&refer->timer);

  g_assert (refer->state == SIP_REFER_NONE || session->state == SIP_SESSION_CONFIRMED);
  if (refer->tx != NULL)
    g_assert (g_hash_table_lookup (ua->client_txs, refer->tx->key) == refer->tx &&
              refer->tx->session == session);
  switch (refer->state) {
  case SIP_REFER_NONE:
    g_assert (refer->tx == NULL && !is_timed);
    break;
  case SIP_REFER_ASKING:
    g_assert (refer->tx != NULL && !is_timed);
    break;
  case SIP_REFER_EXPECTING:
    g_assert (refer->tx == NULL && is_timed);
    break;
  case SIP_REFER_WATCHING:
    g_assert (is_timed);
    break;
  }
}

static void
check_referred (const SipUa *ua, const SipSession *session)
{
  const SipReferred *referred = &session->referred;
  gboolean is_timed = sip_timer_is_armed (&referred->timer);
  const SipSession *made;

  if (referred->tx != NULL)
    g_assert (g_hash_table_lookup (ua->client_txs, referred->tx->key) == referred->tx &&
              referred->tx->session == session);
  g_assert ((referred->state == SIP_REFERRED_NONE) == (referred->uri == NULL));
  switch (referred->state) {
  case SIP_REFERRED_NONE:
    g_assert (referred->tx == NULL && !is_timed);
    break;
  case SIP_REFERRED_ASKED:
    g_assert (referred->status == SIP_STATUS_TRYING && is_timed);
    break;
  case SIP_REFERRED_FOLLOWING:
    made = sip_session_find (ua, referred->call);
    g_assert (made != NULL && made->referrer == session->id &&
              made->state <= SIP_SESSION_PROCEEDING);
    g_assert (sip_status_is_provisional (referred->status));
    break;
  case SIP_REFERRED_TELLING:
    g_assert (referred->status >= 200 && is_timed);
    g_assert (referred->tx != NULL || referred->is_untold);
    break;
  }
}

void
sip_ua_check (const SipUa *ua)
{
  sip_timers_check (&ua->timers, ua->now_us);
  sip_flow_check (&ua->flow);
  sip_registration_check (ua);
  check_transactions (ua);
  for (guint i = 0; i < ua->sessions->len; i++) {
    const SipSession *session = g_ptr_array_index (ua->sessions, i);

    sip_session_check (ua, session);
    check_refer (ua, session);
    check_referred (ua, session);
    g_assert (!sip_session_is_done (session));
    if (i > 0) {
      const SipSession *before = g_ptr_array_index (ua->sessions, i - 1);

      g_assert (before->id < session->id);
    }
  }
  g_assert (sip_ua_get_n_calls (ua) <= ua->max_calls);
  g_assert (sip_ua_count_ringing (ua) <= ua->max_ringing);
  g_assert (ua->phase != SIP_UA_IDLE ||
            (ua->sessions->len == 0 && ua->flow.state == SIP_FLOW_DOWN));
  g_assert (g_queue_get_length ((GQueue *)&ua->held) <= SIP_UA_MAX_TRANSACTIONS);
  g_assert ((ua->phase == SIP_UA_STOPPING) == sip_timer_is_armed (&ua->stop_timer));
}
