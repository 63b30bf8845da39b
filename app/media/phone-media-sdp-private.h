/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-sdp.h"

/* Between phone-media-sdp.c, which judges, and phone-media-sdp-show.c, which rewrites. */

/* The m-line, borrowed and writable where the message is. */
GstSDPMedia *phone_media_sdp_line (const GstSDPMessage *sdp, int line);

/* Every attribute of this name. */
void phone_media_sdp_remove_attribute (GstSDPMedia *media, const char *key);

/* The telephone events that may go with the audio codec of the plan. */
void phone_media_sdp_plan_events (const GstSDPMessage *sdp, PhoneMediaSdpPlan *plan);

gboolean phone_media_sdp_h264_fits (const char *fmtp);
