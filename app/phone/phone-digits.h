/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The digits of a call: which ones there are, which way they go, and which of those that
 * come are new. Pure.
 */
#pragma once

#include "phone-call-derive.h"

G_BEGIN_DECLS

/* What waits to be sent, at most. */
#define PHONE_DIGITS_MAX 256

/** "1 23-#a" becomes "123#A": spaces, dashes, dots, slashes and brackets are how numbers
 * are written. NULL for anything else in @text, where nothing is left, and for more than
 * PHONE_DIGITS_MAX. Owned. */
char *phone_digits_dup_plain (const char *text);

typedef enum {
  PHONE_DIGIT_WAITS,    /* nothing can carry it yet */
  PHONE_DIGIT_BY_MEDIA, /* RFC 4733 */
  PHONE_DIGIT_BY_INFO,  /* RFC 6086, application/dtmf-relay */
} PhoneDigitWay;

/** Which way the next digit goes: by media where that is up and has agreed on
 * telephone-event (@can_send), else by INFO. Early media counts, and the fork that it
 * comes from takes INFO as well. On hold, ours or theirs, nobody listens. */
PhoneDigitWay phone_digit_way (PhoneSignalling signalling,
                               PhoneMediaState media,
                               gboolean is_on_hold,
                               gboolean can_send);

/* A far end may send each digit both ways. The second one of such a pair follows this
 * soon, whichever way it comes. */
#define PHONE_DIGIT_PAIR_US (2 * G_TIME_SPAN_SECOND)
#define PHONE_DIGIT_PAIRS 32

/** Those that came one way and not yet the other, the oldest first. All zero: none. */
typedef struct {
  struct {
    char digits[PHONE_DIGIT_PAIRS];
    gint64 at_us[PHONE_DIGIT_PAIRS];
    guint n;
  } single[2];
} PhoneDigitFilter;

/** Whether a @digit that came by @way (not WAITS) is new, and not the other half of one
 * that was told already. */
gboolean phone_digit_filter_take (PhoneDigitFilter *self,
                                  PhoneDigitWay way,
                                  char digit,
                                  gint64 now_us);

G_END_DECLS
