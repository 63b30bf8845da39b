/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-target.h"
#include "sip-message.h"
#include "sip-text.h"
#include "sip-writer.h"

#include <string.h>

/* One frame: parsed, read from end to end, answered, and passed on. What is written from
 * it can be read again and says the same. */

static void
expect_inside (const SipMessage *message, SipText text)
{
  SipText frame = sip_message_get_frame (message);

  g_assert (text.s == NULL || (text.s >= frame.s && text.len <= frame.len &&
                               text.s + text.len <= frame.s + frame.len));
}

static void
read_values (const SipMessage *message, SipHeader header)
{
  SipValueIter iter;
  SipText value;
  SipNameAddr addr;
  guint32 seconds;
  guint n = 0;

  sip_value_iter_init (&iter, message, header);
  while (sip_value_iter_next (&iter, &value)) {
    expect_inside (message, value);
    g_assert (!sip_text_has_forbidden_byte (value));
    if (sip_name_addr_parse (value, &addr, NULL) && !addr.is_star)
      sip_message_get_contact_expires (message, &addr, 0);
    n++;
  }
  g_assert_cmpuint (n, ==, sip_message_count_values (message, header));
  sip_message_get_seconds (message, header, &seconds);
  sip_message_has_token (message, header, "100rel");
}

static void
read_all (const SipMessage *message)
{
  SipText name, value;
  SipMediaType media;

  for (guint i = 0; i < sip_message_get_n_lines (message); i++) {
    sip_message_get_line (message, i, &name, &value);
    expect_inside (message, name);
    expect_inside (message, value);
    g_assert (sip_text_is_token (name) && !sip_text_has_forbidden_byte (value));
  }
  for (guint i = 1; i < SIP_N_HEADERS; i++)
    read_values (message, (SipHeader)i);
  expect_inside (message, sip_message_get_body (message));
  sip_message_get_content_type (message, &media);
  g_assert (sip_message_get_status (message) < 700);
}

/* The same message once more: what was found in it is found again. */
static void
expect_same (const SipMessage *a, const SipMessage *b)
{
  g_assert (sip_text_equal (sip_message_get_call_id (a), sip_message_get_call_id (b)));
  g_assert (sip_text_equal (sip_message_get_from_tag (a), sip_message_get_from_tag (b)));
  g_assert (sip_text_equal (sip_message_get_body (a), sip_message_get_body (b)));
  g_assert (sip_message_get_cseq (a)->number == sip_message_get_cseq (b)->number);
  g_assert (
      sip_text_equal (sip_message_get_method_text (a), sip_message_get_method_text (b)));
}

/* NULL where the headers that were added are more than a message of ours may have: to
 * read it or not is for the next one to choose. */
static SipMessage *
parse_own (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  gsize len;
  const guint8 *data = g_bytes_get_data (frame, &len);
  SipMessage *message = sip_message_parse (data, len, NULL, &error);

  if (message == NULL && !g_error_matches (error, SIP_ERROR, SIP_ERROR_TOO_LARGE))
    g_error ("%s:\n%.*s", error->message, (int)len, (const char *)data);
  return message;
}

static void
answer (const SipMessage *request)
{
  SipWriter *writer = sip_writer_new_response (request, 200, NULL, "tag");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (SipMessage) response = NULL;

  sip_writer_copy_header (writer, request, SIP_HEADER_RECORD_ROUTE);
  frame = sip_writer_finish (writer, NULL);
  if (frame == NULL) /* more Vias than a message may have bytes */
    return;
  response = parse_own (frame);
  if (response == NULL)
    return;
  g_assert_cmpuint (sip_message_get_status (response), ==, 200);
  g_assert (sip_message_get_to_tag (response).len > 0);
  g_assert (sip_message_count_values (request, SIP_HEADER_VIA) ==
            sip_message_count_values (response, SIP_HEADER_VIA));
}

static void
pass_on (const SipMessage *message)
{
  static const SipHeader drop[] = {SIP_HEADER_AUTHORIZATION, SIP_HEADER_OTHER};
  SipForward forward = SIP_FORWARD_INIT;
  g_autoptr (GBytes) same = NULL;
  g_autoptr (GBytes) changed = NULL;

  same = sip_writer_finish (sip_writer_new_forward (message, &forward), NULL);
  if (same != NULL) {
    g_autoptr (SipMessage) again = parse_own (same);

    if (again != NULL)
      expect_same (message, again);
  }
  forward.push_via = "SIP/2.0/WS x.invalid;branch=z9hG4bKx";
  forward.push_record_route = "<sip:x.invalid;lr>";
  forward.pop_routes = 1;
  forward.max_forwards = 7;
  forward.drop = drop;
  changed = sip_writer_finish (sip_writer_new_forward (message, &forward), NULL);
  if (changed != NULL) {
    g_autoptr (SipMessage) again = parse_own (changed);

    if (again == NULL)
      return;
    expect_same (message, again);
    g_assert_cmpint (sip_message_get_max_forwards (again), ==, 7);
    g_assert (!sip_message_has_header (again, SIP_HEADER_AUTHORIZATION));
  }
}

/* An answer to what is broken must at least be safe to send: no line is added. */
static void
refuse (const SipMessage *broken)
{
  SipWriter *writer = sip_writer_new_response (broken, 400, NULL, "tag");
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);
  const char *data;
  gsize len;

  if (frame == NULL)
    return;
  data = g_bytes_get_data (frame, &len);
  g_assert (len >= 8 && memcmp (data, "SIP/2.0 ", 8) == 0);
  g_assert (memchr (data, '\0', len) == NULL);
  for (gsize i = 0; i < len; i++) {
    g_assert (data[i] != '\r' || (i + 1 < len && data[i + 1] == '\n'));
    g_assert (data[i] != '\n' || (i > 0 && data[i - 1] == '\r'));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SipMessage) broken = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) message = sip_message_parse (data, size, &broken, &error);

  g_assert ((message == NULL) == (error != NULL));
  g_assert (message == NULL || broken == NULL);
  if (message != NULL) {
    read_all (message);
    if (sip_message_is_request (message))
      answer (message);
    pass_on (message);
  }
  if (broken != NULL) {
    g_assert_cmpuint (sip_error_get_status (error), >=, 400);
    refuse (broken);
  }
  return 0;
}
