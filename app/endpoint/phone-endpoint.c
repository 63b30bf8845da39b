/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint.h"

#include "phone-endpoint-account.h"
#include "phone-endpoint-devices.h"
#include "phone-endpoint-lines.h"
#include "phone-endpoint-previews.h"
#include "phone-endpoint-rpc.h"
#include "phone-endpoint-snapshot.h"
#include "phone-endpoint-trial.h"
#include "phone-endpoint-verdict.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define READ_BYTES 16384

typedef struct {
  /* owned */
  PhoneService *service;
  GMainLoop *loop;
  GInputStream *input;
  GCancellable *cancellable;
  PhoneLines *lines;
  GPtrArray *accounts; /* as last seen, in the order of the model */
  GPtrArray *calls;
  GPtrArray *trials;

  gboolean is_leaving;
} Endpoint;

static void
put_line (const char *line)
{
  fputs (line, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}

/* Takes object. */
static void
put_notification (const char *method, const char *name, JsonObject *object)
{
  g_autofree char *line = phone_endpoint_make_notification (method, name, object);

  put_line (line);
}

/* ---- What is told ---- */

/* One change may notify several properties: what would say the same again is left out. */
static void
put_change (const char *method, const char *name, gpointer item, JsonObject *object)
{
  g_autofree char *line = phone_endpoint_make_notification (method, name, object);

  if (g_strcmp0 (g_object_get_data (item, "phone-endpoint-told"), line) == 0)
    return;
  put_line (line);
  g_object_set_data_full (item, "phone-endpoint-told", g_steal_pointer (&line), g_free);
}

static void
on_account_changed (PhoneAccount *account, GParamSpec *pspec, Endpoint *self)
{
  put_change ("account.changed", "account", account,
              phone_endpoint_account_to_json (account));
}

/* The numbers of every second are asked for (call.stats), not told. */
static void
on_call_changed (PhoneCall *call, GParamSpec *pspec, Endpoint *self)
{
  if (pspec->name == g_intern_string ("stats") ||
      pspec->name == g_intern_string ("duration") ||
      pspec->name == g_intern_string ("reconnecting"))
    return;
  put_change ("call.changed", "call", call, phone_endpoint_call_to_json (call));
}

static JsonObject *
digit_to_json (PhoneCall *call, guchar digit)
{
  const char text[] = {(char)digit, '\0'};
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "call", phone_call_get_id (call));
  json_object_set_string_member (object, "digit", text);
  return object;
}

static void
on_digit_received (PhoneCall *call, guchar digit, guint duration_ms, Endpoint *self)
{
  JsonObject *object = digit_to_json (call, digit);

  json_object_set_int_member (object, "durationMs", duration_ms);
  put_notification ("call.digitReceived", "digit", object);
}

static void
on_digit_sent (PhoneCall *call, guchar digit, gboolean is_sent, Endpoint *self)
{
  JsonObject *object = digit_to_json (call, digit);

  json_object_set_boolean_member (object, "sent", is_sent);
  put_notification ("call.digitSent", "digit", object);
}

typedef struct {
  const char *name;
  const char *added;
  const char *removed;
  JsonObject *(*to_json) (gpointer item);
  void (*watch) (Endpoint *self, gpointer item);
} Kind;

static JsonObject *
account_to_json (gpointer item)
{
  return phone_endpoint_account_to_json (item);
}

static JsonObject *
call_to_json (gpointer item)
{
  return phone_endpoint_call_to_json (item);
}

static void
watch_account (Endpoint *self, gpointer item)
{
  g_signal_connect (item, "notify", G_CALLBACK (on_account_changed), self);
}

static void
watch_call (Endpoint *self, gpointer item)
{
  g_signal_connect (item, "notify", G_CALLBACK (on_call_changed), self);
  g_signal_connect (item, "digit-received", G_CALLBACK (on_digit_received), self);
  g_signal_connect (item, "digit-sent", G_CALLBACK (on_digit_sent), self);
}

static const Kind account_kind = {
    "account", "account.added", "account.removed", account_to_json, watch_account,
};

static const Kind call_kind = {
    "call", "call.added", "call.removed", call_to_json, watch_call,
};

static JsonObject *
trial_to_json (gpointer item)
{
  return phone_endpoint_trial_to_json (item);
}

static void
on_trial_changed (PhoneSignIn *trial)
{
  put_change ("account.probeChanged", "trial", trial,
              phone_endpoint_trial_to_json (trial));
}

