/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sdp.h"
#include "phone-media-sdp-private.h"
#include "phone-media-session.h"

#include <string.h>

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (GError **error, PhoneMediaError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error)
    *error = g_error_new_valist (PHONE_MEDIA_ERROR, code, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* GstSDPMessage's parser takes anything; what it has no check for is looked at first. */
static gboolean
check_text (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length > PHONE_MEDIA_SDP_MAX_BYTES)
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "SDP too large");
  if (!g_str_has_prefix (text, "v=0") || !g_utf8_validate (text, -1, NULL))
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "not SDP");
  for (const char *line = text; *line;) {
    gsize n = strcspn (line, "\n");

    if (n > PHONE_MEDIA_SDP_MAX_LINE_BYTES)
      return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "SDP line too long");
    line += n + (line[n] == '\n');
  }
  return TRUE;
}

/* "m=0 0" comes out of the parser as a line without profile and format, and could not be
 * answered as it is (RFC 8866 §5.14). */
static gboolean
check_media (const GstSDPMessage *sdp, GError **error)
{
  guint n = gst_sdp_message_medias_len (sdp);

  if (n == 0 || n > PHONE_MEDIA_SDP_MAX_MEDIA)
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                   "SDP with no m-line or too many");
  for (guint i = 0; i < n; i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);

    if (!media->media || !*media->media || !media->proto || !*media->proto ||
        gst_sdp_media_formats_len (media) == 0 || !*gst_sdp_media_get_format (media, 0))
      return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                     "an m-line of less than four parts");
  }
  return TRUE;
}

GstSDPMessage *
phone_media_sdp_parse (const char *text, GError **error)
{
  g_autoptr (GstSDPMessage) sdp = NULL;

  if (!check_text (text, error))
    return NULL;
  gst_sdp_message_new (&sdp);
  if (gst_sdp_message_parse_buffer ((const guint8 *)text, (guint)strlen (text), sdp) !=
      GST_SDP_OK) {
    refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "SDP does not parse");
    return NULL;
  }
  return check_media (sdp, error) ? g_steal_pointer (&sdp) : NULL;
}

char *
phone_media_sdp_to_text (const GstSDPMessage *sdp)
{
  return gst_sdp_message_as_text (sdp);
}

GstSDPMessage *
phone_media_sdp_copy (const GstSDPMessage *sdp)
{
  GstSDPMessage *copy = NULL;

  gst_sdp_message_copy (sdp, &copy);
  return copy;
}

GstSDPMedia *
phone_media_sdp_line (const GstSDPMessage *sdp, int line)
{
  return &g_array_index (sdp->medias, GstSDPMedia, (guint)line);
}

const char *
phone_media_sdp_attribute (const GstSDPMessage *sdp, int line, const char *key)
{
  const char *value =
      gst_sdp_media_get_attribute_val (phone_media_sdp_line (sdp, line), key);

  return value ? value : gst_sdp_message_get_attribute_val (sdp, key);
}

gboolean
phone_media_sdp_is_rejected (const GstSDPMessage *sdp, int line)
{
  const GstSDPMedia *media = phone_media_sdp_line (sdp, line);

  return gst_sdp_media_get_port (media) == 0 &&
         !gst_sdp_media_get_attribute_val (media, "bundle-only");
}

gboolean
phone_media_sdp_has_bundle (const GstSDPMessage *sdp)
{
  for (guint i = 0; i < gst_sdp_message_attributes_len (sdp); i++) {
    const GstSDPAttribute *attribute = gst_sdp_message_get_attribute (sdp, i);

    if (g_strcmp0 (attribute->key, "group") == 0 && attribute->value &&
        g_str_has_prefix (attribute->value, "BUNDLE"))
      return TRUE;
  }
  return FALSE;
}

/* ---- Fingerprints ---- */

static void
collect_fingerprints (GPtrArray *found, const GArray *attributes)
{
  for (guint i = 0; i < attributes->len; i++) {
    const GstSDPAttribute *attribute = &g_array_index (attributes, GstSDPAttribute, i);
    PhoneMediaFingerprint fingerprint;

    if (g_strcmp0 (attribute->key, "fingerprint") == 0 && attribute->value &&
        phone_media_fingerprint_parse (attribute->value, &fingerprint))
      g_ptr_array_add (found, g_memdup2 (&fingerprint, sizeof fingerprint));
  }
}

static gboolean
names_fingerprint (const GArray *attributes)
{
  for (guint i = 0; i < attributes->len; i++)
    if (g_strcmp0 (g_array_index (attributes, GstSDPAttribute, i).key, "fingerprint") ==
        0)
      return TRUE;
  return FALSE;
}

