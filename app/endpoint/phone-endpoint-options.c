/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PASSWORD_BYTES 1024
#define MIN_TONE_HZ 50
#define MAX_TONE_HZ 3500

static const char summary[] =
    "Commands:\n"
    "  call URI    registers, calls URI, and says what was proven\n"
    "  answer      registers, answers calls, and says what was proven\n"
    "  register    registers, says how long it took, and unregisters\n"
    "  serve       takes JSON-RPC 2.0 requests, one a line, on standard input\n";

static const char description[] =
    "Exit status: 0 proven, 1 usage, 2 not connected, 3 not registered, 4 refused,\n"
    "5 no answer, 6 media not proven, 7 internal. See phone-endpoint(1).\n";

/* What GOptionContext fills in, before it is looked at. */
typedef struct {
  char *expect;
  char *codecs;
  int duration_s;
  int timeout_s;
  int count;
  int tone_hz;
  int hold_every_s;
  int early_media_s;
  int video_add_s;
  int video_remove_s;
  gboolean help;
  gboolean version;
} RawOptions;

static void
raw_options_clear (RawOptions *raw)
{
  g_free (raw->expect);
  g_free (raw->codecs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RawOptions, raw_options_clear)

void
phone_endpoint_options_free (PhoneEndpointOptions *options)
{
  if (options == NULL)
    return;
  g_free (options->target);
  g_strfreev (options->servers);
  g_free (options->account);
  g_free (options->auth_user);
  g_free (options->password_file);
  g_free (options->ca_file);
  g_strfreev (options->audio_codecs);
  g_strfreev (options->video_codecs);
  g_strfreev (options->ice_servers);
  g_free (options->turn_user);
  g_free (options->turn_password_file);
  g_free (options->local_address);
  g_free (options->expect_digits);
  g_free (options->dtmf);
  g_free (options->transfer);
  g_free (options->junit_file);
  g_free (options->history_file);
  g_free (options->contacts_file);
  g_free (options);
}

static gboolean usage_error (GError **error, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

static gboolean
usage_error (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args);
  va_end (args);
  return FALSE;
}

/* ---- The values that have a grammar of their own ---- */

static gboolean
take_tone (const char *text, guint *hz, GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, MIN_TONE_HZ, MAX_TONE_HZ, &value, NULL))
    return usage_error (error, "--expect tone=%s: a frequency from %d to %d is needed",
                        text, MIN_TONE_HZ, MAX_TONE_HZ);
  *hz = (guint)value;
  return TRUE;
}

static gboolean
take_digits (const char *text, char **digits, GError **error)
{
  if (*text == '\0')
    return usage_error (error, "--expect digits=: digits are needed");
  g_free (*digits);
  *digits = g_ascii_strup (text, -1);
  return TRUE;
}

static gboolean
take_expect (PhoneEndpointOptions *options, const char *text, GError **error)
{
  static const struct {
    const char *name;
    PhoneExpect expect;
  } table[] = {
      {"audio", PHONE_EXPECT_AUDIO},
      {"echo", PHONE_EXPECT_ECHO},
      {"video", PHONE_EXPECT_VIDEO},
      {"frames", PHONE_EXPECT_FRAMES},
  };
  g_auto (GStrv) kinds = g_strsplit (text, ",", -1);

  for (guint i = 0; kinds[i] != NULL; i++) {
    PhoneExpect found = PHONE_EXPECT_NONE;

    if (g_str_has_prefix (kinds[i], "tone=")) {
      if (!take_tone (kinds[i] + strlen ("tone="), &options->expect_hz, error))
        return FALSE;
      found = PHONE_EXPECT_TONE;
    }
    if (g_str_has_prefix (kinds[i], "digits=")) {
      if (!take_digits (kinds[i] + strlen ("digits="), &options->expect_digits, error))
        return FALSE;
      found = PHONE_EXPECT_DIGITS;
    }
    for (guint j = 0; j < G_N_ELEMENTS (table); j++)
      if (strcmp (kinds[i], table[j].name) == 0)
        found = table[j].expect;
    if (found == PHONE_EXPECT_NONE)
      return usage_error (
          error,
          "--expect %s: not one of audio, tone=HZ, echo, video, frames, digits=DIGITS",
          kinds[i]);
    options->expect |= found;
  }
  return TRUE;
}

