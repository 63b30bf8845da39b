/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sender.h"
#include "phone-devices-private.h"
#include "phone-media-capture.h"
#include "phone-media-painter.h"
#include "phone-media-session.h"
#include "phone-probe.h"

#include <gst/video/video.h>

struct _PhoneMediaSender {
  GstElement *bin;
  GstElement *source; /* NULL: closed */
  GstElement *echo;
  char *echo_probe;      /* name; NULL: there is none */
  GCancellable *opening; /* NULL: no device is being opened */
  PhoneMediaCaptureDress dress;
  const PhoneMediaConfig *config;
  const PhoneMediaCodec *codec;
  guint payload_type;
  gboolean has_source;
  gboolean is_waiting; /* opens a device in the place of one that is missing */
};

/* What the raw pictures pass on their way to the encoder; on the streaming thread. */
typedef struct {
  PhoneMediaPainter *painter;
  gboolean draws_marks;
  guint16 source;
  guint32 number;
} Stage;

static void
stage_free (gpointer data)
{
  Stage *stage = data;

  phone_media_painter_free (stage->painter);
  g_free (stage);
}

/* A bar that moves over the lower half, so that a person sees it live. */
static void
draw_bar (guint8 *luma, guint width, guint height, guint stride, guint32 number)
{
  guint x = number * 4 % (width - width / 16);

  for (guint y = height / 2; y < height; y++)
    memset (luma + (gsize)y * stride + x, 235, width / 16);
}

/* Black and white are without colour, or a browser that reads red instead of brightness
 * sees something else. */
static void
take_colour_away (GstVideoFrame *frame)
{
  for (guint plane = 1; plane < GST_VIDEO_FRAME_N_PLANES (frame); plane++)
    memset (GST_VIDEO_FRAME_PLANE_DATA (frame, plane), 128,
            (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane) *
                (gsize)GST_VIDEO_FRAME_COMP_HEIGHT (frame, plane) / 2);
}

static GstBuffer *
draw (Stage *stage, GstBuffer *buffer, const GstVideoInfo *info)
{
  PhoneProbeMark mark = {.source = stage->source,
                         .number = stage->number & 0xFFFFFF,
                         .time_ms = (guint32)(g_get_monotonic_time () / 1000)};
  GstVideoFrame frame;

  buffer = gst_buffer_make_writable (buffer);
  if (gst_video_frame_map (&frame, info, buffer, GST_MAP_READWRITE)) {
    guint8 *luma = GST_VIDEO_FRAME_PLANE_DATA (&frame, 0);
    guint width = (guint)GST_VIDEO_FRAME_WIDTH (&frame);
    guint height = (guint)GST_VIDEO_FRAME_HEIGHT (&frame);
    guint stride = (guint)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    draw_bar (luma, width, height, stride, mark.number);
    phone_probe_draw_mark (&mark, luma, width, height, stride);
    take_colour_away (&frame);
    gst_video_frame_unmap (&frame);
  }
  stage->number++;
  return buffer;
}

