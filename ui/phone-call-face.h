/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-service.h"

/* Whom a call is with: their picture where they are a contact with one, else the initials
 * of what the call is called. It follows the call, and the contacts.
 *
 * Properties: service (PhoneService), call (PhoneCall, may be NULL), both to be written;
 * size (int, pixels, construct only). */
#define PHONE_TYPE_CALL_FACE (phone_call_face_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallFace, phone_call_face, PHONE, CALL_FACE, AdwBin)
