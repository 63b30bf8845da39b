/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-snapshot.h"

#include "phone-endpoint-text.h"

#include <string.h>

void
phone_endpoint_json_set_text (JsonObject *object, const char *name, const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL)
    return;
  valid = g_utf8_make_valid (text, -1);
  json_object_set_string_member (object, name, valid);
}

static gboolean
ends_in_exponent (const GString *line)
{
  gsize i = line->len;

  while (i > 0 && g_ascii_isdigit (line->str[i - 1]))
    i--;
  return i >= 2 && i < line->len &&
         (line->str[i - 1] == '+' || line->str[i - 1] == '-') && line->str[i - 2] == 'e';
}

/* json-glib 1.6 escapes every control character but the last one, U+001F, and makes 1e+20
 * known for a fraction as 1e+20.0, which is no number (RFC 8259 §6). */
char *
phone_endpoint_json_to_line (JsonNode *root)
{
  g_autofree char *text = json_to_string (root, FALSE);
  GString *line = g_string_sized_new (strlen (text));
  gboolean in_string = FALSE;
  gboolean is_escaped = FALSE;

  for (const char *at = text; *at != '\0'; at++) {
    if (*at == '\x1f')
      g_string_append (line, "\\u001f");
    else if (!in_string && g_str_has_prefix (at, ".0") && ends_in_exponent (line))
      at++;
    else
      g_string_append_c (line, *at);
    if (*at == '"' && !is_escaped)
      in_string = !in_string;
    is_escaped = *at == '\\' && !is_escaped;
  }
  return g_string_free (line, FALSE);
}

char *
phone_endpoint_json_take_line (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (root, object);
  return phone_endpoint_json_to_line (root);
}

/* -1 stands for what has not happened, and is left out. */
static void
set_ms (JsonObject *object, const char *name, int ms)
{
  if (ms >= 0)
    json_object_set_int_member (object, name, ms);
}

void
phone_endpoint_json_set_error (JsonObject *object, const GError *error)
{
  JsonObject *member;
  PhoneError code;

  if (error == NULL)
    return;
  code = phone_error_get_code (error);
  member = json_object_new ();
  json_object_set_string_member (member, "cause", phone_error_get_name (code));
  json_object_set_string_member (member, "sentence", phone_endpoint_text_error (code));
  phone_endpoint_json_set_text (member, "detail", error->message);
  json_object_set_object_member (object, "error", member);
}

JsonObject *
phone_endpoint_account_to_json (PhoneAccount *account)
{
  JsonObject *object = json_object_new ();
  PhoneAccountConfig *config = phone_account_get_config (account);
  gint64 retry_at_us = phone_account_get_retry_at (account);

  json_object_set_string_member (object, "id", phone_account_config_get_id (config));
  json_object_set_string_member (object, "account",
                                 phone_account_config_get_aor (config));
  phone_endpoint_json_set_text (object, "label", phone_account_config_get_label (config));
  json_object_set_string_member (object, "server", phone_account_get_server (account));
  json_object_set_string_member (
      object, "state",
      phone_enum_nick (PHONE_TYPE_ACCOUNT_STATE, (int)phone_account_get_state (account)));
  set_ms (object, "registeredMs", phone_account_get_registered_ms (account));
  if (retry_at_us > 0)
    set_ms (object, "retryInMs",
            (int)(MAX (retry_at_us - g_get_monotonic_time (), 0) / 1000));
  if (phone_account_get_status (account) != 0)
    json_object_set_int_member (object, "status", phone_account_get_status (account));
  phone_endpoint_json_set_error (object, phone_account_get_error (account));
  return object;
}

static void
set_transfer (JsonObject *object, PhoneCall *call)
{
  PhoneTransferState state = phone_call_get_transfer_state (call);

  json_object_set_string_member (object, "transferState",
                                 phone_enum_nick (PHONE_TYPE_TRANSFER_STATE, (int)state));
  if (phone_call_get_transfer_status (call) != 0)
    json_object_set_int_member (object, "transferStatus",
                                phone_call_get_transfer_status (call));
  phone_endpoint_json_set_text (object, "transferTarget",
                                phone_call_get_transfer_target (call));
  phone_endpoint_json_set_text (object, "replaces", phone_call_get_replaces (call));
}

static void
set_end (JsonObject *object, PhoneCall *call)
{
  PhoneEndCause cause = phone_call_get_end_cause (call);

  if (cause == PHONE_END_NONE)
    return;
  json_object_set_string_member (object, "endCause",
                                 phone_enum_nick (PHONE_TYPE_END_CAUSE, (int)cause));
  json_object_set_string_member (object, "sentence",
                                 phone_endpoint_text_end_cause (cause));
  if (phone_call_get_end_status (call) != 0)
    json_object_set_int_member (object, "status", phone_call_get_end_status (call));
  phone_endpoint_json_set_text (object, "reason", phone_call_get_end_reason (call));
  phone_endpoint_json_set_error (object, phone_call_get_error (call));
}