static gboolean
take_codecs (PhoneEndpointOptions *options, const char *text, GError **error)
{
  static const char *const audio_names[] = {"opus", "g722", "pcmu", "pcma", NULL};
  static const char *const video_names[] = {"vp8", "h264", NULL};
  g_autoptr (GStrvBuilder) audio = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) video = g_strv_builder_new ();
  g_auto (GStrv) names = g_strsplit (text, ",", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_ascii_strdown (names[i], -1);

    if (g_strv_contains (audio_names, name))
      g_strv_builder_add (audio, name);
    else if (g_strv_contains (video_names, name))
      g_strv_builder_add (video, name);
    else
      return usage_error (error, "--codec %s: not known", names[i]);
  }
  options->audio_codecs = g_strv_builder_end (audio);
  options->video_codecs = g_strv_builder_end (video);
  /* Naming no codec of a kind is no wish about that kind. */
  if (options->audio_codecs[0] == NULL)
    g_clear_pointer (&options->audio_codecs, g_strfreev);
  if (options->video_codecs[0] == NULL)
    g_clear_pointer (&options->video_codecs, g_strfreev);
  return TRUE;
}

static gboolean
take_number (const char *name, int value, int min, int max, guint *out, GError **error)
{
  if (value < min || value > max)
    return usage_error (error, "%s: a number from %d to %d is needed", name, min, max);
  *out = (guint)value;
  return TRUE;
}

static gboolean
take_duration (PhoneEndpointOptions *options, int value, GError **error)
{
  if (value < 0) /* not given: a caller hangs up, one who answers does not */
    value = options->command == PHONE_COMMAND_CALL ? PHONE_DEFAULT_DURATION_S : 0;
  if (!take_number ("--duration", value, 0, 86400, &options->duration_s, error))
    return FALSE;
  if (options->expect != PHONE_EXPECT_NONE && options->duration_s != 0 &&
      options->duration_s < PHONE_EXPECT_MIN_DURATION_S)
    return usage_error (error,
                        "--duration %u: at least %d with --expect, so that reports of "
                        "the far end exist",
                        options->duration_s, PHONE_EXPECT_MIN_DURATION_S);
  return TRUE;
}

/* One that was not given is -1. */
static gboolean
take_seconds (const char *name, int value, guint *out, GError **error)
{
  return value < 0 || take_number (name, value, 1, 86400, out, error);
}

static gboolean
take_changes (PhoneEndpointOptions *options, const RawOptions *raw, GError **error)
{
  return take_seconds ("--hold-every", raw->hold_every_s, &options->hold_every_s,
                       error) &&
         take_seconds ("--early-media", raw->early_media_s, &options->early_media_s,
                       error) &&
         take_seconds ("--video-add", raw->video_add_s, &options->video_add_s, error) &&
         take_seconds ("--video-remove", raw->video_remove_s, &options->video_remove_s,
                       error);
}

static gboolean
take_values (PhoneEndpointOptions *options, const RawOptions *raw, GError **error)
{
  int timeout_s = raw->timeout_s;

  if (timeout_s < 0) /* not given: one who answers many waits for ever */
    timeout_s = options->command == PHONE_COMMAND_ANSWER && raw->count != 1
                    ? 0
                    : PHONE_DEFAULT_TIMEOUT_S;
  if (raw->expect != NULL && !take_expect (options, raw->expect, error))
    return FALSE;
  if (raw->codecs != NULL && !take_codecs (options, raw->codecs, error))
    return FALSE;
  return take_duration (options, raw->duration_s, error) &&
         take_changes (options, raw, error) &&
         take_number ("--timeout", timeout_s, 0, 86400, &options->timeout_s, error) &&
         take_number ("--count", raw->count, 0, G_MAXINT, &options->count, error) &&
         take_number ("--tone", raw->tone_hz, MIN_TONE_HZ, MAX_TONE_HZ, &options->tone_hz,
                      error);
}

