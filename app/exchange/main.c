/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-control.h"
#include "phone-exchange-log.h"
#include "phone-exchange-options.h"
#include "phone-exchange-users.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Exit codes; documented in the man page. */
#define EXIT_USAGE 1
#define EXIT_NO_SERVICE 2

#define GOODBYE_MS 500 /* for the close handshakes */
#define MAX_PASSWORD_BYTES 1024

typedef struct {
  PhoneExchangeOptions *options;
  GMainLoop *loop;
} Program;

static int
report (const GError *error, int code)
{
  fprintf (stderr, "phone-exchange: %s\n", error->message);
  return code;
}

/* ---- bindings ---- */

static void
print_binding (JsonObject *binding)
{
  printf ("%-32s %-22s %-4s %6" G_GINT64_FORMAT " s  %s%s\n",
          json_object_get_string_member_with_default (binding, "aor", ""),
          json_object_get_string_member_with_default (binding, "remote", ""),
          json_object_get_string_member_with_default (binding, "transport", ""),
          json_object_get_int_member_with_default (binding, "expires_s", 0),
          json_object_get_string_member_with_default (binding, "contact", ""),
          json_object_get_boolean_member_with_default (binding, "connected", FALSE)
              ? ""
              : "  (connection lost)");
}

static void
print_table (const char *json)
{
  g_autoptr (JsonNode) root = json_from_string (json, NULL);
  JsonArray *array = root != NULL ? json_node_get_array (root) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;

  printf ("%-32s %-22s %-4s %8s  %s\n", "ADDRESS OF RECORD", "REAL ADDRESS", "OVER",
          "EXPIRES", "CONTACT");
  for (guint i = 0; i < n; i++)
    print_binding (json_array_get_object_element (array, i));
}

static int
run_bindings (const PhoneExchangeOptions *options)
{
  g_autofree char *path = options->control != NULL
                              ? g_strdup (options->control)
                              : phone_exchange_control_dup_default_path ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = phone_exchange_control_ask (path, &error);

  if (json == NULL)
    return error != NULL ? report (error, EXIT_NO_SERVICE) : EXIT_NO_SERVICE;
  if (options->json)
    printf ("%s\n", json);
  else
    print_table (json);
  return 0;
}

/* ---- passwd ---- */

static int
run_passwd (const PhoneExchangeOptions *options)
{
  char password[MAX_PASSWORD_BYTES];
  g_autofree char *line = NULL;

  if (isatty (STDIN_FILENO))
    fprintf (stderr, "Password (shown as you type): ");
  if (fgets (password, sizeof password, stdin) == NULL ||
      strcspn (password, "\r\n") == 0 || strchr (options->user, ':') != NULL) {
    fprintf (stderr, "phone-exchange: a user without ':' and a password are needed\n");
    return EXIT_USAGE;
  }
  password[strcspn (password, "\r\n")] = '\0';
  line = phone_exchange_users_make_line (
      options->user,
      options->domain != NULL ? options->domain : PHONE_EXCHANGE_DEFAULT_DOMAIN,
      password);
  explicit_bzero (password, sizeof password);
  printf ("%s\n", line);
  return 0;
}

/* ---- serve ---- */

static void
on_exchange_event (PhoneExchange *exchange, PhoneExchangeEvent *event, Program *program)
{
  g_autofree char *line = program->options->json ? phone_exchange_log_dup_json (event)
                                                 : phone_exchange_log_dup_text (event);

  printf ("%s\n", line);
  fflush (stdout);
}

static void
add_member (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
print_start_json (PhoneExchange *exchange)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  add_member (builder, "event", "listening");
  add_member (builder, "url", phone_exchange_get_url (exchange));
  add_member (builder, "domain", phone_exchange_get_domain (exchange));
  add_member (builder, "guest_link", phone_exchange_get_guest_link (exchange));
  add_member (builder, "fingerprint", phone_exchange_get_fingerprint (exchange));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  printf ("%s\n", line);
}

static void
print_start_text (PhoneExchange *exchange, const PhoneExchangeOptions *options)
{
  const char *fingerprint = phone_exchange_get_fingerprint (exchange);
  const char *link = phone_exchange_get_guest_link (exchange);

  printf ("Server       %s\n", phone_exchange_get_url (exchange));
  printf ("Addresses    sip:NAME@%s\n", phone_exchange_get_domain (exchange));
  if (link != NULL)
    printf ("Guest link   %s\n", link);
  if (fingerprint != NULL)
    printf ("Certificate  %s (SHA-256)\n", fingerprint);
  if (fingerprint != NULL && options->certificate == NULL)
    printf ("The browser will warn that it does not know this certificate. Go on only if "
            "it\nshows the fingerprint above.\n");
}

