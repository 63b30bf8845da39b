/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call comes to when the far end is not as it should be, and the orders of offer
 * and answer that no other phone of ours brings about. */
#include "service-fixture.h"

#include "phone-error.h"
#include "phone-media-session.h"

#include <glib/gstdio.h>
#include <string.h>

static const char plain_rtp[] = "v=0\r\n"
                                "o=- 1 1 IN IP4 127.0.0.1\r\n"
                                "s=-\r\n"
                                "c=IN IP4 127.0.0.1\r\n"
                                "t=0 0\r\n"
                                "m=audio 4000 RTP/AVP 0\r\n"
                                "a=rtpmap:0 PCMU/8000\r\n";

static guint
count_calls (ServiceFixture *f)
{
  return g_list_model_get_n_items (phone_service_get_calls (f->service));
}

static PhoneCall *
dial (ServiceFixture *f)
{
  g_autoptr (GError) error = NULL;
  PhoneCall *call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, &error);

  g_assert_no_error (error);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_DIALLING);
  return call;
}

static void
assert_ended (PhoneCall *call, PhoneEndCause cause)
{
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  g_assert_cmpstr (
      phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)phone_call_get_end_cause (call)), ==,
      phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)cause));
}

static void
assert_bye_with_reason (ServiceFixture *f, const char *reason)
{
  g_autoptr (SipMessage) bye = service_fixture_take_request (f, SIP_METHOD_BYE);
  g_autofree char *text = sip_text_dup (sip_message_get_header (bye, SIP_HEADER_REASON));

  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, reason));
}

/* ---- Incoming ---- */

/* It never rings, nothing but 488 is said, and the next call is as good as ever. */
static void
test_not_acceptable (ServiceFixture *f, gconstpointer data)
{
  static const char *const offers[] = {plain_rtp, "v=0\r\n", "garbage"};

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++) {
    g_autofree char *call_id = g_strdup_printf ("bad%u", i);
    g_autoptr (SipMessage) response = NULL;

    service_fixture_invite (f, call_id, offers[i]);
    response = service_fixture_take_response (f, 488);
    g_assert_cmpuint (f->incoming->len, ==, 0);
    g_assert_cmpuint (count_calls (f), ==, 0);
  }
}

/* The offer is in our 200, the answer in their ACK. */
static void
test_offerless (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  PhoneCall *call;

  service_fixture_invite (f, "offerless", NULL);
  sip_message_unref (service_fixture_take_response (f, 180));
  call = g_ptr_array_index (f->incoming, 0);
  g_assert_cmpstr (phone_call_get_remote_name (call), ==, "Bob");
  g_assert_cmpstr (phone_call_get_remote_uri (call), ==, "sip:bob@example.org");
  phone_call_answer (call, PHONE_CALL_AUDIO);
  g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_CONNECTING);
  ok = service_fixture_take_response (f, 200);
  offer = service_fixture_dup_body (ok);
  answer = service_fixture_make_answer (peer, offer);
  service_fixture_ack (f, ok, answer);
  service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
  g_assert_true (phone_call_get_encrypted (call));
  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  assert_ended (call, PHONE_END_HUNG_UP_HERE);
}

static void
test_ack_without_answer (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (SipMessage) ok = NULL;
  PhoneCall *call;

  service_fixture_invite (f, "silent", NULL);
  sip_message_unref (service_fixture_take_response (f, 180));
  call = g_ptr_array_index (f->incoming, 0);
  phone_call_answer (call, PHONE_CALL_AUDIO);
  ok = service_fixture_take_response (f, 200);
  service_fixture_ack (f, ok, NULL);
  assert_ended (call, PHONE_END_NOT_ACCEPTABLE);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
}

/* ---- Outgoing ---- */

