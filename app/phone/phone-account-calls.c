/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-state.h"

#include "phone-agent-map.h"
#include "phone-call-private.h"
#include "phone-number.h"
#include "sip-status.h"

#include <string.h>

/* ---- What calls are made of ---- */

static PhoneMediaSource
media_source (PhoneSource source)
{
  switch (source) {
  case PHONE_SOURCE_DEVICES:
    return PHONE_MEDIA_SOURCE_DEVICE;
  case PHONE_SOURCE_TEST:
    return PHONE_MEDIA_SOURCE_TEST;
  case PHONE_SOURCE_ECHO:
    return PHONE_MEDIA_SOURCE_ECHO;
  }
  return PHONE_MEDIA_SOURCE_DEVICE;
}

static gboolean
add_ice_servers (PhoneAccount *self, PhoneMediaConfig *media, GError **error)
{
  const char *const *uris = phone_account_config_get_ice_servers (self->config);
  const char *user = phone_account_config_get_turn_user (self->config);

  for (guint i = 0; uris[i] != NULL; i++) {
    gboolean is_turn = g_str_has_prefix (uris[i], "turn:");
    /* It is set once the account is there; the server refuses an empty one. */
    const char *password = self->turn_password != NULL ? self->turn_password : "";

    if (!phone_media_config_add_ice_server (media, uris[i], is_turn ? user : NULL,
                                            is_turn ? password : NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
take_codecs (char ***member, const char *const *names)
{
  g_strfreev (*member);
  *member = g_strdupv ((char **)names);
}

static PhoneMediaConfig *
make_media_config (PhoneAccount *self, GError **error)
{
  g_autoptr (PhoneMediaConfig) media = phone_media_config_new ();
  PhoneMediaSource source = media_source (self->options.source);

  take_codecs (&media->audio_codecs,
               phone_account_config_get_audio_codecs (self->config));
  take_codecs (&media->video_codecs,
               phone_account_config_get_video_codecs (self->config));
  media->relay_only = phone_account_config_get_relay_only (self->config);
  media->local_address = g_strdup (phone_account_config_get_local_address (self->config));
  media->equipment = g_object_ref (self->equipment);
  media->audio_source = source;
  media->video_source = source;
  media->audio_sink =
      self->options.play ? PHONE_MEDIA_SINK_DEVICE : PHONE_MEDIA_SINK_NONE;
  if (self->options.tone_hz > 0)
    media->tone_hz = (guint)(self->options.tone_hz + 0.5);
  if (!add_ice_servers (self, media, error))
    return NULL;
  return g_steal_pointer (&media);
}

PhoneMediaSession *
phone_account_make_media (PhoneAccount *self, GError **error)
{
  g_autoptr (PhoneMediaConfig) config = make_media_config (self, error);

  return config != NULL ? phone_media_session_new (config, error) : NULL;
}

/* ---- Calls ---- */

static PhoneCall *
dup_call (PhoneAccount *self, SipSessionId session)
{
  GListModel *calls = G_LIST_MODEL (self->calls);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_account (call) == self && phone_call_get_session (call) == session)
      return g_steal_pointer (&call);
  }
  return NULL;
}

/* One that ended with a question about its transfer stays until that is answered: some
 * phones hang up as soon as they have asked (RFC 5589 §6.1). */
static void
on_call_changed (PhoneCall *call, GParamSpec *pspec, GListStore *calls)
{
  guint position;

  if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED &&
      phone_call_get_transfer_state (call) != PHONE_TRANSFER_ASKED &&
      g_list_store_find (calls, call, &position))
    g_list_store_remove (calls, position);
}

static void
add_call (PhoneAccount *self, PhoneCall *call)
{
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_changed),
                           self->calls, G_CONNECT_AFTER);
  g_signal_connect_object (call, "notify::transfer-state", G_CALLBACK (on_call_changed),
                           self->calls, G_CONNECT_AFTER);
  g_list_store_append (self->calls, call);
}

static void
refuse (PhoneAccount *self, SipSessionId session, guint status, const GError *why)
{
  g_autoptr (GError) error = NULL;

  g_debug ("%s: call refused with %u: %s", phone_account_config_get_aor (self->config),
           status, why->message);
  if (!phone_agent_reject (self->agent, session, status, &error))
    g_debug ("reject: %s", error->message);
}

/* The call that was replaced is a call that someone was talking in, and goes on as one: it
 * does not ring. But nobody gets at a microphone that is not open already. */
