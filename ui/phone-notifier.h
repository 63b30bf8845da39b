/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-call.h"

/* Tells of incoming calls where the window may not be seen: one notification a call, with
 * Answer and Decline (app.answer, app.decline; the target is the call's id), withdrawn
 * when it no longer rings. Made with the application; nothing else refers to it. */

#define PHONE_TYPE_NOTIFIER (phone_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PhoneNotifier, phone_notifier, PHONE, NOTIFIER, GObject)

PhoneNotifier *phone_notifier_new (GApplication *application);

void phone_notifier_tell (PhoneNotifier *self, PhoneCall *call);
