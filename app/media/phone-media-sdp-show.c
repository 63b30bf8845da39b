/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sdp-private.h"

#include <gio/gio.h>
#include <string.h>

#define WEBRTC_PROFILE "UDP/TLS/RTP/SAVPF"

void
phone_media_sdp_remove_attribute (GstSDPMedia *media, const char *key)
{
  for (guint i = gst_sdp_media_attributes_len (media); i > 0; i--)
    if (g_strcmp0 (gst_sdp_media_get_attribute (media, i - 1)->key, key) == 0)
      gst_sdp_media_remove_attribute (media, i - 1);
}

/* ---- One shortcoming each ---- */

static const char *
get_mid (const GstSDPMessage *sdp, guint line)
{
  const char *mid =
      line < gst_sdp_message_medias_len (sdp)
          ? gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp, line), "mid")
          : NULL;

  return mid && *mid ? mid : NULL;
}

static gboolean
is_mid_of_another (const GstSDPMessage *sdp, guint line, const char *mid)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    if (i != line && g_strcmp0 (get_mid (sdp, i), mid) == 0)
      return TRUE;
  return FALSE;
}

/* Who names some lines and not others may have given away every name we think of. */
static char *
make_mid (const GstSDPMessage *sdp, guint line, const GstSDPMessage *other)
{
  const char *as_there = other ? get_mid (other, line) : NULL;
  char *mid = as_there ? g_strdup (as_there) : g_strdup_printf ("%u", line);

  for (guint i = 0; is_mid_of_another (sdp, line, mid); i++) {
    g_free (mid);
    mid = g_strdup_printf ("line%u", i);
  }
  return mid;
}

void
phone_media_sdp_ensure_mids (GstSDPMessage *sdp, const GstSDPMessage *other)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);
    g_autofree char *mid = NULL;

    if (get_mid (sdp, i))
      continue;
    mid = make_mid (sdp, i, other);
    phone_media_sdp_remove_attribute (media, "mid");
    gst_sdp_media_add_attribute (media, "mid", mid);
  }
}

void
phone_media_sdp_mask_directions (GstSDPMessage *sdp)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    if (!phone_media_sdp_is_rejected (sdp, (int)i))
      phone_media_sdp_set_direction (sdp, (int)i, PHONE_MEDIA_DIRECTION_SENDRECV);
}

static void
copy_attributes (GstSDPMedia *to, const GstSDPMedia *from, const char *key)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (from); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (from, i);

    if (g_strcmp0 (attribute->key, key) == 0)
      gst_sdp_media_add_attribute (to, key, attribute->value);
  }
}

void
phone_media_sdp_set_setup (GstSDPMessage *sdp, const char *role)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);

    if (!gst_sdp_media_get_attribute_val (media, "setup"))
      continue;
    phone_media_sdp_remove_attribute (media, "setup");
    gst_sdp_media_add_attribute (media, "setup", role);
  }
}

static char *
group_without (const char *group, const char *mid)
{
  g_auto (GStrv) words = g_strsplit (group, " ", -1);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();
  g_auto (GStrv) result = NULL;

  for (guint i = 0; words[i]; i++)
    if (*words[i] && g_strcmp0 (words[i], mid) != 0)
      g_strv_builder_add (kept, words[i]);
  result = g_strv_builder_end (kept);
  return g_strv_length (result) > 1 ? g_strjoinv (" ", result) : NULL;
}

static void
remove_from_bundle (GstSDPMessage *sdp, const char *mid)
{
  for (guint i = gst_sdp_message_attributes_len (sdp); mid && i > 0; i--) {
    const GstSDPAttribute *attribute = gst_sdp_message_get_attribute (sdp, i - 1);
    g_autofree char *group = NULL;

    if (g_strcmp0 (attribute->key, "group") != 0)
      continue;
    group = group_without (attribute->value ? attribute->value : "", mid);
    gst_sdp_message_remove_attribute (sdp, i - 1);
    if (group)
      gst_sdp_message_add_attribute (sdp, "group", group);
  }
}

void
phone_media_sdp_reject (GstSDPMessage *sdp, int line)
{
  GstSDPMedia *media = phone_media_sdp_line (sdp, line);

  gst_sdp_media_set_port_info (media, 0, 0);
  phone_media_sdp_remove_attribute (media, "bundle-only");
  phone_media_sdp_remove_attribute (media, "candidate");
  phone_media_sdp_remove_attribute (media, "end-of-candidates");
  phone_media_sdp_set_direction (sdp, line, PHONE_MEDIA_DIRECTION_INACTIVE);
  remove_from_bundle (sdp, gst_sdp_media_get_attribute_val (media, "mid"));
}

