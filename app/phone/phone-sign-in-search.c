/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-search.h"

#include "phone-error.h"

#define LOOKUP_LIMIT_MS 5000

void
phone_sign_in_found_free (PhoneSignInFound *self)
{
  g_resolver_free_targets (self->sips);
  g_resolver_free_targets (self->sip);
  g_clear_error (&self->error);
  g_free (self);
}

/* ---- Asking ---- */

typedef struct {
  PhoneSignInFound *found; /* owned until it is returned */
  GCancellable *both;      /* owned; cancels both lookups */
  GCancellable *theirs;    /* owned; nullable */
  gulong cancelled_id;
  guint limit;
  guint n_open;
} Search;

static void
search_free (Search *search)
{
  g_clear_handle_id (&search->limit, g_source_remove);
  g_clear_pointer (&search->found, phone_sign_in_found_free);
  g_clear_object (&search->both);
  g_clear_object (&search->theirs);
  g_free (search);
}

static gboolean
on_limit (gpointer user_data)
{
  Search *search = g_task_get_task_data (user_data);

  search->limit = 0;
  g_cancellable_cancel (search->both);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *theirs, GCancellable *both)
{
  g_cancellable_cancel (both);
}

static void
take_error (PhoneSignInFound *found, GError *error)
{
  g_clear_error (&found->error);
  if (!g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    found->error = g_error_new (PHONE_ERROR, PHONE_ERROR_NAME_LOOKUP,
                                "service records: %s", error->message);
  g_error_free (error);
}

static void
finish_one (GTask *task, GList **into, GObject *source, GAsyncResult *result)
{
  g_autoptr (GTask) alive = task;
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;

  *into = g_resolver_lookup_service_finish (G_RESOLVER (source), result, &error);
  if (error != NULL)
    take_error (search->found, error);
  if (--search->n_open > 0)
    return;
  if (search->theirs != NULL)
    g_clear_signal_handler (&search->cancelled_id, search->theirs);
  if (search->theirs != NULL && g_cancellable_is_cancelled (search->theirs))
    g_task_return_new_error (task, PHONE_ERROR, PHONE_ERROR_CANCELLED, "cancelled");
  else
    g_task_return_pointer (task, g_steal_pointer (&search->found),
                           (GDestroyNotify)phone_sign_in_found_free);
}

static void
on_sips_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *search = g_task_get_task_data (user_data);

  finish_one (user_data, &search->found->sips, source, result);
}

static void
on_sip_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *search = g_task_get_task_data (user_data);

  finish_one (user_data, &search->found->sip, source, result);
}

/* Names that the DNS has no records for: numbers, and what is kept for this machine
 * (RFC 6761 §6.3, §6.4). */
static gboolean
has_records (const char *domain)
{
  return !g_hostname_is_ip_address (domain) &&
         g_ascii_strcasecmp (domain, "localhost") != 0 &&
         !g_str_has_suffix (domain, ".invalid");
}

void
phone_sign_in_search_async (GResolver *resolver,
                            const char *domain,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, NULL, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->found = g_new0 (PhoneSignInFound, 1);
  search->both = g_cancellable_new ();
  g_task_set_task_data (task, search, (GDestroyNotify)search_free);
  if (!has_records (domain)) {
    g_task_return_pointer (task, g_steal_pointer (&search->found),
                           (GDestroyNotify)phone_sign_in_found_free);
    return;
  }
  if (cancellable != NULL) {
    search->theirs = g_object_ref (cancellable);
    search->cancelled_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                               g_object_ref (search->both), g_object_unref);
  }
  search->limit = g_timeout_add (LOOKUP_LIMIT_MS, on_limit, task);
  search->n_open = 2;
  g_resolver_lookup_service_async (resolver, "sips", "tcp", domain, search->both,
                                   on_sips_found, g_object_ref (task));
  g_resolver_lookup_service_async (resolver, "sip", "tcp", domain, search->both,
                                   on_sip_found, g_object_ref (task));
}

PhoneSignInFound *
phone_sign_in_search_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- What follows ---- */

static void
append_text (GString *text, const char *service, GList *targets)
{
  for (GList *l = targets; l != NULL; l = l->next)
    g_string_append_printf (text, "%s%s %s:%u", text->len > 0 ? ", " : "", service,
                            g_srv_target_get_hostname (l->data),
                            g_srv_target_get_port (l->data));
}

char *
phone_sign_in_found_dup_text (const PhoneSignInFound *self)
{
  GString *text = g_string_new (NULL);

  append_text (text, "_sips._tcp", self->sips);
  append_text (text, "_sip._tcp", self->sip);
  return g_string_free (text, text->len == 0);
}

static void
add (GPtrArray *urls, const char *host, guint16 port, const char *path)
{
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  g_autoptr (GString) url = g_string_new ("wss://");

  g_string_append_printf (url, is_ipv6 ? "[%s]" : "%s", host);
  if (port != 0)
    g_string_append_printf (url, ":%u", port);
  g_string_append (url, path);
  if (urls->len < PHONE_SIGN_IN_MAX_CANDIDATES &&
      !g_ptr_array_find_with_equal_func (urls, url->str, g_str_equal, NULL))
    g_ptr_array_add (urls, g_strdup (url->str));
}

/* A web server in front; Asterisk; FreeSWITCH. */
static void
add_usual (GPtrArray *urls, const char *host)
{
  add (urls, host, 0, "/ws");
  add (urls, host, 8089, "/ws");
  add (urls, host, 7443, "/");
}

char **
phone_sign_in_found_dup_candidates (const PhoneSignInFound *self, const char *domain)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new ();

  /* Kamailio takes WebSockets on its port for TLS. */
  for (GList *l = self->sips; l != NULL; l = l->next)
    add (urls, g_srv_target_get_hostname (l->data), g_srv_target_get_port (l->data),
         "/ws");
  if (self->sips != NULL)
    add_usual (urls, g_srv_target_get_hostname (self->sips->data));
  else if (self->sip != NULL)
    add_usual (urls, g_srv_target_get_hostname (self->sip->data));
  add_usual (urls, domain);
  g_ptr_array_add (urls, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&urls), FALSE);
}