static GstPadProbeReturn
on_raw_picture_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Stage *stage = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo video;

  if (!caps || !gst_video_info_from_caps (&video, caps))
    return GST_PAD_PROBE_OK;
  if (stage->draws_marks)
    GST_PAD_PROBE_INFO_DATA (info) =
        draw (stage, GST_PAD_PROBE_INFO_BUFFER (info), &video);
  phone_media_painter_push_any_thread (stage->painter, caps,
                                       GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

/* ---- The rest of the chain ---- */

/* What does not go out is left out before the packets are numbered: the far end counts
 * each number that it does not get as lost. */
static const char stopper[] = "valve name=stop drop-mode=forward-sticky-events ! ";

static char *
describe_packets (const PhoneMediaCodec *codec, const char *before, guint payload_type)
{
  return g_strdup_printf ("%s ! %s%s name=pay pt=%u %s",
                          phone_media_codec_get_encoder (codec), before, codec->payloader,
                          payload_type, phone_media_codec_get_mending (codec));
}

static char *
describe_audio (const PhoneMediaCodec *codec, guint payload_type)
{
  g_autofree char *packets = describe_packets (codec, stopper, payload_type);

  return g_strdup_printf (
      "queue name=head max-size-buffers=0 max-size-bytes=0 max-size-time=200000000 "
      "leaky=downstream ! audioconvert ! audioresample ! "
      "audio/x-raw,rate=%u,channels=1 ! level name=level interval=1000000000 ! "
      "volume name=mute ! audioconvert ! %s ! identity name=out",
      codec->sample_rate, packets);
}

static char *
describe_video (const PhoneMediaConfig *config,
                const PhoneMediaCodec *codec,
                guint payload_type)
{
  g_autofree char *packets = describe_packets (codec, "", payload_type);
  g_autofree char *shape =
      config->video_source == PHONE_MEDIA_SOURCE_ECHO
          ? g_strdup ("video/x-raw,format=I420")
          : g_strdup_printf ("videorate drop-only=true ! videoscale ! videoconvert ! "
                             "video/x-raw,format=I420,width=%u,height=%u,"
                             "framerate=[1/1,%u/1]",
                             config->video_width, config->video_height,
                             config->video_fps);

  return g_strdup_printf ("capsfilter name=head ! %s ! identity name=raw ! "
                          "%s"
                          "queue max-size-buffers=2 max-size-bytes=0 max-size-time=0 "
                          "leaky=downstream ! %s ! identity name=out",
                          shape, stopper, packets);
}

static void
watch_pictures (PhoneMediaSender *self,
                PhoneVideoFeed *feed,
                gboolean draws_marks,
                guint16 frame_source)
{
  g_autoptr (GstElement) raw = gst_bin_get_by_name (GST_BIN (self->bin), "raw");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (raw, "src");
  Stage *stage = g_new0 (Stage, 1);

  stage->painter = phone_media_painter_new (feed, NULL);
  stage->draws_marks = draws_marks;
  stage->source = frame_source;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_raw_picture_any_thread, stage,
                     stage_free);
}

/* A source that ends would end what comes after it for good; another may follow. */
static GstPadProbeReturn
on_source_event_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS
             ? GST_PAD_PROBE_DROP
             : GST_PAD_PROBE_OK;
}

static void
drop_end_of_source (PhoneMediaSender *self)
{
  g_autoptr (GstElement) head = gst_bin_get_by_name (GST_BIN (self->bin), "head");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (head, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_source_event_any_thread,
                     NULL, NULL);
}

/* ---- Sources ---- */

static gboolean
is_device (PhoneMediaSender *self)
{
  PhoneMediaSource source = self->codec->kind == PHONE_MEDIA_KIND_VIDEO
                                ? self->config->video_source
                                : self->config->audio_source;

  return source == PHONE_MEDIA_SOURCE_DEVICE;
}

/* A test picture is made in the size and rate it is sent in, not converted to them. */
static GstCaps *
make_head_caps (PhoneMediaSender *self)
{
  const PhoneMediaConfig *config = self->config;

  if (self->echo || (self->has_source && config->video_source != PHONE_MEDIA_SOURCE_TEST))
    return gst_caps_new_any ();
  return gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width",
                              G_TYPE_INT, (int)config->video_width, "height", G_TYPE_INT,
                              (int)config->video_height, "framerate", GST_TYPE_FRACTION,
                              (int)config->video_fps, 1, NULL);
}

/* Takes source, floating or not. */
static void
link_source (PhoneMediaSender *self, GstElement *source, gboolean is_wanted)
{
  g_autoptr (GstElement) head = gst_bin_get_by_name (GST_BIN (self->bin), "head");

  self->source = source;
  self->has_source = is_wanted;
  gst_bin_add (GST_BIN (self->bin), source);
  if (self->codec->kind == PHONE_MEDIA_KIND_VIDEO) {
    g_autoptr (GstCaps) caps = make_head_caps (self);

    g_object_set (head, "caps", caps, NULL);
  }
  gst_element_link (source, head);
  gst_element_sync_state_with_parent (source);
}

