/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-text.h"
#include "phone-endpoint-timings.h"

#include <string.h>

static void
assert_sentence (const char *text)
{
  g_assert_nonnull (text);
  g_assert_cmpuint (strlen (text), >, 5);
  g_assert_true (g_ascii_isupper (text[0]));
  g_assert_cmpint (text[strlen (text) - 1], ==, '.');
}

static void
test_every_error (void)
{
  for (int i = 0; i < PHONE_N_ERRORS; i++)
    assert_sentence (phone_endpoint_text_error ((PhoneError)i));
}

static void
test_every_end (void)
{
  for (int i = 0; i <= PHONE_END_INTERNAL; i++)
    assert_sentence (phone_endpoint_text_end_cause ((PhoneEndCause)i));
}

static void
test_every_nick (void)
{
  for (int i = 0; i <= PHONE_END_INTERNAL; i++)
    g_assert_cmpstr (phone_enum_nick (PHONE_TYPE_END_CAUSE, i), !=, "");
  for (int i = 0; i <= PHONE_CALL_STATE_ENDED; i++) {
    g_assert_cmpstr (phone_enum_nick (PHONE_TYPE_CALL_STATE, i), !=, "");
    g_assert_cmpstr (phone_endpoint_text_call_state ((PhoneCallState)i), !=, "");
  }
  for (int i = 0; i <= PHONE_ACCOUNT_STATE_UNREGISTERING; i++)
    g_assert_cmpstr (phone_enum_nick (PHONE_TYPE_ACCOUNT_STATE, i), !=, "");
  for (int i = 0; i <= PHONE_MEDIA_SILENCE_PEER_QUIET; i++) {
    g_assert_cmpstr (phone_enum_nick (PHONE_TYPE_MEDIA_SILENCE, i), !=, "");
    g_assert_cmpstr (phone_endpoint_text_silence ((PhoneMediaSilence)i), !=, "");
  }
}

static void
test_timings (void)
{
  g_autoptr (JsonObject) timings = json_object_new ();
  g_autofree char *nothing =
      phone_endpoint_timings_dup_words (timings, PHONE_TIMINGS_SIGNALLING);
  g_autofree char *signalling = NULL;
  g_autofree char *media = NULL;

  g_assert_cmpstr (nothing, ==, "");
  json_object_set_int_member (timings, "dtlsMs", 55);
  json_object_set_int_member (timings, "iceMs", 30);
  json_object_set_int_member (timings, "firstAudioMs", 90);
  json_object_set_int_member (timings, "firstVideoMs", 120);
  json_object_set_int_member (timings, "answeredMs", 40);
  json_object_set_int_member (timings, "ringingMs", 0);
  signalling = phone_endpoint_timings_dup_words (timings, PHONE_TIMINGS_SIGNALLING);
  media = phone_endpoint_timings_dup_words (timings, PHONE_TIMINGS_MEDIA);
  g_assert_cmpstr (signalling, ==, "ringing 0 ms · answered 40 ms");
  g_assert_cmpstr (media, ==,
                   "ICE 30 ms · DTLS 55 ms · first sound 90 ms · first picture 120 ms");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/text/every-error", test_every_error);
  g_test_add_func ("/endpoint/text/every-end", test_every_end);
  g_test_add_func ("/endpoint/text/every-nick", test_every_nick);
  g_test_add_func ("/endpoint/text/timings", test_timings);
  return g_test_run ();
}
