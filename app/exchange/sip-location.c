/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-location.h"

#include <string.h>

/* A binding in the table, with where it stands in the order of expiry and among those
 * of its connection. */
typedef struct {
  SipBinding binding; /* first: what is handed out */
  GSequenceIter *by_expiry;
  GList by_connection;
} Entry;

struct _SipLocation {
  /* owned */
  GHashTable *by_token; /* token -> Entry, owns them */
  GHashTable *by_aor;   /* aor -> GPtrArray of Entry, newest first */
  GHashTable *by_flow;  /* connection -> GQueue of Entry */
  GSequence *expiries;  /* Entry, the next to end first */
};

static void
entry_free (Entry *entry)
{
  SipBinding *binding = &entry->binding;

  g_free (binding->aor);
  g_free (binding->contact);
  g_free (binding->instance);
  g_free (binding->token);
  g_strfreev (binding->path);
  g_free (binding->call_id);
  g_free (binding->remote);
  g_free (entry);
}

/* The links are part of the entries, so the queue must not free them. */
static void
flow_queue_free (GQueue *queue)
{
  g_queue_init (queue);
  g_queue_free (queue);
}

static Entry *
entry_new (const SipBinding *from)
{
  Entry *entry = g_new0 (Entry, 1);
  SipBinding *binding = &entry->binding;

  *binding = *from;
  binding->aor = g_strdup (from->aor);
  binding->contact = g_strdup (from->contact);
  binding->instance = g_strdup (from->instance);
  binding->token = g_strdup (from->token);
  binding->path = g_strdupv (from->path);
  binding->call_id = g_strdup (from->call_id);
  binding->remote = g_strdup (from->remote);
  entry->by_connection.data = entry;
  return entry;
}

static int
compare_expiry (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *x = a;
  const Entry *y = b;

  if (x->binding.expires_at_us != y->binding.expires_at_us)
    return x->binding.expires_at_us < y->binding.expires_at_us ? -1 : 1;
  return strcmp (x->binding.token, y->binding.token);
}

static void
join_flow (SipLocation *location, Entry *entry)
{
  guint64 *key = &entry->binding.connection;
  GQueue *queue = NULL;

  if (*key == 0)
    return;
  queue = g_hash_table_lookup (location->by_flow, key);
  if (queue == NULL) {
    queue = g_queue_new ();
    g_hash_table_insert (location->by_flow, g_memdup2 (key, sizeof *key), queue);
  }
  g_queue_push_head_link (queue, &entry->by_connection);
}

static void
leave_flow (SipLocation *location, Entry *entry)
{
  guint64 *key = &entry->binding.connection;
  GQueue *queue = NULL;

  if (*key == 0)
    return;
  queue = g_hash_table_lookup (location->by_flow, key);
  g_queue_unlink (queue, &entry->by_connection);
  if (g_queue_is_empty (queue))
    g_hash_table_remove (location->by_flow, key);
}

static void
take_out (SipLocation *location, Entry *entry)
{
  const char *aor = entry->binding.aor;
  GPtrArray *bindings = g_hash_table_lookup (location->by_aor, aor);

  leave_flow (location, entry);
  g_sequence_remove (entry->by_expiry);
  g_ptr_array_remove (bindings, entry);
  if (bindings->len == 0)
    g_hash_table_remove (location->by_aor, aor);
  g_hash_table_remove (location->by_token, entry->binding.token);
}

static GPtrArray *
ensure_aor (SipLocation *location, const char *aor)
{
  GPtrArray *bindings = g_hash_table_lookup (location->by_aor, aor);

  if (bindings == NULL) {
    bindings = g_ptr_array_new ();
    g_hash_table_insert (location->by_aor, g_strdup (aor), bindings);
  }
  return bindings;
}

static gboolean
has_room (SipLocation *location, const char *aor)
{
  GPtrArray *bindings = g_hash_table_lookup (location->by_aor, aor);

  return g_hash_table_size (location->by_token) < SIP_LOCATION_MAX_BINDINGS &&
         (bindings == NULL || bindings->len < SIP_LOCATION_MAX_BINDINGS_PER_AOR);
}

SipLocation *
sip_location_new (void)
{
  SipLocation *location = g_new0 (SipLocation, 1);

  location->by_token =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)entry_free);
  location->by_aor = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)g_ptr_array_unref);
  location->by_flow = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                             (GDestroyNotify)flow_queue_free);
  location->expiries = g_sequence_new (NULL);
  return location;
}

void
sip_location_free (SipLocation *location)
{
  if (location == NULL)
    return;
  g_hash_table_unref (location->by_flow);
  g_hash_table_unref (location->by_aor);
  g_sequence_free (location->expiries);
  g_hash_table_unref (location->by_token);
  g_free (location);
}

