/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in.h"

#include "phone-account-private.h"
#include "phone-error.h"
#include "phone-secrets.h"
#include "phone-sign-in-search.h"
#include "phone-sign-in-steps.h"
#include "sip-uri.h"

/*
 *          run      found, or given     not it
 *   IDLE -----> SEARCHING -----> TRYING <------+
 *    ^             |             | |  +--------+
 *    |  cancelled  |   registered| | failed, cancelled
 *    +-------------+             v v
 *    +------------------------ LEAVING      until the server was told
 */
typedef enum { STATE_IDLE, STATE_SEARCHING, STATE_TRYING, STATE_LEAVING, N_STATES } State;

static const gboolean state_edges[N_STATES][N_STATES] = {
    [STATE_IDLE] = {[STATE_SEARCHING] = TRUE, [STATE_TRYING] = TRUE},
    [STATE_SEARCHING] = {[STATE_TRYING] = TRUE, [STATE_IDLE] = TRUE},
    [STATE_TRYING] = {[STATE_TRYING] = TRUE, [STATE_LEAVING] = TRUE},
    [STATE_LEAVING] = {[STATE_IDLE] = TRUE},
};

struct _PhoneSignIn {
  GObject parent_instance;

  /* owned */
  GResolver *resolver;
  GPtrArray *steps;           /* PhoneSignInStep */
  PhoneAccountConfig *config; /* the caller's */
  char *password;
  char *domain;
  char **candidates; /* servers to try */
  char **tried;
  char *server;
  char *fingerprint;
  PhoneAccount *account; /* in TRYING and LEAVING */
  GListStore *calls;     /* of that account: nobody calls it */
  char *best_server;     /* of those that failed, the one that came furthest */
  GError *best_error;
  GError *outcome; /* in LEAVING; NULL: it is registered */
  GTask *task;     /* while it runs */
  gulong cancelled_id;

  State state;
  PhoneSignInKind best_kind;
  guint next; /* in candidates */
};

enum { PROP_0, PROP_RUNNING, PROP_SERVER, PROP_TRIED, PROP_FINGERPRINT, N_PROPS };

static GParamSpec *props[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneSignIn,
                               phone_sign_in,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return PHONE_TYPE_SIGN_IN_STEP;
}

static guint
get_n_items (GListModel *model)
{
  return PHONE_SIGN_IN_N_STEPS;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PhoneSignIn *self = PHONE_SIGN_IN (model);

  return position < self->steps->len
             ? g_object_ref (g_ptr_array_index (self->steps, position))
             : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
set_state (PhoneSignIn *self, State state)
{
  gboolean was_running = self->state != STATE_IDLE;

  g_assert (state_edges[self->state][state]);
  self->state = state;
  if (was_running != (state != STATE_IDLE))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
}

static void
set_text (PhoneSignIn *self, char **text, guint prop_id, const char *value)
{
  if (g_strcmp0 (*text, value) == 0)
    return;
  g_free (*text);
  *text = g_strdup (value);
  g_object_notify_by_pspec (G_OBJECT (self), props[prop_id]);
}

/* ---- The steps ---- */

static void
show_progress (PhoneSignIn *self,
               const char *server,
               PhoneSignInKind kind,
               PhoneSignInState state,
               const GError *error)
{
  const PhoneSignInAttempt attempt = {
      .server = server,
      .aor = phone_account_config_get_aor (self->config),
      .fingerprint = self->account != NULL
                         ? phone_account_get_peer_fingerprint (self->account)
                         : self->fingerprint,
  };

  phone_sign_in_steps_show (self->steps, &attempt, kind, state, error);
}

static PhoneSignInKind
get_kind (PhoneSignIn *self, const GError *error)
{
  PhoneSignInKind kind =
      phone_sign_in_steps_find (phone_account_get_stage (self->account));

  if (kind == PHONE_SIGN_IN_WEBSOCKET &&
      g_error_matches (error, PHONE_ERROR, PHONE_ERROR_NO_SUBPROTOCOL))
    return PHONE_SIGN_IN_SUBPROTOCOL;
  return kind;
}

/* ---- The end ---- */

static void
finish (PhoneSignIn *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  GError *outcome = g_steal_pointer (&self->outcome);

  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  g_clear_object (&self->account);
  g_clear_pointer (&self->password, phone_secrets_free);
  set_state (self, STATE_IDLE);
  if (outcome != NULL)
    g_task_return_error (task, outcome);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_account_offline (PhoneSignIn *self)
{
  if (phone_account_get_state (self->account) != PHONE_ACCOUNT_STATE_OFFLINE)
    return;
  g_signal_handlers_disconnect_by_data (self->account, self);
  finish (self);
}

/* Takes @outcome. The server is told before anybody else registers. */
static void
leave (PhoneSignIn *self, GError *outcome)
{
  set_state (self, STATE_LEAVING);
  self->outcome = outcome;
  g_signal_handlers_disconnect_by_data (self->account, self);
  phone_account_unregister (self->account);
  g_signal_connect_object (self->account, "notify::state",
                           G_CALLBACK (on_account_offline), self, G_CONNECT_SWAPPED);
  on_account_offline (self);
}

/* ---- Trying ---- */

static void try_next (PhoneSignIn *self);

static void
note_failure (PhoneSignIn *self, PhoneSignInKind kind, const GError *error)
{
  if (self->best_error != NULL && kind <= self->best_kind)
    return;
  self->best_kind = kind;
  g_free (self->best_server);
  self->best_server = g_strdup (self->server);
  g_clear_error (&self->best_error);
  self->best_error = g_error_copy (error);
}

static void
note_tried (PhoneSignIn *self)
{
  g_auto (GStrv) before = g_steal_pointer (&self->tried);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **)before);
  g_strv_builder_add (builder, self->server);
  self->tried = g_strv_builder_end (builder);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRIED]);
}

