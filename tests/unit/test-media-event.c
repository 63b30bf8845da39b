/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-event.h"

#include <string.h>

/* ---- The payload ---- */

static void
test_payload (void)
{
  static const guint8 bytes[] = {11, 0x80 | 0x40 | 10, 0x12, 0x34, 0xFF};
  PhoneMediaEvent event;
  guint8 written[PHONE_MEDIA_EVENT_BYTES];

  g_assert_true (phone_media_event_parse (bytes, sizeof bytes, &event));
  g_assert_cmpuint (event.code, ==, 11);
  g_assert_true (event.is_end);
  g_assert_cmpuint (event.volume, ==, 10);
  g_assert_cmpuint (event.duration, ==, 0x1234);
  for (guint n = 0; n < PHONE_MEDIA_EVENT_BYTES; n++)
    g_assert_false (phone_media_event_parse (bytes, n, &event));
  phone_media_event_write (&(PhoneMediaEvent){3, FALSE, 8, 0xFEDC}, written);
  g_assert_cmpmem (written, sizeof written, "\x03\x08\xFE\xDC", 4);
  phone_media_event_write (&(PhoneMediaEvent){16, TRUE, 63, 0}, written);
  g_assert_cmpmem (written, sizeof written, "\x10\xBF\x00\x00", 4);
}

static void
test_codes (void)
{
  static const char digits[] = "0123456789*#ABCD!";

  for (guint code = 0; code < strlen (digits); code++) {
    g_assert_cmpint (phone_media_event_digit_of_code (code), ==, digits[code]);
    g_assert_cmpint (phone_media_event_code_of_digit (digits[code]), ==, (int)code);
  }
  g_assert_cmpint (phone_media_event_code_of_digit ('d'), ==, 15);
  g_assert_cmpint (phone_media_event_code_of_digit ('e'), ==, -1);
  g_assert_cmpint (phone_media_event_code_of_digit (' '), ==, -1);
  g_assert_cmpint (phone_media_event_code_of_digit ('\0'), ==, -1);
  for (guint code = 17; code < 256; code++)
    g_assert_cmpint (phone_media_event_digit_of_code (code), ==, '\0');
}

/* ---- Reading ---- */

enum { RATE = 8000 };

typedef struct {
  PhoneMediaEventReader reader;
  GString *told; /* "5:100 " for each */
  gint64 now_us;
} Ear;

static void
note (Ear *ear, const PhoneMediaDigit *digit)
{
  g_string_append_printf (ear->told, "%c:%u ", digit->digit, digit->duration_ms);
}

/* One packet, 20 ms after the one before. */
static void
hear (Ear *ear, guint32 timestamp, char digit, guint16 duration, const char *flags)
{
  PhoneMediaEventPacket packet = {.ssrc = strchr (flags, 's') ? 2 : 1,
                                  .timestamp = timestamp,
                                  .marker = strchr (flags, 'm') != NULL,
                                  .clock_rate = RATE};
  PhoneMediaDigit digits[2];
  guint n = 0;

  packet.event =
      (PhoneMediaEvent){.code = (guint8)phone_media_event_code_of_digit (digit),
                        .is_end = strchr (flags, 'e') != NULL,
                        .volume = 8,
                        .duration = duration};
  ear->now_us += 20 * 1000;
  n = phone_media_event_reader_feed (&ear->reader, &packet, ear->now_us, digits);
  for (guint i = 0; i < n; i++)
    note (ear, &digits[i]);
}

static void
wait (Ear *ear, guint milliseconds)
{
  PhoneMediaDigit digit;

  ear->now_us += (gint64)milliseconds * 1000;
  if (phone_media_event_reader_tick (&ear->reader, ear->now_us, &digit))
    note (ear, &digit);
}

static Ear *
ear_new (void)
{
  Ear *ear = g_new0 (Ear, 1);

  ear->told = g_string_new (NULL);
  ear->now_us = G_USEC_PER_SEC;
  return ear;
}

static void
assert_told (Ear *ear, const char *expected)
{
  g_assert_cmpstr (ear->told->str, ==, expected);
  g_string_free (ear->told, TRUE);
  g_free (ear);
}

