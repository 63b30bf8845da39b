/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-trial.h"

#include "phone-endpoint-snapshot.h"

#define TRIALS "phone-endpoint-trials"
#define ID "phone-endpoint-trial-id"
#define ADDRESS "phone-endpoint-trial-account"

GListModel *
phone_endpoint_get_trials (PhoneService *service)
{
  GListStore *trials = g_object_get_data (G_OBJECT (service), TRIALS);

  if (trials == NULL) {
    trials = g_list_store_new (PHONE_TYPE_SIGN_IN);
    g_object_set_data_full (G_OBJECT (service), TRIALS, trials, g_object_unref);
  }
  return G_LIST_MODEL (trials);
}

static void
on_over (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneService) service = user_data;
  g_autoptr (GError) error = NULL;
  GListStore *trials = G_LIST_STORE (phone_endpoint_get_trials (service));
  guint position;

  phone_sign_in_run_finish (PHONE_SIGN_IN (source), result, &error);
  if (g_list_store_find (trials, source, &position))
    g_list_store_remove (trials, position);
}

PhoneSignIn *
phone_endpoint_try (PhoneService *service,
                    PhoneAccountConfig *config,
                    const char *password)
{
  static guint n_trials;
  g_autoptr (PhoneSignIn) trial = phone_sign_in_new (NULL);

  g_object_set_data_full (G_OBJECT (trial), ID, g_strdup_printf ("t%u", ++n_trials),
                          g_free);
  g_object_set_data_full (G_OBJECT (trial), ADDRESS,
                          g_strdup (phone_account_config_get_aor (config)), g_free);
  g_list_store_append (G_LIST_STORE (phone_endpoint_get_trials (service)), trial);
  phone_sign_in_run_async (trial, config, password, NULL, on_over,
                           g_object_ref (service));
  return trial; /* the list keeps it */
}

/* ---- As JSON ---- */

static JsonObject *
step_to_json (PhoneSignInStep *step)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (
      object, "step",
      phone_enum_nick (PHONE_TYPE_SIGN_IN_KIND, (int)phone_sign_in_step_get_kind (step)));
  json_object_set_string_member (
      object, "state",
      phone_enum_nick (PHONE_TYPE_SIGN_IN_STATE,
                       (int)phone_sign_in_step_get_state (step)));
  phone_endpoint_json_set_text (object, "detail", phone_sign_in_step_get_detail (step));
  phone_endpoint_json_set_error (object, phone_sign_in_step_get_error (step));
  return object;
}

static JsonArray *
steps_to_json (PhoneSignIn *trial, gboolean *has_failed)
{
  JsonArray *steps = json_array_new ();

  for (guint i = 0; i < PHONE_SIGN_IN_N_STEPS; i++) {
    g_autoptr (PhoneSignInStep) step = g_list_model_get_item (G_LIST_MODEL (trial), i);

    *has_failed |= phone_sign_in_step_get_state (step) == PHONE_SIGN_IN_FAILED;
    json_array_add_object_element (steps, step_to_json (step));
  }
  return steps;
}

JsonObject *
phone_endpoint_trial_to_json (PhoneSignIn *trial)
{
  JsonObject *object = json_object_new ();
  JsonArray *tried = json_array_new ();
  gboolean has_failed = FALSE;
  JsonArray *steps = steps_to_json (trial, &has_failed);
  const char *const *before = phone_sign_in_get_tried (trial);

  for (guint i = 0; before[i] != NULL; i++)
    json_array_add_string_element (tried, before[i]);
  json_object_set_string_member (object, "id", g_object_get_data (G_OBJECT (trial), ID));
  json_object_set_string_member (object, "account",
                                 g_object_get_data (G_OBJECT (trial), ADDRESS));
  json_object_set_string_member (object, "state",
                                 phone_sign_in_is_running (trial) ? "running"
                                 : has_failed                     ? "failed"
                                                                  : "done");
  phone_endpoint_json_set_text (object, "server", phone_sign_in_get_server (trial));
  phone_endpoint_json_set_text (object, "fingerprint",
                                phone_sign_in_get_fingerprint (trial));
  json_object_set_array_member (object, "tried", tried);
  json_object_set_array_member (object, "steps", steps);
  return object;
}
