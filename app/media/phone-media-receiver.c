/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-receiver.h"
#include "phone-media-capture.h"
#include "phone-media-painter.h"
#include "phone-media-session.h"
#include "phone-media-speaker.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

struct _PhoneMediaReceiver {
  GstElement *bin;
  const PhoneMediaCodec *codec;
  GstElement *tap;
  PhoneMediaSpeaker *speaker; /* NULL: nothing is played */
};

/* What the streaming thread holds on to: freed when its appsink is. */
typedef struct {
  PhoneMediaNotePort *port;
  int first_kind;
  gboolean told;
  PhoneProbe *probe;
  PhoneMediaPainter *painter;
  GWeakRef echo; /* an appsrc */
} Tap;

static void
tap_free (gpointer data)
{
  Tap *tap = data;

  phone_media_note_port_unref_any_thread (tap->port);
  g_clear_object (&tap->probe);
  g_clear_pointer (&tap->painter, phone_media_painter_free);
  g_weak_ref_clear (&tap->echo);
  g_free (tap);
}

static void
tell_first (Tap *tap)
{
  if (tap->told)
    return;
  tap->told = TRUE;
  phone_media_note_post_any_thread (tap->port, tap->first_kind, NULL, NULL);
}

static void
push_echo (Tap *tap, GstSample *sample)
{
  g_autoptr (GObject) echo = g_weak_ref_get (&tap->echo);

  if (echo)
    gst_app_src_push_sample (GST_APP_SRC (echo), sample);
}

static GstFlowReturn
on_sound_any_thread (GstAppSink *sink, gpointer data)
{
  Tap *tap = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample ? gst_sample_get_buffer (sample) : NULL;
  GstMapInfo map;

  if (!buffer || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_OK;
  tell_first (tap);
  phone_probe_push_audio_any_thread (tap->probe, (const float *)(gconstpointer)map.data,
                                     map.size / sizeof (float));
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_echo_sound_any_thread (GstAppSink *sink, gpointer data)
{
  Tap *tap = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample)
    push_echo (tap, sample);
  return GST_FLOW_OK;
}

static GstFlowReturn
on_picture_any_thread (GstAppSink *sink, gpointer data)
{
  Tap *tap = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (!sample || !gst_sample_get_buffer (sample))
    return GST_FLOW_OK;
  tell_first (tap);
  phone_media_painter_push_any_thread (tap->painter, gst_sample_get_caps (sample),
                                       gst_sample_get_buffer (sample));
  push_echo (tap, sample);
  return GST_FLOW_OK;
}

static Tap *
tap_new (const PhoneMediaReceiverUse *use, PhoneMediaKind kind)
{
  Tap *tap = g_new0 (Tap, 1);

  tap->port = phone_media_note_port_ref_any_thread (use->port);
  tap->first_kind = use->first_kind;
  tap->probe = g_object_ref (use->probe);
  if (kind == PHONE_MEDIA_KIND_VIDEO)
    tap->painter = phone_media_painter_new (use->feed, use->probe);
  g_weak_ref_init (&tap->echo, NULL);
  return tap;
}

/* The tap is found again at its appsink by set_echo(). */
static void
watch (PhoneMediaReceiver *self,
       const char *name,
       GstFlowReturn (*on_sample) (GstAppSink *, gpointer),
       Tap *tap)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (self->bin), name);
  GstAppSinkCallbacks callbacks = {.new_sample = on_sample};

  g_object_set_data (G_OBJECT (sink), "tap", tap);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, tap, tap_free);
  self->tap = sink;
}

/* What is heard passes the probe that takes it out of the microphone, on its way to a
 * speaker that may change, or be none. */
static char *
describe_speaker (const PhoneMediaReceiverUse *use)
{
  if (use->config->audio_sink != PHONE_MEDIA_SINK_DEVICE)
    return g_strdup ("");
  if (!use->echo_probe)
    return g_strdup ("tee. ! tee name=speaker allow-not-linked=true ");
  return g_strdup ("tee. ! audioconvert ! audioresample ! "
                   "capsfilter name=heard caps=" PHONE_TREATED_CAPS " "
                   "tee name=speaker allow-not-linked=true ");
}

static char *
describe_audio (const PhoneMediaReceiverUse *use)
{
  g_autofree char *speaker = describe_speaker (use);

  return g_strdup_printf (
      "audioconvert ! audioresample ! tee name=tee %s"
      "tee. ! audioconvert ! audioresample ! "
      "audio/x-raw,format=F32LE,rate=8000,channels=1,layout=interleaved ! "
      "appsink name=probe sync=false async=false %s",
      speaker,
      use->config->audio_source == PHONE_MEDIA_SOURCE_ECHO
          ? "tee. ! queue max-size-time=200000000 max-size-buffers=0 leaky=downstream "
            "! appsink name=echo sync=false async=false"
          : "");
}

