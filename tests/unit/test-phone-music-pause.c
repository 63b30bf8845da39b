/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Media players of the test's own, on a bus of the test's own. */
#include "bus-fixture.h"
#include "phone-music-pause.h"

static const char introspection[] =
    "<node><interface name='org.mpris.MediaPlayer2.Player'>"
    "  <method name='Play'/><method name='Pause'/>"
    "  <property name='PlaybackStatus' type='s' access='read'/>"
    "</interface></node>";

typedef struct {
  const char *status;
  guint n_asked; /* how it is */
  guint n_told;
} Player;

typedef struct {
  BusFixture bus;
  PhoneMusicPause *pause;
  Player playing;
  Player paused;
  Player stopped;
} Fixture;

static void
on_method (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer data)
{
  Player *player = data;

  player->status = g_str_equal (method, "Play") ? "Playing" : "Paused";
  player->n_told++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
on_property (GDBusConnection *connection,
             const char *sender,
             const char *path,
             const char *interface,
             const char *property,
             GError **error,
             gpointer data)
{
  Player *player = data;

  player->n_asked++;
  return g_variant_new_string (player->status);
}

static void
add_player (Fixture *f, const char *name, const char *status, Player *player)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_method,
                                              .get_property = on_property};
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *full_name = g_strconcat ("org.mpris.MediaPlayer2.", name, NULL);

  player->status = status;
  g_dbus_connection_register_object (bus_fixture_add (&f->bus, full_name),
                                     "/org/mpris/MediaPlayer2", node->interfaces[0],
                                     &vtable, player, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  bus_fixture_set_up (&f->bus);
  add_player (f, "radio", "Playing", &f->playing);
  add_player (f, "film.instance7", "Paused", &f->paused);
  add_player (f, "tape", "Stopped", &f->stopped);
  f->pause = phone_music_pause_new (f->bus.connection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->pause != NULL)
    g_assert_finalize_object (f->pause);
  bus_fixture_tear_down (&f->bus);
}

static void
wait_status (Player *player, const char *status)
{
  while (!g_str_equal (player->status, status))
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_all_asked (Fixture *f)
{
  while (f->playing.n_asked == 0 || f->paused.n_asked == 0 || f->stopped.n_asked == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* What is on its way has come when another question of the same one has been answered. */
static void
settle (Fixture *f, const char *name)
{
  g_autofree char *full_name = g_strconcat ("org.mpris.MediaPlayer2.", name, NULL);
  GDBusConnection *bus = f->bus.connection;
  guint before = f->playing.n_asked + f->paused.n_asked + f->stopped.n_asked;

  g_dbus_connection_call (
      bus, full_name, "/org/mpris/MediaPlayer2", "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", "org.mpris.MediaPlayer2.Player", "PlaybackStatus"), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
  while (f->playing.n_asked + f->paused.n_asked + f->stopped.n_asked == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_only_what_played (Fixture *f, gconstpointer data)
{
  phone_music_pause_set_paused (f->pause, TRUE);
  wait_all_asked (f);
  wait_status (&f->playing, "Paused");
  phone_music_pause_set_paused (f->pause, FALSE);
  wait_status (&f->playing, "Playing");
  settle (f, "film.instance7");
  settle (f, "tape");
  g_assert_cmpuint (f->paused.n_told, ==, 0);
  g_assert_cmpuint (f->stopped.n_told, ==, 0);
  g_assert_cmpuint (f->playing.n_told, ==, 2);
}

/* Somebody stopped it meanwhile: it stays so. */
static void
test_stopped_meanwhile (Fixture *f, gconstpointer data)
{
  guint n_asked;

  phone_music_pause_set_paused (f->pause, TRUE);
  wait_status (&f->playing, "Paused");
  f->playing.status = "Stopped";
  n_asked = f->playing.n_asked;
  phone_music_pause_set_paused (f->pause, FALSE);
  while (f->playing.n_asked == n_asked)
    g_main_context_iteration (NULL, TRUE);
  settle (f, "radio");
  g_assert_cmpuint (f->playing.n_told, ==, 1);
}

static void
test_again (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    phone_music_pause_set_paused (f->pause, TRUE);
    wait_status (&f->playing, "Paused");
    phone_music_pause_set_paused (f->pause, FALSE);
    wait_status (&f->playing, "Playing");
  }
  g_assert_cmpuint (f->playing.n_told, ==, 6);
}

/* Over before anybody was asked: nobody is told anything. */
static void
test_over_at_once (Fixture *f, gconstpointer data)
{
  phone_music_pause_set_paused (f->pause, TRUE);
  phone_music_pause_set_paused (f->pause, FALSE);
  settle (f, "radio");
  settle (f, "radio");
  g_assert_cmpuint (f->playing.n_told, ==, 0);
}

static void
test_gone_while_asking (Fixture *f, gconstpointer data)
{
  phone_music_pause_set_paused (f->pause, TRUE);
  g_clear_object (&f->pause);
  settle (f, "radio");
  g_assert_cmpuint (f->playing.n_told, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                  \
  g_test_add ("/phone/music-pause/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("only-what-played", test_only_what_played);
  ADD ("stopped-meanwhile", test_stopped_meanwhile);
  ADD ("again", test_again);
  ADD ("over-at-once", test_over_at_once);
  ADD ("gone-while-asking", test_gone_while_asking);
  return g_test_run ();
}
