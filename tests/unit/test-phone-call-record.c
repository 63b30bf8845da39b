/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the history says of calls that a far end, held by the test, brings about. */
#include "phone-call-record.h"
#include "service-fixture.h"

#include <glib/gstdio.h>

#define WALL_SLACK_US (30 * G_USEC_PER_SEC)

static char *folder;

static char *
dup_path (void)
{
  return g_build_filename (folder, "history.sqlite", NULL);
}

static void
set_up (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  folder = g_dir_make_tmp ("phone-record-XXXXXX", NULL);
  path = dup_path ();
  service_fixture_set_up_with (f, &(PhoneServiceOptions){.source = PHONE_SOURCE_TEST,
                                                         .max_ringing = 2,
                                                         .history_path = path});
}

static void
tear_down (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *path = dup_path ();

  service_fixture_tear_down (f, data);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_clear_pointer (&folder, g_free);
}

/* The last call, which is the only one that came since the last time. Full. */
static PhoneHistoryEntry *
take_last (ServiceFixture *f, guint total)
{
  guint found = 0;
  g_autoptr (GPtrArray) entries = phone_history_query (
      phone_service_get_history (f->service), NULL, FALSE, 0, 1, &found);

  g_assert_cmpuint (found, ==, total);
  return g_object_ref (g_ptr_array_index (entries, 0));
}

static void
assert_last (ServiceFixture *f,
             guint total,
             gboolean is_incoming,
             PhoneHistoryOutcome outcome,
             const char *name)
{
  g_autoptr (PhoneHistoryEntry) entry = take_last (f, total);
  gint64 age_us = g_get_real_time () - phone_history_entry_get_started_at_us (entry);

  g_assert_cmpint (phone_history_entry_is_incoming (entry), ==, is_incoming);
  g_assert_cmpint (phone_history_entry_get_outcome (entry), ==, outcome);
  g_assert_cmpstr (phone_history_entry_get_account (entry), ==, "sip:alice@example.org");
  g_assert_cmpstr (phone_history_entry_get_address (entry), ==, "sip:bob@example.org");
  g_assert_cmpstr (phone_history_entry_get_name (entry), ==, name);
  g_assert_cmpint (age_us, >=, 0);
  g_assert_cmpint (age_us, <, WALL_SLACK_US);
}

static PhoneCall *
ring (ServiceFixture *f, const char *call_id)
{
  service_fixture_invite (f, call_id, NULL);
  sip_message_unref (service_fixture_take_response (f, 180));
  return g_ptr_array_index (f->incoming, f->incoming->len - 1);
}

static void
test_incoming (ServiceFixture *f, gconstpointer data)
{
  PhoneHistory *history = phone_service_get_history (f->service);
  PhoneCall *call = ring (f, "declined");

  phone_call_decline (call);
  sip_message_unref (service_fixture_take_response (f, 603));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  assert_last (f, 1, TRUE, PHONE_HISTORY_DECLINED, "Bob");
  g_assert_cmpuint (phone_history_get_missed (history), ==, 0);

  /* Who is told that we are busy could not get through. */
  call = ring (f, "busy");
  phone_call_decline_busy (call);
  sip_message_unref (service_fixture_take_response (f, 486));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  assert_last (f, 2, TRUE, PHONE_HISTORY_MISSED, "Bob");
  g_assert_cmpuint (phone_history_get_missed (history), ==, 1);
}

static void
test_outgoing (ServiceFixture *f, gconstpointer data)
{
  static const struct {
    guint status;
    PhoneHistoryOutcome outcome;
  } table[] = {
      {486, PHONE_HISTORY_BUSY},      {603, PHONE_HISTORY_DECLINED},
      {404, PHONE_HISTORY_NOT_FOUND}, {480, PHONE_HISTORY_UNAVAILABLE},
      {408, PHONE_HISTORY_NO_ANSWER}, {500, PHONE_HISTORY_FAILED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (PhoneCall) call =
        phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, NULL);
    g_autoptr (SipMessage) invite = service_fixture_take_request (f, SIP_METHOD_INVITE);

    service_fixture_respond (f, invite, table[i].status, NULL);
    service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
    sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
    assert_last (f, i + 1, FALSE, table[i].outcome, NULL);
  }
}

