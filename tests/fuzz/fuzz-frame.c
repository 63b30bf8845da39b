/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-frame.h"

#define SDP "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n"

void
fuzz_append_text (GString *out, SipText text)
{
  g_string_append_len (out, text.s, (gssize)text.len);
}

void
fuzz_edit (FuzzBytes *bytes, GString *frame, guint n_edits)
{
  while (n_edits-- > 0) {
    gsize high = fuzz_take (bytes, 256);
    gsize at = (high << 8 | fuzz_take (bytes, 256)) % (frame->len + 1);
    SipText text;
    guint n;

    switch (fuzz_take (bytes, 4)) {
    case 0:
      g_string_insert_c (frame, (gssize)at, (char)fuzz_take (bytes, 256));
      break;
    case 1:
      n = fuzz_take (bytes, 256);
      g_string_erase (frame, (gssize)at, (gssize)MIN (frame->len - at, n));
      break;
    case 2:
      text = fuzz_take_text (bytes);
      g_string_insert_len (frame, (gssize)at, text.s, (gssize)text.len);
      break;
    default:
      if (at < frame->len)
        frame->str[at] = (char)fuzz_take (bytes, 256);
      break;
    }
  }
}

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
    "Proxy-Require: sec-agree",
    "Path: <sip:edge.invalid;lr>, <sip:other.invalid;lr>",
    "Path: <>",
    "Contact: <sip:x@far.invalid>;+sip.instance=\"<urn:uuid:1>\";reg-id=1;expires=60",
    "Contact: <sip:x@far.invalid>;expires=0, <sip:y@far.invalid>;q=0.1",
    "Contact: <sip:z@far.invalid;ob>;+sip.instance=\"\";reg-id=0;expires=4294967296",
    "Route: <sip:token@example.org;lr>, <sip:example.org;lr>",
    "Route: *",
    "Authorization: Digest username=\"alice\", realm=\"example.org\", nonce=\"n\","
    " uri=\"sip:example.org\", response=\"0\"",
    "Proxy-Authorization: Basic YWxpY2U6c2VjcmV0",
};

void
fuzz_append_lines (FuzzBytes *bytes, GString *out)
{
  for (guint n = fuzz_take (bytes, 5); n > 0; n--) {
    guint which = fuzz_take (bytes, G_N_ELEMENTS (lines) + 4);

    if (which < G_N_ELEMENTS (lines))
      g_string_append (out, lines[which]);
    else
      fuzz_append_text (out, fuzz_take_text (bytes));
    g_string_append (out, "\r\n");
  }
}

void
fuzz_append_body (FuzzBytes *bytes, GString *out)
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

  switch (fuzz_take (bytes, 6)) {
  case 0:
    g_string_append (out, "\r\n");
    break;
  case 1:
  case 2:
    g_string_append (out, "Content-Type: application/sdp\r\n\r\n" SDP);
    break;
  case 3:
    g_string_append (out, "Content-Type: application/sdp\r\n\r\n" SDP);
    break;
  case 4:
    g_string_append_printf (out, "Content-Type: %s\r\n\r\n", fuzz_pick (bytes, types));
    g_string_append (out, fuzz_pick (bytes, bodies));
    break;
  default:
    g_string_append_printf (out, "c: %s\r\n\r\n", fuzz_pick (bytes, types));
    fuzz_append_text (out, fuzz_take_text (bytes));
    break;
  }
}
