/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* Who may be meant by what somebody types: offered beneath the field, wherever a person is
 * asked for: contacts, and those of past calls behind them. It is shown while there is
 * something to offer.
 *
 *   service      PhoneService, read-write
 *   text         string, read-write: what was typed; "": nobody is meant
 *   calls-typed  bool, read-write, FALSE: a first row calls what was typed
 *
 *   ::chosen (const char *address)   NULL: what was typed */

#define PHONE_TYPE_PEOPLE_LIST (phone_people_list_get_type ())
G_DECLARE_FINAL_TYPE (PhonePeopleList, phone_people_list, PHONE, PEOPLE_LIST, AdwBin)

void phone_people_list_set_text (PhonePeopleList *self, const char *text);
