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

/* ---- What else there is ---- */

static void
test_muted (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  PhoneProbe *probe = phone_media_session_get_probe (callee);
  Heard *sender = listen (caller);
  Heard *receiver = listen (callee);

  media_connect (caller, callee, FALSE);
  phone_media_session_set_muted (caller, TRUE);
  send_digits (caller, sender, "12345", 0);
  g_assert_true (wait_length (receiver->received, 5));
  g_assert_cmpstr (receiver->received->str, ==, "12345");
  g_assert_cmpuint (g_array_index (receiver->durations, guint, 0), ==,
                    PHONE_MEDIA_DIGIT_MS);
  /* Nobody hears the tones of them: the two of "5". */
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 770), ==, 0);
  g_assert_cmpuint (phone_probe_get_tone_ms (probe, 1336), ==, 0);
  media_end (caller);
  media_end (callee);
  heard_free (sender);
  heard_free (receiver);
}

/* Of what is asked for: too short, too long for one field, no digit at all. */
static void
test_lengths (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  Heard *sender = listen (caller);
  Heard *receiver = listen (callee);

  media_connect (caller, callee, FALSE);
  g_assert_false (phone_media_session_send_digit (caller, 'x', 100));
  g_assert_false (phone_media_session_send_digit (caller, '\0', 100));
  send_digits (caller, sender, "1", 1);
  send_digits (caller, sender, "2", 2000);
  g_assert_true (wait_length (receiver->received, 2));
  g_assert_cmpstr (receiver->received->str, ==, "12");
  g_assert_cmpuint (g_array_index (receiver->durations, guint, 0), ==,
                    PHONE_MEDIA_DIGIT_MIN_MS);
  g_assert_cmpuint (g_array_index (receiver->durations, guint, 1), ==, 2000);
  media_end (caller);
  media_end (callee);
  heard_free (sender);
  heard_free (receiver);
}

static void
on_can_send (PhoneMediaSession *session, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

static void
test_held (void)
{
  static const PhoneMediaWish hold = {.hold = TRUE};
  static const PhoneMediaWish resume = {0};
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  Heard *sender = listen (caller);
  Heard *receiver = listen (callee);
  guint n = 0;

  g_signal_connect (caller, "notify::can-send-digits", G_CALLBACK (on_can_send), &n);
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 200, 10));
  g_assert_cmpuint (n, ==, 1);
  /* One that is under way ends there: the peer notices by itself. */
  g_assert_true (phone_media_session_send_digit (caller, '7', 3000));
  media_run (300); /* of its 3 s */
  media_renegotiate (caller, &hold, callee, FALSE);
  g_assert_cmpstr (sender->broken_off->str, ==, "7");
  g_assert_cmpuint (n, ==, 2);
  g_assert_false (phone_media_session_send_digit (caller, '8', 0));
  g_assert_false (phone_media_session_send_digit (callee, '8', 0));
  g_assert_true (wait_length (receiver->received, 1));
  media_renegotiate (caller, &resume, callee, FALSE);
  g_assert_cmpuint (n, ==, 3);
  send_digits (caller, sender, "9", 0);
  g_assert_true (wait_length (receiver->received, 2));
  g_assert_cmpstr (receiver->received->str, ==, "79");
  g_assert_cmpuint (g_array_index (receiver->durations, guint, 0), <, 2000);
  media_end (caller);
  media_end (callee);
  heard_free (sender);
  heard_free (receiver);
}

/* The callee is shown the offer without the lines that begin like this. */
static void
connect_without (PhoneMediaSession *caller,
                 PhoneMediaSession *callee,
                 const char *const *lines)
{
  g_autofree char *offer = media_offer (caller, FALSE);
  g_auto (GStrv) all = g_strsplit (offer, "\r\n", -1);
  g_autoptr (GString) kept = g_string_new (NULL);
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; all[i] && *all[i]; i++) {
    gboolean keep = TRUE;

    for (guint k = 0; lines[k]; k++)
      keep &= !g_str_has_prefix (all[i], lines[k]);
    if (keep)
      g_string_append_printf (kept, "%s\r\n", all[i]);
  }
  phone_media_session_set_offer (callee, kept->str, &error);
  g_assert_no_error (error);
  answer = media_answer (callee, FALSE);
  phone_media_session_set_answer (caller, answer, &error);
  g_assert_no_error (error);
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_CONNECTED, 10));
  g_assert_true (media_wait_state (callee, PHONE_MEDIA_STATE_CONNECTED, 10));
}

