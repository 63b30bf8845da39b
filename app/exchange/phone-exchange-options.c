/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-options.h"

#include <string.h>

#define DEFAULT_LISTEN "127.0.0.1:5080"

static const char summary[] =
    "SIP over WebSocket for one machine or a small group, and a page to call from.\n"
    "\n"
    "Commands:\n"
    "  (none)        serve\n"
    "  bindings      show who is registered with the exchange that runs\n"
    "  passwd USER   read a password from standard input, print a line for the users "
    "file";

static gboolean
fail (GError **error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static gboolean
parse_listen (PhoneExchangeOptions *options, const char *text, GError **error)
{
  const char *colon = strrchr (text, ':');
  guint64 port = 0;

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    return fail (error, "--listen wants ADDRESS:PORT, as 127.0.0.1:5080");
  options->port = port;
  if (text[0] == '[' && colon > text && colon[-1] == ']')
    options->address = g_strndup (text + 1, colon - text - 2);
  else
    options->address = g_strndup (text, colon - text);
  return TRUE;
}

static gboolean
parse_command (PhoneExchangeOptions *options, int argc, char **argv, GError **error)
{
  if (argc == 1)
    return TRUE;
  if (g_str_equal (argv[1], "bindings") && argc == 2) {
    options->command = PHONE_EXCHANGE_COMMAND_BINDINGS;
    return TRUE;
  }
  if (g_str_equal (argv[1], "passwd") && argc == 3) {
    options->command = PHONE_EXCHANGE_COMMAND_PASSWD;
    options->user = g_strdup (argv[2]);
    return TRUE;
  }
  return fail (error,
               "There is no such command, or it wants other arguments; see --help");
}

static gboolean
check (PhoneExchangeOptions *options, GError **error)
{
  if (options->key != NULL && options->certificate == NULL)
    return fail (error, "--key goes with --cert");
  if (options->open && options->users != NULL)
    return fail (error, "--open and --users exclude each other");
  if (options->command == PHONE_EXCHANGE_COMMAND_SERVE && !options->open &&
      options->users == NULL && !options->version)
    return fail (error, "Who may sign in? --users FILE, or --open on this machine only");
  options->tls |= options->certificate != NULL;
  return TRUE;
}

static GOptionContext *
make_context (PhoneExchangeOptions *o, char **listen)
{
  const GOptionEntry entries[] = {
      {"listen", 0, 0, G_OPTION_ARG_STRING, listen,
       "Where; port 0: a free one (" DEFAULT_LISTEN ")", "ADDRESS:PORT"},
      {"domain", 0, 0, G_OPTION_ARG_STRING, &o->domain,
       "Of the addresses and the realm (phone.invalid)", "NAME"},
      {"users", 0, 0, G_OPTION_ARG_FILENAME, &o->users, "Who may sign in", "FILE"},
      {"open", 0, 0, G_OPTION_ARG_NONE, &o->open,
       "Anybody on this machine, without a password", NULL},
      {"tls", 0, 0, G_OPTION_ARG_NONE, &o->tls,
       "HTTPS and WSS, with a certificate of its own", NULL},
      {"cert", 0, 0, G_OPTION_ARG_FILENAME, &o->certificate,
       "HTTPS and WSS, with this certificate (PEM)", "FILE"},
      {"key", 0, 0, G_OPTION_ARG_FILENAME, &o->key,
       "Its private key (PEM), if not in the same file", "FILE"},
      {"guest", 0, 0, G_OPTION_ARG_STRING, &o->guest_owner,
       "Print a link to a page that calls USER", "USER"},
      {"guest-name", 0, 0, G_OPTION_ARG_STRING, &o->guest_name,
       "Who that page says is called", "NAME"},
      {"ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->ice_servers,
       "For that page, as stun:host:port", "URI"},
      {"allow-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->origins,
       "A page elsewhere that may connect; * for any", "ORIGIN"},
      {"state-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->state_dir,
       "Keep key, link and certificate here", "DIR"},
      {"control", 0, 0, G_OPTION_ARG_FILENAME, &o->control, "The socket for \"bindings\"",
       "PATH"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &o->json,
       "One JSON object a line on standard output", NULL},
      {"exit-with-parent", 0, 0, G_OPTION_ARG_NONE, &o->exit_with_parent,
       "End when standard input ends", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Print the version", NULL},
      {NULL},
  };
  GOptionContext *context = g_option_context_new ("[COMMAND]");

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

gboolean
phone_exchange_options_parse (PhoneExchangeOptions *options,
                              int *argc,
                              char ***argv,
                              GError **error)
{
  g_autofree char *listen = NULL;
  g_autoptr (GOptionContext) context = make_context (options, &listen);

  return g_option_context_parse (context, argc, argv, error) &&
         parse_listen (options, listen != NULL ? listen : DEFAULT_LISTEN, error) &&
         parse_command (options, *argc, *argv, error) && check (options, error);
}

void
phone_exchange_options_clear (PhoneExchangeOptions *options)
{
  g_free (options->address);
  g_free (options->domain);
  g_free (options->users);
  g_free (options->certificate);
  g_free (options->key);
  g_free (options->guest_owner);
  g_free (options->guest_name);
  g_free (options->state_dir);
  g_free (options->control);
  g_strfreev (options->origins);
  g_strfreev (options->ice_servers);
  g_free (options->user);
}
