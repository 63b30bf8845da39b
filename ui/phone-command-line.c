/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-command-line.h"

#include "phone-call-lookup.h"

#include <glib/gi18n.h>

#define EXIT_DONE 0
#define EXIT_NOT_DONE 1
#define EXIT_MISUSED 2

/* ---- In the process started ---- */

void
phone_command_line_add_options (GApplication *application)
{
  const GOptionEntry entries[] = {
      {"answer", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Answer the call that rings"), NULL},
      {"decline", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Decline the call that rings"),
       NULL},
      {"hang-up", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("End the call"), NULL},
      {"dnd", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Turn Do Not Disturb on or off"),
       N_ ("on|off")},
      {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL},
      {"media", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, NULL,
       N_ ("“test” sends a tone and numbered pictures instead of microphone and camera"),
       N_ ("KIND")},
      {"right-to-left", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL,
       N_ ("Lay the window out as for a language that is written so"), NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[ADDRESS]")},
      {NULL},
  };

  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_summary (
      application, _ ("A phone that calls browsers and is called by them."));
  g_application_set_option_context_description (
      application,
      _ ("An ADDRESS is bob@example.org, a number, or a sip:, sips: or tel: link. It is "
         "called once that is confirmed in the window."));
}

/* A command makes no sense to a phone that this very process would start. */
static gboolean
is_running (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  gboolean has_owner = FALSE;

  if (bus != NULL)
    reply = g_dbus_connection_call_sync (
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "NameHasOwner", g_variant_new ("(s)", APPLICATION_ID), G_VARIANT_TYPE ("(b)"),
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

static gboolean
is_command (GVariantDict *options)
{
  return g_variant_dict_contains (options, "answer") ||
         g_variant_dict_contains (options, "decline") ||
         g_variant_dict_contains (options, "hang-up") ||
         g_variant_dict_contains (options, "dnd");
}

int
phone_command_line_check (GVariantDict *options)
{
  g_autofree const char **addresses = NULL;
  const char *text = NULL;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("phone %s\n", PHONE_VERSION);
    return EXIT_DONE;
  }
  if (g_variant_dict_lookup (options, "media", "&s", &text) &&
      g_strcmp0 (text, "test") != 0) {
    g_printerr (_ ("phone: there is no media “%s”; try “phone --help”\n"), text);
    return EXIT_MISUSED;
  }
  if (g_variant_dict_lookup (options, "dnd", "&s", &text) &&
      g_strcmp0 (text, "on") != 0 && g_strcmp0 (text, "off") != 0) {
    g_printerr (_ ("phone: --dnd is on or off, not “%s”\n"), text);
    return EXIT_MISUSED;
  }
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &addresses) &&
      g_strv_length ((char **)addresses) > 1) {
    g_printerr (_ ("phone: one address can be called at a time\n"));
    return EXIT_MISUSED;
  }
  if (is_command (options) && !is_running ()) {
    g_printerr (_ ("phone: it is not running\n"));
    return EXIT_NOT_DONE;
  }
  return -1;
}

/* ---- In the phone that runs ---- */

static gboolean
act_on (GActionGroup *actions, const char *action, PhoneCall *call)
{
  g_autoptr (PhoneCall) owned = call;

  if (call != NULL)
    g_action_group_activate_action (actions, action,
                                    g_variant_new_string (phone_call_get_id (call)));
  return call != NULL;
}

int
phone_command_line_run (GApplicationCommandLine *line,
                        GActionGroup *actions,
                        GListModel *calls)
{
  GVariantDict *options = g_application_command_line_get_options_dict (line);
  g_autofree const char **addresses = NULL;
  const char *dnd = NULL;
  gboolean is_done = TRUE;

  if (g_variant_dict_lookup (options, "dnd", "&s", &dnd))
    g_action_group_change_action_state (actions, "do-not-disturb",
                                        g_variant_new_boolean (g_str_equal (dnd, "on")));
  if (g_variant_dict_contains (options, "hang-up"))
    is_done &= act_on (actions, "hang-up", phone_call_lookup_current (calls));
  if (g_variant_dict_contains (options, "answer"))
    is_done &= act_on (actions, "answer", phone_call_lookup_ringing (calls));
  else if (g_variant_dict_contains (options, "decline"))
    is_done &= act_on (actions, "decline", phone_call_lookup_ringing (calls));
  if (!is_done)
    g_application_command_line_printerr (line, "%s\n",
                                         _ ("phone: there is no such call"));

  if (!is_command (options))
    g_action_group_activate_action (actions, "show", NULL);
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &addresses))
    g_action_group_activate_action (actions, "dial", g_variant_new_string (addresses[0]));
  return is_done ? EXIT_DONE : EXIT_NOT_DONE;
}
