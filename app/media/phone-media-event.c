/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-event.h"

#include <string.h>

/* Every payloader here makes packets of this length. */
enum { PACKET_MS = 20 };
enum { N_ENDS = 3, LONGEST_SEGMENT = 0xFFFF };

static const char digits_of_codes[] = "0123456789*#ABCD!";

/* ---- The payload (RFC 4733 §2.3) ----
 *
 *     event (8)   E (1)  R (1)  volume (6)   duration (16) */

gboolean
phone_media_event_parse (const guint8 *bytes, gsize n_bytes, PhoneMediaEvent *event)
{
  if (n_bytes < PHONE_MEDIA_EVENT_BYTES)
    return FALSE;
  event->code = bytes[0];
  event->is_end = (bytes[1] & 0x80) != 0;
  event->volume = bytes[1] & 0x3F;
  event->duration = (guint16)(bytes[2] << 8 | bytes[3]);
  return TRUE;
}

void
phone_media_event_write (const PhoneMediaEvent *event,
                         guint8 bytes[PHONE_MEDIA_EVENT_BYTES])
{
  bytes[0] = event->code;
  bytes[1] = (guint8)((event->is_end ? 0x80 : 0) | (event->volume & 0x3F));
  bytes[2] = (guint8)(event->duration >> 8);
  bytes[3] = (guint8)(event->duration & 0xFF);
}

int
phone_media_event_code_of_digit (char digit)
{
  const char *at = digit ? strchr (digits_of_codes, g_ascii_toupper (digit)) : NULL;

  return at ? (int)(at - digits_of_codes) : -1;
}

char
phone_media_event_digit_of_code (guint code)
{
  return code < strlen (digits_of_codes) ? digits_of_codes[code] : '\0';
}

/* ---- Reading ---- */

static guint64
key_of (const PhoneMediaEventPacket *packet)
{
  return (guint64)packet->ssrc << 32 | packet->timestamp;
}

static gboolean
has_ended (const PhoneMediaEventReader *self, const PhoneMediaEventPacket *packet)
{
  guint n = MIN (self->n_ended, G_N_ELEMENTS (self->ended));

  for (guint i = 0; i < n; i++)
    if (self->ended[i] == key_of (packet))
      return TRUE;
  return FALSE;
}

static void
note_end (PhoneMediaEventReader *self, const PhoneMediaEventPacket *packet)
{
  self->ended[self->n_ended % G_N_ELEMENTS (self->ended)] = key_of (packet);
  self->n_ended++;
}

static gboolean
may_tell (PhoneMediaEventReader *self, gint64 now_us)
{
  if (now_us / G_USEC_PER_SEC != self->second) {
    self->second = now_us / G_USEC_PER_SEC;
    self->n_told = 0;
  }
  return self->n_told++ < PHONE_MEDIA_EVENT_MAX_DIGITS_PER_SECOND;
}

static gboolean
end (PhoneMediaEventReader *self, gint64 now_us, PhoneMediaDigit *digit)
{
  guint64 units = self->before + self->open.event.duration;

  self->is_open = FALSE;
  note_end (self, &self->open);
  if (!may_tell (self, now_us))
    return FALSE;
  digit->digit = phone_media_event_digit_of_code (self->open.event.code);
  digit->duration_ms =
      (guint)MIN (units * 1000 / self->open.clock_rate, (guint64)G_MAXUINT);
  return TRUE;
}

/* §2.5.1.3: the next segment begins where the one before it ends, with no marker. Some
 * fill a segment to the last unit and begin the next one at the sound's own time. */
static gboolean
continues (const PhoneMediaEventReader *self, const PhoneMediaEventPacket *packet)
{
  const PhoneMediaEventPacket *open = &self->open;

  return self->is_open && !packet->marker && packet->ssrc == open->ssrc &&
         packet->event.code == open->event.code &&
         packet->clock_rate == open->clock_rate &&
         (open->event.duration == LONGEST_SEGMENT ||
          packet->timestamp == open->timestamp + open->event.duration);
}

static void
begin (PhoneMediaEventReader *self, const PhoneMediaEventPacket *packet)
{
  self->is_open = TRUE;
  self->open = *packet;
  self->before = 0;
}

