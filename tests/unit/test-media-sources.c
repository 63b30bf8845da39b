/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sources.h"

#define SECOND G_TIME_SPAN_SECOND

/* Sources 1 to the most there can be, at 1 s. */
static PhoneMediaSources
fill (void)
{
  PhoneMediaSources sources = {0};

  for (guint32 ssrc = 1; ssrc <= PHONE_MEDIA_SOURCES_MAX; ssrc++)
    g_assert_true (phone_media_sources_take (&sources, ssrc, SECOND));
  return sources;
}

static void
test_known (void)
{
  PhoneMediaSources sources = fill ();

  for (guint i = 0; i < 1000; i++)
    for (guint32 ssrc = 1; ssrc <= PHONE_MEDIA_SOURCES_MAX; ssrc++)
      g_assert_true (phone_media_sources_take (&sources, ssrc, SECOND + i));
}

static void
test_flood (void)
{
  PhoneMediaSources sources = fill ();
  guint taken = 0;

  /* A new one in every packet, for a minute; one that is heard all the time stays. */
  for (guint32 i = 0; i < 60000; i++) {
    gint64 now_us = SECOND + i * G_TIME_SPAN_MILLISECOND;

    taken += phone_media_sources_take (&sources, 1000 + i, now_us) ? 1 : 0;
    g_assert_true (phone_media_sources_take (&sources, 7, now_us));
  }
  g_assert_cmpuint (taken, ==, 5);
}

static void
test_place_of_the_quietest (void)
{
  PhoneMediaSources sources = fill ();
  gint64 later_us = SECOND + PHONE_MEDIA_SOURCES_PACE_US;

  for (guint32 ssrc = 1; ssrc <= PHONE_MEDIA_SOURCES_MAX; ssrc++)
    if (ssrc != 5)
      phone_media_sources_take (&sources, ssrc, 2 * SECOND);
  g_assert_false (phone_media_sources_take (&sources, 99, later_us - 1));
  g_assert_true (phone_media_sources_take (&sources, 99, later_us));
  g_assert_true (phone_media_sources_take (&sources, 99, later_us));
  g_assert_true (phone_media_sources_take (&sources, 4, later_us));
  g_assert_false (phone_media_sources_take (&sources, 5, later_us));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/sources/known", test_known);
  g_test_add_func ("/media/sources/flood", test_flood);
  g_test_add_func ("/media/sources/place-of-the-quietest", test_place_of_the_quietest);
  return g_test_run ();
}
