/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"
#include "phone-media-sdp.h"

#include <string.h>

/* Two descriptions of a peer, a NUL between them: the first begins a call, the second is
 * a later offer in it. What webrtcbin is shown of them, and what is answered, can be read
 * again, has their lines one for one, and has nothing but what is known here. */

static const char *const audio_names[] = {"opus", "pcmu", "pcma", NULL};
static const char *const video_names[] = {"vp8", "h264", NULL};
static const PhoneMediaDirection anything[] = {PHONE_MEDIA_DIRECTION_SENDRECV,
                                               PHONE_MEDIA_DIRECTION_SENDRECV};

static GstSDPMessage *
parse_own (const GstSDPMessage *sdp)
{
  g_autofree char *text = phone_media_sdp_to_text (sdp);
  g_autoptr (GError) error = NULL;
  GstSDPMessage *again = phone_media_sdp_parse (text, &error);

  if (again == NULL)
    g_error ("%s:\n%s", error->message, text);
  return again;
}

static void
check_plan (const GstSDPMessage *sdp, const PhoneMediaSdpPlan *plan)
{
  int n = (int)gst_sdp_message_medias_len (sdp);

  g_assert (n <= PHONE_MEDIA_SDP_MAX_MEDIA);
  g_assert (plan->audio_line >= 0 && plan->audio_line < n);
  g_assert (plan->audio.codec != NULL && plan->audio.payload_type < 128);
  g_assert (plan->video_line < n && plan->video_line != plan->audio_line);
  g_assert (plan->video_line < 0 ||
            (plan->video.codec != NULL && plan->video.payload_type < 128));
}

static gboolean
is_known (const char *key)
{
  static const char *const keys[] = {"mid",       "rtpmap",    "fmtp",
                                     "rtcp-fb",   "rtcp-mux",  "rtcp-rsize",
                                     "ice-ufrag", "ice-pwd",   "ice-options",
                                     "ice-lite",  "setup",     "fingerprint",
                                     "sendrecv",  "sendonly",  "recvonly",
                                     "inactive",  "extmap",    "ssrc",
                                     "msid",      "candidate", "end-of-candidates",
                                     "ssrc-group"};

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_strcmp0 (key, keys[i]) == 0)
      return TRUE;
  return FALSE;
}

/* webrtcbin asserts on a mid that is there twice, or not at all. */
static void
check_line (const GstSDPMessage *sdp, guint line)
{
  const GstSDPMedia *media = gst_sdp_message_get_media (sdp, line);
  const char *mid = gst_sdp_media_get_attribute_val (media, "mid");

  g_assert (mid != NULL && mid[0] != '\0');
  for (guint i = 0; i < line; i++)
    g_assert_cmpstr (
        mid, !=,
        gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp, i), "mid"));
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++)
    if (!is_known (gst_sdp_media_get_attribute (media, i)->key))
      g_error ("a=%s", gst_sdp_media_get_attribute (media, i)->key);
}

static void
check_shown (const GstSDPMessage *peer, const GstSDPMessage *shown)
{
  g_autoptr (GstSDPMessage) again = parse_own (shown);
  guint n = gst_sdp_message_medias_len (shown);

  g_assert_cmpuint (n, ==, gst_sdp_message_medias_len (peer));
  g_assert_cmpuint (n, ==, gst_sdp_message_medias_len (again));
  for (guint i = 0; i < n; i++)
    check_line (shown, i);
}

static void
check_answer (const GstSDPMessage *offer, const GstSDPMessage *answer)
{
  g_autoptr (GstSDPMessage) again = parse_own (answer);

  g_assert (phone_media_sdp_check_shape (offer, again, NULL));
}

