/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneAddressBooks: the address books of the session, as the Evolution Data Server has
 * them, which GNOME's Contacts and Evolution write; asked over D-Bus and only read. Where
 * it is not there, as in a sandbox, there are no address books, and that is all. A book that
 * cannot be opened is asked for again when books are added, removed or changed.
 *
 * Names and objects are those of its versions 3.38 and later: Sources5 and AddressBook10.
 * Main context only.
 *
 * Signals:
 *   ::changed (string key, string name, strv cards)
 *        all that is in an address book now, as vCards; NULL: it is there no more. @key
 *        tells books of one name apart.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** So many address books are read. */
#define PHONE_ADDRESS_BOOKS_MAX 32

#define PHONE_TYPE_ADDRESS_BOOKS (phone_address_books_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneAddressBooks, phone_address_books, PHONE, ADDRESS_BOOKS, GObject)

/** Begins to look. @bus: NULL for the session's. */
PhoneAddressBooks *phone_address_books_new (GDBusConnection *bus);

G_END_DECLS
