/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The codecs this program can speak, as one flat table: what SDP calls them, and which
 * GStreamer elements make and read them. Pure but for the look into the registry. */

typedef enum {
  PHONE_MEDIA_KIND_AUDIO,
  PHONE_MEDIA_KIND_VIDEO,
} PhoneMediaKind;

typedef struct {
  const char *name;     /* as in PhoneMediaConfig */
  const char *encoding; /* as in a=rtpmap */
  PhoneMediaKind kind;
  guint payload_type; /* in our own offers */
  guint clock_rate;
  guint sample_rate; /* of the sound itself; 0: video */
  guint channels;    /* as in a=rtpmap; 0: not written */
  const char *fmtp;  /* as in a=fmtp, or "" */
  /* Fragments for gst_parse. The encoder is preferred over its second, where both are
   * there; the payloader is named pay. */
  const char *encoder[2];
  const char *decoder[2];
  const char *payloader;
  const char *depayloader;
} PhoneMediaCodec;

const PhoneMediaCodec *phone_media_codec_find (const char *name);
const PhoneMediaCodec *phone_media_codec_find_encoding (const char *encoding);

/* Names of one kind, installed or not, best first. */
char **phone_media_codec_dup_names (PhoneMediaKind kind);

/* The fragment to use; NULL: none is installed. */
const char *phone_media_codec_get_encoder (const PhoneMediaCodec *self);
const char *phone_media_codec_get_decoder (const PhoneMediaCodec *self);
/* What has to follow the payloader; "" for most. 1.22: webrtcbin takes packets only where
 * their caps equal the a=fmtp of the SDP to the letter, and the encoder of H.264 names the
 * level it needs, not the one agreed upon. */
const char *phone_media_codec_get_mending (const PhoneMediaCodec *self);

/* Whether the first word of the fragment names an element that is installed. */
gboolean phone_media_element_exists (const char *fragment);
