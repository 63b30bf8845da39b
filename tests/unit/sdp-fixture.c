/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp-fixture.h"

const char *const sdp_audio_names[] = {"opus", "pcmu", "pcma", NULL};
const char *const sdp_video_names[] = {"vp8", "h264", NULL};
const PhoneMediaDirection sdp_anything[] = {PHONE_MEDIA_DIRECTION_SENDRECV,
                                            PHONE_MEDIA_DIRECTION_SENDRECV};

GstSDPMessage *
sdp_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage *sdp = phone_media_sdp_parse (text, &error);

  g_assert_no_error (error);
  return sdp;
}

char *
sdp_replace (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  g_assert_cmpuint (g_strv_length (parts), >, 1);
  return g_strjoinv (new, parts);
}

PhoneMediaSdpPlan
sdp_plan_of (const GstSDPMessage *sdp, gboolean is_answer)
{
  PhoneMediaSdpPlan plan;
  g_autoptr (GError) error = NULL;

  phone_media_sdp_plan (sdp, is_answer, sdp_audio_names, sdp_video_names, &plan, &error);
  g_assert_no_error (error);
  return plan;
}

const char *
sdp_mid_of (const GstSDPMessage *sdp, guint line)
{
  return gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp, line), "mid");
}
