/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"
#include "sip-message.h"

#include <string.h>

#define START "INVITE sip:bob@example.org SIP/2.0\r\n"
#define VIA "Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
#define FROM "From: \"Alice\" <sip:alice@example.org>;tag=a\r\n"
#define TO "To: <sip:bob@example.org>\r\n"
#define CALL_ID "Call-ID: c1\r\n"
#define CSEQ "CSeq: 1 INVITE\r\n"
#define END "\r\n"
#define HEAD START VIA FROM TO CALL_ID CSEQ

static SipMessage *
parse_len (const char *frame, gsize len, SipMessage **broken, GError **error)
{
  g_autofree char *owner = NULL;
  SipText exact = exact_text_len (&owner, frame, len);

  return sip_message_parse ((const guint8 *)exact.s, exact.len, broken, error);
}

static SipMessage *
parse (const char *frame)
{
  g_autoptr (GError) error = NULL;
  SipMessage *message = parse_len (frame, strlen (frame), NULL, &error);

  g_assert_no_error (error);
  return message;
}

static void
test_request (void)
{
  g_autoptr (SipMessage) message = parse (
      HEAD "Max-Forwards: 70\r\nContact: <sip:a@x.invalid;transport=ws;ob>;reg-id=1\r\n"
           "Content-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n");

  g_assert_true (sip_message_is_request (message));
  g_assert_cmpint (sip_message_get_method (message), ==, SIP_METHOD_INVITE);
  assert_text (sip_message_get_method_text (message), "INVITE");
  assert_text (sip_message_get_request_uri (message)->host, "example.org");
  g_assert_cmpuint (sip_message_get_status (message), ==, 0);
  assert_text (sip_message_get_via (message)->branch, "z9hG4bK1");
  assert_text (sip_message_get_from (message)->uri.user, "alice");
  assert_text (sip_message_get_from_tag (message), "a");
  assert_text (sip_message_get_to (message)->uri.user, "bob");
  g_assert_null (sip_message_get_to_tag (message).s);
  assert_text (sip_message_get_call_id (message), "c1");
  g_assert_cmpuint (sip_message_get_cseq (message)->number, ==, 1);
  g_assert_cmpint (sip_message_get_max_forwards (message), ==, 70);
  assert_text (sip_message_get_body (message), "v=0\n");
  g_assert_true (sip_message_has_content (message, "application/sdp"));
  g_assert_cmpuint (sip_message_get_n_lines (message), ==, 9);
}

static void
test_response (void)
{
  g_autoptr (SipMessage) message =
      parse ("sip/2.0 486 Busy %n Here\r\n" VIA FROM
             "To: sip:bob@example.org;tag=b\r\n" CALL_ID CSEQ END);
  g_autoptr (SipMessage) bare =
      parse ("SIP/2.0 200\r\n" VIA FROM TO CALL_ID "CSeq: 2 BYE\r\n" END);

  g_assert_false (sip_message_is_request (message));
  g_assert_cmpuint (sip_message_get_status (message), ==, 486);
  assert_text (sip_message_get_reason_phrase (message), "Busy %n Here");
  g_assert_cmpint (sip_message_get_method (message), ==, SIP_METHOD_INVITE);
  assert_text (sip_message_get_to_tag (message), "b");
  g_assert_cmpint (sip_message_get_max_forwards (message), ==, -1);
  assert_text (sip_message_get_body (message), "");
  g_assert_cmpuint (sip_message_get_status (bare), ==, 200);
  g_assert_cmpint (sip_message_get_method (bare), ==, SIP_METHOD_BYE);
}