static char *
describe (const PhoneMediaCodec *codec, const PhoneMediaReceiverUse *use)
{
  /* The depayloader may be followed by a parser: the name is the first one's. */
  gsize length = strcspn (codec->depayloader, "!");
  g_autofree char *rest =
      codec->kind == PHONE_MEDIA_KIND_AUDIO
          ? describe_audio (use)
          : g_strdup ("videoconvert ! video/x-raw,format=I420 ! "
                      "appsink name=picture sync=false async=false max-buffers=2 "
                      "drop=true");

  return g_strdup_printf ("valve name=head ! %.*s %s ! %s ! %s", (int)length,
                          codec->depayloader, codec->depayloader + length,
                          phone_media_codec_get_decoder (codec), rest);
}

static void
connect_speaker (PhoneMediaReceiver *self, const PhoneMediaReceiverUse *use)
{
  g_autoptr (GstElement) tee = gst_bin_get_by_name (GST_BIN (self->bin), "speaker");
  g_autoptr (GstElement) heard = gst_bin_get_by_name (GST_BIN (self->bin), "heard");

  if (heard) {
    gst_bin_add (GST_BIN (self->bin), use->echo_probe);
    gst_element_link_many (heard, use->echo_probe, tee, NULL);
  }
  if (tee)
    self->speaker =
        phone_media_speaker_new (GST_BIN (self->bin), tee, use->config->equipment);
}

static void
connect_audio (PhoneMediaReceiver *self,
               const PhoneMediaReceiverUse *use,
               gboolean echoes)
{
  watch (self, "probe", on_sound_any_thread, tap_new (use, PHONE_MEDIA_KIND_AUDIO));
  if (echoes)
    watch (self, "echo", on_echo_sound_any_thread, tap_new (use, PHONE_MEDIA_KIND_AUDIO));
  connect_speaker (self, use);
}

static void
expose_packets (PhoneMediaReceiver *self)
{
  g_autoptr (GstElement) head = gst_bin_get_by_name (GST_BIN (self->bin), "head");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (head, "sink");

  gst_element_add_pad (self->bin, gst_ghost_pad_new ("sink", pad));
}

PhoneMediaReceiver *
phone_media_receiver_new (const PhoneMediaCodec *codec,
                          const PhoneMediaReceiverUse *use,
                          GError **error)
{
  g_autoptr (PhoneMediaReceiver) self = g_new0 (PhoneMediaReceiver, 1);
  gboolean is_audio = codec->kind == PHONE_MEDIA_KIND_AUDIO;
  gboolean echoes = use->config->audio_source == PHONE_MEDIA_SOURCE_ECHO;
  g_autofree char *description = NULL;
  g_autoptr (GError) missing = NULL;

  if (!phone_media_codec_is_available (codec->name)) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                 "%s is not installed any more", codec->name);
    return NULL;
  }
  description = describe (codec, use);
  self->codec = codec;
  self->bin = gst_parse_bin_from_description (description, FALSE, &missing);
  if (missing || !self->bin) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT, "%s",
                 missing ? missing->message : codec->name);
    return NULL;
  }
  gst_object_ref_sink (self->bin);
  expose_packets (self);
  if (is_audio)
    connect_audio (self, use, echoes);
  else
    watch (self, "picture", on_picture_any_thread, tap_new (use, codec->kind));
  return g_steal_pointer (&self);
}

void
phone_media_receiver_free (PhoneMediaReceiver *self)
{
  g_clear_pointer (&self->speaker, phone_media_speaker_free);
  gst_clear_object (&self->bin);
  g_free (self);
}

GstElement *
phone_media_receiver_get_bin (PhoneMediaReceiver *self)
{
  return self->bin;
}

const PhoneMediaCodec *
phone_media_receiver_get_codec (PhoneMediaReceiver *self)
{
  return self->codec;
}

guint32
phone_media_receiver_get_ssrc (PhoneMediaReceiver *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint ssrc = 0;

  if (caps)
    gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);
  return ssrc;
}

void
phone_media_receiver_set_ignored (PhoneMediaReceiver *self, gboolean ignored)
{
  g_autoptr (GstElement) head = gst_bin_get_by_name (GST_BIN (self->bin), "head");

  g_object_set (head, "drop", ignored, NULL);
}

gboolean
phone_media_receiver_drop_speaker (PhoneMediaReceiver *self, GstObject *broken)
{
  return self->speaker && phone_media_speaker_drop (self->speaker, broken);
}

void
phone_media_receiver_reopen_speaker (PhoneMediaReceiver *self)
{
  if (self->speaker)
    phone_media_speaker_reopen (self->speaker);
}

void
phone_media_receiver_set_echo (PhoneMediaReceiver *self, GstElement *echo)
{
  Tap *tap = g_object_get_data (G_OBJECT (self->tap), "tap");

  g_weak_ref_set (&tap->echo, echo);
}
