/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of accounts, with a real secret service: run by tests/tools/with-keyring. */
#include "phone-secrets.h"
#include "phone-session.h"

#define PASSWORD "a password"

typedef struct {
  PhoneService *service;
  PhoneSession *session;
  PhoneAccountConfig *config; /* borrowed: of an account that is switched off */
} Fixture;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **to = user_data;

  *to = g_object_ref (result);
}

static gboolean
has_password (PhoneAccountConfig *config)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has;
  char *found;

  phone_secrets_lookup_async (phone_account_config_get_id (config), PHONE_SECRET_SIP,
                              NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  found = phone_secrets_lookup_finish (result, &error);
  g_assert_no_error (error);
  has = g_strcmp0 (found, PASSWORD) == 0;
  phone_secrets_free (found);
  return has;
}

static void
wait_password (PhoneAccountConfig *config)
{
  while (!has_password (config))
    ;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->service = phone_service_new (&(PhoneServiceOptions){.source = PHONE_SOURCE_TEST});
  f->session = phone_session_new (f->service);
  phone_session_start (f->session);
  f->config = phone_settings_new_account (phone_session_get_settings (f->session));
  g_object_set (f->config, "aor", "sip:alice@example.org", "enabled", FALSE, NULL);
  phone_session_keep (f->session, f->config, PASSWORD, NULL);
  g_object_unref (f->config); /* the settings keep it */
  wait_password (f->config);
}

/* The keyring's last answers hold the session. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (f->session), (gpointer *)&f->session);
  g_object_unref (f->session);
  while (f->session != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (f->service);
}

static void
assert_no_problem (Fixture *f)
{
  g_autoptr (GError) problem = NULL;

  g_object_get (f->session, "problem", &problem, NULL);
  g_assert_no_error (problem);
}

static void
test_copy (Fixture *f, gconstpointer data)
{
  PhoneAccountConfig *copy = phone_session_duplicate (f->session, f->config);

  wait_password (copy);
  g_assert_true (has_password (f->config));
  phone_session_remove (f->session, copy);
  assert_no_problem (f);
}

/* What is asked of the keyring later is answered later. */
static void
test_copy_removed (Fixture *f, gconstpointer data)
{
  g_autoptr (PhoneAccountConfig) copy =
      g_object_ref (phone_session_duplicate (f->session, f->config));

  phone_session_remove (f->session, copy);
  wait_password (phone_session_duplicate (f->session, f->config));
  g_assert_false (has_password (copy));
  assert_no_problem (f);
}

/* Whoever leaves while the keyring is asked has no problem. */
static void
test_copy_left (Fixture *f, gconstpointer data)
{
  phone_session_duplicate (f->session, f->config);
  g_object_run_dispose (G_OBJECT (f->session));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_no_problem (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/session/copy", test_copy);
  ADD ("/session/copy-removed", test_copy_removed);
  ADD ("/session/copy-left", test_copy_left);
  return g_test_run ();
}
