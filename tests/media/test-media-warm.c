/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call needs is there before the call: nothing of it is loaded or made between an
 * answer and its 200. */
#include "media-pair.h"
#include "phone-media-spare.h"
#include "phone-media-work.h"

#include <gst/gst.h>
#include <string.h>

/* The names of all plugins that are in memory. */
static GHashTable *
list_loaded (void)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GList *plugins = gst_registry_get_plugin_list (gst_registry_get ());

  for (GList *l = plugins; l; l = l->next)
    if (gst_plugin_is_loaded (l->data))
      g_hash_table_add (names, g_strdup (gst_plugin_get_name (l->data)));
  gst_plugin_list_free (plugins);
  return names;
}

static void
call (void)
{
  g_autoptr (PhoneMediaConfig) ours = media_config (440);
  g_autoptr (PhoneMediaConfig) theirs = media_config (1000);
  PhoneMediaSession *caller = media_session (ours);
  PhoneMediaSession *callee = media_session (theirs);

  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait_tone (callee, 440, 500, 20));
  g_assert_true (media_wait_frames (callee, 5, 20));
  media_end (caller);
  media_end (callee);
}

/* A call with sound and pictures loads nothing from the disk any more. */
static void
test_plugins (void)
{
  g_autoptr (GHashTable) before = list_loaded ();
  g_autoptr (GHashTable) after = NULL;
  GHashTableIter iter;
  gpointer name = NULL;
  guint n_new = 0;

  g_assert_true (g_hash_table_contains (before, "webrtc"));
  call ();
  after = list_loaded ();
  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (g_hash_table_contains (before, name))
      continue;
    g_test_message ("loaded by the call: %s", (const char *)name);
    n_new++;
  }
  g_assert_cmpuint (n_new, ==, 0);
}

/* A call takes the certificate that lay ready, and another one is made for the next. */
static void
test_certificate (void)
{
  g_autofree char *last = NULL;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (PhoneMediaConfig) config = media_config (440);
    g_autofree char *ready = NULL;
    g_autofree char *offer = NULL;
    PhoneMediaSession *session = NULL;

    g_assert_true (media_wait_idle (20));
    ready = phone_media_spare_dup_fingerprint ();
    g_assert_nonnull (ready);
    g_assert_cmpstr (ready, !=, last);
    session = media_session (config);
    offer = media_offer (session, FALSE);
    g_assert_nonnull (strstr (offer, ready));
    media_end (session);
    g_free (last);
    last = g_steal_pointer (&ready);
  }
}

#define WORK_US 200000

static gpointer
work (gpointer is_done)
{
  g_usleep (WORK_US);
  *(gboolean *)is_done = TRUE;
  phone_media_work_end_any_thread ();
  return NULL;
}

/* Who ends waits for what threads do: libraries are not taken down under them. */
static void
test_finish (void)
{
  gboolean is_done = FALSE;

  phone_media_work_begin_any_thread ();
  g_thread_unref (g_thread_new ("work", work, &is_done));
  phone_media_finish ();
  g_assert_true (is_done);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_assert_true (media_wait_idle (60));
  g_test_add_func ("/media/warm/finish", test_finish);
  g_test_add_func ("/media/warm/plugins", test_plugins);
  g_test_add_func ("/media/warm/certificate", test_certificate);
  return media_run_tests ();
}