static void
set_contact_name (JsonObject *object, PhoneContact *contact)
{
  if (contact != NULL)
    phone_endpoint_json_set_text (object, "contactName",
                                  phone_contact_get_name (contact));
}

JsonObject *
phone_endpoint_call_to_json (PhoneCall *call)
{
  JsonObject *object = json_object_new ();
  PhoneAccountConfig *config = phone_account_get_config (phone_call_get_account (call));

  json_object_set_string_member (object, "id", phone_call_get_id (call));
  json_object_set_string_member (object, "account", phone_account_config_get_id (config));
  json_object_set_string_member (
      object, "direction",
      phone_enum_nick (PHONE_TYPE_DIRECTION, (int)phone_call_get_direction (call)));
  json_object_set_string_member (
      object, "state",
      phone_enum_nick (PHONE_TYPE_CALL_STATE, (int)phone_call_get_state (call)));
  phone_endpoint_json_set_text (object, "remoteUri", phone_call_get_remote_uri (call));
  phone_endpoint_json_set_text (object, "remoteName", phone_call_get_remote_name (call));
  set_contact_name (object, phone_call_get_contact (call));
  json_object_set_boolean_member (object, "silenced", phone_call_get_silenced (call));
  json_object_set_boolean_member (object, "offersVideo",
                                  phone_call_get_offers_video (call));
  json_object_set_boolean_member (object, "video", phone_call_get_video (call));
  json_object_set_boolean_member (object, "remoteVideo",
                                  phone_call_get_remote_video (call));
  json_object_set_boolean_member (object, "videoAsked",
                                  phone_call_get_video_asked (call));
  json_object_set_boolean_member (object, "held", phone_call_get_held (call));
  json_object_set_boolean_member (object, "peerHeld", phone_call_get_peer_held (call));
  json_object_set_boolean_member (object, "muted", phone_call_get_muted (call));
  json_object_set_boolean_member (object, "encrypted", phone_call_get_encrypted (call));
  json_object_set_boolean_member (object, "cameraMissing",
                                  phone_call_get_camera_missing (call));
  json_object_set_string_member (
      object, "diagnosis",
      phone_enum_nick (PHONE_TYPE_MEDIA_SILENCE, (int)phone_call_get_diagnosis (call)));
  json_object_set_string_member (
      object, "quality",
      phone_enum_nick (PHONE_TYPE_QUALITY, (int)phone_call_get_quality (call)));
  json_object_set_string_member (
      object, "qualityReason",
      phone_enum_nick (PHONE_TYPE_QUALITY_REASON,
                       (int)phone_call_get_quality_reason (call)));
  set_transfer (object, call);
  set_end (object, call);
  return object;
}

JsonObject *
phone_endpoint_timings_to_json (const PhoneCallTimings *timings)
{
  JsonObject *object = json_object_new ();

  set_ms (object, "ringingMs", timings->ringing_ms);
  set_ms (object, "answeredMs", timings->answered_ms);
  set_ms (object, "gatheringMs", timings->gathering_ms);
  set_ms (object, "iceMs", timings->ice_ms);
  set_ms (object, "dtlsMs", timings->dtls_ms);
  set_ms (object, "firstAudioMs", timings->first_audio_ms);
  set_ms (object, "firstVideoMs", timings->first_video_ms);
  return object;
}

JsonObject *
phone_endpoint_probe_to_json (const PhoneProbeReport *report)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "audioMs", (gint64)report->audio_ms);
  json_object_set_int_member (object, "soundingMs", (gint64)report->sounding_ms);
  json_object_set_int_member (object, "toneHz", report->tone_hz);
  json_object_set_double_member (object, "levelDb", report->level_db);
  json_object_set_int_member (object, "pictures", (gint64)report->frames);
  json_object_set_int_member (object, "picturesChanged", (gint64)report->changes);
  json_object_set_int_member (object, "framesRecognised", (gint64)report->recognised);
  json_object_set_int_member (object, "framesMissing", (gint64)report->gaps);
  json_object_set_int_member (object, "width", report->width);
  json_object_set_int_member (object, "height", report->height);
  set_ms (object, "delayMs", report->delay_ms);
  return object;
}

static void
set_stream (JsonObject *object,
            const char *name,
            const PhoneMediaStream *stream,
            gboolean is_out)
{
  JsonObject *member;

  if (!stream->present)
    return;
  member = json_object_new ();
  phone_endpoint_json_set_text (member, "codec", stream->codec);
  json_object_set_int_member (member, "packets", (gint64)stream->packets);
  json_object_set_int_member (member, "bytes", (gint64)stream->bytes);
  json_object_set_int_member (member, "bitrate", stream->bitrate);
  json_object_set_int_member (member, "lost", stream->lost);
  json_object_set_double_member (member, "fractionLost", stream->fraction_lost);
  json_object_set_double_member (member, "jitterMs", stream->jitter_ms);
  if (is_out) {
    json_object_set_boolean_member (member, "confirmed", stream->confirmed);
    if (stream->round_trip_ms >= 0)
      json_object_set_double_member (member, "roundTripMs", stream->round_trip_ms);
  } else {
    json_object_set_int_member (member, "latencyMs", stream->latency_ms);
  }
  json_object_set_object_member (object, name, member);
}

