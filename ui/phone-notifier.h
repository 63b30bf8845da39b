/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

/* Tells of calls where the window may not be seen. One notification a call that rings, with
 * Answer and Decline (app.answer, app.decline; the target is the call's id), withdrawn when
 * it no longer rings. One for all calls that were missed since the window was last looked
 * at; a call that was answered elsewhere is not missed. Under Do Not Disturb there are
 * none. Made with the application; nothing else refers to it. */

#define PHONE_TYPE_NOTIFIER (phone_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PhoneNotifier, phone_notifier, PHONE, NOTIFIER, GObject)

/* application: borrowed, it owns this object. */
PhoneNotifier *phone_notifier_new (GApplication *application, PhoneService *service);

/* Somebody looks: what was missed is known. */
void phone_notifier_clear_missed (PhoneNotifier *self);
/* The last call that was missed, if this is its id: who is called back. Full, or NULL. */
PhoneCall *phone_notifier_dup_missed (PhoneNotifier *self, const char *id);