static void
keep_strongest (GPtrArray *found)
{
  gsize longest = 0;

  for (guint i = 0; i < found->len; i++)
    longest = MAX (longest, ((PhoneMediaFingerprint *)found->pdata[i])->n_digest);
  for (guint i = found->len; i > 0; i--)
    if (((PhoneMediaFingerprint *)found->pdata[i - 1])->n_digest < longest)
      g_ptr_array_remove_index (found, i - 1);
}

GPtrArray *
phone_media_sdp_get_fingerprints (const GstSDPMessage *sdp, int line)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  const GstSDPMedia *media = phone_media_sdp_line (sdp, line);
  gboolean own = names_fingerprint (media->attributes);

  collect_fingerprints (found, own ? media->attributes : sdp->attributes);
  keep_strongest (found);
  return g_steal_pointer (&found);
}

gboolean
phone_media_sdp_has_same_certificate (const GstSDPMessage *a,
                                      const GstSDPMessage *b,
                                      int line)
{
  g_autoptr (GPtrArray) ones = phone_media_sdp_get_fingerprints (a, line);
  g_autoptr (GPtrArray) others = phone_media_sdp_get_fingerprints (b, line);

  if (ones->len != others->len)
    return FALSE;
  for (guint i = 0; i < ones->len; i++)
    if (memcmp (ones->pdata[i], others->pdata[i], sizeof (PhoneMediaFingerprint)) != 0)
      return FALSE;
  return TRUE;
}

gboolean
phone_media_sdp_has_same_ice (const GstSDPMessage *a, const GstSDPMessage *b, int line)
{
  return g_strcmp0 (phone_media_sdp_attribute (a, line, "ice-ufrag"),
                    phone_media_sdp_attribute (b, line, "ice-ufrag")) == 0 &&
         g_strcmp0 (phone_media_sdp_attribute (a, line, "ice-pwd"),
                    phone_media_sdp_attribute (b, line, "ice-pwd")) == 0;
}

/* ---- Directions ---- */

static const char *const direction_names[] = {"inactive", "sendonly", "recvonly",
                                              "sendrecv"};

static gboolean
has_null_address (const GstSDPMessage *sdp, const GstSDPMedia *media)
{
  const GstSDPConnection *connection = gst_sdp_media_connections_len (media) > 0
                                           ? gst_sdp_media_get_connection (media, 0)
                                           : gst_sdp_message_get_connection (sdp);

  /* An offer that trickles, or has not gathered, names 0.0.0.0 with port 9. */
  return connection->address && gst_sdp_media_get_port (media) != 9 &&
         (g_str_equal (connection->address, "0.0.0.0") ||
          g_str_equal (connection->address, "::"));
}

PhoneMediaDirection
phone_media_sdp_get_direction (const GstSDPMessage *sdp, int line)
{
  const GstSDPMedia *media = phone_media_sdp_line (sdp, line);
  guint direction = PHONE_MEDIA_DIRECTION_SENDRECV;

  for (guint i = 0; i < G_N_ELEMENTS (direction_names); i++)
    if (gst_sdp_message_get_attribute_val (sdp, direction_names[i]))
      direction = i;
  for (guint i = 0; i < G_N_ELEMENTS (direction_names); i++)
    if (gst_sdp_media_get_attribute_val (media, direction_names[i]))
      direction = i;
  if (has_null_address (sdp, media) &&
      !gst_sdp_media_get_attribute_val (media, "candidate"))
    direction &= ~(guint)PHONE_MEDIA_DIRECTION_RECV;
  return (PhoneMediaDirection)direction;
}

void
phone_media_sdp_set_direction (GstSDPMessage *sdp,
                               int line,
                               PhoneMediaDirection direction)
{
  GstSDPMedia *media = phone_media_sdp_line (sdp, line);

  for (guint i = 0; i < G_N_ELEMENTS (direction_names); i++)
    phone_media_sdp_remove_attribute (media, direction_names[i]);
  gst_sdp_media_add_attribute (media, direction_names[direction], "");
}

PhoneMediaDirection
phone_media_direction_reverse (PhoneMediaDirection offered)
{
  guint answer = 0;

  if (offered & PHONE_MEDIA_DIRECTION_SEND)
    answer |= PHONE_MEDIA_DIRECTION_RECV;
  if (offered & PHONE_MEDIA_DIRECTION_RECV)
    answer |= PHONE_MEDIA_DIRECTION_SEND;
  return (PhoneMediaDirection)answer;
}

/* ---- Which codec ---- */

