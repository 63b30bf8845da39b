/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-message.h"
#include "sip-proxy.h"
#include "sip-ua.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What reading and answering a message costs, without a network:
 *
 *   bench-sip CASE [TIMES] [BYTES]
 *
 * Prints one JSON object: allocations and nanoseconds for each time. What is measured
 * happens in functions whose names begin with measured_, and nothing else does: callgrind,
 * told to count inside of those alone, tells the instructions. */

#define DOMAIN "example.org"
#define ALICE "sip:alice@" DOMAIN
#define BOB "sip:bob@" DOMAIN
#define MEASURED __attribute__ ((noinline))

/* ---- Counting ---- */

static struct {
  gboolean is_on;
  guint64 allocations;
  gint64 begun_ns;
  gint64 ns;
} count;

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *memory, size_t size);

/* The program's own names win over the C library's, in GLib too. */
void *
malloc (size_t size)
{
  count.allocations += count.is_on;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  count.allocations += count.is_on;
  return __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
  count.allocations += count.is_on;
  return __libc_realloc (memory, size);
}

static gint64
get_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
begin (void)
{
  count.is_on = TRUE;
  count.begun_ns = get_ns ();
}

static void
end (void)
{
  count.ns += get_ns () - count.begun_ns;
  count.is_on = FALSE;
}

static void
fill (gpointer state, guint8 *buffer, gsize length)
{
  guint64 *x = state;

  for (gsize i = 0; i < length; i++) {
    *x = *x * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    buffer[i] = *x >> 56;
  }
}

static void
fill_for_agent (guint8 *buffer, gsize length, gpointer state)
{
  fill (state, buffer, length);
}

/* ---- Messages ---- */

static void
append_description (GString *frame, gsize bytes)
{
  g_string_append (frame,
                   "Content-Type: application/sdp\r\n\r\nv=0\r\n"
                   "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
  while (frame->len < bytes)
    g_string_append (frame, "a=rtpmap:111 opus/48000/2\r\n");
  g_string_truncate (frame, bytes);
}

static GString *
make_invite (guint number, gsize bytes)
{
  GString *frame = g_string_new (NULL);

  g_string_printf (
      frame,
      "INVITE " BOB " SIP/2.0\r\n"
      "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks%u;rport\r\n"
      "Record-Route: <sip:token@" DOMAIN ";transport=ws;lr>\r\n"
      "Max-Forwards: 70\r\n"
      "To: <" BOB ">\r\n"
      "From: \"Alice Liddell\" <" ALICE ">;tag=asdyka899%u\r\n"
      "Call-ID: asidkj3ss1d2kjs9d8fjs%u\r\n"
      "CSeq: 1 INVITE\r\n"
      "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;reg-id=1;"
      "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n"
      "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE\r\n"
      "Supported: path, outbound, gruu, replaces\r\n"
      "User-Agent: Phone\r\n",
      number, number, number);
  append_description (frame, bytes);
  return frame;
}

/* The bytes in a hundred headers that nobody reads. */
static GString *
make_long_headers (gsize bytes)
{
  GString *frame = make_invite (1, 1000), *lines = g_string_new (NULL);
  gsize at = strstr (frame->str, "User-Agent:") - frame->str;

  for (guint i = 0; i < 100 && frame->len + lines->len + 20 < bytes; i++) {
    g_string_append_printf (lines, "X-Filling-%u: ", i);
    for (gsize j = 20; j < (bytes - frame->len) / 100; j++)
      g_string_append_c (lines, 'x');
    g_string_append (lines, "\r\n");
  }
  g_string_insert_len (frame, at, lines->str, lines->len);
  g_string_free (lines, TRUE);
  return frame;
}

static GString *
make_register (guint number, gsize bytes)
{
  GString *frame = g_string_new (NULL);

  g_string_printf (frame,
                   "REGISTER sip:" DOMAIN " SIP/2.0\r\n"
                   "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKreg%u;rport\r\n"
                   "Max-Forwards: 70\r\n"
                   "To: <" ALICE ">\r\n"
                   "From: <" ALICE ">;tag=asdyka899\r\n"
                   "Call-ID: asidkj3ss1d2kjs9d8fjs\r\n"
                   "CSeq: %u REGISTER\r\n"
                   "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;reg-id=1;"
                   "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n"
                   "Expires: 600\r\n"
                   "Supported: path, outbound, gruu\r\n"
                   "User-Agent: Phone\r\n",
                   number, number);
  if (bytes > frame->len + 12) /* a header that nobody reads */
    g_string_append (frame, "X-Filling: ");
  while (frame->len + 4 < bytes)
    g_string_append_c (frame, 'x');
  g_string_append (frame, frame->str[frame->len - 1] == '\n' ? "\r\n" : "\r\n\r\n");
  return frame;
}

/* Of the frame, the lines that a response repeats. */
static void
append_repeated_lines (GString *response, const char *frame)
{
  static const char *const names[] = {
      "Via:", "Record-Route:", "From:", "Call-ID:", "CSeq:"};

  for (const char *line = frame; line[0] != '\r' && line[0] != '\0';) {
    const char *next = strstr (line, "\r\n") + 2;

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_ascii_strncasecmp (line, names[i], strlen (names[i])) == 0)
        g_string_append_len (response, line, next - line);
    line = next;
  }
}

