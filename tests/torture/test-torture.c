/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"
#include "torture-file.h"
#include "ua-fixture.h"

#include "sip-text.h"

#include <string.h>

/* Messages at the edge of the grammar and over it, each with the verdict that stands above
 * it, judged through everything that there is: the whole agent, the whole proxy. Whatever
 * it was, the next request is answered. */

static char *
get_line (const SipMessage *message, SipHeader header)
{
  return ua_text (sip_message_get_header (message, header));
}

/* ---- What is usual ---- */

static GHashTable *
make_values (const TortureMessage *message)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  g_hash_table_insert (
      values, (gpointer) "Via",
      g_strdup_printf ("SIP/2.0/WS edge.invalid;branch=z9hG4bK-%s", message->name));
  g_hash_table_insert (values, (gpointer) "Max-Forwards", g_strdup ("70"));
  g_hash_table_insert (values, (gpointer) "From",
                       g_strdup ("<sip:bob@example.org>;tag=far"));
  g_hash_table_insert (values, (gpointer) "To", g_strdup ("<sip:alice@example.org>"));
  g_hash_table_insert (values, (gpointer) "Call-ID", g_strdup (message->name));
  return values;
}

static GHashTable *
make_values_of (const TortureMessage *message, const SipMessage *invite)
{
  GHashTable *values = make_values (message);
  g_autofree char *to = get_line (invite, SIP_HEADER_TO);

  g_hash_table_insert (values, (gpointer) "Via", get_line (invite, SIP_HEADER_VIA));
  g_hash_table_insert (values, (gpointer) "From", get_line (invite, SIP_HEADER_FROM));
  g_hash_table_insert (values, (gpointer) "To", g_strconcat (to, ";tag=there", NULL));
  g_hash_table_insert (values, (gpointer) "Call-ID",
                       get_line (invite, SIP_HEADER_CALL_ID));
  return values;
}

/* ---- Verdicts ---- */

static void
expect_verdict (const TortureMessage *message, TorturePlace place, const char *found)
{
  if (!g_str_equal (message->verdicts[place], found))
    g_error ("%s: \"%s\" is its verdict, and \"%s\" is what became of it", message->name,
             message->verdicts[place], found);
}

