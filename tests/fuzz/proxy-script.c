/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-script.h"

#include "fuzz-frame.h"
#include "sip-digest.h"
#include "sip-status.h"

#include <string.h>

static const char *const users[PROXY_SCRIPT_USERS] = {"alice", "bob", "carol", "guest-1"};

typedef struct {
  guint user;
  SipMessage *message;
} ProxyScriptFrame;

static void
frame_free (ProxyScriptFrame *frame)
{
  sip_message_unref (frame->message);
  g_free (frame);
}

/* ---- What came out ---- */

/* A response has what its request had: one to a broken request is broken too. */
static void
keep (ProxyScript *script, guint user, GBytes *bytes)
{
  gsize len;
  const char *text = g_bytes_get_data (bytes, &len);
  SipMessage *message = sip_message_parse ((const guint8 *)text, len, NULL, NULL);
  ProxyScriptFrame *frame;

  fuzz_trace (users[user], script->f.now_us, (SipText){text, len});
  if (message == NULL) {
    g_assert (sip_keepalive_from_frame ((const guint8 *)text, len) ||
              (g_str_has_prefix (text, "SIP/2.0 ") && text[8] >= '4'));
    return;
  }
  frame = g_new0 (ProxyScriptFrame, 1);
  frame->user = user;
  frame->message = message;
  g_ptr_array_add (script->kept, frame);
  if (script->kept->len > PROXY_SCRIPT_KEPT)
    g_ptr_array_remove_index (script->kept, 0);
}

/* Connections that the proxy closed are gone. */
static void
look (ProxyScript *script)
{
  for (guint i = 0; i < PROXY_SCRIPT_USERS; i++) {
    GQueue *inbox = g_hash_table_lookup (script->f.inboxes, &script->connections[i]);
    GBytes *bytes;

    while (inbox != NULL && (bytes = g_queue_pop_head (inbox)) != NULL) {
      keep (script, i, bytes);
      g_bytes_unref (bytes);
    }
    if (proxy_get_close_code (&script->f, script->connections[i]) != 0)
      script->connections[i] = 0;
  }
}

static ProxyScriptFrame *
pick_kept (ProxyScript *script)
{
  guint back = fuzz_take (&script->bytes, PROXY_SCRIPT_KEPT) + 1;

  return script->kept->len >= back
             ? g_ptr_array_index (script->kept, script->kept->len - back)
             : NULL;
}

static void
send (ProxyScript *script, guint user, GString *frame)
{
  fuzz_edit (&script->bytes, frame, script->n_edits);
  script->n_edits = 0;
  if (script->connections[user] == 0)
    return;
  fuzz_trace ("-->", script->f.now_us, (SipText){frame->str, frame->len});
  proxy_send (&script->f, script->connections[user], frame->str, (gssize)frame->len);
  look (script);
}

/* ---- Connections and the clock ---- */

static void
open_connection (ProxyScript *script, guint user)
{
  SipProxyPeer peer = {.host = "192.0.2.1", .port = 1000, .secure = user == 1};

  if (script->connections[user] != 0)
    return;
  script->connections[user] = ++script->last_connection;
  if (user == PROXY_SCRIPT_USERS - 1)
    peer.guest = "guest-1@" DOMAIN;
  proxy_open_as (&script->f, script->connections[user], &peer);
}

static void
close_connection (ProxyScript *script, guint user)
{
  if (script->connections[user] != 0)
    proxy_close (&script->f, script->connections[user]);
  script->connections[user] = 0;
}

static void
step_connection (ProxyScript *script)
{
  guint user = fuzz_take (&script->bytes, PROXY_SCRIPT_USERS);

  switch (fuzz_take (&script->bytes, 4)) {
  case 0:
    open_connection (script, user);
    break;
  case 1:
    close_connection (script, user);
    break;
  case 2:
    close_connection (script, user);
    open_connection (script, user);
    break;
  default:
    sip_proxy_heard (script->f.proxy, script->connections[user], script->f.now_us);
    break;
  }
}

static void
step_wait (ProxyScript *script)
{
  static const gint64 times_us[] = {1,
                                    SECONDS (1),
                                    SECONDS (5),
                                    SECONDS (9),
                                    SECONDS (33),
                                    SECONDS (61),
                                    SECONDS (190),
                                    SECONDS (601),
                                    SECONDS (3601)};

  proxy_wait (&script->f, fuzz_pick (&script->bytes, times_us));
}