/* "101 key=value;..." of a=fmtp for this payload type; NULL: there is none. */
static const char *
find_by_payload (const GstSDPMedia *media, const char *key, guint payload_type)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    const char *value = attribute->value;
    char *end = NULL;

    if (g_strcmp0 (attribute->key, key) == 0 && value && g_ascii_isdigit (*value) &&
        g_ascii_strtoull (value, &end, 10) == payload_type && *end == ' ')
      return end + 1;
  }
  return NULL;
}

/* Statically assigned, so that an a=rtpmap may be left out (RFC 3551 §6). */
static const PhoneMediaCodec *
find_static (guint payload_type)
{
  switch (payload_type) {
  case 0:
    return phone_media_codec_find ("pcmu");
  case 8:
    return phone_media_codec_find ("pcma");
  case 9:
    return phone_media_codec_find ("g722");
  default:
    return NULL;
  }
}

static gboolean
rtpmap_fits (const char *rtpmap, const PhoneMediaCodec *codec)
{
  g_auto (GStrv) parts = g_strsplit (rtpmap, "/", 3);
  guint n = g_strv_length (parts);

  return n >= 2 && g_ascii_strtoull (parts[1], NULL, 10) == codec->clock_rate &&
         (codec->channels == 0
              ? n == 2 || g_ascii_strtoull (parts[2], NULL, 10) == 1
              : n == 3 && g_ascii_strtoull (parts[2], NULL, 10) == codec->channels);
}

gboolean
phone_media_sdp_h264_fits (const char *fmtp)
{
  g_auto (GStrv) fields = g_strsplit (fmtp ? fmtp : "", ";", -1);
  gboolean mode = FALSE;
  guint64 profile = 0;

  for (guint i = 0; fields[i]; i++) {
    const char *field = g_strstrip (fields[i]);

    if (g_ascii_strcasecmp (field, "packetization-mode=1") == 0)
      mode = TRUE;
    if (g_ascii_strncasecmp (field, "profile-level-id=", 17) == 0)
      profile = g_ascii_strtoull (field + 17, NULL, 16);
  }
  /* Baseline with the flag that makes it constrained; the level is for us to stay
   * under, and ours are small. */
  return mode && (profile >> 16) == 0x42 && (profile & 0x4000);
}

static const PhoneMediaCodec *
codec_of_payload (const GstSDPMedia *media, guint payload_type)
{
  const char *rtpmap = find_by_payload (media, "rtpmap", payload_type);
  g_autofree char *encoding = NULL;
  const PhoneMediaCodec *codec = NULL;

  if (!rtpmap)
    return find_static (payload_type);
  encoding = g_strndup (rtpmap, strcspn (rtpmap, "/"));
  codec = phone_media_codec_find_encoding (encoding);
  if (!codec || !rtpmap_fits (rtpmap, codec))
    return NULL;
  if (g_str_equal (codec->name, "h264") &&
      !phone_media_sdp_h264_fits (find_by_payload (media, "fmtp", payload_type)))
    return NULL;
  return codec;
}

static gboolean
parse_payload_type (const char *text, guint *payload_type)
{
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, 127, &value, NULL))
    return FALSE;
  *payload_type = (guint)value;
  return TRUE;
}