static gboolean
can_be_pinned (PhoneSignInKind kind, const GError *error)
{
  return kind == PHONE_SIGN_IN_CERTIFICATE &&
         !g_error_matches (error, PHONE_ERROR, PHONE_ERROR_TLS) &&
         !g_error_matches (error, PHONE_ERROR, PHONE_ERROR_CERT_REVOKED);
}

static void
on_failed (PhoneSignIn *self, const GError *told)
{
  g_autoptr (GError) error =
      told != NULL ? g_error_copy (told)
                   : g_error_new_literal (PHONE_ERROR, PHONE_ERROR_REGISTRATION_REFUSED,
                                          "refused without a reason");
  PhoneSignInKind kind = get_kind (self, error);
  gboolean has_certificate = phone_account_get_peer_fingerprint (self->account) != NULL;

  if (can_be_pinned (kind, error) && has_certificate) {
    set_text (self, &self->fingerprint, PROP_FINGERPRINT,
              phone_account_get_peer_fingerprint (self->account));
  } else if (kind < PHONE_SIGN_IN_REGISTRATION && self->candidates[self->next] != NULL) {
    note_failure (self, kind, error);
    note_tried (self);
    try_next (self);
    return;
  } else if (kind < PHONE_SIGN_IN_REGISTRATION && self->best_error != NULL &&
             self->best_kind >= kind) {
    note_tried (self);
    set_text (self, &self->server, PROP_SERVER, self->best_server);
    show_progress (self, self->server, self->best_kind, PHONE_SIGN_IN_FAILED,
                   self->best_error);
    leave (self, g_error_copy (self->best_error));
    return;
  }
  show_progress (self, self->server, kind, PHONE_SIGN_IN_FAILED, error);
  leave (self, g_steal_pointer (&error));
}

static void
on_registered (PhoneSignIn *self)
{
  const char *servers[] = {self->server, NULL};

  show_progress (self, self->server, PHONE_SIGN_IN_N_STEPS, PHONE_SIGN_IN_DONE, NULL);
  if (phone_account_config_get_server (self->config) == NULL)
    g_object_set (self->config, "servers", servers, NULL);
  leave (self, NULL);
}

static void
on_account_changed (PhoneSignIn *self)
{
  switch (phone_account_get_state (self->account)) {
  case PHONE_ACCOUNT_STATE_REGISTERED:
    on_registered (self);
    break;
  case PHONE_ACCOUNT_STATE_WAITING:
  case PHONE_ACCOUNT_STATE_REFUSED:
    on_failed (self, phone_account_get_error (self->account));
    break;
  case PHONE_ACCOUNT_STATE_OFFLINE:
  case PHONE_ACCOUNT_STATE_CONNECTING:
  case PHONE_ACCOUNT_STATE_REGISTERING:
  case PHONE_ACCOUNT_STATE_UNREGISTERING:
    show_progress (self, self->server, get_kind (self, NULL), PHONE_SIGN_IN_RUNNING,
                   NULL);
    break;
  }
}

