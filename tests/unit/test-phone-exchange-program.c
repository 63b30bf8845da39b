/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange-fixture.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

/* Where a REGISTER asks for no time of its own. */
#define DEFAULT_EXPIRES_S 600

/* The program under test; the first argument of this one. */
static const char *program;

/* ---- Runs that end by themselves ---- */

typedef struct {
  int code;
  char *output;
  char *errors;
} Run;

static Run
run (const char *input, const char *arguments)
{
  g_autofree char *line = g_strconcat (program, " ", arguments, NULL);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  Run result = {0};

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  child =
      g_subprocess_newv ((const char *const *)argv,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (child, input, NULL, &result.output, &result.errors,
                                 &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (child));
  result.code = g_subprocess_get_exit_status (child);
  return result;
}

static void
run_clear (Run *result)
{
  g_free (result->output);
  g_free (result->errors);
}

typedef struct {
  const char *arguments;
  int code;
  const char *sentence;
} UsageCase;

static void
test_usage (void)
{
  static const UsageCase cases[] = {
      {"", 1, "Who may sign in?"},
      {"--open --listen 0.0.0.0:0", 1, "this machine only"},
      {"--open --listen [::]:0", 1, "this machine only"},
      {"--open --listen 127.0.0.1", 1, "ADDRESS:PORT"},
      {"--open --listen 127.0.0.1:99999", 1, "ADDRESS:PORT"},
      {"--open --users x", 1, "exclude"},
      {"--users /nonexistent/users", 1, "No such file"},
      {"--open --key x", 1, "--cert"},
      {"--open fly", 1, "--help"},
      {"--password secret", 1, "--password"},
      {"bindings --control /nonexistent/socket", 2, ""},
      {"--version", 0, ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Run result = run (NULL, cases[i].arguments);

    g_test_message ("%s: %s", cases[i].arguments, result.errors);
    g_assert_cmpint (result.code, ==, cases[i].code);
    g_assert_nonnull (strstr (result.errors, cases[i].sentence));
    run_clear (&result);
  }
}

static void
test_passwd (void)
{
  Run result = run ("secret\n", "passwd bob --domain example.org");
  Run empty = run ("\n", "passwd bob");

  g_assert_cmpint (result.code, ==, 0);
  g_assert_cmpstr (result.output, ==,
                   "bob:example.org:3d43f24c71b71cdd4be54e0721962a79:"
                   "f7dfffb9ffe954f5567e6ce036fab05b75b1960bdfc919625263ab08b9f5e8e4\n");
  g_assert_cmpint (empty.code, ==, 1);
  run_clear (&result);
  run_clear (&empty);
}

/* ---- Runs that serve ---- */

typedef struct {
  char *folder;
  char *control;
  GSubprocess *child;
  GDataInputStream *output;
} Server;

static void
server_init (Server *server, const char *arguments)
{
  g_autofree char *users = NULL;
  g_autofree char *line = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;

  server->folder = g_dir_make_tmp ("exchange-XXXXXX", NULL);
  server->control = g_build_filename (server->folder, "control", NULL);
  users = g_build_filename (server->folder, "users", NULL);
  g_assert_true (g_file_set_contents_full (users, "alice:secret\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  g_assert_cmpint (g_chmod (users, 0644), ==, 0);
  line = g_strdup_printf ("%s --listen 127.0.0.1:0 --users %s --control %s %s", program,
                          users, server->control, arguments);
  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  server->child =
      g_subprocess_newv ((const char *const *)argv,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                             G_SUBPROCESS_FLAGS_STDERR_PIPE,
                         &error);
  g_assert_no_error (error);
  server->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->child));
}

static char *
server_take_line (Server *server)
{
  char *line = g_data_input_stream_read_line_utf8 (server->output, NULL, NULL, NULL);

  g_assert_nonnull (line);
  return line;
}

static void
server_expect_exit (Server *server)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (server->child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (server->child));
  g_assert_cmpint (g_subprocess_get_exit_status (server->child), ==, 0);
  g_assert_false (g_file_test (server->control, G_FILE_TEST_EXISTS));
}

static void
server_clear (Server *server)
{
  g_autofree char *users = g_build_filename (server->folder, "users", NULL);

  g_unlink (users);
  g_rmdir (server->folder);
  g_object_unref (server->output);
  g_object_unref (server->child);
  g_free (server->folder);
  g_free (server->control);
}

static void
test_signals (void)
{
  static const int numbers[] = {SIGTERM, SIGINT};

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    Server server;
    g_autofree char *line = NULL;
    g_autoptr (JsonNode) node = NULL;
    JsonObject *object = NULL;

    server_init (&server, "--json --guest alice --domain test.example");
    line = server_take_line (&server);
    node = json_from_string (line, NULL);
    object = json_node_get_object (node);
    g_assert_cmpstr (json_object_get_string_member (object, "event"), ==, "listening");
    g_assert_cmpstr (json_object_get_string_member (object, "domain"), ==,
                     "test.example");
    g_assert_true (g_str_has_prefix (json_object_get_string_member (object, "url"),
                                     "ws://127.0.0.1:"));
    g_assert_nonnull (
        strstr (json_object_get_string_member (object, "guest_link"), "/guest/#"));
    g_subprocess_send_signal (server.child, numbers[i]);
    server_expect_exit (&server);
    server_clear (&server);
  }
}