static int
rank_of (const char *const *names, const char *name)
{
  for (int i = 0; names && names[i]; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

/* An answer's order is what the peer wants to get; of an offer's codecs ours decides. */
static PhoneMediaSdpChoice
choose (const GstSDPMedia *media, gboolean is_answer, const char *const *names)
{
  PhoneMediaSdpChoice best = {NULL, 0};
  int best_rank = G_MAXINT;
  gboolean seen[128] = {FALSE}; /* a line has room for thousands, nearly all again */

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    guint payload_type = 0;
    const PhoneMediaCodec *codec = NULL;
    int rank = -1;

    if (!parse_payload_type (gst_sdp_media_get_format (media, i), &payload_type) ||
        seen[payload_type])
      continue;
    seen[payload_type] = TRUE;
    codec = codec_of_payload (media, payload_type);
    rank = codec ? rank_of (names, codec->name) : -1;
    if (rank < 0 || rank >= best_rank)
      continue;
    best = (PhoneMediaSdpChoice){codec, payload_type};
    best_rank = is_answer ? -1 : rank;
  }
  return best;
}

/* ---- Which lines ---- */

static gboolean
is_dtls_profile (const char *proto)
{
  static const char *const profiles[] = {"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP",
                                         "RTP/SAVPF", "RTP/SAVP", NULL};

  return proto && g_strv_contains (profiles, proto);
}

static gboolean
is_ice_credential (const char *text, gsize shortest)
{
  gsize length = text ? strlen (text) : 0;

  if (length < shortest || length > PHONE_MEDIA_SDP_MAX_CREDENTIAL_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && !strchr ("+/-_=", text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_setup (const char *setup, gboolean is_answer)
{
  static const char *const offered[] = {"actpass", "active", "passive", NULL};
  static const char *const answered[] = {"active", "passive", NULL};

  return setup && g_strv_contains (is_answer ? answered : offered, setup);
}

static gboolean
check_line (const GstSDPMessage *sdp, int line, gboolean is_answer, GError **error)
{
  const GstSDPMedia *media = phone_media_sdp_line (sdp, line);
  const PhoneMediaError code = PHONE_MEDIA_ERROR_NOT_ACCEPTABLE;
  g_autoptr (GPtrArray) fingerprints = NULL;

  if (!is_dtls_profile (gst_sdp_media_get_proto (media)))
    return refuse (error, code, "not a DTLS-SRTP profile");
  if (phone_media_sdp_attribute (sdp, line, "crypto"))
    return refuse (error, code, "keys in the SDP (a=crypto)");
  if (!gst_sdp_media_get_attribute_val (media, "rtcp-mux"))
    return refuse (error, code, "no rtcp-mux");
  /* RFC 8839 §5.4: 4 and 22; nothing is won by refusing a shorter one, but empty. */
  if (!is_ice_credential (phone_media_sdp_attribute (sdp, line, "ice-ufrag"), 1) ||
      !is_ice_credential (phone_media_sdp_attribute (sdp, line, "ice-pwd"), 1))
    return refuse (error, code, "no ICE credentials");
  fingerprints = phone_media_sdp_get_fingerprints (sdp, line);
  if (fingerprints->len == 0)
    return refuse (error, PHONE_MEDIA_ERROR_NO_FINGERPRINT,
                   "no certificate fingerprint of SHA-256 or better");
  if (!is_setup (phone_media_sdp_attribute (sdp, line, "setup"), is_answer))
    return refuse (error, code, "no DTLS role");
  return TRUE;
}

static int
find_line (const GstSDPMessage *sdp, const char *kind)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const char *media = gst_sdp_media_get_media (gst_sdp_message_get_media (sdp, i));

    if (g_strcmp0 (media, kind) == 0 && !phone_media_sdp_is_rejected (sdp, (int)i))
      return (int)i;
  }
  return -1;
}

static void
plan_video (const GstSDPMessage *sdp,
            gboolean is_answer,
            const char *const *names,
            PhoneMediaSdpPlan *plan)
{
  int line = find_line (sdp, "video");

  if (line < 0 || !check_line (sdp, line, is_answer, NULL))
    return;
  plan->video = choose (phone_media_sdp_line (sdp, line), is_answer, names);
  if (plan->video.codec)
    plan->video_line = line;
}

static gboolean
has_same_mid_twice (const GstSDPMessage *sdp)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const char *mid =
        gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp, i), "mid");

    if (mid && !g_hash_table_add (seen, (gpointer)mid))
      return TRUE;
  }
  return FALSE;
}

gboolean
phone_media_sdp_plan (const GstSDPMessage *sdp,
                      gboolean is_answer,
                      const char *const *audio_names,
                      const char *const *video_names,
                      PhoneMediaSdpPlan *plan,
                      GError **error)
{
  *plan = (PhoneMediaSdpPlan){.audio_line = -1, .video_line = -1};
  plan->audio_line = find_line (sdp, "audio");
  if (plan->audio_line < 0)
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "no audio line");
  if (has_same_mid_twice (sdp))
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "a mid on two lines");
  if (!check_line (sdp, plan->audio_line, is_answer, error))
    return FALSE;
  plan->audio =
      choose (phone_media_sdp_line (sdp, plan->audio_line), is_answer, audio_names);
  if (!plan->audio.codec)
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE, "no audio codec in common");
  phone_media_sdp_plan_events (sdp, plan);
  plan_video (sdp, is_answer, video_names, plan);
  return TRUE;
}

gboolean
phone_media_sdp_check_shape (const GstSDPMessage *offer,
                             const GstSDPMessage *answer,
                             GError **error)
{
  guint n = gst_sdp_message_medias_len (offer);

  if (gst_sdp_message_medias_len (answer) != n)
    return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                   "the answer has other m-lines than the offer");
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (gst_sdp_message_get_media (offer, i)->media,
                   gst_sdp_message_get_media (answer, i)->media) != 0)
      return refuse (error, PHONE_MEDIA_ERROR_NOT_ACCEPTABLE,
                     "the answer has other m-lines than the offer");
  return TRUE;
}
