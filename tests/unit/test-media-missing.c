/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session.h"
#include "phone-self-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* A machine with GStreamer and none of its plugins: what is missing is said by name, each
 * time it is asked for, and nothing else happens. */

static void
test_named (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (phone_media_init (&error));
    g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT);
    g_assert_nonnull (strstr (error->message, "webrtcbin"));
    g_assert_nonnull (strstr (error->message, "dtlssrtpdec"));
    g_assert_nonnull (strstr (error->message, "nicesrc"));
  }
}

/* And what follows from it can be told: each lack has elements to name. */
static void
test_lacks (void)
{
  for (guint lack = 0; lack < PHONE_N_LACKS; lack++) {
    g_autofree char *missing = phone_self_test_dup_missing ((PhoneLack)lack);
    g_autofree char *all =
        g_strjoinv (", ", (char **)phone_self_test_get_needed ((PhoneLack)lack));

    g_assert_cmpstr (missing, ==, all);
  }
}

static void
test_no_session (void)
{
  g_autoptr (PhoneMediaConfig) config = phone_media_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (phone_media_session_new (config, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT);
  g_assert_false (phone_media_codec_is_available ("opus"));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("media-missing-XXXXXX", NULL);
  g_autofree char *registry = g_build_filename (folder, "registry", NULL);
  int result = 0;

  g_setenv ("GST_PLUGIN_SYSTEM_PATH_1_0", folder, TRUE);
  g_setenv ("GST_PLUGIN_PATH_1_0", folder, TRUE);
  g_setenv ("GST_REGISTRY_1_0", registry, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media-missing/named", test_named);
  g_test_add_func ("/media-missing/lacks", test_lacks);
  g_test_add_func ("/media-missing/no-session", test_no_session);
  result = g_test_run ();
  g_unlink (registry);
  g_rmdir (folder);
  return result;
}
