/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-codec.h"
#include "phone-media-config.h"

#include <gst/gst.h>

/* Encoders are told to be quick rather than good: two cores have to carry both
 * directions, and a picture that comes late is worth nothing. One thread each: those of
 * libvpx wait for each other by spinning, which on busy cores took ten times the whole
 * work; and its speed is fixed (negative), since the adaptive one slows down where there
 * is no one to outrun. */
#define VP8_ENCODER                                                                      \
  "vp8enc name=encoder deadline=1 cpu-used=-6 threads=1 end-usage=cbr "                  \
  "target-bitrate=900000 keyframe-max-dist=300 lag-in-frames=0 error-resilient=default " \
  "buffer-size=600 buffer-initial-size=300 buffer-optimal-size=400 undershoot=95"
#define X264_ENCODER                                                                     \
  "x264enc name=encoder tune=zerolatency speed-preset=ultrafast bitrate=900 "            \
  "key-int-max=300 bframes=0 threads=1 ! video/x-h264,profile=constrained-baseline"
#define OPENH264_ENCODER                                                                 \
  "openh264enc name=encoder complexity=low rate-control=bitrate bitrate=900000 "         \
  "gop-size=300 multi-thread=1 ! video/x-h264,profile=constrained-baseline"

static const PhoneMediaCodec codecs[] = {
    {"opus",
     "OPUS",
     PHONE_MEDIA_KIND_AUDIO,
     111,
     48000,
     48000,
     2,
     "minptime=10;useinbandfec=1",
     {"opusenc name=encoder audio-type=voice bitrate=32000 inband-fec=true "
      "packet-loss-percentage=5 frame-size=20",
      NULL},
     {"opusdec plc=true use-inband-fec=true", NULL},
     "rtpopuspay",
     "rtpopusdepay"},
    {"g722",
     "G722",
     PHONE_MEDIA_KIND_AUDIO,
     9,
     8000,
     16000,
     0,
     "",
     {"avenc_g722 name=encoder", NULL},
     {"avdec_g722", NULL},
     "rtpg722pay",
     "rtpg722depay"},
    {"pcmu",
     "PCMU",
     PHONE_MEDIA_KIND_AUDIO,
     0,
     8000,
     8000,
     0,
     "",
     {"mulawenc name=encoder", NULL},
     {"mulawdec", NULL},
     "rtppcmupay min-ptime=20000000 max-ptime=20000000",
     "rtppcmudepay"},
    {"pcma",
     "PCMA",
     PHONE_MEDIA_KIND_AUDIO,
     8,
     8000,
     8000,
     0,
     "",
     {"alawenc name=encoder", NULL},
     {"alawdec", NULL},
     "rtppcmapay min-ptime=20000000 max-ptime=20000000",
     "rtppcmadepay"},
    {"vp8",
     "VP8",
     PHONE_MEDIA_KIND_VIDEO,
     96,
     90000,
     0,
     0,
     "",
     {VP8_ENCODER, NULL},
     {"vp8dec threads=1", NULL},
     "rtpvp8pay picture-id-mode=15-bit",
     "rtpvp8depay request-keyframe=true wait-for-keyframe=true"},
    {"h264",
     "H264",
     PHONE_MEDIA_KIND_VIDEO,
     102,
     90000,
     0,
     0,
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
     {X264_ENCODER, OPENH264_ENCODER},
     {"avdec_h264", "openh264dec"},
     "rtph264pay config-interval=-1 aggregate-mode=zero-latency",
     "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse"},
};

gboolean
phone_media_element_exists (const char *fragment)
{
  g_autofree char *name = g_strndup (fragment, strcspn (fragment, " "));
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL;
}

static const char *
first_that_exists (const char *const *fragments)
{
  for (guint i = 0; i < 2 && fragments[i]; i++)
    if (phone_media_element_exists (fragments[i]))
      return fragments[i];
  return NULL;
}

const char *
phone_media_codec_get_encoder (const PhoneMediaCodec *self)
{
  return first_that_exists (self->encoder);
}

const char *
phone_media_codec_get_mending (const PhoneMediaCodec *self)
{
  if (!g_str_equal (self->encoding, "H264"))
    return "";
  return "! capssetter caps=application/x-rtp,packetization-mode=(string)1,"
         "level-asymmetry-allowed=(string)1,profile-level-id=(string)42e01f";
}

const char *
phone_media_codec_get_decoder (const PhoneMediaCodec *self)
{
  return first_that_exists (self->decoder);
}

const PhoneMediaCodec *
phone_media_codec_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_str_equal (codecs[i].name, name))
      return &codecs[i];
  return NULL;
}

const PhoneMediaCodec *
phone_media_codec_find_encoding (const char *encoding)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_ascii_strcasecmp (codecs[i].encoding, encoding) == 0)
      return &codecs[i];
  return NULL;
}

gboolean
phone_media_codec_is_available (const char *name)
{
  const PhoneMediaCodec *codec = phone_media_codec_find (name);

  return codec && phone_media_codec_get_encoder (codec) &&
         phone_media_codec_get_decoder (codec) &&
         phone_media_element_exists (codec->payloader) &&
         phone_media_element_exists (codec->depayloader);
}

char **
phone_media_codec_dup_names (PhoneMediaKind kind)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (codecs[i].kind == kind)
      g_strv_builder_add (names, codecs[i].name);
  return g_strv_builder_end (names);
}