void
phone_media_sdp_keep_relays (GstSDPMessage *sdp)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);

    for (guint k = gst_sdp_media_attributes_len (media); k > 0; k--) {
      const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, k - 1);

      if (g_strcmp0 (attribute->key, "candidate") == 0 &&
          !strstr (attribute->value, " typ relay"))
        gst_sdp_media_remove_attribute (media, k - 1);
    }
  }
}

/* ---- What webrtcbin is shown ---- */

static gboolean
is_token (const char *text, gsize longest)
{
  gsize length = strlen (text);

  if (length == 0 || length > longest)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_address (const char *text)
{
  return g_hostname_is_ip_address (text) ||
         (g_str_has_suffix (text, ".local") && is_token (text, 255));
}

/* RFC 8839 §5.1: foundation component transport priority address port "typ" type ...
 * Only what can be used: component 1, since RTCP is muxed, and UDP. */
static gboolean
is_candidate (const char *text)
{
  static const char *const types[] = {"host", "srflx", "prflx", "relay", NULL};
  g_auto (GStrv) words = g_strsplit (text, " ", 9);

  return g_strv_length (words) >= 8 && is_token (words[0], 64) &&
         g_str_equal (words[1], "1") && g_ascii_strcasecmp (words[2], "udp") == 0 &&
         g_ascii_string_to_unsigned (words[3], 10, 0, G_MAXUINT32, NULL, NULL) &&
         is_address (words[4]) &&
         g_ascii_string_to_unsigned (words[5], 10, 1, 65535, NULL, NULL) &&
         g_str_equal (words[6], "typ") && g_strv_contains (types, words[7]);
}

/* The eight words that every candidate has: what comes after them is of no use here. */
static void
show_candidates (GstSDPMedia *to, const GstSDPMedia *from)
{
  guint n = 0;

  for (guint i = 0;
       i < gst_sdp_media_attributes_len (from) && n < PHONE_MEDIA_SDP_MAX_CANDIDATES;
       i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (from, i);

    if (g_strcmp0 (attribute->key, "candidate") != 0 || !attribute->value ||
        !is_candidate (attribute->value))
      continue;
    gst_sdp_media_add_attribute (to, "candidate", attribute->value);
    n++;
  }
}

static gboolean
is_ssrc_line (const char *value)
{
  char *end = NULL;
  guint64 ssrc = g_ascii_strtoull (value, &end, 10);

  return ssrc > 0 && ssrc <= G_MAXUINT32 && g_str_has_prefix (end, " cname:") &&
         is_token (end + strlen (" cname:"), 255);
}

static void
show_streams (GstSDPMedia *to, const GstSDPMedia *from)
{
  for (guint i = 0; i < 8; i++) {
    const char *value = gst_sdp_media_get_attribute_val_n (from, "ssrc", i);

    if (value && is_ssrc_line (value))
      gst_sdp_media_add_attribute (to, "ssrc", value);
  }
}

static void
show_codec (GstSDPMedia *to, const GstSDPMedia *from, const PhoneMediaSdpChoice *choice)
{
  g_autofree char *number = g_strdup_printf ("%u", choice->payload_type);
  g_autofree char *rtpmap = NULL;
  const PhoneMediaCodec *codec = choice->codec;

  gst_sdp_media_add_format (to, number);
  rtpmap = codec->channels > 0
               ? g_strdup_printf ("%s %s/%u/%u", number, codec->encoding,
                                  codec->clock_rate, codec->channels)
               : g_strdup_printf ("%s %s/%u", number, codec->encoding, codec->clock_rate);
  gst_sdp_media_add_attribute (to, "rtpmap", rtpmap);
  if (*codec->fmtp) {
    g_autofree char *fmtp = g_strdup_printf ("%s %s", number, codec->fmtp);

    gst_sdp_media_add_attribute (to, "fmtp", fmtp);
  }
  for (guint i = 0; i < 16; i++) {
    static const char *const known[] = {"nack", "nack pli", "ccm fir", NULL};
    const char *value = gst_sdp_media_get_attribute_val_n (from, "rtcp-fb", i);
    const char *space = value ? strchr (value, ' ') : NULL;

    if (space && g_ascii_strtoull (value, NULL, 10) == choice->payload_type &&
        g_strv_contains (known, space + 1))
      gst_sdp_media_add_attribute (to, "rtcp-fb", value);
  }
}

void
phone_media_sdp_show_transport (GstSDPMedia *to, const GstSDPMessage *peer, int line)
{
  static const char *const keys[] = {"ice-ufrag", "ice-pwd", "setup"};
  const GstSDPMedia *from = phone_media_sdp_line (peer, line);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gst_sdp_media_add_attribute (to, keys[i],
                                 phone_media_sdp_attribute (peer, line, keys[i]));
  if (gst_sdp_media_get_attribute_val (from, "fingerprint"))
    copy_attributes (to, from, "fingerprint");
  else
    gst_sdp_media_add_attribute (to, "fingerprint",
                                 gst_sdp_message_get_attribute_val (peer, "fingerprint"));
  gst_sdp_media_add_attribute (to, "rtcp-mux", "");
  if (gst_sdp_media_get_attribute_val (from, "rtcp-rsize"))
    gst_sdp_media_add_attribute (to, "rtcp-rsize", "");
}

/* The extension that names the mid: without it a bundled stream with no a=ssrc line
 * cannot be told from the other. */
static void
show_extensions (GstSDPMedia *to, const GstSDPMedia *from)
{
  for (guint i = 0; i < 32; i++) {
    const char *value = gst_sdp_media_get_attribute_val_n (from, "extmap", i);
    char *end = NULL;
    guint64 id = value ? g_ascii_strtoull (value, &end, 10) : 0;

    if (id >= 1 && id <= 14 &&
        g_str_equal (end, " urn:ietf:params:rtp-hdrext:sdes:mid")) {
      gst_sdp_media_add_attribute (to, "extmap", value);
      return;
    }
  }
}

/* A rejected line is given the transport of the audio line, without which webrtcbin 1.22
 * refuses the whole ("No fingerprint lines in sdp for media 1"). */
void
phone_media_sdp_show_line (GstSDPMessage *shown,
                           const GstSDPMessage *peer,
                           int line,
                           const PhoneMediaSdpChoice *choice,
                           int audio_line)
{
  const GstSDPMedia *from = phone_media_sdp_line (peer, line);
  const char *mid = gst_sdp_media_get_attribute_val (from, "mid");
  GstSDPMedia *to = NULL;

  gst_sdp_media_new (&to);
  gst_sdp_media_set_media (to, from->media);
  gst_sdp_media_set_port_info (to, choice ? 9 : 0, 0);
  gst_sdp_media_set_proto (to, WEBRTC_PROFILE);
  gst_sdp_media_add_connection (to, "IN", "IP4", "0.0.0.0", 0, 0);
  if (mid && is_token (mid, 64))
    gst_sdp_media_add_attribute (to, "mid", mid);
  if (choice) {
    show_codec (to, from, choice);
    phone_media_sdp_show_transport (to, peer, line);
    show_extensions (to, from);
    show_streams (to, from);
    show_candidates (to, from);
  } else {
    gst_sdp_media_add_format (to, "0");
    phone_media_sdp_show_transport (to, peer, audio_line);
  }
  gst_sdp_message_add_media (shown, to);
  gst_sdp_media_free (to);
}

static void
remove_groups (GstSDPMessage *sdp)
{
  for (guint i = gst_sdp_message_attributes_len (sdp); i > 0; i--)
    if (g_strcmp0 (gst_sdp_message_get_attribute (sdp, i - 1)->key, "group") == 0)
      gst_sdp_message_remove_attribute (sdp, i - 1);
}

void
phone_media_sdp_write_bundle (GstSDPMessage *shown)
{
  g_autoptr (GString) group = g_string_new ("BUNDLE");

  remove_groups (shown);
  for (guint i = 0; i < gst_sdp_message_medias_len (shown); i++)
    if (!phone_media_sdp_is_rejected (shown, (int)i))
      g_string_append_printf (
          group, " %s",
          gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (shown, i), "mid"));
  gst_sdp_message_add_attribute (shown, "group", group->str);
}

