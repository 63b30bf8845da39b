/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <gtk/gtk.h>

/* How the phone lives in the session, by the settings and the calls: whether it stays
 * without a window and starts with the session, which a sandbox asks the user about; that
 * the machine does not fall asleep in a call, nor the screen go dark in one with pictures;
 * and what the service is to do about music and disturbances. Made with the application;
 * nothing else refers to it. */

#define PHONE_TYPE_RESIDENCE (phone_residence_get_type ())
G_DECLARE_FINAL_TYPE (PhoneResidence, phone_residence, PHONE, RESIDENCE, GObject)

/* application: borrowed, it owns this object. */
PhoneResidence *phone_residence_new (GtkApplication *application, PhoneService *service);
