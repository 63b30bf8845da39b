/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-cases.h"
#include "bench-count.h"
#include "bench-messages.h"
#include "sip-message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What reading and answering a message costs, without a network:
 *
 *   bench-sip CASE [TIMES] [BYTES]
 *   bench-sip growth
 *
 * The first prints one JSON object: allocations and nanoseconds for each time. The second
 * prints one for each size of two kinds of INVITE, read once: see test-bench-limits. */

void
bench_fill (gpointer state, guint8 *buffer, gsize length)
{
  guint64 *x = state;

  for (gsize i = 0; i < length; i++) {
    *x = *x * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
    buffer[i] = *x >> 56;
  }
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
    bench_begin ();
    sum += measured_parse (frame);
    bench_end ();
  }
  g_assert_cmpuint (sum, >, times);
}

/* ---- The command line ---- */

static GString *
make (const char *kind, gsize bytes)
{
  g_autoptr (GString) invite = NULL;

  if (strcmp (kind, "register") == 0)
    return bench_make_register (1, bytes);
  if (strcmp (kind, "headers") == 0)
    return bench_make_long_headers (bytes);
  invite = bench_make_invite (1, bytes);
  return strcmp (kind, "ok") == 0 ? bench_make_ok (invite->str, bytes)
                                  : g_steal_pointer (&invite);
}

static void
parse_kind (const char *kind, guint times, gsize bytes)
{
  g_autoptr (GString) frame = make (kind, bytes);

  parse (frame, times);
}

static void
print (const char *name, guint times, gsize bytes)
{
  BenchCount count = bench_take ();

  printf ("{\"case\":\"%s\",\"times\":%u,\"bytes\":%" G_GSIZE_FORMAT
          ",\"allocations\":%.2f,\"ns\":%.0f}\n",
          name, times, bytes, (double)count.allocations / times,
          (double)count.ns / times);
}

/* Once before it counts, so that what is made once in a process is there. */
static void
print_growth (void)
{
  static const char *const kinds[] = {"invite", "headers"};
  static const gsize sizes[] = {3000, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18};

  parse_kind ("invite", 1, 3000);
  print ("parse-warm", 1, 3000);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++) {
      g_autofree char *name = g_strconcat ("parse-", kinds[i], NULL);

      parse_kind (kinds[i], 1, sizes[j]);
      print (name, 1, sizes[j]);
    }
}

/* FALSE: there is no such case. */
static gboolean
run (const char *name, guint times, gsize bytes)
{
  if (g_str_has_prefix (name, "parse-"))
    parse_kind (name + strlen ("parse-"), times, bytes);
  else if (strcmp (name, "answer-invite") == 0)
    bench_answer_invite (times, bytes);
  else if (strcmp (name, "answer-register") == 0)
    bench_answer_register (times, bytes);
  else if (strcmp (name, "answer-ok") == 0)
    bench_answer_ok (times, bytes);
  else if (strcmp (name, "proxy-transactions") == 0)
    bench_proxy_transactions (times);
  else
    return FALSE;
  return TRUE;
}

int
main (int argc, char **argv)
{
  const char *name = argc > 1 ? argv[1] : "";
  guint times = argc > 2 ? atoi (argv[2]) : 1000;
  gsize bytes = argc > 3 ? atoi (argv[3]) : 3000;

  if (strcmp (name, "growth") == 0) {
    print_growth ();
    return 0;
  }
  if (!run (name, times, bytes)) {
    fputs ("usage: bench-sip parse-{invite,register,ok,headers} | "
           "answer-{invite,register,ok} | "
           "proxy-transactions  [TIMES] [BYTES] | growth\n",
           stderr);
    return 1;
  }
  print (name, times, bytes);
  return 0;
}