static void
test_answered (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneMediaSession) peer = service_fixture_make_peer ();
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (PhoneCall) call = service_fixture_call (f, peer, &invite);

  phone_call_hang_up (call);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_BYE));
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
  assert_last (f, 1, FALSE, PHONE_HISTORY_ANSWERED, NULL);
}

/* What ends as the program ends is kept as well. */
static void
test_leaving (ServiceFixture *f, gconstpointer data)
{
  g_autoptr (PhoneCall) call =
      phone_service_dial (f->service, f->account, "bob", PHONE_CALL_AUDIO, NULL);

  phone_call_hang_up (call);
  service_fixture_wait_state (call, PHONE_CALL_STATE_ENDED);
}

static void
tear_down_leaving (ServiceFixture *f, gconstpointer data)
{
  g_autofree char *path = dup_path ();
  PhoneHistory *history;
  guint total = 0;

  service_fixture_tear_down (f, data);
  history = phone_history_new (path);
  g_ptr_array_unref (phone_history_query (history, NULL, FALSE, 0, 1, &total));
  g_assert_cmpuint (total, ==, 1);
  g_assert_finalize_object (history);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_clear_pointer (&folder, g_free);
}

static void
test_outcomes (void)
{
  static const struct {
    PhoneDirection direction;
    PhoneEndCause cause;
    gboolean was_answered;
    gboolean was_busy;
    PhoneHistoryOutcome outcome;
  } table[] = {
      {PHONE_DIRECTION_INCOMING, PHONE_END_MISSED, FALSE, FALSE, PHONE_HISTORY_MISSED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_NO_ANSWER, FALSE, FALSE, PHONE_HISTORY_MISSED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_CONNECTION_LOST, FALSE, FALSE,
       PHONE_HISTORY_MISSED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_ANSWERED_ELSEWHERE, FALSE, FALSE,
       PHONE_HISTORY_ANSWERED_ELSEWHERE},
      {PHONE_DIRECTION_INCOMING, PHONE_END_DECLINED_HERE, FALSE, FALSE,
       PHONE_HISTORY_DECLINED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_DECLINED_HERE, FALSE, TRUE,
       PHONE_HISTORY_MISSED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_HUNG_UP_THERE, TRUE, FALSE,
       PHONE_HISTORY_ANSWERED},
      {PHONE_DIRECTION_INCOMING, PHONE_END_MEDIA_FAILED, FALSE, FALSE,
       PHONE_HISTORY_FAILED},
      {PHONE_DIRECTION_OUTGOING, PHONE_END_CANCELLED_HERE, FALSE, FALSE,
       PHONE_HISTORY_CANCELLED},
      {PHONE_DIRECTION_OUTGOING, PHONE_END_BUSY, FALSE, TRUE, PHONE_HISTORY_BUSY},
      {PHONE_DIRECTION_OUTGOING, PHONE_END_PEER_VANISHED, TRUE, FALSE,
       PHONE_HISTORY_ANSWERED},
      {PHONE_DIRECTION_OUTGOING, PHONE_END_INTERNAL, FALSE, FALSE, PHONE_HISTORY_FAILED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (phone_history_outcome_of (table[i].direction, table[i].cause,
                                               table[i].was_answered, table[i].was_busy),
                     ==, table[i].outcome);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/outcomes", test_outcomes);
  g_test_add ("/record/incoming", ServiceFixture, NULL, set_up, test_incoming, tear_down);
  g_test_add ("/record/outgoing", ServiceFixture, NULL, set_up, test_outgoing, tear_down);
  g_test_add ("/record/answered", ServiceFixture, NULL, set_up, test_answered, tear_down);
  g_test_add ("/record/leaving", ServiceFixture, NULL, set_up, test_leaving,
              tear_down_leaving);
  return g_test_run ();
}
