/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PhoneWsTransport with several addresses of which some are dead, silent or to be avoided:
 * several servers, or several addresses of one name. */
#include "ws-fixture.h"

#include <gio/gio.h>

#define SECONDS(n) ((gint64)(n)*G_TIME_SPAN_SECOND)

/* ---- Two servers ---- */

typedef struct {
  Script *first;
  Script *second;
  char *first_url;
  char *second_url;
  Subject *subject;
} Pair;

static Script *
new_busy (void)
{
  return script_new ("HTTP/1.1 503 Busy\r\nRetry-After: 3000\r\n"
                     "Content-Length: 0\r\n\r\n",
                     NULL, SCRIPT_FIN);
}

static Script *
new_good (void)
{
  return script_new (NULL, NULL, SCRIPT_STAY);
}

/* Takes both. Time-outs of 0 are the usual ones. */
static void
pair_init_with (Pair *pair,
                Script *first,
                Script *second,
                guint silence_timeout_ms,
                guint handshake_timeout_ms)
{
  pair->first = first;
  pair->second = second;
  pair->first_url = g_strdup_printf ("ws://127.0.0.1:%u/", pair->first->port);
  pair->second_url = g_strdup_printf ("ws://127.0.0.1:%u/", pair->second->port);
  pair->subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){pair->first_url, pair->second_url, NULL},
      .silence_timeout_ms = silence_timeout_ms,
      .handshake_timeout_ms = handshake_timeout_ms});
}

static void
pair_init (Pair *pair, Script *first, Script *second)
{
  pair_init_with (pair, first, second, 0, 0);
}

static void
pair_clear (Pair *pair)
{
  subject_free (pair->subject);
  script_free (pair->first);
  script_free (pair->second);
  g_free (pair->first_url);
  g_free (pair->second_url);
}

static void
expect_open_at (Pair *pair, guint n_opened, const char *url)
{
  subject_open (pair->subject);
  wait_for_count (&pair->subject->n_opened, n_opened);
  g_assert_cmpstr (
      phone_ws_transport_get_url (PHONE_WS_TRANSPORT (pair->subject->transport)), ==,
      url);
}

static void
avoid (Pair *pair, gint64 us)
{
  phone_transport_avoid_server (pair->subject->transport, g_get_monotonic_time () + us);
  subject_close (pair->subject);
}

/* Until its time is over it is not connected to, and the other one is. */
static void
test_avoided (void)
{
  Pair pair;

  pair_init (&pair, new_good (), new_good ());
  expect_open_at (&pair, 1, pair.first_url);
  avoid (&pair, SECONDS (100));
  for (guint i = 2; i < 4; i++) {
    expect_open_at (&pair, i, pair.second_url);
    subject_close (pair.subject);
  }
  g_assert_cmpuint (pair.first->n_connections, ==, 1);
  pair_clear (&pair);
}

static void
test_avoided_no_more (void)
{
  Pair pair;

  pair_init (&pair, new_good (), new_good ());
  expect_open_at (&pair, 1, pair.first_url);
  avoid (&pair, 0);
  expect_open_at (&pair, 2, pair.first_url);
  pair_clear (&pair);
}

/* Nobody is connected to, and it is said when the first of them may be. */
static void
test_all_avoided (void)
{
  Pair pair;

  pair_init (&pair, new_good (), new_good ());
  expect_open_at (&pair, 1, pair.first_url);
  avoid (&pair, SECONDS (100));
  expect_open_at (&pair, 2, pair.second_url);
  avoid (&pair, SECONDS (300));
  subject_open (pair.subject);
  subject_wait_closed (pair.subject);
  subject_assert_closed (pair.subject, PHONE_TRANSPORT_END_OVERLOADED, 0,
                         PHONE_ERROR_SERVER_BUSY);
  g_assert_cmpuint (pair.subject->closed->retry_after_s, <=, 100);
  g_assert_cmpuint (pair.subject->closed->retry_after_s, >, 60);
  g_assert_cmpuint (pair.first->n_connections, ==, 1);
  g_assert_cmpuint (pair.second->n_connections, ==, 1);
  pair_clear (&pair);
}

