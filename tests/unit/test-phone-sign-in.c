/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneSignIn against real servers on loopback, with a resolver of its own: each place
 * where it can stop, and what it finds by itself. */
#include "exchange-fixture.h"

#include <libsoup/soup.h>

#include "phone-error.h"
#include "phone-sign-in-search.h"
#include "phone-sign-in.h"

/* ---- A resolver that knows two hosts and what it is told of services ---- */

typedef struct {
  GResolver parent_instance;
  guint16 sips_port;        /* 0: no record */
  guint16 second_sips_port; /* 0: no second target */
  guint16 sip_port;
  guint n_asked;
} TestResolver;

typedef struct {
  GResolverClass parent_class;
} TestResolverClass;

GType test_resolver_get_type (void);
G_DEFINE_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static GList *
find_host (const char *name, GError **error)
{
  if (g_str_equal (name, "localhost") || g_str_equal (name, "found.test"))
    return g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
  g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no %s here", name);
  return NULL;
}

static GList *
lookup_by_name (GResolver *resolver,
                const char *name,
                GCancellable *cancellable,
                GError **error)
{
  return find_host (name, error);
}

static GList *
lookup_with_flags (GResolver *resolver,
                   const char *name,
                   GResolverNameLookupFlags flags,
                   GCancellable *cancellable,
                   GError **error)
{
  if (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) {
    g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no IPv6");
    return NULL;
  }
  return find_host (name, error);
}

static void
return_hosts (GTask *task, GList *hosts, GError *error)
{
  if (hosts != NULL)
    g_task_return_pointer (task, hosts, (GDestroyNotify)g_resolver_free_addresses);
  else
    g_task_return_error (task, error);
}

static void
lookup_by_name_async (GResolver *resolver,
                      const char *name,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GError *error = NULL;
  GList *hosts = find_host (name, &error);

  return_hosts (task, hosts, error);
}

static void
lookup_with_flags_async (GResolver *resolver,
                         const char *name,
                         GResolverNameLookupFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GError *error = NULL;
  GList *hosts = lookup_with_flags (resolver, name, flags, cancellable, &error);

  return_hosts (task, hosts, error);
}

static GList *
finish_lookup (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_silent_cancelled (GCancellable *cancellable, GTask *task)
{
  g_task_return_error_if_cancelled (task);
}

static void
lookup_service_async (GResolver *resolver,
                      const char *name,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  TestResolver *self = (TestResolver *)resolver;
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  gboolean is_sips = g_str_has_prefix (name, "_sips._tcp.");
  guint16 port = is_sips ? self->sips_port : self->sip_port;
  GList *targets = NULL;

  self->n_asked++;
  if (g_str_has_suffix (name, ".silent.test")) {
    g_cancellable_connect (cancellable, G_CALLBACK (on_silent_cancelled),
                           g_object_ref (task), g_object_unref);
    return;
  }
  if (port == 0) {
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "none");
    return;
  }
  targets = g_list_append (targets, g_srv_target_new ("localhost", port, 1, 1));
  if (is_sips && self->second_sips_port != 0)
    targets = g_list_append (
        targets, g_srv_target_new ("localhost", self->second_sips_port, 2, 1));
  g_task_return_pointer (task, targets, (GDestroyNotify)g_resolver_free_targets);
}

static void
test_resolver_class_init (TestResolverClass *class)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (class);

  resolver_class->lookup_by_name = lookup_by_name;
  resolver_class->lookup_by_name_async = lookup_by_name_async;
  resolver_class->lookup_by_name_finish = finish_lookup;
  resolver_class->lookup_by_name_with_flags = lookup_with_flags;
  resolver_class->lookup_by_name_with_flags_async = lookup_with_flags_async;
  resolver_class->lookup_by_name_with_flags_finish = finish_lookup;
  resolver_class->lookup_service_async = lookup_service_async;
  resolver_class->lookup_service_finish = finish_lookup;
}

static void
test_resolver_init (TestResolver *self)
{
}

/* ---- The fixture ---- */

typedef struct {
  TestResolver *resolver;
  PhoneSignIn *sign_in;
  PhoneAccountConfig *config;
  GCancellable *cancellable;
  GError *error;
  gboolean is_over;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->resolver = g_object_new (test_resolver_get_type (), NULL);
  g_resolver_set_default (G_RESOLVER (f->resolver));
  f->sign_in = phone_sign_in_new (NULL);
  f->config = phone_account_config_new ();
  f->cancellable = g_cancellable_new ();
  g_object_set (f->config, "aor", "alice@test.example", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->sign_in);
  g_clear_error (&f->error);
  g_object_unref (f->config);
  g_object_unref (f->cancellable);
  g_object_unref (f->resolver);
}

