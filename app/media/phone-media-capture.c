/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-capture.h"

GstElement *
phone_media_capture_make_test (const PhoneMediaConfig *config, PhoneMediaKind kind)
{
  if (kind == PHONE_MEDIA_KIND_VIDEO)
    return gst_element_factory_make_full ("videotestsrc", "is-live", TRUE, NULL);
  return gst_element_factory_make_full ("audiotestsrc", "is-live", TRUE, "freq",
                                        (double)config->tone_hz, "volume", 0.3,
                                        "samplesperbuffer", 480, NULL);
}

GstElement *
phone_media_capture_make_empty (PhoneMediaKind kind)
{
  GstElement *source = NULL;

  if (kind == PHONE_MEDIA_KIND_VIDEO) {
    source = gst_element_factory_make ("videotestsrc", NULL);
    gst_util_set_object_arg (G_OBJECT (source), "pattern", "black");
  } else {
    source = gst_element_factory_make ("audiotestsrc", NULL);
    gst_util_set_object_arg (G_OBJECT (source), "wave", "silence");
  }
  g_object_set (source, "is-live", TRUE, NULL);
  return source;
}

/* The same clock as the rest of the pipeline, and never more than a moment behind. */
GstElement *
phone_media_capture_make_echo (void)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);

  gst_util_set_object_arg (G_OBJECT (source), "format", "time");
  gst_util_set_object_arg (G_OBJECT (source), "leaky-type", "downstream");
  g_object_set (source, "is-live", TRUE, "max-buffers", (guint64)10, "max-bytes",
                G_GUINT64_CONSTANT (0), NULL);
  return source;
}

/* ---- Devices ---- */

/* webrtcdsp takes 10 ms at a time, of one rate that the echo probe must have, too. */
static char *
describe_treatment (const PhoneMediaCaptureDress *dress)
{
  gboolean echo = (dress->treatment & PHONE_TREATMENT_ECHO) && dress->echo_probe;
  gboolean noise = (dress->treatment & PHONE_TREATMENT_NOISE) != 0;
  gboolean gain = (dress->treatment & PHONE_TREATMENT_GAIN) != 0;

  if ((!echo && !noise && !gain) || !phone_media_capture_can_treat ())
    return NULL;
  return g_strdup_printf ("audioconvert name=in ! audioresample ! " PHONE_TREATED_CAPS
                          " ! webrtcdsp name=out echo-cancel=%s noise-suppression=%s "
                          "gain-control=%s echo-suppression-level=high probe=%s",
                          echo ? "true" : "false", noise ? "true" : "false",
                          gain ? "true" : "false", echo ? dress->echo_probe : "none");
}

gboolean
phone_media_capture_can_treat (void)
{
  return phone_media_element_exists ("webrtcdsp") &&
         phone_media_element_exists ("webrtcechoprobe");
}

GstElement *
phone_media_capture_make_probe (void)
{
  static guint n_probes = 0;
  g_autofree char *name = g_strdup_printf ("phone-echo-%u", ++n_probes);

  return gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", name));
}

GstElement *
phone_media_capture_dress (GstElement *device, const PhoneMediaCaptureDress *dress)
{
  g_autofree char *description =
      dress->kind == PHONE_MEDIA_KIND_AUDIO ? describe_treatment (dress) : NULL;
  GstElement *bin =
      description ? gst_parse_bin_from_description (description, FALSE, NULL) : NULL;
  g_autoptr (GstElement) in = NULL;
  g_autoptr (GstElement) out = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (!bin) {
    g_object_force_floating (G_OBJECT (device));
    return device;
  }
  in = gst_bin_get_by_name (GST_BIN (bin), "in");
  out = gst_bin_get_by_name (GST_BIN (bin), "out");
  pad = gst_element_get_static_pad (out, "src");
  gst_bin_add (GST_BIN (bin), device);
  gst_object_unref (device);
  gst_element_link (device, in);
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
  return bin;
}

void
phone_media_capture_undress (GstElement *source)
{
  g_autoptr (GstElement) out =
      GST_IS_BIN (source) ? gst_bin_get_by_name (GST_BIN (source), "out") : NULL;

  if (!out)
    return;
  gst_element_set_locked_state (out, TRUE);
  gst_element_set_state (out, GST_STATE_NULL);
}
