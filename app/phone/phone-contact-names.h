/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneContactNames: who an address belongs to, of those that are in the book of contacts;
 * and the names of whom one is in a call with. Private to phone/.
 *
 * Addresses are compared as SIP URIs are (RFC 3261 §19.1.4, without port, parameters and
 * the difference between sip and sips); numbers by their digits, made whole with the prefix
 * of each account. An extension, or a name without a host, belongs to the accounts' own
 * servers alone. A table finds each: nothing is gone through, and of many under one key the
 * first 64 count.
 */
#pragma once

#include "phone-contacts.h"

G_BEGIN_DECLS

#define PHONE_TYPE_CONTACT_NAMES (phone_contact_names_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneContactNames, phone_contact_names, PHONE, CONTACT_NAMES, GObject)

/** @accounts of PhoneAccount, @calls of PhoneCall, whose :contact it keeps right. */
PhoneContactNames *phone_contact_names_new (PhoneContactBook *book,
                                            GListModel *accounts,
                                            GListModel *calls);

/** NULL: nobody, or @address cannot be read. One's own contacts go before the system's.
 * Borrowed. */
PhoneContact *phone_contact_names_lookup (PhoneContactNames *self, const char *address);

G_END_DECLS
