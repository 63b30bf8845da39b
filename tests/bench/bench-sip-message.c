/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Parses one INVITE a number of times and reads from it what a user agent reads. Run it
 * under callgrind, and it prints what there is to divide by:
 *
 *   bench-sip-message [TIMES] [BYTES]
 */

static char *
make_invite (gsize bytes)
{
  GString *frame = g_string_new (
      "INVITE sip:bob@example.org SIP/2.0\r\n"
      "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks;rport\r\n"
      "Max-Forwards: 70\r\n"
      "To: <sip:bob@example.org>\r\n"
      "From: \"Alice Liddell\" <sip:alice@example.org>;tag=asdyka899\r\n"
      "Call-ID: asidkj3ss1d2kjs9d8fjs\r\n"
      "CSeq: 1 INVITE\r\n"
      "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;reg-id=1;"
      "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n"
      "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE\r\n"
      "Supported: path, outbound, gruu, replaces\r\n"
      "User-Agent: Phone\r\n"
      "Content-Type: application/sdp\r\n\r\n"
      "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");

  while (frame->len < bytes)
    g_string_append (frame, "a=rtpmap:111 opus/48000/2\r\n");
  g_string_truncate (frame, bytes);
  return g_string_free (frame, FALSE);
}

/* Adds up lengths, so that no reading is optimised away. */
static gsize
read_all (const SipMessage *message)
{
  SipNameAddr contact;
  SipMediaType type;
  gsize sum = sip_message_get_request_uri (message)->user.len;

  sum += sip_message_get_via (message)->branch.len;
  sum += sip_message_get_from (message)->uri.host.len;
  sum += sip_message_get_from_tag (message).len;
  sum += sip_message_get_to (message)->uri.host.len;
  sum += sip_message_get_call_id (message).len;
  sum += sip_message_get_cseq (message)->number;
  if (sip_name_addr_parse (sip_message_get_header (message, SIP_HEADER_CONTACT), &contact,
                           NULL))
    sum += contact.uri.host.len;
  if (sip_message_get_content_type (message, &type))
    sum += type.subtype.len;
  return sum + sip_message_get_body (message).len;
}

int
main (int argc, char **argv)
{
  guint times = argc > 1 ? atoi (argv[1]) : 1000;
  gsize bytes = argc > 2 ? atoi (argv[2]) : 3000, sum = 0;
  g_autofree char *frame = make_invite (bytes);

  for (guint i = 0; i < times; i++) {
    g_autoptr (SipMessage) message =
        sip_message_parse ((const guint8 *)frame, bytes, NULL, NULL);

    g_assert_nonnull (message);
    sum += read_all (message);
  }
  printf ("%u times %" G_GSIZE_FORMAT " bytes, check sum %" G_GSIZE_FORMAT "\n", times,
          bytes, sum);
  return 0;
}