static void
step_restart (ProxyScript *script)
{
  if (fuzz_take (&script->bytes, 8) != 7)
    return;
  proxy_fixture_restart (&script->f);
  memset (script->connections, 0, sizeof script->connections);
}

/* ---- Requests ---- */

static void
append_head (
    ProxyScript *script, GString *out, guint user, const char *method, const char *uri)
{
  g_string_append_printf (out,
                          "%s %s SIP/2.0\r\nVia: SIP/2.0/WS c%u.invalid;branch=z9hG4bK%u"
                          "\r\nMax-Forwards: 70\r\n",
                          method, uri, user, ++script->n_branches);
}

static void
append_register (ProxyScript *script, GString *out, guint user, guint cseq, gint expires)
{
  append_head (script, out, user, "REGISTER", "sip:" DOMAIN);
  g_string_append_printf (
      out,
      "From: <sip:%s@" DOMAIN ">;tag=r\r\nTo: <sip:%s@" DOMAIN ">\r\n"
      "Call-ID: r%u\r\nCSeq: %u REGISTER\r\n"
      "Supported: path, outbound, gruu\r\nContact: <sip:%s-%" G_GUINT64_FORMAT
      "@x.invalid>;+sip.instance=\"<urn:uuid:%s>\";reg-id=1;expires=%d"
      "\r\n",
      users[user], users[user], user, cseq, users[user], script->connections[user],
      users[user], expires);
}

static const SipMessage *
find_challenge (ProxyScript *script, guint user)
{
  const ProxyScriptFrame *last =
      script->kept->len > 0 ? g_ptr_array_index (script->kept, script->kept->len - 1)
                            : NULL;

  return last != NULL && last->user == user &&
                 sip_message_get_status (last->message) == 401
             ? last->message
             : NULL;
}

static char *
sign (const SipMessage *message, guint user)
{
  g_autofree char *password = g_strconcat ("secret-", users[user], NULL);
  g_autoptr (SipDigestSession) session = NULL;
  SipDigestChallenge challenge;

  if (!sip_digest_choose (message, NULL, SIP_DIGEST_FLAGS_NONE, &challenge, NULL))
    return NULL;
  session = sip_digest_session_new (&challenge);
  return sip_digest_session_sign (session, users[user], password, "REGISTER",
                                  "sip:" DOMAIN, SIP_TEXT_LITERAL (""),
                                  "0a4f113b0a4f113b0a4f113b0a");
}

static void
register_user (ProxyScript *script, guint user, gint expires)
{
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  g_autofree char *credentials = NULL;
  const SipMessage *challenge;

  append_register (script, first, user, script->n_branches + 1, expires);
  fuzz_append_lines (&script->bytes, first);
  g_string_append (first, "\r\n");
  send (script, user, first);
  challenge = find_challenge (script, user);
  if (challenge == NULL)
    return;
  credentials = sign (challenge, user);
  append_register (script, second, user, script->n_branches + 1, expires);
  g_string_append_printf (second, "Authorization: %s\r\n", credentials);
  fuzz_append_lines (&script->bytes, second);
  g_string_append (second, "\r\n");
  send (script, user, second);
}

static void
step_register (ProxyScript *script)
{
  static const gint expires[] = {600, 0, 60, 1, -1};
  guint user = fuzz_take (&script->bytes, PROXY_SCRIPT_USERS);

  open_connection (script, user);
  register_user (script, user, fuzz_pick (&script->bytes, expires));
}

static const char *const methods[] = {
    "INVITE",  "INVITE", "BYE",      "CANCEL",  "ACK",       "OPTIONS",
    "MESSAGE", "INFO",   "UPDATE",   "REFER",   "SUBSCRIBE", "NOTIFY",
    "PUBLISH", "PRACK",  "REGISTER", "STRANGE",
};

