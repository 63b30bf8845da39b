/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-dtmf.h"

#include <gst/rtp/gstrtpbuffer.h>
#include <string.h>

/* ---- Sending ---- */

typedef struct {
  PhoneMediaEventOrder event; /* duration_ms 0: stop */
  guint payload_type;
  guint number;
} Order;

/* What the streaming thread holds on to. */
typedef struct {
  gatomicrefcount count;
  PhoneMediaNotePort *port;
  int sent_kind;
  Order *next; /* atomic: from the main context */

  /* Of the streaming thread. */
  PhoneMediaEventWriter writer;
  guint payload_type;
  guint number;
} Stage;

struct _PhoneMediaDtmfSender {
  Stage *stage;
};

static void
stage_unref_any_thread (Stage *stage)
{
  if (!g_atomic_ref_count_dec (&stage->count))
    return;
  phone_media_note_port_unref_any_thread (stage->port);
  g_free (stage->next);
  g_free (stage);
}

static void
take_order (Stage *stage)
{
  g_autofree Order *order = g_atomic_pointer_exchange (&stage->next, NULL);

  if (!order)
    return;
  stage->payload_type = order->payload_type;
  stage->number = order->number;
  if (order->event.duration_ms > 0)
    phone_media_event_writer_begin (&stage->writer, &order->event);
  else
    phone_media_event_writer_stop (&stage->writer);
}

/* The header of the packet of sound, with its extensions (RFC 3550 §5.1), and the event
 * in the place of the sound. */
static GstBuffer *
write_packet (GstBuffer *sound,
              gsize header_bytes,
              const PhoneMediaEventPacket *packet,
              guint payload_type)
{
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, header_bytes + PHONE_MEDIA_EVENT_BYTES, NULL);
  GstMapInfo map;

  gst_buffer_copy_into (
      buffer, sound,
      GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META, 0, -1);
  if (!gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return buffer;
  gst_buffer_extract (sound, 0, map.data, header_bytes);
  map.data[0] &= (guint8)~0x20; /* no padding */
  map.data[1] = (guint8)((packet->marker ? 0x80 : 0) | (payload_type & 0x7F));
  GST_WRITE_UINT32_BE (map.data + 4, packet->timestamp);
  phone_media_event_write (&packet->event, map.data + header_bytes);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static gboolean
replace_packet (GstBuffer **buffer, guint index, gpointer data)
{
  Stage *stage = data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  PhoneMediaEventPacket packet = {0};
  guint32 timestamp = 0;
  gsize header_bytes = 0;
  GstBuffer *event = NULL;
  gboolean was_busy = stage->writer.is_busy;

  if (!gst_rtp_buffer_map (*buffer, GST_MAP_READ, &rtp))
    return TRUE;
  timestamp = gst_rtp_buffer_get_timestamp (&rtp);
  header_bytes = gst_rtp_buffer_get_header_len (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  if (phone_media_event_writer_next (&stage->writer, timestamp, &packet)) {
    event = write_packet (*buffer, header_bytes, &packet, stage->payload_type);
    gst_buffer_unref (*buffer);
    *buffer = event;
  }
  if (was_busy && !stage->writer.is_busy)
    phone_media_note_post_any_thread (stage->port, stage->sent_kind,
                                      GUINT_TO_POINTER (stage->number), NULL);
  return TRUE;
}

static GstPadProbeReturn
on_sound_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Stage *stage = data;

  take_order (stage);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    list = gst_buffer_list_make_writable (list);
    gst_buffer_list_foreach (list, replace_packet, stage);
    GST_PAD_PROBE_INFO_DATA (info) = list;
  } else {
    replace_packet ((GstBuffer **)&GST_PAD_PROBE_INFO_DATA (info), 0, stage);
  }
  return GST_PAD_PROBE_OK;
}

