/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-options.h"

#include <glib/gstdio.h>
#include <string.h>

#define ACCOUNT " --server ws://h/ws --account sip:a@h"

static PhoneEndpointOptions *
parse (const char *line, GError **error)
{
  g_auto (GStrv) argv = NULL;
  g_autofree char *whole = g_strconcat ("phone-endpoint ", line, NULL);
  g_autofree char *help = NULL;

  g_assert_true (g_shell_parse_argv (whole, NULL, &argv, NULL));
  return phone_endpoint_options_parse ((const char *const *)argv, &help, error);
}

static void
test_call (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneEndpointOptions) o = parse (
      "call sip:bob@h" ACCOUNT
      " --video --duration 8 --expect audio,tone=880,video,frames"
      " --codec VP8,opus,pcmu --ice-server stun:a --ice-server turn:b --turn-user u"
      " --turn-password-file t --relay-only --local-address ::1 --tone 300 --json"
      " --junit j --trace --auth-user x --password-file p --ca-file c --timeout 5",
      &error);

  g_assert_no_error (error);
  g_assert_cmpint (o->command, ==, PHONE_COMMAND_CALL);
  g_assert_cmpstr (o->target, ==, "sip:bob@h");
  g_assert_cmpstr (o->servers[0], ==, "ws://h/ws");
  g_assert_cmpstr (o->account, ==, "sip:a@h");
  g_assert_cmpstr (o->auth_user, ==, "x");
  g_assert_cmpstr (o->password_file, ==, "p");
  g_assert_cmpstr (o->ca_file, ==, "c");
  g_assert_cmpstr (o->local_address, ==, "::1");
  g_assert_cmpstr (o->junit_file, ==, "j");
  g_assert_cmpstr (o->turn_user, ==, "u");
  g_assert_cmpstr (o->turn_password_file, ==, "t");
  g_assert_true (o->video && o->relay_only && o->json && o->trace && !o->echo);
  g_assert_cmpuint (o->duration_s, ==, 8);
  g_assert_cmpuint (o->timeout_s, ==, 5);
  g_assert_cmpuint (o->tone_hz, ==, 300);
  g_assert_cmpuint (o->expect_hz, ==, 880);
  g_assert_cmpint (o->expect, ==,
                   PHONE_EXPECT_AUDIO | PHONE_EXPECT_TONE | PHONE_EXPECT_VIDEO |
                       PHONE_EXPECT_FRAMES);
  g_assert_cmpstrv (o->audio_codecs, ((const char *[]){"opus", "pcmu", NULL}));
  g_assert_cmpstrv (o->video_codecs, ((const char *[]){"vp8", NULL}));
  g_assert_cmpstrv (o->ice_servers, ((const char *[]){"stun:a", "turn:b", NULL}));
}

static void
test_changes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneEndpointOptions) o =
      parse ("call sip:bob@h" ACCOUNT " --dtmf 12#a --hold-every 2 --video-add 3"
             " --video-remove 6 --transfer carol --accept-transfer"
             " --expect digits=4*b,frames",
             &error);
  g_autoptr (PhoneEndpointOptions) none = parse ("call bob" ACCOUNT, NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (o->dtmf, ==, "12#a");
  g_assert_cmpuint (o->hold_every_s, ==, 2);
  g_assert_cmpuint (o->video_add_s, ==, 3);
  g_assert_cmpuint (o->video_remove_s, ==, 6);
  g_assert_cmpstr (o->transfer, ==, "carol");
  g_assert_true (o->accept_transfer);
  g_assert_cmpint (o->expect, ==, PHONE_EXPECT_DIGITS | PHONE_EXPECT_FRAMES);
  g_assert_cmpstr (o->expect_digits, ==, "4*B");
  g_assert_null (none->dtmf);
  g_assert_cmpuint (none->hold_every_s, ==, 0);
  g_assert_cmpuint (none->video_add_s, ==, 0);
  g_assert_cmpuint (none->video_remove_s, ==, 0);
}

static void
test_defaults (void)
{
  g_autoptr (PhoneEndpointOptions) call = parse ("call bob" ACCOUNT, NULL);
  g_autoptr (PhoneEndpointOptions) one = parse ("answer" ACCOUNT, NULL);
  g_autoptr (PhoneEndpointOptions) many = parse ("answer --count 0" ACCOUNT, NULL);
  g_autoptr (PhoneEndpointOptions) serve =
      parse ("serve --history h --contacts c --address-books", NULL);

  g_assert_cmpuint (call->duration_s, ==, PHONE_DEFAULT_DURATION_S);
  g_assert_cmpuint (call->timeout_s, ==, PHONE_DEFAULT_TIMEOUT_S);
  g_assert_cmpuint (call->tone_hz, ==, PHONE_DEFAULT_TONE_HZ);
  g_assert_null (call->audio_codecs);
  g_assert_cmpuint (one->duration_s, ==, 0);
  g_assert_cmpuint (one->timeout_s, ==, PHONE_DEFAULT_TIMEOUT_S);
  g_assert_cmpuint (one->count, ==, 1);
  g_assert_cmpuint (many->timeout_s, ==, 0);
  g_assert_cmpuint (many->count, ==, 0);
  g_assert_nonnull (serve);
  g_assert_cmpstr (serve->history_file, ==, "h");
  g_assert_cmpstr (serve->contacts_file, ==, "c");
  g_assert_true (serve->address_books);
  g_assert_false (serve->devices);
}

