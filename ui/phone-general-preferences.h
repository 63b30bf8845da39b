/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The page "General" of the preferences; each row is a key of the schema. */

#define PHONE_TYPE_GENERAL_PREFERENCES (phone_general_preferences_get_type ())
G_DECLARE_FINAL_TYPE (PhoneGeneralPreferences,
                      phone_general_preferences,
                      PHONE,
                      GENERAL_PREFERENCES,
                      AdwPreferencesPage)

AdwPreferencesPage *phone_general_preferences_new (void);
