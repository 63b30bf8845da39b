/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* The page "Sound" of the preferences: what is spoken into, what is listened to, what
 * rings, and what is done to the sound of the microphone. The level is measured while the
 * page is seen. */

#define PHONE_TYPE_SOUND_PAGE (phone_sound_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneSoundPage, phone_sound_page, PHONE, SOUND_PAGE, AdwPreferencesPage)

AdwPreferencesPage *phone_sound_page_new (PhoneService *service);