static GString *
make_ok (const char *request, gsize bytes)
{
  GString *frame = g_string_new ("SIP/2.0 200 OK\r\n");

  append_repeated_lines (frame, request);
  g_string_append (frame, "To: <" BOB ">;tag=8fj3kd\r\n"
                          "Contact: <sip:bob@2mdj38fj.invalid;transport=ws;ob>\r\n"
                          "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"
                          "Supported: path, outbound, gruu, replaces\r\n");
  if (bytes > 0)
    append_description (frame, bytes);
  else
    g_string_append (frame, "\r\n");
  return frame;
}

/* ---- Reading ---- */

/* Adds up lengths, so that no reading is optimised away. */
static gsize
read_all (const SipMessage *message)
{
  SipNameAddr contact;
  SipMediaType type;
  gsize sum = sip_message_get_via (message)->branch.len;

  if (sip_message_is_request (message))
    sum += sip_message_get_request_uri (message)->user.len;
  sum += sip_message_get_from (message)->uri.host.len;
  sum += sip_message_get_from_tag (message).len;
  sum += sip_message_get_to (message)->uri.host.len;
  sum += sip_message_get_call_id (message).len;
  sum += sip_message_get_cseq (message)->number;
  if (sip_name_addr_parse (sip_message_get_header (message, SIP_HEADER_CONTACT), &contact,
                           NULL))
    sum += contact.uri.host.len;
  if (sip_message_get_content_type (message, &type))
    sum += type.subtype.len;
  return sum + sip_message_get_body (message).len;
}

MEASURED static gsize
measured_parse (const GString *frame)
{
  SipMessage *message =
      sip_message_parse ((const guint8 *)frame->str, frame->len, NULL, NULL);
  gsize sum;

  g_assert_nonnull (message);
  sum = read_all (message);
  sip_message_unref (message);
  return sum;
}

static void
parse (GString *frame, guint times)
{
  gsize sum = 0;

  for (guint i = 0; i < times; i++) {
    begin ();
    sum += measured_parse (frame);
    end ();
  }
  g_assert_cmpuint (sum, >, times);
}

/* ---- An agent ---- */

typedef struct {
  SipUa *ua;
  gint64 now_us;
  guint64 seed;
  SipSessionId session; /* of the last INCOMING */
  GString *sent;        /* the last frame */
} Agent;

static void
pump (Agent *agent)
{
  const SipOutput *output;

  while ((output = sip_ua_pop_output (agent->ua)) != NULL) {
    if (output->type == SIP_OUTPUT_INCOMING)
      agent->session = output->session;
    if (output->type != SIP_OUTPUT_SEND)
      continue;
    g_string_truncate (agent->sent, 0);
    g_string_append_len (agent->sent, output->frame, output->frame_len);
  }
}