GstSDPMessage *
phone_media_sdp_show (const GstSDPMessage *peer,
                      const GstSDPMessage *own,
                      const PhoneMediaSdpPlan *plan)
{
  return phone_media_sdp_show_first (peer, own, plan, PHONE_MEDIA_SDP_MAX_MEDIA);
}

GstSDPMessage *
phone_media_sdp_show_first (const GstSDPMessage *peer,
                            const GstSDPMessage *own,
                            const PhoneMediaSdpPlan *plan,
                            guint n_lines)
{
  g_autoptr (GstSDPMessage) shown = NULL;

  gst_sdp_message_new (&shown);
  gst_sdp_message_set_version (shown, "0");
  gst_sdp_message_set_origin (shown, "-", "1", "1", "IN", "IP4", "0.0.0.0");
  gst_sdp_message_set_session_name (shown, "-");
  gst_sdp_message_add_time (shown, "0", "0", NULL);
  for (guint i = 0; i < MIN (gst_sdp_message_medias_len (peer), n_lines); i++) {
    const PhoneMediaSdpChoice *choice = NULL;

    if ((int)i == plan->audio_line)
      choice = &plan->audio;
    else if ((int)i == plan->video_line)
      choice = &plan->video;
    phone_media_sdp_show_line (shown, peer, (int)i, choice, plan->audio_line);
  }
  phone_media_sdp_add_events (shown, plan);
  phone_media_sdp_ensure_mids (shown, own);
  phone_media_sdp_mask_directions (shown);
  if (phone_media_sdp_has_bundle (peer))
    phone_media_sdp_write_bundle (shown);
  return g_steal_pointer (&shown);
}

