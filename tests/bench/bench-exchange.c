/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-cases.h"

#include "bench-count.h"
#include "bench-messages.h"
#include "sip-proxy.h"

/* What the exchange does: a REGISTER answered, and requests that pass through it. */

typedef struct {
  SipProxy *proxy;
  gint64 now_us;
  guint64 seed;
  GString *sent[3]; /* the last frame on a connection */
} Exchange;

static void
exchange_pump (Exchange *exchange)
{
  const SipProxyOutput *output;

  while ((output = sip_proxy_pop_output (exchange->proxy)) != NULL) {
    GString *sent = exchange->sent[output->connection];

    if (output->type != SIP_PROXY_OUTPUT_SEND)
      continue;
    g_string_truncate (sent, 0);
    g_string_append_len (sent, output->frame, output->frame_len);
  }
}

static void
exchange_receive (Exchange *exchange, guint connection, const GString *frame)
{
  sip_proxy_receive (exchange->proxy, connection, frame->str, frame->len,
                     exchange->now_us);
  exchange_pump (exchange);
}

static void
exchange_init (Exchange *exchange)
{
  const SipProxyPeer peer = {.host = "127.0.0.1", .port = 1024};
  const SipProxyConfig config = {
      .domain = BENCH_DOMAIN,
      .flags = SIP_PROXY_FLAG_OPEN,
      .random = {.fill = bench_fill, .data = &exchange->seed},
  };

  *exchange = (Exchange){.now_us = 1};
  exchange->proxy = sip_proxy_new (&config, exchange->now_us);
  for (guint i = 0; i < G_N_ELEMENTS (exchange->sent); i++)
    exchange->sent[i] = g_string_sized_new (8192);
  for (guint i = 1; i <= 2; i++)
    sip_proxy_connection_opened (exchange->proxy, i, &peer, exchange->now_us);
  exchange_pump (exchange);
}

static void
exchange_clear (Exchange *exchange)
{
  sip_proxy_free (exchange->proxy);
  for (guint i = 0; i < G_N_ELEMENTS (exchange->sent); i++)
    g_string_free (exchange->sent[i], TRUE);
}

static void
exchange_wait (Exchange *exchange, gint64 us)
{
  exchange->now_us += us;
  if (sip_proxy_get_deadline (exchange->proxy) <= exchange->now_us)
    sip_proxy_tick (exchange->proxy, exchange->now_us);
  exchange_pump (exchange);
}

MEASURED static void
measured_answer_register (Exchange *exchange, const GString *request)
{
  exchange_receive (exchange, 1, request);
}

void
bench_answer_register (guint times, gsize bytes)
{
  Exchange exchange;

  exchange_init (&exchange);
  for (guint i = 1; i <= times; i++) {
    GString *request = bench_make_register (i, bytes);

    bench_begin ();
    measured_answer_register (&exchange, request);
    bench_end ();
    g_assert_true (g_str_has_prefix (exchange.sent[1]->str, "SIP/2.0 200 "));
    g_string_free (request, TRUE);
    exchange_wait (&exchange, G_TIME_SPAN_SECOND);
  }
  exchange_clear (&exchange);
}

/* One request through it, and its response back. */
MEASURED static void
measured_pass (Exchange *exchange, guint connection, const GString *frame)
{
  exchange_receive (exchange, connection, frame);
}

/* Bob registers over connection 2, as make_register() has it for Alice over 1. */
static void
register_both (Exchange *exchange)
{
  GString *request = bench_make_register (1, 0);

  exchange_receive (exchange, 1, request);
  g_string_replace (request, "alice", "bob", 0);
  exchange_receive (exchange, 2, request);
  g_string_free (request, TRUE);
}

void
bench_proxy_transactions (guint times)
{
  Exchange exchange;

  exchange_init (&exchange);
  register_both (&exchange);
  for (guint i = 0; i < times; i++) {
    GString *request = g_string_new (NULL), *ok;

    g_string_printf (request,
                     "MESSAGE " BENCH_BOB " SIP/2.0\r\n"
                     "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKm%u\r\n"
                     "Max-Forwards: 70\r\nTo: <" BENCH_BOB ">\r\nFrom: <" BENCH_ALICE
                     ">;tag=a%u\r\n"
                     "Call-ID: m%u\r\nCSeq: 1 MESSAGE\r\n"
                     "Content-Type: text/plain\r\n\r\nHello",
                     i, i, i);
    bench_begin ();
    measured_pass (&exchange, 1, request);
    bench_end ();
    ok = bench_make_ok (exchange.sent[2]->str, 0);
    bench_begin ();
    measured_pass (&exchange, 2, ok);
    bench_end ();
    g_assert_true (g_str_has_prefix (exchange.sent[1]->str, "SIP/2.0 200 "));
    g_string_free (ok, TRUE);
    g_string_free (request, TRUE);
    exchange_wait (&exchange, 10 * G_TIME_SPAN_MILLISECOND);
  }
  exchange_clear (&exchange);
}
