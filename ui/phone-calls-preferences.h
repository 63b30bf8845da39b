/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The page "Calls" of the preferences; each row is a key of the schema. */

#define PHONE_TYPE_CALLS_PREFERENCES (phone_calls_preferences_get_type ())
G_DECLARE_FINAL_TYPE (PhoneCallsPreferences,
                      phone_calls_preferences,
                      PHONE,
                      CALLS_PREFERENCES,
                      AdwPreferencesPage)

AdwPreferencesPage *phone_calls_preferences_new (void);
