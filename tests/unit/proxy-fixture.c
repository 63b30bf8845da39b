/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include "sip-digest.h"
#include "sip-writer.h"

#include <string.h>

/* ---- The proxy and its clock ---- */

static void
fill_seeded (gpointer data, guint8 *bytes, gsize len)
{
  guint64 *state = data;

  for (gsize i = 0; i < len; i++) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    bytes[i] = *state >> 56;
  }
}

static void
add_user (ProxyFixture *f, const char *name)
{
  g_autofree char *password = g_strconcat ("secret-", name, NULL);

  sip_proxy_add_user (f->proxy, &(SipProxyUser){.user = name, .password = password});
}

static void
make_proxy (ProxyFixture *f)
{
  f->proxy = sip_proxy_new (&f->config, f->now_us);
  add_user (f, "alice");
  add_user (f, "bob");
  add_user (f, "carol");
  sip_proxy_add_guest (f->proxy, "guest-1@" DOMAIN, "alice@" DOMAIN);
}

static void
inbox_free (GQueue *inbox)
{
  g_queue_free_full (inbox, (GDestroyNotify)g_bytes_unref);
}

void
proxy_fixture_init (ProxyFixture *f, const SipProxyConfig *config)
{
  *f = (ProxyFixture){.seed = 1, .now_us = SECONDS (1000)};
  if (config != NULL)
    f->config = *config;
  f->config.domain = DOMAIN;
  f->config.random = (SipRandom){.fill = fill_seeded, .data = &f->seed};
  memset (f->config.key, 7, sizeof f->config.key);
  f->inboxes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                      (GDestroyNotify)inbox_free);
  f->closed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&f->events);
  make_proxy (f);
}

void
proxy_fixture_clear (ProxyFixture *f)
{
  sip_proxy_free (f->proxy);
  g_hash_table_unref (f->inboxes);
  g_hash_table_unref (f->closed);
  g_queue_clear_full (&f->events, (GDestroyNotify)test_event_free);
}

void
proxy_fixture_restart (ProxyFixture *f)
{
  sip_proxy_free (f->proxy);
  make_proxy (f);
}

void
test_event_free (TestEvent *event)
{
  g_free (event->aor);
  g_free (event->call_id);
  g_free (event->remote);
  g_free (event);
}

static GQueue *
get_inbox (ProxyFixture *f, guint64 connection)
{
  GQueue *inbox = g_hash_table_lookup (f->inboxes, &connection);

  if (inbox == NULL) {
    inbox = g_queue_new ();
    g_hash_table_insert (f->inboxes, g_memdup2 (&connection, sizeof connection), inbox);
  }
  return inbox;
}

static void
keep_event (ProxyFixture *f, const SipProxyOutput *output)
{
  TestEvent *event = g_new0 (TestEvent, 1);

  event->event = output->event;
  event->aor = g_strdup (output->aor);
  event->call_id = g_strdup (output->call_id);
  event->remote = g_strdup (output->remote);
  event->status = output->status;
  event->duration_us = output->duration_us;
  g_queue_push_tail (&f->events, event);
}

static void
pump (ProxyFixture *f)
{
  const SipProxyOutput *output = NULL;
  guint64 id = 0;

  sip_proxy_check (f->proxy);
  while ((output = sip_proxy_pop_output (f->proxy)) != NULL) {
    id = output->connection;
    switch (output->type) {
    case SIP_PROXY_OUTPUT_SEND:
      g_assert_null (g_hash_table_lookup (f->closed, &id));
      g_queue_push_tail (get_inbox (f, id),
                         g_bytes_new (output->frame, output->frame_len));
      break;
    case SIP_PROXY_OUTPUT_CLOSE:
      g_hash_table_insert (f->closed, g_memdup2 (&id, sizeof id),
                           GUINT_TO_POINTER ((guint)output->close_code));
      break;
    case SIP_PROXY_OUTPUT_EVENT:
      keep_event (f, output);
      break;
    }
  }
}

