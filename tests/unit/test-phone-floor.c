/* SPDX-License-Identifier: GPL-3.0-or-later */
/* At most one call speaks, with a far end that the test holds. */
#include "service-fixture.h"

#include <string.h>

static void
set_up (ServiceFixture *f, gconstpointer data)
{
  const PhoneServiceOptions options = {
      .source = PHONE_SOURCE_TEST,
      .max_ringing = 2,
      .one_speaks = TRUE,
  };

  service_fixture_set_up_with (f, &options);
}

typedef struct {
  PhoneMediaSession *peer;
  PhoneCall *call;
} Pair;

static void
pair_clear (Pair *pair)
{
  g_clear_object (&pair->call);
  g_clear_object (&pair->peer);
}

static Pair
call_bob (ServiceFixture *f)
{
  Pair pair = {.peer = service_fixture_make_peer ()};
  SipMessage *invite;

  pair.call = service_fixture_call (f, pair.peer, &invite);
  sip_message_unref (invite);
  return pair;
}

/* The INVITE of a new call: re-INVITEs may come before it, and nobody answers them. */
static SipMessage *
take_first_invite (ServiceFixture *f)
{
  for (;;) {
    SipMessage *invite = service_fixture_take_request (f, SIP_METHOD_INVITE);
    g_autofree char *to = sip_text_dup (sip_message_get_header (invite, SIP_HEADER_TO));

    if (strstr (to, "tag=") == NULL)
      return invite;
    sip_message_unref (invite);
  }
}

static void
answer_bob (ServiceFixture *f, Pair *pair, const SipMessage *invite)
{
  g_autofree char *offer = service_fixture_dup_body (invite);
  g_autofree char *answer = service_fixture_make_answer (pair->peer, offer);

  service_fixture_respond (f, invite, 200, answer);
  sip_message_unref (service_fixture_take_request (f, SIP_METHOD_ACK));
  service_fixture_wait_state (pair->call, PHONE_CALL_STATE_ACTIVE);
}

static Pair
dial (ServiceFixture *f)
{
  return (Pair){
      .peer = service_fixture_make_peer (),
      .call =
          phone_service_dial (f->service, f->account, "carol", PHONE_CALL_AUDIO, NULL),
  };
}

static Pair
ring (ServiceFixture *f, const char *call_id)
{
  Pair pair = {.peer = service_fixture_make_peer ()};
  g_autofree char *offer = service_fixture_make_offer (pair.peer);

  service_fixture_invite (f, call_id, offer);
  sip_message_unref (service_fixture_take_response (f, 180));
  pair.call = g_object_ref (g_ptr_array_index (f->incoming, f->incoming->len - 1));
  return pair;
}

/* Who is dialled is spoken with, and the other one waits from the dial on. */
static void
test_dialled (ServiceFixture *f, gconstpointer data)
{
  Pair first = call_bob (f);
  Pair second = dial (f);
  g_autoptr (SipMessage) invite = NULL;

  g_assert_true (phone_call_get_held (first.call));
  invite = take_first_invite (f);
  answer_bob (f, &second, invite);
  g_assert_true (phone_call_get_held (first.call));
  g_assert_false (phone_call_get_held (second.call));
  pair_clear (&first);
  pair_clear (&second);
}

/* One that rings changes nothing; answered, it is the one. */
static void
test_answered (ServiceFixture *f, gconstpointer data)
{
  Pair first = call_bob (f);
  Pair second = ring (f, "waiting");

  g_assert_false (phone_call_get_held (first.call));
  phone_call_answer (second.call, PHONE_CALL_AUDIO);
  g_assert_true (phone_call_get_held (first.call));
  g_assert_false (phone_call_get_held (second.call));
  pair_clear (&first);
  pair_clear (&second);
}

/* Declined, it was nothing; given up, the other one waits for the user. */
static void
test_not_answered (ServiceFixture *f, gconstpointer data)
{
  Pair first = call_bob (f);
  Pair second = ring (f, "declined");
  Pair third = {NULL};

  phone_call_decline (second.call);
  service_fixture_wait_state (second.call, PHONE_CALL_STATE_ENDED);
  g_assert_false (phone_call_get_held (first.call));
  third = dial (f);
  phone_call_hang_up (third.call);
  service_fixture_wait_state (third.call, PHONE_CALL_STATE_ENDED);
  g_assert_true (phone_call_get_held (first.call));
  pair_clear (&first);
  pair_clear (&second);
  pair_clear (&third);
}

/* Dialled first and answered last, it is held as soon as it stands. */
static void
test_answered_late (ServiceFixture *f, gconstpointer data)
{
  Pair late = dial (f);
  g_autoptr (SipMessage) late_invite = take_first_invite (f);
  Pair first = call_bob (f);

  answer_bob (f, &late, late_invite);
  g_assert_true (phone_call_get_held (late.call));
  g_assert_false (phone_call_get_held (first.call));
  pair_clear (&first);
  pair_clear (&late);
}

/* Without the option many speak, until one asks for the others' silence. */
static void
test_many (ServiceFixture *f, gconstpointer data)
{
  Pair first = call_bob (f);
  Pair second = call_bob (f);

  g_assert_false (phone_call_get_held (first.call));
  g_assert_false (phone_call_get_held (second.call));
  phone_service_swap (f->service, first.call);
  g_assert_false (phone_call_get_held (first.call));
  g_assert_true (phone_call_get_held (second.call));
  pair_clear (&first);
  pair_clear (&second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function, set_up)                                                      \
  g_test_add ("/phone/floor/" name, ServiceFixture, NULL, set_up, function,              \
              service_fixture_tear_down)
  ADD ("dialled", test_dialled, set_up);
  ADD ("answered", test_answered, set_up);
  ADD ("not-answered", test_not_answered, set_up);
  ADD ("answered-late", test_answered_late, set_up);
  ADD ("many", test_many, service_fixture_set_up);
  return g_test_run ();
}
