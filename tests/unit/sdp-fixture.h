/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-media-sdp.h"
#include "phone-media-session.h"

/* Session descriptions in parts, for the tests of phone-media-sdp. */

#define SHA256_A                                                                         \
  "sha-256 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"                             \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"
#define SHA256_B                                                                         \
  "sha-256 BB:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:"                             \
  "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"
#define SHA384                                                                           \
  "sha-384 CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:"                             \
  "CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:"                                     \
  "CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC:CC"
#define SHA1 "sha-1 AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA"

#define SESSION "v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
#define TRANSPORT                                                                        \
  "c=IN IP4 192.0.2.1\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"       \
  "a=setup:actpass\r\na=rtcp-mux\r\na=fingerprint:" SHA256_A "\r\n"
#define CODECS                                                                           \
  "a=rtpmap:109 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 109 0 8\r\n" TRANSPORT CODECS "a=mid:a\r\n"
#define VIDEO                                                                            \
  "m=video 9 UDP/TLS/RTP/SAVPF 120 121 102\r\n" TRANSPORT "a=rtpmap:120 VP8/90000\r\n"   \
  "a=rtpmap:121 H264/90000\r\na=fmtp:121 packetization-mode=0;"                          \
  "profile-level-id=42e01f\r\na=rtpmap:102 H264/90000\r\na=fmtp:102 "                    \
  "profile-level-id=42E01F; packetization-mode=1\r\na=mid:v\r\n"
#define BUNDLE "a=group:BUNDLE a v\r\n"

extern const char *const sdp_audio_names[]; /* Opus and G.711 */
extern const char *const sdp_video_names[]; /* VP8 and H.264 */
extern const PhoneMediaDirection sdp_anything[];

/** Must be one; the caller's. */
GstSDPMessage *sdp_parse (const char *text);
/** @text with each @old replaced, which must be there; the caller's. */
char *sdp_replace (const char *text, const char *old, const char *new);
/** With all these codecs; must be accepted. Owns nothing. */
PhoneMediaSdpPlan sdp_plan_of (const GstSDPMessage *sdp, gboolean is_answer);
/** NULL: none. */
const char *sdp_mid_of (const GstSDPMessage *sdp, guint line);
