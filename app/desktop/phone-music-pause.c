/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-music-pause.h"

#define PLAYER_PREFIX "org.mpris.MediaPlayer2."
#define PLAYER_PATH "/org/mpris/MediaPlayer2"
#define PLAYER_IFACE "org.mpris.MediaPlayer2.Player"
/* More at once is no session that a person sits at. */
#define MAX_PLAYERS 32
#define ANSWER_MS 2000

struct _PhoneMusicPause {
  GObject parent_instance;

  /* owned */
  GDBusConnection *bus;      /* NULL until it is needed */
  GCancellable *cancellable; /* of what one pause, or its end, waits for */
  GPtrArray *paused;         /* names of those that go on afterwards */

  gboolean is_paused;
};

G_DEFINE_FINAL_TYPE (PhoneMusicPause, phone_music_pause, G_TYPE_OBJECT)

/* One player that is asked how it is. */
typedef struct {
  PhoneMusicPause *self; /* borrowed: whoever goes cancels the question first */
  char *name;
} Question;

static void
question_free (Question *question)
{
  g_free (question->name);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
begin (PhoneMusicPause *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
tell (PhoneMusicPause *self, const char *name, const char *method)
{
  g_debug ("%s: %s", name, method);
  g_dbus_connection_call (self->bus, name, PLAYER_PATH, PLAYER_IFACE, method, NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MS, NULL, NULL, NULL);
}

static void
act_on (PhoneMusicPause *self, const char *name, const char *status)
{
  if (self->is_paused && g_str_equal (status, "Playing")) {
    g_ptr_array_add (self->paused, g_strdup (name));
    tell (self, name, "Pause");
  } else if (!self->is_paused && g_str_equal (status, "Paused")) {
    tell (self, name, "Play");
  }
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) status = NULL;

  if (reply == NULL) {
    g_debug ("%s: %s", question->name, error->message);
    return;
  }
  g_variant_get (reply, "(v)", &status);
  if (g_variant_is_of_type (status, G_VARIANT_TYPE_STRING))
    act_on (question->self, question->name, g_variant_get_string (status, NULL));
}

static void
ask_status (PhoneMusicPause *self, const char *name)
{
  Question *question = g_new0 (Question, 1);

  question->self = self;
  question->name = g_strdup (name);
  g_dbus_connection_call (self->bus, name, PLAYER_PATH, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", PLAYER_IFACE, "PlaybackStatus"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          ANSWER_MS, self->cancellable, on_status, question);
}

static void
on_names (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PhoneMusicPause *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autofree const char **names = NULL;
  guint n_players = 0;

  if (reply == NULL) {
    g_debug ("No names: %s", error->message);
    return;
  }
  g_variant_get (reply, "(^a&s)", &names);
  for (guint i = 0; names[i] != NULL && n_players < MAX_PLAYERS; i++)
    if (g_str_has_prefix (names[i], PLAYER_PREFIX)) {
      ask_status (self, names[i]);
      n_players++;
    }
}

static void
pause_all (PhoneMusicPause *self)
{
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "ListNames", NULL,
                          G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, ANSWER_MS,
                          self->cancellable, on_names, self);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PhoneMusicPause *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus == NULL) {
    g_debug ("No session bus: %s", error->message);
    return;
  }
  self->bus = g_steal_pointer (&bus);
  pause_all (self);
}

void
phone_music_pause_set_paused (PhoneMusicPause *self, gboolean is_paused)
{
  g_autoptr (GPtrArray) paused = NULL;

  if (self->is_paused == is_paused)
    return;
  self->is_paused = is_paused;
  begin (self);
  paused = g_steal_pointer (&self->paused);
  self->paused = g_ptr_array_new_with_free_func (g_free);
  if (is_paused && self->bus == NULL)
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, on_bus, self);
  else if (is_paused)
    pause_all (self);
  for (guint i = 0; !is_paused && i < paused->len; i++)
    ask_status (self, g_ptr_array_index (paused, i));
}

static void
phone_music_pause_dispose (GObject *object)
{
  PhoneMusicPause *self = PHONE_MUSIC_PAUSE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (phone_music_pause_parent_class)->dispose (object);
}

static void
phone_music_pause_finalize (GObject *object)
{
  PhoneMusicPause *self = PHONE_MUSIC_PAUSE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->paused);

  G_OBJECT_CLASS (phone_music_pause_parent_class)->finalize (object);
}

static void
phone_music_pause_class_init (PhoneMusicPauseClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = phone_music_pause_dispose;
  object_class->finalize = phone_music_pause_finalize;
}

static void
phone_music_pause_init (PhoneMusicPause *self)
{
  self->cancellable = g_cancellable_new ();
  self->paused = g_ptr_array_new_with_free_func (g_free);
}

PhoneMusicPause *
phone_music_pause_new (GDBusConnection *session_bus)
{
  PhoneMusicPause *self = g_object_new (PHONE_TYPE_MUSIC_PAUSE, NULL);

  g_set_object (&self->bus, session_bus);
  return self;
}
