/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-gate.h"
#include "phone-media-report.h"
#include "phone-media-sources.h"

/* A peer that reports more often is heard no more often than that. */
enum { MAX_REPORTS_PER_SECOND = 20 };

struct _PhoneMediaGate {
  gatomicrefcount count;
  guint session_id;
  PhoneMediaNotePort *port;
  int certificate_kind;
  int report_kind;

  /* Of the one thread that brings RTP. */
  PhoneMediaSources sources;

  /* Of the one thread that brings RTCP. */
  gint64 second;
  guint n_reports;

  /* Atomic. */
  gint open;
  gint certificates; /* how many came: an older one judged late opens nothing */
  guint passed_in;
};

typedef struct {
  PhoneMediaGatePem pem;
  gint certificate;
} NumberedPem;

PhoneMediaGate *
phone_media_gate_new (guint session_id,
                      PhoneMediaNotePort *port,
                      int certificate_kind,
                      int report_kind)
{
  PhoneMediaGate *self = g_new0 (PhoneMediaGate, 1);

  g_atomic_ref_count_init (&self->count);
  self->session_id = session_id;
  self->port = phone_media_note_port_ref_any_thread (port);
  self->certificate_kind = certificate_kind;
  self->report_kind = report_kind;
  return self;
}

PhoneMediaGate *
phone_media_gate_ref_any_thread (PhoneMediaGate *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
phone_media_gate_unref_any_thread (PhoneMediaGate *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  phone_media_note_port_unref_any_thread (self->port);
  g_free (self);
}

void
phone_media_gate_pem_free (PhoneMediaGatePem *self)
{
  phone_media_gate_unref_any_thread (self->gate);
  g_free (self->pem);
  g_free (self);
}

guint
phone_media_gate_get_session_id (PhoneMediaGate *self)
{
  return self->session_id;
}

guint
phone_media_gate_get_passed_in (PhoneMediaGate *self)
{
  return (guint)g_atomic_int_get (&self->passed_in);
}

void
phone_media_gate_shut (PhoneMediaGate *self)
{
  g_atomic_int_inc (&self->certificates);
  g_atomic_int_set (&self->open, FALSE);
}

gboolean
phone_media_gate_open (PhoneMediaGate *self, const PhoneMediaGatePem *judged)
{
  const NumberedPem *numbered = (const NumberedPem *)judged;

  if (numbered->certificate != g_atomic_int_get (&self->certificates))
    return FALSE;
  g_atomic_int_set (&self->open, TRUE);
  /* Another came between the two lines above: it is not judged yet. */
  if (numbered->certificate != g_atomic_int_get (&self->certificates)) {
    g_atomic_int_set (&self->open, FALSE);
    return FALSE;
  }
  return TRUE;
}

static void
on_peer_pem_any_thread (GstElement *decoder, GParamSpec *pspec, PhoneMediaGate *self)
{
  NumberedPem *numbered = g_new0 (NumberedPem, 1);

  numbered->certificate = g_atomic_int_add (&self->certificates, 1) + 1;
  g_atomic_int_set (&self->open, FALSE);
  numbered->pem.gate = phone_media_gate_ref_any_thread (self);
  g_object_get (decoder, "peer-pem", &numbered->pem.pem, NULL);
  phone_media_note_post_any_thread (self->port, self->certificate_kind, numbered,
                                    (GDestroyNotify)phone_media_gate_pem_free);
}

static guint
count_buffers (GstPadProbeInfo *info)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    return gst_buffer_list_length (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
  return 1;
}

static GstPadProbeReturn
on_packet_in_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  PhoneMediaGate *self = data;

  if (!g_atomic_int_get (&self->open))
    return GST_PAD_PROBE_DROP;
  g_atomic_int_add (&self->passed_in, (gint)count_buffers (info));
  return GST_PAD_PROBE_OK;
}

/* RFC 3550 §5.1. */
static gboolean
is_of_taken_source (PhoneMediaGate *self, GstBuffer *packet)
{
  guint32 ssrc = 0;

  return gst_buffer_extract (packet, 8, &ssrc, sizeof ssrc) == sizeof ssrc &&
         phone_media_sources_take (&self->sources, GUINT32_FROM_BE (ssrc),
                                   g_get_monotonic_time ());
}

static gboolean
keep_taken_source (GstBuffer **packet, guint index, gpointer data)
{
  if (!is_of_taken_source (data, *packet))
    gst_clear_buffer (packet);
  return TRUE;
}

static GstPadProbeReturn
on_sound_or_picture_in_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  PhoneMediaGate *self = data;
  GstBufferList *list;

  if (!g_atomic_int_get (&self->open))
    return GST_PAD_PROBE_DROP;
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));
    gst_buffer_list_foreach (list, keep_taken_source, self);
    GST_PAD_PROBE_INFO_DATA (info) = list;
  } else if (!is_of_taken_source (self, GST_PAD_PROBE_INFO_BUFFER (info))) {
    return GST_PAD_PROBE_DROP;
  }
  return on_packet_in_any_thread (pad, info, data);
}

static GstPadProbeReturn
on_control_in_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  PhoneMediaGate *self = data;
  gint64 now_us = g_get_real_time ();
  GArray *reports = NULL;

  if (on_packet_in_any_thread (pad, info, data) == GST_PAD_PROBE_DROP)
    return GST_PAD_PROBE_DROP;
  if (now_us / G_USEC_PER_SEC != self->second) {
    self->second = now_us / G_USEC_PER_SEC;
    self->n_reports = 0;
  }
  if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER) ||
      self->n_reports++ >= MAX_REPORTS_PER_SECOND)
    return GST_PAD_PROBE_OK;
  reports = phone_media_report_parse (GST_PAD_PROBE_INFO_BUFFER (info), now_us);
  if (reports)
    phone_media_note_post_any_thread (self->port, self->report_kind, reports,
                                      (GDestroyNotify)g_array_unref);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_packet_out_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  PhoneMediaGate *self = data;

  return g_atomic_int_get (&self->open) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static gboolean
watch_pad (PhoneMediaGate *self,
           GstElement *element,
           const char *name,
           GstPadProbeCallback callback)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  if (!pad)
    return FALSE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     callback, phone_media_gate_ref_any_thread (self),
                     (GDestroyNotify)phone_media_gate_unref_any_thread);
  return TRUE;
}

static void
unref_closure (gpointer data, GClosure *closure)
{
  phone_media_gate_unref_any_thread (data);
}

gboolean
phone_media_gate_watch_decoder_any_thread (PhoneMediaGate *self, GstElement *decoder)
{
  g_signal_connect_data (decoder, "notify::peer-pem", G_CALLBACK (on_peer_pem_any_thread),
                         phone_media_gate_ref_any_thread (self), unref_closure, 0);
  return watch_pad (self, decoder, "rtp_src", on_sound_or_picture_in_any_thread) &&
         watch_pad (self, decoder, "rtcp_src", on_control_in_any_thread);
}

gboolean
phone_media_gate_watch_encoder_any_thread (PhoneMediaGate *self, GstElement *encoder)
{
  return watch_pad (self, encoder, "rtp_sink_0", on_packet_out_any_thread) &&
         watch_pad (self, encoder, "rtcp_sink_0", on_packet_out_any_thread);
}
