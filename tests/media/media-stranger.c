/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-stranger.h"

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>

enum { PATIENCE_MS = 10000, STEP_MS = 10 };

struct _MediaStranger {
  GstElement *pipeline;
  GstElement *webrtcbin;
  guint received; /* atomic */
};

/* ---- What comes ---- */

static GstPadProbeReturn
on_packet_any_thread (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  MediaStranger *self = data;

  g_atomic_int_inc (&self->received);
  return GST_PAD_PROBE_OK;
}

static void
count_packets (GstElement *element, const char *name, MediaStranger *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST,
                     on_packet_any_thread, self, NULL);
}

static void
on_element_any_thread (GstBin *bin, GstBin *parent, GstElement *element, gpointer data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (!factory || !g_str_equal (GST_OBJECT_NAME (factory), "dtlssrtpdec"))
    return;
  count_packets (element, "rtp_src", data);
  count_packets (element, "rtcp_src", data);
}

static void
on_pad_any_thread (GstElement *webrtcbin, GstPad *pad, GstBin *pipeline)
{
  GstElement *sink = NULL;
  g_autoptr (GstPad) end = NULL;

  if (GST_PAD_IS_SINK (pad))
    return;
  sink = gst_element_factory_make_full ("fakesink", "async", FALSE, NULL);
  end = gst_element_get_static_pad (sink, "sink");
  gst_bin_add (pipeline, sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, end);
}

/* ---- Life ---- */

static void
stay_on_loopback (GstElement *webrtcbin)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  NiceAddress address;

  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, NULL);
  nice_address_init (&address);
  g_assert_true (nice_address_set_from_string (&address, "127.0.0.1"));
  nice_agent_add_local_address (NICE_AGENT (agent), &address);
}

MediaStranger *
media_stranger_new (guint tone_hz)
{
  MediaStranger *self = g_new0 (MediaStranger, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf (
      "webrtcbin name=w bundle-policy=max-compat "
      "audiotestsrc is-live=true freq=%u volume=0.3 ! audio/x-raw,rate=48000,channels=2 "
      "! "
      "opusenc ! rtpopuspay pt=111 ! application/x-rtp,media=audio,encoding-name=OPUS,"
      "clock-rate=48000,payload=111,encoding-params=(string)2 ! w.",
      tone_hz);

  self->pipeline = gst_object_ref_sink (gst_parse_launch (line, &error));
  g_assert_no_error (error);
  self->webrtcbin = gst_bin_get_by_name (GST_BIN (self->pipeline), "w");
  stay_on_loopback (self->webrtcbin);
  g_signal_connect (self->webrtcbin, "deep-element-added",
                    G_CALLBACK (on_element_any_thread), self);
  g_signal_connect (self->webrtcbin, "pad-added", G_CALLBACK (on_pad_any_thread),
                    self->pipeline);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

void
media_stranger_free (MediaStranger *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->webrtcbin);
  gst_object_unref (self->pipeline);
  g_free (self);
}

guint
media_stranger_get_received (MediaStranger *self)
{
  return (guint)g_atomic_int_get (&self->received);
}

/* ---- Negotiation ---- */

static gboolean
wait_property (MediaStranger *self, const char *name, int wanted)
{
  int value = -1;

  for (guint ms = 0; ms < PATIENCE_MS; ms += STEP_MS) {
    g_object_get (self->webrtcbin, name, &value, NULL);
    if (value == wanted)
      return TRUE;
    g_usleep (STEP_MS * 1000);
  }
  return FALSE;
}

static void
set_description (MediaStranger *self,
                 const char *signal,
                 GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  const GstStructure *reply = NULL;

  g_signal_emit_by_name (self->webrtcbin, signal, description, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  g_assert_false (reply && gst_structure_has_field (reply, "error"));
}

static void
set_remote (MediaStranger *self, GstWebRTCSDPType type, const char *text)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp = NULL;

  g_assert_cmpint (gst_sdp_message_new_from_text (text, &sdp), ==, GST_SDP_OK);
  description = gst_webrtc_session_description_new (type, sdp);
  set_description (self, "set-remote-description", description);
}

static char *
create_and_gather (MediaStranger *self, const char *signal, const char *field)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autoptr (GstWebRTCSessionDescription) made = NULL;
  g_autoptr (GstWebRTCSessionDescription) local = NULL;
  g_autofree char *text = NULL;

  g_signal_emit_by_name (self->webrtcbin, signal, NULL, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (gst_promise_get_reply (promise), field,
                     GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &made, NULL);
  g_assert_nonnull (made);
  set_description (self, "set-local-description", made);
  g_assert_true (wait_property (self, "ice-gathering-state",
                                GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE));
  g_object_get (self->webrtcbin, "local-description", &local, NULL);
  return gst_sdp_message_as_text (local->sdp);
}

char *
media_stranger_offer (MediaStranger *self)
{
  return create_and_gather (self, "create-offer", "offer");
}

char *
media_stranger_answer (MediaStranger *self, const char *offer)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_OFFER, offer);
  return create_and_gather (self, "create-answer", "answer");
}

void
media_stranger_set_answer (MediaStranger *self, const char *answer)
{
  set_remote (self, GST_WEBRTC_SDP_TYPE_ANSWER, answer);
}

gboolean
media_stranger_meet (MediaStranger *self, const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], "a=candidate:"))
      g_signal_emit_by_name (self->webrtcbin, "add-ice-candidate", 0, lines[i] + 2);
  return wait_property (self, "connection-state",
                        GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
}

char *
media_without_candidates (const char *sdp)
{
  g_auto (GStrv) lines = g_strsplit (sdp, "\r\n", -1);
  GString *kept = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++)
    if (*lines[i] && !g_str_has_prefix (lines[i], "a=candidate:") &&
        !g_str_has_prefix (lines[i], "a=end-of-candidates"))
      g_string_append_printf (kept, "%s\r\n", lines[i]);
  return g_string_free (kept, FALSE);
}
