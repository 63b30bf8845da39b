/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "sip-status.h"

#include <string.h>

enum { RECEIVED, SENT, N_SIGNALS };

static guint signals[N_SIGNALS];

void
phone_call_install_digit_signals (void)
{
  signals[RECEIVED] =
      g_signal_new ("digit-received", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_UCHAR, G_TYPE_UINT);
  signals[SENT] = g_signal_new ("digit-sent", PHONE_TYPE_CALL, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UCHAR, G_TYPE_BOOLEAN);
}

/* ---- Ours ---- */

/* One that does not arrive takes those behind it along: a number with a hole in it is
 * another number. */
static void
end_digit (PhoneCall *self, gboolean is_sent)
{
  char digit = self->digit;

  if (digit == '\0')
    return;
  self->digit = '\0';
  if (!is_sent)
    g_string_truncate (self->digits, 0);
  g_signal_emit (self, signals[SENT], 0, (guchar)digit, is_sent);
  phone_call_continue_digits (self);
}

static gboolean
on_paced (gpointer user_data)
{
  PhoneCall *self = user_data;

  self->digit_id = 0;
  phone_call_continue_digits (self);
  return G_SOURCE_REMOVE;
}

static void
send_by_info (PhoneCall *self)
{
  g_autoptr (GError) error = NULL;

  self->digit_id =
      g_timeout_add (PHONE_MEDIA_DIGIT_MS + PHONE_MEDIA_DIGIT_GAP_MS, on_paced, self);
  if (phone_agent_send_digit (self->agent, self->session, self->digit,
                              PHONE_MEDIA_DIGIT_MS, &error))
    return;
  g_debug ("%s: INFO: %s", self->id, error->message);
  end_digit (self, FALSE);
}

static void
send_first (PhoneCall *self, PhoneDigitWay way)
{
  self->digit = self->digits->str[0];
  g_string_erase (self->digits, 0, 1);
  if (way != PHONE_DIGIT_BY_MEDIA ||
      !phone_media_session_send_digit (self->media, self->digit, PHONE_MEDIA_DIGIT_MS))
    send_by_info (self);
}

void
phone_call_continue_digits (PhoneCall *self)
{
  gboolean is_on_hold;
  PhoneDigitWay way;

  if (self->digits->len == 0 || self->digit_id != 0 || self->digit != '\0' ||
      self->intent == PHONE_INTENT_END)
    return;
  is_on_hold = phone_call_get_held (self) || phone_call_get_peer_held (self);
  way = phone_digit_way (self->signalling, self->media_state, is_on_hold,
                         phone_media_session_get_can_send_digits (self->media));
  if (way != PHONE_DIGIT_WAITS)
    send_first (self, way);
}

void
phone_call_take_info_sent (PhoneCall *self, const SipOutput *output)
{
  if (!sip_status_is_success (output->status))
    g_debug ("%s: INFO: %u", self->id, output->status);
  end_digit (self, sip_status_is_success (output->status));
}

void
phone_call_take_media_digit_sent (PhoneCall *self, gboolean is_sent)
{
  end_digit (self, is_sent);
}

gboolean
phone_call_send_digits (PhoneCall *self, const char *digits, GError **error)
{
  g_autofree char *plain = phone_digits_dup_plain (digits);

  if (self->intent == PHONE_INTENT_END || self->signalling == PHONE_SIGNALLING_ENDED ||
      self->signalling == PHONE_SIGNALLING_INCOMING) {
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE, "There is no call to hear");
    return FALSE;
  }
  if (plain == NULL || self->digits->len + strlen (plain) > PHONE_DIGITS_MAX) {
    g_set_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_DIGITS,
                 "Digits are 0 to 9, A to D, * and #, at most %d", PHONE_DIGITS_MAX);
    return FALSE;
  }
  g_string_append (self->digits, plain);
  phone_call_continue_digits (self);
  return TRUE;
}

/* ---- Theirs ---- */

static void
take_digit (PhoneCall *self, PhoneDigitWay way, char digit, guint duration_ms)
{
  if (phone_digit_filter_take (&self->heard, way, digit, g_get_monotonic_time ()))
    g_signal_emit (self, signals[RECEIVED], 0, (guchar)digit, duration_ms);
}

void
phone_call_take_info_digit (PhoneCall *self, const SipOutput *output)
{
  take_digit (self, PHONE_DIGIT_BY_INFO, output->digit, output->duration_ms);
}

void
phone_call_take_media_digit (PhoneCall *self, guchar digit, guint duration_ms)
{
  take_digit (self, PHONE_DIGIT_BY_MEDIA, (char)digit, duration_ms);
}

void
phone_call_stop_digits (PhoneCall *self)
{
  g_string_truncate (self->digits, 0);
  g_clear_handle_id (&self->digit_id, g_source_remove);
}