/* From one user to another; outside of a dialog, or so it says. */
static void
step_request (ProxyScript *script)
{
  static const char *const formats[] = {
      "sip:%s@" DOMAIN, "sips:%s@" DOMAIN,      "sip:%s@" DOMAIN ";gr=urn:uuid:bob",
      "tel:+49%s",      "sip:%s@other.invalid", "urn:service:%s",
      "sip:" DOMAIN};
  guint user = fuzz_take (&script->bytes, PROXY_SCRIPT_USERS);
  const char *to = users[fuzz_take (&script->bytes, PROXY_SCRIPT_USERS)];
  const char *method = fuzz_pick (&script->bytes, methods);
  guint id = fuzz_take (&script->bytes, 16);
  g_auto (GStrv) uri = g_strsplit (fuzz_pick (&script->bytes, formats), "%s", 2);
  g_autofree char *target = g_strjoinv (to, uri);
  g_autoptr (GString) out = g_string_new (NULL);

  append_head (script, out, user, method, target);
  g_string_append_printf (out,
                          "From: <sip:%s@" DOMAIN ">;tag=%u\r\nTo: <sip:%s@" DOMAIN
                          ">\r\n"
                          "Call-ID: c%u\r\nCSeq: 1 %s\r\n"
                          "Contact: <sip:%s@caller.invalid;transport=ws>\r\n",
                          users[user], id, to, id, method, users[user]);
  fuzz_append_lines (&script->bytes, out);
  fuzz_append_body (&script->bytes, out);
  send (script, user, out);
}

/* In the dialog of something that came, by the one to whom it came. */
static void
step_inside (ProxyScript *script)
{
  const ProxyScriptFrame *frame = pick_kept (script);
  const char *method = fuzz_pick (&script->bytes, methods);
  guint more = fuzz_take (&script->bytes, 8);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *route = NULL;
  gboolean is_caller;
  SipText from, to;

  if (frame == NULL)
    return;
  is_caller = !sip_message_is_request (frame->message);
  route = proxy_dup_route (frame->message, is_caller);
  from = sip_message_get_from (frame->message)->text;
  to = sip_message_get_to (frame->message)->text;
  if (more == 7 && is_caller) /* the branch of what it answers: ACK, CANCEL */
    g_string_append_printf (
        out, "%s sip:x@y.invalid SIP/2.0\r\nVia: %.*s\r\nMax-Forwards: 70\r\n", method,
        SIP_TEXT_ARG (sip_message_get_header (frame->message, SIP_HEADER_VIA)));
  else
    append_head (script, out, frame->user, method, "sip:x@y.invalid");
  g_string_append_printf (
      out, "%sFrom: %.*s\r\nTo: %.*s%s\r\nCall-ID: %.*s\r\nCSeq: %u %s\r\n", route,
      SIP_TEXT_ARG (is_caller ? from : to), SIP_TEXT_ARG (is_caller ? to : from),
      sip_message_get_to_tag (frame->message).len > 0 || !is_caller ? "" : ";tag=t",
      SIP_TEXT_ARG (sip_message_get_call_id (frame->message)),
      sip_message_get_cseq (frame->message)->number + more % 7, method);
  fuzz_append_lines (&script->bytes, out);
  fuzz_append_body (&script->bytes, out);
  send (script, frame->user, out);
}

/* ---- Responses ---- */

static void
append_response (GString *out, const SipMessage *request, guint status, const char *tag)
{
  SipValueIter iter;
  SipText value;

  g_string_append_printf (out, "SIP/2.0 %u %s\r\n", status,
                          sip_status_get_phrase (status));
  sip_value_iter_init (&iter, request, SIP_HEADER_VIA);
  while (sip_value_iter_next (&iter, &value))
    g_string_append_printf (out, "Via: %.*s\r\n", SIP_TEXT_ARG (value));
  sip_value_iter_init (&iter, request, SIP_HEADER_RECORD_ROUTE);
  while (sip_value_iter_next (&iter, &value))
    g_string_append_printf (out, "Record-Route: %.*s\r\n", SIP_TEXT_ARG (value));
  g_string_append_printf (
      out, "From: %.*s\r\nTo: %.*s%s%s\r\nCall-ID: %.*s\r\nCSeq: %.*s\r\n",
      SIP_TEXT_ARG (sip_message_get_from (request)->text),
      SIP_TEXT_ARG (sip_message_get_to (request)->text),
      sip_message_get_to_tag (request).len > 0 ? "" : ";tag=", tag,
      SIP_TEXT_ARG (sip_message_get_call_id (request)),
      SIP_TEXT_ARG (sip_message_get_header (request, SIP_HEADER_CSEQ)));
}