static void
test_devices (void)
{
  g_autoptr (PhoneEndpointOptions) serve = parse ("serve --devices", NULL);
  g_autoptr (PhoneEndpointOptions) call = parse ("call bob --devices" ACCOUNT, NULL);

  g_assert_true (serve->devices);
  g_assert_true (call->devices);
}

static void
test_usage_errors (void)
{
  static const char *const lines[] = {
      "",
      "dance" ACCOUNT,
      "call" ACCOUNT,
      "call a b" ACCOUNT,
      "answer a" ACCOUNT,
      "call bob",
      "call bob --server ws://h/ws",
      "call bob --account sip:a@h",
      "call bob --password secret" ACCOUNT, /* there is no such option */
      "call bob --expect audio --duration 5" ACCOUNT,
      "call bob --expect audio,,video --video" ACCOUNT,
      "call bob --expect sound" ACCOUNT,
      "call bob --expect tone=" ACCOUNT,
      "call bob --expect tone=0" ACCOUNT,
      "call bob --expect tone=99999999999" ACCOUNT,
      "call bob --expect tone=440Hz" ACCOUNT,
      "call bob --expect video" ACCOUNT,
      "call bob --expect frames" ACCOUNT,
      "call bob --expect echo --echo" ACCOUNT,
      "call bob --expect echo --devices" ACCOUNT,
      "serve --devices --echo",
      "register --expect audio" ACCOUNT,
      "serve --expect audio" ACCOUNT,
      "serve --password-file -" ACCOUNT,
      "call bob --password-file - --turn-password-file -" ACCOUNT,
      "call bob --codec speex" ACCOUNT,
      "call bob --duration x" ACCOUNT,
      "call bob --duration 100000" ACCOUNT,
      "call bob --tone 9" ACCOUNT,
      "answer --count -1" ACCOUNT,
      "call bob --expect digits=" ACCOUNT,
      "call bob --hold-every 0" ACCOUNT,
      "call bob --early-media 2" ACCOUNT,
      "answer --early-media 0" ACCOUNT,
      "answer --offerless" ACCOUNT,
      "call bob --video-add 2 --video" ACCOUNT,
      "call bob --video-remove 2" ACCOUNT,
      "call bob --video-add 3 --video-remove 3" ACCOUNT,
      "answer --transfer carol" ACCOUNT,
      "call bob --transfer carol --duration 0" ACCOUNT,
      "register --dtmf 1" ACCOUNT,
      "serve --accept-transfer" ACCOUNT,
      "answer --history h" ACCOUNT,
      "answer --contacts c" ACCOUNT,
      "serve --address-books",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PhoneEndpointOptions) options = parse (lines[i], &error);

    g_test_message ("%s: %s", lines[i], error != NULL ? error->message : "accepted");
    g_assert_null (options);
    g_assert_nonnull (error);
    g_assert_true (error->domain == G_OPTION_ERROR);
  }
}

static void
test_help (void)
{
  const char *const argv[] = {"phone-endpoint", "--help", NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *help = NULL;

  g_assert_null (phone_endpoint_options_parse (argv, &help, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (help, "--expect"));
}

static void
test_version (void)
{
  const char *const argv[] = {"phone-endpoint", "--version", NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;

  g_assert_null (phone_endpoint_options_parse (argv, &told, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (told, "phone-endpoint "));
  g_assert_true (g_str_has_suffix (told, "\n"));
  g_assert_null (strstr (told, "--"));
}

static void
assert_password (const char *content, gssize length, const char *expected)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("password-XXXXXX", &name, NULL);
  char *password;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (name, content, length, NULL));
  password = phone_endpoint_read_password (name, &error);
  g_assert_cmpstr (password, ==, expected);
  g_assert_true ((error == NULL) == (expected != NULL));
  phone_endpoint_free_password (password);
  g_assert_cmpint (remove (name), ==, 0);
}

static void
test_password (void)
{
  g_autofree char *long_text = g_strnfill (1025, 'x');
  g_autofree char *longest = g_strnfill (1024, 'x');
  g_autoptr (GError) error = NULL;

  assert_password ("secret", -1, "secret");
  assert_password ("se cret\nnext line\n", -1, "se cret");
  assert_password ("secret\r\n", -1, "secret");
  assert_password ("", -1, NULL);
  assert_password ("\nsecret", -1, NULL);
  assert_password (longest, -1, longest);
  assert_password (long_text, -1, NULL);
  g_assert_null (phone_endpoint_read_password ("/nonexistent/password", &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/options/call", test_call);
  g_test_add_func ("/endpoint/options/changes", test_changes);
  g_test_add_func ("/endpoint/options/defaults", test_defaults);
  g_test_add_func ("/endpoint/options/devices", test_devices);
  g_test_add_func ("/endpoint/options/usage-errors", test_usage_errors);
  g_test_add_func ("/endpoint/options/help", test_help);
  g_test_add_func ("/endpoint/options/version", test_version);
  g_test_add_func ("/endpoint/options/password", test_password);
  return g_test_run ();
}
