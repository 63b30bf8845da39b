/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * preview.set: what the chosen microphone or camera gives beside any call, and what is
 * said of it.
 */
#pragma once

#include "phone-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PHONE_TYPE_ENDPOINT_PREVIEWS (phone_endpoint_previews_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneEndpointPreviews, phone_endpoint_previews, PHONE, ENDPOINT_PREVIEWS, GObject)

/** Those of the service; borrowed. ::changed (PhonePreview *preview) follows each thing
 * that one of them says. */
PhoneEndpointPreviews *phone_endpoint_get_previews (PhoneService *service);

/** Of "microphone" or "camera"; NULL for another name. Borrowed. */
PhonePreview *phone_endpoint_previews_find (PhoneEndpointPreviews *self,
                                            const char *kind);

/** By the schema. Full. */
JsonObject *phone_endpoint_previews_to_json (PhoneEndpointPreviews *self,
                                             PhonePreview *preview);

G_END_DECLS
