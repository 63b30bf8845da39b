/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-text.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/text/every-error", test_every_error);
  g_test_add_func ("/endpoint/text/every-end", test_every_end);
  g_test_add_func ("/endpoint/text/every-nick", test_every_nick);
  return g_test_run ();
}
