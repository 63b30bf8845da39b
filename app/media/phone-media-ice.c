/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-ice.h"
#include "phone-media-config-private.h"
#include "phone-random.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <nice/agent.h>

#include <gst/webrtc/webrtc.h>

enum { STREAM = 1, COMPONENT = 1 }; /* the first is the one that is bundled into */

/* How long a pair that both ends found working may wait for the controlling end to choose
 * it. Chromium prefers a pair of its old candidates as long as that was not silent for
 * six seconds. */
enum { NOMINATION_MS = 15000 };

struct _PhoneMediaIce {
  GObject *ice; /* GstWebRTCICE: owns the thread that the agent runs on */
  NiceAgent *agent;
};

static void
add_local_address (PhoneMediaIce *self, const char *text)
{
  NiceAddress address;

  nice_address_init (&address);
  if (nice_address_set_from_string (&address, text))
    nice_agent_add_local_address (self->agent, &address);
}

static gboolean
has_network (void)
{
  struct ifaddrs *first = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&first) != 0)
    return TRUE;
  for (struct ifaddrs *it = first; it && !found; it = it->ifa_next)
    found = it->ifa_addr && !(it->ifa_flags & IFF_LOOPBACK) && (it->ifa_flags & IFF_UP) &&
            (it->ifa_addr->sa_family == AF_INET || it->ifa_addr->sa_family == AF_INET6);
  freeifaddrs (first);
  return found;
}

static void
add_server (GstElement *webrtcbin, const PhoneMediaIceServer *server)
{
  g_autofree char *uri = phone_media_ice_server_dup_gst_uri (server);
  gboolean added = FALSE;

  if (server->is_turn)
    g_signal_emit_by_name (webrtcbin, "add-turn-server", uri, &added);
  else
    g_object_set (webrtcbin, "stun-server", uri, NULL);
}

PhoneMediaIce *
phone_media_ice_new (GstElement *webrtcbin, const PhoneMediaConfig *config)
{
  PhoneMediaIce *self = g_new0 (PhoneMediaIce, 1);

  g_object_get (webrtcbin, "ice-agent", &self->ice, NULL);
  g_object_get (self->ice, "agent", &self->agent, NULL);
  /* UPnP is waited for, 200 ms, in every gathering. */
  /* The first check leaves a pace after both descriptions are known, and each next one
   * another: 5 ms, the least that RFC 8445 §14.2 allows, in the place of libnice's 20 brings
   * the first sound 40 ms sooner. */
  g_object_set (self->agent, "upnp", FALSE, "ice-tcp", FALSE, "keepalive-conncheck", TRUE,
                "stun-pacing-timer", 5, "idle-timeout", NOMINATION_MS, NULL);
  if (config->local_address)
    add_local_address (self, config->local_address);
  else if (!has_network ())
    add_local_address (self, "127.0.0.1");
  for (guint i = 0; i < config->ice_servers->len; i++)
    add_server (webrtcbin, g_ptr_array_index (config->ice_servers, i));
  if (config->relay_only)
    gst_util_set_object_arg (G_OBJECT (webrtcbin), "ice-transport-policy", "relay");
  return self;
}

void
phone_media_ice_free (PhoneMediaIce *self)
{
  g_clear_object (&self->agent);
  g_clear_object (&self->ice);
  g_free (self);
}

GObject *
phone_media_ice_dup_owner (PhoneMediaIce *self)
{
  return g_object_ref (self->ice);
}

static void
on_agent_closed_any_thread (GObject *agent, GAsyncResult *result, gpointer is_closed)
{
  *(gboolean *)is_closed = TRUE;
}

/* GStreamer 1.22 drops the agent as it is, and libnice warns of allocations left open. The
 * answer comes on a context of this thread: the main one may have run for the last time. */
void
phone_media_ice_close_any_thread (GObject *owner)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GObject) agent = NULL;
  gboolean is_closed = FALSE;

  g_object_get (owner, "agent", &agent, NULL);
  g_main_context_push_thread_default (context);
  nice_agent_close_async (NICE_AGENT (agent), on_agent_closed_any_thread, &is_closed);
  while (!is_closed)
    g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
}

static void
set_candidates (PhoneMediaIce *self, const GstSDPMedia *media, guint stream)
{
  GSList *candidates = NULL;

  for (guint i = 0;; i++) {
    const char *value = gst_sdp_media_get_attribute_val_n (media, "candidate", i);
    g_autofree char *line = g_strdup_printf ("a=candidate:%s", value);
    NiceCandidate *candidate = NULL;

    if (!value)
      break;
    candidate = nice_agent_parse_remote_candidate_sdp (self->agent, stream, line);
    if (candidate)
      candidates = g_slist_prepend (candidates, candidate);
  }
  candidates = g_slist_reverse (candidates);
  if (candidates)
    nice_agent_set_remote_candidates (self->agent, stream, COMPONENT, candidates);
  g_slist_free_full (candidates, (GDestroyNotify)nice_candidate_free);
}

/* 1.22 and 1.26: webrtcbin takes nothing in while ICE looks for a path, as if there were
 * none. In a restart there is one until another is found (RFC 8445 §9): of the state
 * changes that the agent makes while it begins, webrtcbin is not told.
 * GLib 2.74: what is matched by the signal alone is found, but not blocked in one go. */
