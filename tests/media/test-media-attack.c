/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <gst/rtp/gstrtpbuffer.h>
#include <string.h>

/* What a stranger sends to the media port before and during a call, and what the peer
 * itself may send: the sound goes on, and memory stays. */

enum { LONGEST = 1500, MAX_GAP_MS = 200, MAX_GROWTH_KIB = 4 * 1024 };
/* How many packets a stranger sends in a millisecond: a flood is 10,000 in a second. */
enum { LENGTHS_PER_MS = 3, STUN_PER_MS = 2, FLOOD_PER_MS = 10, MAX_BURST = 50 };

/* ---- The stranger ---- */

typedef struct {
  GRand *random;
  guint8 packet[LONGEST];
  guint n_sent;
  char *ufrags; /* theirs and ours, as in the USERNAME of their checks */
} Stranger;

typedef gsize (*Attack) (Stranger *self);

static void
fill (Stranger *self, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    self->packet[i] = (guint8)g_rand_int (self->random);
}

/* Each length, in turn as STUN, as DTLS, as RTP and as RTCP (RFC 7983). */
static gsize
any_length (Stranger *self)
{
  static const guint8 first[] = {0, 1, 22, 63, 128, 144, 255};
  gsize n_bytes = self->n_sent % (LONGEST + 1);

  fill (self, n_bytes);
  if (n_bytes > 0)
    self->packet[0] = first[self->n_sent / (LONGEST + 1) % G_N_ELEMENTS (first)];
  if (n_bytes > 1 && self->packet[0] == 144)
    self->packet[1] = 200;
  return n_bytes;
}

static gsize
put_attribute (Stranger *self, gsize at, guint type, const void *value, guint n_value)
{
  guint8 *to = self->packet + at;

  to[0] = (guint8)(type >> 8);
  to[1] = (guint8)type;
  to[2] = (guint8)(n_value >> 8);
  to[3] = (guint8)n_value;
  memset (to + 4, 0, (n_value + 3) & ~3u);
  memcpy (to + 4, value, n_value);
  return at + 4 + ((n_value + 3) & ~3u);
}

/* A connectivity check (RFC 8445 §7.1) with the right name, then broken somewhere: its
 * lengths most of all (CVE-2021-37706). */
static gsize
broken_check (Stranger *self)
{
  static const guint8 cookie[] = {0x21, 0x12, 0xA4, 0x42};
  guint8 random[20];
  gsize n = 20;

  fill (self, 40);
  memcpy (random, self->packet + 20, sizeof random);
  self->packet[0] = 0;
  self->packet[1] = g_rand_int_range (self->random, 0, 4) == 0 ? 0x11 : 1;
  memcpy (self->packet + 4, cookie, sizeof cookie);
  n = put_attribute (self, n, 0x0006, self->ufrags, (guint)strlen (self->ufrags));
  n = put_attribute (self, n, 0x0024, random, 4);
  n = put_attribute (self, n, 0x802A, random, 8);
  if (g_rand_boolean (self->random))
    n = put_attribute (self, n, 0x0025, random, 0);
  n = put_attribute (self, n, 0x0008, random, 20);
  n = put_attribute (self, n, 0x8028, random, 4);
  self->packet[2] = (guint8)((n - 20) >> 8);
  self->packet[3] = (guint8)(n - 20);
  for (gint i = g_rand_int_range (self->random, 0, 4); i > 0; i--) {
    gint at = g_rand_int_range (self->random, 0, (gint)n);

    self->packet[at] =
        g_rand_boolean (self->random) ? 0xFF : (guint8)g_rand_int (self->random);
  }
  return g_rand_int_range (self->random, 0, 3) == 0
             ? (gsize)g_rand_int_range (self->random, 1, (gint)n)
             : n;
}

/* Sound as it might be: another SSRC and payload type each time. */
static gsize
any_sound (Stranger *self)
{
  fill (self, 172);
  self->packet[0] = 0x80;
  return 172;
}

typedef struct {
  Attack attack;
  guint port;
  guint per_ms;
  const char *ufrags;
  gint stop; /* atomic */
} Orders;

static guint
get_due (gint64 begin_us, guint per_ms)
{
  return (guint)((g_get_monotonic_time () - begin_us) * per_ms / 1000);
}

