/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-dialog.h"

#include <string.h>

static SipMessage *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SipMessage *message;

  message = sip_message_parse ((const guint8 *)text, strlen (text), NULL, &error);
  g_assert_no_error (error);
  return message;
}

static SipMessage *
make_request (
    const char *method, guint cseq, const char *from, const char *to, const char *more)
{
  g_autofree char *text =
      g_strdup_printf ("%s sip:alice@example.org SIP/2.0\r\n"
                       "Via: SIP/2.0/WS h.invalid;branch=z9hG4bKx\r\n"
                       "From: <sip:bob@example.org>%s\r\n"
                       "To: Alice <sip:alice@example.org>%s\r\n"
                       "Call-ID: c\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n%s\r\n",
                       method, from, to, cseq, method, more);

  return parse (text);
}

static SipMessage *
make_response (const char *to_tag, const char *more)
{
  g_autofree char *text = g_strdup_printf ("SIP/2.0 200 OK\r\n"
                                           "Via: SIP/2.0/WS h.invalid;branch=z9hG4bKx\r\n"
                                           "From: <sip:alice@example.org>;tag=here\r\n"
                                           "To: <sip:bob@example.org>%s\r\n"
                                           "Call-ID: c\r\nCSeq: 7 INVITE\r\n%s\r\n",
                                           to_tag, more);

  return parse (text);
}

static SipMessage *
write_request (SipDialog *dialog, SipMethod method, guint32 cseq)
{
  SipWriter *writer = sip_dialog_new_request (dialog, method, cseq,
                                              "SIP/2.0/WS me.invalid;branch=z9hG4bKn");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  frame = sip_writer_finish (writer, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
  return parse (text);
}

static char *
join (const SipMessage *message, SipHeader header)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, message, header);
  while (sip_value_iter_next (&iter, &value))
    g_string_append_printf (out, "%s%.*s", out->len > 0 ? " " : "", SIP_TEXT_ARG (value));
  return g_strdup (out->str);
}

static void
expect_uri (const SipMessage *message, const char *uri)
{
  g_autofree char *text = sip_text_dup (sip_message_get_request_uri (message)->text);

  g_assert_cmpstr (text, ==, uri);
}

static void
test_caller (void)
{
  g_autoptr (SipMessage) response = make_response (
      ";tag=there", "Record-Route: <sip:p2.invalid;lr>, <sip:p1.invalid;lr>\r\n"
                    "Contact: \"B\" <sip:bob@far.invalid;ob>;x=y\r\n");
  SipDialog *dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);
  g_autoptr (SipMessage) bye = NULL;
  g_autofree char *route = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  g_assert_cmpuint (dialog->local_cseq, ==, 7);
  bye = write_request (dialog, SIP_METHOD_BYE, 8);
  expect_uri (bye, "sip:bob@far.invalid;ob");
  route = join (bye, SIP_HEADER_ROUTE);
  g_assert_cmpstr (route, ==, "<sip:p1.invalid;lr> <sip:p2.invalid;lr>");
  from = join (bye, SIP_HEADER_FROM);
  g_assert_cmpstr (from, ==, "<sip:alice@example.org>;tag=here");
  to = join (bye, SIP_HEADER_TO);
  g_assert_cmpstr (to, ==, "<sip:bob@example.org>;tag=there");
  g_assert_cmpuint (sip_message_get_cseq (bye)->number, ==, 8);
  sip_dialog_check (dialog);
  sip_dialog_free (dialog);
}

