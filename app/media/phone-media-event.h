/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Digits as telephone events (RFC 4733): the payload, who writes a digit into the stream
 * of the sound, and who reads digits out of the stream of a peer. Pure: no clock, no
 * GStreamer, any thread. */

#define PHONE_MEDIA_EVENT_BYTES 4
/* In dBm0 with the sign dropped (§2.3.4). */
#define PHONE_MEDIA_EVENT_VOLUME 8

typedef struct {
  guint8 code; /* 0 to 9, "*" 10, "#" 11, A to D 12 to 15, hook flash 16 */
  gboolean is_end;
  guint8 volume;
  guint16 duration; /* in units of the clock rate */
} PhoneMediaEvent;

/* FALSE: too short. What follows the first event of a packet is not looked at. */
gboolean phone_media_event_parse (const guint8 *bytes,
                                  gsize n_bytes,
                                  PhoneMediaEvent *event);
void phone_media_event_write (const PhoneMediaEvent *event,
                              guint8 bytes[PHONE_MEDIA_EVENT_BYTES]);

/* "0123456789*#ABCD", small letters too, and "!" for the hook flash; -1 or NUL for what
 * is none. */
int phone_media_event_code_of_digit (char digit);
char phone_media_event_digit_of_code (guint code);

/* One packet: the event with what its RTP header tells. */
typedef struct {
  guint32 ssrc;
  guint32 timestamp;
  gboolean marker;
  guint clock_rate; /* of the event's payload type */
  PhoneMediaEvent event;
} PhoneMediaEventPacket;

/* ---- Reading ----
 *
 * One digit for each timestamp, however often its packets come and in whatever order,
 * told when it has ended: by its end bit, by the next digit, or by silence where all
 * three end packets were lost. A digit that is longer than its field (§2.5.1.3) is one
 * digit. Codes over 16 are no digits. Zeroed memory is a new reader. */

/* A peer that presses more keys a second is heard no faster. */
#define PHONE_MEDIA_EVENT_MAX_DIGITS_PER_SECOND 25
/* So long after its last packet a digit has ended. Long, since a stall of the network
 * would cut one short, and three packets that say so seldom get lost together. */
#define PHONE_MEDIA_EVENT_SILENCE_US (500 * 1000)

typedef struct {
  char digit;
  guint duration_ms;
} PhoneMediaDigit;

typedef struct {
  gboolean is_open;
  PhoneMediaEventPacket open; /* of the segment under way, with its longest duration */
  guint64 before;             /* of the segments before it */
  gint64 heard_us;
  /* Those that have ended, by SSRC and timestamp: they are told no more. */
  guint64 ended[16];
  guint n_ended;
  gint64 second;
  guint n_told;
} PhoneMediaEventReader;

/* How many digits have ended by this: 0 to 2. */
guint phone_media_event_reader_feed (PhoneMediaEventReader *self,
                                     const PhoneMediaEventPacket *packet,
                                     gint64 now_us,
                                     PhoneMediaDigit digits[2]);
/* When to call tick() at the latest; -1: not at all. */
gint64 phone_media_event_reader_get_deadline (const PhoneMediaEventReader *self);
/* TRUE: this digit has ended. */
gboolean phone_media_event_reader_tick (PhoneMediaEventReader *self,
                                        gint64 now_us,
                                        PhoneMediaDigit *digit);

/* ---- Writing ----
 *
 * A digit takes the place of the packets of sound, one for one: it has their sequence
 * numbers and their SSRC, and the timestamp of the first one (§2.5.1). After its end has
 * been said three times (§2.5.1.4) sound goes on, and the digit is over when the gap that
 * must follow it has gone by as sound. Zeroed memory is a writer with nothing to write. */

typedef struct {
  guint8 code;
  guint clock_rate;       /* of the event's payload type */
  guint sound_clock_rate; /* of the packets it replaces */
  guint duration_ms;
  guint gap_ms; /* from the end of the digit on */
} PhoneMediaEventOrder;

typedef struct {
  gboolean is_busy;
  gboolean is_begun;
  PhoneMediaEventOrder order;
  guint32 first;  /* timestamp of the first packet */
  guint64 before; /* of the segments that are full, in units of the event's clock */
  guint64 said;   /* of all of them, by the packet before this one */
  guint n_ends;
} PhoneMediaEventWriter;

void phone_media_event_writer_begin (PhoneMediaEventWriter *self,
                                     const PhoneMediaEventOrder *order);
void phone_media_event_writer_stop (PhoneMediaEventWriter *self);

/* A packet of sound with this timestamp is about to leave. TRUE: *packet, but for its
 * SSRC, goes in its place. is_busy becomes FALSE when the gap is over. */
gboolean phone_media_event_writer_next (PhoneMediaEventWriter *self,
                                        guint32 timestamp,
                                        PhoneMediaEventPacket *packet);