/* As many as are due, also after it was not let run for a while. */
static gpointer
attack_any_thread (gpointer data)
{
  Orders *orders = data;
  Stranger self = {.random = g_rand_new_with_seed (7), .ufrags = (char *)orders->ufrags};
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) to =
      g_inet_socket_address_new_from_string ("127.0.0.1", orders->port);
  gint64 begin_us = g_get_monotonic_time ();

  while (!g_atomic_int_get (&orders->stop)) {
    guint due = get_due (begin_us, orders->per_ms);

    due = MIN (due, self.n_sent + MAX_BURST);
    while (self.n_sent < due) {
      gsize n = orders->attack (&self);

      g_socket_send_to (socket, to, (const char *)self.packet, n, NULL, NULL);
      self.n_sent++;
    }
    g_usleep (500);
  }
  g_rand_free (self.random);
  return GUINT_TO_POINTER (self.n_sent);
}

/* ---- The call ---- */

static guint
port_of (PhoneMediaSession *session)
{
  g_autofree char *sdp = phone_media_session_dup_local_sdp (session);
  const char *at = strstr (sdp, " 127.0.0.1 ");

  g_assert_nonnull (at);
  return (guint)g_ascii_strtoull (at + strlen (" 127.0.0.1 "), NULL, 10);
}

static char *
ufrag_of (PhoneMediaSession *session)
{
  g_autofree char *sdp = phone_media_session_dup_local_sdp (session);
  const char *at = strstr (sdp, "a=ice-ufrag:") + strlen ("a=ice-ufrag:");

  return g_strndup (at, strcspn (at, "\r\n"));
}

static guint
resident_kib (void)
{
  g_autofree char *status = NULL;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  return (guint)g_ascii_strtoull (strstr (status, "VmRSS:") + 6, NULL, 10);
}

static guint64
heard_ms (PhoneMediaSession *session)
{
  return phone_probe_get_tone_ms (phone_media_session_get_probe (session), 440);
}

typedef struct {
  PhoneMediaSession *caller;
  PhoneMediaSession *callee;
  gint64 begin_us;
  guint64 heard_ms;
  guint64 control_ms;
  guint kib;
} Call;

static void
call_set_up (Call *call, gconstpointer data)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);

  call->caller = media_session (config);
  call->callee = media_session (config);
  media_connect (call->caller, call->callee, FALSE);
  g_assert_true (media_wait_tone (call->callee, 440, 500, 10));
  g_assert_true (media_wait_tone (call->caller, 440, 100, 10));
}

static void
call_tear_down (Call *call, gconstpointer data)
{
  media_end (call->caller);
  media_end (call->callee);
}

static void
begin_watch (Call *call)
{
  call->begin_us = g_get_monotonic_time ();
  call->heard_ms = heard_ms (call->callee);
  call->control_ms = heard_ms (call->caller);
  call->kib = resident_kib ();
}

/* Of what the one who is attacked heard, against what the other one did, on the same
 * machine in the same time. What is late is not lost: it may come while nothing is sent
 * any more. */
static gboolean
has_all_sound (gpointer data)
{
  Call *call = data;

  return heard_ms (call->callee) - call->heard_ms + MAX_GAP_MS >=
         heard_ms (call->caller) - call->control_ms;
}

