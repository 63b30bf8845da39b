/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digits by INFO, and the handing on of calls, with a far end that the test holds. */
#include "call-fixture.h"

#include "phone-error.h"

#include <string.h>

static guint
count_calls (ServiceFixture *f)
{
  return g_list_model_get_n_items (phone_service_get_calls (f->service));
}

static void
wait_transfer (PhoneCall *call, PhoneTransferState state)
{
  gint64 until_us = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (phone_call_get_transfer_state (call) != state) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
  }
}

static char *
dup_header (const SipMessage *message, SipHeader header)
{
  return sip_text_dup (sip_message_get_header (message, header));
}

/* ---- Digits ---- */

static void
on_digit (PhoneCall *call, guchar digit, guint value, GString *told)
{
  g_string_append_c (told, (char)digit);
}

/* Those that did not arrive in brackets. */
static void
on_digit_sent (PhoneCall *call, guchar digit, gboolean is_sent, GString *told)
{
  g_string_append_printf (told, is_sent ? "%c" : "(%c)", digit);
}

/* Without its telephone events. */
static char *
strip_events (const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    if (strstr (lines[i], "telephone-event") == NULL)
      g_string_append_printf (out, "%s\r\n", lines[i]);
  }
  return g_string_free (out, FALSE);
}

static PhoneCall *
call_without_events (ServiceFixture *f, PhoneMediaSession *peer)
{
  PhoneCall *call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, NULL);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autofree char *offer = service_fixture_dup_body (invite);
  g_autofree char *answer = service_fixture_make_answer (peer, offer);
  g_autofree char *stripped = strip_events (answer);

  service_fixture_respond (f, invite, 200, stripped);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  return call;
}

static void
take_info (ServiceFixture *f, char digit, guint status)
{
  g_autoptr (SipMessage) info = service_fixture_take_request (f, SIP_METHOD_INFO);
  g_autofree char *body = service_fixture_dup_body (info);
  g_autofree char *signal = g_strdup_printf ("Signal=%c", digit);

  g_assert_nonnull (strstr (body, signal));
  service_fixture_respond (f, info, status, NULL);
}

/* One after the other, the next when the one before was taken; one that is refused takes
 * the rest along, and later ones are another try. */
static void
test_digits_by_info (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (PhoneCall) call = call_without_events (f, peer);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (SipMessage) first = NULL;

  g_signal_connect (call, "digit-sent", G_CALLBACK (on_digit_sent), told);
  g_assert_true (phone_call_send_digits (call, "1#2345", NULL));
  first = service_fixture_take_request (f, SIP_METHOD_INFO);
  g_assert_null (g_queue_peek_head (&f->requests));
  service_fixture_respond (f, first, 200, NULL);
  take_info (f, '#', 200);
  take_info (f, '2', 415);
  while (strcmp (told->str, "1#(2)") != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (phone_call_send_digits (call, "6", NULL));
  take_info (f, '6', 200);
  while (strcmp (told->str, "1#(2)6") != 0)
    g_main_context_iteration (NULL, TRUE);
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  g_assert_null (g_queue_peek_head (&f->requests));
}

/* Hung up with one under way, and others behind it. */
static void
test_digits_end (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (PhoneCall) call = call_without_events (f, peer);
  g_autoptr (GError) error = NULL;

  g_assert_true (phone_call_send_digits (call, "123", NULL));
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_INFO));
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_null (g_queue_peek_head (&f->requests));
  g_assert_false (phone_call_send_digits (call, "1", &error));
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE);
}

static void
test_info_received (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  CallPair pair;

  call_pair_init (&pair, f);
  g_signal_connect (pair.call, "digit-received", G_CALLBACK (on_digit), told);
  for (guint i = 0; i < 3; i++) {
    service_fixture_request_inside (f, pair.invite, "INFO", i + 1, NULL, NULL,
                                    "application/dtmf-relay",
                                    "Signal=7\r\nDuration=160\r\n");
    sip_message_unref (service_fixture_take_response (f, 200));
  }
  g_assert_cmpstr (told->str, ==, "777");
  call_pair_clear (&pair, f);
}