/* Nobody is avoided any more: the first is the first again. */
static void
test_avoid_none (void)
{
  Pair pair;

  pair_init (&pair, new_good (), new_good ());
  expect_open_at (&pair, 1, pair.first_url);
  avoid (&pair, SECONDS (100));
  expect_open_at (&pair, 2, pair.second_url);
  avoid (&pair, SECONDS (300));
  phone_transport_avoid_none (pair.subject->transport);
  expect_open_at (&pair, 3, pair.first_url);
  pair_clear (&pair);
}

/* One is avoided for a short while, and the other asks for a long one: it is the short one
 * that is told. */
static void
test_soonest_is_told (void)
{
  Pair pair;

  pair_init (&pair, new_good (), new_busy ());
  expect_open_at (&pair, 1, pair.first_url);
  avoid (&pair, SECONDS (100));
  subject_open (pair.subject);
  subject_wait_closed (pair.subject);
  subject_assert_closed (pair.subject, PHONE_TRANSPORT_END_OVERLOADED, 503,
                         PHONE_ERROR_HTTP_UNAVAILABLE);
  g_assert_cmpuint (pair.subject->closed->retry_after_s, <=, 100);
  g_assert_cmpuint (pair.subject->closed->retry_after_s, >, 60);
  g_assert_cmpuint (pair.second->n_connections, ==, 1);
  pair_clear (&pair);
}

/* What one of them asked for in its handshake is kept, and holds for it alone. */
static void
test_retry_after_of_one (void)
{
  Pair pair;

  pair_init (&pair, new_busy (), new_good ());
  for (guint i = 1; i < 3; i++) {
    expect_open_at (&pair, i, pair.second_url);
    subject_close (pair.subject);
  }
  g_assert_cmpuint (pair.first->n_connections, ==, 1);
  pair_clear (&pair);
}

/* One that refuses us ends the attempt, and is not asked before the time it named either. */
static void
test_retry_after_of_refusal (void)
{
  Pair pair;

  pair_init (&pair,
             script_new ("HTTP/1.1 403 No\r\nRetry-After: 3000\r\n"
                         "Content-Length: 0\r\n\r\n",
                         NULL, SCRIPT_FIN),
             new_good ());
  subject_open (pair.subject);
  subject_wait_closed (pair.subject);
  subject_assert_closed (pair.subject, PHONE_TRANSPORT_END_REFUSED, 403,
                         PHONE_ERROR_HTTP_FORBIDDEN);
  g_assert_cmpuint (pair.subject->closed->retry_after_s, ==, 0);
  expect_open_at (&pair, 1, pair.second_url);
  g_assert_cmpuint (pair.first->n_connections, ==, 1);
  pair_clear (&pair);
}

/* ---- One that is silent, or slow ---- */

G_STATIC_ASSERT (PHONE_WS_SILENCE_TIMEOUT_MS < 5000);

static Script *
new_mute (void)
{
  return script_new (NULL, NULL, SCRIPT_MUTE);
}

/* Time has to pass: a server that takes the connection and says nothing costs little where
 * there is another one, and not the time of a handshake. */
