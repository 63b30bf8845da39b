/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-script-private.h"

#include "sip-status.h"
#include "sip-text.h"

/* ---- Out of the script, into the agent ---- */

static void
edit (AgentScript *script, GString *frame)
{
  for (; script->n_edits > 0; script->n_edits--) {
    gsize high = fuzz_take (&script->bytes, 256);
    gsize at = (high << 8 | fuzz_take (&script->bytes, 256)) % (frame->len + 1);
    SipText text;

    switch (fuzz_take (&script->bytes, 4)) {
    case 0:
      g_string_insert_c (frame, (gssize)at, (char)fuzz_take (&script->bytes, 256));
      break;
    case 1:
      g_string_erase (frame, (gssize)at,
                      (gssize)MIN (frame->len - at, fuzz_take (&script->bytes, 256)));
      break;
    case 2:
      text = fuzz_take_text (&script->bytes);
      g_string_insert_len (frame, (gssize)at, text.s, (gssize)text.len);
      break;
    default:
      if (at < frame->len)
        frame->str[at] = (char)fuzz_take (&script->bytes, 256);
      break;
    }
  }
}

static void
deliver (AgentScript *script, GString *frame)
{
  edit (script, frame);
  fuzz_trace ("-->", script->f.now_us, (SipText){frame->str, frame->len});
  g_ptr_array_add (script->came, g_bytes_new (frame->str, frame->len));
  if (script->came->len > AGENT_SCRIPT_KEPT)
    g_ptr_array_remove_index (script->came, 0);
  ua_fixture_receive_bytes (&script->f, frame->str, frame->len);
}

/* ---- Headers and bodies ---- */

/* What may stand in any message, and means something somewhere. */
static const char *const lines[] = {
    "Contact: <sip:bob@far.invalid>",
    "Contact: <sip:carol@else.invalid;transport=ws>;q=0.5, <sips:bob@far.invalid>",
    "Contact: *",
    "Contact: <tel:+4930>",
    "Record-Route: <sip:edge.invalid;lr>",
    "Record-Route: <sip:a.invalid;lr>, <sip:strict.invalid>",
    "Route: <sip:edge.invalid;lr>",
    "Require: 100rel",
    "Require: timer",
    "Require: unheard-of, replaces",
    "Supported: 100rel, timer, replaces, outbound, gruu",
    "RSeq: 1",
    "RSeq: 4294967295",
    "RAck: 1 1 INVITE",
    "Session-Expires: 90;refresher=uac",
    "Session-Expires: 1800;refresher=uas",
    "Session-Expires: 1",
    "Min-SE: 90",
    "Min-SE: 4294967295",
    "Expires: 0",
    "Expires: 60",
    "Expires: 99999999999",
    "Min-Expires: 1200",
    "Retry-After: 5 (busy);duration=3600",
    "Retry-After: 2147483648",
    "Flow-Timer: 10",
    "Flow-Timer: 0",
    "Service-Route: <sip:edge.invalid;lr>",
    "Service-Route: <sip:edge.invalid;lr>, <>",
    "Path: <sip:edge.invalid;lr;ob>",
    "Reason: SIP;cause=200;text=\"Call completed elsewhere\"",
    "Reason: Q.850;cause=16, SIP;cause=487",
    "Refer-To: <sip:carol@example.org>",
    "Refer-To: <sip:carol@example.org;method=BYE?Subject=x>",
    "Refer-To: \"C\" <sips:carol@example.org?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>",
    "Refer-To: tel:+4930",
    "Refer-To: <urn:service:sos>",
    "Refer-Sub: false",
    "Referred-By: <sip:bob@example.org>",
    "Event: refer",
    "Event: refer;id=2",
    "Subscription-State: active;expires=60",
    "Subscription-State: terminated;reason=noresource",
    "Info-Package: dtmf",
    "Content-Disposition: session;handling=optional",
    "Content-Disposition: render;handling=required",
    "Content-Encoding: gzip",
    "Content-Length: 0",
    "Content-Length: 4",
    "Content-Length: 99999",
    "Max-Forwards: 0",
    "Max-Forwards: -1",
    "P-Asserted-Identity: \"</\" <sip:x@example.org>, <tel:+1>",
    "Alert-Info: <http://x.invalid>;info=alert-autoanswer",
    "Authentication-Info: nextnonce=\"n3\", rspauth=\"0\"",
    "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"n2\", algorithm=MD5",
    "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"n4\", qop=\"auth,auth-int\"",
    "WWW-Authenticate: Digest realm=\"example.org\", nonce=\"n7\", stale=TRUE, qop=auth,"
    " algorithm=SHA-256, Basic realm=\"example.org\"",
    "Proxy-Authenticate: Digest realm=\"example.org\", nonce=\"n5\", qop=\"auth\","
    " algorithm=SHA-512-256, opaque=\"\\\"\"",
    "Proxy-Authenticate: Digest realm=\"else.invalid\", nonce=\"n6\", qop=auth",
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;received=192.0.2.2;rport=1",
    "Call-ID: twice",
    "CSeq: 1 INVITE",
    "To: <sip:twice@example.org>;tag=x",
};

