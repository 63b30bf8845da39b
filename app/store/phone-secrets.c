/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-secrets.h"

#include <string.h>

#include <libsecret/secret.h>

#include "phone-error.h"

/* A locked keyring is not searched by the schema's name (gnome-keyring 42.1 finds nothing
 * then), and what is locked would look like what was never stored. The account's id is
 * enough: it is a UUID. */
static const SecretSchema schema = {
    "org.example.Phone.Account",
    SECRET_SCHEMA_DONT_MATCH_NAME,
    {
        {"account", SECRET_SCHEMA_ATTRIBUTE_STRING},
        {"purpose", SECRET_SCHEMA_ATTRIBUTE_STRING},
    },
};

/* One question to the keyring. The asker is answered once, by the keyring, the time-out
 * or the cancellation; the request itself lives until libsecret has let go of it. */
typedef struct {
  GTask *task;               /* owned; NULL once answered */
  GCancellable *cancellable; /* owned; what libsecret gets */
  GHashTable *attributes;    /* owned */
  GSource *timer;            /* owned, while not answered */
  GSource *cancelling;       /* owned, while not answered; nullable */
} Request;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GTask *
request_steal_task (Request *request)
{
  clear_source (&request->timer);
  clear_source (&request->cancelling);
  return g_steal_pointer (&request->task);
}

