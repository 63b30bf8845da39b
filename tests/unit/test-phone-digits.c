/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-digits.h"

#include <string.h>

static void
test_plain (void)
{
  static const struct {
    const char *text;
    const char *plain; /* NULL: refused */
  } cases[] = {
      {"0123456789*#ABCD", "0123456789*#ABCD"},
      {"abcd", "ABCD"},
      {" (0800) 12.34/56-7\t8 ", "080012345678"},
      {"", NULL},
      {" - ", NULL},
      {"12E", NULL},
      {"+49", NULL},
      {"1,2", NULL},
      {"!", NULL},
      {"1\n2", NULL},
      {"\xd9\xa1", NULL}, /* a digit, on no telephone */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *plain = phone_digits_dup_plain (cases[i].text);

    g_assert_cmpstr (plain, ==, cases[i].plain);
  }
}

static void
test_plain_limit (void)
{
  g_autofree char *most = g_strnfill (PHONE_DIGITS_MAX, '1');
  g_autofree char *more = g_strnfill (PHONE_DIGITS_MAX + 1, '1');
  g_autofree char *plain = phone_digits_dup_plain (most);
  g_autofree char *none = phone_digits_dup_plain (more);

  g_assert_cmpstr (plain, ==, most);
  g_assert_null (none);
}

/* By the rules in words, for every combination there is. */
static PhoneDigitWay
expected_way (PhoneSignalling signalling,
              PhoneMediaState media,
              gboolean is_on_hold,
              gboolean can_send)
{
  if (media != PHONE_MEDIA_STATE_CONNECTED && media != PHONE_MEDIA_STATE_INTERRUPTED)
    return PHONE_DIGIT_WAITS; /* nothing is agreed, or nothing is left */
  if (signalling == PHONE_SIGNALLING_ENDED || is_on_hold)
    return PHONE_DIGIT_WAITS;
  if (can_send)
    return PHONE_DIGIT_BY_MEDIA;
  return signalling == PHONE_SIGNALLING_ANSWERED ? PHONE_DIGIT_WAITS
                                                 : PHONE_DIGIT_BY_INFO;
}

static void
test_way (void)
{
  for (int s = 0; s < PHONE_N_SIGNALLING; s++)
    for (int m = PHONE_MEDIA_STATE_NEW; m <= PHONE_MEDIA_STATE_CLOSED; m++)
      for (int hold = 0; hold < 2; hold++)
        for (int can = 0; can < 2; can++)
          g_assert_cmpint (
              phone_digit_way ((PhoneSignalling)s, (PhoneMediaState)m, hold, can), ==,
              expected_way ((PhoneSignalling)s, (PhoneMediaState)m, hold, can));
}

/* Each letter is a digit that comes: 'm' and 'i' before it say by which way, '_' that half
 * the time of a pair goes by. Gives those that are new. */
static char *
play (const char *text)
{
  PhoneDigitFilter filter = {0};
  GString *heard = g_string_new (NULL);
  PhoneDigitWay way = PHONE_DIGIT_BY_MEDIA;
  gint64 now_us = G_TIME_SPAN_HOUR;

  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '_')
      now_us += PHONE_DIGIT_PAIR_US / 2 + 1;
    else if (*p == 'm' || *p == 'i')
      way = *p == 'm' ? PHONE_DIGIT_BY_MEDIA : PHONE_DIGIT_BY_INFO;
    else if (phone_digit_filter_take (&filter, way, *p, now_us))
      g_string_append_c (heard, *p);
  }
  return g_string_free (heard, FALSE);
}

static void
test_filter (void)
{
  static const struct {
    const char *come;
    const char *heard;
  } cases[] = {
      {"m123", "123"}, /* one way alone */
      {"m111", "111"}, /* the same digit again is another one */
      {"i111", "111"},
      {"m1i1m2i2", "12"}, /* both ways, one after the other */
      {"i1m1i2m2", "12"},
      {"m12345i12345", "12345"}, /* one way is late */
      {"i11m11", "11"},
      {"m1i2", "12"},       /* two that have nothing to do with one another */
      {"m12i2m3i3", "123"}, /* one of a pair was lost */
      {"m1__i1", "11"},     /* too late for a pair */
      {"m1_i1", "1"},
      {"m1i1i1", "11"}, /* the third is none of the pair */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *heard = play (cases[i].come);

    g_test_message ("%s", cases[i].come);
    g_assert_cmpstr (heard, ==, cases[i].heard);
  }
}

/* However many come without a pair, what is kept has its limit, and the order is right. */
static void
test_filter_limit (void)
{
  g_autofree char *many = g_strnfill (1000, '5');
  g_autofree char *come = g_strconcat ("m", many, "i7m7", NULL);
  g_autofree char *heard = play (come);

  g_assert_cmpuint (strlen (heard), ==, 1001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/digits/plain", test_plain);
  g_test_add_func ("/phone/digits/plain-limit", test_plain_limit);
  g_test_add_func ("/phone/digits/way", test_way);
  g_test_add_func ("/phone/digits/filter", test_filter);
  g_test_add_func ("/phone/digits/filter-limit", test_filter_limit);
  return g_test_run ();
}
