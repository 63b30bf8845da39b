/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the files that make a PhoneContactBook know of one another: phone-contacts.c is the
 * book as people watch it, phone-contacts-requests.c what is asked of it and answered.
 */
#pragma once

#include "phone-contact-job.h"

G_BEGIN_DECLS

/** Takes @job. */
void phone_contact_book_push (PhoneContactBook *self, PhoneContactJob *job);
/** Shows what @job has done, before whoever asked is told. */
void phone_contact_book_show (PhoneContactBook *self, PhoneContactJob *job);

G_END_DECLS
