/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-session.h"

#include <adwaita.h>

/* Search or dial, in one field: an address, a number, or part of the name of somebody
 * there was a call with, who is then offered beneath, behind a first row that calls what
 * was typed. With nothing typed Enter brings back whom one called last, and Up those
 * before; Enter again calls. Where there are several accounts one can be chosen.
 *
 *   session  PhoneSession, read-write
 *   text     string, read-write: what is in the field
 *
 *   ::dialled (PhoneCall *call) */

#define PHONE_TYPE_DIAL_ENTRY (phone_dial_entry_get_type ())
G_DECLARE_FINAL_TYPE (PhoneDialEntry, phone_dial_entry, PHONE, DIAL_ENTRY, AdwBin)