static gboolean
has_line (const char *frames, const char *pattern)
{
  g_auto (GStrv) lines = g_strsplit (frames, "\r\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_pattern_match_simple (pattern, lines[i]))
      return TRUE;
  return FALSE;
}

static void
expect_lines (const TortureMessage *message, TorturePlace place, const char *frames)
{
  const GPtrArray *patterns = message->patterns[place];

  for (guint i = 0; i < patterns->len; i++)
    if (!has_line (frames, g_ptr_array_index (patterns, i)))
      g_error ("%s: \"%s\" is missing in\n%s", message->name,
               (char *)g_ptr_array_index (patterns, i), frames);
}

/* ---- The agent ---- */

static gboolean
was_told (UaFixture *f, SipOutputType type)
{
  for (GList *link = f->told.head; link != NULL; link = link->next)
    if (((UaTold *)link->data)->type == type)
      return TRUE;
  return FALSE;
}

/* The last status that was sent; "discarded" where nothing was sent nor told. */
static char *
judge_agent (UaFixture *f)
{
  const SipMessage *last = g_queue_peek_tail (&f->sent);

  if (was_told (f, SIP_OUTPUT_CLOSE_FLOW))
    return g_strdup ("closed");
  if (f->broken_status != 0)
    return g_strdup_printf ("%u", f->broken_status);
  if (last != NULL)
    return g_strdup_printf ("%u", sip_message_get_status (last));
  return g_strdup (g_queue_is_empty (&f->told) ? "discarded" : "told");
}

static void
forget_all (UaFixture *f)
{
  SipMessage *message;
  UaTold *told;

  while ((message = g_queue_pop_head (&f->sent)) != NULL)
    sip_message_unref (message);
  while ((told = g_queue_peek_head (&f->told)) != NULL)
    ua_fixture_take (f, told->type);
}

static void
expect_agent_alive (UaFixture *f)
{
  forget_all (f);
  ua_fixture_receive (f, "OPTIONS sip:alice@example.org SIP/2.0\n"
                         "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-alive\n"
                         "From: <sip:bob@example.org>;tag=far\n"
                         "To: <sip:alice@example.org>\nCall-ID: alive\n"
                         "CSeq: 1 OPTIONS\nMax-Forwards: 70\n\n");
  ua_fixture_expect_response (f, 200);
}

static void
test_agent (gconstpointer data)
{
  const TortureMessage *message = data;
  g_autoptr (GHashTable) values = make_values (message);
  g_autoptr (GString) frame = torture_message_expand (message, values);
  g_autofree char *found = NULL;
  UaFixture f;

  ua_fixture_start (&f);
  g_string_truncate (f.wire, 0);
  ua_fixture_receive_bytes (&f, frame->str, frame->len);
  found = judge_agent (&f);
  expect_verdict (message, TORTURE_AGENT, found);
  expect_lines (message, TORTURE_AGENT, f.wire->str);
  if (!g_str_equal (found, "closed"))
    expect_agent_alive (&f);
  ua_fixture_drop (&f);
}

/* ---- The agent as a caller ---- */

static char *
judge_caller (UaFixture *f)
{
  const UaTold *told = g_queue_peek_tail (&f->told);

  if (told == NULL)
    return g_strdup ("discarded");
  switch ((guint)told->type) {
  case SIP_OUTPUT_PROGRESS:
    return g_strdup_printf ("progress %u", told->status);
  case SIP_OUTPUT_ANSWERED:
    return g_strdup ("answered");
  case SIP_OUTPUT_ENDED:
    return g_strdup_printf ("ended %u", told->status);
  default:
    return g_strdup_printf ("output %u", told->type);
  }
}

static void
test_caller (gconstpointer data)
{
  const TortureMessage *message = data;
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (GHashTable) values = NULL;
  g_autoptr (GString) frame = NULL;
  g_autofree char *found = NULL;
  SipSessionId call;
  UaFixture f;

  ua_fixture_start (&f);
  invite = ua_fixture_dial (&f, &call);
  values = make_values_of (message, invite);
  frame = torture_message_expand (message, values);
  g_string_truncate (f.wire, 0);
  ua_fixture_receive_bytes (&f, frame->str, frame->len);
  found = judge_caller (&f);
  expect_verdict (message, TORTURE_CALLER, found);
  expect_lines (message, TORTURE_CALLER, f.wire->str);
  expect_agent_alive (&f);
  ua_fixture_drop (&f);
}

/* ---- The proxy ---- */

static GBytes *
take_last (ProxyFixture *f, guint64 connection)
{
  GQueue *inbox = g_hash_table_lookup (f->inboxes, &connection);
  GBytes *last = NULL;
  GBytes *next;

  while (inbox != NULL && (next = g_queue_pop_head (inbox)) != NULL) {
    g_clear_pointer (&last, g_bytes_unref);
    last = next;
  }
  return last;
}

/* The status that bob got; "passed" where alice got it, and can read it. */
static char *
judge_proxy (const TortureMessage *message, GBytes *to_alice, GBytes *to_bob)
{
  const char *response;
  gsize len;

  if (to_alice != NULL) {
    const guint8 *data = g_bytes_get_data (to_alice, &len);
    g_autoptr (SipMessage) passed = sip_message_parse (data, len, NULL, NULL);
    g_autofree char *text = g_strndup ((const char *)data, len);

    g_assert_nonnull (passed);
    expect_lines (message, TORTURE_PROXY, text);
    return g_strdup ("passed");
  }
  if (to_bob == NULL)
    return g_strdup ("discarded");
  response = g_bytes_get_data (to_bob, &len);
  g_assert_true (len >= 11 && memcmp (response, "SIP/2.0 ", 8) == 0);
  return g_strndup (response + 8, 3);
}

static void
expect_proxy_alive (ProxyFixture *f)
{
  proxy_sendf (f, 2,
               "OPTIONS sip:" DOMAIN " SIP/2.0\r\n"
               "Via: SIP/2.0/WS c2.invalid;branch=z9hG4bKalive\r\nMax-Forwards: 70\r\n"
               "From: <sip:bob@" DOMAIN ">;tag=alive\r\nTo: <sip:" DOMAIN ">\r\n"
               "Call-ID: alive\r\nCSeq: 1 OPTIONS\r\n\r\n");
  proxy_expect_status (f, 2, 200);
}

static void
test_proxy (gconstpointer data)
{
  const TortureMessage *message = data;
  g_autoptr (GHashTable) values = make_values (message);
  g_autoptr (GString) frame = torture_message_expand (message, values);
  g_autoptr (GBytes) to_alice = NULL;
  g_autoptr (GBytes) to_bob = NULL;
  g_autofree char *found = NULL;
  ProxyFixture f;

  proxy_fixture_start (&f);
  proxy_send (&f, 2, frame->str, (gssize)frame->len);
  to_alice = take_last (&f, 1);
  to_bob = take_last (&f, 2);
  found = judge_proxy (message, to_alice, to_bob);
  expect_verdict (message, TORTURE_PROXY, found);
  expect_proxy_alive (&f);
  proxy_fixture_clear (&f);
}

/* ---- All of them ---- */

static void
add_message (const char *file, const TortureMessage *message)
{
  static const GTestDataFunc tests[] = {[TORTURE_AGENT] = test_agent,
                                        [TORTURE_CALLER] = test_caller,
                                        [TORTURE_PROXY] = test_proxy};
  static const char *const places[] = {
      [TORTURE_AGENT] = "agent", [TORTURE_CALLER] = "caller", [TORTURE_PROXY] = "proxy"};

  for (guint i = 0; i < TORTURE_N_PLACES; i++) {
    g_autofree char *path =
        g_strdup_printf ("/torture/%s/%s/%s", file, message->name, places[i]);

    if (message->verdicts[i] != NULL)
      g_test_add_data_func (path, message, tests[i]);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) files =
      g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);

  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++) {
    GPtrArray *messages = torture_file_read (argv[i]);
    g_autofree char *name = g_path_get_basename (argv[i]);

    g_ptr_array_add (files, messages);
    for (guint j = 0; j < messages->len; j++)
      add_message (name, g_ptr_array_index (messages, j));
  }
  return g_test_run ();
}
