/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-equipment.h"
#include "phone-ringer.h"
#include "phone-service.h"

G_BEGIN_DECLS

/** @service is borrowed, and outlives the ringer. It makes no sound where it does not
 * @play. */
PhoneRinger *phone_ringer_new (PhoneService *service,
                               PhoneEquipment *equipment,
                               gboolean play);

G_END_DECLS
