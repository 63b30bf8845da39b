/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-service-private.h"

#include "phone-media-session.h"

/* Leaving: every server is told, and no thread of media works any more. */

#define SHUT_DOWN_MS 3000
#define MEDIA_LOOK_MS 10

static gboolean
is_offline (PhoneService *self)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    if (phone_account_get_state (account) != PHONE_ACCOUNT_STATE_OFFLINE)
      return FALSE;
  }
  return TRUE;
}

static void
finish_shut_down (GTask *task)
{
  g_autoptr (GTask) alive = g_object_ref (task);
  PhoneService *self = g_task_get_source_object (task);
  GSource *timeout = g_task_get_task_data (task);

  if (g_source_is_destroyed (timeout))
    return;
  g_source_destroy (timeout);
  if (self->exchange != NULL)
    phone_exchange_stop (self->exchange);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_media_looked_at (gpointer user_data)
{
  if (phone_media_is_at_work ())
    return G_SOURCE_CONTINUE;
  finish_shut_down (user_data);
  return G_SOURCE_REMOVE;
}

static void
wait_for_media (GTask *task)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT, MEDIA_LOOK_MS, on_media_looked_at,
                      g_object_ref (task), g_object_unref);
}

static void
on_leaving_state (PhoneAccount *account, GParamSpec *pspec, GTask *task)
{
  if (is_offline (g_task_get_source_object (task)))
    wait_for_media (task);
}

static gboolean
on_shut_down_timeout (gpointer user_data)
{
  /* Only for servers that say nothing: work of our own comes to an end, and leaving in
   * the middle of it would crash. */
  if (phone_media_is_at_work ())
    return G_SOURCE_CONTINUE;
  finish_shut_down (user_data);
  return G_SOURCE_REMOVE;
}

/* Some have nobody to tell, and are offline at once. */
static void
leave (PhoneService *self, GTask *task)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    phone_account_unregister (account);
  }
  if (is_offline (self)) {
    wait_for_media (task);
    return;
  }
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    g_signal_connect_object (account, "notify::state", G_CALLBACK (on_leaving_state),
                             task, 0);
  }
}

void
phone_service_shut_down_async (PhoneService *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  GSource *timeout = g_timeout_source_new (SHUT_DOWN_MS);

  g_task_set_source_tag (task, phone_service_shut_down_async);
  g_task_set_task_data (task, timeout, (GDestroyNotify)g_source_unref);
  /* The timeout holds the task until it is over, one way or the other. */
  g_source_set_callback (timeout, on_shut_down_timeout, task, g_object_unref);
  g_source_attach (timeout, NULL);
  leave (self, task);
}

gboolean
phone_service_shut_down_finish (PhoneService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
