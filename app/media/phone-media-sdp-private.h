/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-sdp.h"

/* Between phone-media-sdp.c, which judges, and the others, which rewrite. */

/* The m-line, borrowed and writable where the message is. */
GstSDPMedia *phone_media_sdp_line (const GstSDPMessage *sdp, int line);

/* Every attribute of this name. */
void phone_media_sdp_remove_attribute (GstSDPMedia *media, const char *key);

/* The telephone events that may go with the audio codec of the plan. */
void phone_media_sdp_plan_events (const GstSDPMessage *sdp, PhoneMediaSdpPlan *plan);

gboolean phone_media_sdp_h264_fits (const char *fmtp);

/* One line of the peer as webrtcbin is shown it; choice NULL: rejected. */
void phone_media_sdp_show_line (GstSDPMessage *shown,
                                const GstSDPMessage *peer,
                                int line,
                                const PhoneMediaSdpChoice *choice,
                                int audio_line);
void phone_media_sdp_show_transport (GstSDPMedia *to,
                                     const GstSDPMessage *peer,
                                     int line);
/* Every line that is not rejected, in the place of any group that is there. */
void phone_media_sdp_write_bundle (GstSDPMessage *sdp);

/* Of a line that the plan takes. */
PhoneMediaKind phone_media_sdp_plan_kind (const PhoneMediaSdpPlan *plan, int line);
