/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneContactDb: the file of contacts, a PhoneDatabase, whose rules it follows: it belongs
 * to one thread, and each call here may find the file broken, and does what it is for in a
 * new one then. Records that it takes and gives are prepared.
 */
#pragma once

#include "phone-contact.h"

G_BEGIN_DECLS

/** So many contacts a file has at most. */
#define PHONE_CONTACT_DB_MAX 50000

typedef struct _PhoneContactDb PhoneContactDb;

/** Opens nothing yet. */
PhoneContactDb *phone_contact_db_new (const char *path);
void phone_contact_db_free (PhoneContactDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneContactDb, phone_contact_db_free)

/** All, without their pictures, in no order. GPtrArray of PhoneContactRecord; owned. NULL:
 * they could not be read. */
GPtrArray *phone_contact_db_load (PhoneContactDb *self);

/** Writes all of @records (GPtrArray of PhoneContactRecord) or none: those with an id in
 * the place of what that was, the others as new, which get an id, and a uid where they have
 * none. One whose id, or whose place, is there no more is left out with the id 0. FALSE:
 * nothing was written. */
gboolean phone_contact_db_save (PhoneContactDb *self, GPtrArray *records);

/** What was removed, with its picture; owned. NULL: it was not there, or could not be. */
PhoneContactRecord *phone_contact_db_remove (PhoneContactDb *self, gint64 id);

/** NULL: there is none. Owned. */
GBytes *phone_contact_db_load_picture (PhoneContactDb *self, gint64 id);

gboolean phone_contact_db_is_writable (PhoneContactDb *self);
/** How often a file was moved aside: what was known of it is not in the new one. */
guint phone_contact_db_count_broken (PhoneContactDb *self);

G_END_DECLS
