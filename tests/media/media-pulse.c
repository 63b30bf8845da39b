/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pulse.h"
#include "media-pair.h"

#include <string.h>

struct _MediaPulse {
  GSubprocess *process;
  char *folder;
  char *socket;
};

static char *
run_pactl (const char *const *arguments)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;

  process = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      NULL);
  if (!process ||
      !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL) ||
      !g_subprocess_get_successful (process))
    return NULL;
  return g_strstrip (g_steal_pointer (&output));
}

static gboolean
answers (void)
{
  const char *const arguments[] = {"pactl", "info", NULL};
  g_autofree char *output = run_pactl (arguments);

  return output != NULL;
}

static GSubprocess *
spawn (const char *folder, const char *socket)
{
  g_autofree char *protocol =
      g_strdup_printf ("module-native-protocol-unix auth-anonymous=1 socket=%s", socket);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = NULL;

  g_subprocess_launcher_setenv (launcher, "HOME", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "PULSE_SERVER");
  g_subprocess_launcher_set_child_setup (launcher, media_die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (
      launcher, &error, "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
      "--use-pid-file=no", "-L", protocol, "-L",
      "module-null-sink sink_name=speaker1 sink_properties=device.description=Speaker1",
      "-L",
      "module-remap-source source_name=mic1 master=speaker1.monitor "
      "source_properties=device.description=Mic1",
      NULL);
  g_assert_no_error (error);
  return process;
}

static void
await_answer (void)
{
  for (guint i = 0; i < 100 && !answers (); i++)
    g_usleep (50000);
  g_assert_true (answers ());
}

MediaPulse *
media_pulse_start (void)
{
  g_autofree char *program = g_find_program_in_path ("pulseaudio");
  g_autofree char *control = g_find_program_in_path ("pactl");
  g_autofree char *server = NULL;
  g_autoptr (GError) error = NULL;
  MediaPulse *self = NULL;

  if (!program || !control)
    return NULL;
  self = g_new0 (MediaPulse, 1);
  self->folder = g_dir_make_tmp ("media-pulse-XXXXXX", &error);
  g_assert_no_error (error);
  self->socket = g_build_filename (self->folder, "native", NULL);
  self->process = spawn (self->folder, self->socket);
  server = g_strconcat ("unix:", self->socket, NULL);
  g_setenv ("PULSE_SERVER", server, TRUE);
  await_answer ();
  return self;
}

void
media_pulse_crash (MediaPulse *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
media_pulse_recover (MediaPulse *self)
{
  self->process = spawn (self->folder, self->socket);
  await_answer ();
}

void
media_pulse_stop (MediaPulse *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  media_remove_folder (folder);
  g_object_unref (self->process);
  g_free (self->folder);
  g_free (self->socket);
  g_free (self);
}

static char *
load (const char *module, const char *a, const char *b)
{
  const char *const arguments[] = {"pactl", "load-module", module, a, b, NULL};
  char *number = run_pactl (arguments);

  g_assert_nonnull (number);
  return number;
}

char *
media_pulse_plug (MediaPulse *self, const char *name)
{
  g_autofree char *source = g_strdup_printf ("source_name=%s", name);

  return load ("module-remap-source", source, "master=speaker1.monitor");
}

char *
media_pulse_plug_speaker (MediaPulse *self, const char *name)
{
  g_autofree char *sink = g_strdup_printf ("sink_name=%s", name);

  return load ("module-null-sink", sink, NULL);
}

char *
media_pulse_plug_behind (MediaPulse *self, const char *name, const char *speaker)
{
  g_autofree char *source = g_strdup_printf ("source_name=%s", name);
  g_autofree char *master = g_strdup_printf ("master=%s.monitor", speaker);

  return load ("module-remap-source", source, master);
}

void
media_pulse_unplug (MediaPulse *self, const char *number)
{
  const char *const arguments[] = {"pactl", "unload-module", number, NULL};
  g_autofree char *output = run_pactl (arguments);

  g_assert_nonnull (output);
}

guint
media_pulse_count_streams (MediaPulse *self)
{
  const char *const arguments[] = {"pactl", "list", "short", "sink-inputs", NULL};
  g_autofree char *output = run_pactl (arguments);
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);

  return *output ? g_strv_length (lines) : 0;
}