static void
test_one (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '5', 160, "m");
  hear (ear, 1000, '5', 320, "");
  g_assert_cmpstr (ear->told->str, ==, "");
  hear (ear, 1000, '5', 800, "e");
  g_assert_cmpstr (ear->told->str, ==, "5:100 ");
  hear (ear, 1000, '5', 800, "e");
  hear (ear, 1000, '5', 800, "e");
  wait (ear, 1000);
  assert_told (ear, "5:100 ");
}

static void
test_repeated (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '5', 160, "m");
  hear (ear, 1000, '5', 800, "e");
  hear (ear, 3000, '5', 160, "m");
  hear (ear, 3000, '5', 640, "e");
  /* The end of the first one again, after the second. */
  hear (ear, 1000, '5', 800, "e");
  hear (ear, 1000, '5', 160, "m");
  hear (ear, 3000, '5', 640, "e");
  assert_told (ear, "5:100 5:80 ");
}

static void
test_lost_begin (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '7', 800, "e");
  hear (ear, 1000, '7', 800, "e");
  assert_told (ear, "7:100 ");
}

static void
test_lost_end_then_next (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '1', 160, "m");
  hear (ear, 1000, '1', 640, "");
  hear (ear, 3000, '1', 160, "m");
  hear (ear, 3000, '1', 800, "e");
  hear (ear, 5000, '2', 160, "m");
  hear (ear, 7000, '3', 480, "e");
  assert_told (ear, "1:80 1:100 2:20 3:60 ");
}

static void
test_lost_end_then_silence (void)
{
  Ear *ear = ear_new ();

  g_assert_cmpint (phone_media_event_reader_get_deadline (&ear->reader), ==, -1);
  hear (ear, 1000, '1', 640, "m");
  g_assert_cmpint (phone_media_event_reader_get_deadline (&ear->reader), ==,
                   ear->now_us + PHONE_MEDIA_EVENT_SILENCE_US);
  wait (ear, 499);
  g_assert_cmpstr (ear->told->str, ==, "");
  wait (ear, 1);
  g_assert_cmpint (phone_media_event_reader_get_deadline (&ear->reader), ==, -1);
  /* It was only late. */
  hear (ear, 1000, '1', 800, "");
  hear (ear, 1000, '1', 960, "e");
  wait (ear, 1000);
  assert_told (ear, "1:80 ");
}

static void
test_disorder (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '4', 640, "");
  hear (ear, 1000, '4', 160, "m");
  hear (ear, 1000, '4', 960, "");
  hear (ear, 1000, '4', 800, "");
  hear (ear, 1000, '4', 480, "e");
  assert_told (ear, "4:120 ");
}

/* A digit is what its first packet says. */
static void
test_changes_its_mind (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '4', 160, "m");
  hear (ear, 1000, '9', 320, "");
  hear (ear, 1000, '9', 800, "e");
  assert_told (ear, "4:100 ");
}

static void
test_no_digits (void)
{
  PhoneMediaEventReader reader = {0};
  PhoneMediaDigit digits[2];

  for (guint code = 17; code < 256; code++) {
    PhoneMediaEventPacket packet = {.timestamp = code * 1000, .clock_rate = RATE};

    packet.event = (PhoneMediaEvent){.code = (guint8)code, .is_end = TRUE};
    g_assert_cmpuint (phone_media_event_reader_feed (&reader, &packet, 1, digits), ==, 0);
    packet.event.is_end = FALSE;
    g_assert_cmpuint (phone_media_event_reader_feed (&reader, &packet, 1, digits), ==, 0);
  }
  g_assert_cmpint (phone_media_event_reader_get_deadline (&reader), ==, -1);
}