static void
test_called (void)
{
  g_autoptr (SipMessage) invite = make_request ("INVITE", 5, ";tag=far", "",
                                                "Record-Route: <sip:p2.invalid;lr>\r\n"
                                                "Record-Route: <sip:p1.invalid;lr>\r\n"
                                                "Contact: <sip:bob@far.invalid>\r\n");
  SipDialog *dialog = sip_dialog_new_from_request (invite, "ours");
  g_autoptr (SipMessage) bye = NULL;
  g_autofree char *route = NULL;
  g_autofree char *from = NULL;

  g_assert_cmpuint (dialog->remote_cseq, ==, 5);
  bye = write_request (dialog, SIP_METHOD_BYE, 1);
  route = join (bye, SIP_HEADER_ROUTE);
  g_assert_cmpstr (route, ==, "<sip:p2.invalid;lr> <sip:p1.invalid;lr>");
  from = join (bye, SIP_HEADER_FROM);
  g_assert_cmpstr (from, ==, "Alice <sip:alice@example.org>;tag=ours");
  sip_dialog_free (dialog);
}

/* RFC 3261 §12.2.1.1, the example of it. */
static void
test_strict_route (void)
{
  g_autoptr (SipMessage) response = make_response (
      ";tag=there", "Record-Route: <sip:p2.invalid;lr>, <sip:p1.invalid?x=y>\r\n"
                    "Contact: <sip:bob@far.invalid>\r\n");
  SipDialog *dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);
  g_autoptr (SipMessage) bye = write_request (dialog, SIP_METHOD_BYE, 8);
  g_autofree char *route = join (bye, SIP_HEADER_ROUTE);

  expect_uri (bye, "sip:p1.invalid");
  g_assert_cmpstr (route, ==, "<sip:p2.invalid;lr> <sip:bob@far.invalid>");
  sip_dialog_free (dialog);
}

static void
test_targets (void)
{
  g_autoptr (SipMessage) none = make_response (";tag=there", "");
  g_autoptr (SipMessage) other = make_response (";tag=there", "Contact: <tel:+4930>\r\n");
  g_autoptr (SipMessage) star = make_response (";tag=there", "Contact: *\r\n");
  g_autoptr (SipMessage) broken = make_response (";tag=there", "Contact: </\r\n");
  g_autoptr (SipMessage) moved = make_request ("INVITE", 9, ";tag=there", ";tag=here",
                                               "Contact: <sip:b@new.invalid>\r\n");
  g_autoptr (SipMessage) tel =
      make_request ("INVITE", 1, ";tag=far", "", "Contact: <tel:+4930>\r\n");
  SipDialog *dialog;

  g_assert_null (sip_dialog_new_from_response (none, SIP_TEXT_NONE));
  g_assert_null (sip_dialog_new_from_response (other, SIP_TEXT_NONE));
  g_assert_null (sip_dialog_new_from_response (star, SIP_TEXT_NONE));
  g_assert_null (sip_dialog_new_from_response (broken, SIP_TEXT_NONE));
  g_assert_null (sip_dialog_new_from_request (tel, "x"));
  dialog = sip_dialog_new_from_response (none, SIP_TEXT_LITERAL ("sip:bob@example.org"));
  g_assert_cmpstr (dialog->remote_target, ==, "sip:bob@example.org");
  sip_dialog_refresh_target (dialog, broken);
  g_assert_cmpstr (dialog->remote_target, ==, "sip:bob@example.org");
  sip_dialog_refresh_target (dialog, moved);
  g_assert_cmpstr (dialog->remote_target, ==, "sip:b@new.invalid");
  sip_dialog_free (dialog);
}

static void
test_matching (void)
{
  g_autoptr (SipMessage) response =
      make_response (";tag=there", "Contact: <sip:bob@far.invalid>\r\n");
  g_autoptr (SipMessage) untagged =
      make_response ("", "Contact: <sip:bob@far.invalid>\r\n");
  g_autoptr (SipMessage) good = make_request ("BYE", 1, ";tag=there", ";tag=here", "");
  g_autoptr (SipMessage) wrong = make_request ("BYE", 1, ";tag=other", ";tag=here", "");
  g_autoptr (SipMessage) swapped = make_request ("BYE", 1, ";tag=here", ";tag=there", "");
  g_autoptr (SipMessage) old = make_request ("BYE", 1, "", ";tag=here", "");
  SipDialog *dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);
  SipDialog *rfc2543 = sip_dialog_new_from_response (untagged, SIP_TEXT_NONE);

  g_assert_true (sip_dialog_matches_request (dialog, good));
  g_assert_false (sip_dialog_matches_request (dialog, wrong));
  g_assert_false (sip_dialog_matches_request (dialog, swapped));
  g_assert_false (sip_dialog_matches_request (dialog, old));
  g_assert_true (sip_dialog_matches_request (rfc2543, old));
  g_assert_false (sip_dialog_matches_request (rfc2543, good));
  sip_dialog_free (dialog);
  sip_dialog_free (rfc2543);
}

