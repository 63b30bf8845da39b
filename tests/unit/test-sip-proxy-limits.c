/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include <string.h>

/* ---- Requests that go nowhere ---- */

typedef struct {
  const char *line;
  const char *headers;
  guint status;
} RefusalCase;

static void
test_refusals (void)
{
  static const RefusalCase cases[] = {
      {"OPTIONS sip:nobody@example.org", "", 404},
      {"OPTIONS sip:carol@example.org", "", 480},
      {"OPTIONS sip:bob@elsewhere.example", "", 404},
      {"OPTIONS sip:bob-2@x2.invalid;transport=ws", "", 404},
      {"OPTIONS sip:bob@example.org", "Max-Forwards: 0\r\n", 483},
      {"OPTIONS urn:service:sos", "", 416},
      {"OPTIONS sip:bob@example.org", "Proxy-Require: fancy\r\n", 420},
      {"OPTIONS sip:example.org", "", 200},
      {"OPTIONS sip:EXAMPLE.org:5060", "", 200},
      {"INVITE sip:example.org", "", 404},
      {"INVITE tel:+4930123", "", 404},
      {"FANCY sip:carol@example.org", "", 480},
      {"OPTIONS sip:bob@example.org", "Max-Forwards: -1\r\n", 400},
      {"OPTIONS sip:bob@example.org", "Content-Length: 999\r\n", 400},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ProxyFixture f;
    const RefusalCase *c = &cases[i];

    g_test_message ("%s %s", c->line, c->headers);
    proxy_fixture_start (&f);
    proxy_sendf (&f, 1,
                 "%s SIP/2.0\r\n"
                 "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKrefused\r\n"
                 "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
                 "Call-ID: refused\r\nCSeq: 1 %.*s\r\n%s\r\n",
                 c->line, (int)strcspn (c->line, " "), c->line, c->headers);
    proxy_expect_status (&f, 1, c->status);
    proxy_expect_nothing (&f, 2);
    proxy_fixture_clear (&f);
  }
}

static void
test_unknown_method_passes (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) request = NULL;

  proxy_fixture_start (&f);
  proxy_sendf (&f, 1,
               "FANCY sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKfancy\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: fancy\r\nCSeq: 1 FANCY\r\nX-Own: kept\r\n\r\n");
  request = proxy_take_request (&f, 2, "FANCY");
  g_assert_true (
      sip_text_equal_str (sip_message_get_header_by_name (request, "X-Own"), "kept"));
  g_assert_cmpint (sip_message_get_max_forwards (request), ==, 70);
  proxy_answer (&f, 2, request, 299, "b");
  proxy_expect_status (&f, 1, 299);
  proxy_fixture_clear (&f);
}

/* The address by number and the domain are one. */
static void
test_aliases (void)
{
  static const char *const aliases[] = {"192.0.2.99", "localhost", NULL};
  SipProxyConfig config = {.aliases = aliases};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 1, "alice", "aaaa");
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_sendf (&f, 1,
               "OPTIONS sip:bob@192.0.2.99:5080 SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKalias\r\n"
               "From: <sip:alice@localhost>;tag=m\r\nTo: <sip:bob@192.0.2.99>\r\n"
               "Call-ID: alias\r\nCSeq: 1 OPTIONS\r\n\r\n");
  sip_message_unref (proxy_take_request (&f, 2, "OPTIONS"));
  proxy_fixture_clear (&f);
}

/* A client that sends back what it got. */
static void
test_loop (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;
  SipText frame;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "loop");
  invite = proxy_take_request (&f, 2, "INVITE");
  frame = sip_message_get_frame (invite);
  proxy_send (&f, 2, frame.s, frame.len);
  proxy_expect_status (&f, 2, 482);
  proxy_fixture_clear (&f);
}