static void
append_text (GString *out, SipText text)
{
  g_string_append_len (out, text.s, (gssize)text.len);
}

/* Who they are, from the point of view of one of the agent's messages. */
static SipText
get_their_tag (const SipMessage *message)
{
  return sip_message_is_request (message) ? sip_message_get_to_tag (message)
                                          : sip_message_get_from_tag (message);
}

static SipText
get_our_tag (const SipMessage *message)
{
  return sip_message_is_request (message) ? sip_message_get_from_tag (message)
                                          : sip_message_get_to_tag (message);
}

static const SipMessage *
pick_sent (AgentScript *script)
{
  guint back = fuzz_take (&script->bytes, AGENT_SCRIPT_KEPT) + 1;

  return script->sent->len >= back
             ? g_ptr_array_index (script->sent, script->sent->len - back)
             : NULL;
}

/* Replaces, with or without a Refer-To around it, of a call that there is. */
static void
append_replaces (AgentScript *script, GString *out)
{
  static const char *const formats[] = {
      "Replaces: %s;to-tag=%s;from-tag=%s",
      "Replaces: %s;to-tag=%s;from-tag=%s;early-only",
      "Refer-To: <sip:carol@example.org?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>",
  };
  const SipMessage *about = pick_sent (script);
  const char *format = fuzz_pick (&script->bytes, formats);
  g_autofree char *call_id = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *theirs = NULL;

  if (about == NULL)
    return;
  call_id = ua_text (sip_message_get_call_id (about));
  ours = ua_text (get_our_tag (about));
  theirs = ua_text (get_their_tag (about));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_printf (out, format, call_id, ours,
                          theirs[0] != '\0' ? theirs : "there");
#pragma GCC diagnostic pop
  g_string_append (out, "\r\n");
}

static void
append_lines (AgentScript *script, GString *out)
{
  for (guint n = fuzz_take (&script->bytes, 5); n > 0; n--) {
    guint which = fuzz_take (&script->bytes, G_N_ELEMENTS (lines) + 4);

    if (which < G_N_ELEMENTS (lines)) {
      g_string_append_printf (out, "%s\r\n", lines[which]);
    } else if (which < G_N_ELEMENTS (lines) + 2) {
      append_replaces (script, out);
    } else {
      append_text (out, fuzz_take_text (&script->bytes));
      g_string_append (out, "\r\n");
    }
  }
}

static void
append_body (AgentScript *script, GString *out)
{
  static const char *const types[] = {
      "application/sdp",
      "message/sipfrag",
      "application/dtmf-relay",
      "application/dtmf",
      "multipart/mixed;boundary=b",
      "multipart/mixed",
      "text/plain; charset=\"utf-8\"",
      "/",
  };
  static const char *const bodies[] = {
      "",
      "SIP/2.0 100 Trying\r\n",
      "SIP/2.0 200 OK\r\n",
      "SIP/2.0 603 Decline\r\nX: y\r\n",
      "Signal=5\r\nDuration=160\r\n",
      "Signal=99\r\nDuration=-1\r\n",
      "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n",
      "--b\r\nContent-Disposition: session\r\n\r\n\r\n--b",
  };

  switch (fuzz_take (&script->bytes, 6)) {
  case 0:
    g_string_append (out, "\r\n");
    break;
  case 1:
  case 2:
    g_string_append (out, "Content-Type: application/sdp\r\n\r\n" UA_OFFER);
    break;
  case 3:
    g_string_append (out, "Content-Type: application/sdp\r\n\r\n" UA_ANSWER);
    break;
  case 4:
    g_string_append_printf (out, "Content-Type: %s\r\n\r\n",
                            fuzz_pick (&script->bytes, types));
    g_string_append (out, fuzz_pick (&script->bytes, bodies));
    break;
  default:
    g_string_append_printf (out, "c: %s\r\n\r\n", fuzz_pick (&script->bytes, types));
    append_text (out, fuzz_take_text (&script->bytes));
    break;
  }
}

/* ---- Responses ---- */