static gboolean
goes_on_at_once (PhoneCall *replaced)
{
  return replaced != NULL && phone_call_get_state (replaced) == PHONE_CALL_STATE_ACTIVE &&
         !phone_call_get_held (replaced);
}

/* Another person than the camera was opened for is at the far end now: the user opens it
 * anew. */
static void
go_on (PhoneCall *call, PhoneCall *replaced)
{
  phone_call_set_muted (call, phone_call_get_muted (replaced));
  phone_call_answer (call, PHONE_CALL_AUDIO);
}

/* The offer is looked at while it rings: what cannot be spoken with never rings, and an
 * answer later has nothing left to do but to be sent. */
void
phone_account_take_incoming (PhoneAccount *self, const SipOutput *output)
{
  g_autoptr (PhoneMediaSession) media = NULL;
  g_autoptr (PhoneCall) replaced =
      output->replaces != 0 ? dup_call (self, output->replaces) : NULL;
  g_autoptr (PhoneCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (self->equipment == NULL) {
    phone_agent_reject (self->agent, output->session, SIP_STATUS_TEMPORARILY_UNAVAILABLE,
                        NULL);
    return;
  }
  media = phone_account_make_media (self, &error);
  if (media == NULL) {
    refuse (self, output->session, SIP_STATUS_SERVER_ERROR, error);
    return;
  }
  if (output->body != NULL &&
      !phone_media_session_set_offer (media, output->body, &error)) {
    refuse (self, output->session, SIP_STATUS_NOT_ACCEPTABLE_HERE, error);
    return;
  }
  call = phone_call_new_incoming (self, self->agent, media, output, replaced);
  if (self->do_not_disturb && replaced == NULL)
    phone_call_silence (call);
  add_call (self, call);
  if (goes_on_at_once (replaced))
    go_on (call, replaced);
  phone_account_tell_incoming (self, call);
}

void
phone_account_take_call_output (PhoneAccount *self, const SipOutput *output)
{
  g_autoptr (PhoneCall) call = dup_call (self, output->session);

  if (call != NULL) /* one that was refused has none */
    phone_call_take_output (call, output);
}

void
phone_account_drop_questions (PhoneAccount *self)
{
  GListModel *calls = G_LIST_MODEL (self->calls);

  for (guint i = g_list_model_get_n_items (calls); i > 0; i--) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i - 1);

    if (call != NULL && phone_call_get_account (call) == self)
      phone_call_answer_transfer (call, FALSE);
  }
}

gboolean
phone_account_check_media (PhoneAccount *self, GError **error)
{
  GError *media_error = NULL;
  g_autoptr (PhoneMediaConfig) config = make_media_config (self, &media_error);

  if (config == NULL)
    g_propagate_error (error, phone_error_take_media (media_error));
  return config != NULL;
}

char *
phone_account_dup_dialled (PhoneAccount *self, const char *target, GError **error)
{
  const char *aor = phone_account_config_get_aor (self->config);
  const char *at = strrchr (aor, '@');
  g_autofree char *number = phone_number_dup_dialled (
      target, phone_account_config_get_dial_prefix (self->config));
  GError *sip_error = NULL;
  char *uri = sip_uri_dup_from_dialled (number != NULL ? number : target,
                                        at != NULL ? at + 1 : aor, &sip_error);

  if (uri == NULL)
    g_propagate_error (error, phone_error_take_sip (sip_error));
  return uri;
}

static PhoneCall *
add_outgoing (PhoneAccount *self,
              const char *uri,
              PhoneCallFlags flags,
              SipSessionId asked_by,
              GError **error)
{
  g_autoptr (PhoneMediaSession) media = NULL;
  g_autoptr (PhoneCall) call = NULL;
  GError *media_error = NULL;

  media = phone_account_make_media (self, &media_error);
  if (media == NULL) {
    g_propagate_error (error, phone_error_take_media (media_error));
    return NULL;
  }
  call = phone_call_new_outgoing (self, self->agent, media, uri, flags, asked_by);
  add_call (self, call);
  return g_steal_pointer (&call);
}

PhoneCall *
phone_account_dial (PhoneAccount *self,
                    const char *target,
                    PhoneCallFlags flags,
                    GError **error)
{
  g_autofree char *uri = phone_account_dup_dialled (self, target, error);

  return uri != NULL ? add_outgoing (self, uri, flags, 0, error) : NULL;
}

PhoneCall *
phone_account_follow (PhoneAccount *self,
                      SipSessionId session,
                      const char *uri,
                      PhoneCallFlags flags,
                      GError **error)
{
  return add_outgoing (self, uri, flags, session, error);
}