/* ACK, then BYE that says why; the other call goes on ringing. */
static void
test_wrong_answer (ServiceFixture *f, gconstpointer data)
{
  static const char *const answers[] = {plain_rtp, "garbage", NULL};

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (PhoneCall) other = dial (f);
    g_autoptr (PhoneCall) call = NULL;
    g_autoptr (SipMessage) other_invite =
        service_fixture_take_request (f, SIP_METHOD_INVITE);
    g_autoptr (SipMessage) invite = NULL;
    g_autoptr (SipMessage) cancel = NULL;

    service_fixture_respond (f, other_invite, 180, NULL);
    call = dial (f);
    invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
    service_fixture_respond (f, invite, 200, answers[i]);
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
    if (answers[i] != NULL)
      assert_bye_with_reason (f, "not-acceptable");
    else
      sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
    assert_ended (call, PHONE_END_NOT_ACCEPTABLE);
    g_assert_nonnull (phone_call_get_error (call));

    service_fixture_wait_state (other, PHONE_CALL_STATE_RINGING);
    g_assert_cmpuint (count_calls (f), ==, 1);
    phone_call_hang_up (other);
    cancel = service_fixture_take_request (f, SIP_METHOD_CANCEL);
    service_fixture_respond (f, other_invite, 487, NULL);
    assert_ended (other, PHONE_END_CANCELLED_HERE);
  }
}

/* The answer of the 183 counts, and the 200 may repeat it, or have none. */
static void
test_early_answer (ServiceFixture *f, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
    g_autoptr (PhoneCall) call = dial (f);
    g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
    g_autofree char *offer = service_fixture_dup_body (invite);
    g_autofree char *answer = service_fixture_make_answer (peer, offer);

    service_fixture_respond (f, invite, 183, answer);
    while (!phone_call_get_encrypted (call)) /* media stands before the call does */
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (phone_call_get_state (call), ==, PHONE_CALL_STATE_RINGING);
    service_fixture_respond (f, invite, 200, i == 0 ? answer : NULL);
    service_fixture_wait_state (call, PHONE_CALL_STATE_ACTIVE);
    phone_call_hang_up (call);
    assert_ended (call, PHONE_END_HUNG_UP_HERE);
  }
}

/* Another first digit in each. */
static char *
change_fingerprint (const char *sdp)
{
  char *changed = g_strdup (sdp);

  for (char *at = changed; (at = strstr (at, "a=fingerprint:")) != NULL; at++) {
    char *first = strchr (at, ' ') + 1;

    *first = *first == '0' ? '1' : '0';
  }
  return changed;
}

static void
test_wrong_certificate (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (PhoneCall) call = dial (f);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
  g_autofree char *offer = service_fixture_dup_body (invite);
  g_autofree char *answer = service_fixture_make_answer (peer, offer);
  g_autofree char *changed = change_fingerprint (answer);

  service_fixture_respond (f, invite, 200, changed);
  assert_bye_with_reason (f, "certificate-mismatch");
  assert_ended (call, PHONE_END_CERTIFICATE_MISMATCH);
  g_assert_error (phone_call_get_error (call), PHONE_ERROR, PHONE_ERROR_FINGERPRINT);
  g_assert_false (phone_call_get_encrypted (call));
  g_assert_cmpuint (phone_probe_get_report (phone_call_get_probe (call)).audio_ms, ==, 0);
}

/* Nothing was sent, and nothing is. */
static void
test_hung_up_before_invite (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneCall) call = dial (f);

  phone_call_hang_up (call);
  assert_ended (call, PHONE_END_CANCELLED_HERE);
  g_assert_cmpuint (count_calls (f), ==, 0);
  g_assert_true (g_queue_is_empty (&f->requests));
}

static void
test_refused (ServiceFixture *f, gconstpointer data)
{
  static const struct {
    guint status;
    PhoneEndCause cause;
  } table[] = {
      {486, PHONE_END_BUSY},           {603, PHONE_END_DECLINED},
      {404, PHONE_END_NOT_FOUND},      {480, PHONE_END_UNAVAILABLE},
      {488, PHONE_END_NOT_ACCEPTABLE}, {503, PHONE_END_SERVER_FAILED},
      {302, PHONE_END_REDIRECTED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (PhoneCall) call = dial (f);
    g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);

    service_fixture_respond (f, invite, table[i].status, NULL);
    assert_ended (call, table[i].cause);
    g_assert_cmpuint (phone_call_get_end_status (call), ==, table[i].status);
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  }
}

/* Before it stood, a call ends with its flow; the account comes back by itself. */
static void
test_flow_lost_while_ringing (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneCall) call = dial (f);
  g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);

  service_fixture_respond (f, invite, 180, NULL);
  service_fixture_wait_state (call, PHONE_CALL_STATE_RINGING);
  service_fixture_cut (f);
  assert_ended (call, PHONE_END_CONNECTION_LOST);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_REGISTERED);
}