JsonObject *
phone_endpoint_media_to_json (const PhoneMediaStats *stats)
{
  JsonObject *object = json_object_new ();

  if (stats == NULL)
    return object;
  set_stream (object, "audioIn", &stats->audio_in, FALSE);
  set_stream (object, "audioOut", &stats->audio_out, TRUE);
  set_stream (object, "videoIn", &stats->video_in, FALSE);
  set_stream (object, "videoOut", &stats->video_out, TRUE);
  json_object_set_double_member (object, "levelInDb", stats->level_in_db);
  json_object_set_double_member (object, "levelOutDb", stats->level_out_db);
  phone_endpoint_json_set_text (object, "localCandidate", stats->local_candidate);
  phone_endpoint_json_set_text (object, "remoteCandidate", stats->remote_candidate);
  return object;
}

JsonObject *
phone_endpoint_call_stats_to_json (PhoneCall *call)
{
  JsonObject *object = json_object_new ();
  PhoneProbeReport report = phone_probe_get_report (phone_call_get_probe (call));
  g_autoptr (PhoneMediaStats) stats = phone_call_dup_stats (call);
  PhoneCallTimings timings;

  phone_call_get_timings (call, &timings);
  json_object_set_int_member (object, "durationS", phone_call_get_duration (call));
  json_object_set_int_member (object, "reconnectingS",
                              phone_call_get_reconnecting (call));
  json_object_set_object_member (object, "timings",
                                 phone_endpoint_timings_to_json (&timings));
  json_object_set_object_member (object, "probe", phone_endpoint_probe_to_json (&report));
  json_object_set_object_member (object, "media", phone_endpoint_media_to_json (stats));
  return object;
}

/* ---- Calls of the past ---- */

JsonObject *
phone_endpoint_history_entry_to_json (PhoneService *service, PhoneHistoryEntry *entry)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", phone_history_entry_get_id (entry));
  json_object_set_string_member (
      object, "direction",
      phone_enum_nick (PHONE_TYPE_DIRECTION, phone_history_entry_is_incoming (entry)
                                                 ? PHONE_DIRECTION_INCOMING
                                                 : PHONE_DIRECTION_OUTGOING));
  json_object_set_string_member (
      object, "outcome",
      phone_enum_nick (PHONE_TYPE_HISTORY_OUTCOME,
                       (int)phone_history_entry_get_outcome (entry)));
  json_object_set_int_member (object, "startedAtMs",
                              phone_history_entry_get_started_at_us (entry) / 1000);
  json_object_set_int_member (object, "seconds",
                              phone_history_entry_get_duration_s (entry));
  phone_endpoint_json_set_text (object, "account",
                                phone_history_entry_get_account (entry));
  phone_endpoint_json_set_text (object, "address",
                                phone_history_entry_get_address (entry));
  phone_endpoint_json_set_text (object, "name", phone_history_entry_get_name (entry));
  set_contact_name (object, phone_service_lookup_contact (
                                service, phone_history_entry_get_address (entry)));
  return object;
}

JsonObject *
phone_endpoint_history_to_json (PhoneHistory *history)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "missed", phone_history_get_missed (history));
  json_object_set_string_member (
      object, "problem",
      phone_enum_nick (PHONE_TYPE_HISTORY_PROBLEM,
                       (int)phone_history_get_problem (history)));
  return object;
}

/* ---- Contacts ---- */

static JsonArray *
addresses_to_json (PhoneContact *contact)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < phone_contact_get_n_addresses (contact); i++) {
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "address",
                                   phone_contact_get_address (contact, i));
    json_object_set_string_member (
        object, "kind",
        phone_enum_nick (PHONE_TYPE_ADDRESS_KIND,
                         (int)phone_contact_get_kind (contact, i)));
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonObject *
phone_endpoint_contact_to_json (PhoneContact *contact)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", phone_contact_get_id (contact));
  json_object_set_string_member (object, "name", phone_contact_get_name (contact));
  json_object_set_string_member (object, "organisation",
                                 phone_contact_get_organisation (contact));
  json_object_set_string_member (object, "note", phone_contact_get_note (contact));
  json_object_set_boolean_member (object, "favourite",
                                  phone_contact_is_favourite (contact));
  json_object_set_boolean_member (object, "hasPicture",
                                  phone_contact_has_picture (contact));
  json_object_set_array_member (object, "addresses", addresses_to_json (contact));
  phone_endpoint_json_set_text (object, "book", phone_contact_get_book (contact));
  return object;
}

JsonObject *
phone_endpoint_contacts_to_json (PhoneContactBook *book)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "count",
                              g_list_model_get_n_items (G_LIST_MODEL (book)));
  json_object_set_string_member (
      object, "problem",
      phone_enum_nick (PHONE_TYPE_CONTACTS_PROBLEM,
                       (int)phone_contact_book_get_problem (book)));
  return object;
}