/* A gateway that names 8000 alone beside Opus. */
static void
test_plain_beside_opus (void)
{
  static const char *const lines[] = {"a=rtpmap:110 ", "a=fmtp:110 ", NULL};
  static const Case use = {"opus", 126, 8000};
  g_autoptr (PhoneMediaConfig) config = config_with ("opus", 440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  connect_without (caller, callee, lines);
  g_assert_true (media_wait_tone (caller, 440, 300, 10));
  g_assert_true (media_wait_tone (callee, 440, 300, 10));
  send_and_check (caller, callee, &use);
  send_and_check (callee, caller, &use);
  g_assert_true (media_wait_tone (caller, 440, 1000, 10));
  g_assert_true (media_wait_tone (callee, 440, 1000, 10));
  media_end (caller);
  media_end (callee);
}

/* Without them the call is as it was, and who dials has another way. */
static void
test_not_agreed (void)
{
  static const char *const lines[] = {"a=rtpmap:110 ", "a=rtpmap:126 ", NULL};
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  connect_without (caller, callee, lines);
  g_assert_true (media_wait_tone (caller, 440, 300, 10));
  g_assert_false (phone_media_session_get_can_send_digits (caller));
  g_assert_false (phone_media_session_get_can_send_digits (callee));
  g_assert_false (phone_media_session_send_digit (caller, '1', 0));
  g_assert_false (phone_media_session_send_digit (callee, '1', 0));
  media_end (caller);
  media_end (callee);
}

/* ---- A peer that means no good ---- */

typedef struct {
  guint16 sequence;
  gboolean is_begun;
  gboolean inside;
  gint on; /* atomic */
  GRand *random;
} Flood;

/* An event of any size and content, in the stream of this packet of sound. */
static GstBuffer *
any_event (Flood *flood, GstBuffer *sound)
{
  guint n_payload = (guint)g_rand_int_range (flood->random, 0, 9);
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (n_payload, 0, 0);
  GstRTPBuffer from = GST_RTP_BUFFER_INIT;
  GstRTPBuffer to = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (sound, GST_MAP_READ, &from));
  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &to));
  gst_rtp_buffer_set_ssrc (&to, gst_rtp_buffer_get_ssrc (&from));
  gst_rtp_buffer_set_payload_type (&to, 110);
  gst_rtp_buffer_set_seq (&to, flood->sequence++);
  gst_rtp_buffer_set_marker (&to, g_rand_boolean (flood->random));
  gst_rtp_buffer_set_timestamp (&to, gst_rtp_buffer_get_timestamp (&from) +
                                         (guint32)g_rand_int_range (flood->random, 0, 9));
  for (guint i = 0; i < n_payload; i++)
    ((guint8 *)gst_rtp_buffer_get_payload (&to))[i] =
        (guint8)g_rand_int_range (flood->random, 0, i == 0 ? 20 : 256);
  gst_rtp_buffer_unmap (&from);
  gst_rtp_buffer_unmap (&to);
  gst_buffer_copy_into (buffer, sound, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  return buffer;
}

/* Numbers go on from the first packet of sound. */
static void
renumber (Flood *flood, GstPadProbeInfo *info)
{
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_READWRITE, &rtp));
  if (flood->is_begun)
    gst_rtp_buffer_set_seq (&rtp, flood->sequence);
  else
    flood->sequence = gst_rtp_buffer_get_seq (&rtp);
  flood->is_begun = TRUE;
  flood->sequence++;
  gst_rtp_buffer_unmap (&rtp);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
}

/* 4,000 packets of events a second between those of sound. */
static GstPadProbeReturn
on_flooded (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Flood *flood = data;

  if (flood->inside)
    return GST_PAD_PROBE_OK;
  flood->inside = TRUE;
  for (guint i = 0; i < 80 && flood->is_begun && g_atomic_int_get (&flood->on); i++)
    gst_pad_chain (pad, any_event (flood, GST_PAD_PROBE_INFO_BUFFER (info)));
  flood->inside = FALSE;
  renumber (flood, info);
  return GST_PAD_PROBE_OK;
}

static void
test_flood (void)
{
  g_autoptr (PhoneMediaConfig) config = config_with ("opus", 440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  Heard *sender = listen (caller);
  Heard *receiver = listen (callee);
  Flood flood = {.random = g_rand_new_with_seed (1), .on = TRUE};
  GstPad *pad = NULL;
  gsize heard = 0;

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 300, 10));
  pad = caller->pipeline->outlets[PHONE_MEDIA_KIND_AUDIO];
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_flooded, &flood, NULL);
  media_run (3000);
  g_atomic_int_set (&flood.on, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 1000, 10));
  heard = receiver->received->len;
  g_assert_cmpuint (heard, <=, 6 * PHONE_MEDIA_EVENT_MAX_DIGITS_PER_SECOND);
  send_digits (caller, sender, "42", 0);
  g_assert_true (wait_length (receiver->received, heard + 2));
  g_assert_true (g_str_has_suffix (receiver->received->str, "42"));
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
  g_assert_true (media_wait_idle (20)); /* the probe is not called any more */
  g_rand_free (flood.random);
  heard_free (sender);
  heard_free (receiver);
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
  g_test_add_func ("/media/digits/plain-beside-opus", test_plain_beside_opus);
  g_test_add_func ("/media/digits/not-agreed", test_not_agreed);
  g_test_add_func ("/media/digits/muted", test_muted);
  g_test_add_func ("/media/digits/lengths", test_lengths);
  g_test_add_func ("/media/digits/held", test_held);
  g_test_add_func ("/media/digits/flood", test_flood);
  return media_run_tests ();
}
