/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The program: one instance, its service, its session, its actions and its one window.
 *
 *   app.answer (s), app.decline (s)   the call with this id; nothing where it is gone
 *   app.show                          brings the window to the front
 *   app.sign-out, app.preferences, app.about, app.quit */

#define PHONE_TYPE_APPLICATION (phone_application_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneApplication, phone_application, PHONE, APPLICATION, AdwApplication)

PhoneApplication *phone_application_new (void);
