/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-chromium.h"
#include "phone-chromium-resources.h"
#include "phone-devtools.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#define MEDIA_SCRIPT "/org/example/Phone/endpoint/phone-chromium-media.js"
#define START_TIMEOUT_MS 20000
#define OPEN_TIMEOUT_MS 20000
#define STOP_TIMEOUT_MS 3000
#define POLL_MS 50
#define MAX_REMOVALS 40

struct _PhoneChromium {
  GObject parent_instance;

  /* Owned. */
  PhoneDevtools *devtools;
  char *folder;  /* the profile */
  char *session; /* of the page; NULL until there is one */
  char *script;  /* for every page before its own */

  guint removals; /* of the folder, tried so far */
};

G_DEFINE_FINAL_TYPE (PhoneChromium, phone_chromium, G_TYPE_OBJECT)

/* ---- the folder ---- */

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

/* ---- starting ---- */

char *
phone_chromium_find_program (void)
{
  static const char *const names[] = {"chromium", "chromium-browser",
                                      "google-chrome-stable", "google-chrome"};
  const char *chosen = g_getenv ("CHROMIUM");

  if (chosen != NULL && *chosen != '\0')
    return g_strdup (chosen);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    char *path = g_find_program_in_path (names[i]);

    if (path != NULL)
      return path;
  }
  return NULL;
}

static GPtrArray *
make_arguments (PhoneChromium *self, const char *program)
{
  static const char *const flags[] = {
      "--headless",
      "--remote-debugging-pipe",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-extensions",
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--mute-audio",
      "--allow-loopback-in-peer-connection",
      "--disable-features=WebRtcHideLocalIpsWithMdns",
  };
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (arguments, g_strdup (program));
  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    g_ptr_array_add (arguments, g_strdup (flags[i]));
  g_ptr_array_add (arguments, g_strconcat ("--user-data-dir=", self->folder, NULL));
  /* Chromium refuses to make its sandbox as root. */
  if (geteuid () == 0)
    g_ptr_array_add (arguments, g_strdup ("--no-sandbox"));
  g_ptr_array_add (arguments, g_strdup ("about:blank"));
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

/* Takes the result of one step of several; NULL when the whole is over. */
static JsonObject *
step_result (GObject *source, GAsyncResult *result, GTask *whole)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object =
      phone_devtools_send_finish (PHONE_DEVTOOLS (source), result, &error);

  if (object == NULL)
    g_task_return_error (whole, g_steal_pointer (&error));
  return object;
}

/* Sends a command whose result goes to @callback with the task @whole; both are taken. */
static void
send_step (GTask *whole,
           const char *method,
           JsonObject *params,
           GAsyncReadyCallback callback)
{
  PhoneChromium *self = g_task_get_source_object (whole);

  phone_devtools_send_async (self->devtools, self->session, method, params,
                             g_task_get_cancellable (whole), callback, whole);
}

static JsonObject *
one_param (const char *name, const char *value)
{
  JsonObject *params = json_object_new ();

  json_object_set_string_member (params, name, value);
  return params;
}

static void
on_script_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);

  if (object != NULL)
    g_task_return_boolean (whole, TRUE);
}

/* Scripts are put into new documents only while the domain is enabled. */
static void
on_page_enabled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);
  PhoneChromium *self = g_task_get_source_object (whole);

  if (object != NULL)
    send_step (g_steal_pointer (&whole), "Page.addScriptToEvaluateOnNewDocument",
               one_param ("source", self->script), on_script_added);
}

static void
on_attached (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);
  PhoneChromium *self = g_task_get_source_object (whole);

  if (object == NULL)
    return;
  self->session =
      g_strdup (json_object_get_string_member_with_default (object, "sessionId", ""));
  send_step (g_steal_pointer (&whole), "Page.enable", NULL, on_page_enabled);
}

static void
on_target_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);
  JsonObject *params;

  if (object == NULL)
    return;
  params = one_param (
      "targetId", json_object_get_string_member_with_default (object, "targetId", ""));
  json_object_set_boolean_member (params, "flatten", TRUE);
  send_step (g_steal_pointer (&whole), "Target.attachToTarget", params, on_attached);
}