/* ---- What goes over the wire ---- */

void
phone_media_sdp_reject_others (GstSDPMessage *sdp, const PhoneMediaSdpPlan *plan)
{
  for (int i = 0; i < (int)gst_sdp_message_medias_len (sdp); i++)
    if (i != plan->audio_line && i != plan->video_line)
      phone_media_sdp_reject (sdp, i);
}

static void
remove_fmtp (GstSDPMedia *media, guint payload_type)
{
  for (guint i = gst_sdp_media_attributes_len (media); i > 0; i--) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i - 1);

    if (g_strcmp0 (attribute->key, "fmtp") == 0 && attribute->value &&
        g_ascii_strtoull (attribute->value, NULL, 10) == payload_type)
      gst_sdp_media_remove_attribute (media, i - 1);
  }
}

void
phone_media_sdp_ensure_fmtp (GstSDPMessage *sdp,
                             int line,
                             const PhoneMediaSdpChoice *choice)
{
  GstSDPMedia *media = phone_media_sdp_line (sdp, line);
  g_autofree char *fmtp =
      g_strdup_printf ("%u %s", choice->payload_type, choice->codec->fmtp);

  if (!*choice->codec->fmtp)
    return;
  remove_fmtp (media, choice->payload_type);
  gst_sdp_media_add_attribute (media, "fmtp", fmtp);
}

PhoneMediaKind
phone_media_sdp_plan_kind (const PhoneMediaSdpPlan *plan, int line)
{
  return line == plan->audio_line ? PHONE_MEDIA_KIND_AUDIO : PHONE_MEDIA_KIND_VIDEO;
}

void
phone_media_sdp_dress_answer (GstSDPMessage *answer,
                              const GstSDPMessage *offer,
                              const PhoneMediaSdpPlan *plan,
                              const PhoneMediaDirection *wanted)
{
  guint n = MIN (gst_sdp_message_medias_len (answer), gst_sdp_message_medias_len (offer));

  phone_media_sdp_reject_others (answer, plan);
  for (guint i = 0; i < n; i++) {
    int line = (int)i;
    GstSDPMedia *media = phone_media_sdp_line (answer, line);
    const GstSDPMedia *offered = phone_media_sdp_line (offer, line);

    gst_sdp_media_set_proto (media, offered->proto);
    if (line != plan->audio_line && line != plan->video_line) {
      /* A line out of use may come back as another kind (RFC 3264 §8.2). */
      gst_sdp_media_set_media (media, offered->media);
      if (gst_sdp_media_formats_len (offered) > 0 &&
          gst_sdp_media_formats_len (media) > 0)
        gst_sdp_media_replace_format (media, 0, gst_sdp_media_get_format (offered, 0));
      continue;
    }
    phone_media_sdp_ensure_fmtp (answer, line,
                                 line == plan->audio_line ? &plan->audio : &plan->video);
    phone_media_sdp_set_direction (
        answer, line,
        phone_media_direction_reverse (phone_media_sdp_get_direction (offer, line)) &
            wanted[phone_media_sdp_plan_kind (plan, line)]);
    if (!gst_sdp_media_get_attribute_val (offered, "mid"))
      phone_media_sdp_remove_attribute (media, "mid");
  }
}

void
phone_media_sdp_set_origin (GstSDPMessage *sdp, guint64 id, guint version)
{
  g_autofree char *id_text = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  g_autofree char *version_text = g_strdup_printf ("%u", version);

  gst_sdp_message_set_origin (sdp, "-", id_text, version_text, "IN", "IP4", "0.0.0.0");
}
