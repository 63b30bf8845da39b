/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sleep told by a logind of the test's own, on a bus of the test's own, and by clocks. */
#include "phone-suspend-watch.h"

#define HOUR (3600 * G_TIME_SPAN_SECOND)

typedef struct {
  GTestDBus *bus;
  GDBusConnection *connection; /* the watch's */
  GDBusConnection *logind;
  PhoneSuspendWatch *watch;
  guint n_resumed;
} Fixture;

static void
on_resumed (PhoneSuspendWatch *watch, Fixture *f)
{
  f->n_resumed++;
}

static GDBusConnection *
connect_to (GTestDBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
          G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* What was asked of the bus before is done when it returns. */
static void
ask_bus (GDBusConnection *connection, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->connection = connect_to (f->bus);
  f->logind = connect_to (f->bus);
  ask_bus (f->logind, "RequestName", g_variant_new ("(su)", "org.freedesktop.login1", 0));
  f->watch = phone_suspend_watch_new (f->connection);
  g_signal_connect (f->watch, "resumed", G_CALLBACK (on_resumed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  g_dbus_connection_close_sync (f->connection, NULL, NULL);
  g_dbus_connection_close_sync (f->logind, NULL, NULL);
  g_object_unref (f->connection);
  g_object_unref (f->logind);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
}

static void
on_seen (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *signal,
         GVariant *parameters,
         gpointer data)
{
  *(gboolean *)data = TRUE;
}

/* Signals of one sender come in order: when the last one is seen, all were. */
static void
say (Fixture *f, const char *signal, GVariant *parameters)
{
  gboolean is_seen = FALSE;
  guint id =
      g_dbus_connection_signal_subscribe (f->connection, NULL, "org.example.Test", "Last",
                                          NULL, NULL, 0, on_seen, &is_seen, NULL);

  ask_bus (f->connection, "GetId", NULL);
  g_dbus_connection_emit_signal (f->logind, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", signal, parameters,
                                 NULL);
  g_dbus_connection_emit_signal (f->logind, NULL, "/", "org.example.Test", "Last", NULL,
                                 NULL);
  while (!is_seen)
    g_main_context_iteration (NULL, TRUE);
  g_dbus_connection_signal_unsubscribe (f->connection, id);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
prepare_for_sleep (Fixture *f, gboolean is_beginning)
{
  say (f, "PrepareForSleep", g_variant_new ("(b)", is_beginning));
}

static void
test_logind (Fixture *f, gconstpointer data)
{
  prepare_for_sleep (f, TRUE);
  g_assert_cmpuint (f->n_resumed, ==, 0);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  prepare_for_sleep (f, TRUE);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

static void
test_other_words (Fixture *f, gconstpointer data)
{
  say (f, "PrepareForShutdown", g_variant_new ("(b)", FALSE));
  say (f, "PrepareForSleep", g_variant_new ("(s)", "no"));
  g_assert_cmpuint (f->n_resumed, ==, 0);
}

static void
test_clocks (Fixture *f, gconstpointer data)
{
  phone_suspend_watch_compare (f->watch, HOUR);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  phone_suspend_watch_compare (f->watch, HOUR);
  phone_suspend_watch_compare (f->watch, HOUR + PHONE_SUSPEND_LEAST_US - 1);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  phone_suspend_watch_compare (f->watch, 2 * HOUR);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

/* The clocks are quicker. */
static void
test_told_once (Fixture *f, gconstpointer data)
{
  prepare_for_sleep (f, TRUE);
  phone_suspend_watch_compare (f->watch, HOUR);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  prepare_for_sleep (f, TRUE);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                  \
  g_test_add ("/phone/suspend-watch/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("logind", test_logind);
  ADD ("other-words", test_other_words);
  ADD ("clocks", test_clocks);
  ADD ("told-once", test_told_once);
  return g_test_run ();
}
