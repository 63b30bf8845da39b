/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* The calls of the past: those that are searched for, or were missed, call back, copy, delete, export.
 * While it is on the screen, missed calls count as seen.
 *
 *   session      PhoneSession, read-write
 *   search       string, read-write: of these words; may be NULL
 *   placeholder  GtkWidget, read-write: what is there instead while there is no call yet
 *
 *   ::dialled (PhoneCall *call)
 *   ::toast (const char *text)   something was done that needs no decision */

#define PHONE_TYPE_RECENTS_PAGE (phone_recents_page_get_type ())
G_DECLARE_FINAL_TYPE (PhoneRecentsPage, phone_recents_page, PHONE, RECENTS_PAGE, AdwBin)