static void
print_start (PhoneExchange *exchange, const PhoneExchangeOptions *options)
{
  if (options->users != NULL && phone_exchange_users_is_exposed (options->users))
    fprintf (stderr, "phone-exchange: others on this machine can read %s; chmod 600 it\n",
             options->users);
  if (options->json)
    print_start_json (exchange);
  else
    print_start_text (exchange, options);
  fflush (stdout);
}

static PhoneExchangeControl *
open_control (PhoneExchange *exchange, const PhoneExchangeOptions *options)
{
  g_autofree char *path = options->control != NULL
                              ? g_strdup (options->control)
                              : phone_exchange_control_dup_default_path ();
  g_autoptr (GError) error = NULL;
  PhoneExchangeControl *control = phone_exchange_control_new (exchange, path, &error);

  if (control == NULL)
    fprintf (stderr, "phone-exchange: \"bindings\" will not find this one: %s\n",
             error->message);
  return control;
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_input_skipped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *program = user_data;

  if (g_input_stream_skip_finish (G_INPUT_STREAM (source), result, NULL) > 0)
    g_input_stream_skip_async (G_INPUT_STREAM (source), MAX_PASSWORD_BYTES,
                               G_PRIORITY_DEFAULT, NULL, on_input_skipped, program);
  else
    g_main_loop_quit (program->loop);
}

static void
watch_parent (Program *program)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  g_input_stream_skip_async (input, MAX_PASSWORD_BYTES, G_PRIORITY_DEFAULT, NULL,
                             on_input_skipped, program);
}

static gboolean
on_goodbye_over (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
serve (Program *program, PhoneExchange *exchange)
{
  g_autoptr (PhoneExchangeControl) control = open_control (exchange, program->options);

  g_signal_connect (exchange, "event", G_CALLBACK (on_exchange_event), program);
  g_unix_signal_add (SIGINT, on_signal, program->loop);
  g_unix_signal_add (SIGTERM, on_signal, program->loop);
  if (program->options->exit_with_parent)
    watch_parent (program);
  print_start (exchange, program->options);
  g_main_loop_run (program->loop);

  phone_exchange_stop (exchange);
  g_timeout_add (GOODBYE_MS, on_goodbye_over, program->loop);
  g_main_loop_run (program->loop);
}

static int
run_serve (PhoneExchangeOptions *options)
{
  PhoneExchangeConfig config = {
      .domain = options->domain,
      .listen_address = options->address,
      .listen_port = options->port,
      .flags = (options->open ? PHONE_EXCHANGE_FLAG_OPEN : PHONE_EXCHANGE_FLAG_NONE) |
               (options->tls ? PHONE_EXCHANGE_FLAG_TLS : PHONE_EXCHANGE_FLAG_NONE),
      .users_file = options->users,
      .certificate_file = options->certificate,
      .key_file = options->key,
      .guest_owner = options->guest_owner,
      .guest_name = options->guest_name,
      .state_dir = options->state_dir,
      .allowed_origins = (const char *const *)options->origins,
      .ice_servers = (const char *const *)options->ice_servers,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (PhoneExchange) exchange = phone_exchange_new (&config, &error);
  Program program = {.options = options, .loop = loop};

  if (exchange == NULL)
    return report (error, EXIT_USAGE);
  if (!phone_exchange_start (exchange, &error))
    return report (error, EXIT_NO_SERVICE);
  serve (&program, exchange);
  return 0;
}

/* A core dump would have the users' passwords in it, and so would another process that may
 * read this one's memory. */
static void
forbid_core_dumps (void)
{
  const struct rlimit none = {0, 0};

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Many connections that say nothing must not keep out one that does. */
static void
allow_many_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
  }
}

int
main (int argc, char **argv)
{
  g_auto (PhoneExchangeOptions) options = {0};
  g_autoptr (GError) error = NULL;

  forbid_core_dumps ();
  setlocale (LC_ALL, "");
  if (!phone_exchange_options_parse (&options, &argc, &argv, &error))
    return report (error, EXIT_USAGE);
  if (options.version) {
    printf ("phone-exchange " PHONE_VERSION "\n");
    return 0;
  }
  switch (options.command) {
  case PHONE_EXCHANGE_COMMAND_BINDINGS:
    return run_bindings (&options);
  case PHONE_EXCHANGE_COMMAND_PASSWD:
    return run_passwd (&options);
  case PHONE_EXCHANGE_COMMAND_SERVE:
    allow_many_files ();
    return run_serve (&options);
  }
  g_assert_not_reached ();
}