static void
test_repeated_request (void)
{
  ProxyFixture f;
  g_autoptr (SipMessage) invite = NULL;

  proxy_fixture_start (&f);
  proxy_invite (&f, 1, "alice", "bob", "twice");
  proxy_expect_status (&f, 1, 100);
  invite = proxy_take_request (&f, 2, "INVITE");
  proxy_answer (&f, 2, invite, 180, "b");
  proxy_expect_status (&f, 1, 180);
  proxy_invite (&f, 1, "alice", "bob", "twice");
  proxy_expect_status (&f, 1, 180);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

static void
test_stray_responses (void)
{
  ProxyFixture f;

  proxy_fixture_start (&f);
  proxy_sendf (&f, 2,
               "SIP/2.0 200 OK\r\n"
               "Via: SIP/2.0/WS example.org;branch=z9hG4bKnever\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKx\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:b@example.org>;tag=b\r\n"
               "Call-ID: stray\r\nCSeq: 1 INVITE\r\n\r\n");
  proxy_expect_nothing (&f, 1);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

/* ---- Limits ---- */

static void
test_garbage (void)
{
  ProxyFixture f;
  static const char *const frames[] = {"\r\n",
                                       "",
                                       "hello",
                                       "INVITE",
                                       "INVITE sip:bob SIP/2.0\r\n\r\n",
                                       "SIP/2.0 200\r\n\r\n"};

  proxy_fixture_start (&f);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    proxy_send (&f, 1, frames[i], -1);
  proxy_send (&f, 1, "\0\0\0", 3);
  proxy_expect_nothing (&f, 1);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_fixture_clear (&f);
}

static void
test_keepalive (void)
{
  ProxyFixture f;

  proxy_fixture_start (&f);
  f.seed = 1;
  proxy_send (&f, 1, "\r\n\r\n", 4);
  sip_proxy_check (f.proxy);
  {
    GQueue *inbox = g_hash_table_lookup (f.inboxes, &(guint64){1});
    g_autoptr (GBytes) frame = g_queue_pop_head (inbox);
    g_assert_cmpmem (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), "\r\n", 2);
  }
  proxy_fixture_clear (&f);
}

static void
test_too_large (void)
{
  ProxyFixture f;
  g_autofree char *body = g_strnfill (300 * 1024, 'x');

  proxy_fixture_start (&f);
  proxy_sendf (&f, 1,
               "MESSAGE sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKlarge\r\n"
               "From: <sip:alice@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
               "Call-ID: large\r\nCSeq: 1 MESSAGE\r\n\r\n%s",
               body);
  proxy_expect_status (&f, 1, 513);
  proxy_expect_nothing (&f, 2);
  proxy_fixture_clear (&f);
}

static void
test_throttle (void)
{
  SipProxyConfig config = {.messages_per_s = 10, .messages_burst = 20};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  for (guint i = 0; i < 20; i++)
    proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_wait (&f, SECONDS (1));
  for (guint i = 0; i < 10; i++)
    proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_send (&f, 1, "\r\n\r\n", 4);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  g_assert_cmpuint (sip_proxy_get_n_connections (f.proxy), ==, 0);
  proxy_fixture_clear (&f);
}

/* Few messages, and each a large one. */
static void
test_throttle_of_bytes (void)
{
  SipProxyConfig config = {.kilobytes_per_s = 10, .kilobytes_burst = 100};
  g_autofree char *large = g_strnfill (60 * 1024, 'x');
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_send (&f, 1, large, -1);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_wait (&f, SECONDS (3));
  proxy_send (&f, 1, large, -1);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 0);
  proxy_send (&f, 1, large, -1);
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  proxy_fixture_clear (&f);
}

static void
test_connection_limits (void)
{
  SipProxyConfig config = {.max_connections = 3, .max_connections_per_address = 2};
  ProxyFixture f;
  SipProxyPeer other = {.host = "192.0.2.2", .port = 1};

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_open (&f, 3);
  g_assert_cmpuint (proxy_get_close_code (&f, 3), ==, 1013);
  proxy_open_as (&f, 4, &other);
  g_assert_cmpuint (proxy_get_close_code (&f, 4), ==, 0);
  proxy_open_as (&f, 5, &other);
  g_assert_cmpuint (proxy_get_close_code (&f, 5), ==, 1013);
  proxy_close (&f, 1);
  proxy_open (&f, 6);
  g_assert_cmpuint (proxy_get_close_code (&f, 6), ==, 0);
  proxy_fixture_clear (&f);
}

static void
test_idle (void)
{
  SipProxyConfig config = {.unknown_idle_s = 30, .silence_s = 60};
  ProxyFixture f;

  proxy_fixture_init (&f, &config);
  proxy_open (&f, 1);
  proxy_open (&f, 2);
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_wait (&f, SECONDS (31));
  g_assert_cmpuint (proxy_get_close_code (&f, 1), ==, 1008);
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  sip_proxy_heard (f.proxy, 2, f.now_us); /* a pong */
  proxy_wait (&f, SECONDS (59));
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 0);
  proxy_wait (&f, SECONDS (2));
  g_assert_cmpuint (proxy_get_close_code (&f, 2), ==, 1001);
  proxy_fixture_clear (&f);
}