static void
test_not_connected (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneCall) call = NULL;

  phone_account_unregister (f->account);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_OFFLINE);
  call = dial (f);
  assert_ended (call, PHONE_END_CONNECTION_LOST);
  g_assert_error (phone_call_get_error (call), PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED);
}

/* ---- Accounts ---- */

/* Unregistering and registering again, whatever is under way. */
static void
test_register_again (ServiceFixture *f, gconstpointer data)
{
  phone_account_unregister (f->account);
  phone_account_register (f->account);
  phone_account_unregister (f->account);
  phone_account_register (f->account);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_CONNECTING);
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_REGISTERED);
  g_assert_cmpint (phone_account_get_registered_ms (f->account), >=, 0);
}

/* A request and its response: what was sent to the account before has been taken. */
static void
ask_once (ServiceFixture *f, const char *call_id)
{
  service_fixture_invite (f, call_id, plain_rtp);
  sip_message_unref (service_fixture_take_response (f, 480));
}

/* A call that was answered is told goodbye when its ACK has come (RFC 3261 §15.1.1), which
 * is here long after the registration ended: offline is said then, and not before. */
static void
test_offline_after_goodbye (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) ok = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *offer = NULL;

  service_fixture_invite (f, "goodbye", NULL);
  sip_message_unref (service_fixture_take_response (f, 180));
  phone_call_answer (g_ptr_array_index (f->incoming, 0), PHONE_CALL_AUDIO);
  ok = service_fixture_take_response (f, 200);
  offer = service_fixture_dup_body (ok);
  answer = service_fixture_make_answer (peer, offer);

  phone_account_unregister (f->account);
  ask_once (f, "after-the-register-came");
  ask_once (f, "after-its-answer-went");
  g_assert_cmpint (phone_account_get_state (f->account), !=, PHONE_ACCOUNT_STATE_OFFLINE);
  service_fixture_ack (f, ok, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  service_fixture_wait_account (f->account, PHONE_ACCOUNT_STATE_OFFLINE);
}