/* §2.5.1.3: 20 s of one key, at this rate in three segments. */
static void
test_long (void)
{
  Ear *ear = ear_new ();
  guint32 start = 0xFFFFF000; /* and round the corner */

  for (guint units = 160; units <= 0xFFFF; units += 160)
    hear (ear, start, '0', (guint16)units, units == 160 ? "m" : "");
  /* One that fills its field to the last unit, and goes on a little later. */
  hear (ear, start, '0', 0xFFFF, "");
  for (guint units = 160; units < 65280; units += 160)
    hear (ear, start + 0xFFFF + 97, '0', (guint16)units, "");
  hear (ear, start + 0xFFFF + 97, '0', 65280, "");
  /* One that goes on to the unit where the one before it ended. */
  hear (ear, start + 0xFFFF + 97 + 65280, '0', 160, "");
  hear (ear, start, '0', 0xFFFF, "");
  hear (ear, start + 0xFFFF + 97 + 65280, '0', 29185, "e");
  hear (ear, start + 0xFFFF + 97 + 65280, '0', 29185, "e");
  assert_told (ear, "0:20000 ");
}

/* A marker says that it is another one, however near. */
static void
test_adjacent (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '8', 800, "m");
  hear (ear, 1800, '8', 160, "m");
  hear (ear, 1800, '8', 800, "e");
  hear (ear, 2600, '8', 800, "e");
  assert_told (ear, "8:100 8:100 8:100 ");
}

static void
test_two_streams (void)
{
  Ear *ear = ear_new ();

  hear (ear, 1000, '8', 800, "me");
  hear (ear, 1000, '8', 800, "mes");
  hear (ear, 1000, '8', 800, "e");
  hear (ear, 1000, '8', 800, "es");
  assert_told (ear, "8:100 8:100 ");
}

static void
test_flood (void)
{
  PhoneMediaEventReader reader = {0};
  PhoneMediaDigit digits[2];
  guint n = 0;

  for (guint i = 0; i < 100 * 1000; i++) {
    PhoneMediaEventPacket packet = {.timestamp = i * 7919, .clock_rate = RATE};
    /* 10,000 packets a second. */
    gint64 now_us = G_USEC_PER_SEC + (gint64)i * 100;

    packet.event = (PhoneMediaEvent){.code = i % 16, .is_end = i % 3 == 0};
    n += phone_media_event_reader_feed (&reader, &packet, now_us, digits);
  }
  g_assert_cmpuint (n, ==, 10 * PHONE_MEDIA_EVENT_MAX_DIGITS_PER_SECOND);
}

static void
test_no_clock (void)
{
  PhoneMediaEventReader reader = {0};
  PhoneMediaDigit digits[2];
  PhoneMediaEventPacket packet = {.timestamp = 1, .event = {.code = 1, .is_end = TRUE}};

  g_assert_cmpuint (phone_media_event_reader_feed (&reader, &packet, 1, digits), ==, 0);
}

/* ---- Writing ---- */

typedef struct {
  guint clock_rate;
  guint sound_clock_rate;
  guint frame;
  guint duration_ms;
  const char
      *expected; /* duration of each packet; "e" its end, "m" its marker, "-" sound */
} Writing;

/* What becomes of ten packets of sound after "start". */
static void
test_writing (gconstpointer data)
{
  const Writing *row = data;
  PhoneMediaEventWriter writer = {0};
  PhoneMediaEventOrder order = {.code = 5,
                                .clock_rate = row->clock_rate,
                                .sound_clock_rate = row->sound_clock_rate,
                                .duration_ms = row->duration_ms,
                                .gap_ms = 100};
  guint32 start = 0xFFFFFE00; /* and round the corner */
  g_autoptr (GString) written = g_string_new (NULL);
  PhoneMediaEventPacket packet;

  g_assert_false (phone_media_event_writer_next (&writer, start - row->frame, &packet));
  phone_media_event_writer_begin (&writer, &order);
  for (guint i = 0; writer.is_busy; i++) {
    guint32 timestamp = start + i * row->frame;

    if (!phone_media_event_writer_next (&writer, timestamp, &packet)) {
      g_string_append_c (written, '-');
      continue;
    }
    g_assert_cmpuint (packet.timestamp, ==, start);
    g_assert_cmpuint (packet.event.code, ==, 5);
    g_assert_cmpuint (packet.event.volume, ==, PHONE_MEDIA_EVENT_VOLUME);
    g_string_append_printf (written, "%u%s%s ", packet.event.duration,
                            packet.marker ? "m" : "", packet.event.is_end ? "e" : "");
  }
  g_assert_cmpstr (written->str, ==, row->expected);
  g_assert_false (phone_media_event_writer_next (&writer, start, &packet));
}

