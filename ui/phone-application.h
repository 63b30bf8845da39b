/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* The program: one instance, its service, its session, its actions and its one window.
 *
 *   app.answer (s), app.decline (s)   the call with this id, or the one that rings (""),
 *                                     which "phone --answer" and "--decline" do
 *   app.hang-up (s)                   the call with this id, or the one talked in ("")
 *   app.dial (s)                      asks whether this link or address is to be called
 *   app.do-not-disturb (state b)
 *   app.show                          brings the window to the front
 *   app.sign-out, app.preferences, app.about, app.quit
 *
 * All are on the bus (org.freedesktop.Application, org.gtk.Actions), and so is Open for
 * sip:, sips: and tel: links, which is app.dial. */

#define PHONE_TYPE_APPLICATION (phone_application_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneApplication, phone_application, PHONE, APPLICATION, AdwApplication)

PhoneApplication *phone_application_new (void);
