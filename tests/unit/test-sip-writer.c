/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exact-text.h"
#include "sip-writer.h"

#include <string.h>

static SipMessage *
parse (const char *frame)
{
  g_autoptr (GError) error = NULL;
  SipMessage *message =
      sip_message_parse ((const guint8 *)frame, strlen (frame), NULL, &error);

  g_assert_no_error (error);
  return message;
}

/* Takes the writer. What it wrote can be read again where it is a whole message. */
static char *
finish (SipWriter *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = sip_writer_finish (writer, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
}

static void
test_request (void)
{
  SipWriter *writer = sip_writer_new_request ("INVITE", "sip:bob@example.org");
  g_autofree char *frame = NULL;

  sip_writer_add_header (writer, SIP_HEADER_VIA, "SIP/2.0/WS x.invalid;branch=z9hG4bK1");
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s", 7, "INVITE");
  sip_writer_add_text (writer, SIP_HEADER_CALL_ID, SIP_TEXT_LITERAL ("c1"));
  sip_writer_add_named (writer, "X-Own", "");
  sip_writer_set_body (writer, "application/sdp", SIP_TEXT_LITERAL ("v=0\r\n"));
  frame = finish (writer);
  g_assert_cmpstr (frame, ==,
                   "INVITE sip:bob@example.org SIP/2.0\r\n"
                   "Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
                   "CSeq: 7 INVITE\r\n"
                   "Call-ID: c1\r\n"
                   "X-Own: \r\n"
                   "Content-Type: application/sdp\r\n"
                   "Content-Length: 5\r\n\r\nv=0\r\n");
}

#define REQUEST                                                                          \
  "INVITE sip:bob@example.org SIP/2.0\r\n"                                               \
  "v: SIP/2.0/WS a.invalid;branch=1, SIP/2.0/WS b.invalid;branch=2\r\n"                  \
  "Max-Forwards: 70\r\n"                                                                 \
  "Via: SIP/2.0/WSS c.invalid;branch=3\r\n"                                              \
  "Route: <sip:p1;lr>,<sip:p2;lr>\r\n"                                                   \
  "Route: <sip:p3;lr>\r\n"                                                               \
  "Record-Route: <sip:r1;lr>\r\n"                                                        \
  "From:<sip:alice@example.org>;tag=a\r\n"                                               \
  "t: <sip:bob@example.org>\r\n"                                                         \
  "Call-ID: c1\r\n"                                                                      \
  "CSeq: 1 INVITE\r\n"                                                                   \
  "X-Unknown:  \t <%s>\r\n"                                                              \
  "Proxy-Authorization: Digest x\r\n"                                                    \
  "Subject:\r\n  a\r\n\tb\r\n"                                                           \
  "l: 4\r\n"                                                                             \
  "Content-Type: text/plain\r\n\r\nbody"

static void
test_response (void)
{
  g_autoptr (SipMessage) request = parse (REQUEST);
  g_autofree char *trying = finish (sip_writer_new_response (request, 100, NULL, NULL));
  g_autofree char *gone = finish (sip_writer_new_response (request, 487, "So %s", "t1"));

  g_assert_cmpstr (trying, ==,
                   "SIP/2.0 100 Trying\r\n"
                   "Via: SIP/2.0/WS a.invalid;branch=1, SIP/2.0/WS b.invalid;branch=2\r\n"
                   "Via: SIP/2.0/WSS c.invalid;branch=3\r\n"
                   "From: <sip:alice@example.org>;tag=a\r\n"
                   "To: <sip:bob@example.org>\r\n"
                   "Call-ID: c1\r\n"
                   "CSeq: 1 INVITE\r\n"
                   "Content-Length: 0\r\n\r\n");
  g_assert_true (g_str_has_prefix (gone, "SIP/2.0 487 So %s\r\n"));
  g_assert_nonnull (strstr (gone, "\r\nTo: <sip:bob@example.org>;tag=t1\r\n"));
}

/* A tag that is there stays. */
static void
test_response_in_dialog (void)
{
  g_autoptr (SipMessage) request =
      parse ("BYE sip:b@h SIP/2.0\r\nVia: SIP/2.0/WS a\r\nFrom: <sip:a@h>;tag=a\r\n"
             "To: <sip:b@h>;tag=b\r\nCall-ID: c\r\nCSeq: 2 BYE\r\n\r\n");
  g_autofree char *frame = finish (sip_writer_new_response (request, 200, NULL, "t1"));

  g_assert_nonnull (strstr (frame, "\r\nTo: <sip:b@h>;tag=b\r\n"));
}

/* A request that cannot be read is answered with what could be: no byte of it starts a
 * header of its own. */
static void
test_response_to_broken (void)
{
  static const char frame[] = "INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/WS a;branch=1\r\n"
                              "From: \"x\rX-Evil: 1\0y\" <sip:a@h>;tag=a\r\n To\r\nTo: "
                              "\"torn\r\nCall-ID: c\r\n\r\n";
  g_autoptr (SipMessage) broken = NULL;
  g_autofree char *answer = NULL;

  g_assert_null (
      sip_message_parse ((const guint8 *)frame, sizeof frame - 1, &broken, NULL));
  g_assert_nonnull (broken);
  answer = finish (sip_writer_new_response (broken, 400, NULL, "t1"));
  g_assert_cmpstr (answer, ==,
                   "SIP/2.0 400 Bad Request\r\n"
                   "Via: SIP/2.0/WS a;branch=1\r\n"
                   "From: \"x X-Evil: 1 y\" <sip:a@h>;tag=a   To\r\n"
                   "To: \"torn;tag=t1\r\n"
                   "Call-ID: c\r\n"
                   "Content-Length: 0\r\n\r\n");
}

static void
test_forward_unchanged (void)
{
  g_autoptr (SipMessage) request = parse (REQUEST);
  SipForward forward = SIP_FORWARD_INIT;
  g_autofree char *frame = finish (sip_writer_new_forward (request, &forward));

  g_assert_cmpstr (frame, ==,
                   "INVITE sip:bob@example.org SIP/2.0\r\n"
                   "v: SIP/2.0/WS a.invalid;branch=1, SIP/2.0/WS b.invalid;branch=2\r\n"
                   "Max-Forwards: 70\r\n"
                   "Via: SIP/2.0/WSS c.invalid;branch=3\r\n"
                   "Route: <sip:p1;lr>,<sip:p2;lr>\r\n"
                   "Route: <sip:p3;lr>\r\n"
                   "Record-Route: <sip:r1;lr>\r\n"
                   "From:<sip:alice@example.org>;tag=a\r\n"
                   "t: <sip:bob@example.org>\r\n"
                   "Call-ID: c1\r\n"
                   "CSeq: 1 INVITE\r\n"
                   "X-Unknown:  \t <%s>\r\n"
                   "Proxy-Authorization: Digest x\r\n"
                   "Subject:    a  \tb\r\n"
                   "Content-Type: text/plain\r\n"
                   "Content-Length: 4\r\n\r\nbody");
}

static void
test_forward_request (void)
{
  static const SipHeader drop[] = {SIP_HEADER_PROXY_AUTHORIZATION, SIP_HEADER_SUBJECT,
                                   SIP_HEADER_OTHER};
  g_autoptr (SipMessage) request = parse (REQUEST);
  SipForward forward = {
      .request_uri = "sip:bob@x.invalid;transport=ws",
      .push_via = "SIP/2.0/WS proxy;branch=4",
      .replace_via = "SIP/2.0/WS a.invalid;branch=1;received=127.0.0.1",
      .push_record_route = "<sip:r2;lr>",
      .push_path = "<sip:path;lr>",
      .push_route = "<sip:p0;lr>",
      .pop_routes = 2,
      .max_forwards = 69,
      .drop = drop,
  };
  SipWriter *writer = sip_writer_new_forward (request, &forward);
  g_autofree char *frame = NULL;

  sip_writer_add_header (writer, SIP_HEADER_SERVER, "s");
  frame = finish (writer);
  g_assert_cmpstr (frame, ==,
                   "INVITE sip:bob@x.invalid;transport=ws SIP/2.0\r\n"
                   "Via: SIP/2.0/WS proxy;branch=4\r\n"
                   "Record-Route: <sip:r2;lr>\r\n"
                   "Path: <sip:path;lr>\r\n"
                   "Route: <sip:p0;lr>\r\n"
                   "Max-Forwards: 69\r\n"
                   "Via: SIP/2.0/WS a.invalid;branch=1;received=127.0.0.1\r\n"
                   "v: SIP/2.0/WS b.invalid;branch=2\r\n"
                   "Via: SIP/2.0/WSS c.invalid;branch=3\r\n"
                   "Route: <sip:p3;lr>\r\n"
                   "Record-Route: <sip:r1;lr>\r\n"
                   "From:<sip:alice@example.org>;tag=a\r\n"
                   "t: <sip:bob@example.org>\r\n"
                   "Call-ID: c1\r\n"
                   "CSeq: 1 INVITE\r\n"
                   "X-Unknown:  \t <%s>\r\n"
                   "Content-Type: text/plain\r\n"
                   "Server: s\r\n"
                   "Content-Length: 4\r\n\r\nbody");
}

static void
test_forward_pop_all_routes (void)
{
  g_autoptr (SipMessage) request = parse (REQUEST);
  SipForward forward = {.pop_routes = 99, .max_forwards = -1};
  g_autofree char *frame = finish (sip_writer_new_forward (request, &forward));

  g_assert_null (strstr (frame, "\r\nRoute:"));
  g_assert_nonnull (strstr (frame, "\r\nRecord-Route: <sip:r1;lr>\r\n"));
}

/* The top Via goes, whether it shares its line or not; an empty line in front is none. */
static void
test_forward_response (void)
{
  SipForward forward = {.pop_via = TRUE, .max_forwards = -1};
  static const char *const cases[][2] = {
      {"Via: SIP/2.0/WS p;branch=1\r\nVia: SIP/2.0/WS a", "Via: SIP/2.0/WS a"},
      {"v: SIP/2.0/WS p;branch=1 , SIP/2.0/WS a,SIP/2.0/WS b",
       "v: SIP/2.0/WS a,SIP/2.0/WS b"},
      {"Via:\r\nVia: ,SIP/2.0/WS p\r\nVia: SIP/2.0/WS a", "Via: SIP/2.0/WS a"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    static const char rest[] = "From: <sip:a@h>;tag=a\r\nTo: <sip:b@h>;tag=b\r\n"
                               "Call-ID: c\r\nCSeq: 1 INVITE\r\n";
    g_autofree char *in =
        g_strdup_printf ("SIP/2.0 200 Fine  \r\n%s\r\n%s\r\n", cases[i][0], rest);
    g_autofree char *expected = g_strdup_printf (
        "SIP/2.0 200 Fine  \r\n%s\r\n%sContent-Length: 0\r\n\r\n", cases[i][1], rest);
    g_autoptr (SipMessage) response = parse (in);
    g_autofree char *out = finish (sip_writer_new_forward (response, &forward));

    g_assert_cmpstr (out, ==, expected);
  }
}

/* Takes the writer. */
static void
assert_refused (SipWriter *writer, SipError code)
{
  g_autoptr (GError) error = NULL;

  sip_writer_add_header (writer, SIP_HEADER_SUBJECT, "what follows does not mend it");
  g_assert_null (sip_writer_finish (writer, &error));
  g_assert_error (error, SIP_ERROR, (int)code);
}

static SipWriter *
new_options (void)
{
  return sip_writer_new_request ("OPTIONS", "sip:h");
}

static void
test_injection_values (void)
{
  static const char *const bad[] = {"x\r\nX: 1", "x\nX: 1", "x\rX: 1",
                                    "\n",        "x\r\n",   "x\r\n folded"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    SipWriter *writer = new_options ();

    sip_writer_add_header (writer, SIP_HEADER_SUBJECT, bad[i]);
    assert_refused (writer, SIP_ERROR_FORBIDDEN_BYTE);
    writer = new_options ();
    sip_writer_add_printf (writer, SIP_HEADER_TO, "%s", bad[i]);
    assert_refused (writer, SIP_ERROR_FORBIDDEN_BYTE);
    writer = new_options ();
    sip_writer_add_named (writer, "X-Own", bad[i]);
    assert_refused (writer, SIP_ERROR_FORBIDDEN_BYTE);
    writer = new_options ();
    sip_writer_set_body (writer, bad[i], SIP_TEXT_LITERAL ("x"));
    assert_refused (writer, SIP_ERROR_FORBIDDEN_BYTE);
    assert_refused (sip_writer_new_request ("OPTIONS", bad[i]), SIP_ERROR_FORBIDDEN_BYTE);
    assert_refused (sip_writer_new_request (bad[i], "sip:h"), SIP_ERROR_SYNTAX);
  }
}

static void
test_injection_elsewhere (void)
{
  g_autoptr (SipMessage) request = parse (REQUEST);
  SipForward forward = {.push_via = "x\r\nX: 1", .max_forwards = -1};
  SipWriter *writer = new_options ();

  sip_writer_add_text (writer, SIP_HEADER_SUBJECT, SIP_TEXT_LITERAL ("a\0b"));
  assert_refused (writer, SIP_ERROR_FORBIDDEN_BYTE);
  writer = new_options ();
  sip_writer_add_named (writer, "X: 1\r\nY", "z");
  assert_refused (writer, SIP_ERROR_SYNTAX);
  writer = new_options ();
  sip_writer_add_named (writer, "l", "5");
  assert_refused (writer, SIP_ERROR_SYNTAX);
  writer = new_options ();
  sip_writer_add_header (writer, SIP_HEADER_SUBJECT, NULL);
  assert_refused (writer, SIP_ERROR_SYNTAX);
  assert_refused (sip_writer_new_request ("OPTIONS", "sip:h SIP/2.0"),
                  SIP_ERROR_FORBIDDEN_BYTE);
  assert_refused (sip_writer_new_request ("OPTIONS", ""), SIP_ERROR_FORBIDDEN_BYTE);
  assert_refused (sip_writer_new_response (request, 400, "a\r\nX: 1", NULL),
                  SIP_ERROR_FORBIDDEN_BYTE);
  assert_refused (sip_writer_new_response (request, 400, NULL, "t\r\nX: 1"),
                  SIP_ERROR_SYNTAX);
  assert_refused (sip_writer_new_response (request, 99, NULL, NULL), SIP_ERROR_SYNTAX);
  assert_refused (sip_writer_new_forward (request, &forward), SIP_ERROR_FORBIDDEN_BYTE);
}

static void
test_body_is_any_bytes (void)
{
  static const char body[] = "a\0b\r\n\r\nc";
  SipWriter *writer = new_options ();
  g_autoptr (GBytes) frame = NULL;

  sip_writer_set_body (writer, "x/y", sip_text_new (body, sizeof body - 1));
  frame = sip_writer_finish (writer, NULL);
  g_assert_cmpuint (g_bytes_get_size (frame), ==,
                    strlen ("OPTIONS sip:h SIP/2.0\r\nContent-Type: x/y\r\n"
                            "Content-Length: 8\r\n\r\n") +
                        8);
}

static void
test_too_large (void)
{
  SipWriter *writer = new_options ();
  g_autofree char *body = g_malloc0 (SIP_MAX_MESSAGE_BYTES);
  g_autoptr (GError) error = NULL;

  sip_writer_set_body (writer, "x/y", sip_text_new (body, SIP_MAX_MESSAGE_BYTES));
  g_assert_null (sip_writer_finish (writer, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TOO_LARGE);
  sip_writer_free (new_options ());
  sip_writer_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/writer/request", test_request);
  g_test_add_func ("/sip/writer/response", test_response);
  g_test_add_func ("/sip/writer/response-in-dialog", test_response_in_dialog);
  g_test_add_func ("/sip/writer/response-to-broken", test_response_to_broken);
  g_test_add_func ("/sip/writer/forward-unchanged", test_forward_unchanged);
  g_test_add_func ("/sip/writer/forward-request", test_forward_request);
  g_test_add_func ("/sip/writer/forward-pop-all-routes", test_forward_pop_all_routes);
  g_test_add_func ("/sip/writer/forward-response", test_forward_response);
  g_test_add_func ("/sip/writer/injection-values", test_injection_values);
  g_test_add_func ("/sip/writer/injection-elsewhere", test_injection_elsewhere);
  g_test_add_func ("/sip/writer/body-is-any-bytes", test_body_is_any_bytes);
  g_test_add_func ("/sip/writer/too-large", test_too_large);
  return g_test_run ();
}