/* A camera takes its time to stop: it is not waited for. */
static void
remove_source (PhoneMediaSender *self)
{
  GstElement *source = g_steal_pointer (&self->source);

  self->has_source = FALSE;
  self->echo = NULL;
  if (!source)
    return;
  gst_object_ref (source);
  gst_element_set_locked_state (source, TRUE);
  gst_bin_remove (GST_BIN (self->bin), source);
  phone_media_capture_undress (source);
  phone_device_close (source);
}

static void on_opened (GObject *object, GAsyncResult *result, gpointer data);

/* Another device, or the same one, when it comes back. */
static void
wait_for_device (PhoneMediaSender *self)
{
  gboolean is_video = self->codec->kind == PHONE_MEDIA_KIND_VIDEO;

  self->is_waiting = TRUE;
  self->opening = g_cancellable_new ();
  phone_equipment_open_later_async (self->config->equipment,
                                    is_video ? PHONE_ROLE_CAMERA : PHONE_ROLE_MICROPHONE,
                                    self->opening, on_opened, self);
}

static void
do_without_device (PhoneMediaSender *self)
{
  if (self->has_source || !self->source) {
    remove_source (self);
    link_source (self, phone_media_capture_make_empty (self->codec->kind), FALSE);
  }
  wait_for_device (self);
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  PhoneMediaSender *self = data;
  g_autoptr (GError) error = NULL;
  GstElement *device = phone_device_open_finish (result, &error);

  /* Who cancels it may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  self->is_waiting = FALSE;
  if (!device) {
    do_without_device (self);
    return;
  }
  remove_source (self);
  link_source (self, phone_media_capture_dress (device, &self->dress), TRUE);
}

static void
begin_opening (PhoneMediaSender *self)
{
  PhoneEquipment *equipment = self->config->equipment;
  gboolean is_video = self->codec->kind == PHONE_MEDIA_KIND_VIDEO;

  self->dress = (PhoneMediaCaptureDress){.kind = self->codec->kind};
  if (equipment && !is_video) {
    self->dress.treatment = phone_equipment_get_treatment (equipment);
    self->dress.echo_probe = self->echo_probe;
  }
  self->opening = g_cancellable_new ();
  phone_equipment_open_async (equipment,
                              is_video ? PHONE_ROLE_CAMERA : PHONE_ROLE_MICROPHONE,
                              self->opening, on_opened, self);
}

static void
cancel_opening (PhoneMediaSender *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->is_waiting = FALSE;
}

void
phone_media_sender_close_source (PhoneMediaSender *self)
{
  cancel_opening (self);
  remove_source (self);
}

void
phone_media_sender_open_source (PhoneMediaSender *self)
{
  gboolean is_video = self->codec->kind == PHONE_MEDIA_KIND_VIDEO;

  if (self->source || self->opening)
    return;
  switch (is_video ? self->config->video_source : self->config->audio_source) {
  case PHONE_MEDIA_SOURCE_TEST:
    link_source (self, phone_media_capture_make_test (self->config, self->codec), TRUE);
    break;
  case PHONE_MEDIA_SOURCE_ECHO:
    self->echo = phone_media_capture_make_echo ();
    link_source (self, self->echo, TRUE);
    break;
  case PHONE_MEDIA_SOURCE_DEVICE:
    begin_opening (self);
    break;
  }
}

void
phone_media_sender_reopen_source (PhoneMediaSender *self)
{
  if (!is_device (self) || (!self->source && !self->opening))
    return;
  cancel_opening (self);
  begin_opening (self);
}

gboolean
phone_media_sender_replace_source (PhoneMediaSender *self, GstObject *broken)
{
  GstObject *source = (GstObject *)self->source;

  if (!self->has_source || self->echo ||
      (broken != source && !gst_object_has_as_ancestor (broken, source)))
    return FALSE;
  if (is_device (self)) {
    cancel_opening (self);
    do_without_device (self);
  } else {
    remove_source (self);
    link_source (self, phone_media_capture_make_empty (self->codec->kind), FALSE);
  }
  return TRUE;
}

static void
expose_packets (PhoneMediaSender *self)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (self->bin), "out");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_element_add_pad (self->bin, gst_ghost_pad_new ("src", pad));
}

PhoneMediaSender *
phone_media_sender_new (const PhoneMediaSenderUse *use,
                        const PhoneMediaCodec *codec,
                        guint payload_type,
                        GError **error)
{
  g_autoptr (PhoneMediaSender) self = g_new0 (PhoneMediaSender, 1);
  g_autofree char *description = NULL;
  g_autoptr (GError) missing = NULL;

  if (!phone_media_codec_is_available (codec->name)) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT,
                 "%s is not installed any more", codec->name);
    return NULL;
  }
  description = codec->kind == PHONE_MEDIA_KIND_AUDIO
                    ? describe_audio (codec, payload_type)
                    : describe_video (use->config, codec, payload_type);
  self->config = use->config;
  self->echo_probe = g_strdup (use->echo_probe);
  self->codec = codec;
  self->payload_type = payload_type;
  self->bin = gst_parse_bin_from_description (description, FALSE, &missing);
  if (missing || !self->bin) {
    g_set_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT, "%s",
                 missing ? missing->message : codec->name);
    return NULL;
  }
  gst_object_ref_sink (self->bin);
  drop_end_of_source (self);
  expose_packets (self);
  if (codec->kind == PHONE_MEDIA_KIND_VIDEO)
    watch_pictures (self, use->feed, use->config->video_source == PHONE_MEDIA_SOURCE_TEST,
                    use->frame_source);
  phone_media_sender_open_source (self);
  return g_steal_pointer (&self);
}

void
phone_media_sender_free (PhoneMediaSender *self)
{
  cancel_opening (self);
  gst_clear_object (&self->bin);
  g_free (self->echo_probe);
  g_free (self);
}

GstElement *
phone_media_sender_get_bin (PhoneMediaSender *self)
{
  return self->bin;
}

const PhoneMediaCodec *
phone_media_sender_get_codec (PhoneMediaSender *self)
{
  return self->codec;
}

guint
phone_media_sender_get_payload_type (PhoneMediaSender *self)
{
  return self->payload_type;
}

gboolean
phone_media_sender_has_source (PhoneMediaSender *self)
{
  return self->has_source || (self->opening && !self->is_waiting);
}

GstElement *
phone_media_sender_get_echo (PhoneMediaSender *self)
{
  return self->echo;
}

guint32
phone_media_sender_get_ssrc (PhoneMediaSender *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint ssrc = 0;

  if (caps)
    gst_structure_get_uint (gst_caps_get_structure (caps, 0), "ssrc", &ssrc);
  return ssrc;
}

void
phone_media_sender_set_muted (PhoneMediaSender *self, gboolean muted)
{
  g_autoptr (GstElement) mute = gst_bin_get_by_name (GST_BIN (self->bin), "mute");

  if (mute)
    g_object_set (mute, "mute", muted, NULL);
}

void
phone_media_sender_set_stopped (PhoneMediaSender *self, gboolean stopped)
{
  g_autoptr (GstElement) stop = gst_bin_get_by_name (GST_BIN (self->bin), "stop");

  g_object_set (stop, "drop", stopped, NULL);
}

void
phone_media_sender_ask_keyframe (PhoneMediaSender *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->bin, "src");

  if (self->codec->kind == PHONE_MEDIA_KIND_VIDEO)
    gst_pad_send_event (
        pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}
