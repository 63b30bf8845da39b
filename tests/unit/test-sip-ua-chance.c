/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-text.h"
#include "sip-ua-private.h"
#include "ua-fixture.h"

#include <string.h>

/* Messages and orders of them that nobody would think of, the same for the same seed. */

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

static guint64 chance;

static guint
pick (guint n)
{
  chance = chance * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
  return (guint)((chance >> 33) % n);
}

/* Everything that crosses, in a thousand orders. */
static void
cross_once (UaFixture *f, SipSessionId call, const SipMessage *invite)
{
  static const char *const tags[] = {"there", "one", "two", "three"};
  static const guint statuses[] = {100, 180, 183, 200, 200, 302, 407, 486, 487, 503};

  switch (pick (10)) {
  case 0:
    sip_ua_hang_up (f->ua, call, NULL, f->now_us, NULL);
    break;
  case 1:
    ua_fixture_request_inside (f, invite, "BYE", 2 + pick (50), "", NULL);
    break;
  case 2:
    ua_fixture_request_inside (f, invite, "INVITE", 2 + pick (50), "", UA_OFFER);
    break;
  case 3:
    sip_ua_reoffer (f->ua, call, UA_OFFER, f->now_us, NULL);
    break;
  case 4:
    sip_ua_answer_reoffer (f->ua, call, pick (2) == 0 ? 200 : 488, UA_ANSWER, f->now_us,
                           NULL);
    break;
  case 5:
    ua_fixture_request_inside (f, invite, "ACK", 2 + pick (50), "", NULL);
    break;
  case 6:
    ua_fixture_advance (f, pick (3) * SECONDS (1));
    break;
  default:
    ua_fixture_respond (f, invite, statuses[pick (G_N_ELEMENTS (statuses))],
                        tags[pick (G_N_ELEMENTS (tags))],
                        "Contact: <sip:bob@far.invalid>\n",
                        pick (4) == 0 ? NULL : UA_ANSWER);
    break;
  }
  ua_fixture_pump (f);
}

/* The far end answers one of the requests that we sent, in some way. */
static void
answer_something (UaFixture *f)
{
  static const guint statuses[] = {200, 200, 401, 408, 481, 491, 500};
  SipMessage *message = g_queue_pop_head (&f->sent);

  if (message == NULL)
    return;
  if (sip_message_is_request (message) &&
      sip_message_get_method (message) != SIP_METHOD_ACK)
    ua_fixture_respond (f, message, statuses[pick (G_N_ELEMENTS (statuses))], "there",
                        "Contact: <sip:bob@far.invalid>\n",
                        pick (2) == 0 ? NULL : UA_ANSWER);
  sip_message_unref (message);
}

static void
test_random_orders (void)
{
  chance = 3;
  for (guint run = 0; run < 1000; run++) {
    UaFixture f;
    SipSessionId call;
    g_autoptr (SipMessage) invite = NULL;

    ua_fixture_start (&f);
    invite = ua_fixture_dial (&f, &call);
    for (guint step = 0; step < 40; step++) {
      cross_once (&f, call, invite);
      if (pick (3) == 0)
        answer_something (&f);
    }
    ua_fixture_forget (&f);
    sip_ua_hang_up (f.ua, call, NULL, f.now_us, NULL);
    ua_fixture_pump (&f);
    ua_fixture_advance (&f, SECONDS (400));
    g_assert_cmpuint (f.ua->sessions->len, ==, 0);
    ua_fixture_drop (&f);
  }
}