/* ---- We hand them on ---- */

static void
transfer (ServiceFixture *f, CallPair *pair)
{
  g_autoptr (SipMessage) refer = NULL;

  g_assert_true (phone_call_transfer (pair->call, "carol", NULL));
  refer = service_fixture_take_request (f, SIP_METHOD_REFER);
  service_fixture_respond (f, refer, 202, NULL);
  g_assert_cmpint (phone_call_get_transfer_state (pair->call), ==, PHONE_TRANSFER_TRYING);
}

static void
assert_never_told (const CallPair *pair)
{
  service_fixture_wait_state (pair->call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_transfer_state (pair->call), ==, PHONE_TRANSFER_FAILED);
  g_assert_cmpuint (phone_call_get_transfer_status (pair->call), ==, 408);
}

/* The far end hangs up before it has told how it went. */
static void
test_hung_up_there_before_told (ServiceFixture *f, gconstpointer data)
{
  CallPair pair;

  call_pair_init (&pair, f);
  transfer (f, &pair);
  service_fixture_request_inside (f, pair.invite, "BYE", 1, NULL, NULL, NULL, NULL);
  assert_never_told (&pair);
  g_assert_cmpint (phone_call_get_end_cause (pair.call), ==, PHONE_END_HUNG_UP_THERE);
  call_pair_clear (&pair, f);
}

/* And so does the user. */
static void
test_hung_up_here_before_told (ServiceFixture *f, gconstpointer data)
{
  CallPair pair;

  call_pair_init (&pair, f);
  transfer (f, &pair);
  phone_call_hang_up (pair.call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  assert_never_told (&pair);
  call_pair_clear (&pair, f);
}

/* ---- They hand us on ---- */

static void
refer (ServiceFixture *f, CallPair *pair, guint cseq, const char *target)
{
  service_fixture_request_inside (f, pair->invite, "REFER", cseq, "Refer-To", target,
                                  NULL, NULL);
  sip_message_unref (service_fixture_take_response (f, 202));
}

/* The NOTIFY that comes, answered; it says so. */
static void
take_notify (ServiceFixture *f, const char *what)
{
  g_autoptr (SipMessage) notify = service_fixture_take_request (f, SIP_METHOD_NOTIFY);
  g_autofree char *body = service_fixture_dup_body (notify);

  g_test_message ("%s", body);
  g_assert_nonnull (strstr (body, what));
  service_fixture_respond (f, notify, 200, NULL);
}

/* Nothing is called before the user says so. */
static void
test_asked (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *uri = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  refer (f, &pair, 1, "<sip:carol@example.org?X-Evil=1>");
  take_notify (f, "100");
  wait_transfer (pair.call, PHONE_TRANSFER_ASKED);
  g_assert_cmpstr (phone_call_get_transfer_target (pair.call), ==,
                   "sip:carol@example.org");
  g_assert_cmpuint (count_calls (f), ==, 1);
  g_assert_null (g_queue_peek_head (&f->requests));

  phone_call_answer_transfer (pair.call, FALSE);
  take_notify (f, "603");
  g_assert_cmpint (phone_call_get_transfer_state (pair.call), ==, PHONE_TRANSFER_NONE);
  g_assert_null (phone_call_get_transfer_target (pair.call));

  refer (f, &pair, 2, "<sip:carol@example.org?X-Evil=1>");
  take_notify (f, "100");
  wait_transfer (pair.call, PHONE_TRANSFER_ASKED);
  phone_call_answer_transfer (pair.call, TRUE);
  g_assert_cmpuint (count_calls (f), ==, 2);
  invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  uri = dup_header (invite, SIP_HEADER_TO);
  g_assert_nonnull (strstr (uri, "carol@example.org"));
  g_assert_null (strstr (uri, "Evil"));
  service_fixture_respond_as (f, invite, 486, "carol", NULL);
  take_notify (f, "486");
  wait_transfer (pair.call, PHONE_TRANSFER_FAILED);
  g_assert_cmpuint (phone_call_get_transfer_status (pair.call), ==, 486);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
}

/* Some phones hang up as soon as they have asked (RFC 5589 §6.1): the question stays. */
static void
test_asked_and_hung_up (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) carol = service_fixture_make_peer ();
  g_autoptr (PhoneCall) followed = NULL;
  g_autoptr (SipMessage) invite = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  refer (f, &pair, 1, "<sip:carol@example.org>");
  take_notify (f, "100");
  service_fixture_request_inside (f, pair.invite, "BYE", 2, NULL, NULL, NULL, NULL);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpuint (count_calls (f), ==, 1);
  g_assert_cmpint (phone_call_get_transfer_state (pair.call), ==, PHONE_TRANSFER_ASKED);

  phone_call_answer_transfer (pair.call, TRUE);
  g_assert_cmpuint (count_calls (f), ==, 1);
  followed = g_list_model_get_item (phone_service_get_calls (f->service), 0);
  g_assert_true (followed != pair.call);
  invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  offer = service_fixture_dup_body (invite);
  answer = service_fixture_make_answer (carol, offer);
  service_fixture_respond_as (f, invite, 200, "carol", answer);
  service_fixture_wait_state (followed, PHONE_CALL_STATE_ACTIVE);
  g_assert_cmpint (phone_call_get_transfer_state (pair.call), ==, PHONE_TRANSFER_DONE);
  phone_call_hang_up (followed);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  call_pair_clear (&pair, f);
}