guint
phone_media_event_reader_feed (PhoneMediaEventReader *self,
                               const PhoneMediaEventPacket *packet,
                               gint64 now_us,
                               PhoneMediaDigit digits[2])
{
  guint n = 0;

  if (packet->clock_rate == 0 || has_ended (self, packet) ||
      phone_media_event_digit_of_code (packet->event.code) == '\0')
    return 0;
  if (continues (self, packet)) {
    guint64 before = self->before + self->open.event.duration;

    note_end (self, &self->open);
    begin (self, packet);
    self->before = before;
  } else if (!self->is_open || key_of (packet) != key_of (&self->open)) {
    if (self->is_open && end (self, now_us, &digits[n]))
      n++;
    begin (self, packet);
  }
  self->heard_us = now_us;
  self->open.event.duration = MAX (self->open.event.duration, packet->event.duration);
  if (packet->event.is_end && end (self, now_us, &digits[n]))
    n++;
  return n;
}

gint64
phone_media_event_reader_get_deadline (const PhoneMediaEventReader *self)
{
  return self->is_open ? self->heard_us + PHONE_MEDIA_EVENT_SILENCE_US : -1;
}

gboolean
phone_media_event_reader_tick (PhoneMediaEventReader *self,
                               gint64 now_us,
                               PhoneMediaDigit *digit)
{
  gint64 deadline = phone_media_event_reader_get_deadline (self);

  return deadline >= 0 && now_us >= deadline && end (self, now_us, digit);
}

/* ---- Writing ---- */

void
phone_media_event_writer_begin (PhoneMediaEventWriter *self,
                                const PhoneMediaEventOrder *order)
{
  self->order = *order;
  self->is_busy = TRUE;
  self->is_begun = FALSE;
  self->before = 0;
  self->said = 0;
  self->n_ends = 0;
}

void
phone_media_event_writer_stop (PhoneMediaEventWriter *self)
{
  self->is_busy = FALSE;
}

/* A digit that outlasts its field goes on as another segment, which begins to the unit
 * where the one before it was said to end (§2.5.1.3). */
static guint16
duration_in_segment (PhoneMediaEventWriter *self, guint64 elapsed)
{
  if (elapsed - self->before > LONGEST_SEGMENT)
    self->before = self->said;
  self->said = elapsed;
  return (guint16)(elapsed - self->before);
}

static void
write_event (PhoneMediaEventWriter *self, guint64 elapsed, PhoneMediaEventPacket *packet)
{
  const PhoneMediaEventOrder *order = &self->order;
  guint64 units = elapsed * order->clock_rate / order->sound_clock_rate;
  guint64 total = (guint64)order->duration_ms * order->clock_rate / 1000;

  packet->marker = !self->is_begun;
  packet->clock_rate = order->clock_rate;
  packet->event = (PhoneMediaEvent){
      .code = order->code, .volume = PHONE_MEDIA_EVENT_VOLUME, .is_end = units >= total};
  packet->event.duration = duration_in_segment (self, MIN (units, total));
  packet->timestamp =
      self->first + (guint32)(self->before * order->sound_clock_rate / order->clock_rate);
  self->is_begun = TRUE;
  self->n_ends += packet->event.is_end ? 1 : 0;
}

gboolean
phone_media_event_writer_next (PhoneMediaEventWriter *self,
                               guint32 timestamp,
                               PhoneMediaEventPacket *packet)
{
  const PhoneMediaEventOrder *order = &self->order;
  guint64 whole =
      ((guint64)order->duration_ms + order->gap_ms) * order->sound_clock_rate / 1000;
  guint64 elapsed = 0;

  if (!self->is_busy)
    return FALSE;
  if (!self->is_begun)
    self->first = timestamp;
  /* By the end of the packet that it goes in the place of. */
  elapsed = (guint64)(guint32)(timestamp - self->first) +
            order->sound_clock_rate * PACKET_MS / 1000;
  if (self->n_ends == N_ENDS) {
    self->is_busy = elapsed < whole;
    return FALSE;
  }
  write_event (self, elapsed, packet);
  return TRUE;
}