static void
end_watch (Call *call, guint n_sent)
{
  gboolean is_whole = media_wait (has_all_sound, call, 2);
  guint grown = MAX (resident_kib (), call->kib) - call->kib;

  g_test_message ("%u packets; %" G_GUINT64_FORMAT
                  " ms were heard, and %" G_GUINT64_FORMAT
                  " where nobody attacks, in %" G_GINT64_FORMAT " ms; grown by %u KiB",
                  n_sent, heard_ms (call->callee) - call->heard_ms,
                  heard_ms (call->caller) - call->control_ms,
                  (g_get_monotonic_time () - call->begin_us) / 1000, grown);
  g_assert_true (is_whole);
  g_assert_cmpuint (heard_ms (call->callee) - call->heard_ms, >, 2000);
  g_assert_cmpuint (grown, <, MAX_GROWTH_KIB);
  g_assert_cmpint (phone_media_session_get_state (call->callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  g_assert_cmpint (phone_media_session_get_state (call->caller), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
}

static void
attack_call (Call *call, Attack attack, guint per_ms)
{
  g_autofree char *ours = ufrag_of (call->callee);
  g_autofree char *theirs = ufrag_of (call->caller);
  g_autofree char *ufrags = g_strdup_printf ("%s:%s", ours, theirs);
  Orders orders = {.attack = attack,
                   .port = port_of (call->callee),
                   .per_ms = per_ms,
                   .ufrags = ufrags};
  GThread *stranger = NULL;
  guint n_due = 0;
  guint n_sent = 0;

  begin_watch (call);
  stranger = g_thread_new ("stranger", attack_any_thread, &orders);
  media_run (4000);
  n_due = get_due (call->begin_us, per_ms);
  g_atomic_int_set (&orders.stop, TRUE);
  n_sent = GPOINTER_TO_UINT (g_thread_join (stranger));
  end_watch (call, n_sent);
  g_assert_cmpuint (n_sent, >=, n_due / 10 * 9);
}

static void
test_lengths (Call *call, gconstpointer data)
{
  attack_call (call, any_length, LENGTHS_PER_MS);
}

static void
test_stun (Call *call, gconstpointer data)
{
  attack_call (call, broken_check, STUN_PER_MS);
}

static void
test_flood (Call *call, gconstpointer data)
{
  attack_call (call, any_sound, FLOOD_PER_MS);
}

/* Broken checks come before the peer's own. */
static void
test_before (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autofree char *offer = media_offer (caller, FALSE);
  g_autofree char *answer = NULL;
  g_autofree char *ours = ufrag_of (caller);
  g_autofree char *ufrags = g_strdup_printf ("%s:abcd", ours);
  Orders orders = {.attack = broken_check,
                   .port = port_of (caller),
                   .per_ms = STUN_PER_MS,
                   .ufrags = ufrags};
  GThread *stranger = g_thread_new ("stranger", attack_any_thread, &orders);
  g_autoptr (GError) error = NULL;

  media_run (500);
  phone_media_session_set_offer (callee, offer, &error);
  g_assert_no_error (error);
  answer = media_answer (callee, FALSE);
  phone_media_session_set_answer (caller, answer, &error);
  g_assert_no_error (error);
  g_assert_true (media_wait_state (caller, PHONE_MEDIA_STATE_CONNECTED, 10));
  g_assert_true (media_wait_tone (caller, 440, 500, 10));
  g_atomic_int_set (&orders.stop, TRUE);
  g_thread_join (stranger);
  media_end (caller);
  media_end (callee);
}

/* ---- The peer itself ---- */

typedef struct {
  GRand *random;
  gint left; /* atomic: packets of nonsense that are still to come */
  gboolean is_inside;
} Nonsense;

static GstBuffer *
any_packet (Nonsense *self)
{
  guint n_payload = (guint)g_rand_int_range (self->random, 0, 200);
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (n_payload, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &rtp));
  gst_rtp_buffer_set_ssrc (&rtp, g_rand_int (self->random));
  /* Not those that look like RTCP (RFC 5761 §4). */
  gst_rtp_buffer_set_payload_type (&rtp, (guint8)g_rand_int_range (self->random, 0, 64));
  gst_rtp_buffer_set_seq (&rtp, (guint16)g_rand_int (self->random));
  gst_rtp_buffer_set_timestamp (&rtp, g_rand_int (self->random));
  gst_rtp_buffer_unmap (&rtp);
  return buffer;
}

static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Nonsense *self = data;

  if (self->is_inside || g_atomic_int_get (&self->left) == 0)
    return GST_PAD_PROBE_OK;
  self->is_inside = TRUE;
  for (guint i = 0; i < 20 && g_atomic_int_get (&self->left) > 0; i++) {
    gst_pad_push (pad, any_packet (self));
    g_atomic_int_add (&self->left, -1);
  }
  self->is_inside = FALSE;
  return GST_PAD_PROBE_OK;
}

/* Where what the peer sent comes out decrypted. Owned by the caller. */
static GstPad *
find_decrypted (PhoneMediaSession *session)
{
  g_autoptr (GstIterator) elements =
      gst_bin_iterate_recurse (GST_BIN (session->pipeline->webrtcbin));
  GValue item = G_VALUE_INIT;
  GstPad *pad = NULL;

  while (!pad && gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&item);

    if (g_str_has_prefix (GST_OBJECT_NAME (element), "dtlssrtpdec"))
      pad = gst_element_get_static_pad (element, "rtp_src");
    g_value_unset (&item);
  }
  g_assert_nonnull (pad);
  return pad;
}

static void
test_streams (Call *call, gconstpointer data)
{
  Nonsense nonsense = {.random = g_rand_new_with_seed (3), .left = 4000};
  g_autoptr (GstPad) pad = find_decrypted (call->callee);
  gulong probe = 0;

  begin_watch (call);
  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, &nonsense, NULL);
  media_run (4500);
  gst_pad_remove_probe (pad, probe);
  end_watch (call, 4000 - (guint)nonsense.left);
  g_rand_free (nonsense.random);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add ("/media/attack/lengths", Call, NULL, call_set_up, test_lengths,
              call_tear_down);
  g_test_add ("/media/attack/stun", Call, NULL, call_set_up, test_stun, call_tear_down);
  g_test_add ("/media/attack/flood", Call, NULL, call_set_up, test_flood, call_tear_down);
  g_test_add ("/media/attack/streams", Call, NULL, call_set_up, test_streams,
              call_tear_down);
  g_test_add_func ("/media/attack/before", test_before);
  return media_run_tests ();
}
