/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-session-private.h"

/* The digits of a session, both ways: which may go, when the next one may, and what came
 * of the packets of the peer. */

/* A digit takes the place of packets of sound. Where none come, it is given up. */
enum { PATIENCE_MS = 2000 };

gboolean
phone_media_session_get_can_send_digits (PhoneMediaSession *self)
{
  return (self->state == PHONE_MEDIA_STATE_CONNECTED ||
          self->state == PHONE_MEDIA_STATE_INTERRUPTED) &&
         phone_media_pipeline_can_send_digits (self->pipeline);
}

/* ---- Sending ---- */

/* Whoever is told may drop the session. */
static void
end_digit (PhoneMediaSession *self, gboolean sent)
{
  char digit = self->digit;

  g_clear_handle_id (&self->digit_timeout, g_source_remove);
  self->digit = '\0';
  phone_media_session_tell_digit_sent (self, digit, sent);
}

static gboolean
on_no_packets (gpointer data)
{
  PhoneMediaSession *self = data;

  self->digit_timeout = 0;
  phone_media_pipeline_stop_digit (self->pipeline);
  end_digit (self, FALSE);
  return G_SOURCE_REMOVE;
}

void
phone_media_session_on_digit_sent (PhoneMediaSession *self, guint number)
{
  if (self->digit != '\0' && number == self->digit_number)
    end_digit (self, TRUE);
}

gboolean
phone_media_session_send_digit (PhoneMediaSession *self, char digit, guint duration_ms)
{
  guint length_ms = duration_ms == 0 ? PHONE_MEDIA_DIGIT_MS
                                     : CLAMP (duration_ms, PHONE_MEDIA_DIGIT_MIN_MS,
                                              PHONE_MEDIA_DIGIT_MAX_MS);
  int code = phone_media_event_code_of_digit (digit);

  if (code < 0 || self->digit != '\0' || !phone_media_session_get_can_send_digits (self))
    return FALSE;
  self->digit = g_ascii_toupper (digit);
  self->digit_number++;
  self->digit_timeout = g_timeout_add (length_ms + PATIENCE_MS, on_no_packets, self);
  phone_media_pipeline_begin_digit (self->pipeline, (guint8)code, length_ms,
                                    self->digit_number);
  return TRUE;
}

/* ---- Receiving ---- */

static gboolean on_silence (gpointer data);

/* Not renewed with every packet: it looks again when it comes. Packets that wait to be
 * read go first. */
static void
watch_for_silence (PhoneMediaSession *self)
{
  gint64 deadline = phone_media_event_reader_get_deadline (&self->digits_in);
  gint64 wait_us = deadline - g_get_monotonic_time ();

  if (deadline >= 0 && self->silence_timeout == 0)
    self->silence_timeout = g_timeout_add_full (
        G_PRIORITY_LOW, (guint)(MAX (wait_us, 0) / 1000 + 1), on_silence, self, NULL);
}

static gboolean
on_silence (gpointer data)
{
  g_autoptr (PhoneMediaSession) self = g_object_ref (data);
  PhoneMediaDigit digit;

  self->silence_timeout = 0;
  if (phone_media_event_reader_tick (&self->digits_in, g_get_monotonic_time (), &digit))
    phone_media_session_tell_digit_received (self, &digit);
  watch_for_silence (self);
  return G_SOURCE_REMOVE;
}

void
phone_media_session_on_event_packet (PhoneMediaSession *self,
                                     const PhoneMediaEventPacket *packet)
{
  g_autoptr (PhoneMediaSession) alive = g_object_ref (self);
  PhoneMediaDigit digits[2];
  guint n = phone_media_event_reader_feed (&self->digits_in, packet,
                                           g_get_monotonic_time (), digits);

  for (guint i = 0; i < n; i++)
    phone_media_session_tell_digit_received (alive, &digits[i]);
  watch_for_silence (alive);
}

/* ---- Life ---- */

void
phone_media_session_check_digits (PhoneMediaSession *self)
{
  g_autoptr (PhoneMediaSession) alive = g_object_ref (self);
  gboolean can = phone_media_session_get_can_send_digits (self);

  if (self->digit != '\0' && !can) {
    phone_media_pipeline_stop_digit (self->pipeline);
    end_digit (self, FALSE);
  }
  if (can == self->could_send_digits)
    return;
  self->could_send_digits = can;
  phone_media_session_notify (self, PHONE_MEDIA_PROP_CAN_SEND_DIGITS);
}

void
phone_media_session_end_digits (PhoneMediaSession *self)
{
  g_clear_handle_id (&self->digit_timeout, g_source_remove);
  g_clear_handle_id (&self->silence_timeout, g_source_remove);
  self->digit = '\0';
}