static void
request_free (Request *request)
{
  g_assert (request->task == NULL);
  g_object_unref (request->cancellable);
  g_hash_table_unref (request->attributes);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
request_answer_error (Request *request, PhoneError code, const char *message)
{
  g_autoptr (GTask) task = request_steal_task (request);

  if (task != NULL)
    g_task_return_new_error (task, PHONE_ERROR, (int)code, "%s", message);
}

/* A service that is there but has nothing open: the prompt was taken away (a cancellation
 * that is not ours), or nobody made a keyring when asked for one. */
static gboolean
says_locked (const GError *error)
{
  return g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
         g_error_matches (error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
request_answer_keyring_error (Request *request, const GError *error)
{
  request_answer_error (request,
                        says_locked (error) ? PHONE_ERROR_KEYRING_LOCKED
                                            : PHONE_ERROR_KEYRING_UNAVAILABLE,
                        error->message);
}

static void
request_answer_locked (Request *request)
{
  request_answer_error (request, PHONE_ERROR_KEYRING_LOCKED, "the keyring is locked");
}

static void
request_answer_true (Request *request)
{
  g_autoptr (GTask) task = request_steal_task (request);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

/* Takes @password. */
static void
request_answer_password (Request *request, char *password)
{
  g_autoptr (GTask) task = request_steal_task (request);

  if (task != NULL)
    g_task_return_pointer (task, password, (GDestroyNotify)phone_secrets_free);
  else
    phone_secrets_free (password);
}

static gboolean
on_time_out (gpointer user_data)
{
  Request *request = user_data;

  request_answer_error (request, PHONE_ERROR_KEYRING_LOCKED,
                        "the keyring did not answer in time");
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Request *request = user_data;

  request_answer_error (request, PHONE_ERROR_CANCELLED, "cancelled");
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

static const char *
purpose_name (PhoneSecretPurpose purpose)
{
  switch (purpose) {
  case PHONE_SECRET_SIP:
    return "sip";
  case PHONE_SECRET_TURN:
    return "turn";
  }
  g_return_val_if_reached (NULL);
}

static GHashTable *
new_attributes (const char *account_id, PhoneSecretPurpose purpose)
{
  return secret_attributes_build (&schema, "account", account_id, "purpose",
                                  purpose_name (purpose), NULL);
}

/* Takes @attributes. */
static Request *
request_new (GHashTable *attributes,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  Request *request = g_new0 (Request, 1);
  GMainContext *context = g_main_context_get_thread_default ();

  request->task = g_task_new (NULL, NULL, callback, user_data);
  request->cancellable = g_cancellable_new ();
  request->attributes = attributes;
  request->timer = g_timeout_source_new (PHONE_SECRETS_TIMEOUT_MS);
  g_source_set_callback (request->timer, on_time_out, request, NULL);
  g_source_attach (request->timer, context);
  if (cancellable == NULL)
    return request;
  request->cancelling = g_cancellable_source_new (cancellable);
  g_source_set_callback (request->cancelling, G_SOURCE_FUNC (on_cancelled), request,
                         NULL);
  g_source_attach (request->cancelling, context);
  return request;
}

static void
on_password_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;

  if (secret_password_store_finish (result, &error))
    request_answer_true (request);
  else if (error != NULL)
    request_answer_keyring_error (request, error);
  else
    request_answer_locked (request);
}

void
phone_secrets_store_async (const char *account_id,
                           PhoneSecretPurpose purpose,
                           const char *label,
                           const char *password,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  Request *request;

  g_return_if_fail (account_id != NULL && label != NULL && password != NULL);

  request = request_new (new_attributes (account_id, purpose), cancellable, callback,
                         user_data);
  secret_password_storev (&schema, request->attributes, SECRET_COLLECTION_DEFAULT, label,
                          password, request->cancellable, on_password_stored, request);
}

gboolean
phone_secrets_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_secret_retrieved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  SecretValue *value = secret_retrievable_retrieve_secret_finish (
      SECRET_RETRIEVABLE (source), result, &error);
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;

  if (text != NULL)
    request_answer_password (request, g_strdup (text));
  else if (error != NULL)
    request_answer_keyring_error (request, error);
  else
    request_answer_error (request, PHONE_ERROR_KEYRING_UNAVAILABLE,
                          "what the keyring holds is no text");
  g_clear_pointer (&value, secret_value_unref);
}

/* secret_password_lookup() would not do: after a dismissed prompt it says the same as
 * where there is no password. To retrieve what is found and still locked is an error. */
static void
on_lookup_searched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autolist (SecretRetrievable) found = secret_password_search_finish (result, &error);

  if (error != NULL) {
    request_answer_keyring_error (request, error);
  } else if (found == NULL) {
    request_answer_password (request, NULL);
  } else {
    secret_retrievable_retrieve_secret (found->data, request->cancellable,
                                        on_secret_retrieved, request);
    g_steal_pointer (&request);
  }
}

void
phone_secrets_lookup_async (const char *account_id,
                            PhoneSecretPurpose purpose,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Request *request;

  g_return_if_fail (account_id != NULL);

  request = request_new (new_attributes (account_id, purpose), cancellable, callback,
                         user_data);
  secret_password_searchv (&schema, request->attributes, SECRET_SEARCH_UNLOCK,
                           request->cancellable, on_lookup_searched, request);
}

char *
phone_secrets_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
phone_secrets_free (char *password)
{
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

/* What is locked is not removed, and libsecret does not say so. */
static void
on_forget_searched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autolist (SecretRetrievable) left = secret_password_search_finish (result, &error);

  if (error != NULL)
    request_answer_keyring_error (request, error);
  else if (left != NULL)
    request_answer_locked (request);
  else
    request_answer_true (request);
}

static void
on_password_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (error != NULL) {
    request_answer_keyring_error (request, error);
    return;
  }
  secret_password_searchv (&schema, request->attributes, SECRET_SEARCH_NONE,
                           request->cancellable, on_forget_searched, request);
  g_steal_pointer (&request);
}

void
phone_secrets_forget_async (const char *account_id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GHashTable *attributes;
  Request *request;

  g_return_if_fail (account_id != NULL);

  attributes = secret_attributes_build (&schema, "account", account_id, NULL);
  request = request_new (attributes, cancellable, callback, user_data);
  secret_password_clearv (&schema, request->attributes, request->cancellable,
                          on_password_cleared, request);
}

gboolean
phone_secrets_forget_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
