/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pipewire.h"
#include "media-pair.h"

#include <gst/gst.h>
#include <gst/video/video.h>

/* The session manager, and what speaks PulseAudio, wait for the server themselves. */
static const char *const programs[] = {"pipewire", "wireplumber", "pipewire-pulse"};

struct _MediaPipewire {
  GTestDBus *bus;
  GSubprocess *processes[G_N_ELEMENTS (programs)];
  char *folder;
};

static GSubprocess *
spawn (const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = NULL;

  g_subprocess_launcher_set_child_setup (launcher, media_die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  g_assert_no_error (error);
  return process;
}

static gboolean
run (const char *const *arguments)
{
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
      NULL);

  return process && g_subprocess_wait_check (process, NULL, NULL);
}

/* Until it says yes: the programs start in their own time. */
static void
insist (const char *const *arguments)
{
  gboolean is_done = FALSE;

  for (guint i = 0; i < 200 && !(is_done = run (arguments)); i++)
    g_usleep (50000);
  g_assert_true (is_done);
}

static gboolean
is_installed (void)
{
  static const char *const tools[] = {"pactl", "pw-cli", "dbus-daemon"};
  gboolean all = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++) {
    g_autofree char *path = g_find_program_in_path (programs[i]);

    all &= path != NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++) {
    g_autofree char *path = g_find_program_in_path (tools[i]);

    all &= path != NULL;
  }
  return all;
}

static void
point_to (MediaPipewire *self)
{
  g_autofree char *server = g_strdup_printf ("unix:%s/pulse/native", self->folder);

  g_setenv ("HOME", self->folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", self->folder, TRUE);
  g_setenv ("PULSE_SERVER", server, TRUE);
  g_unsetenv ("PIPEWIRE_REMOTE");
  g_unsetenv ("PIPEWIRE_RUNTIME_DIR");
}

MediaPipewire *
media_pipewire_start (void)
{
  static const char *const has_server[] = {"pw-cli", "info", "0", NULL};
  static const char *const load_speaker[] = {"pactl", "load-module", "module-null-sink",
                                             "sink_name=speaker1", NULL};
  static const char *const load_microphone[] = {"pactl",
                                                "load-module",
                                                "module-remap-source",
                                                "source_name=mic1",
                                                "master=speaker1.monitor",
                                                NULL};
  g_autoptr (GError) error = NULL;
  MediaPipewire *self = NULL;

  if (!is_installed ())
    return NULL;
  self = g_new0 (MediaPipewire, 1);
  self->folder = g_dir_make_tmp ("media-pipewire-XXXXXX", &error);
  g_assert_no_error (error);
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  point_to (self);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++) {
    self->processes[i] = spawn (programs[i]);
    insist (has_server);
  }
  insist (load_speaker);
  insist (load_microphone);
  return self;
}

void
media_pipewire_stop (MediaPipewire *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  for (guint i = G_N_ELEMENTS (programs); i > 0; i--) {
    g_subprocess_send_signal (self->processes[i - 1], SIGTERM);
    g_subprocess_wait (self->processes[i - 1], NULL, NULL);
    g_object_unref (self->processes[i - 1]);
  }
  g_test_dbus_stop (self->bus);
  g_object_unref (self->bus);
  media_remove_folder (folder);
  g_free (self->folder);
  g_free (self);
}

/* ---- Cameras ---- */

struct _MediaCamera {
  GstElement *pipeline;
  PhoneProbeMark mark;
};

static GstPadProbeReturn
draw_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  MediaCamera *self = data;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo video;
  GstVideoFrame frame;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (!gst_video_info_from_caps (&video, caps) ||
      !gst_video_frame_map (&frame, &video, buffer, GST_MAP_READWRITE))
    return GST_PAD_PROBE_OK;
  phone_probe_draw_mark (&self->mark, GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
                         (guint)GST_VIDEO_FRAME_WIDTH (&frame),
                         (guint)GST_VIDEO_FRAME_HEIGHT (&frame),
                         (guint)GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0));
  gst_video_frame_unmap (&frame);
  self->mark.number++;
  return GST_PAD_PROBE_OK;
}

MediaCamera *
media_camera_plug (const char *name, guint16 source)
{
  g_autofree char *description = g_strdup_printf (
      "videotestsrc is-live=true pattern=black ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=15/1 ! "
      "identity name=raw ! pipewiresink mode=provide "
      "stream-properties=\"props,media.class=Video/Source,media.role=Camera,"
      "node.name=%s,node.description=%s\"",
      name, name);
  MediaCamera *self = g_new0 (MediaCamera, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) raw = NULL;
  g_autoptr (GstPad) pad = NULL;

  self->mark.source = source;
  self->pipeline = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  raw = gst_bin_get_by_name (GST_BIN (self->pipeline), "raw");
  pad = gst_element_get_static_pad (raw, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, draw_any_thread, self, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

void
media_camera_unplug (MediaCamera *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_free (self);
}