static void
test_silent_first (void)
{
  Pair pair;
  gint64 from_us = g_get_monotonic_time ();

  pair_init_with (&pair, new_mute (), new_good (), 500, 0);
  expect_open_at (&pair, 1, pair.second_url);
  g_assert_cmpint (g_get_monotonic_time () - from_us, <,
                   PHONE_WS_HANDSHAKE_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (pair.first->n_connections, ==, 1);
  pair_clear (&pair);
}

/* Where the others are avoided it has the time of a handshake. */
static void
test_silent_alone (void)
{
  Pair pair;
  gint64 from_us;

  pair_init_with (&pair, new_mute (), new_good (), 200, 1000);
  expect_open_at (&pair, 1, pair.second_url);
  avoid (&pair, SECONDS (100));
  from_us = g_get_monotonic_time ();
  subject_open (pair.subject);
  subject_wait_closed (pair.subject);
  subject_assert_closed (pair.subject, PHONE_TRANSPORT_END_UNREACHED, 0,
                         PHONE_ERROR_CONNECT_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - from_us, >=, SECONDS (1));
  pair_clear (&pair);
}

/* And so it has where it answers, but slowly: here for more than 3 s. */
static void
test_slow_first (void)
{
  Pair pair;

  pair_init_with (&pair, new_good (), new_good (), 2000, 0);
  pair.first->pace_ms = 20;
  expect_open_at (&pair, 1, pair.first_url);
  g_assert_cmpuint (pair.second->n_connections, ==, 0);
  pair_clear (&pair);
}

/* ---- Two addresses of one name ---- */

/* An address where nobody answers, and nobody refuses either: a listener that does not
 * accept, with as many waiting as it takes. The kernel drops whoever comes then. */
typedef struct {
  GSocket *listener;
  GSocket *waiting[2];
} Hole;

static GSocket *
new_socket (void)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  return socket;
}

static void
hole_init (Hole *hole, guint16 port)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.2", port);
  g_autoptr (GError) error = NULL;

  hole->listener = new_socket ();
  g_socket_set_listen_backlog (hole->listener, 0);
  g_socket_bind (hole->listener, address, FALSE, &error);
  g_assert_no_error (error);
  g_socket_listen (hole->listener, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (hole->waiting); i++) {
    hole->waiting[i] = new_socket ();
    g_socket_set_blocking (hole->waiting[i], FALSE);
    g_socket_connect (hole->waiting[i], address, NULL, NULL);
  }
}

static void
hole_clear (Hole *hole)
{
  g_object_unref (hole->listener);
  for (guint i = 0; i < G_N_ELEMENTS (hole->waiting); i++)
    g_object_unref (hole->waiting[i]);
}

/* RFC 8305: the second address is tried 250 ms after the first, which has not answered.
 * Who waited for the first alone would be out of time. */
static void
test_dead_address (void)
{
  static const char *const addresses[] = {"127.0.0.2", "127.0.0.1", NULL};
  Script *script = script_new (NULL, NULL, SCRIPT_STAY);
  g_autofree char *url = g_strdup_printf ("ws://phone.test:%u/", script->port);
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (GResolver) ours = resolver_new (addresses, 0);
  Subject *subject = subject_new (&(PhoneWsTransportConfig){
      .urls = (const char *[]){url, NULL}, .handshake_timeout_ms = 5000});
  Hole hole;

  hole_init (&hole, script->port);
  g_resolver_set_default (ours);
  subject_open (subject);
  subject_wait_opened (subject);
  g_assert_cmpuint (script->n_connections, ==, 1);
  subject_free (subject);
  g_resolver_set_default (usual);
  hole_clear (&hole);
  script_free (script);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func ("/phone-ws-servers/" name, test)
  ADD ("avoided", test_avoided);
  ADD ("avoided-no-more", test_avoided_no_more);
  ADD ("all-avoided", test_all_avoided);
  ADD ("avoid-none", test_avoid_none);
  ADD ("soonest-is-told", test_soonest_is_told);
  ADD ("retry-after-of-one", test_retry_after_of_one);
  ADD ("retry-after-of-refusal", test_retry_after_of_refusal);
  ADD ("silent-first", test_silent_first);
  ADD ("silent-alone", test_silent_alone);
  ADD ("slow-first", test_slow_first);
  ADD ("dead-address", test_dead_address);
#undef ADD
  return g_test_run ();
}
