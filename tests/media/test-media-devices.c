/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"
#include "media-pulse.h"
#include "phone-devices-private.h"
#include "phone-media-pipeline-private.h"
#include "phone-media-session-private.h"

#include <fcntl.h>
#include <unistd.h>

static MediaPulse *pulse;

typedef struct {
  GListModel *model;
  const char *id;
  gboolean expected;
} Wish;

static gboolean
is_listed (gpointer data)
{
  Wish *wish = data;
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (wish->model); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (wish->model, i);

    found |= g_str_equal (phone_device_get_id (device), wish->id);
  }
  return found == wish->expected;
}

static void
test_list (void)
{
  PhoneDevices *devices = phone_devices_new ();
  Wish speaker = {phone_devices_get_speakers (devices), "speaker1", TRUE};
  Wish microphone = {phone_devices_get_microphones (devices), "mic1", TRUE};
  Wish monitor = {phone_devices_get_microphones (devices), "speaker1.monitor", TRUE};
  Wish plugged = {phone_devices_get_microphones (devices), "mic2", TRUE};
  g_autofree char *number = NULL;

  g_assert_true (media_wait (is_listed, &speaker, 5));
  g_assert_true (media_wait (is_listed, &microphone, 5));
  g_assert_false (is_listed (&monitor));
  number = media_pulse_plug (pulse, "mic2");
  g_assert_true (media_wait (is_listed, &plugged, 5));
  media_pulse_unplug (pulse, number);
  plugged.expected = FALSE;
  g_assert_true (media_wait (is_listed, &plugged, 5));
  g_assert_finalize_object (devices);
}

/* One monitor of devices at a time, as the program has it: GStreamer 1.22 tells another one
 * nothing while the first is being stopped. */
static PhoneEquipment *
equipment (PhoneTreatment treatment)
{
  PhoneEquipment *equipment = phone_equipment_new ();

  g_assert_true (media_wait_idle (5));
  phone_equipment_set_treatment (equipment, treatment);
  return equipment;
}

/* The callee plays what it hears, and its microphone hears what is played: the caller's
 * own tone comes back through both devices. */
static void
test_through_devices (gconstpointer named)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  if (named) {
    devices->equipment = equipment (PHONE_TREATMENT_NONE);
    phone_equipment_set_device (devices->equipment, PHONE_ROLE_MICROPHONE, "mic1");
    phone_equipment_set_device (devices->equipment, PHONE_ROLE_SPEAKER, "speaker1");
  }
  callee = media_session (devices);
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  g_assert_true (media_wait_tone (caller, 440, 1000, 15));
  media_end (caller);
  media_end (callee);
}

static GstElement *
dup_element (PhoneMediaSession *session, const char *factory)
{
  g_autoptr (GstIterator) found = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (session->pipeline->pipeline), factory);
  g_auto (GValue) element = G_VALUE_INIT;

  return gst_iterator_next (found, &element) == GST_ITERATOR_OK
             ? g_value_dup_object (&element)
             : NULL;
}

typedef struct {
  const char *name;
  PhoneMediaSession *session;
} Source;

/* Where the sound server says that it records from: a server moves what it has to. */
static char *
dup_source_name (Source *source)
{
  g_autoptr (GstElement) element = dup_element (source->session, "pulsesrc");
  char *name = NULL;

  if (element)
    g_object_get (element, "current-device", &name, NULL);
  return name;
}

static gboolean
records_from (gpointer data)
{
  Source *source = data;
  g_autofree char *name = dup_source_name (source);

  return g_strcmp0 (name, source->name) == 0;
}

static gboolean
records_from_another (gpointer data)
{
  Source *source = data;
  g_autofree char *name = dup_source_name (source);

  return name && !g_str_equal (name, source->name);
}

/* What a call plays, and what it hears, moves to a device that is plugged in, back to the
 * system's when it is unplugged, and to it again. The caller hears its own tone only where
 * both are at speaker2: mic2 is behind that one. */
static void
test_hot_plug (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;
  Source microphone = {"mic2"};

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->equipment = equipment (PHONE_TREATMENT_NONE);
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_MICROPHONE, "mic2");
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_SPEAKER, "speaker2");
  callee = media_session (devices);
  microphone.session = callee;
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (caller, 440, 500, 15));
  for (guint i = 0; i < 2; i++) {
    g_autofree char *speaker = media_pulse_plug_speaker (pulse, "speaker2");
    g_autofree char *number = media_pulse_plug_behind (pulse, "mic2", "speaker2");

    g_assert_true (media_wait (records_from, &microphone, 2));
    g_assert_true (media_wait_tone (caller, 440, 500, 15));
    media_pulse_unplug (pulse, number);
    media_pulse_unplug (pulse, speaker);
    g_assert_true (media_wait (records_from_another, &microphone, 2));
    g_assert_true (media_wait_tone (caller, 440, 500, 15));
  }
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
}