/* 10,000 refused calls leave nothing behind; the next one works. */
static void
test_refused_calls_leave_nothing (void)
{
  ProxyFixture f;
  g_autofree char *caller = NULL;
  g_autofree char *callee = NULL;

  proxy_fixture_start (&f);
  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("refuse%u", i);
    g_autoptr (SipMessage) invite = NULL;

    proxy_invite (&f, 1, "alice", "bob", id);
    proxy_expect_status (&f, 1, 100);
    invite = proxy_take_request (&f, 2, "INVITE");
    proxy_answer (&f, 2, invite, 486, "b");
    proxy_expect_status (&f, 1, 486);
    sip_message_unref (proxy_take_request (&f, 2, "ACK"));
    proxy_ack_failure (&f, id);
    proxy_wait (&f, SECONDS (1) / 100);
  }
  proxy_wait (&f, SECONDS (100));
  g_assert_cmpuint (sip_proxy_get_n_transactions (f.proxy), ==, 0);
  proxy_register (&f, 1, "alice", "aaaa");
  proxy_register (&f, 2, "bob", "bbbb");
  proxy_establish (&f, "works", &caller, &callee);
  proxy_fixture_clear (&f);
}

/* One client cannot take all the room. */
static void
test_transaction_limit (void)
{
  ProxyFixture f;
  guint n_busy = 0;

  proxy_fixture_start (&f);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *id = g_strdup_printf ("flood%u", i);
    g_autoptr (SipMessage) response = NULL;

    proxy_invite (&f, 1, "alice", "bob", id);
    response = proxy_take (&f, 1);
    n_busy += sip_message_get_status (response) == 503;
    if (sip_message_get_status (response) == 503)
      g_assert_true (sip_message_has_header (response, SIP_HEADER_RETRY_AFTER));
  }
  g_assert_cmpuint (n_busy, ==, 300 - 256);
  proxy_fixture_clear (&f);
}

/* What waits for its answer is held with all that is in it. */
static void
test_held_bytes_limit (void)
{
  static const guint large_bytes = 250 * 1024;
  g_autofree char *body = g_strnfill (large_bytes, 'x');
  ProxyFixture f;
  guint n_sent_on = 0, n_refused = 0;

  proxy_fixture_start (&f);
  proxy_open (&f, 3);
  proxy_register (&f, 3, "carol", "cccc");
  for (guint i = 0; i < 280; i++) {
    guint64 from = i % 2 == 0 ? 1 : 3;
    GQueue *inbox = NULL;

    proxy_sendf (&f, from,
                 "MESSAGE sip:bob@example.org SIP/2.0\r\n"
                 "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%u\r\n"
                 "From: <sip:%s@example.org>;tag=m\r\nTo: <sip:bob@example.org>\r\n"
                 "Call-ID: %u\r\nCSeq: 1 MESSAGE\r\n"
                 "Content-Type: text/plain\r\n\r\n%s",
                 i, from == 1 ? "alice" : "carol", i, body);
    inbox = g_hash_table_lookup (f.inboxes, &from);
    if (inbox != NULL && !g_queue_is_empty (inbox)) {
      proxy_expect_status (&f, from, 503);
      n_refused++;
    } else {
      sip_message_unref (proxy_take_request (&f, 2, "MESSAGE"));
      n_sent_on++;
    }
  }
  g_assert_cmpuint (n_sent_on, <=, SIP_PROXY_MAX_HELD_BYTES / large_bytes + 1);
  g_assert_cmpuint (n_refused, >, 0);
  /* Timer F lets go of it. */
  proxy_wait (&f, SECONDS (33));
  proxy_invite (&f, 1, "alice", "bob", "after");
  proxy_expect_status (&f, 1, 100);
  proxy_fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/aliases", test_aliases);
  g_test_add_func ("/proxy/refusals", test_refusals);
  g_test_add_func ("/proxy/unknown-method-passes", test_unknown_method_passes);
  g_test_add_func ("/proxy/loop", test_loop);
  g_test_add_func ("/proxy/repeated-request", test_repeated_request);
  g_test_add_func ("/proxy/stray-responses", test_stray_responses);
  g_test_add_func ("/proxy/garbage", test_garbage);
  g_test_add_func ("/proxy/keepalive", test_keepalive);
  g_test_add_func ("/proxy/too-large", test_too_large);
  g_test_add_func ("/proxy/throttle", test_throttle);
  g_test_add_func ("/proxy/throttle-of-bytes", test_throttle_of_bytes);
  g_test_add_func ("/proxy/connection-limits", test_connection_limits);
  g_test_add_func ("/proxy/idle", test_idle);
  g_test_add_func ("/proxy/refused-calls-leave-nothing",
                   test_refused_calls_leave_nothing);
  g_test_add_func ("/proxy/transaction-limit", test_transaction_limit);
  g_test_add_func ("/proxy/held-bytes-limit", test_held_bytes_limit);
  return g_test_run ();
}