static void
read_all (const GstSDPMessage *sdp)
{
  phone_media_sdp_has_bundle (sdp);
  for (int i = 0; i < (int)gst_sdp_message_medias_len (sdp); i++) {
    g_ptr_array_unref (phone_media_sdp_get_fingerprints (sdp, i));
    g_assert (phone_media_sdp_get_direction (sdp, i) <= PHONE_MEDIA_DIRECTION_SENDRECV);
    phone_media_sdp_is_rejected (sdp, i);
    g_assert (phone_media_sdp_has_same_ice (sdp, sdp, i));
  }
}

/* What this end says once it is shown the first: a description of all its lines. */
static GstSDPMessage *
answer_first (const GstSDPMessage *peer, const PhoneMediaSdpPlan *plan)
{
  g_autoptr (GstSDPMessage) shown = phone_media_sdp_show (peer, NULL, plan);
  GstSDPMessage *own = phone_media_sdp_copy (shown);
  g_autoptr (GstSDPMessage) answer = phone_media_sdp_copy (shown);

  check_shown (peer, shown);
  phone_media_sdp_set_setup (answer, "active");
  phone_media_sdp_dress_answer (answer, peer, plan, anything);
  phone_media_sdp_set_origin (answer, 1, 1);
  check_answer (peer, answer);
  return own;
}

static void
offer_again (const GstSDPMessage *own,
             const GstSDPMessage *peer,
             const PhoneMediaSdpPlan *plan)
{
  g_autoptr (GstSDPMessage) offer =
      phone_media_sdp_offer_again (own, peer, plan, anything);

  phone_media_sdp_set_ice (offer, "abcd", "0123456789012345678901");
  check_shown (peer, offer);
  g_assert (phone_media_sdp_find_place (peer, gst_sdp_message_medias_len (own)) <=
            (int)gst_sdp_message_medias_len (peer));
}

/* As PhoneMediaSession lets it through: what is in use stays what it is. */
static void
answer_later (const GstSDPMessage *own,
              const GstSDPMessage *peer,
              const PhoneMediaSdpPlan *known,
              const GstSDPMessage *offer)
{
  const char *names[] = {known->audio.codec->name, NULL};
  PhoneMediaSdpPlan plan;
  g_autoptr (GstSDPMessage) answer = NULL;

  if (!phone_media_sdp_plan (offer, FALSE, names, video_names, &plan, NULL) ||
      gst_sdp_message_medias_len (offer) < gst_sdp_message_medias_len (peer) ||
      plan.audio_line != known->audio_line ||
      plan.audio.payload_type != known->audio.payload_type ||
      !phone_media_sdp_has_same_certificate (peer, offer, plan.audio_line))
    return;
  check_plan (offer, &plan);
  phone_media_sdp_keep_events (&plan, known);
  if (plan.video_line != known->video_line ||
      plan.video.payload_type != known->video.payload_type) {
    plan.video_line = -1;
    plan.video.codec = NULL;
  }
  answer = phone_media_sdp_answer_again (own, offer, &plan, anything, "active");
  check_answer (offer, answer);
}

static void
try_call (const GstSDPMessage *peer, const GstSDPMessage *later, gboolean is_answer)
{
  PhoneMediaSdpPlan plan;
  g_autoptr (GstSDPMessage) own = NULL;

  if (!phone_media_sdp_plan (peer, is_answer, audio_names, video_names, &plan, NULL))
    return;
  check_plan (peer, &plan);
  own = answer_first (peer, &plan);
  offer_again (own, peer, &plan);
  if (later != NULL)
    answer_later (own, peer, &plan, later);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  gsize first = strlen (text);
  g_autofree char *rest =
      first < size ? g_strndup ((const char *)data + first + 1, size - first - 1) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSDPMessage) peer = phone_media_sdp_parse (text, &error);
  g_autoptr (GstSDPMessage) later =
      rest != NULL ? phone_media_sdp_parse (rest, NULL) : NULL;

  g_assert ((peer == NULL) == (error != NULL));
  if (peer == NULL)
    return 0;
  read_all (peer);
  try_call (peer, later, FALSE);
  try_call (peer, later, TRUE);
  return 0;
}