static gboolean
is_sourceless (gpointer data)
{
  return phone_media_session_get_silence_out (data) == PHONE_MEDIA_SILENCE_SOURCE;
}

/* Packets go on: they hold nothing. */
static gboolean
hears_quiet (gpointer data)
{
  return phone_media_session_get_silence_in (data) == PHONE_MEDIA_SILENCE_PEER_QUIET;
}

/* No sound server, no camera: the call goes on, and says what is missing. */
static void
test_without_devices (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  g_autofree char *server = g_strdup (g_getenv ("PULSE_SERVER"));
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  g_setenv ("PULSE_SERVER", "unix:/nonexistent", TRUE);
  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->video_source = PHONE_MEDIA_SOURCE_DEVICE;
  callee = media_session (devices);
  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  g_assert_true (media_wait_frames (callee, 10, 10));
  g_assert_true (media_wait (is_sourceless, callee, 10));
  g_setenv ("PULSE_SERVER", server, TRUE);
  media_end (caller);
  media_end (callee);
}

/* A device alone that is unplugged is replaced by the sound server, if it has another.
 * Here there is nothing left: the call goes on in silence, says so, and still receives. */
static void
test_unplugged (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  g_autofree char *server = g_strdup (g_getenv ("PULSE_SERVER"));
  MediaPulse *other = media_pulse_start ();
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  callee = media_session (devices);
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (caller, 440, 500, 10));
  g_assert_false (is_sourceless (callee));
  media_pulse_stop (other);
  g_assert_true (media_wait (is_sourceless, callee, 10));
  g_assert_true (media_wait_tone (callee, 440, 2000, 10));
  g_assert_true (media_wait (hears_quiet, caller, 15));
  g_assert_cmpint (phone_media_session_get_state (caller), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  g_setenv ("PULSE_SERVER", server, TRUE);
  media_end (caller);
  media_end (callee);
}

static gboolean
plays (gpointer unused)
{
  return media_pulse_count_streams (pulse) == 1;
}

static gboolean
has_source (gpointer data)
{
  return !is_sourceless (data);
}

/* A sound server that crashes, and is started again: the call goes on in silence, says so,
 * and is heard and hears again, on the devices that it had. What is plugged in from then
 * on is listed. */
static void
test_server_restarted (gconstpointer named)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;
  PhoneDevices *listed = NULL;
  Wish plugged = {.id = "mic2", .expected = TRUE};
  Source microphone = {"mic1"};
  g_autofree char *number = NULL;

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->equipment = equipment (PHONE_TREATMENT_NONE);
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_MICROPHONE,
                              named ? "mic1" : "");
  phone_equipment_set_device (devices->equipment, PHONE_ROLE_SPEAKER,
                              named ? "speaker1" : "");
  callee = media_session (devices);
  microphone.session = callee;
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (caller, 440, 500, 15));
  media_pulse_crash (pulse);
  g_assert_true (media_wait (is_sourceless, callee, 5));
  media_pulse_recover (pulse);
  g_assert_true (media_wait (records_from, &microphone, 2));
  g_assert_true (media_wait (plays, NULL, 2));
  g_assert_true (media_wait_tone (caller, 440, 500, 15));
  g_assert_true (media_wait (has_source, callee, 5));
  listed = phone_equipment_get_devices (devices->equipment);
  number = media_pulse_plug (pulse, "mic2");
  plugged.model = phone_devices_get_microphones (listed);
  g_assert_true (media_wait (is_listed, &plugged, 10));
  media_pulse_unplug (pulse, number);
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
}

static GstPadProbeReturn
refuse_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer unused)
{
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
  return GST_PAD_PROBE_HANDLED;
}

/* A speaker that says that it failed is not what the peer's packets end at. */
static void
test_speaker_fails (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = NULL;
  g_autoptr (GstElement) speaker = NULL;
  g_autoptr (GstPad) pad = NULL;

  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  callee = media_session (devices);
  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 500, 10));
  speaker = dup_element (callee, "pulsesink");
  pad = gst_element_get_static_pad (speaker, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, refuse_any_thread, NULL, NULL);
  g_assert_true (media_wait_tone (callee, 440, 2000, 10));
  media_end (caller);
  media_end (callee);
}

