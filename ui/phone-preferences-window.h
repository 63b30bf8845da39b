/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The preferences: General, Calls, Sound, Video, Accounts. Each page is a subclass of
 * AdwPreferencesPage that binds its rows to keys of the schema org.example.Phone
 * (g_settings_new (APPLICATION_ID)) and is told here, in order. Keys that the service has
 * as properties are bound to it in phone-application.c. */

/* Modal above @parent, not shown yet. */
GtkWindow *phone_preferences_window_new (GtkWindow *parent, PhoneSession *session);
