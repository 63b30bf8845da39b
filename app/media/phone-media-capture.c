/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-capture.h"

/* What the codecs put into a packet: less would wake every thread on the way more often. */
enum { PIECES_A_SECOND = 50 };

GstElement *
phone_media_capture_make_test (const PhoneMediaConfig *config,
                               const PhoneMediaCodec *codec)
{
  if (codec->kind == PHONE_MEDIA_KIND_VIDEO)
    return gst_element_factory_make_full ("videotestsrc", "is-live", TRUE, NULL);
  return gst_element_factory_make_full (
      "audiotestsrc", "is-live", TRUE, "freq", (double)config->tone_hz, "volume", 0.3,
      "samplesperbuffer", codec->sample_rate / PIECES_A_SECOND, NULL);
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

/* ---- What hears the speaker ---- */

/* How long before it is played a sound is given to the echo canceller: less than the
 * buffers of a microphone and a speaker together, and less than the 120 ms from which on
 * the canceller believes no delay that it is told. How late an echo may be is another
 * thing: GStreamer 1.22 (webrtc-audio-processing 0.3) finds it until 45 ms after it was to
 * be played, whatever this is. webrtcdsp gives extended-filter and delay-agnostic to
 * AudioProcessing::Create() there, which does not hand them on to the canceller. */
enum { HEARD_AHEAD_MS = 40 };

/* Set while a probe asks, on this thread, how late its sound is. */
static GPrivate asking_probe;

static GstPadProbeReturn
on_probe_told_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer probe)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_LATENCY)
    g_private_set (&asking_probe, probe);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_probe_tells_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer probe)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_LATENCY)
    g_private_set (&asking_probe, NULL);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_probe_asks_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer probe)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY ||
      g_private_get (&asking_probe) != probe)
    return GST_PAD_PROBE_OK;
  gst_query_set_latency (query, TRUE, HEARD_AHEAD_MS * GST_MSECOND, GST_CLOCK_TIME_NONE);
  return GST_PAD_PROBE_HANDLED;
}

/* Each time that the pipeline tells it how late all is, a webrtcechoprobe asks how late
 * its own sound comes, and gives it to the canceller so long before it is played. Of a
 * peer that would be the jitter buffer, and what is to be played so far ahead has not
 * been received yet: the canceller would hear silence. */
static void
answer_probe (GstElement *probe)
{
  g_autoptr (GstPad) in = gst_element_get_static_pad (probe, "sink");
  g_autoptr (GstPad) out = gst_element_get_static_pad (probe, "src");

  gst_pad_add_probe (out, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_probe_told_any_thread,
                     probe, NULL);
  gst_pad_add_probe (in, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_probe_tells_any_thread,
                     probe, NULL);
  gst_pad_add_probe (in, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM | GST_PAD_PROBE_TYPE_PUSH,
                     on_probe_asks_any_thread, probe, NULL);
}

GstElement *
phone_media_capture_make_probe (void)
{
  static guint n_probes = 0;
  g_autofree char *name = g_strdup_printf ("phone-echo-%u", ++n_probes);
  GstElement *probe =
      gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", name));

  answer_probe (probe);
  return probe;
}

/* ---- Devices ---- */

/* webrtcdsp takes 10 ms at a time, of one rate that the echo probe must have, too. What it
 * suppresses beyond what it cancels it takes from both ends where both speak: at the low
 * level the near end keeps its own within 3 dB, at the high one it loses 6 to 9. */
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
                          "gain-control=%s echo-suppression-level=low probe=%s",
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