PhoneMediaDtmfSender *
phone_media_dtmf_sender_new (PhoneMediaNotePort *port, int sent_kind)
{
  PhoneMediaDtmfSender *self = g_new0 (PhoneMediaDtmfSender, 1);

  self->stage = g_new0 (Stage, 1);
  g_atomic_ref_count_init (&self->stage->count);
  self->stage->port = phone_media_note_port_ref_any_thread (port);
  self->stage->sent_kind = sent_kind;
  return self;
}

void
phone_media_dtmf_sender_watch (PhoneMediaDtmfSender *self, GstPad *pad)
{
  g_atomic_ref_count_inc (&self->stage->count);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_sound_any_thread, self->stage,
                     (GDestroyNotify)stage_unref_any_thread);
}

void
phone_media_dtmf_sender_free (PhoneMediaDtmfSender *self)
{
  stage_unref_any_thread (self->stage);
  g_free (self);
}

static void
give_order (PhoneMediaDtmfSender *self,
            const PhoneMediaEventOrder *event,
            guint payload_type,
            guint number)
{
  Order *order = g_new0 (Order, 1);

  order->event = *event;
  order->payload_type = payload_type;
  order->number = number;
  g_free (g_atomic_pointer_exchange (&self->stage->next, order));
}

void
phone_media_dtmf_sender_begin (PhoneMediaDtmfSender *self,
                               const PhoneMediaEventOrder *order,
                               guint payload_type,
                               guint number)
{
  give_order (self, order, payload_type, number);
}

void
phone_media_dtmf_sender_stop (PhoneMediaDtmfSender *self)
{
  give_order (self, &(PhoneMediaEventOrder){0}, 0, 0);
}

/* ---- Receiving ---- */

typedef struct {
  PhoneMediaNotePort *port;
  int packet_kind;
  guint clock_rate;
  gint64 second;
  guint n_packets;
} Tap;

static void
tap_free (gpointer data)
{
  Tap *tap = data;

  phone_media_note_port_unref_any_thread (tap->port);
  g_free (tap);
}

static gboolean
read_packet (GstBuffer *buffer, PhoneMediaEventPacket *packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gboolean is_event = FALSE;

  if (!gst_rtp_buffer_map (buffer, GST_MAP_READ, &rtp))
    return FALSE;
  packet->ssrc = gst_rtp_buffer_get_ssrc (&rtp);
  packet->timestamp = gst_rtp_buffer_get_timestamp (&rtp);
  packet->marker = gst_rtp_buffer_get_marker (&rtp);
  is_event =
      phone_media_event_parse (gst_rtp_buffer_get_payload (&rtp),
                               gst_rtp_buffer_get_payload_len (&rtp), &packet->event);
  gst_rtp_buffer_unmap (&rtp);
  return is_event;
}

static gboolean
tell_packet (GstBuffer **buffer, guint index, gpointer data)
{
  Tap *tap = data;
  PhoneMediaEventPacket packet = {.clock_rate = tap->clock_rate};
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (second != tap->second) {
    tap->second = second;
    tap->n_packets = 0;
  }
  if (tap->n_packets++ < PHONE_MEDIA_DTMF_MAX_PACKETS_PER_SECOND &&
      read_packet (*buffer, &packet))
    phone_media_note_post_any_thread (tap->port, tap->packet_kind,
                                      g_memdup2 (&packet, sizeof packet), g_free);
  return TRUE;
}

static GstPadProbeReturn
on_event_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), tell_packet, data);
  else
    tell_packet ((GstBuffer **)&GST_PAD_PROBE_INFO_DATA (info), 0, data);
  return GST_PAD_PROBE_OK;
}

void
phone_media_dtmf_watch (GstPad *pad,
                        guint clock_rate,
                        PhoneMediaNotePort *port,
                        int packet_kind)
{
  Tap *tap = g_new0 (Tap, 1);

  tap->port = phone_media_note_port_ref_any_thread (port);
  tap->packet_kind = packet_kind;
  tap->clock_rate = clock_rate;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_event_any_thread, tap, tap_free);
}
