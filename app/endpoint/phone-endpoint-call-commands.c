/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-commands-private.h"

#include "phone-endpoint-snapshot.h"
#include "phone-error.h"

#include <string.h>

static PhoneCallFlags
get_flags (JsonObject *arguments)
{
  PhoneCallFlags flags = PHONE_CALL_AUDIO;

  if (phone_command_get_boolean (arguments, "video"))
    flags |= PHONE_CALL_VIDEO;
  if (phone_command_get_boolean (arguments, "offerless"))
    flags |= PHONE_CALL_OFFERLESS;
  return flags;
}

static PhoneCall *
find_call_by_id (PhoneService *service, const char *id, GError **error)
{
  GListModel *calls = phone_service_get_calls (service);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (strcmp (phone_call_get_id (call), id) == 0)
      return call; /* the list keeps it */
  }
  g_set_error (error, PHONE_ERROR, PHONE_ERROR_NO_SUCH_CALL, "No such call");
  return NULL;
}

static PhoneCall *
find_call (PhoneService *service, JsonObject *arguments, GError **error)
{
  return find_call_by_id (service, phone_command_get_string (arguments, "id"), error);
}

static JsonObject *
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE, message);
  return NULL;
}

/* One in which something can be changed. */
static PhoneCall *
find_standing_call (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  switch (phone_call_get_state (call)) {
  case PHONE_CALL_STATE_CONNECTING:
  case PHONE_CALL_STATE_ACTIVE:
  case PHONE_CALL_STATE_RECONNECTING:
    return call;
  case PHONE_CALL_STATE_DIALLING:
  case PHONE_CALL_STATE_RINGING:
  case PHONE_CALL_STATE_INCOMING:
  case PHONE_CALL_STATE_ENDING:
  case PHONE_CALL_STATE_ENDED:
    break;
  }
  refuse (error, "The call does not stand");
  return NULL;
}

JsonObject *
phone_command_call_start (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneAccount *account = phone_command_find_account (
      service, phone_command_get_string (arguments, "account"), error);
  g_autoptr (PhoneCall) call = NULL;

  if (account == NULL)
    return NULL;
  call = phone_service_dial (service, account,
                             phone_command_get_string (arguments, "target"),
                             get_flags (arguments), error);
  return call != NULL
             ? phone_command_wrap_object ("call", phone_endpoint_call_to_json (call))
             : NULL;
}

/* One that rings here. */
static PhoneCall *
find_ringing_call (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL || phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING)
    return call;
  refuse (error, "It does not ring here");
  return NULL;
}

JsonObject *
phone_command_call_answer (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_ringing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_answer (call, get_flags (arguments));
  return json_object_new ();
}

JsonObject *
phone_command_call_early_media (PhoneService *service,
                                JsonObject *arguments,
                                GError **error)
{
  PhoneCall *call = find_ringing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_send_early_media (call, get_flags (arguments));
  return json_object_new ();
}

JsonObject *
phone_command_call_reject (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  if (phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING)
    return refuse (error, "It does not ring here");

  if (phone_command_get_boolean (arguments, "busy"))
    phone_call_decline_busy (call);
  else
    phone_call_decline (call);
  return json_object_new ();
}

JsonObject *
phone_command_call_hang_up (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_hang_up (call);
  return json_object_new ();
}

JsonObject *
phone_command_call_mute (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_set_muted (call, phone_command_get_boolean (arguments, "muted"));
  return json_object_new ();
}

JsonObject *
phone_command_call_hold (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_standing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_set_held (call, phone_command_get_boolean (arguments, "held"));
  return json_object_new ();
}

JsonObject *
phone_command_call_swap (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_standing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_service_swap (service, call);
  return json_object_new ();
}

JsonObject *
phone_command_call_refresh (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_standing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_refresh (call);
  return json_object_new ();
}

JsonObject *
phone_command_call_video (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_standing_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  phone_call_set_video (call, phone_command_get_boolean (arguments, "on"));
  return json_object_new ();
}

JsonObject *
phone_command_call_answer_video (PhoneService *service,
                                 JsonObject *arguments,
                                 GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  if (!phone_call_get_video_asked (call))
    return refuse (error, "No pictures are asked for");
  phone_call_answer_video (call, phone_command_get_boolean (arguments, "accept"));
  return json_object_new ();
}

JsonObject *
phone_command_call_dtmf (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL || !phone_call_send_digits (
                          call, phone_command_get_string (arguments, "digits"), error))
    return NULL;
  return json_object_new ();
}

JsonObject *
phone_command_call_transfer (PhoneService *service, JsonObject *arguments, GError **error)
{
  const char *to = phone_command_get_string (arguments, "to");
  const char *with = phone_command_get_string (arguments, "with");
  PhoneCall *call = NULL;
  PhoneCall *other = NULL;

  if ((to == NULL) == (with == NULL)) {
    g_set_error (error, PHONE_RPC_ERROR, PHONE_RPC_INVALID_PARAMS,
                 "call.transfer takes either \"to\" or \"with\"");
    return NULL;
  }
  call = find_call (service, arguments, error);
  if (call != NULL && with != NULL)
    other = find_call_by_id (service, with, error);
  if (call == NULL || (with != NULL && other == NULL))
    return NULL;
  if (!(with != NULL ? phone_call_transfer_to (call, other, error)
                     : phone_call_transfer (call, to, error)))
    return NULL;
  return json_object_new ();
}

JsonObject *
phone_command_call_answer_transfer (PhoneService *service,
                                    JsonObject *arguments,
                                    GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  if (call == NULL)
    return NULL;
  if (phone_call_get_transfer_state (call) != PHONE_TRANSFER_ASKED)
    return refuse (error, "No transfer is asked for");
  phone_call_answer_transfer (call, phone_command_get_boolean (arguments, "accept"));
  return json_object_new ();
}

JsonObject *
phone_command_call_ladder (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);
  g_autofree char *text = NULL;
  JsonObject *object;

  if (call == NULL)
    return NULL;
  text = phone_call_dup_ladder (call);
  object = json_object_new ();
  json_object_set_string_member (object, "ladder", text);
  return object;
}

JsonObject *
phone_command_call_stats (PhoneService *service, JsonObject *arguments, GError **error)
{
  PhoneCall *call = find_call (service, arguments, error);

  return call != NULL ? phone_endpoint_call_stats_to_json (call) : NULL;
}
