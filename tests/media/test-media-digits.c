/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/rtp/gstrtpbuffer.h>
#include <string.h>

/* Digits between two sessions: as events on the wire, and as what was heard of them. */

typedef struct {
  guint payload_type;
  guint16 sequence;
  guint32 timestamp;
  gboolean marker;
  gsize n_payload;
  PhoneMediaEvent event;
} Packet;

/* What one session sends, read between its payloader and webrtcbin. */
typedef struct {
  GMutex lock;
  GArray *packets; /* of Packet */
  gulong probe;
} Wire;

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Wire *wire = data;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  Packet packet = {0};

  if (!gst_rtp_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), GST_MAP_READ, &rtp))
    return GST_PAD_PROBE_OK;
  packet.payload_type = gst_rtp_buffer_get_payload_type (&rtp);
  packet.sequence = gst_rtp_buffer_get_seq (&rtp);
  packet.timestamp = gst_rtp_buffer_get_timestamp (&rtp);
  packet.marker = gst_rtp_buffer_get_marker (&rtp);
  packet.n_payload = gst_rtp_buffer_get_payload_len (&rtp);
  phone_media_event_parse (gst_rtp_buffer_get_payload (&rtp), packet.n_payload,
                           &packet.event);
  gst_rtp_buffer_unmap (&rtp);
  g_mutex_lock (&wire->lock);
  g_array_append_val (wire->packets, packet);
  g_mutex_unlock (&wire->lock);
  return GST_PAD_PROBE_OK;
}

static Wire *
tap_wire (PhoneMediaSession *session)
{
  Wire *wire = g_new0 (Wire, 1);
  GstPad *pad = session->pipeline->outlets[PHONE_MEDIA_KIND_AUDIO];

  g_mutex_init (&wire->lock);
  wire->packets = g_array_new (FALSE, FALSE, sizeof (Packet));
  g_assert_nonnull (pad);
  wire->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, wire, NULL);
  return wire;
}

static void
wire_free (Wire *wire)
{
  g_array_unref (wire->packets);
  g_mutex_clear (&wire->lock);
  g_free (wire);
}

/* ---- What was told ---- */

typedef struct {
  GString *sent;
  GString *broken_off;
  GString *received;
  GArray *durations; /* of guint, of those received */
} Heard;

static void
on_sent (PhoneMediaSession *session, guchar digit, gboolean sent, Heard *heard)
{
  g_string_append_c (sent ? heard->sent : heard->broken_off, (char)digit);
}

static void
on_received (PhoneMediaSession *session, guchar digit, guint duration_ms, Heard *heard)
{
  g_test_message ("received %c, %u ms", digit, duration_ms);
  g_string_append_c (heard->received, (char)digit);
  g_array_append_val (heard->durations, duration_ms);
}

static Heard *
listen (PhoneMediaSession *session)
{
  Heard *heard = g_new0 (Heard, 1);

  heard->sent = g_string_new (NULL);
  heard->broken_off = g_string_new (NULL);
  heard->received = g_string_new (NULL);
  heard->durations = g_array_new (FALSE, FALSE, sizeof (guint));
  g_signal_connect (session, "digit-sent", G_CALLBACK (on_sent), heard);
  g_signal_connect (session, "digit-received", G_CALLBACK (on_received), heard);
  return heard;
}

static void
heard_free (Heard *heard)
{
  g_string_free (heard->sent, TRUE);
  g_string_free (heard->broken_off, TRUE);
  g_string_free (heard->received, TRUE);
  g_array_unref (heard->durations);
  g_free (heard);
}

typedef struct {
  const GString *text;
  gsize length;
} Length;

static gboolean
has_length (gpointer data)
{
  Length *wish = data;

  return wish->text->len >= wish->length;
}

static gboolean
wait_length (const GString *text, gsize length)
{
  return media_wait (has_length, &(Length){text, length}, 10);
}

/* As who dials does it: the next one when the one before was sent. */
static void
send_digits (PhoneMediaSession *session, Heard *heard, const char *digits, guint ms)
{
  for (const char *at = digits; *at; at++) {
    gsize before = heard->sent->len;

    g_assert_true (phone_media_session_send_digit (session, *at, ms));
    g_assert_false (phone_media_session_send_digit (session, *at, ms));
    g_assert_true (wait_length (heard->sent, before + 1));
  }
}

/* ---- Both ways, with each clock rate ---- */

typedef struct {
  const char *codec;
  guint payload_type;
  guint clock_rate;
} Case;

