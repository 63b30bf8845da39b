/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Accounts, calls and their numbers as JSON objects: the same in the lines of a one-shot
 * command and in those of serve. The members are written down in
 * data/endpoint/phone-endpoint.schema.json. No password is ever in them. What a far end
 * said is made valid UTF-8. All results are full.
 */
#pragma once

#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *phone_endpoint_account_to_json (PhoneAccount *account);
JsonObject *phone_endpoint_call_to_json (PhoneCall *call);
JsonObject *phone_endpoint_timings_to_json (const PhoneCallTimings *timings);
/** What was heard and seen. */
JsonObject *phone_endpoint_probe_to_json (const PhoneProbeReport *report);
/** @stats may be NULL: an empty object. */
JsonObject *phone_endpoint_media_to_json (const PhoneMediaStats *stats);
/** timings, probe and media of a call, and for how long it has been. */
JsonObject *phone_endpoint_call_stats_to_json (PhoneCall *call);
/** With the name that the contacts of @service have for its address. */
JsonObject *phone_endpoint_history_entry_to_json (PhoneService *service,
                                                  PhoneHistoryEntry *entry);
/** How many were missed, and what is wrong. */
JsonObject *phone_endpoint_history_to_json (PhoneHistory *history);
/** A contact, and the book it is in. */
JsonObject *phone_endpoint_contact_to_json (PhoneContact *contact);
JsonObject *phone_endpoint_contacts_to_json (PhoneContactBook *book);

/** One line of JSON, every control character escaped (RFC 8259 §7); owned. */
char *phone_endpoint_json_to_line (JsonNode *root);
/** Sets a member that is a text of the far end, and leaves it out where it is NULL. */
void phone_endpoint_json_set_text (JsonObject *object,
                                   const char *name,
                                   const char *text);
/** Sets the member "error"; leaves it out where there is none. */
void phone_endpoint_json_set_error (JsonObject *object, const GError *error);
/** The object as one line, without the line's end. Takes @object. */
char *phone_endpoint_json_take_line (JsonObject *object);

G_END_DECLS