static GArray *
block_states (NiceAgent *agent)
{
  const GSignalMatchType match = G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_UNBLOCKED;
  guint signal = g_signal_lookup ("component-state-changed", NICE_TYPE_AGENT);
  GArray *blocked = g_array_new (FALSE, FALSE, sizeof (gulong));
  gulong id = 0;

  while ((id = g_signal_handler_find (agent, match, signal, 0, NULL, NULL, NULL)) != 0) {
    g_signal_handler_block (agent, id);
    g_array_append_val (blocked, id);
  }
  return blocked;
}

/* A transport may have gone meanwhile, on its own thread. */
static void
unblock_states (NiceAgent *agent, GArray *blocked)
{
  for (guint i = 0; i < blocked->len; i++)
    if (g_signal_handler_is_connected (agent, g_array_index (blocked, gulong, i)))
      g_signal_handler_unblock (agent, g_array_index (blocked, gulong, i));
}

static void
restart_stream (PhoneMediaIce *self,
                guint stream,
                const GstSDPMessage *own,
                const GstSDPMessage *peer,
                int line)
{
  nice_agent_restart_stream (self->agent, stream);
  nice_agent_set_local_credentials (self->agent, stream,
                                    phone_media_sdp_attribute (own, line, "ice-ufrag"),
                                    phone_media_sdp_attribute (own, line, "ice-pwd"));
  nice_agent_set_remote_credentials (self->agent, stream,
                                     phone_media_sdp_attribute (peer, line, "ice-ufrag"),
                                     phone_media_sdp_attribute (peer, line, "ice-pwd"));
  set_candidates (self, gst_sdp_message_get_media (peer, (guint)line), stream);
}

void
phone_media_ice_restart (PhoneMediaIce *self,
                         const GstSDPMessage *own,
                         const GstSDPMessage *peer,
                         int line,
                         guint transport)
{
  guint stream = STREAM + transport;
  g_autoptr (GArray) blocked = NULL;

  if (!nice_agent_set_local_credentials (self->agent, stream, "", ""))
    return; /* there is none, of which a restart would warn */
  blocked = block_states (self->agent);
  restart_stream (self, stream, own, peer, line);
  unblock_states (self->agent, blocked);
}

static char *
make_secret (gsize n_bytes)
{
  guint8 bytes[24] = {0};

  g_assert (n_bytes % 3 == 0 && n_bytes <= sizeof bytes);
  phone_random_fill (bytes, n_bytes);
  return g_base64_encode (bytes, n_bytes);
}

void
phone_media_ice_make_credentials (char **ufrag, char **password)
{
  *ufrag = make_secret (6);
  *password = make_secret (24);
}

void
phone_media_ice_open_transports (PhoneMediaIce *self,
                                 const char *ufrag,
                                 const char *password)
{
  for (guint stream = STREAM + 1;
       nice_agent_set_local_credentials (self->agent, stream, ufrag, password); stream++)
    nice_agent_gather_candidates (self->agent, stream);
}

void
phone_media_ice_show_path (PhoneMediaIce *self)
{
  static const char byte = '\x80';

  nice_agent_send (self->agent, STREAM, COMPONENT, sizeof byte, &byte);
}

/* libnice 0.1.21, GStreamer 1.22: "consent-freshness" can be given only when the agent is
 * made, and webrtcbin makes it without. The agent reads the field at each of its own
 * ticks, and sets it under its lock. */
void
phone_media_ice_doubt (PhoneMediaIce *self, gboolean doubt)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (self->agent);
  GParamSpec *pspec = g_object_class_find_property (klass, "consent-freshness");
  g_auto (GValue) value = G_VALUE_INIT;

  if (!pspec || !klass->set_property)
    return;
  g_value_init (&value, G_TYPE_BOOLEAN);
  g_value_set_boolean (&value, doubt);
  klass->set_property (G_OBJECT (self->agent), pspec->param_id, &value, pspec);
}

static const char *
type_name (NiceCandidateType type)
{
  switch (type) {
  case NICE_CANDIDATE_TYPE_HOST:
    return "host";
  case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
    return "srflx";
  case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE:
    return "prflx";
  case NICE_CANDIDATE_TYPE_RELAYED:
    return "relay";
  }
  return "unknown";
}

char *
phone_media_ice_dup_candidate (PhoneMediaIce *self, gboolean local)
{
  NiceCandidate *ours = NULL;
  NiceCandidate *theirs = NULL;
  NiceCandidate *candidate = NULL;
  char address[NICE_ADDRESS_STRING_LEN];

  if (!nice_agent_get_selected_pair (self->agent, STREAM, COMPONENT, &ours, &theirs))
    return NULL;
  candidate = local ? ours : theirs;
  nice_address_to_string (&candidate->addr, address);
  return g_strdup_printf (strchr (address, ':') != NULL ? "%s %s [%s]:%u" : "%s %s %s:%u",
                          type_name (candidate->type),
                          candidate->transport == NICE_CANDIDATE_TRANSPORT_UDP ? "udp"
                                                                               : "tcp",
                          address, nice_address_get_port (&candidate->addr));
}
