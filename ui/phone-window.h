/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The one window: the page for dialling, the form for signing in, and over both the call
 * that is looked at. An ended call stays in view with its reason until it is dismissed or
 * another one comes; the window never takes the focus by itself.
 *
 *   session  PhoneSession, construct
 *   call     PhoneCall in view; NULL: none
 *   page     string, derived: "welcome", "home", "sign-in", "incoming", "call"
 *
 *   win.sign-in   opens the form */

#define PHONE_TYPE_WINDOW (phone_window_get_type ())
G_DECLARE_FINAL_TYPE (PhoneWindow, phone_window, PHONE, WINDOW, AdwApplicationWindow)

PhoneWindow *phone_window_new (GtkApplication *application, PhoneSession *session);

/* Answers it and takes it into view. */
void phone_window_answer (PhoneWindow *self, PhoneCall *call, PhoneCallFlags flags);

/* Asks whether @link is to be called, and calls it. Tells what is wrong where it cannot be.
 * One question at a time: while it is open, further links are let go. */
void phone_window_ask_to_dial (PhoneWindow *self, const char *link);
/* Calls who is at the other end of @call, with the same account. */
void phone_window_call_again (PhoneWindow *self, PhoneCall *call);
/* Tells a sentence on whatever page is shown. */
void phone_window_tell (PhoneWindow *self, const char *text);