/* Good frames with a few bytes changed, cut or doubled, in the middle of a call. */
static GPtrArray *
make_corpus (void)
{
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  static const char *const own[] = {
      "INVITE sip:alice@example.org SIP/2.0\r\nv: SIP/2.0/WS e;branch=z9hG4bK-f\r\n"
      "f: \"B \\\" x\" <sip:b@x.org>;tag=1\r\nt: <sip:alice@example.org>\r\ni: fz\r\n"
      "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nm: <sip:b@[::1]:5060;transport=ws>\r\n"
      "Require: 100rel\r\nRecord-Route: <sip:a;lr>, <sip:b;lr>\r\n"
      "c: application/sdp\r\n\r\nv=0\r\n",
      "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKx\r\n"
      "From: <sip:alice@example.org>;tag=1\r\nTo: <sip:alice@example.org>;tag=2\r\n"
      "Call-ID: r\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: Digest realm=\"example.org\", "
      "nonce=\"n\", qop=\"auth,auth-int\", algorithm=SHA-256, stale=true\r\n\r\n",
      "CANCEL sip:alice@example.org SIP/2.0\r\nVia: SIP/2.0/WS e;branch=z9hG4bK-f\r\n"
      "From: <sip:b@x.org>;tag=1\r\nTo: <sip:alice@example.org>\r\nCall-ID: fz\r\n"
      "CSeq: 1 CANCEL\r\nReason: SIP;cause=200;text=\"x\"\r\nMax-Forwards: 70\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    g_ptr_array_add (corpus, g_bytes_new_static (own[i], strlen (own[i])));
  return corpus;
}

static void
mutate (GByteArray *bytes)
{
  static const char *const words[] = {"\r\n", "\"", "<",  ">",          ";",
                                      ",",    "\0", "\\", "@",          ":",
                                      "%",    "=",  "-1", "4294967296", "sip:"};
  guint at = bytes->len > 0 ? pick (bytes->len) : 0;
  const char *word = words[pick (G_N_ELEMENTS (words))];

  switch (pick (5)) {
  case 0:
    if (bytes->len > 0)
      bytes->data[at] = (guint8)pick (256);
    break;
  case 1:
    g_byte_array_set_size (bytes, at);
    break;
  case 2:
    if (bytes->len > at + 5)
      g_byte_array_remove_range (bytes, at, 1 + pick (5));
    break;
  case 3:
    if (bytes->len + strlen (word) < 4096 && bytes->len > 0)
      memcpy (bytes->data + at, word, MIN (strlen (word), bytes->len - at));
    break;
  default:
    if (bytes->len > 0 && bytes->len < 4096) {
      g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);

      g_byte_array_append (bytes, copy, MIN (at, 512));
    }
    break;
  }
}

/* Half of the frames belong to what is going on, so that they get far. */
static GBytes *
pick_frame (UaFixture *f, GPtrArray *corpus, const SipMessage *inside)
{
  static const char *const methods[] = {"INVITE", "ACK", "BYE", "UPDATE", "INFO"};
  const char *method = methods[pick (G_N_ELEMENTS (methods))];
  g_autofree char *text = NULL;

  if (pick (2) == 0)
    return g_bytes_ref (g_ptr_array_index (corpus, pick (corpus->len)));
  text = g_strdup_printf ("%s %s SIP/2.0\r\nVia: SIP/2.0/WS e;branch=z9hG4bK-%u\r\n"
                          "From: %.*s\r\nTo: %.*s\r\nCall-ID: %.*s\r\nCSeq: %u %s\r\n"
                          "Contact: <sip:b@far.invalid>\r\nMax-Forwards: 70\r\n"
                          "Content-Type: application/sdp\r\n\r\nv=0\r\n",
                          method, sip_ua_get_contact (f->ua), pick (1000),
                          SIP_TEXT_ARG (sip_message_get_from (inside)->text),
                          SIP_TEXT_ARG (sip_message_get_to (inside)->text),
                          SIP_TEXT_ARG (sip_message_get_call_id (inside)), pick (1000),
                          method);
  return g_bytes_new (text, strlen (text));
}

static void
mutate_for_a_while (guint n_frames)
{
  g_autoptr (GPtrArray) corpus = make_corpus ();
  g_autoptr (SipMessage) answer = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  ua_fixture_be_called (&f, "in", &answer);
  for (guint i = 0; i < n_frames; i++) {
    g_autoptr (GBytes) frame = pick_frame (&f, corpus, answer);
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
    for (guint n = pick (4); n > 0; n--)
      mutate (bytes);
    ua_fixture_receive_bytes (&f, bytes->data, bytes->len);
    g_byte_array_unref (bytes);
    ua_fixture_forget (&f);
    if (pick (20) == 0)
      ua_fixture_advance (&f, SECONDS (pick (20)));
    if (pick (50) == 0)
      sip_ua_flow_opened (f.ua, f.now_us);
    ua_fixture_pump (&f);
    ua_fixture_forget (&f);
  }
  ua_fixture_drop (&f);
}

static void
test_mutations (void)
{
  chance = 5;
  for (guint run = 0; run < 100; run++)
    mutate_for_a_while (300);
}

/* Every frame cut at every byte. */
static void
test_truncations (void)
{
  g_autoptr (GPtrArray) corpus = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  corpus = make_corpus ();
  for (guint i = 0; i < corpus->len; i++) {
    gsize length;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (corpus, i), &length);

    for (gsize n = 0; n <= length; n++) {
      g_autofree guint8 *copy = g_memdup2 (data, n);

      ua_fixture_receive_bytes (&f, copy != NULL ? copy : (const guint8 *)"", n);
      ua_fixture_forget (&f);
    }
  }
  ua_fixture_drop_alive (&f);
}

#define ADD(name, func) g_test_add_func ("/sip-ua-chance/" name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("random-orders", test_random_orders);
  ADD ("mutations", test_mutations);
  ADD ("truncations", test_truncations);
  return g_test_run ();
}