static void
test_exit_with_parent (void)
{
  Server server;
  g_autofree char *line = NULL;

  server_init (&server, "--json --exit-with-parent");
  line = server_take_line (&server);
  g_output_stream_close (g_subprocess_get_stdin_pipe (server.child), NULL, NULL);
  server_expect_exit (&server);
  server_clear (&server);
}

/* The passwords of the users are in its memory. */
static void
test_no_core_dumps (void)
{
  Server server;
  g_autofree char *line = NULL;
  g_autofree char *path = NULL;
  g_autofree char *limits = NULL;
  g_autoptr (GError) error = NULL;

  server_init (&server, "--json");
  line = server_take_line (&server);
  path = g_strdup_printf ("/proc/%s/limits", g_subprocess_get_identifier (server.child));
  g_file_get_contents (path, &limits, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_regex_match_simple ("Max core file size +0 +0 ", limits, 0, 0));
  g_subprocess_send_signal (server.child, SIGTERM);
  server_expect_exit (&server);
  server_clear (&server);
}

/* What a person sees: the link, the fingerprint, the two warnings. */
static void
test_text (void)
{
  Server server;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GDataInputStream) errors = NULL;
  g_autofree char *warning = NULL;

  server_init (&server, "--tls --guest alice");
  for (guint i = 0; i < 6; i++) {
    g_autofree char *line = server_take_line (&server);
    g_string_append_printf (text, "%s\n", line);
  }
  g_assert_nonnull (strstr (text->str, "wss://127.0.0.1:"));
  g_assert_nonnull (strstr (text->str, "https://127.0.0.1:"));
  g_assert_nonnull (strstr (text->str, "(SHA-256)"));
  g_assert_nonnull (strstr (text->str, "browser will warn"));
  errors = g_data_input_stream_new (g_subprocess_get_stderr_pipe (server.child));
  warning = g_data_input_stream_read_line_utf8 (errors, NULL, NULL, NULL);
  g_assert_nonnull (strstr (warning, "chmod 600"));
  g_subprocess_send_signal (server.child, SIGTERM);
  server_expect_exit (&server);
  server_clear (&server);
}

/* ---- Who is registered ---- */

static JsonObject *
server_take_event (Server *server, JsonNode **node)
{
  g_autofree char *line = server_take_line (server);

  *node = json_from_string (line, NULL);
  g_assert_nonnull (*node);
  return json_node_get_object (*node);
}

static Run
server_ask_bindings (Server *server, const char *options)
{
  g_autofree char *arguments =
      g_strdup_printf ("bindings %s --control %s", options, server->control);
  Run result = run (NULL, arguments);

  g_assert_cmpint (result.code, ==, 0);
  return result;
}

