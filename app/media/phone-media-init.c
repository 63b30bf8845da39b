/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-codec.h"
#include "phone-media-session-private.h"
#include "phone-media-spare.h"
#include "phone-media-work.h"
#include "phone-self-test.h"

#include <gst/gst.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* GLib 2.74 ends the program where there is none left for another main context, and each
 * call has two, beside its sockets: one an address, of which a machine may have many. */
enum { DESCRIPTORS_OF_A_CALL = 64 };

static void
make_and_drop (const char *fragment)
{
  g_autofree char *name = g_strndup (fragment, strcspn (fragment, " "));
  g_autoptr (GstElement) element = gst_element_factory_make (name, NULL);

  if (element)
    gst_object_ref_sink (element);
}

/* The first element of a kind loads its plugin from the disk; the first dtlssrtpdec of a
 * process makes the RSA key of the certificate that all later ones share (150 to 300 ms,
 * GStreamer 1.22). Neither is to be waited for between "answer" and its 200, nor is the
 * certificate that the call has for itself. */
static gpointer
warm_up_any_thread (gpointer unused)
{
  const char *const *needed = phone_self_test_get_needed (PHONE_LACK_CALLS);

  phone_media_spare_make_any_thread ();
  for (guint i = 0; needed[i]; i++)
    make_and_drop (needed[i]);
  for (guint kind = 0; kind < 2; kind++) {
    g_auto (GStrv) names = phone_media_codec_dup_names ((PhoneMediaKind)kind);

    for (guint i = 0; names[i]; i++) {
      const PhoneMediaCodec *codec = phone_media_codec_find (names[i]);

      if (!phone_media_codec_is_available (names[i]))
        continue;
      make_and_drop (phone_media_codec_get_encoder (codec));
      make_and_drop (phone_media_codec_get_decoder (codec));
      make_and_drop (codec->payloader);
      make_and_drop (codec->depayloader);
    }
  }
  phone_media_work_end_any_thread ();
  return NULL;
}

/* Looked for each time: what is not loaded yet may have been uninstalled meanwhile. */
gboolean
phone_media_init (GError **error)
{
  static gboolean is_warm = FALSE;
  g_autofree char *missing = NULL;

  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  missing = phone_self_test_dup_missing (PHONE_LACK_CALLS);
  if (missing) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                 "GStreamer elements are missing: %s", missing);
    return FALSE;
  }
  if (!is_warm) {
    is_warm = TRUE;
    phone_media_work_begin_any_thread ();
    g_thread_unref (g_thread_new ("media-warm-up", warm_up_any_thread, NULL));
  }
  return TRUE;
}

gboolean
phone_media_check_descriptors (GError **error)
{
  int opened[DESCRIPTORS_OF_A_CALL];
  guint n = 0;

  while (n < G_N_ELEMENTS (opened) && (opened[n] = eventfd (0, EFD_CLOEXEC)) >= 0)
    n++;
  for (guint i = 0; i < n; i++)
    close (opened[i]);
  if (n == G_N_ELEMENTS (opened))
    return TRUE;
  g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_NO_DESCRIPTORS,
               "a call may need %u more open files, and %u are left",
               (guint)G_N_ELEMENTS (opened), n);
  return FALSE;
}
