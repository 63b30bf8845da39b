/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include <glib/gi18n.h>

char *
phone_text_dup_lack (PhoneLack lack)
{
  g_autofree char *missing = phone_self_test_dup_missing (lack);

  if (missing == NULL)
    return NULL;
  switch (lack) {
  case PHONE_LACK_CALLS:
    /* Translators: %s are names like “webrtcbin, nicesrc” */
    return g_strdup_printf (_ ("Without %s of GStreamer no call can be made or taken."),
                            missing);
  case PHONE_LACK_MICROPHONE:
    return g_strdup_printf (_ ("Without %s of GStreamer nobody can hear you."), missing);
  case PHONE_LACK_SPEAKER:
    return g_strdup_printf (
        _ ("Without %s of GStreamer you hear nobody, and nothing rings."), missing);
  case PHONE_LACK_WIDEBAND:
    return g_strdup_printf (
        _ ("Without %s of GStreamer calls sound as on an old telephone."), missing);
  case PHONE_LACK_PICTURES:
    return g_strdup_printf (_ ("Without %s of GStreamer calls may have no pictures."),
                            missing);
  case PHONE_LACK_CAMERA:
    return g_strdup_printf (_ ("Without %s of GStreamer no camera can be used."),
                            missing);
  case PHONE_LACK_TREATMENT:
    return g_strdup_printf (
        _ ("Without %s of GStreamer others may hear an echo of themselves."), missing);
  case PHONE_N_LACKS:
    break;
  }
  g_return_val_if_reached (NULL);
}