static const Writing plain = {8000, 8000, 160, 100,
                              "160m 320 480 640 800e 800e 800e ---"};
static const Writing wide = {48000, 48000, 960, 70,
                             "960m 1920 2880 3360e 3360e 3360e ---"};
static const Writing mixed = {8000, 48000, 960, 70, "160m 320 480 560e 560e 560e ---"};
static const Writing slow = {8000, 8000, 480, 80, "160m 640e 640e 640e -"};

/* What is written in segments is read as one. */
static void
test_write_long (void)
{
  PhoneMediaEventWriter writer = {0};
  PhoneMediaEventReader reader = {0};
  PhoneMediaEventOrder order = {.code = 11,
                                .clock_rate = 48000,
                                .sound_clock_rate = 48000,
                                .duration_ms = 6000,
                                .gap_ms = 100};
  PhoneMediaDigit digits[2];
  PhoneMediaEventPacket packet = {.ssrc = 1};
  guint n = 0;
  guint n_markers = 0;

  phone_media_event_writer_begin (&writer, &order);
  for (guint32 timestamp = 77; writer.is_busy; timestamp += 960) {
    if (!phone_media_event_writer_next (&writer, timestamp, &packet))
      continue;
    n_markers += packet.marker;
    n += phone_media_event_reader_feed (&reader, &packet, 1, &digits[n]);
  }
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (n_markers, ==, 1);
  g_assert_cmpint (digits[0].digit, ==, '#');
  g_assert_cmpuint (digits[0].duration_ms, ==, 6000);
}

static void
test_write_stop (void)
{
  PhoneMediaEventWriter writer = {0};
  PhoneMediaEventOrder order = {5, 8000, 8000, 100, 100};
  PhoneMediaEventPacket packet;

  phone_media_event_writer_begin (&writer, &order);
  g_assert_true (phone_media_event_writer_next (&writer, 160, &packet));
  phone_media_event_writer_stop (&writer);
  g_assert_false (phone_media_event_writer_next (&writer, 320, &packet));
  phone_media_event_writer_begin (&writer, &order);
  g_assert_true (phone_media_event_writer_next (&writer, 480, &packet));
  g_assert_true (packet.marker);
  g_assert_cmpuint (packet.timestamp, ==, 480);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/event/payload", test_payload);
  g_test_add_func ("/media/event/codes", test_codes);
  g_test_add_func ("/media/event/read/one", test_one);
  g_test_add_func ("/media/event/read/repeated", test_repeated);
  g_test_add_func ("/media/event/read/lost-begin", test_lost_begin);
  g_test_add_func ("/media/event/read/lost-end-then-next", test_lost_end_then_next);
  g_test_add_func ("/media/event/read/lost-end-then-silence", test_lost_end_then_silence);
  g_test_add_func ("/media/event/read/disorder", test_disorder);
  g_test_add_func ("/media/event/read/changes-its-mind", test_changes_its_mind);
  g_test_add_func ("/media/event/read/no-digits", test_no_digits);
  g_test_add_func ("/media/event/read/long", test_long);
  g_test_add_func ("/media/event/read/adjacent", test_adjacent);
  g_test_add_func ("/media/event/read/two-streams", test_two_streams);
  g_test_add_func ("/media/event/read/flood", test_flood);
  g_test_add_func ("/media/event/read/no-clock", test_no_clock);
  g_test_add_data_func ("/media/event/write/plain", &plain, test_writing);
  g_test_add_data_func ("/media/event/write/wide", &wide, test_writing);
  g_test_add_data_func ("/media/event/write/mixed", &mixed, test_writing);
  g_test_add_data_func ("/media/event/write/slow", &slow, test_writing);
  g_test_add_func ("/media/event/write/long", test_write_long);
  g_test_add_func ("/media/event/write/stop", test_write_stop);
  return g_test_run ();
}