static gboolean
has_no_parent (gpointer data)
{
  return GST_OBJECT_PARENT (data) == NULL;
}

/* What a camera says when it is pulled out, said for one: other pictures take its place. */
static void
test_camera_fails (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);
  g_autoptr (GstElement) camera = NULL;

  media_connect (caller, callee, TRUE);
  g_assert_true (media_wait_frames (caller, 10, 10));
  camera = dup_element (callee, "videotestsrc");
  GST_ELEMENT_ERROR (camera, RESOURCE, READ, (NULL), ("unplugged"));
  gst_element_send_event (camera, gst_event_new_eos ());
  g_assert_true (media_wait (has_no_parent, camera, 5));
  g_assert_true (media_wait_frames (caller, 20, 10));
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
}

/* Whoever treats the microphone next hears the speaker, too: one after the other holds
 * what hears it. */
static void
test_switched (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  g_autoptr (PhoneMediaConfig) devices = media_config (1000);
  PhoneMediaSession *caller = NULL;
  PhoneMediaSession *callee = NULL;

  devices->audio_source = PHONE_MEDIA_SOURCE_DEVICE;
  devices->audio_sink = PHONE_MEDIA_SINK_DEVICE;
  devices->equipment = equipment (PHONE_TREATMENT_ECHO);
  caller = media_session (config);
  callee = media_session (devices);
  media_connect (caller, callee, FALSE);
  media_run (1000);
  for (guint i = 0; i < 20; i++) {
    phone_equipment_set_treatment (devices->equipment,
                                   i % 2 ? PHONE_TREATMENT_ECHO : PHONE_TREATMENT_ALL);
    media_run (150);
    g_assert_true (phone_media_sender_has_source (
        callee->pipeline->senders[PHONE_MEDIA_KIND_AUDIO]));
  }
  g_assert_cmpint (phone_media_session_get_state (callee), ==,
                   PHONE_MEDIA_STATE_CONNECTED);
  media_end (caller);
  media_end (callee);
}

/* Who gave up takes no answer away, and one for nobody is not kept. */
static void
test_camera_let_in (void)
{
  g_autoptr (PhoneEquipment) cameras = equipment (PHONE_TREATMENT_NONE);
  g_autoptr (GCancellable) given_up = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];

  phone_equipment_set_camera_remote (cameras, TRUE);
  phone_equipment_open_async (cameras, PHONE_ROLE_CAMERA, given_up, media_keep_result,
                              &first);
  phone_equipment_open_async (cameras, PHONE_ROLE_CAMERA, NULL, media_keep_result,
                              &second);
  g_cancellable_cancel (given_up);
  phone_equipment_give_camera (cameras, -1);
  media_await (&first);
  media_await (&second);
  g_assert_null (phone_device_open_finish (first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (phone_device_open_finish (second, &error));
  g_assert_error (error, PHONE_MEDIA_ERROR, PHONE_MEDIA_ERROR_MISSING_ELEMENT);

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  phone_equipment_give_camera (cameras, fds[0]);
  g_assert_cmpint (fcntl (fds[0], F_GETFD), ==, -1);
  close (fds[1]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result = 0;

  g_test_init (&argc, &argv, NULL);
  pulse = media_pulse_start ();
  if (!pulse) {
    g_print ("1..0 # SKIP PulseAudio is not installed\n");
    return 0;
  }
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/devices/list", test_list);
  g_test_add_data_func ("/media/devices/default", NULL, test_through_devices);
  g_test_add_data_func ("/media/devices/named", "named", test_through_devices);
  g_test_add_func ("/media/devices/hot-plug", test_hot_plug);
  g_test_add_func ("/media/devices/none", test_without_devices);
  g_test_add_func ("/media/devices/unplugged", test_unplugged);
  g_test_add_data_func ("/media/devices/server-restarted", NULL, test_server_restarted);
  g_test_add_data_func ("/media/devices/server-restarted-named", "named",
                        test_server_restarted);
  g_test_add_func ("/media/devices/speaker-fails", test_speaker_fails);
  g_test_add_func ("/media/devices/camera-fails", test_camera_fails);
  g_test_add_func ("/media/devices/camera-let-in", test_camera_let_in);
  if (phone_equipment_can_treat ())
    g_test_add_func ("/media/devices/switched", test_switched);
  result = media_run_tests ();
  media_pulse_stop (pulse);
  return result;
}