static void
append_response_head (GString *out,
                      const SipMessage *request,
                      guint status,
                      const char *to_tag)
{
  SipValueIter iter;
  SipText value;

  g_string_append_printf (out, "SIP/2.0 %u %s\r\n", status,
                          sip_status_get_phrase (status));
  sip_value_iter_init (&iter, request, SIP_HEADER_VIA);
  while (sip_value_iter_next (&iter, &value))
    g_string_append_printf (out, "Via: %.*s\r\n", SIP_TEXT_ARG (value));
  g_string_append_printf (out, "From: %.*s\r\nTo: %.*s%s%s\r\n",
                          SIP_TEXT_ARG (sip_message_get_from (request)->text),
                          SIP_TEXT_ARG (sip_message_get_to (request)->text),
                          to_tag[0] != '\0' ? ";tag=" : "", to_tag);
  g_string_append_printf (
      out, "Call-ID: %.*s\r\nCSeq: %.*s\r\n",
      SIP_TEXT_ARG (sip_message_get_call_id (request)),
      SIP_TEXT_ARG (sip_message_get_header (request, SIP_HEADER_CSEQ)));
}

void
agent_script_respond (AgentScript *script)
{
  static const guint statuses[] = {
      100, 180, 181, 183, 199, 200, 202, 204, 299, 300, 301, 302, 305, 380, 400,
      401, 403, 404, 405, 406, 407, 408, 410, 412, 415, 420, 421, 422, 423, 429,
      430, 439, 469, 480, 481, 482, 483, 486, 487, 488, 489, 491, 494, 500, 501,
      502, 503, 504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 699};
  static const char *const tags[] = {"there", "second", "", "third"};
  const SipMessage *request = pick_sent (script);
  guint status = fuzz_pick (&script->bytes, statuses);
  const char *tag = fuzz_pick (&script->bytes, tags);
  g_autoptr (GString) out = g_string_new (NULL);

  if (request == NULL || !sip_message_is_request (request))
    return;
  if (sip_message_get_to_tag (request).len > 0)
    tag = "";
  append_response_head (out, request, status, tag);
  append_lines (script, out);
  append_body (script, out);
  deliver (script, out);
}

/* ---- Requests ---- */

static const char *const methods[] = {
    "INVITE",   "ACK",     "BYE",    "CANCEL",  "UPDATE",    "INFO",
    "OPTIONS",  "PRACK",   "REFER",  "NOTIFY",  "SUBSCRIBE", "MESSAGE",
    "REGISTER", "PUBLISH", "invite", "STRANGE",
};

/* The branch of a response that was an answer to it, else a new one. */
static void
append_via (AgentScript *script, GString *out, const SipMessage *about)
{
  if (about != NULL && !sip_message_is_request (about) &&
      fuzz_take (&script->bytes, 2) == 1)
    g_string_append_printf (
        out, "Via: %.*s\r\n",
        SIP_TEXT_ARG (sip_message_get_header (about, SIP_HEADER_VIA)));
  else
    g_string_append_printf (out, "Via: SIP/2.0/WS edge.invalid;branch=z9hG4bK-%u\r\n",
                            ++script->n_branches);
}

static void
append_parties (GString *out, const SipMessage *inside, const char *tag)
{
  SipText from = sip_message_get_from (inside)->text;
  SipText to = sip_message_get_to (inside)->text;

  if (!sip_message_is_request (inside))
    g_string_append_printf (out, "From: %.*s\r\nTo: %.*s\r\n", SIP_TEXT_ARG (from),
                            SIP_TEXT_ARG (to));
  else
    g_string_append_printf (out, "From: %.*s%s%s\r\nTo: %.*s\r\n", SIP_TEXT_ARG (to),
                            sip_message_get_to_tag (inside).len > 0 ? "" : ";tag=",
                            sip_message_get_to_tag (inside).len > 0 ? "" : tag,
                            SIP_TEXT_ARG (from));
}

void
agent_script_request_inside (AgentScript *script)
{
  static const char *const tags[] = {"there", "second", "third", "unknown"};
  const SipMessage *inside = pick_sent (script);
  const char *method = fuzz_pick (&script->bytes, methods);
  const char *tag = fuzz_pick (&script->bytes, tags);
  guint more = fuzz_take (&script->bytes, 256);
  g_autoptr (GString) out = g_string_new (NULL);

  if (inside == NULL)
    return;
  g_string_append_printf (out, "%s %s SIP/2.0\r\n", method,
                          sip_ua_get_contact (script->f.ua));
  append_via (script, out, inside);
  append_parties (out, inside, tag);
  g_string_append_printf (out, "Call-ID: %.*s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n",
                          SIP_TEXT_ARG (sip_message_get_call_id (inside)),
                          sip_message_get_cseq (inside)->number + more, method);
  append_lines (script, out);
  append_body (script, out);
  deliver (script, out);
}