static void
step_respond (ProxyScript *script)
{
  static const guint statuses[] = {200, 180, 183, 100, 199, 202, 302, 400,
                                   401, 404, 407, 408, 430, 480, 481, 486,
                                   487, 488, 500, 503, 600, 603, 699};
  const ProxyScriptFrame *frame = pick_kept (script);
  guint status = fuzz_pick (&script->bytes, statuses);
  g_autoptr (GString) out = g_string_new (NULL);

  if (frame == NULL || !sip_message_is_request (frame->message))
    return;
  append_response (out, frame->message, status,
                   sip_message_get_to_tag (frame->message).len > 0 ? ""
                                                                   : users[frame->user]);
  g_string_append (out, "Contact: <sip:me@elsewhere.invalid>\r\n");
  fuzz_append_lines (&script->bytes, out);
  fuzz_append_body (&script->bytes, out);
  send (script, frame->user, out);
}

/* ---- Anything ---- */

static void
step_repeat (ProxyScript *script)
{
  const ProxyScriptFrame *frame = pick_kept (script);
  guint user = fuzz_take (&script->bytes, PROXY_SCRIPT_USERS);
  g_autoptr (GString) out = g_string_new (NULL);

  if (frame == NULL)
    return;
  fuzz_append_text (out, sip_message_get_frame (frame->message));
  send (script, user, out);
}

static void
step_raw (ProxyScript *script)
{
  guint user = fuzz_take (&script->bytes, PROXY_SCRIPT_USERS);
  g_autoptr (GString) out = g_string_new (NULL);

  fuzz_append_text (out, fuzz_take_text (&script->bytes));
  send (script, user, out);
}

static void
step_edit (ProxyScript *script)
{
  script->n_edits = 1 + fuzz_take (&script->bytes, 4);
}

/* ---- The play ---- */

static void (*const steps[]) (ProxyScript *script) = {
    step_respond, step_request, step_inside, step_register, step_connection,
    step_wait,    step_repeat,  step_edit,   step_raw,      step_restart,
};

void
proxy_script_begin (ProxyScript *script, const FuzzBytes *bytes)
{
  SipProxyConfig config = {0};
  guint few;

  *script = (ProxyScript){.bytes = *bytes};
  config.flags = (SipProxyFlags)fuzz_take (&script->bytes, 2);
  few = fuzz_take (&script->bytes, 4);
  if (few == 1)
    config = (SipProxyConfig){.max_connections = 3,
                              .max_connections_per_address = 2,
                              .messages_per_s = 2,
                              .kilobytes_per_s = 1,
                              .unknown_idle_s = 5,
                              .silence_s = 60};
  script->kept = g_ptr_array_new_with_free_func ((GDestroyNotify)frame_free);
  proxy_fixture_init (&script->f, &config);
  /* Most plays begin where something can happen. */
  for (guint i = 0; few >= 2 && i < PROXY_SCRIPT_USERS; i++) {
    FuzzBytes rest = script->bytes;

    script->bytes.len = 0;
    open_connection (script, i);
    register_user (script, i, 600);
    script->bytes = rest;
  }
}

gboolean
proxy_script_step (ProxyScript *script)
{
  if (script->bytes.len == 0 || script->n_steps++ == PROXY_SCRIPT_MAX_STEPS)
    return FALSE;
  fuzz_pick (&script->bytes, steps) (script);
  look (script);
  return TRUE;
}

void
proxy_script_end (ProxyScript *script)
{
  for (guint i = 0; i < PROXY_SCRIPT_USERS; i++)
    close_connection (script, i);
  proxy_wait (&script->f, SECONDS (400));
  g_assert_cmpuint (sip_proxy_get_n_transactions (script->f.proxy), ==, 0);
  proxy_wait (&script->f, SECONDS (3600));
  g_assert_cmpuint (sip_proxy_get_n_bindings (script->f.proxy), ==, 0);
  g_assert_cmpuint (sip_proxy_get_n_connections (script->f.proxy), ==, 0);
  proxy_fixture_clear (&script->f);
  g_ptr_array_unref (script->kept);
}