/* One digit as it must be on the wire: where it begins; returns where it is over. */
static guint
check_digit (Wire *wire, guint at, const Case *use, guint code, guint ms)
{
  const Packet *packets = (const Packet *)(gpointer)wire->packets->data;
  const Packet *first = &packets[at];
  guint n_ends = 0;
  guint longest = 0;

  g_assert_true (first->marker);
  for (; at < wire->packets->len && packets[at].payload_type == use->payload_type &&
         packets[at].timestamp == first->timestamp;
       at++) {
    const Packet *packet = &packets[at];

    g_assert_cmpuint (packet->n_payload, ==, PHONE_MEDIA_EVENT_BYTES);
    g_assert_cmpuint (packet->event.code, ==, code);
    g_assert_cmpuint (packet->event.volume, ==, PHONE_MEDIA_EVENT_VOLUME);
    g_assert_cmpuint (packet->marker, ==, packet == first);
    if (n_ends > 0)
      g_assert_true (packet->event.is_end);
    else
      g_assert_cmpuint (packet->event.duration, >, longest);
    g_assert_cmpuint (packet->sequence, ==,
                      (guint16)(first->sequence + (packet - first)));
    longest = packet->event.duration;
    n_ends += packet->event.is_end;
  }
  g_assert_cmpuint (n_ends, ==, 3);
  g_assert_cmpuint (longest, ==, ms * use->clock_rate / 1000);
  return at;
}

static void
check_wire (Wire *wire, const Case *use, const char *digits, guint ms)
{
  const Packet *packets = (const Packet *)(gpointer)wire->packets->data;
  guint32 earliest = 0;
  guint at = 0;

  g_mutex_lock (&wire->lock);
  for (const char *digit = digits; *digit; digit++) {
    while (at < wire->packets->len && packets[at].payload_type != use->payload_type)
      at++;
    g_assert_cmpuint (at, <, wire->packets->len);
    if (digit > digits)
      g_assert_cmpint ((gint32)(packets[at].timestamp - earliest), >=, 0);
    earliest =
        packets[at].timestamp + (ms + PHONE_MEDIA_DIGIT_GAP_MS) * use->clock_rate / 1000;
    at = check_digit (wire, at, use, (guint)phone_media_event_code_of_digit (*digit), ms);
  }
  for (guint i = 1; i < wire->packets->len; i++)
    g_assert_cmpuint (packets[i].sequence, ==, (guint16)(packets[i - 1].sequence + 1));
  g_mutex_unlock (&wire->lock);
}

static PhoneMediaConfig *
config_with (const char *codec, guint tone_hz)
{
  PhoneMediaConfig *config = media_config (tone_hz);
  const char *const codecs[] = {codec, NULL};

  g_strfreev (config->audio_codecs);
  config->audio_codecs = g_strdupv ((char **)codecs);
  return config;
}

static void
send_and_check (PhoneMediaSession *from, PhoneMediaSession *to, const Case *use)
{
  static const char digits[] = "55*0#d1";
  Heard *sender = listen (from);
  Heard *receiver = listen (to);
  Wire *wire = tap_wire (from);

  g_assert_true (phone_media_session_get_can_send_digits (from));
  send_digits (from, sender, digits, 130);
  g_assert_true (wait_length (receiver->received, strlen (digits)));
  g_assert_cmpstr (receiver->received->str, ==, "55*0#D1");
  g_assert_cmpstr (sender->sent->str, ==, "55*0#D1");
  for (guint i = 0; i < receiver->durations->len; i++)
    g_assert_cmpuint (g_array_index (receiver->durations, guint, i), ==, 130);
  check_wire (wire, use, digits, 130);
  g_signal_handlers_disconnect_by_data (from, sender);
  g_signal_handlers_disconnect_by_data (to, receiver);
  gst_pad_remove_probe (from->pipeline->outlets[PHONE_MEDIA_KIND_AUDIO], wire->probe);
  wire_free (wire);
  heard_free (sender);
  heard_free (receiver);
}

static void
test_digits (gconstpointer data)
{
  const Case *use = data;
  g_autoptr (PhoneMediaConfig) config = config_with (use->codec, 440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  g_assert_false (phone_media_session_get_can_send_digits (caller));
  g_assert_false (phone_media_session_send_digit (caller, '1', 0));
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (caller, 440, 300, 10));
  g_assert_true (media_wait_tone (callee, 440, 300, 10));
  send_and_check (caller, callee, use);
  send_and_check (callee, caller, use);
  media_end (caller);
  media_end (callee);
}

int
main (int argc, char **argv)
{
  static const Case opus = {"opus", 110, 48000};
  static const Case pcmu = {"pcmu", 126, 8000};
  static const Case g722 = {"g722", 126, 8000};
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_data_func ("/media/digits/opus", &opus, test_digits);
  g_test_add_data_func ("/media/digits/pcmu", &pcmu, test_digits);
  g_test_add_data_func ("/media/digits/g722", &g722, test_digits);
  return g_test_run ();
}
