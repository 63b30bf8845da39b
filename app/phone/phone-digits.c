/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-digits.h"

#include <string.h>

char *
phone_digits_dup_plain (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    char digit = g_ascii_toupper (*p);

    if (strchr (" \t-./()", digit) != NULL)
      continue;
    if (strchr ("0123456789*#ABCD", digit) == NULL || plain->len == PHONE_DIGITS_MAX)
      return NULL;
    g_string_append_c (plain, digit);
  }
  return plain->len > 0 ? g_string_free (g_steal_pointer (&plain), FALSE) : NULL;
}

PhoneDigitWay
phone_digit_way (PhoneSignalling signalling,
                 PhoneMediaState media,
                 gboolean is_on_hold,
                 gboolean can_send)
{
  gboolean is_up =
      media == PHONE_MEDIA_STATE_CONNECTED || media == PHONE_MEDIA_STATE_INTERRUPTED;

  if (!is_up || is_on_hold || signalling == PHONE_SIGNALLING_ENDED)
    return PHONE_DIGIT_WAITS;
  if (can_send)
    return PHONE_DIGIT_BY_MEDIA;
  /* Between our 200 and its ACK there is no dialog yet that takes a request of ours. */
  return signalling == PHONE_SIGNALLING_ANSWERED ? PHONE_DIGIT_WAITS
                                                 : PHONE_DIGIT_BY_INFO;
}

static void
remove_first (PhoneDigitFilter *self, guint side, guint count)
{
  guint left = self->single[side].n - count;

  memmove (self->single[side].digits, self->single[side].digits + count, left);
  memmove (self->single[side].at_us, self->single[side].at_us + count,
           left * sizeof (gint64));
  self->single[side].n = left;
}

static void
forget_old (PhoneDigitFilter *self, guint side, gint64 now_us)
{
  guint n = 0;

  while (n < self->single[side].n &&
         now_us - self->single[side].at_us[n] > PHONE_DIGIT_PAIR_US)
    n++;
  remove_first (self, side, n);
}

/* Both ways keep the order: what stands before the one that is found never came the other
 * way, and will not. */
static gboolean
take_pair (PhoneDigitFilter *self, guint side, char digit)
{
  for (guint i = 0; i < self->single[side].n; i++)
    if (self->single[side].digits[i] == digit) {
      remove_first (self, side, i + 1);
      return TRUE;
    }
  return FALSE;
}

gboolean
phone_digit_filter_take (PhoneDigitFilter *self,
                         PhoneDigitWay way,
                         char digit,
                         gint64 now_us)
{
  guint own = way == PHONE_DIGIT_BY_INFO ? 1 : 0;
  guint n;

  forget_old (self, 0, now_us);
  forget_old (self, 1, now_us);
  if (take_pair (self, 1 - own, digit))
    return FALSE;

  if (self->single[own].n == PHONE_DIGIT_PAIRS)
    remove_first (self, own, 1);
  n = self->single[own].n++;
  self->single[own].digits[n] = digit;
  self->single[own].at_us[n] = now_us;
  return TRUE;
}