static void
test_cseq (void)
{
  g_autoptr (SipMessage) response =
      make_response (";tag=there", "Contact: <sip:bob@far.invalid>\r\n");
  SipDialog *dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);

  g_assert_true (sip_dialog_take_cseq (dialog, 0)); /* the first may be any */
  g_assert_false (sip_dialog_take_cseq (dialog, 0));
  g_assert_true (sip_dialog_take_cseq (dialog, 5));
  g_assert_false (sip_dialog_take_cseq (dialog, 4));
  sip_dialog_let_repeat (dialog);
  g_assert_false (sip_dialog_take_cseq (dialog, 4));
  g_assert_true (sip_dialog_take_cseq (dialog, 5));
  g_assert_false (sip_dialog_take_cseq (dialog, 5));
  sip_dialog_let_repeat (dialog);
  g_assert_true (sip_dialog_take_cseq (dialog, 6));
  g_assert_false (sip_dialog_take_cseq (dialog, 6));
  g_assert_true (sip_dialog_take_cseq (dialog, G_MAXUINT32));
  g_assert_false (sip_dialog_take_cseq (dialog, G_MAXUINT32));
  sip_dialog_free (dialog);
}

/* The states and the steps between them; any other step is a mistake of ours. */
static void
test_states (void)
{
  static const gboolean is_edge[SIP_DIALOG_N_STATES][SIP_DIALOG_N_STATES] = {
      [SIP_DIALOG_EARLY] = {TRUE, TRUE, TRUE},
      [SIP_DIALOG_CONFIRMED] = {FALSE, TRUE, TRUE},
      [SIP_DIALOG_TERMINATED] = {FALSE, FALSE, TRUE},
  };
  g_autoptr (SipMessage) response =
      make_response (";tag=there", "Contact: <sip:bob@far.invalid>\r\n");

  for (guint from = 0; from < SIP_DIALOG_N_STATES; from++)
    for (guint to = 0; to < SIP_DIALOG_N_STATES; to++) {
      SipDialog *dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);

      if (is_edge[from][to]) {
        sip_dialog_set_state (dialog, from);
        sip_dialog_set_state (dialog, to);
        g_assert_cmpuint (dialog->state, ==, to);
        sip_dialog_check (dialog);
      }
      sip_dialog_free (dialog);
    }
}

static void
test_wrong_step (void)
{
  g_autoptr (SipMessage) response =
      make_response (";tag=there", "Contact: <sip:bob@far.invalid>\r\n");
  SipDialog *dialog;

  if (g_test_subprocess ()) {
    dialog = sip_dialog_new_from_response (response, SIP_TEXT_NONE);
    sip_dialog_set_state (dialog, SIP_DIALOG_TERMINATED);
    sip_dialog_set_state (dialog, SIP_DIALOG_CONFIRMED);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-dialog/caller", test_caller);
  g_test_add_func ("/sip-dialog/called", test_called);
  g_test_add_func ("/sip-dialog/strict-route", test_strict_route);
  g_test_add_func ("/sip-dialog/targets", test_targets);
  g_test_add_func ("/sip-dialog/matching", test_matching);
  g_test_add_func ("/sip-dialog/cseq", test_cseq);
  g_test_add_func ("/sip-dialog/states", test_states);
  g_test_add_func ("/sip-dialog/wrong-step", test_wrong_step);
  return g_test_run ();
}