static void
on_over (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_clear_error (&f->error);
  phone_sign_in_run_finish (PHONE_SIGN_IN (source), result, &f->error);
  f->is_over = TRUE;
}

static void
start (Fixture *f, const char *password)
{
  f->is_over = FALSE;
  phone_sign_in_run_async (f->sign_in, f->config, password, f->cancellable, on_over, f);
}

static void
run (Fixture *f, const char *password)
{
  start (f, password);
  wait_until_set (&f->is_over);
  g_assert_false (phone_sign_in_is_running (f->sign_in));
}

static void
run_at (Fixture *f, const char *server, const char *password)
{
  const char *servers[] = {server, NULL};

  g_object_set (f->config, "servers", servers, NULL);
  run (f, password);
}

static PhoneSignInStep *
peek_step (Fixture *f, PhoneSignInKind kind)
{
  g_autoptr (PhoneSignInStep) step =
      g_list_model_get_item (G_LIST_MODEL (f->sign_in), kind);

  g_assert_cmpint (phone_sign_in_step_get_kind (step), ==, kind);
  return step;
}

/* It stopped at @kind with @code: all before is done, or had no meaning. */
static void
assert_stopped (Fixture *f, PhoneSignInKind kind, PhoneError code)
{
  g_assert_error (f->error, PHONE_ERROR, (int)code);
  for (guint i = 0; i < PHONE_SIGN_IN_N_STEPS; i++) {
    PhoneSignInStep *step = peek_step (f, i);
    PhoneSignInState state = phone_sign_in_step_get_state (step);

    if (state == PHONE_SIGN_IN_SKIPPED)
      continue;
    g_assert_cmpint (state, ==,
                     i < kind    ? PHONE_SIGN_IN_DONE
                     : i == kind ? PHONE_SIGN_IN_FAILED
                                 : PHONE_SIGN_IN_PENDING);
    if (i == kind)
      g_assert_error ((GError *)phone_sign_in_step_get_error (step), PHONE_ERROR,
                      (int)code);
  }
}

static void
assert_signed_in (Fixture *f)
{
  g_assert_no_error (f->error);
  for (guint i = 0; i < PHONE_SIGN_IN_N_STEPS; i++) {
    PhoneSignInState state = phone_sign_in_step_get_state (peek_step (f, i));

    g_assert_true (state == PHONE_SIGN_IN_DONE || state == PHONE_SIGN_IN_SKIPPED);
  }
}

static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  return g_socket_listener_add_any_inet_port (listener, NULL, NULL);
}

static void
use_tls (PhoneExchangeConfig *config)
{
  config->flags |= PHONE_EXCHANGE_FLAG_TLS;
}

/* ---- Where it stops ---- */

static void
test_unknown_host (Fixture *f, gconstpointer data)
{
  run_at (f, "ws://nowhere.test/ws", TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_NAME, PHONE_ERROR_NAME_NOT_FOUND);
}

static void
test_refused_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("wss://found.test:%u/", find_free_port ());

  run_at (f, url, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_CONNECTION, PHONE_ERROR_CONNECT_REFUSED);
}

/* Refused until its fingerprint is pinned, and then another one is refused all the same. */
static void
test_certificate (Fixture *f, gconstpointer data)
{
  PhoneExchange *exchange = exchange_new (use_tls);
  g_autofree char *url =
      g_strdup_printf ("wss://localhost:%u/ws", exchange_get_port (exchange));

  run_at (f, url, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_CERTIFICATE, PHONE_ERROR_CERT_UNKNOWN_CA);
  g_assert_cmpstr (phone_sign_in_get_fingerprint (f->sign_in), ==,
                   phone_exchange_get_fingerprint (exchange));

  g_object_set (f->config, "pinned-fingerprint",
                phone_sign_in_get_fingerprint (f->sign_in), NULL);
  run (f, TEST_PASSWORD);
  assert_signed_in (f);
  g_assert_null (phone_sign_in_get_fingerprint (f->sign_in));
  exchange_free (exchange);

  exchange = exchange_new (use_tls);
  g_free (url);
  url = g_strdup_printf ("wss://localhost:%u/ws", exchange_get_port (exchange));
  run_at (f, url, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_CERTIFICATE, PHONE_ERROR_CERT_UNKNOWN_CA);
  exchange_free (exchange);
}

