/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-script-private.h"

#include "fuzz-frame.h"
#include "sip-status.h"
#include "sip-text.h"

/* ---- Out of the script, into the agent ---- */

static void
deliver (AgentScript *script, GString *frame)
{
  fuzz_edit (&script->bytes, frame, script->n_edits);
  script->n_edits = 0;
  fuzz_trace ("-->", script->f.now_us, (SipText){frame->str, frame->len});
  g_ptr_array_add (script->came, g_bytes_new (frame->str, frame->len));
  if (script->came->len > AGENT_SCRIPT_KEPT)
    g_ptr_array_remove_index (script->came, 0);
  ua_fixture_receive_bytes (&script->f, frame->str, frame->len);
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
  if (fuzz_take (&script->bytes, 8) == 7)
    append_replaces (script, out);
  fuzz_append_lines (&script->bytes, out);
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
  fuzz_append_body (&script->bytes, out);
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

/* They ask us to call somebody: nobody in particular, or in place of a call there is. */
static void
append_transfer (AgentScript *script, GString *out)
{
  static const char *const lines[] = {
      "Refer-To: <sip:carol@example.org>",
      "r: sip:carol@example.org;user=phone",
      "Refer-To: \"Carol\" <tel:+4930123456>",
      "Refer-To: <sips:carol@example.org;method=INVITE>",
      "Refer-To: <sip:carol@example.org>\r\nRefer-Sub: false\r\nSupported: norefersub",
      "Refer-To: <sip:carol@example.org>\r\nReferred-By: <sip:bob@example.org>",
  };
  guint n = fuzz_take (&script->bytes, G_N_ELEMENTS (lines) + 2);

  if (n < G_N_ELEMENTS (lines))
    g_string_append_printf (out, "%s\r\n", lines[n]);
  else
    append_replaces (script, out);
}

/* How the call goes that we asked them for (RFC 3515 §2.4.4). */
static void
append_notification (AgentScript *script, GString *out)
{
  static const char *const states[] = {"active;expires=60", "active",
                                       "terminated;reason=noresource",
                                       "terminated;reason=timeout", "pending"};
  static const char *const lines[] = {"SIP/2.0 100 Trying",
                                      "SIP/2.0 180 Ringing",
                                      "SIP/2.0 200 OK",
                                      "SIP/2.0 486 Busy Here",
                                      "SIP/2.0 603 Decline\r\nReason: SIP;cause=603",
                                      "",
                                      "x"};
  const char *state = fuzz_pick (&script->bytes, states);

  g_string_append_printf (out,
                          "Event: refer\r\nSubscription-State: %s\r\n"
                          "Content-Type: message/sipfrag;version=2.0\r\n\r\n%s\r\n",
                          state, fuzz_pick (&script->bytes, lines));
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
  if (g_str_equal (method, "REFER"))
    append_transfer (script, out);
  append_lines (script, out);
  if (g_str_equal (method, "NOTIFY") && fuzz_take (&script->bytes, 4) > 0)
    append_notification (script, out);
  else
    fuzz_append_body (&script->bytes, out);
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
  fuzz_append_body (&script->bytes, out);
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

  fuzz_append_text (out, fuzz_take_text (&script->bytes));
  deliver (script, out);
}
