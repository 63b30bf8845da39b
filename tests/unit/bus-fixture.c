/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus-fixture.h"

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

static void
ask_bus (GDBusConnection *connection, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

void
bus_fixture_set_up (BusFixture *f)
{
  f->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->bus);
  f->connection = connect_to (f->bus);
  f->others = g_ptr_array_new_with_free_func (g_object_unref);
}

void
bus_fixture_tear_down (BusFixture *f)
{
  for (guint i = 0; i < f->others->len; i++)
    g_dbus_connection_close_sync (g_ptr_array_index (f->others, i), NULL, NULL);
  g_ptr_array_unref (f->others);
  g_dbus_connection_close_sync (f->connection, NULL, NULL);
  g_object_unref (f->connection);
  g_test_dbus_down (f->bus);
  g_object_unref (f->bus);
}

GDBusConnection *
bus_fixture_add (BusFixture *f, const char *name)
{
  GDBusConnection *connection = connect_to (f->bus);

  ask_bus (connection, "RequestName", g_variant_new ("(su)", name, 0));
  g_ptr_array_add (f->others, connection);
  return connection;
}

void
bus_fixture_settle (GDBusConnection *connection)
{
  ask_bus (connection, "GetId", NULL);
}

static void
on_last (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *signal,
         GVariant *parameters,
         gpointer data)
{
  *(gboolean *)data = TRUE;
}

/* Signals of one sender come in order: when the last one is heard, all were. */
void
bus_fixture_hear (BusFixture *f, GDBusConnection *from)
{
  gboolean is_heard = FALSE;
  guint id = g_dbus_connection_signal_subscribe (
      f->connection, NULL, "org.example.Test", "Last", NULL, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_last, &is_heard, NULL);

  bus_fixture_settle (f->connection);
  g_dbus_connection_emit_signal (from, NULL, "/", "org.example.Test", "Last", NULL, NULL);
  while (!is_heard)
    g_main_context_iteration (NULL, TRUE);
  g_dbus_connection_signal_unsubscribe (f->connection, id);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
