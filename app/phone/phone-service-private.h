/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a PhoneService holds, for the files that make it: phone-service.c is the facade as
 * its users see it, phone-service-exchange.c the exchange inside, phone-service-leave.c how
 * it is shut down.
 */
#pragma once

#include "phone-address-books.h"
#include "phone-contact-names.h"
#include "phone-exchange.h"
#include "phone-floor.h"
#include "phone-service-sound.h"
#include "phone-service.h"
#include "phone-surroundings.h"

G_BEGIN_DECLS

struct _PhoneService {
  GObject parent_instance;

  /* owned */
  GListStore *accounts;
  GListStore *calls;
  PhoneExchange *exchange; /* NULL until start_exchange_async() */
  PhoneAccount *inside;    /* the owner's at it */
  PhoneFloor *floor;       /* NULL: any number of calls may speak */
  PhoneServiceSound *sound;
  PhoneSurroundings *surroundings;
  PhoneRinger *ringer;
  PhoneHistory *history;            /* NULL: none is kept */
  PhoneContactBook *contacts;       /* NULL: there are none */
  PhoneContactNames *names;         /* NULL with them */
  PhoneAddressBooks *address_books; /* NULL: not read */

  PhoneServiceOptions options;
  gboolean do_not_disturb;
};

G_END_DECLS