void
proxy_open_as (ProxyFixture *f, guint64 connection, const SipProxyPeer *peer)
{
  sip_proxy_connection_opened (f->proxy, connection, peer, f->now_us);
  pump (f);
}

void
proxy_open (ProxyFixture *f, guint64 connection)
{
  SipProxyPeer peer = {.host = "192.0.2.1", .port = 1000 + connection};

  proxy_open_as (f, connection, &peer);
}

void
proxy_close (ProxyFixture *f, guint64 connection)
{
  sip_proxy_connection_closed (f->proxy, connection, f->now_us);
  g_hash_table_insert (f->closed, g_memdup2 (&connection, sizeof connection),
                       GUINT_TO_POINTER (1006));
  pump (f);
}

void
proxy_wait (ProxyFixture *f, gint64 us)
{
  gint64 until_us = f->now_us + us;

  while (sip_proxy_get_deadline (f->proxy) <= until_us) {
    f->now_us = MAX (f->now_us, sip_proxy_get_deadline (f->proxy));
    sip_proxy_tick (f->proxy, f->now_us);
    pump (f);
  }
  f->now_us = until_us;
}

void
proxy_send (ProxyFixture *f, guint64 connection, const char *frame, gssize length)
{
  sip_proxy_receive (f->proxy, connection, frame,
                     length < 0 ? strlen (frame) : (gsize)length, f->now_us);
  pump (f);
}

void
proxy_sendf (ProxyFixture *f, guint64 connection, const char *format, ...)
{
  g_autofree char *frame = NULL;
  va_list args;

  va_start (args, format);
  frame = g_strdup_vprintf (format, args);
  va_end (args);
  proxy_send (f, connection, frame, -1);
}

/* ---- What came ---- */

SipMessage *
proxy_take (ProxyFixture *f, guint64 connection)
{
  g_autoptr (GBytes) frame = g_queue_pop_head (get_inbox (f, connection));
  g_autoptr (GError) error = NULL;
  SipMessage *message = NULL;

  g_assert_nonnull (frame);
  message = sip_message_parse (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame),
                               NULL, &error);
  g_assert_no_error (error);
  return message;
}

SipMessage *
proxy_take_status (ProxyFixture *f, guint64 connection, guint status)
{
  SipMessage *message = proxy_take (f, connection);

  g_assert_cmpuint (sip_message_get_status (message), ==, status);
  return message;
}

SipMessage *
proxy_take_request (ProxyFixture *f, guint64 connection, const char *method)
{
  SipMessage *message = proxy_take (f, connection);
  g_autofree char *text = sip_text_dup (sip_message_get_method_text (message));

  g_assert_true (sip_message_is_request (message));
  g_assert_cmpstr (text, ==, method);
  return message;
}

void
proxy_expect_status (ProxyFixture *f, guint64 connection, guint status)
{
  sip_message_unref (proxy_take_status (f, connection, status));
}

void
proxy_expect_nothing (ProxyFixture *f, guint64 connection)
{
  g_autoptr (GBytes) frame = g_queue_peek_head (get_inbox (f, connection));

  if (frame != NULL)
    g_error ("unexpected: %.*s", (int)g_bytes_get_size (frame),
             (const char *)g_bytes_get_data (frame, NULL));
}

guint
proxy_get_close_code (ProxyFixture *f, guint64 connection)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (f->closed, &connection));
}

TestEvent *
proxy_take_event (ProxyFixture *f, SipProxyEvent event)
{
  TestEvent *next = NULL;

  while ((next = g_queue_pop_head (&f->events)) != NULL && next->event != event)
    test_event_free (next);
  g_assert_nonnull (next);
  return next;
}

char *
proxy_dup_header (const SipMessage *message, SipHeader header)
{
  return sip_text_dup (sip_message_get_header (message, header));
}

/* ---- What clients do ---- */