static char *
make_script (guint tone_hz, guint listen_hz)
{
  g_autoptr (GBytes) media = g_resource_lookup_data (
      phone_chromium_get_resource (), MEDIA_SCRIPT, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (media != NULL);
  return g_strdup_printf ("%s\ntestMedia.configure(%u, [%u]);\n",
                          (const char *)g_bytes_get_data (media, NULL), tone_hz,
                          listen_hz);
}

static gboolean
on_start_timeout (gpointer user_data)
{
  phone_devtools_close (user_data);
  return G_SOURCE_REMOVE;
}

/* The source lasts as long as the task: a browser that says nothing is ended, and its end
 * fails what is pending. */
static void
limit_start (PhoneChromium *self, GTask *task)
{
  GSource *timeout = g_timeout_source_new (START_TIMEOUT_MS);

  g_source_set_callback (timeout, on_start_timeout, self->devtools, NULL);
  g_source_attach (timeout, g_task_get_context (task));
  g_task_set_task_data (task, timeout, (GDestroyNotify)g_source_destroy);
  g_source_unref (timeout);
}

void
phone_chromium_start_async (const char *program,
                            guint tone_hz,
                            guint listen_hz,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (PhoneChromium) self = g_object_new (PHONE_TYPE_CHROMIUM, NULL);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GPtrArray) arguments = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, phone_chromium_start_async);
  self->script = make_script (tone_hz, listen_hz);
  self->folder = g_dir_make_tmp ("phone-chromium-XXXXXX", &error);
  if (self->folder != NULL) {
    arguments = make_arguments (self, program);
    self->devtools = phone_devtools_spawn ((const char *const *)arguments->pdata, &error);
  }
  if (self->devtools == NULL) {
    g_task_return_error (task, error);
    return;
  }
  limit_start (self, task);
  send_step (g_steal_pointer (&task), "Target.createTarget",
             one_param ("url", "about:blank"), on_target_made);
}

PhoneChromium *
phone_chromium_start_finish (GAsyncResult *result, GError **error)
{
  GTask *task = G_TASK (result);

  return g_task_propagate_boolean (task, error)
             ? g_object_ref (g_task_get_source_object (task))
             : NULL;
}

/* ---- evaluating ---- */

/* The value of a Runtime.evaluate, or its exception as an error. */
static JsonNode *
take_value (JsonObject *result, GError **error)
{
  JsonObject *object = json_object_get_object_member (result, "result");

  if (json_object_has_member (result, "exceptionDetails")) {
    const char *text =
        json_object_get_string_member_with_default (object, "description", "exception");

    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, text);
    return NULL;
  }
  return json_object_has_member (object, "value")
             ? json_object_dup_member (object, "value")
             : json_node_new (JSON_NODE_NULL);
}

static void
on_evaluated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);
  GError *error = NULL;
  JsonNode *value = object != NULL ? take_value (object, &error) : NULL;

  if (value != NULL)
    g_task_return_pointer (whole, value, (GDestroyNotify)json_node_unref);
  else if (error != NULL)
    g_task_return_error (whole, error);
}

void
phone_chromium_evaluate_async (PhoneChromium *self,
                               const char *expression,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  JsonObject *params = one_param ("expression", expression);

  g_task_set_source_tag (task, phone_chromium_evaluate_async);
  json_object_set_boolean_member (params, "awaitPromise", TRUE);
  json_object_set_boolean_member (params, "returnByValue", TRUE);
  json_object_set_boolean_member (params, "userGesture", TRUE);
  send_step (task, "Runtime.evaluate", params, on_evaluated);
}

JsonNode *
phone_chromium_evaluate_finish (PhoneChromium *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- waiting ---- */

typedef struct {
  char *expression;
  gint64 deadline_us;
} Wait;

static void
wait_free (Wait *wait)
{
  g_free (wait->expression);
  g_free (wait);
}

static gboolean
is_true (JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (node))
    return TRUE;
  switch (json_node_get_value_type (node)) {
  case G_TYPE_BOOLEAN:
    return json_node_get_boolean (node);
  case G_TYPE_STRING:
    return *json_node_get_string (node) != '\0';
  default:
    return json_node_get_double (node) != 0.0;
  }
}

static gboolean look_again (gpointer user_data);

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) value =
      phone_chromium_evaluate_finish (PHONE_CHROMIUM (source), result, &error);
  Wait *wait = g_task_get_task_data (task);
  g_autoptr (GSource) pause = NULL;

  if (value == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (is_true (value)) {
    g_task_return_pointer (task, g_steal_pointer (&value),
                           (GDestroyNotify)json_node_unref);
    return;
  }
  if (g_get_monotonic_time () > wait->deadline_us) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                             "The page did not get there: %s", wait->expression);
    return;
  }
  pause = g_timeout_source_new (POLL_MS);
  /* The source holds a reference to the task. */
  g_task_attach_source (task, pause, look_again);
}

static gboolean
look_again (gpointer user_data)
{
  GTask *task = user_data;
  Wait *wait = g_task_get_task_data (task);

  phone_chromium_evaluate_async (g_task_get_source_object (task), wait->expression,
                                 g_task_get_cancellable (task), on_looked,
                                 g_object_ref (task));
  return G_SOURCE_REMOVE;
}