static void
watch_trial (Endpoint *self, gpointer item)
{
  for (guint i = 0; i < g_list_model_get_n_items (item); i++) {
    g_autoptr (PhoneSignInStep) step = g_list_model_get_item (item, i);

    g_signal_connect_object (step, "notify", G_CALLBACK (on_trial_changed), item,
                             G_CONNECT_SWAPPED);
  }
}

static const Kind trial_kind = {
    "trial", "account.probeStarted", "account.probeEnded", trial_to_json, watch_trial,
};

/* Follows one model: items that left are told with what they were in the end. */
static void
follow (Endpoint *self,
        const Kind *kind,
        GPtrArray *known,
        GListModel *model,
        guint position,
        guint removed,
        guint added)
{
  for (guint i = 0; i < removed; i++) {
    gpointer item = g_ptr_array_index (known, position);

    g_signal_handlers_disconnect_by_data (item, self);
    put_notification (kind->removed, kind->name, kind->to_json (item));
    g_ptr_array_remove_index (known, position);
  }
  for (guint i = 0; i < added; i++) {
    gpointer item = g_list_model_get_item (model, position + i);

    g_ptr_array_insert (known, (int)(position + i), item);
    kind->watch (self, item);
    put_notification (kind->added, kind->name, kind->to_json (item));
  }
}

static void
on_accounts_changed (
    GListModel *model, guint position, guint removed, guint added, Endpoint *self)
{
  follow (self, &account_kind, self->accounts, model, position, removed, added);
}

static void
on_calls_changed (
    GListModel *model, guint position, guint removed, guint added, Endpoint *self)
{
  follow (self, &call_kind, self->calls, model, position, removed, added);
}

static void
on_history_added (PhoneHistory *history, PhoneHistoryEntry *entry, Endpoint *self)
{
  put_notification ("history.added", "entry",
                    phone_endpoint_history_entry_to_json (self->service, entry));
}

static void
on_history_removed (PhoneHistory *history, gint64 id, Endpoint *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", id);
  put_notification ("history.removed", "entry", object);
}

static void
on_history_cleared (PhoneHistory *history, Endpoint *self)
{
  put_notification ("history.cleared", "history",
                    phone_endpoint_history_to_json (history));
}

static void
on_history_changed (PhoneHistory *history, GParamSpec *pspec, Endpoint *self)
{
  put_change ("history.changed", "history", history,
              phone_endpoint_history_to_json (history));
}

static void
on_contacts_changed (
    PhoneContactBook *book, guint position, guint removed, guint added, Endpoint *self)
{
  put_notification ("contact.changed", "book", phone_endpoint_contacts_to_json (book));
}

static void
follow_contacts (Endpoint *self)
{
  PhoneContactBook *book = phone_service_get_contacts (self->service);

  if (book != NULL)
    g_signal_connect (book, "items-changed", G_CALLBACK (on_contacts_changed), self);
}

static void
follow_history (Endpoint *self)
{
  PhoneHistory *history = phone_service_get_history (self->service);

  if (history == NULL)
    return;
  g_signal_connect (history, "added", G_CALLBACK (on_history_added), self);
  g_signal_connect (history, "removed", G_CALLBACK (on_history_removed), self);
  g_signal_connect (history, "cleared", G_CALLBACK (on_history_cleared), self);
  g_signal_connect (history, "notify", G_CALLBACK (on_history_changed), self);
}

static void
on_devices_changed (PhoneEndpointDevices *devices)
{
  put_change ("devices.changed", "devices", devices,
              phone_endpoint_devices_to_json (devices));
}

static void
on_preview_changed (PhoneEndpointPreviews *previews, PhonePreview *preview)
{
  put_change ("preview.changed", "preview", preview,
              phone_endpoint_previews_to_json (previews, preview));
}

static void
on_trials_changed (
    GListModel *model, guint position, guint removed, guint added, Endpoint *self)
{
  follow (self, &trial_kind, self->trials, model, position, removed, added);
}

/* ---- The end ---- */

static void
on_shut_down (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Endpoint *self = user_data;

  phone_service_shut_down_finish (PHONE_SERVICE (source), result, NULL);
  g_main_loop_quit (self->loop);
}

static void
leave (Endpoint *self)
{
  if (self->is_leaving)
    return;
  self->is_leaving = TRUE;
  g_cancellable_cancel (self->cancellable);
  phone_service_shut_down_async (self->service, on_shut_down, self);
}

static gboolean
on_interrupted (gpointer user_data)
{
  leave (user_data);
  return G_SOURCE_CONTINUE;
}