static void
test_accounts (ServiceFixture *f, gconstpointer data)
{
  PhoneAccountConfig *config = phone_account_get_config (f->account);
  g_autoptr (PhoneAccountConfig) bad = phone_account_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (phone_service_add_account (f->service, config, NULL) == f->account);
  g_assert_null (phone_service_add_account (f->service, bad, &error));
  g_assert_true (error->domain == PHONE_ERROR);
  g_assert_cmpuint (g_list_model_get_n_items (phone_service_get_accounts (f->service)),
                    ==, 1);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static PhoneAccount *
start_exchange (ServiceFixture *f, PhoneReach reach, guint16 port, const char *state_dir)
{
  const PhoneInsideOptions options = {reach, port, state_dir};
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneAccount *owner;

  phone_service_start_exchange_async (f->service, &options, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  owner = phone_service_start_exchange_finish (f->service, result, &error);
  g_assert_no_error (error);
  g_assert_true (owner == phone_service_get_exchange_account (f->service));
  service_fixture_wait_account (owner, PHONE_ACCOUNT_STATE_REGISTERED);
  return owner;
}

static guint
count_accounts (ServiceFixture *f)
{
  return g_list_model_get_n_items (phone_service_get_accounts (f->service));
}

/* "This computer" as the server: its owner signs in over a real WebSocket of its own. */
static void
test_exchange_inside (ServiceFixture *f, gconstpointer data)
{
  guint16 port;

  g_assert_null (phone_service_get_guest_link (f->service));
  start_exchange (f, PHONE_REACH_COMPUTER, 0, NULL);
  port = phone_service_get_exchange_port (f->service);
  g_assert_true (
      g_str_has_prefix (phone_service_get_guest_link (f->service), "http://127.0.0.1:"));
  g_assert_null (phone_service_get_exchange_fingerprint (f->service));
  g_assert_cmpuint (count_accounts (f), ==, 2);

  start_exchange (f, PHONE_REACH_COMPUTER, port, NULL);
  g_assert_cmpuint (phone_service_get_exchange_port (f->service), ==, port);
  g_assert_cmpuint (count_accounts (f), ==, 2);

  phone_service_stop_exchange (f->service);
  g_assert_null (phone_service_get_guest_link (f->service));
  g_assert_null (phone_service_get_exchange_account (f->service));
  g_assert_cmpuint (phone_service_get_exchange_port (f->service), ==, 0);
  g_assert_cmpuint (count_accounts (f), ==, 1);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_assert_cmpint (g_remove (file), ==, 0);
  }
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

/* In reach of the network it speaks TLS, the owner trusts that certificate alone, and the
 * link stays the same over a restart. */
static void
test_exchange_in_the_network (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("phone-inside-XXXXXX", NULL);
  g_autofree char *link = NULL;
  g_autofree char *fingerprint = NULL;
  guint16 port;

  start_exchange (f, PHONE_REACH_NETWORK, 0, folder);
  link = g_strdup (phone_service_get_guest_link (f->service));
  fingerprint = g_strdup (phone_service_get_exchange_fingerprint (f->service));
  port = phone_service_get_exchange_port (f->service);
  g_assert_true (g_str_has_prefix (link, "https://"));
  g_assert_nonnull (fingerprint);
  g_assert_cmpstr (phone_account_get_peer_fingerprint (
                       phone_service_get_exchange_account (f->service)),
                   ==, fingerprint);

  phone_service_stop_exchange (f->service);
  start_exchange (f, PHONE_REACH_NETWORK, port, folder);
  g_assert_cmpstr (phone_service_get_guest_link (f->service), ==, link);
  g_assert_cmpstr (phone_service_get_exchange_fingerprint (f->service), ==, fingerprint);
  phone_service_stop_exchange (f->service);
  remove_folder (folder);
}

/* The port wished for is taken: it listens all the same. */
static void
test_exchange_at_another_port (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wish = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) taken = NULL;
  guint16 port;

  g_assert_true (g_socket_listener_add_address (
      listener, wish, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &taken, NULL));
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (taken));
  start_exchange (f, PHONE_REACH_COMPUTER, port, NULL);
  g_assert_cmpuint (phone_service_get_exchange_port (f->service), !=, port);
  phone_service_stop_exchange (f->service);
}

static void
test_bad_address (ServiceFixture *f, gconstpointer data)
{
  static const char *const targets[] = {
      "", " ", "mailto:x@y", "sip:", "bob%0d%0aX:1", "sip:b@h?Replaces=x"};

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (phone_service_dial (f->service, f->account, targets[i],
                                       PHONE_CALL_AUDIO, &error));
    g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_ADDRESS);
  }
  g_assert_cmpuint (count_calls (f), ==, 0);
}

/* A service that goes as soon as it was there leaves no thread behind that would be within
 * a library when the program ends. */
static void
test_media_finished (void)
{
  const PhoneServiceOptions options = {.source = PHONE_SOURCE_TEST, .max_ringing = 1};
  PhoneService *service = phone_service_new (&options);

  g_object_unref (service);
  g_assert_false (phone_media_is_at_work ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/service/media-finished", test_media_finished);
#define ADD(name, function)                                                              \
  g_test_add ("/phone/service/" name, ServiceFixture, NULL, service_fixture_set_up,      \
              function, service_fixture_tear_down)
  ADD ("not-acceptable", test_not_acceptable);
  ADD ("offerless", test_offerless);
  ADD ("ack-without-answer", test_ack_without_answer);
  ADD ("wrong-answer", test_wrong_answer);
  ADD ("early-answer", test_early_answer);
  ADD ("wrong-certificate", test_wrong_certificate);
  ADD ("hung-up-before-invite", test_hung_up_before_invite);
  ADD ("refused", test_refused);
  ADD ("flow-lost-while-ringing", test_flow_lost_while_ringing);
  ADD ("not-connected", test_not_connected);
  ADD ("register-again", test_register_again);
  ADD ("offline-after-goodbye", test_offline_after_goodbye);
  ADD ("accounts", test_accounts);
  ADD ("exchange-inside", test_exchange_inside);
  ADD ("exchange-in-the-network", test_exchange_in_the_network);
  ADD ("exchange-at-another-port", test_exchange_at_another_port);
  ADD ("bad-address", test_bad_address);
  return g_test_run ();
}
