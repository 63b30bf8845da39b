/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-lookup.h"

PhoneCall *
phone_call_lookup_id (GListModel *calls, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (g_strcmp0 (phone_call_get_id (call), id) == 0)
      return g_steal_pointer (&call);
  }
  return NULL;
}

PhoneCall *
phone_call_lookup_ringing (GListModel *calls)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING)
      return g_steal_pointer (&call);
  }
  return NULL;
}

PhoneCall *
phone_call_lookup_current (GListModel *calls)
{
  g_autoptr (PhoneCall) current = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING ||
        phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
      continue;
    if (current == NULL || !phone_call_get_held (call) || phone_call_get_held (current))
      g_set_object (&current, call);
  }
  return g_steal_pointer (&current);
}