static PhoneAccount *
make_account (PhoneSignIn *self, const char *server)
{
  const PhoneServiceOptions options = {.source = PHONE_SOURCE_TEST, .max_ringing = 1};
  const char *servers[] = {server, NULL};
  g_autoptr (PhoneAccountConfig) config =
      g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, "instance-id",
                    phone_account_config_get_instance_id (self->config), NULL);
  PhoneAccount *account;

  phone_account_config_assign (config, self->config);
  g_object_set (config, "servers", servers, NULL);
  account = phone_account_new (config, &options, self->calls, NULL);
  if (phone_account_config_get_server (self->config) == NULL)
    phone_account_set_patience (account, PHONE_SIGN_IN_GUESS_LIMIT_MS);
  phone_account_set_password (account, self->password);
  return account;
}

static void
try_next (PhoneSignIn *self)
{
  g_autoptr (PhoneAccount) old = g_steal_pointer (&self->account);

  set_state (self, STATE_TRYING);
  if (old != NULL) {
    g_signal_handlers_disconnect_by_data (old, self);
    phone_account_unregister (old);
  }
  set_text (self, &self->server, PROP_SERVER, self->candidates[self->next]);
  self->account = make_account (self, self->candidates[self->next++]);
  show_progress (self, self->server, PHONE_SIGN_IN_NAME, PHONE_SIGN_IN_RUNNING, NULL);
  g_signal_connect_object (self->account, "notify::stage",
                           G_CALLBACK (on_account_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "notify::state",
                           G_CALLBACK (on_account_changed), self, G_CONNECT_SWAPPED);
  phone_account_register (self->account);
}

/* ---- Searching ---- */

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneSignIn) self = user_data;
  g_autofree char *text = NULL;
  PhoneSignInStep *step = g_ptr_array_index (self->steps, PHONE_SIGN_IN_SERVICE);
  g_autoptr (PhoneSignInFound) found =
      phone_sign_in_search_finish (result, &self->outcome);

  if (found == NULL) {
    phone_sign_in_step_set (step, PHONE_SIGN_IN_PENDING, NULL, NULL);
    finish (self);
    return;
  }
  text = phone_sign_in_found_dup_text (found);
  phone_sign_in_step_set (step, PHONE_SIGN_IN_DONE, text,
                          text == NULL ? found->error : NULL);
  self->candidates = phone_sign_in_found_dup_candidates (found, self->domain);
  try_next (self);
}

static void
search (PhoneSignIn *self)
{
  g_autoptr (GResolver) resolver =
      self->resolver != NULL ? g_object_ref (self->resolver) : g_resolver_get_default ();

  set_state (self, STATE_SEARCHING);
  phone_sign_in_step_set (g_ptr_array_index (self->steps, PHONE_SIGN_IN_SERVICE),
                          PHONE_SIGN_IN_RUNNING, self->domain, NULL);
  phone_sign_in_search_async (resolver, self->domain, g_task_get_cancellable (self->task),
                              on_found, g_object_ref (self));
}

/* ---- The object ---- */