/* And one that nobody answers any more is gone with the account. */
static void
test_asked_and_left (ServiceFixture *f, gconstpointer data)
{
  CallPair pair;

  call_pair_init (&pair, f);
  refer (f, &pair, 1, "<sip:carol@example.org>");
  take_notify (f, "100");
  service_fixture_request_inside (f, pair.invite, "BYE", 2, NULL, NULL, NULL, NULL);
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ENDED);
  phone_account_unregister (f->account);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_OFFLINE);
  g_assert_cmpuint (count_calls (f), ==, 0);
  call_pair_clear (&pair, f);
}

/* ---- A call that takes the place of another ---- */

static char *
dup_tag (const SipMessage *message, SipHeader header)
{
  g_autofree char *value = dup_header (message, header);
  const char *tag = strstr (value, "tag=");

  g_assert_nonnull (tag);
  return g_strdup (tag + strlen ("tag="));
}

/* The value of Replaces that names this call of ours. */
static char *
dup_replaces (const CallPair *pair, const char *their_tag)
{
  g_autofree char *call_id = dup_header (pair->invite, SIP_HEADER_CALL_ID);
  g_autofree char *our_tag = dup_tag (pair->invite, SIP_HEADER_FROM);

  return g_strdup_printf ("%s;to-tag=%s;from-tag=%s", call_id, our_tag, their_tag);
}

/* One that was active goes on at once, as muted as it was, and its microphone is never
 * opened for anybody who just knows its name. */
static void
test_replaced (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) carol = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (carol);
  g_autofree char *answer = NULL;
  g_autofree char *replaces = NULL;
  g_autofree char *old_id = NULL;
  g_autoptr (SipMessage) ok = NULL;
  PhoneCall *call;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_muted (pair.call, TRUE);
  old_id = g_strdup (phone_call_get_id (pair.call));
  replaces = dup_replaces (&pair, "far");
  service_fixture_invite_with (f, "instead", "Replaces", replaces, offer);
  ok = service_fixture_take_response (f, 200);
  call = g_ptr_array_index (f->incoming, 0);
  g_assert_cmpstr (phone_call_get_replaces (call), ==, old_id);
  g_assert_true (phone_call_get_muted (call));
  answer = service_fixture_dup_body (ok);
  g_assert_true (phone_media_session_set_answer (carol, answer, NULL));
  service_fixture_ack (f, ok, NULL);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  service_fixture_wait_state (pair.call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpint (phone_call_get_end_cause (pair.call), ==, PHONE_END_REPLACED);
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  call_pair_clear (&pair, f);
}