/* Compact names, odd spaces, folded lines, bare LF, empty lines in front. */
static void
test_tolerance (void)
{
  g_autoptr (SipMessage) message =
      parse ("\r\n\r\nINVITE sip:bob@example.org SIP/2.0\n"
             "v:SIP/2.0/WS x.invalid;branch=z9hG4bK1,\n\tSIP/2.0/WSS y.invalid\n"
             "f : \"J\xc3\xbcrgen\"\r\n  <sip:j@h>\r\n\t;tag=a\n"
             "T:<sip:bob@h>\ni:\r\n c1\nCSEQ:\t1  INVITE\ns:\nk: path,  outbound\nkx: "
             "1\n\nbody");
  g_autofree char *name = sip_name_addr_dup_display_name (sip_message_get_from (message));

  g_assert_cmpstr (name, ==, "J\xc3\xbcrgen");
  assert_text (sip_message_get_from_tag (message), "a");
  assert_text (sip_message_get_call_id (message), "c1");
  assert_text (sip_message_get_header (message, SIP_HEADER_SUBJECT), "");
  assert_text (sip_message_get_header (message, SIP_HEADER_SUPPORTED), "path,  outbound");
  g_assert_cmpuint (sip_message_count_values (message, SIP_HEADER_VIA), ==, 2);
  assert_text (sip_message_get_body (message), "body");
}

static void
assert_values (const SipMessage *message, SipHeader header, const char *const *expected)
{
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, message, header);
  for (; *expected != NULL; expected++) {
    g_assert_true (sip_value_iter_next (&iter, &value));
    assert_text (value, *expected);
  }
  g_assert_false (sip_value_iter_next (&iter, &value));
}

static void
test_lists (void)
{
  static const char *const routes[] = {"<sip:a,b@h;lr>", "<sip:c;lr>", "<sip:d;lr>",
                                       NULL};
  static const char *const credentials[] = {"Digest a=1, b=2", "Digest c", NULL};
  static const char *const dates[] = {"Sat, 13 Nov 2010 23:29:00 GMT", NULL};
  static const char *const none[] = {NULL};
  g_autoptr (SipMessage) message = parse (
      HEAD
      "Route: <sip:a,b@h;lr> ,, <sip:c;lr>\r\nProxy-Authorization: Digest a=1, b=2\r\n"
      "Route:\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\nRoute: <sip:d;lr>\r\n"
      "Proxy-Authorization: Digest c\r\nSupported: Path, 100rel\r\n"
      "Accept: application/sdp;level=1, text/plain\r\nX-Own: <%s>\r\n" END);

  assert_values (message, SIP_HEADER_ROUTE, routes);
  assert_values (message, SIP_HEADER_PROXY_AUTHORIZATION, credentials);
  assert_values (message, SIP_HEADER_DATE, dates);
  assert_values (message, SIP_HEADER_CONTACT, none);
  g_assert_true (sip_message_has_token (message, SIP_HEADER_SUPPORTED, "path"));
  g_assert_false (sip_message_has_token (message, SIP_HEADER_SUPPORTED, "gruu"));
  g_assert_true (sip_message_has_token (message, SIP_HEADER_ACCEPT, "application/sdp"));
  g_assert_cmpuint (sip_message_count_values (message, SIP_HEADER_ROUTE), ==, 3);
  assert_text (sip_message_get_header_by_name (message, "x-own"), "<%s>");
  assert_text (sip_message_get_header_by_name (message, "i"), "c1");
  g_assert_null (sip_message_get_header_by_name (message, "X-Other").s);
}

static void
test_seconds (void)
{
  g_autoptr (SipMessage) message = parse (
      HEAD "Expires: 60\r\nMin-Expires: -1\r\nSession-Expires: 90;refresher=uac\r\n"
           "Flow-Timer: 99999999999999999999\r\n"
           "Contact: <sip:a@h>;expires=30, <sip:b@h>, <sip:c@h>;expires=-5\r\n" END);
  static const guint expected[] = {30, 60, 60};
  SipValueIter iter;
  SipNameAddr contact;
  SipText value;
  guint32 seconds = 0;

  g_assert_false (sip_message_get_seconds (message, SIP_HEADER_MIN_EXPIRES, &seconds));
  g_assert_false (sip_message_get_seconds (message, SIP_HEADER_MIN_SE, &seconds));
  g_assert_true (sip_message_get_seconds (message, SIP_HEADER_SESSION_EXPIRES, &seconds));
  g_assert_cmpuint (seconds, ==, 90);
  g_assert_true (sip_message_get_seconds (message, SIP_HEADER_FLOW_TIMER, &seconds));
  g_assert_cmpuint (seconds, ==, G_MAXUINT32);
  sip_value_iter_init (&iter, message, SIP_HEADER_CONTACT);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_assert_true (sip_value_iter_next (&iter, &value));
    g_assert_true (sip_name_addr_parse (value, &contact, NULL));
    g_assert_cmpuint (sip_message_get_contact_expires (message, &contact, 3600), ==,
                      expected[i]);
  }
}