/* Where it really is, as the kernel has it: libsoup wraps the connection twice. */
static char *
dup_real_address (WsClient *client)
{
  g_autoptr (GObject) stream = g_object_ref (
      G_OBJECT (soup_websocket_connection_get_io_stream (client->connection)));
  g_autoptr (GSocketAddress) address = NULL;

  while (!G_IS_SOCKET_CONNECTION (stream)) {
    GObject *inner = NULL;

    g_object_get (stream, "base-iostream", &inner, NULL);
    g_set_object (&stream, inner);
    g_object_unref (inner);
  }
  address = g_socket_connection_get_local_address (G_SOCKET_CONNECTION (stream), NULL);
  return g_strdup_printf (
      "127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static void
expect_member (JsonObject *object, const char *name, const char *value)
{
  g_assert_cmpstr (json_object_get_string_member_with_default (object, name, NULL), ==,
                   value);
}

/* What was granted just now, and the log tells it in the same turn. */
static void
check_logged (Server *server, const char *remote)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *event = server_take_event (server, &node);

  expect_member (event, "event", "registered");
  expect_member (event, "aor", "alice@test.example");
  expect_member (event, "remote", remote);
  expect_member (event, "transport", "ws");
  expect_member (event, "contact", "sip:alice@c.invalid;transport=ws");
  g_assert_cmpint (json_object_get_int_member_with_default (event, "expires_s", -1), ==,
                   DEFAULT_EXPIRES_S);
}

static void
check_listed (Server *server, const char *remote)
{
  Run result = server_ask_bindings (server, "--json");
  g_autoptr (JsonNode) node = json_from_string (result.output, NULL);
  JsonArray *array = json_node_get_array (node);
  JsonObject *binding = NULL;
  gint64 expires_s = 0;

  g_assert_cmpuint (json_array_get_length (array), ==, 1);
  binding = json_array_get_object_element (array, 0);
  expect_member (binding, "aor", "alice@test.example");
  expect_member (binding, "remote", remote);
  expect_member (binding, "transport", "ws");
  expires_s = json_object_get_int_member_with_default (binding, "expires_s", -1);
  g_assert_cmpint (expires_s, >, DEFAULT_EXPIRES_S - 60);
  g_assert_cmpint (expires_s, <=, DEFAULT_EXPIRES_S);
  run_clear (&result);
}

/* The same in a row for people. */
static void
check_row (Server *server, const char *remote)
{
  Run result = server_ask_bindings (server, "");
  g_auto (GStrv) lines = g_strsplit (result.output, "\n", -1);
  g_autofree char *row = g_strdup_printf (
      "^alice@test\\.example +%s +ws +[0-9]+ s +sip:alice@c\\.invalid;transport=ws$",
      remote);

  g_assert_cmpuint (g_strv_length (lines), ==, 3); /* the last is empty */
  g_assert_true (g_regex_match_simple (
      "^ADDRESS OF RECORD +REAL ADDRESS +OVER +EXPIRES +CONTACT$", lines[0], 0, 0));
  g_test_message ("%s", lines[1]);
  g_assert_true (g_regex_match_simple (row, lines[1], 0, 0));
  run_clear (&result);
}

static void
check_nobody (Server *server)
{
  Run table = server_ask_bindings (server, "");
  Run json = server_ask_bindings (server, "--json");

  g_assert_nonnull (strstr (table.output, "REAL ADDRESS"));
  g_assert_null (strstr (table.output, "alice"));
  g_assert_cmpstr (json.output, ==, "[]\n");
  run_clear (&table);
  run_clear (&json);
}

static void
test_bindings (void)
{
  Server server;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *listening = NULL;
  WsClient *client = NULL;
  g_autofree char *remote = NULL;

  server_init (&server, "--json --domain test.example");
  listening = server_take_event (&server, &node);
  check_nobody (&server);
  client = ws_client_new (json_object_get_string_member (listening, "url"), NULL);
  g_assert_cmpuint (ws_client_register (client, "alice", "test.example", "secret"), ==,
                    200);
  remote = dup_real_address (client);
  check_logged (&server, remote);
  check_listed (&server, remote);
  check_row (&server, remote);
  ws_client_free (client);
  g_subprocess_send_signal (server.child, SIGTERM);
  server_expect_exit (&server);
  server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/exchange-program/usage", test_usage);
  g_test_add_func ("/exchange-program/passwd", test_passwd);
  g_test_add_func ("/exchange-program/signals", test_signals);
  g_test_add_func ("/exchange-program/exit-with-parent", test_exit_with_parent);
  g_test_add_func ("/exchange-program/no-core-dumps", test_no_core_dumps);
  g_test_add_func ("/exchange-program/text", test_text);
  g_test_add_func ("/exchange-program/bindings", test_bindings);
  return g_test_run ();
}
