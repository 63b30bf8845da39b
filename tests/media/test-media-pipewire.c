/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pipewire.h"
#include "phone-preview-private.h"

enum { FIRST = 0x1111, SECOND = 0x2222 };

/* One for all, which is never let go: what PipeWire's provider of devices does after it was
 * stopped is not to be seen (0.3.65), and a program has but one. */
static PhoneEquipment *equipment;

static guint
count (GListModel *model, const char *id)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (model, i);

    n += g_str_equal (phone_device_get_id (device), id);
  }
  return n;
}

typedef struct {
  GListModel *model;
  const char *id;
  guint n;
} Listed;

static gboolean
is_listed (gpointer data)
{
  Listed *listed = data;

  return count (listed->model, listed->id) == listed->n;
}

static gboolean
is_ready (gpointer devices)
{
  return phone_devices_get_ready (devices);
}

/* PipeWire and PulseAudio tell of the same devices. */
static void
test_list (void)
{
  MediaCamera *camera = media_camera_plug ("camera1", FIRST);
  PhoneDevices *devices = phone_equipment_get_devices (equipment);
  GListModel *cameras = phone_devices_get_cameras (devices);
  GListModel *microphones = phone_devices_get_microphones (devices);
  Listed seen = {cameras, "camera1", 1};

  g_assert_true (media_wait (is_ready, devices, 10));
  g_assert_true (media_wait (is_listed, &seen, 10));
  g_assert_cmpuint (count (phone_devices_get_speakers (devices), "speaker1"), ==, 1);
  g_assert_cmpuint (count (microphones, "mic1"), ==, 1);
  g_assert_cmpuint (count (microphones, "speaker1.monitor"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (cameras), ==, 1);
  media_camera_unplug (camera);
  seen.n = 0;
  g_assert_true (media_wait (is_listed, &seen, 10));
}

/* As with PulseAudio: what is played comes back through the microphone. */
static void
test_sound (gconstpointer named)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->equipment = g_object_ref (equipment);
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_MICROPHONE,
                              named ? "mic1" : "");
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_SPEAKER,
                              named ? "speaker1" : "");
  callee = media_session (devices);
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  g_assert_true (media_wait_tone (caller, 440, 1000, 20));
  media_end (caller);
  media_end (callee);
}

typedef struct {
  PhoneVideoFeed *feed;
  guint16 source;
} View;

/* Grey pictures: one colour is as good as another. */
static gboolean
shows (gpointer data)
{
  View *view = data;
  g_auto (PhoneVideoFrame) frame = {NULL};
  g_autofree guint8 *luma = NULL;
  const guint8 *pixels = NULL;
  PhoneProbeMark mark = {0};

  if (!phone_video_feed_dup_frame (view->feed, &frame))
    return FALSE;
  luma = g_malloc ((gsize)frame.width * frame.height);
  pixels = g_bytes_get_data (frame.pixels, NULL);
  for (guint y = 0; y < frame.height; y++)
    for (guint x = 0; x < frame.width; x++)
      luma[y * frame.width + x] = pixels[y * frame.stride_bytes + 4 * x + 1];
  return phone_probe_read_mark (luma, frame.width, frame.height, frame.width, &mark) &&
         mark.source == view->source;
}

static void
on_frame (PhoneVideoFeed *feed, gpointer unused)
{
}

static gboolean
is_missing (gpointer preview)
{
  return phone_preview_get_missing (preview);
}

/* The picture of the camera that is chosen; of another one while that is not there. */
static void
test_preview (void)
{
  MediaCamera *first = media_camera_plug ("camera1", FIRST);
  MediaCamera *second = media_camera_plug ("camera2", SECOND);
  PhonePreview *preview = phone_preview_new (equipment, PHONE_ROLE_CAMERA);
  View view = {phone_preview_get_feed (preview), SECOND};

  g_signal_connect (view.feed, "frame-ready", G_CALLBACK (on_frame), NULL);
  phone_equipment_set_device (equipment, PHONE_ROLE_CAMERA, "camera2");
  phone_preview_set_active (preview, TRUE);
  g_assert_true (media_wait (shows, &view, 20));
  media_camera_unplug (second);
  view.source = FIRST;
  g_assert_true (media_wait (shows, &view, 10));
  media_camera_unplug (first);
  g_assert_true (media_wait (is_missing, preview, 10));
  phone_preview_set_active (preview, FALSE);
  g_object_unref (preview);
}

static gboolean
lacks_camera (gpointer session)
{
  return phone_media_session_get_camera_missing (session);
}

static gboolean
has_camera (gpointer session)
{
  return !lacks_camera (session);
}

typedef struct {
  PhoneProbe *probe;
  guint16 source;
  guint64 goal;
} Sight;

static gboolean
sees (gpointer data)
{
  Sight *sight = data;

  return phone_probe_get_recognised_from (sight->probe, sight->source) >= sight->goal;
}

static gboolean
wait_sight (PhoneMediaSession *session, guint16 source)
{
  PhoneProbe *probe = phone_media_session_get_probe (session);
  Sight sight = {probe, source, phone_probe_get_recognised_from (probe, source) + 10};

  return media_wait (sees, &sight, 15);
}

/* The far end sees what the camera shows; it is told here that it was pulled out; another
 * one takes its place, and it has its place back when it returns. */
static void
test_call (void)
{
  MediaCamera *first = media_camera_plug ("camera1", FIRST);
  MediaCamera *second = NULL;
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  devices->video_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->equipment = g_object_ref (equipment);
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_CAMERA, "camera1");
  callee = media_session (devices);
  media_connect (caller, callee, TRUE);
  g_assert_true (wait_sight (caller, FIRST));
  g_assert_true (media_wait (has_camera, callee, 5));
  media_camera_unplug (first);
  g_assert_true (media_wait (lacks_camera, callee, 10));
  second = media_camera_plug ("camera2", SECOND);
  g_assert_true (wait_sight (caller, SECOND));
  first = media_camera_plug ("camera1", FIRST);
  g_assert_true (wait_sight (caller, FIRST));
  g_assert_true (media_wait (has_camera, callee, 5));
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
  media_camera_unplug (first);
  media_camera_unplug (second);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  MediaPipewire *pipewire = NULL;
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  pipewire = media_pipewire_start ();
  if (!pipewire) {
    g_print ("1..0 # SKIP PipeWire is not installed\n");
    return 0;
  }
  phone_media_init (&error);
  g_assert_no_error (error);
  equipment = phone_equipment_new ();
  phone_equipment_set_treatment (equipment, PHONE_TREATMENT_NONE);
  g_test_add_func ("/media/pipewire/list", test_list);
  g_test_add_data_func ("/media/pipewire/sound", NULL, test_sound);
  g_test_add_data_func ("/media/pipewire/sound-named", "named", test_sound);
  g_test_add_func ("/media/pipewire/preview", test_preview);
  g_test_add_func ("/media/pipewire/call", test_call);
  result = media_run_tests ();
  media_pipewire_stop (pipewire);
  return result;
}