static void
on_page (SoupServer *server,
         SoupServerMessage *message,
         const char *path,
         GHashTable *query,
         gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}

static void
on_websocket (SoupServer *server,
              SoupServerMessage *message,
              const char *path,
              SoupWebsocketConnection *connection,
              gpointer user_data)
{
}

/* No phone server: pages at "/", WebSockets of another kind at "/chat". */
static SoupServer *
new_web_server (guint16 *port)
{
  SoupServer *server = soup_server_new (NULL, NULL);
  GSList *uris;

  soup_server_add_handler (server, "/", on_page, NULL, NULL);
  soup_server_add_websocket_handler (server, "/chat", NULL, NULL, on_websocket, NULL,
                                     NULL);
  g_assert_true (
      soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (server);
  *port = (guint16)g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return server;
}

static void
test_no_phone_server (Fixture *f, gconstpointer data)
{
  guint16 port;
  g_autoptr (SoupServer) server = new_web_server (&port);
  g_autofree char *page = g_strdup_printf ("ws://localhost:%u/", port);
  g_autofree char *chat = g_strdup_printf ("ws://localhost:%u/chat", port);

  run_at (f, page, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_WEBSOCKET, PHONE_ERROR_NOT_WEBSOCKET);
  run_at (f, chat, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_SUBPROTOCOL, PHONE_ERROR_NO_SUBPROTOCOL);
  g_assert_cmpint (
      phone_sign_in_step_get_state (peek_step (f, PHONE_SIGN_IN_CERTIFICATE)), ==,
      PHONE_SIGN_IN_SKIPPED);
}

/* What was registered to try it is gone when it says so. */
static void
test_account (Fixture *f, gconstpointer data)
{
  PhoneExchange *exchange = exchange_new (NULL);
  g_autofree char *bindings = NULL;

  run_at (f, phone_exchange_get_url (exchange), "wrong");
  assert_stopped (f, PHONE_SIGN_IN_REGISTRATION, PHONE_ERROR_AUTH_REFUSED);
  run (f, NULL);
  assert_stopped (f, PHONE_SIGN_IN_REGISTRATION, PHONE_ERROR_PASSWORD_MISSING);
  g_object_set (f->config, "aor", "nobody@test.example", NULL);
  run (f, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_REGISTRATION, PHONE_ERROR_AUTH_REFUSED);

  g_object_set (f->config, "aor", "alice@test.example", NULL);
  run (f, TEST_PASSWORD);
  assert_signed_in (f);
  bindings = phone_exchange_dup_bindings_json (exchange);
  g_assert_cmpstr (bindings, ==, "[]");
  g_assert_cmpuint (f->resolver->n_asked, ==, 0);
  exchange_free (exchange);
}

static void
test_invalid (Fixture *f, gconstpointer data)
{
  g_object_set (f->config, "aor", "alice", NULL);
  run (f, TEST_PASSWORD);
  g_assert_error (f->error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
  run_at (f, "http://x/", TEST_PASSWORD);
  g_assert_error (f->error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
}

/* ---- What it finds ---- */

/* The service record leads to the server; its certificate stops it, and once that is
 * pinned the account gets the address. */
static void
test_found_by_record (Fixture *f, gconstpointer data)
{
  PhoneExchange *exchange = exchange_new (use_tls);
  g_autofree char *url =
      g_strdup_printf ("wss://localhost:%u/ws", exchange_get_port (exchange));
  g_autofree char *told =
      g_strdup_printf ("_sips._tcp localhost:%u", exchange_get_port (exchange));

  f->resolver->sips_port = exchange_get_port (exchange);
  run (f, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_CERTIFICATE, PHONE_ERROR_CERT_UNKNOWN_CA);
  g_assert_cmpstr (phone_sign_in_step_get_detail (peek_step (f, PHONE_SIGN_IN_SERVICE)),
                   ==, told);
  g_assert_cmpuint (f->resolver->n_asked, ==, 2);
  g_assert_null (phone_account_config_get_server (f->config));

  g_object_set (f->config, "pinned-fingerprint",
                phone_sign_in_get_fingerprint (f->sign_in), NULL);
  run (f, TEST_PASSWORD);
  assert_signed_in (f);
  g_assert_cmpstr (phone_account_config_get_server (f->config), ==, url);
  exchange_free (exchange);
}

/* Nothing anywhere: each usual address was tried, and the furthest is told of. */
static void
test_nothing_found (Fixture *f, gconstpointer data)
{
  run (f, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_NAME, PHONE_ERROR_NAME_NOT_FOUND);
  g_assert_null (phone_sign_in_step_get_detail (peek_step (f, PHONE_SIGN_IN_SERVICE)));
  g_assert_cmpuint (g_strv_length ((char **)phone_sign_in_get_tried (f->sign_in)), ==, 3);

  f->resolver->sips_port = find_free_port ();
  run (f, TEST_PASSWORD);
  assert_stopped (f, PHONE_SIGN_IN_CONNECTION, PHONE_ERROR_CONNECT_REFUSED);
}

static void
test_candidates (void)
{
  g_autoptr (PhoneSignInFound) found = g_new0 (PhoneSignInFound, 1);
  g_auto (GStrv) none = phone_sign_in_found_dup_candidates (found, "example.org");
  g_auto (GStrv) some = NULL;
  const char *usual[] = {"wss://example.org/ws", "wss://example.org:8089/ws",
                         "wss://example.org:7443/", NULL};
  const char *named[] = {"wss://a.example.org:5061/ws",
                         "wss://b.example.org:443/ws",
                         "wss://a.example.org/ws",
                         "wss://a.example.org:8089/ws",
                         "wss://a.example.org:7443/",
                         "wss://example.org/ws",
                         "wss://example.org:8089/ws",
                         "wss://example.org:7443/",
                         NULL};

  g_assert_cmpstrv (none, usual);
  found->sips = g_list_append (NULL, g_srv_target_new ("a.example.org", 5061, 1, 1));
  found->sips =
      g_list_append (found->sips, g_srv_target_new ("b.example.org", 443, 2, 1));
  some = phone_sign_in_found_dup_candidates (found, "example.org");
  g_assert_cmpstrv (some, named);
}

/* ---- Cancelling ---- */

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_object_set (f->config, "aor", "alice@silent.test", NULL);
  start (f, TEST_PASSWORD);
  g_assert_true (phone_sign_in_is_running (f->sign_in));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_cancellable_cancel (f->cancellable);
  wait_until_set (&f->is_over);
  g_assert_error (f->error, PHONE_ERROR, PHONE_ERROR_CANCELLED);
}

static void
test_cancelled_while_trying (Fixture *f, gconstpointer data)
{
  PhoneExchange *exchange = exchange_new (NULL);
  const char *servers[] = {phone_exchange_get_url (exchange), NULL};

  g_object_set (f->config, "servers", servers, NULL);
  start (f, TEST_PASSWORD);
  g_cancellable_cancel (f->cancellable);
  wait_until_set (&f->is_over);
  g_assert_error (f->error, PHONE_ERROR, PHONE_ERROR_CANCELLED);
  exchange_free (exchange);
}

G_STATIC_ASSERT (PHONE_SIGN_IN_GUESS_LIMIT_MS < 5000);

static guint16
listen_silently (GSocketListener *listener)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

/* Time has to pass: a target of the record that takes the connection and says nothing costs
 * less than an address that was given (10 s), and then the next one is tried. */
static void
test_dead_record (Fixture *f, gconstpointer data)
{
  PhoneExchange *exchange = exchange_new (use_tls);
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  g_autofree char *url =
      g_strdup_printf ("wss://localhost:%u/ws", exchange_get_port (exchange));
  gint64 from_us = g_get_monotonic_time ();

  f->resolver->sips_port = listen_silently (silent);
  f->resolver->second_sips_port = exchange_get_port (exchange);
  g_object_set (f->config, "pinned-fingerprint",
                phone_exchange_get_fingerprint (exchange), NULL);
  run (f, TEST_PASSWORD);
  assert_signed_in (f);
  g_assert_cmpstr (phone_account_config_get_server (f->config), ==, url);
  g_assert_cmpint (g_get_monotonic_time () - from_us, <, 10 * G_TIME_SPAN_SECOND);
  g_socket_listener_close (silent);
  exchange_free (exchange);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/sign-in/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("unknown-host", test_unknown_host);
  ADD ("refused-connection", test_refused_connection);
  ADD ("certificate", test_certificate);
  ADD ("no-phone-server", test_no_phone_server);
  ADD ("account", test_account);
  ADD ("invalid", test_invalid);
  ADD ("found-by-record", test_found_by_record);
  ADD ("dead-record", test_dead_record);
  ADD ("nothing-found", test_nothing_found);
  g_test_add_func ("/phone/sign-in/candidates", test_candidates);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-while-trying", test_cancelled_while_trying);
  return g_test_run ();
}
