/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"
#include "phone-preview.h"

/* role: MICROPHONE or CAMERA. */
PhonePreview *phone_preview_new (PhoneEquipment *equipment, PhoneRole role);