gboolean
sip_location_put (SipLocation *location, const SipBinding *binding)
{
  Entry *old = g_hash_table_lookup (location->by_token, binding->token);
  Entry *entry = NULL;

  g_return_val_if_fail (old == NULL || g_str_equal (old->binding.aor, binding->aor),
                        FALSE);
  if (old == NULL && !has_room (location, binding->aor))
    return FALSE;

  entry = entry_new (binding);
  if (old != NULL)
    take_out (location, old);
  g_hash_table_insert (location->by_token, entry->binding.token, entry);
  g_ptr_array_insert (ensure_aor (location, entry->binding.aor), 0, entry);
  entry->by_expiry =
      g_sequence_insert_sorted (location->expiries, entry, compare_expiry, NULL);
  join_flow (location, entry);
  return TRUE;
}

void
sip_location_remove (SipLocation *location, const char *token)
{
  Entry *entry = g_hash_table_lookup (location->by_token, token);

  if (entry != NULL)
    take_out (location, entry);
}

void
sip_location_connection_closed (SipLocation *location, guint64 connection)
{
  GQueue *queue = NULL;

  while ((queue = g_hash_table_lookup (location->by_flow, &connection)) != NULL) {
    Entry *entry = g_queue_peek_head (queue);
    leave_flow (location, entry);
    entry->binding.connection = 0;
  }
}

const GPtrArray *
sip_location_get_bindings (SipLocation *location, const char *aor)
{
  return g_hash_table_lookup (location->by_aor, aor);
}

const SipBinding *
sip_location_get_by_token (SipLocation *location, const char *token)
{
  return g_hash_table_lookup (location->by_token, token);
}

const SipBinding *
sip_location_get_by_connection (SipLocation *location,
                                const char *aor,
                                guint64 connection)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, aor);

  for (guint i = 0; bindings != NULL && i < bindings->len; i++) {
    const SipBinding *binding = g_ptr_array_index (bindings, i);
    if (binding->connection == connection)
      return binding;
  }
  return NULL;
}

const SipBinding *
sip_location_get_expired (SipLocation *location, gint64 now_us)
{
  return sip_location_get_deadline (location) <= now_us
             ? g_sequence_get (g_sequence_get_begin_iter (location->expiries))
             : NULL;
}

gint64
sip_location_get_deadline (const SipLocation *location)
{
  GSequenceIter *first = g_sequence_get_begin_iter (location->expiries);

  if (g_sequence_iter_is_end (first))
    return G_MAXINT64;
  return ((Entry *)g_sequence_get (first))->binding.expires_at_us;
}

guint
sip_location_get_size (const SipLocation *location)
{
  return g_hash_table_size (location->by_token);
}

void
sip_location_foreach (SipLocation *location,
                      void (*visit) (const SipBinding *binding, gpointer user_data),
                      gpointer user_data)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (location->expiries);

  for (; !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    visit (g_sequence_get (iter), user_data);
}

static void
check_entry (const SipLocation *location, const Entry *entry)
{
  const SipBinding *binding = &entry->binding;
  GPtrArray *bindings = g_hash_table_lookup (location->by_aor, binding->aor);
  GQueue *queue = g_hash_table_lookup (location->by_flow, &binding->connection);

  g_assert_nonnull (binding->contact);
  g_assert_true (g_hash_table_lookup (location->by_token, binding->token) == entry);
  g_assert_true (bindings != NULL && g_ptr_array_find (bindings, entry, NULL));
  g_assert_cmpuint (bindings->len, <=, SIP_LOCATION_MAX_BINDINGS_PER_AOR);
  g_assert_true (g_sequence_get (entry->by_expiry) == entry);
  g_assert_true ((binding->connection == 0) == (queue == NULL));
  if (queue != NULL)
    g_assert_nonnull (g_queue_find (queue, entry));
}

void
sip_location_check (const SipLocation *location)
{
  GSequenceIter *iter = g_sequence_get_begin_iter (location->expiries);
  gint64 last_us = G_MININT64;
  guint n_flows = 0;
  GHashTableIter flows;
  gpointer queue = NULL;

  g_assert_cmpuint (g_hash_table_size (location->by_token), <=,
                    SIP_LOCATION_MAX_BINDINGS);
  g_assert_cmpint (g_sequence_get_length (location->expiries), ==,
                   (gint)g_hash_table_size (location->by_token));
  for (; !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter)) {
    const Entry *entry = g_sequence_get (iter);
    check_entry (location, entry);
    g_assert_cmpint (entry->binding.expires_at_us, >=, last_us);
    last_us = entry->binding.expires_at_us;
    n_flows += entry->binding.connection != 0;
  }
  g_hash_table_iter_init (&flows, location->by_flow);
  while (g_hash_table_iter_next (&flows, NULL, &queue))
    n_flows -= g_queue_get_length (queue);
  g_assert_cmpuint (n_flows, ==, 0);
}
