/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sdp-private.h"

#include <string.h>

/* Telephone events in a description (RFC 4733 §2.4, §7.1.1). webrtcbin 1.22 says nothing
 * of them: they are written into what it made before it is set, and into what it is shown
 * of the peer, so that it lets their packets through. */

#define EVENTS "telephone-event/"
#define PLAIN_RATE 8000

/* As browsers number them. */
static const PhoneMediaSdpEvents own_wide = {.payload_type = 110, .clock_rate = 48000};
static const PhoneMediaSdpEvents own_plain = {.payload_type = 126,
                                              .clock_rate = PLAIN_RATE};

/* The events of "101 telephone-event/8000". */
static gboolean
parse_rtpmap (const char *rtpmap, PhoneMediaSdpEvents *events)
{
  char *end = NULL;
  guint64 payload_type = 0;
  guint64 rate = 0;

  if (!g_ascii_isdigit (*rtpmap))
    return FALSE;
  payload_type = g_ascii_strtoull (rtpmap, &end, 10);
  if (payload_type > 127 || *end != ' ' ||
      g_ascii_strncasecmp (end + 1, EVENTS, strlen (EVENTS)) != 0)
    return FALSE;
  rate = g_ascii_strtoull (end + 1 + strlen (EVENTS), NULL, 10);
  *events = (PhoneMediaSdpEvents){(guint)payload_type, (guint)MIN (rate, G_MAXUINT32)};
  return rate > 0;
}

static gboolean
has_format (const GstSDPMedia *media, guint payload_type)
{
  g_autofree char *number = g_strdup_printf ("%u", payload_type);

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    if (g_strcmp0 (gst_sdp_media_get_format (media, i), number) == 0)
      return TRUE;
  return FALSE;
}

/* Which of the 128 payload types the m-line itself names. */
static void
list_formats (const GstSDPMedia *media, gboolean listed[128])
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    guint64 payload_type = 0;

    if (g_ascii_string_to_unsigned (gst_sdp_media_get_format (media, i), 10, 0, 127,
                                    &payload_type, NULL))
      listed[payload_type] = TRUE;
  }
}

void
phone_media_sdp_plan_events (const GstSDPMessage *sdp, PhoneMediaSdpPlan *plan)
{
  const GstSDPMedia *media = phone_media_sdp_line (sdp, plan->audio_line);
  gboolean listed[128] = {FALSE};

  list_formats (media, listed);
  listed[plan->audio.payload_type] = FALSE;
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    PhoneMediaSdpEvents events = {0};
    guint at = 0;

    if (g_strcmp0 (attribute->key, "rtpmap") != 0 || !attribute->value ||
        !parse_rtpmap (attribute->value, &events) || !listed[events.payload_type])
      continue;
    at = events.clock_rate == plan->audio.codec->clock_rate ? 0 : 1;
    if (plan->events[at].clock_rate == 0 && (at == 0 || events.clock_rate == PLAIN_RATE))
      plan->events[at] = events;
  }
}

void
phone_media_sdp_keep_events (PhoneMediaSdpPlan *plan, const PhoneMediaSdpPlan *agreed)
{
  for (guint i = 0; i < G_N_ELEMENTS (plan->events); i++)
    if (plan->events[i].payload_type != agreed->events[i].payload_type ||
        plan->events[i].clock_rate != agreed->events[i].clock_rate)
      plan->events[i] = (PhoneMediaSdpEvents){0};
}

static void
add_events (GstSDPMedia *media, const PhoneMediaSdpEvents *events)
{
  g_autofree char *number = g_strdup_printf ("%u", events->payload_type);
  g_autofree char *rtpmap =
      g_strdup_printf ("%s " EVENTS "%u", number, events->clock_rate);
  g_autofree char *fmtp = g_strdup_printf ("%s 0-16", number);

  if (events->clock_rate == 0 || has_format (media, events->payload_type))
    return;
  gst_sdp_media_add_format (media, number);
  gst_sdp_media_add_attribute (media, "rtpmap", rtpmap);
  gst_sdp_media_add_attribute (media, "fmtp", fmtp);
}

void
phone_media_sdp_add_events (GstSDPMessage *sdp, const PhoneMediaSdpPlan *plan)
{
  GstSDPMedia *media = phone_media_sdp_line (sdp, plan->audio_line);

  for (guint i = 0; i < G_N_ELEMENTS (plan->events); i++)
    add_events (media, &plan->events[i]);
}

/* As in "111 opus/48000/2". */
static gboolean
names_rate (const GstSDPMedia *media, guint rate)
{
  for (guint i = 0; i < gst_sdp_media_attributes_len (media); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (media, i);
    const char *slash = NULL;

    if (g_strcmp0 (attribute->key, "rtpmap") != 0 || !attribute->value)
      continue;
    slash = strchr (attribute->value, '/');
    if (slash && g_ascii_strtoull (slash + 1, NULL, 10) == rate)
      return TRUE;
  }
  return FALSE;
}

void
phone_media_sdp_offer_events (GstSDPMessage *sdp)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = phone_media_sdp_line (sdp, (int)i);

    if (g_strcmp0 (gst_sdp_media_get_media (media), "audio") != 0)
      continue;
    if (names_rate (media, own_wide.clock_rate))
      add_events (media, &own_wide);
    add_events (media, &own_plain);
  }
}