static void
phone_sign_in_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneSignIn *self = PHONE_SIGN_IN (object);

  switch (prop_id) {
  case PROP_RUNNING:
    g_value_set_boolean (value, phone_sign_in_is_running (self));
    break;
  case PROP_SERVER:
    g_value_set_string (value, self->server);
    break;
  case PROP_TRIED:
    g_value_set_boxed (value, self->tried);
    break;
  case PROP_FINGERPRINT:
    g_value_set_string (value, self->fingerprint);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
clear_run (PhoneSignIn *self)
{
  g_clear_object (&self->config);
  g_clear_pointer (&self->password, phone_secrets_free);
  g_clear_pointer (&self->domain, g_free);
  g_clear_pointer (&self->candidates, g_strfreev);
  g_clear_pointer (&self->best_server, g_free);
  g_clear_error (&self->best_error);
  self->next = 0;
}

static void
phone_sign_in_finalize (GObject *object)
{
  PhoneSignIn *self = PHONE_SIGN_IN (object);

  clear_run (self);
  g_strfreev (self->tried);
  g_free (self->server);
  g_free (self->fingerprint);
  g_object_unref (self->calls);
  g_ptr_array_unref (self->steps);
  g_clear_object (&self->resolver);

  G_OBJECT_CLASS (phone_sign_in_parent_class)->finalize (object);
}

static void
phone_sign_in_class_init (PhoneSignInClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_sign_in_get_property;
  object_class->finalize = phone_sign_in_finalize;

  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  props[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);
  props[PROP_TRIED] = g_param_spec_boxed ("tried", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_FINGERPRINT] = g_param_spec_string ("fingerprint", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_sign_in_init (PhoneSignIn *self)
{
  self->calls = g_list_store_new (PHONE_TYPE_CALL);
  self->steps = phone_sign_in_steps_new ();
  self->tried = g_new0 (char *, 1);
}

PhoneSignIn *
phone_sign_in_new (GResolver *resolver)
{
  PhoneSignIn *self = g_object_new (PHONE_TYPE_SIGN_IN, NULL);

  g_set_object (&self->resolver, resolver);
  return self;
}

gboolean
phone_sign_in_is_running (PhoneSignIn *self)
{
  return self->state != STATE_IDLE;
}

const char *
phone_sign_in_get_server (PhoneSignIn *self)
{
  return self->server;
}

const char *const *
phone_sign_in_get_tried (PhoneSignIn *self)
{
  return (const char *const *)self->tried;
}

const char *
phone_sign_in_get_fingerprint (PhoneSignIn *self)
{
  return self->fingerprint;
}

/* ---- Running ---- */

/* g_cancellable_disconnect() must not be called from inside ::cancelled. */
static gboolean
cancel_in_idle (gpointer user_data)
{
  PhoneSignIn *self = user_data;

  if (self->state == STATE_TRYING)
    leave (self, g_error_new_literal (PHONE_ERROR, PHONE_ERROR_CANCELLED, "cancelled"));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, PhoneSignIn *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, cancel_in_idle, g_object_ref (self),
                   g_object_unref);
}

static void
start_anew (PhoneSignIn *self, PhoneAccountConfig *config, const char *password)
{
  clear_run (self);
  self->config = g_object_ref (config);
  self->password = g_strdup (password);
  g_strfreev (self->tried);
  self->tried = g_new0 (char *, 1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRIED]);
  set_text (self, &self->server, PROP_SERVER, NULL);
  set_text (self, &self->fingerprint, PROP_FINGERPRINT, NULL);
  for (guint i = 0; i < PHONE_SIGN_IN_N_STEPS; i++)
    phone_sign_in_step_set (g_ptr_array_index (self->steps, i), PHONE_SIGN_IN_PENDING,
                            NULL, NULL);
}

static char *
dup_domain (PhoneAccountConfig *config)
{
  SipUri uri;
  const char *aor = phone_account_config_get_aor (config);

  if (aor == NULL || !sip_uri_parse (sip_text_from_str (aor), &uri, NULL) ||
      uri.host.len == 0)
    return NULL;
  if (uri.host.s[0] == '[')
    return g_strndup (uri.host.s + 1, uri.host.len - 2);
  return sip_text_dup (uri.host);
}

/* Where the server is still to be found, any server stands for it. */
gboolean
phone_sign_in_validate (PhoneAccountConfig *config, const char **field, GError **error)
{
  g_autoptr (PhoneAccountConfig) whole = phone_account_config_duplicate (config);

  if (phone_account_config_get_server (config) == NULL)
    g_object_set (whole, "servers", (const char *[]){"wss://example.org/", NULL}, NULL);
  return phone_account_config_validate (whole, field, error);
}

void
phone_sign_in_run_async (PhoneSignIn *self,
                         PhoneAccountConfig *config,
                         const char *password,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_return_if_fail (self->state == STATE_IDLE);

  /* Whether it was cancelled is decided in one place, on_cancelled(). */
  g_task_set_check_cancellable (task, FALSE);
  start_anew (self, config, password);
  self->domain = dup_domain (config);
  if (!phone_sign_in_validate (config, NULL, &error)) {
    g_task_return_error (task, error);
    return;
  }
  self->task = g_steal_pointer (&task);
  if (cancellable != NULL)
    self->cancelled_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
  if (phone_account_config_get_server (config) == NULL) {
    search (self);
    return;
  }
  phone_sign_in_step_set (g_ptr_array_index (self->steps, PHONE_SIGN_IN_SERVICE),
                          PHONE_SIGN_IN_SKIPPED, NULL, NULL);
  self->candidates = g_strdupv ((char **)phone_account_config_get_servers (config));
  try_next (self);
}

gboolean
phone_sign_in_run_finish (PhoneSignIn *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