static void
test_content_length (void)
{
  g_autoptr (SipMessage) cut = parse (HEAD "l: 2\r\n\r\nabcdef");
  g_autoptr (SipMessage) none =
      parse (HEAD "Content-Length: 0\r\n\r\nINVITE sip:second SIP/2.0\r\n");
  g_autoptr (SipMessage) binary =
      parse_len (HEAD "\r\na\0\xff\r\n", sizeof (HEAD "\r\na\0\xff\r\n") - 1, NULL, NULL);

  assert_text (sip_message_get_body (cut), "ab");
  g_assert_true (g_str_has_suffix (sip_message_get_frame (cut).s, "\r\n\r\nabcdef"));
  g_assert_cmpuint (sip_message_get_body (none).len, ==, 0);
  g_assert_cmpuint (sip_message_get_body (binary).len, ==, 5);
}

/* What is wrong, how it is called, and with which status a request is answered; 0: not at
 * all. */
typedef struct {
  const char *name;
  const char *frame;
  SipError code;
  guint status;
} BadCase;

static const BadCase bad_cases[] = {
    {"empty", "", SIP_ERROR_SYNTAX, 0},
    {"line ends only", "\r\n\r\n\r\n", SIP_ERROR_SYNTAX, 0},
    {"no line end", "INVITE sip:bob@example.org SIP/2.0", SIP_ERROR_SYNTAX, 0},
    {"one word", "INVITE\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 0},
    {"no version", "INVITE sip:b@h\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX,
     400},
    {"SIP/3.0", "INVITE sip:b@h SIP/3.0\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_VERSION, 505},
    {"HTTP", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", SIP_ERROR_SYNTAX, 0},
    {"two spaces", "INVITE  sip:b@h SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 400},
    {"space behind", "INVITE sip:b@h SIP/2.0 \r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 400},
    {"space in URI", "INVITE sip:b b@h SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 400},
    {"URI in <>", "INVITE <sip:b@h> SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 400},
    {"URI torn", "INVITE </ SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX,
     400},
    {"no Via", START FROM TO CALL_ID CSEQ END, SIP_ERROR_MISSING_HEADER, 0},
    {"bad Via", START "Via: x\r\n" FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 0},
    {"empty Via", START "Via:\r\n" FROM TO CALL_ID CSEQ END, SIP_ERROR_MISSING_HEADER, 0},
    {"no From", START VIA TO CALL_ID CSEQ END, SIP_ERROR_MISSING_HEADER, 400},
    {"no To", START VIA FROM CALL_ID CSEQ END, SIP_ERROR_MISSING_HEADER, 400},
    {"no Call-ID", START VIA FROM TO CSEQ END, SIP_ERROR_MISSING_HEADER, 400},
    {"empty Call-ID", START VIA FROM TO "Call-ID:\r\n" CSEQ END, SIP_ERROR_SYNTAX, 400},
    {"no CSeq", START VIA FROM TO CALL_ID END, SIP_ERROR_MISSING_HEADER, 400},
    {"From torn", START VIA "From: \"\\\r\n" TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 400},
    {"From *", START VIA "From: *\r\n" TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 400},
    {"To </", START VIA FROM "To: </\r\n" CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 400},
    {"To tag without value",
     START VIA FROM "To: <sip:b@h>;tag;tag=1\r\n" CALL_ID CSEQ END, SIP_ERROR_SYNTAX,
     400},
    {"two From", HEAD FROM END, SIP_ERROR_SYNTAX, 400},
    {"two Call-ID", HEAD "i: c2\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"two CSeq", HEAD CSEQ END, SIP_ERROR_SYNTAX, 400},
    {"two Content-Length", HEAD "l: 0\r\nContent-Length: 0\r\n" END, SIP_ERROR_SYNTAX,
     400},
    {"CSeq of another", START VIA FROM TO CALL_ID "CSeq: 1 BYE\r\n" END, SIP_ERROR_SYNTAX,
     400},
    {"CSeq 2^31", START VIA FROM TO CALL_ID "CSeq: 2147483648 INVITE\r\n" END,
     SIP_ERROR_SYNTAX, 400},
    {"CSeq -1", START VIA FROM TO CALL_ID "CSeq: -1 INVITE\r\n" END, SIP_ERROR_SYNTAX,
     400},
    {"Max-Forwards 300", HEAD "Max-Forwards: 300\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"Max-Forwards -1", HEAD "Max-Forwards: -1\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"Content-Length -1", HEAD "Content-Length: -1\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"Content-Length of 20 digits", HEAD "Content-Length: 18446744073709551617\r\n\r\nx",
     SIP_ERROR_SYNTAX, 400},
    {"body too short", HEAD "Content-Length: 5\r\n\r\nabcd", SIP_ERROR_SYNTAX, 400},
    {"no colon", HEAD "Subject\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"name with a space", HEAD "Sub ject: x\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"no name", HEAD ": x\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"no empty line", HEAD, SIP_ERROR_SYNTAX, 400},
    {"torn line", HEAD "Subject: x", SIP_ERROR_SYNTAX, 400},
    {"fold that does not end", HEAD "Subject: x\r\n y", SIP_ERROR_SYNTAX, 400},
    {"lone CR", HEAD "Subject: x\rX: 1\r\n" END, SIP_ERROR_SYNTAX, 400},
    {"fold behind the start line", START " " VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 0},
    {"ACK is never answered", "ACK sip:b@h SIP/2.0\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 0},
    {"status 99", "SIP/2.0 99 x\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 0},
    {"status 700", "SIP/2.0 700 x\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX, 0},
    {"status of 10 digits", "SIP/2.0 4294967496 x\r\n" VIA FROM TO CALL_ID CSEQ END,
     SIP_ERROR_SYNTAX, 0},
    {"status -200", "SIP/2.0 -20 x\r\n" VIA FROM TO CALL_ID CSEQ END, SIP_ERROR_SYNTAX,
     0},
    {"response without To", "SIP/2.0 200 OK\r\n" VIA FROM CALL_ID CSEQ END,
     SIP_ERROR_MISSING_HEADER, 0},
};

static void
check_bad (const char *name, const char *frame, gsize len, SipError code, guint status)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) broken = NULL;
  g_autoptr (SipMessage) message = parse_len (frame, len, &broken, &error);

  g_test_message ("%s: %s", name, error != NULL ? error->message : "accepted");
  g_assert_null (message);
  g_assert_error (error, SIP_ERROR, (int)code);
  g_assert_cmpuint (broken != NULL ? sip_error_get_status (error) : 0, ==, status);
  /* The caller that does not ask for it gets nothing to free. */
  g_assert_null (parse_len (frame, len, NULL, NULL));
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_cases); i++)
    check_bad (bad_cases[i].name, bad_cases[i].frame, strlen (bad_cases[i].frame),
               bad_cases[i].code, bad_cases[i].status);
}

/* A NUL in the headers is refused wherever it stands; of the body it is a part. */
static void
test_nul (void)
{
  gsize len = strlen (HEAD "Subject: x\r\n" END "body");

  for (gsize i = 0; i < len; i++) {
    g_autofree char *frame = g_strdup (HEAD "Subject: x\r\n" END "body");
    g_autoptr (SipMessage) message = NULL;

    frame[i] = '\0';
    message = parse_len (frame, len, NULL, NULL);
    g_assert_cmpint (message != NULL, ==, i >= len - 4);
  }
}

/* Every beginning of a good message, and every byte of it replaced: nothing is read past
 * the end, and the answer is a message or an error. */
static void
test_torn (void)
{
  const char *frame = HEAD "Route: <sip:a;lr>, \"x\\\"\" <sip:b>\r\nSubject: x\r\n y\r\n"
                           "Content-Length: 2\r\n\r\nab";
  static const char hostile[] = "\"\\<>,;:@= \r\n%\xff";
  gsize len = strlen (frame);

  g_assert_null (sip_message_parse (NULL, 0, NULL, NULL));
  for (gsize n = 0; n < len; n++)
    g_assert_null (parse_len (frame, n, NULL, NULL));
  for (gsize i = 0; i < len; i++) {
    for (gsize h = 0; h < sizeof hostile; h++) {
      g_autofree char *copy = g_strdup (frame);
      g_autoptr (SipMessage) broken = NULL;
      g_autoptr (SipMessage) message = NULL;
      g_autoptr (GError) error = NULL;

      copy[i] = hostile[h];
      message = parse_len (copy, len, &broken, &error);
      g_assert_true ((message != NULL) != (error != NULL));
      if (message != NULL)
        sip_message_count_values (message, SIP_HEADER_ROUTE);
    }
  }
}

static char *
make_large (gsize len, const char *in_front)
{
  GString *frame = g_string_new (in_front);

  while (frame->len < len)
    g_string_append_c (frame, 'x');
  return g_string_free (frame, FALSE);
}

static void
test_size_limit (void)
{
  static const gsize good[] = {65535, 65536, 65537, 200000, SIP_MAX_MESSAGE_BYTES};
  g_autofree char *large = make_large (SIP_MAX_MESSAGE_BYTES + 1, HEAD END);
  g_autofree char *head = make_large (SIP_MAX_MESSAGE_BYTES + 1, HEAD "Subject: ");
  g_autoptr (SipMessage) broken = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *frame = make_large (good[i], HEAD END);
    g_autoptr (SipMessage) message = parse (frame);

    g_assert_cmpuint (sip_message_get_body (message).len, ==,
                      good[i] - strlen (HEAD END));
  }
  check_bad ("large body", large, strlen (large), SIP_ERROR_TOO_LARGE, 513);
  check_bad ("large head", head, strlen (head), SIP_ERROR_TOO_LARGE, 0);
  g_assert_null (parse_len (large, strlen (large), &broken, NULL));
  g_assert_cmpuint (sip_message_get_frame (broken).len, ==, strlen (HEAD END));
}

static void
test_header_limit (void)
{
  g_autoptr (GString) frame = g_string_new (HEAD);
  g_autoptr (SipMessage) message = NULL;
  g_autofree char *more = NULL;

  for (guint i = 5; i < SIP_MAX_HEADERS; i++)
    g_string_append_printf (frame, "Route: <sip:%u>\r\n", i);
  more = g_strconcat (frame->str, "X: y\r\n\r\n", NULL);
  g_string_append (frame, END);
  message = parse (frame->str);
  g_assert_cmpuint (sip_message_get_n_lines (message), ==, SIP_MAX_HEADERS);
  g_assert_cmpuint (sip_message_count_values (message, SIP_HEADER_ROUTE), ==,
                    SIP_MAX_HEADERS - 5);
  check_bad ("129 headers", more, strlen (more), SIP_ERROR_TOO_LARGE, 513);
}

static void
test_references (void)
{
  SipMessage *message = parse (HEAD END);
  SipText call_id = sip_message_get_call_id (message);

  g_assert_true (sip_message_ref (message) == message);
  sip_message_unref (message);
  assert_text (call_id, "c1");
  sip_message_unref (message);
  sip_message_unref (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/message/request", test_request);
  g_test_add_func ("/sip/message/response", test_response);
  g_test_add_func ("/sip/message/tolerance", test_tolerance);
  g_test_add_func ("/sip/message/lists", test_lists);
  g_test_add_func ("/sip/message/seconds", test_seconds);
  g_test_add_func ("/sip/message/content-length", test_content_length);
  g_test_add_func ("/sip/message/bad", test_bad);
  g_test_add_func ("/sip/message/nul", test_nul);
  g_test_add_func ("/sip/message/torn", test_torn);
  g_test_add_func ("/sip/message/size-limit", test_size_limit);
  g_test_add_func ("/sip/message/header-limit", test_header_limit);
  g_test_add_func ("/sip/message/references", test_references);
  return g_test_run ();
}
