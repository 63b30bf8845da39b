/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-self-test.h"

#include "phone-media-codec.h"

/* With the NULL at its end. */
enum { MOST_ELEMENTS = 32 };

static const char *const needed[PHONE_N_LACKS][MOST_ELEMENTS] = {
    [PHONE_LACK_CALLS] =
        {
            "webrtcbin",     "nicesrc",      "nicesink",     "dtlssrtpdec",
            "dtlssrtpenc",   "srtpdec",      "srtpenc",      "rtpbin",
            "rtpfunnel",     "audioconvert", "audiotestsrc", "videotestsrc",
            "audioresample", "videoconvert", "videoscale",   "videorate",
            "appsink",       "appsrc",       "tee",          "queue",
            "valve",         "volume",       "level",        "fakesink",
            "identity",      "mulawenc",     "mulawdec",     "rtppcmupay",
            "rtppcmudepay",
        },
    [PHONE_LACK_MICROPHONE] = {"pulsesrc"},
    [PHONE_LACK_SPEAKER] = {"pulsesink"},
    [PHONE_LACK_WIDEBAND] = {"opusenc", "opusdec", "rtpopuspay", "rtpopusdepay"},
    [PHONE_LACK_PICTURES] = {"vp8enc", "vp8dec", "rtpvp8pay", "rtpvp8depay"},
    [PHONE_LACK_CAMERA] = {"pipewiresrc"},
    [PHONE_LACK_TREATMENT] = {"webrtcdsp", "webrtcechoprobe"},
};

/* Any of these does as well as all of what is needed. */
static const char *const instead[PHONE_N_LACKS] = {
    [PHONE_LACK_CAMERA] = "v4l2src",
};

const char *const *
phone_self_test_get_needed (PhoneLack lack)
{
  return needed[lack];
}

char *
phone_self_test_dup_missing (PhoneLack lack)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (instead[lack] && phone_media_element_exists (instead[lack]))
    return NULL;
  for (guint i = 0; needed[lack][i]; i++)
    if (!phone_media_element_exists (needed[lack][i]))
      g_ptr_array_add (names, (gpointer)needed[lack][i]);
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}