/* ---- What is read ---- */

static void
answer_lines (Endpoint *self)
{
  for (;;) {
    g_autofree char *line = NULL;
    g_autofree char *answer = NULL;
    gsize length = 0;

    switch (phone_lines_pop (self->lines, &line, &length)) {
    case PHONE_LINES_NONE:
      return;
    case PHONE_LINES_LINE:
      answer = phone_endpoint_answer_line (self->service, line, length);
      break;
    case PHONE_LINES_TOO_LONG:
      answer = phone_endpoint_answer_too_long ();
      break;
    }
    if (line != NULL) /* there may be a password in it */
      explicit_bzero (line, length);
    if (answer != NULL)
      put_line (answer);
  }
}

static void on_read (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_more (Endpoint *self)
{
  g_input_stream_read_bytes_async (self->input, READ_BYTES, G_PRIORITY_DEFAULT,
                                   self->cancellable, on_read, self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Endpoint *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (self->is_leaving)
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0) {
    leave (self);
    return;
  }
  phone_lines_push (self->lines, g_bytes_get_data (bytes, NULL),
                    g_bytes_get_size (bytes));
  answer_lines (self);
  read_more (self);
}

/* ---- The beginning ---- */

static gboolean
add_given_account (Endpoint *self, const PhoneEndpointOptions *options)
{
  g_autoptr (GError) error = NULL;
  PhoneAccount *account;

  if (options->servers == NULL)
    return TRUE;
  account = phone_endpoint_add_account (self->service, options, &error);
  if (account == NULL) {
    fprintf (stderr, "phone-endpoint: %s\n", error->message);
    return FALSE;
  }
  phone_account_register (account);
  return TRUE;
}

static void
run (Endpoint *self)
{
  guint interrupt_id = g_unix_signal_add (SIGINT, on_interrupted, self);
  guint terminate_id = g_unix_signal_add (SIGTERM, on_interrupted, self);

  read_more (self);
  g_main_loop_run (self->loop);
  g_source_remove (interrupt_id);
  g_source_remove (terminate_id);
}

static void
endpoint_clear (Endpoint *self)
{
  for (guint i = 0; i < self->accounts->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->accounts, i), self);
  for (guint i = 0; i < self->calls->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->calls, i), self);
  g_signal_handlers_disconnect_by_data (phone_service_get_accounts (self->service), self);
  g_signal_handlers_disconnect_by_data (phone_service_get_calls (self->service), self);
  if (phone_service_get_history (self->service) != NULL)
    g_signal_handlers_disconnect_by_data (phone_service_get_history (self->service),
                                          self);
  if (phone_service_get_contacts (self->service) != NULL)
    g_signal_handlers_disconnect_by_data (phone_service_get_contacts (self->service),
                                          self);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->trials, g_ptr_array_unref);
  g_clear_pointer (&self->lines, phone_lines_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_object (&self->input);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->service);
}

int
phone_endpoint_run_serve (const PhoneEndpointOptions *options)
{
  Endpoint self = {
      .service = phone_endpoint_make_service (options),
      .loop = g_main_loop_new (NULL, FALSE),
      .input = g_unix_input_stream_new (STDIN_FILENO, FALSE),
      .cancellable = g_cancellable_new (),
      .lines = phone_lines_new (),
      .accounts = g_ptr_array_new_with_free_func (g_object_unref),
      .calls = g_ptr_array_new_with_free_func (g_object_unref),
      .trials = g_ptr_array_new_with_free_func (g_object_unref),
  };
  int status = PHONE_EXIT_USAGE;

  g_signal_connect (phone_service_get_accounts (self.service), "items-changed",
                    G_CALLBACK (on_accounts_changed), &self);
  g_signal_connect (phone_service_get_calls (self.service), "items-changed",
                    G_CALLBACK (on_calls_changed), &self);
  follow_history (&self);
  follow_contacts (&self);
  g_signal_connect (phone_endpoint_get_devices (self.service), "changed",
                    G_CALLBACK (on_devices_changed), NULL);
  g_signal_connect (phone_endpoint_get_previews (self.service), "changed",
                    G_CALLBACK (on_preview_changed), NULL);
  g_signal_connect (phone_endpoint_get_trials (self.service), "items-changed",
                    G_CALLBACK (on_trials_changed), &self);
  if (add_given_account (&self, options)) {
    run (&self);
    status = PHONE_EXIT_PROVEN;
  }
  endpoint_clear (&self);
  return status;
}