void
phone_chromium_wait_async (PhoneChromium *self,
                           const char *expression,
                           guint timeout_ms,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Wait *wait = g_new0 (Wait, 1);

  g_task_set_source_tag (task, phone_chromium_wait_async);
  wait->expression = g_strdup (expression);
  wait->deadline_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  g_task_set_task_data (task, wait, (GDestroyNotify)wait_free);
  look_again (task);
}

JsonNode *
phone_chromium_wait_finish (PhoneChromium *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- opening and clicking ---- */

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  GError *error = NULL;
  g_autoptr (JsonNode) value =
      phone_chromium_wait_finish (PHONE_CHROMIUM (source), result, &error);

  if (value != NULL)
    g_task_return_boolean (whole, TRUE);
  else
    g_task_return_error (whole, error);
}

static void
on_navigated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  g_autoptr (JsonObject) object = step_result (source, result, whole);
  const char *problem;

  if (object == NULL)
    return;
  problem = json_object_get_string_member_with_default (object, "errorText", NULL);
  if (problem != NULL) {
    g_task_return_new_error (whole, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", problem);
    return;
  }
  phone_chromium_wait_async (
      g_task_get_source_object (whole), "document.readyState === 'complete'",
      OPEN_TIMEOUT_MS, g_task_get_cancellable (whole), on_loaded, g_object_ref (whole));
}

void
phone_chromium_open_async (PhoneChromium *self,
                           const char *url,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, phone_chromium_open_async);
  send_step (task, "Page.navigate", one_param ("url", url), on_navigated);
}

gboolean
phone_chromium_open_finish (PhoneChromium *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
phone_chromium_click_async (PhoneChromium *self,
                            const char *selector,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (JsonNode) name = json_node_init_string (json_node_alloc (), selector);
  g_autofree char *quoted = json_to_string (name, FALSE);
  g_autofree char *expression = g_strdup_printf (
      "(() => { const found = document.querySelector(%s);"
      " if (!found || found.disabled || found.getClientRects().length === 0)"
      " throw new Error('nothing to click');"
      " found.click(); return true; })()",
      quoted);

  phone_chromium_evaluate_async (self, expression, cancellable, callback, user_data);
}

gboolean
phone_chromium_click_finish (PhoneChromium *self, GAsyncResult *result, GError **error)
{
  g_autoptr (JsonNode) value = phone_chromium_evaluate_finish (self, result, error);

  return value != NULL;
}

/* ---- stopping ---- */

static gboolean
on_stop_timeout (gpointer user_data)
{
  phone_devtools_close (user_data);
  return G_SOURCE_REMOVE;
}

/* The browser's own children may write into the folder for a moment yet. */
static gboolean
on_remove_folder (gpointer user_data)
{
  GTask *task = user_data;
  PhoneChromium *self = g_task_get_source_object (task);

  remove_tree (self->folder);
  if (g_file_test (self->folder, G_FILE_TEST_EXISTS) && self->removals++ < MAX_REMOVALS)
    return G_SOURCE_CONTINUE;
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GSource) removal = g_timeout_source_new (POLL_MS);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_task_attach_source (task, removal, on_remove_folder);
}

void
phone_chromium_stop_async (PhoneChromium *self,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  GSubprocess *process = phone_devtools_get_process (self->devtools);
  GSource *timeout = g_timeout_source_new (STOP_TIMEOUT_MS);

  g_task_set_source_tag (task, phone_chromium_stop_async);
  g_source_set_callback (timeout, on_stop_timeout, self->devtools, NULL);
  g_source_attach (timeout, g_task_get_context (task));
  g_task_set_task_data (task, timeout, (GDestroyNotify)g_source_destroy);
  g_source_unref (timeout);
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait_async (process, NULL, on_ended, task);
}

void
phone_chromium_stop_finish (PhoneChromium *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

/* ---- object ---- */

static void
phone_chromium_finalize (GObject *object)
{
  PhoneChromium *self = PHONE_CHROMIUM (object);

  if (self->devtools != NULL)
    phone_devtools_close (self->devtools);
  if (self->folder != NULL)
    remove_tree (self->folder);
  g_clear_object (&self->devtools);
  g_free (self->folder);
  g_free (self->session);
  g_free (self->script);
  G_OBJECT_CLASS (phone_chromium_parent_class)->finalize (object);
}

static void
phone_chromium_class_init (PhoneChromiumClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = phone_chromium_finalize;
}

static void
phone_chromium_init (PhoneChromium *self)
{
}