/* One that we hold rings: nobody listens there, and nobody shall without the user. */
static void
test_replaced_while_held (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) carol = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (carol);
  g_autofree char *replaces = NULL;
  g_autoptr (SipMessage) reinvite = NULL;
  PhoneCall *call;
  CallPair pair;

  call_pair_init (&pair, f);
  phone_call_set_held (pair.call, TRUE);
  reinvite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  replaces = dup_replaces (&pair, "far");
  service_fixture_invite_with (f, "instead", "Replaces", replaces, offer);
  sip_message_unref (service_fixture_take_response (f, 180));
  call = g_ptr_array_index (f->incoming, 0);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_INCOMING);
  phone_call_decline (call);
  sip_message_unref (service_fixture_take_response (f, 603));
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
}

/* Who does not know a call takes no one's place. */
static void
test_replaces_unmatched (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) carol = service_fixture_make_peer ();
  g_autofree char *offer = service_fixture_make_offer (carol);
  g_autofree char *wrong = NULL;
  CallPair pair;

  call_pair_init (&pair, f);
  wrong = dup_replaces (&pair, "guessed");
  service_fixture_invite_with (f, "wrong-tag", "Replaces", wrong, offer);
  sip_message_unref (service_fixture_take_response (f, 481));
  service_fixture_invite_with (f, "unknown", "Replaces", "x;to-tag=a;from-tag=b", offer);
  sip_message_unref (service_fixture_take_response (f, 481));
  g_assert_cmpuint (f->incoming->len, ==, 0);
  g_assert_cmpint (phone_call_get_state (pair.call), ==, PHONE_CALL_STATE_ACTIVE);
  call_pair_clear (&pair, f);
}

/* What asks a phone to answer by itself is not listened to. */
static void
test_no_auto_answer (ServiceFixture *f, gconstpointer data)
{
  static const struct {
    const char *name;
    const char *value;
  } table[] = {
      {"Alert-Info", "<http://example.org>;info=alert-autoanswer;delay=0"},
      {"Call-Info", "<sip:example.org>;answer-after=0"},
      {"Answer-Mode", "Auto"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
    g_autofree char *offer = service_fixture_make_offer (peer);
    PhoneCall *call;

    service_fixture_invite_with (f, table[i].name, table[i].name, table[i].value, offer);
    sip_message_unref (service_fixture_take_response (f, 180));
    call = g_ptr_array_index (f->incoming, i);
    g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_INCOMING);
    phone_call_decline (call);
    sip_message_unref (service_fixture_take_response (f, 603));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/call-transfer/" name, ServiceFixture, NULL,                        \
              service_fixture_set_up, function, service_fixture_tear_down)
  ADD ("digits-by-info", test_digits_by_info);
  ADD ("digits-end", test_digits_end);
  ADD ("info-received", test_info_received);
  ADD ("hung-up-there-before-told", test_hung_up_there_before_told);
  ADD ("hung-up-here-before-told", test_hung_up_here_before_told);
  ADD ("asked", test_asked);
  ADD ("asked-and-hung-up", test_asked_and_hung_up);
  ADD ("asked-and-left", test_asked_and_left);
  ADD ("replaced", test_replaced);
  ADD ("replaced-while-held", test_replaced_while_held);
  ADD ("replaces-unmatched", test_replaces_unmatched);
  ADD ("no-auto-answer", test_no_auto_answer);
  return g_test_run ();
}