static char *
sign (const SipMessage *challenge, const char *user, const char *password)
{
  SipDigestChallenge chosen;
  g_autoptr (SipDigestSession) session = NULL;

  g_assert_true (
      sip_digest_choose (challenge, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL));
  session = sip_digest_session_new (&chosen);
  return sip_digest_session_sign (session, user, password, "REGISTER", "sip:" DOMAIN,
                                  SIP_TEXT_LITERAL (""), "0a4f113b0a4f113b0a4f113b0a");
}

static void
send_register (ProxyFixture *f,
               guint64 connection,
               const char *user,
               guint cseq,
               const char *contact,
               const char *credentials)
{
  proxy_sendf (f, connection,
               "REGISTER sip:" DOMAIN " SIP/2.0\r\n"
               "Via: SIP/2.0/WS c%" G_GUINT64_FORMAT ".invalid;branch=z9hG4bKr%u\r\n"
               "Max-Forwards: 70\r\n"
               "From: <sip:%s@" DOMAIN ">;tag=r1\r\n"
               "To: <sip:%s@" DOMAIN ">\r\n"
               "Call-ID: register-%s-%u\r\n"
               "CSeq: %u REGISTER\r\n"
               "Supported: path, outbound, gruu\r\n"
               "%s%s%s%s\r\n",
               connection, cseq, user, user, user, g_str_hash (contact), cseq, contact,
               contact[0] != '\0' ? "\r\n" : "",
               credentials != NULL ? "Authorization: " : "",
               credentials != NULL ? credentials : "");
}

SipMessage *
proxy_try_register (ProxyFixture *f,
                    guint64 connection,
                    const char *user,
                    const char *password,
                    guint cseq,
                    const char *contact)
{
  g_autoptr (SipMessage) first = NULL;
  g_autofree char *credentials = NULL;
  g_autofree char *line = NULL;

  send_register (f, connection, user, cseq, contact, NULL);
  first = proxy_take (f, connection);
  if (sip_message_get_status (first) != 401)
    return g_steal_pointer (&first);
  credentials = sign (first, user, password);
  line = g_strconcat (credentials, "\r\n", NULL);
  send_register (f, connection, user, cseq + 1, contact, line);
  return proxy_take (f, connection);
}

void
proxy_register (ProxyFixture *f,
                guint64 connection,
                const char *user,
                const char *instance)
{
  g_autofree char *password = g_strconcat ("secret-", user, NULL);
  g_autoptr (GString) contact = g_string_new ("Contact: ");
  g_autoptr (SipMessage) response = NULL;
  static guint cseq = 1;

  g_string_append_printf (contact,
                          "<sip:%s-%" G_GUINT64_FORMAT "@x%" G_GUINT64_FORMAT
                          ".invalid;transport=ws>",
                          user, connection, connection);
  if (instance != NULL)
    g_string_append_printf (contact, ";+sip.instance=\"<urn:uuid:%s>\";reg-id=1",
                            instance);
  cseq += 2;
  response = proxy_try_register (f, connection, user, password, cseq, contact->str);
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
}