static void
agent_init (Agent *agent)
{
  const SipUaConfig config = {
      .aor = BOB,
      .instance_id = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      .flags = SIP_UA_FLAG_NO_REGISTER,
      .random = fill_for_agent,
      .random_data = &agent->seed,
  };

  *agent = (Agent){.now_us = 1, .sent = g_string_sized_new (8192)};
  agent->ua = sip_ua_new (&config, agent->now_us);
  sip_ua_start (agent->ua, agent->now_us);
  pump (agent);
  sip_ua_flow_opened (agent->ua, agent->now_us);
  pump (agent);
}

static void
agent_clear (Agent *agent)
{
  sip_ua_free (agent->ua);
  g_string_free (agent->sent, TRUE);
}

static void
agent_receive (Agent *agent, const GString *frame)
{
  sip_ua_receive (agent->ua, frame->str, frame->len, agent->now_us);
  pump (agent);
}

/* Until all that belongs to the last call is forgotten. */
static void
agent_hang_up_and_forget (Agent *agent)
{
  GString *ok;

  g_assert_true (sip_ua_hang_up (agent->ua, agent->session, NULL, agent->now_us, NULL));
  pump (agent);
  ok = make_ok (agent->sent->str, 0);
  agent_receive (agent, ok);
  g_string_free (ok, TRUE);
  for (guint i = 0; i < 4; i++) {
    agent->now_us += 20 * G_TIME_SPAN_SECOND;
    sip_ua_pong (agent->ua, agent->now_us);
    sip_ua_tick (agent->ua, agent->now_us);
    pump (agent);
  }
}

MEASURED static void
measured_answer_invite (Agent *agent, const GString *invite, const char *answer)
{
  agent_receive (agent, invite);
  sip_ua_answer (agent->ua, agent->session, answer, agent->now_us, NULL);
  pump (agent);
}

static void
answer_invite (guint times, gsize bytes)
{
  Agent agent;
  g_autofree char *answer = g_strnfill (1500, 'a');

  agent_init (&agent);
  for (guint i = 0; i < times; i++) {
    GString *invite = make_invite (i, bytes);
    g_autoptr (SipMessage) ok = NULL;

    begin ();
    measured_answer_invite (&agent, invite, answer);
    end ();
    ok = sip_message_parse ((const guint8 *)agent.sent->str, agent.sent->len, NULL, NULL);
    g_assert_cmpuint (sip_message_get_status (ok), ==, 200);
    g_string_free (invite, TRUE);
    /* The ACK, which lets us hang up. */
    invite = g_string_new (NULL);
    g_string_printf (invite,
                     "ACK " BOB " SIP/2.0\r\n"
                     "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKack%u\r\n"
                     "Max-Forwards: 70\r\nTo: <" BOB ">;tag=%.*s\r\n"
                     "From: <" ALICE ">;tag=asdyka899%u\r\n"
                     "Call-ID: asidkj3ss1d2kjs9d8fjs%u\r\nCSeq: 1 ACK\r\n\r\n",
                     i, (int)sip_message_get_to_tag (ok).len,
                     sip_message_get_to_tag (ok).s, i, i);
    agent_receive (&agent, invite);
    g_string_free (invite, TRUE);
    agent_hang_up_and_forget (&agent);
  }
  agent_clear (&agent);
}

MEASURED static void
measured_answer_ok (Agent *agent, const GString *ok)
{
  agent_receive (agent, ok);
}

static void
answer_ok (guint times, gsize bytes)
{
  Agent agent;
  g_autofree char *offer = g_strnfill (1500, 'o');

  agent_init (&agent);
  for (guint i = 0; i < times; i++) {
    GString *ok;

    agent.session = sip_ua_invite (agent.ua, ALICE, offer, agent.now_us, NULL);
    g_assert_cmpuint (agent.session, !=, 0);
    pump (&agent);
    ok = make_ok (agent.sent->str, bytes);
    begin ();
    measured_answer_ok (&agent, ok);
    end ();
    g_assert_true (g_str_has_prefix (agent.sent->str, "ACK "));
    g_string_free (ok, TRUE);
    agent_hang_up_and_forget (&agent);
  }
  agent_clear (&agent);
}

