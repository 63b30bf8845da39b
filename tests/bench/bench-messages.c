/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-messages.h"

#include <string.h>

static void
append_description (GString *frame, gsize bytes)
{
  g_string_append (frame,
                   "Content-Type: application/sdp\r\n\r\nv=0\r\n"
                   "o=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
  while (frame->len < bytes)
    g_string_append (frame, "a=rtpmap:111 opus/48000/2\r\n");
  g_string_truncate (frame, bytes);
}

GString *
bench_make_invite (guint number, gsize bytes)
{
  GString *frame = g_string_new (NULL);

  g_string_printf (
      frame,
      "INVITE " BENCH_BOB " SIP/2.0\r\n"
      "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks%u;rport\r\n"
      "Record-Route: <sip:token@" BENCH_DOMAIN ";transport=ws;lr>\r\n"
      "Max-Forwards: 70\r\n"
      "To: <" BENCH_BOB ">\r\n"
      "From: \"Alice Liddell\" <" BENCH_ALICE ">;tag=asdyka899%u\r\n"
      "Call-ID: asidkj3ss1d2kjs9d8fjs%u\r\n"
      "CSeq: 1 INVITE\r\n"
      "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;reg-id=1;"
      "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n"
      "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE\r\n"
      "Supported: path, outbound, gruu, replaces\r\n"
      "User-Agent: Phone\r\n",
      number, number, number);
  append_description (frame, bytes);
  return frame;
}

/* The bytes in a hundred headers that nobody reads. */
GString *
bench_make_long_headers (gsize bytes)
{
  GString *frame = bench_make_invite (1, 1000), *lines = g_string_new (NULL);
  gsize at = strstr (frame->str, "User-Agent:") - frame->str;

  for (guint i = 0; i < 100 && frame->len + lines->len + 20 < bytes; i++) {
    g_string_append_printf (lines, "X-Filling-%u: ", i);
    for (gsize j = 20; j < (bytes - frame->len) / 100; j++)
      g_string_append_c (lines, 'x');
    g_string_append (lines, "\r\n");
  }
  g_string_insert_len (frame, at, lines->str, lines->len);
  g_string_free (lines, TRUE);
  return frame;
}

GString *
bench_make_register (guint number, gsize bytes)
{
  GString *frame = g_string_new (NULL);

  g_string_printf (frame,
                   "REGISTER sip:" BENCH_DOMAIN " SIP/2.0\r\n"
                   "Via: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bKreg%u;rport\r\n"
                   "Max-Forwards: 70\r\n"
                   "To: <" BENCH_ALICE ">\r\n"
                   "From: <" BENCH_ALICE ">;tag=asdyka899\r\n"
                   "Call-ID: asidkj3ss1d2kjs9d8fjs\r\n"
                   "CSeq: %u REGISTER\r\n"
                   "Contact: <sip:alice@df7jal23ls0d.invalid;transport=ws;ob>;reg-id=1;"
                   "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n"
                   "Expires: 600\r\n"
                   "Supported: path, outbound, gruu\r\n"
                   "User-Agent: Phone\r\n",
                   number, number);
  if (bytes > frame->len + 12) /* a header that nobody reads */
    g_string_append (frame, "X-Filling: ");
  while (frame->len + 4 < bytes)
    g_string_append_c (frame, 'x');
  g_string_append (frame, frame->str[frame->len - 1] == '\n' ? "\r\n" : "\r\n\r\n");
  return frame;
}

/* Of the frame, the lines that a response repeats. */
static void
append_repeated_lines (GString *response, const char *frame)
{
  static const char *const names[] = {
      "Via:", "Record-Route:", "From:", "Call-ID:", "CSeq:"};

  for (const char *line = frame; line[0] != '\r' && line[0] != '\0';) {
    const char *next = strstr (line, "\r\n") + 2;

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_ascii_strncasecmp (line, names[i], strlen (names[i])) == 0)
        g_string_append_len (response, line, next - line);
    line = next;
  }
}

GString *
bench_make_ok (const char *request, gsize bytes)
{
  GString *frame = g_string_new ("SIP/2.0 200 OK\r\n");

  append_repeated_lines (frame, request);
  g_string_append (frame, "To: <" BENCH_BOB ">;tag=8fj3kd\r\n"
                          "Contact: <sip:bob@2mdj38fj.invalid;transport=ws;ob>\r\n"
                          "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE\r\n"
                          "Supported: path, outbound, gruu, replaces\r\n");
  if (bytes > 0)
    append_description (frame, bytes);
  else
    g_string_append (frame, "\r\n");
  return frame;
}