void
proxy_answer (ProxyFixture *f,
              guint64 connection,
              const SipMessage *request,
              guint status,
              const char *to_tag)
{
  SipWriter *writer = sip_writer_new_response (request, status, NULL, to_tag);
  g_autoptr (GBytes) frame = NULL;

  sip_writer_copy_header (writer, request, SIP_HEADER_RECORD_ROUTE);
  sip_writer_add_header (writer, SIP_HEADER_CONTACT, "<sip:me@elsewhere.invalid>");
  frame = sip_writer_finish (writer, NULL);
  proxy_send (f, connection, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
}

void
proxy_invite (
    ProxyFixture *f, guint64 connection, const char *from, const char *to, const char *id)
{
  proxy_sendf (f, connection,
               "INVITE sip:%s@" DOMAIN " SIP/2.0\r\n"
               "Via: SIP/2.0/WS c%" G_GUINT64_FORMAT ".invalid;branch=z9hG4bK%s\r\n"
               "Max-Forwards: 70\r\n"
               "From: <sip:%s@" DOMAIN ">;tag=from-%s\r\n"
               "To: <sip:%s@" DOMAIN ">\r\n"
               "Call-ID: %s\r\n"
               "CSeq: 1 INVITE\r\n"
               "Contact: <sip:%s@caller.invalid;transport=ws>\r\n"
               "Content-Type: application/sdp\r\n"
               "\r\nv=0\r\n",
               to, connection, id, from, id, to, id, from);
}

char *
proxy_dup_route (const SipMessage *message, gboolean is_caller)
{
  g_autoptr (GString) route = g_string_new (NULL);
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, message, SIP_HEADER_RECORD_ROUTE);
  while (sip_value_iter_next (&iter, &value)) {
    g_autofree char *line = g_strdup_printf ("Route: %.*s\r\n", SIP_TEXT_ARG (value));
    if (is_caller)
      g_string_prepend (route, line);
    else
      g_string_append (route, line);
  }
  return g_string_free (g_steal_pointer (&route), FALSE);
}

void
proxy_establish (ProxyFixture *f, const char *id, char **caller, char **callee)
{
  g_autoptr (SipMessage) invite = NULL;
  g_autoptr (SipMessage) ok = NULL;
  g_autoptr (SipMessage) ack = NULL;

  proxy_invite (f, 1, "alice", "bob", id);
  proxy_expect_status (f, 1, 100);
  invite = proxy_take_request (f, 2, "INVITE");
  proxy_answer (f, 2, invite, 180, "bob-tag");
  proxy_expect_status (f, 1, 180);
  proxy_answer (f, 2, invite, 200, "bob-tag");
  ok = proxy_take_status (f, 1, 200);
  *caller = proxy_dup_route (ok, TRUE);
  *callee = proxy_dup_route (invite, FALSE);
  proxy_sendf (f, 1,
               "ACK sip:me@elsewhere.invalid SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bKack%s\r\n"
               "%sFrom: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>;tag=bob-tag\r\n"
               "Call-ID: %s\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\n\r\n",
               id, *caller, id, id);
  ack = proxy_take_request (f, 2, "ACK");
  g_assert_false (sip_message_has_header (ack, SIP_HEADER_ROUTE));
}

void
proxy_send_bye (ProxyFixture *f,
                guint64 connection,
                const char *from,
                const char *to,
                const char *route,
                const char *id)
{
  proxy_sendf (f, connection,
               "BYE sip:me@elsewhere.invalid SIP/2.0\r\n"
               "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKbye%s%s\r\n"
               "%sFrom: <sip:%s@example.org>;tag=bob-tag\r\n"
               "To: <sip:%s@example.org>;tag=from-%s\r\n"
               "Call-ID: %s\r\nCSeq: 7 BYE\r\nMax-Forwards: 70\r\n\r\n",
               id, from, route, from, to, id, id);
}

void
proxy_fixture_open (ProxyFixture *f)
{
  proxy_fixture_init (f, NULL);
  proxy_open (f, 1);
}

void
proxy_fixture_start (ProxyFixture *f)
{
  proxy_fixture_init (f, NULL);
  proxy_open (f, 1);
  proxy_open (f, 2);
  proxy_register (f, 1, "alice", "aaaa");
  proxy_register (f, 2, "bob", "bbbb");
}

void
proxy_ack_failure (ProxyFixture *f, const char *id)
{
  proxy_sendf (f, 1,
               "ACK sip:bob@example.org SIP/2.0\r\n"
               "Via: SIP/2.0/WS c1.invalid;branch=z9hG4bK%s\r\n"
               "From: <sip:alice@example.org>;tag=from-%s\r\n"
               "To: <sip:bob@example.org>;tag=b\r\n"
               "Call-ID: %s\r\nCSeq: 1 ACK\r\n\r\n",
               id, id, id);
}