/* ---- The exchange ---- */

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
      .domain = DOMAIN,
      .flags = SIP_PROXY_FLAG_OPEN,
      .random = {.fill = fill, .data = &exchange->seed},
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

static void
answer_register (guint times, gsize bytes)
{
  Exchange exchange;

  exchange_init (&exchange);
  for (guint i = 1; i <= times; i++) {
    GString *request = make_register (i, bytes);

    begin ();
    measured_answer_register (&exchange, request);
    end ();
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
  GString *request = make_register (1, 0);

  exchange_receive (exchange, 1, request);
  g_string_replace (request, "alice", "bob", 0);
  exchange_receive (exchange, 2, request);
  g_string_free (request, TRUE);
}

static void
proxy_transactions (guint times)
{
  Exchange exchange;

  exchange_init (&exchange);
  register_both (&exchange);
  for (guint i = 0; i < times; i++) {
    GString *request = g_string_new (NULL), *ok;

    g_string_printf (request,
                     "MESSAGE " BOB " SIP/2.0\r\n"
                     "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKm%u\r\n"
                     "Max-Forwards: 70\r\nTo: <" BOB ">\r\nFrom: <" ALICE ">;tag=a%u\r\n"
                     "Call-ID: m%u\r\nCSeq: 1 MESSAGE\r\n"
                     "Content-Type: text/plain\r\n\r\nHello",
                     i, i, i);
    begin ();
    measured_pass (&exchange, 1, request);
    end ();
    ok = make_ok (exchange.sent[2]->str, 0);
    begin ();
    measured_pass (&exchange, 2, ok);
    end ();
    g_assert_true (g_str_has_prefix (exchange.sent[1]->str, "SIP/2.0 200 "));
    g_string_free (ok, TRUE);
    g_string_free (request, TRUE);
    exchange_wait (&exchange, 10 * G_TIME_SPAN_MILLISECOND);
  }
  exchange_clear (&exchange);
}

/* ---- The command line ---- */

static void
parse_kind (const char *kind, guint times, gsize bytes)
{
  GString *frame;

  if (strcmp (kind, "register") == 0) {
    frame = make_register (1, bytes);
  } else if (strcmp (kind, "headers") == 0) {
    frame = make_long_headers (bytes);
  } else {
    frame = make_invite (1, bytes);
    if (strcmp (kind, "ok") == 0) {
      GString *ok = make_ok (frame->str, bytes);

      g_string_free (frame, TRUE);
      frame = ok;
    }
  }
  parse (frame, times);
  g_string_free (frame, TRUE);
}

int
main (int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "";
  guint times = argc > 2 ? atoi (argv[2]) : 1000;
  gsize bytes = argc > 3 ? atoi (argv[3]) : 3000;

  if (g_str_has_prefix (name, "parse-"))
    parse_kind (name + strlen ("parse-"), times, bytes);
  else if (strcmp (name, "answer-invite") == 0)
    answer_invite (times, bytes);
  else if (strcmp (name, "answer-register") == 0)
    answer_register (times, bytes);
  else if (strcmp (name, "answer-ok") == 0)
    answer_ok (times, bytes);
  else if (strcmp (name, "proxy-transactions") == 0)
    proxy_transactions (times);
  else {
    fputs ("usage: bench-sip parse-{invite,register,ok,headers} | "
           "answer-{invite,register,ok} | "
           "proxy-transactions  [TIMES] [BYTES]\n",
           stderr);
    return 1;
  }
  printf ("{\"case\":\"%s\",\"times\":%u,\"bytes\":%" G_GSIZE_FORMAT
          ",\"allocations\":%.2f,\"ns\":%.0f}\n",
          name, times, bytes, (double)count.allocations / times,
          (double)count.ns / times);
  return 0;
}
