/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sdp-private.h"

/* Descriptions within a call. They are written from the lines as they were first
 * described, since webrtcbin cannot be asked again for what is in use. */

static GstSDPMedia *
find_or_add_line (GstSDPMessage *sdp, int line)
{
  if ((guint)line == gst_sdp_message_medias_len (sdp)) {
    GstSDPMedia *media = NULL;

    gst_sdp_media_new (&media);
    gst_sdp_message_add_media (sdp, media);
    gst_sdp_media_free (media);
  }
  return phone_media_sdp_line (sdp, line);
}

static void
set_attribute (GstSDPMedia *media, const char *key, const char *value)
{
  phone_media_sdp_remove_attribute (media, key);
  if (value)
    gst_sdp_media_add_attribute (media, key, value);
}

/* A description has as many lines as the one before it (RFC 3264 §8). */
static void
show_further_lines (GstSDPMessage *shown,
                    const GstSDPMessage *other,
                    const PhoneMediaSdpPlan *plan)
{
  for (guint i = gst_sdp_message_medias_len (shown);
       i < gst_sdp_message_medias_len (other); i++)
    phone_media_sdp_show_line (shown, other, (int)i, NULL, plan->audio_line);
}

static gboolean
is_taken (const GstSDPMessage *sdp, guint n, const char *mid)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (
            gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp, i), "mid"),
            mid) == 0)
      return TRUE;
  return FALSE;
}

/* No line has one that a line before it has. */
static void
rename_mid (GstSDPMessage *sdp, guint line)
{
  GstSDPMedia *media = phone_media_sdp_line (sdp, (int)line);

  for (guint i = line;
       is_taken (sdp, line, gst_sdp_media_get_attribute_val (media, "mid")); i++) {
    g_autofree char *mid = g_strdup_printf ("line%u", i);

    set_attribute (media, "mid", mid);
  }
}

void
phone_media_sdp_adopt_mids (GstSDPMessage *sdp, const GstSDPMessage *other)
{
  guint n = MIN (gst_sdp_message_medias_len (sdp), gst_sdp_message_medias_len (other));

  for (guint i = 0; i < n; i++) {
    const char *mid =
        gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (other, i), "mid");

    if (mid && *mid)
      set_attribute (phone_media_sdp_line (sdp, (int)i), "mid", mid);
  }
  for (guint i = n; i < gst_sdp_message_medias_len (sdp); i++)
    rename_mid (sdp, i);
  if (phone_media_sdp_has_bundle (sdp))
    phone_media_sdp_write_bundle (sdp);
}

GstSDPMessage *
phone_media_sdp_answer_again (const GstSDPMessage *own,
                              const GstSDPMessage *offer,
                              const PhoneMediaSdpPlan *plan,
                              const PhoneMediaDirection *wanted,
                              const char *role)
{
  g_autoptr (GstSDPMessage) answer = phone_media_sdp_show (own, offer, plan);

  show_further_lines (answer, offer, plan);
  phone_media_sdp_adopt_mids (answer, offer);
  phone_media_sdp_set_setup (answer, role);
  phone_media_sdp_dress_answer (answer, offer, plan, wanted);
  return g_steal_pointer (&answer);
}

GstSDPMessage *
phone_media_sdp_offer_again (const GstSDPMessage *own,
                             const GstSDPMessage *peer,
                             const PhoneMediaSdpPlan *plan,
                             const PhoneMediaDirection *wanted)
{
  g_autoptr (GstSDPMessage) offer = phone_media_sdp_show (own, peer, plan);

  show_further_lines (offer, peer, plan);
  phone_media_sdp_reject_others (offer, plan);
  phone_media_sdp_adopt_mids (offer, peer);
  phone_media_sdp_set_setup (offer, "actpass");
  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++)
    if ((int)i == plan->audio_line || (int)i == plan->video_line)
      phone_media_sdp_set_direction (offer, (int)i,
                                     wanted[phone_media_sdp_plan_kind (plan, (int)i)]);
  return g_steal_pointer (&offer);
}

int
phone_media_sdp_find_place (const GstSDPMessage *peer, guint n_known)
{
  guint n = gst_sdp_message_medias_len (peer);

  for (guint i = 0; i < n && i <= n_known; i++)
    if (g_strcmp0 (gst_sdp_message_get_media (peer, i)->media, "video") == 0)
      return (int)i;
  return n == n_known ? (int)n : -1;
}

void
phone_media_sdp_put_line (GstSDPMessage *sdp,
                          const GstSDPMessage *made,
                          int line,
                          int audio_line)
{
  static const char *const keys[] = {"ice-ufrag", "ice-pwd", "setup", "fingerprint"};
  GstSDPMedia *to = find_or_add_line (sdp, line);
  GstSDPMedia *copy = NULL;

  gst_sdp_media_copy (phone_media_sdp_line (made, line), &copy);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    set_attribute (copy, keys[i], phone_media_sdp_attribute (sdp, audio_line, keys[i]));
  phone_media_sdp_remove_attribute (copy, "candidate");
  phone_media_sdp_remove_attribute (copy, "end-of-candidates");
  gst_sdp_media_uninit (to);
  *to = *copy;
  g_free (copy);
  if (phone_media_sdp_has_bundle (sdp))
    phone_media_sdp_write_bundle (sdp);
}

void
phone_media_sdp_set_fingerprint (GstSDPMessage *sdp, const char *fingerprint)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);

    if (gst_sdp_media_get_attribute_val (media, "fingerprint"))
      set_attribute (media, "fingerprint", fingerprint);
  }
}

void
phone_media_sdp_set_ice (GstSDPMessage *sdp, const char *ufrag, const char *password)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);

    if (!gst_sdp_media_get_attribute_val (media, "ice-ufrag"))
      continue;
    set_attribute (media, "ice-ufrag", ufrag);
    set_attribute (media, "ice-pwd", password);
  }
}
