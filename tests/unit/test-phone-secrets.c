/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With a real secret service: run by tests/tools/with-keyring, in the state that
 * WITH_KEYRING names. */
#include "phone-secrets.h"

#include <libsecret/secret.h>
#include <string.h>

#include "phone-error.h"

#define ACCOUNT "8d7b3e52-0000-4000-8000-000000000001"
#define OTHER_ACCOUNT "8d7b3e52-0000-4000-8000-000000000002"

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **to = user_data;

  *to = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
store (const char *account, PhoneSecretPurpose purpose, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_secrets_store_async (account, purpose, "A label", text, NULL, on_done, &result);
  g_assert_null (result);
  wait_for (&result);
  return phone_secrets_store_finish (result, error);
}

static char *
lookup (const char *account, PhoneSecretPurpose purpose, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_secrets_lookup_async (account, purpose, NULL, on_done, &result);
  wait_for (&result);
  return phone_secrets_lookup_finish (result, error);
}

static gboolean
forget (const char *account, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_secrets_forget_async (account, NULL, on_done, &result);
  wait_for (&result);
  return phone_secrets_forget_finish (result, error);
}

static void
assert_stored (const char *account, PhoneSecretPurpose purpose, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store (account, purpose, text, &error));
  g_assert_no_error (error);
}

static void
assert_found (const char *account, PhoneSecretPurpose purpose, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *found = lookup (account, purpose, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, text);
  phone_secrets_free (found);
}

static void
test_store_and_lookup (void)
{
  assert_found (ACCOUNT, PHONE_SECRET_SIP, NULL);
  assert_stored (ACCOUNT, PHONE_SECRET_SIP, "first");
  assert_found (ACCOUNT, PHONE_SECRET_SIP, "first");
  assert_stored (ACCOUNT, PHONE_SECRET_SIP, "p\xc3\xa4ss w\xc3\xb6rd \"\\\n");
  assert_found (ACCOUNT, PHONE_SECRET_SIP, "p\xc3\xa4ss w\xc3\xb6rd \"\\\n");
}

static void
test_purposes_and_accounts_are_apart (void)
{
  g_autoptr (GError) error = NULL;

  assert_stored (ACCOUNT, PHONE_SECRET_SIP, "one");
  assert_stored (ACCOUNT, PHONE_SECRET_TURN, "two");
  assert_stored (OTHER_ACCOUNT, PHONE_SECRET_SIP, "three");
  assert_found (ACCOUNT, PHONE_SECRET_SIP, "one");
  assert_found (ACCOUNT, PHONE_SECRET_TURN, "two");
  g_assert_true (forget (ACCOUNT, &error));
  g_assert_no_error (error);
  assert_found (ACCOUNT, PHONE_SECRET_SIP, NULL);
  assert_found (ACCOUNT, PHONE_SECRET_TURN, NULL);
  assert_found (OTHER_ACCOUNT, PHONE_SECRET_SIP, "three");
  g_assert_true (forget (ACCOUNT, &error));
  g_assert_no_error (error);
}

/* What is cancelled is answered once, at once, and as cancelled. */
static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  phone_secrets_lookup_async (ACCOUNT, PHONE_SECRET_SIP, cancellable, on_done, &result);
  g_cancellable_cancel (cancellable);
  wait_for (&result);
  g_assert_null (phone_secrets_lookup_finish (result, &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_CANCELLED);
  assert_found (OTHER_ACCOUNT, PHONE_SECRET_TURN, NULL);
}

/* Asks for all three at once, so that the test waits for one time-out and not for three;
 * each is answered within that time. */
