/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"

#include <gio/gio.h>

/* What a PhoneMediaSession is made from: a plain struct, filled by the one who makes the
 * call and copied by the session. Strings are owned by the config. */

typedef enum {
  PHONE_MEDIA_SOURCE_TEST, /* a tone, and numbered time-stamped frames (phone-probe.h) */
  PHONE_MEDIA_SOURCE_DEVICE, /* microphone, camera */
  PHONE_MEDIA_SOURCE_ECHO,   /* what is heard and seen goes back */
} PhoneMediaSource;

typedef enum {
  PHONE_MEDIA_SINK_NONE,   /* decoded and probed, played to nobody */
  PHONE_MEDIA_SINK_DEVICE, /* loudspeaker */
} PhoneMediaSink;

typedef struct {
  char **audio_codecs; /* "opus", "pcmu", "pcma", "g722", best first */
  char **video_codecs; /* "vp8", "h264", best first */

  GPtrArray *ice_servers; /* see phone_media_config_add_ice_server() */
  gboolean relay_only;    /* only candidates of a TURN server */
  char *local_address;    /* IP address of the one interface to use, or NULL: all */
  guint gather_ms;        /* after so long the SDP goes out with what there is: 500 */

  PhoneMediaSource audio_source; /* DEVICE */
  PhoneMediaSource video_source; /* DEVICE */
  PhoneMediaSink audio_sink;     /* DEVICE */
  PhoneEquipment *equipment; /* owned; NULL: the system's devices, with no treatment */

  guint tone_hz;      /* of SOURCE_TEST: 440 */
  guint video_width;  /* 640 */
  guint video_height; /* 480 */
  guint video_fps;    /* 20 */
} PhoneMediaConfig;

#define PHONE_TYPE_MEDIA_CONFIG (phone_media_config_get_type ())
GType phone_media_config_get_type (void);

/* With the defaults named above, every codec, and no ICE server. */
PhoneMediaConfig *phone_media_config_new (void);
PhoneMediaConfig *phone_media_config_copy (const PhoneMediaConfig *self);
void phone_media_config_free (PhoneMediaConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneMediaConfig, phone_media_config_free)

/* stun:host[:port], or turn:host[:port][?transport=udp|tcp] (RFC 7064, 7065) with a user
 * and a password. turns: is refused by name (PHONE_MEDIA_ERROR_ICE_SERVER): libnice
 * would speak plain text to the port. */
gboolean phone_media_config_add_ice_server (PhoneMediaConfig *self,
                                            const char *uri,
                                            const char *user,
                                            const char *password,
                                            GError **error);

/* Whether the name is one that audio_codecs or video_codecs may hold and its elements
 * are installed. After phone_media_init(). */
gboolean phone_media_codec_is_available (const char *name);