void
agent_script_request_outside (AgentScript *script)
{
  static const char *const uris[] = {"sip:alice@example.org", NULL,
                                     "sip:nobody@example.org", "tel:+4930",
                                     "sips:alice@example.org"};
  static const char *const froms[] = {"\"Bob\" <sip:bob@example.org>;tag=far",
                                      "<sip:bob@example.org>", "sip:b@x.org;tag=other",
                                      "Anon <sip:anonymous@anonymous.invalid>;tag=far"};
  const char *method = fuzz_pick (&script->bytes, methods);
  const char *uri = fuzz_pick (&script->bytes, uris);
  guint id = fuzz_take (&script->bytes, 16);
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "%s %s SIP/2.0\r\n", method,
                          uri != NULL ? uri : sip_ua_get_contact (script->f.ua));
  append_via (script, out, NULL);
  g_string_append_printf (out,
                          "From: %s\r\nTo: <sip:alice@example.org>\r\nCall-ID: c%u\r\n"
                          "CSeq: %u %s\r\nMax-Forwards: 70\r\n",
                          fuzz_pick (&script->bytes, froms), id,
                          1 + fuzz_take (&script->bytes, 4), method);
  g_string_append (out, "Contact: <sip:bob@far.invalid>\r\n");
  append_lines (script, out);
  append_body (script, out);
  deliver (script, out);
}

/* ---- A good peer ---- */

static void
ack (AgentScript *script, const SipMessage *response)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "ACK %s SIP/2.0\r\n", sip_ua_get_contact (script->f.ua));
  if (sip_status_is_success (sip_message_get_status (response)))
    append_via (script, out, NULL);
  else
    g_string_append_printf (
        out, "Via: %.*s\r\n",
        SIP_TEXT_ARG (sip_message_get_header (response, SIP_HEADER_VIA)));
  append_parties (out, response, "");
  g_string_append_printf (out, "Call-ID: %.*s\r\nCSeq: %u ACK\r\n\r\n",
                          SIP_TEXT_ARG (sip_message_get_call_id (response)),
                          sip_message_get_cseq (response)->number);
  deliver (script, out);
}

static void
accept_invite (AgentScript *script, const SipMessage *invite)
{
  static const guint statuses[] = {200, 180, 183, 486};
  guint status = fuzz_pick (&script->bytes, statuses);
  g_autoptr (GString) out = g_string_new (NULL);

  append_response_head (out, invite, status,
                        sip_message_get_to_tag (invite).len > 0 ? "" : "there");
  g_string_append (out, "Contact: <sip:bob@far.invalid>\r\n");
  if (status == 200 || status == 183)
    g_string_append (out, "Content-Type: application/sdp\r\n\r\n" UA_ANSWER);
  else
    g_string_append (out, "\r\n");
  deliver (script, out);
}

static void
accept_register (AgentScript *script, const SipMessage *request)
{
  if (fuzz_take (&script->bytes, 3) == 2)
    ua_fixture_challenge (&script->f, request, 401, "example.org", "n9", "");
  else
    ua_fixture_grant (&script->f, request, 600);
}

static void
accept_other (AgentScript *script, const SipMessage *request)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_response_head (out, request, 200, "");
  g_string_append (out, "\r\n");
  deliver (script, out);
}

void
agent_script_do_well (AgentScript *script)
{
  const SipMessage *last = pick_sent (script);

  if (last == NULL)
    return;
  if (!sip_message_is_request (last)) {
    if (sip_message_get_status (last) >= 200 &&
        sip_message_get_method (last) == SIP_METHOD_INVITE)
      ack (script, last);
  } else if (sip_message_get_method (last) == SIP_METHOD_INVITE) {
    accept_invite (script, last);
  } else if (sip_message_get_method (last) == SIP_METHOD_REGISTER) {
    accept_register (script, last);
  } else if (sip_message_get_method (last) != SIP_METHOD_ACK) {
    accept_other (script, last);
  }
}

/* ---- Again, and anything ---- */

void
agent_script_repeat (AgentScript *script)
{
  guint back = fuzz_take (&script->bytes, AGENT_SCRIPT_KEPT) + 1;
  g_autoptr (GString) out = g_string_new (NULL);
  GBytes *frame;

  if (script->came->len < back)
    return;
  frame = g_ptr_array_index (script->came, script->came->len - back);
  g_string_append_len (out, g_bytes_get_data (frame, NULL),
                       (gssize)g_bytes_get_size (frame));
  deliver (script, out);
}

void
agent_script_raw (AgentScript *script)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_text (out, fuzz_take_text (&script->bytes));
  deliver (script, out);
}