static void
assert_all_fail (PhoneError code)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GAsyncResult) stored = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) forgotten = NULL;
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GError) lookup_error = NULL;
  g_autoptr (GError) forget_error = NULL;

  phone_secrets_store_async (ACCOUNT, PHONE_SECRET_SIP, "A label", "text", NULL, on_done,
                             &stored);
  phone_secrets_lookup_async (ACCOUNT, PHONE_SECRET_SIP, NULL, on_done, &found);
  phone_secrets_forget_async (ACCOUNT, NULL, on_done, &forgotten);
  wait_for (&stored);
  wait_for (&found);
  wait_for (&forgotten);
  g_assert_cmpint (g_get_monotonic_time () - begin, <,
                   (PHONE_SECRETS_TIMEOUT_MS + 1000) * 1000);
  g_assert_false (phone_secrets_store_finish (stored, &store_error));
  g_assert_error (store_error, PHONE_ERROR, (int)code);
  g_assert_null (phone_secrets_lookup_finish (found, &lookup_error));
  g_assert_error (lookup_error, PHONE_ERROR, (int)code);
  g_assert_false (phone_secrets_forget_finish (forgotten, &forget_error));
  g_assert_error (forget_error, PHONE_ERROR, (int)code);
  g_test_message ("%s; %s; %s", store_error->message, lookup_error->message,
                  forget_error->message);
}

static void
test_absent (void)
{
  assert_all_fail (PHONE_ERROR_KEYRING_UNAVAILABLE);
}

static GDBusMessage *
swallow (GDBusConnection *connection,
         GDBusMessage *message,
         gboolean is_incoming,
         gpointer user_data)
{
  if (is_incoming &&
      g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_clear_object (&message);
  return message;
}

/* A service that never answers, as one does that shows a prompt to nobody. */
static void
test_silent (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address =
      g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GVariant) reply = NULL;

  g_assert_no_error (error);
  connection = g_dbus_connection_new_for_address_sync (
      address,
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_add_filter (connection, swallow, NULL, NULL);
  reply = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.secrets", 0), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  assert_all_fail (PHONE_ERROR_KEYRING_LOCKED);
  g_dbus_connection_close_sync (connection, NULL, NULL);
}

static void
lock_default_collection (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service =
      secret_service_get_sync (SECRET_SERVICE_NONE, NULL, &error);
  g_autoptr (SecretCollection) collection = NULL;
  GList list = {NULL};

  g_assert_no_error (error);
  collection = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                                 SECRET_COLLECTION_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (collection);
  list.data = collection;
  g_assert_cmpint (secret_service_lock_sync (service, &list, NULL, NULL, &error), ==, 1);
  g_assert_no_error (error);
}

/* The password is there, but nobody opens the keyring: not the same as no password. */
static void
test_locked_with_a_password (void)
{
  assert_stored (ACCOUNT, PHONE_SECRET_SIP, "text");
  lock_default_collection ();
  assert_all_fail (PHONE_ERROR_KEYRING_LOCKED);
}

/* No keyring yet: nothing can be stored, and there is nothing to find. */
static void
test_locked_without_a_keyring (void)
{
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  g_assert_false (store (ACCOUNT, PHONE_SECRET_SIP, "text", &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_KEYRING_LOCKED);
  g_assert_cmpint (g_get_monotonic_time () - begin, <,
                   (PHONE_SECRETS_TIMEOUT_MS + 1000) * 1000);
  assert_found (ACCOUNT, PHONE_SECRET_SIP, NULL);
}

int
main (int argc, char *argv[])
{
  const char *state = g_getenv ("WITH_KEYRING");

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (state);

  if (g_str_equal (state, "unlocked")) {
    g_test_add_func ("/phone-secrets/store-and-lookup", test_store_and_lookup);
    g_test_add_func ("/phone-secrets/apart", test_purposes_and_accounts_are_apart);
    g_test_add_func ("/phone-secrets/cancel", test_cancel);
    g_test_add_func ("/phone-secrets/locked-later", test_locked_with_a_password);
  } else if (g_str_equal (state, "locked")) {
    g_test_add_func ("/phone-secrets/locked", test_locked_without_a_keyring);
  } else {
    g_test_add_func ("/phone-secrets/absent", test_absent);
    g_test_add_func ("/phone-secrets/silent", test_silent);
  }

  return g_test_run ();
}