/* ---- What goes together ---- */

static gboolean
check_account (const PhoneEndpointOptions *options, GError **error)
{
  gboolean is_serve = options->command == PHONE_COMMAND_SERVE;

  if ((options->servers == NULL) != (options->account == NULL))
    return usage_error (error, "--server and --account belong together");
  if (options->servers == NULL && !is_serve)
    return usage_error (error, "--server and --account are needed");
  if (is_serve && (g_strcmp0 (options->password_file, "-") == 0 ||
                   g_strcmp0 (options->turn_password_file, "-") == 0))
    return usage_error (error, "serve reads requests from standard input, no password");
  if (g_strcmp0 (options->password_file, "-") == 0 &&
      g_strcmp0 (options->turn_password_file, "-") == 0)
    return usage_error (error, "only one password can come from standard input");
  return TRUE;
}

static gboolean
check_source (const PhoneEndpointOptions *options, GError **error)
{
  if (options->devices && options->echo)
    return usage_error (error, "--devices and --echo exclude each other");
  if (options->devices && (options->expect & PHONE_EXPECT_ECHO) != 0)
    return usage_error (error, "--expect echo needs a source of our own: not --devices");
  return TRUE;
}

static gboolean
check_expect (const PhoneEndpointOptions *options, GError **error)
{
  const PhoneExpect pictures = PHONE_EXPECT_VIDEO | PHONE_EXPECT_FRAMES;

  if (options->expect == PHONE_EXPECT_NONE)
    return TRUE;
  if (options->command == PHONE_COMMAND_REGISTER ||
      options->command == PHONE_COMMAND_SERVE)
    return usage_error (error, "--expect goes with call and answer");
  if ((options->expect & pictures) != 0 && !options->video && options->video_add_s == 0)
    return usage_error (error, "--expect video and frames need --video or --video-add");
  if ((options->expect & PHONE_EXPECT_ECHO) != 0 && options->echo)
    return usage_error (error, "--expect echo needs a source of our own: not --echo");
  return TRUE;
}

static gboolean
check_changes (const PhoneEndpointOptions *options, GError **error)
{
  gboolean has_any = options->dtmf != NULL || options->hold_every_s != 0 ||
                     options->video_add_s != 0 || options->video_remove_s != 0 ||
                     options->transfer != NULL || options->accept_transfer;

  if (has_any && (options->command == PHONE_COMMAND_REGISTER ||
                  options->command == PHONE_COMMAND_SERVE))
    return usage_error (error,
                        "--dtmf, --hold-every, --video-add, --video-remove, "
                        "--transfer and --accept-transfer go with call and answer");
  if (options->video_add_s != 0 && options->video)
    return usage_error (error, "--video-add: with --video pictures are there already");
  if (options->video_remove_s != 0 && !options->video &&
      (options->video_add_s == 0 || options->video_remove_s <= options->video_add_s))
    return usage_error (error, "--video-remove needs --video, or --video-add before it");
  if (options->transfer != NULL && options->duration_s == 0)
    return usage_error (error, "--transfer needs --duration, after which it happens");
  return TRUE;
}

static gboolean
check_beginning (const PhoneEndpointOptions *options, GError **error)
{
  if (options->early_media_s != 0 && options->command != PHONE_COMMAND_ANSWER)
    return usage_error (error, "--early-media goes with answer");
  if (options->offerless && options->command != PHONE_COMMAND_CALL)
    return usage_error (error, "--offerless goes with call");
  if (options->history_file != NULL && options->command != PHONE_COMMAND_SERVE)
    return usage_error (error, "--history goes with serve");
  if (options->contacts_file != NULL && options->command != PHONE_COMMAND_SERVE)
    return usage_error (error, "--contacts goes with serve");
  if (options->address_books && options->contacts_file == NULL)
    return usage_error (error, "--address-books goes with --contacts");
  return TRUE;
}

