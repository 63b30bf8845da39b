/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STUN and TURN servers by name, where names are looked up slowly: nothing waits for them
 * but the candidates that they would give. */
#include "media-pair.h"

#include <string.h>

/* Long beside the half second that an offer may gather, and beside a busy machine. */
enum { LOOKUP_MS = 4000, OFFER_MS = 2000, BLOCKED_MS = 1500, BEAT_MS = 20 };

/* ---- A slow name server ---- */

typedef struct {
  GResolver parent_instance;
  gint n_asked; /* atomic */
} SlowResolver;

typedef struct {
  GResolverClass parent_class;
} SlowResolverClass;

GType slow_resolver_get_type (void);
G_DEFINE_TYPE (SlowResolver, slow_resolver, G_TYPE_RESOLVER)

static GList *
lookup (GResolver *resolver, const char *name, GCancellable *cancellable, GError **error)
{
  g_atomic_int_inc (&((SlowResolver *)resolver)->n_asked);
  g_usleep (LOOKUP_MS * 1000);
  return g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
}

static GList *
lookup_with_flags (GResolver *resolver,
                   const char *name,
                   GResolverNameLookupFlags flags,
                   GCancellable *cancellable,
                   GError **error)
{
  return lookup (resolver, name, cancellable, error);
}

static void
lookup_in_thread (GTask *task,
                  gpointer resolver,
                  gpointer data,
                  GCancellable *cancellable)
{
  g_task_return_pointer (task, lookup (resolver, "", NULL, NULL),
                         (GDestroyNotify)g_resolver_free_addresses);
}

static void
lookup_async (GResolver *resolver,
              const char *name,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_run_in_thread (task, lookup_in_thread);
}

static void
lookup_with_flags_async (GResolver *resolver,
                         const char *name,
                         GResolverNameLookupFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  lookup_async (resolver, name, cancellable, callback, user_data);
}

static GList *
finish_lookup (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
slow_resolver_class_init (SlowResolverClass *class)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (class);

  resolver_class->lookup_by_name = lookup;
  resolver_class->lookup_by_name_async = lookup_async;
  resolver_class->lookup_by_name_finish = finish_lookup;
  resolver_class->lookup_by_name_with_flags = lookup_with_flags;
  resolver_class->lookup_by_name_with_flags_async = lookup_with_flags_async;
  resolver_class->lookup_by_name_with_flags_finish = finish_lookup;
}

static void
slow_resolver_init (SlowResolver *self)
{
}

/* ---- The heart of the main context ---- */

typedef struct {
  gint64 last_us;
  gint64 longest_us;
  guint source;
} Heart;

static gboolean
on_beat (gpointer data)
{
  Heart *heart = data;
  gint64 now_us = g_get_monotonic_time ();

  heart->longest_us = MAX (heart->longest_us, now_us - heart->last_us);
  heart->last_us = now_us;
  return G_SOURCE_CONTINUE;
}

static void
test_slow_names (gconstpointer uri)
{
  SlowResolver *resolver = g_object_new (slow_resolver_get_type (), NULL);
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  Heart heart = {.last_us = g_get_monotonic_time ()};
  gint64 began_us = heart.last_us;
  PhoneMediaSession *session = NULL;

  g_resolver_set_default (G_RESOLVER (resolver));
  heart.source = g_timeout_add (BEAT_MS, on_beat, &heart);
  phone_media_config_add_ice_server (config, uri, "user", "password", &error);
  g_assert_no_error (error);
  session = media_session (config);
  offer = media_offer (session, FALSE);
  on_beat (&heart);
  g_test_message (
      "an offer after %d ms, the main context stood for %d ms, asked %d times",
      (int)((g_get_monotonic_time () - began_us) / 1000), (int)(heart.longest_us / 1000),
      g_atomic_int_get (&resolver->n_asked));
  g_assert_nonnull (strstr (offer, "typ host"));
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, OFFER_MS * 1000);
  media_end (session);
  g_assert_true (media_wait_idle (20));
  on_beat (&heart);
  g_assert_cmpint (heart.longest_us, <, BLOCKED_MS * 1000);
  g_assert_cmpint (g_atomic_int_get (&resolver->n_asked), >, 0);
  g_source_remove (heart.source);
  g_resolver_set_default (usual);
  g_object_unref (resolver);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_assert_true (media_wait_idle (60));
  g_test_add_data_func ("/media/names/stun", "stun:slow.test", test_slow_names);
  g_test_add_data_func ("/media/names/turn", "turn:slow.test?transport=udp",
                        test_slow_names);
  g_test_add_data_func ("/media/names/turn-tcp", "turn:slow.test?transport=tcp",
                        test_slow_names);
  return media_run_tests ();
}
