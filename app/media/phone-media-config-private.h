/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-config.h"

/* One checked entry of PhoneMediaConfig.ice_servers. */
typedef struct {
  gboolean is_turn;
  gboolean tcp;
  char *host;
  guint16 port;
  char *user;
  char *password;
} PhoneMediaIceServer;

void phone_media_ice_server_free (PhoneMediaIceServer *self);

/* In the form that webrtcbin wants: with the password in it, never to be logged. */
char *phone_media_ice_server_dup_gst_uri (const PhoneMediaIceServer *self);