static gboolean
take_command (PhoneEndpointOptions *options, char **words, GError **error)
{
  static const struct {
    const char *name;
    PhoneCommand command;
    guint n_words;
  } table[] = {
      {"call", PHONE_COMMAND_CALL, 2},
      {"answer", PHONE_COMMAND_ANSWER, 1},
      {"register", PHONE_COMMAND_REGISTER, 1},
      {"serve", PHONE_COMMAND_SERVE, 1},
  };

  if (words == NULL || words[0] == NULL)
    return usage_error (error, "a command is needed: call, answer, register or serve");
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (strcmp (words[0], table[i].name) != 0)
      continue;
    if (g_strv_length (words) != table[i].n_words)
      return usage_error (error,
                          table[i].n_words == 2 ? "%s: one address is needed"
                                                : "%s: takes no further word",
                          words[0]);
    options->command = table[i].command;
    options->target = g_strdup (words[1]);
    return TRUE;
  }
  return usage_error (error, "%s: not a command", words[0]);
}

/* ---- The whole line ---- */

static void
add_entries (GOptionContext *context,
             PhoneEndpointOptions *o,
             RawOptions *raw,
             char ***words)
{
  const GOptionEntry entries[] = {
      {"server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->servers,
       "WebSocket address; given again: the next to try where it cannot be reached",
       "URL"},
      {"account", 0, 0, G_OPTION_ARG_STRING, &o->account, "Address of record", "URI"},
      {"auth-user", 0, 0, G_OPTION_ARG_STRING, &o->auth_user, "User, if another", "NAME"},
      {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->password_file,
       "Password, - for standard input", "FILE"},
      {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &o->ca_file, "Trusted authority", "FILE"},
      {"video", 0, 0, G_OPTION_ARG_NONE, &o->video, "Send and take pictures", NULL},
      {"duration", 0, 0, G_OPTION_ARG_INT, &raw->duration_s, "Length of the call", "S"},
      {"timeout", 0, 0, G_OPTION_ARG_INT, &raw->timeout_s, "Patience in a wait", "S"},
      {"count", 0, 0, G_OPTION_ARG_INT, &raw->count, "Calls to answer, 0: no end", "N"},
      {"early-media", 0, 0, G_OPTION_ARG_INT, &raw->early_media_s,
       "Be heard so long before the answer", "S"},
      {"offerless", 0, 0, G_OPTION_ARG_NONE, &o->offerless,
       "Let the far end make the offer", NULL},
      {"dtmf", 0, 0, G_OPTION_ARG_STRING, &o->dtmf, "Digits to send", "DIGITS"},
      {"hold-every", 0, 0, G_OPTION_ARG_INT, &raw->hold_every_s,
       "Hold so long, resume so long, and again", "S"},
      {"video-add", 0, 0, G_OPTION_ARG_INT, &raw->video_add_s,
       "Send pictures from then on", "S"},
      {"video-remove", 0, 0, G_OPTION_ARG_INT, &raw->video_remove_s,
       "Send no pictures from then on", "S"},
      {"transfer", 0, 0, G_OPTION_ARG_STRING, &o->transfer,
       "Hand the call on when its time is over", "URI"},
      {"accept-transfer", 0, 0, G_OPTION_ARG_NONE, &o->accept_transfer,
       "Follow a far end that hands us on", NULL},
      {"expect", 0, 0, G_OPTION_ARG_STRING, &raw->expect, "What to prove", "KIND,..."},
      {"codec", 0, 0, G_OPTION_ARG_STRING, &raw->codecs, "Codecs, best first",
       "NAME,..."},
      {"ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->ice_servers,
       "STUN or TURN server, may be repeated", "URI"},
      {"turn-user", 0, 0, G_OPTION_ARG_STRING, &o->turn_user, "User at TURN", "NAME"},
      {"turn-password-file", 0, 0, G_OPTION_ARG_FILENAME, &o->turn_password_file,
       "Password at TURN", "FILE"},
      {"relay-only", 0, 0, G_OPTION_ARG_NONE, &o->relay_only, "Media by TURN alone",
       NULL},
      {"local-address", 0, 0, G_OPTION_ARG_STRING, &o->local_address,
       "Interface for media", "ADDR"},
      {"echo", 0, 0, G_OPTION_ARG_NONE, &o->echo, "Send back what comes", NULL},
      {"devices", 0, 0, G_OPTION_ARG_NONE, &o->devices,
       "Use the microphone, the speaker and the camera", NULL},
      {"tone", 0, 0, G_OPTION_ARG_INT, &raw->tone_hz, "Tone to send", "HZ"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "One JSON object a line", NULL},
      {"junit", 0, 0, G_OPTION_ARG_FILENAME, &o->junit_file, "Verdict as JUnit", "FILE"},
      {"trace", 0, 0, G_OPTION_ARG_NONE, &o->trace, "SIP ladder on stderr", NULL},
      {"history", 0, 0, G_OPTION_ARG_FILENAME, &o->history_file,
       "serve: keep the calls that are over in this file", "FILE"},
      {"contacts", 0, 0, G_OPTION_ARG_FILENAME, &o->contacts_file,
       "serve: contacts are in this file", "FILE"},
      {"address-books", 0, 0, G_OPTION_ARG_NONE, &o->address_books,
       "serve: the session's address books are contacts too", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &raw->version, "Print the version", NULL},
      {"help", 'h', 0, G_OPTION_ARG_NONE, &raw->help, "This text", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, words, NULL, NULL},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

PhoneEndpointOptions *
phone_endpoint_options_parse (const char *const *argv, char **told, GError **error)
{
  g_autoptr (PhoneEndpointOptions) options = g_new0 (PhoneEndpointOptions, 1);
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND");
  g_auto (GStrv) own_argv = g_strdupv ((char **)argv);
  g_auto (GStrv) words = NULL;
  g_auto (RawOptions) raw = {
      .duration_s = -1,
      .timeout_s = -1,
      .count = 1,
      .tone_hz = PHONE_DEFAULT_TONE_HZ,
      .hold_every_s = -1,
      .early_media_s = -1,
      .video_add_s = -1,
      .video_remove_s = -1,
  };

  add_entries (context, options, &raw, &words);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse_strv (context, &own_argv, error))
    return NULL;
  if (raw.help)
    *told = g_option_context_get_help (context, TRUE, NULL);
  else if (raw.version)
    *told = g_strdup ("phone-endpoint " PHONE_VERSION "\n");
  if (*told != NULL)
    return NULL;
  if (!take_command (options, words, error) || !take_values (options, &raw, error) ||
      !check_account (options, error) || !check_expect (options, error) ||
      !check_source (options, error) || !check_beginning (options, error) ||
      !check_changes (options, error))
    return NULL;
  return g_steal_pointer (&options);
}

/* ---- Passwords ---- */

void
phone_endpoint_free_password (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}

static char *
read_first_line (FILE *stream)
{
  char buffer[MAX_PASSWORD_BYTES + 2];
  char *line = NULL;

  if (fgets (buffer, sizeof buffer, stream) != NULL) {
    buffer[strcspn (buffer, "\r\n")] = '\0';
    line = g_strdup (buffer);
  }
  explicit_bzero (buffer, sizeof buffer);
  return line;
}

char *
phone_endpoint_read_password (const char *file, GError **error)
{
  gboolean is_stdin = strcmp (file, "-") == 0;
  FILE *stream = is_stdin ? stdin : fopen (file, "re");
  g_autofree char *line = NULL;

  if (stream == NULL) {
    usage_error (error, "%s: %s", file, g_strerror (errno));
    return NULL;
  }
  line = read_first_line (stream);
  if (!is_stdin)
    fclose (stream);
  if (line == NULL || line[0] == '\0' || strlen (line) > MAX_PASSWORD_BYTES) {
    usage_error (error, "%s: no password on the first line", file);
    return NULL;
  }
  return g_steal_pointer (&line);
}
