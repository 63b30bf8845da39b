/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "phone-contacts.h"

/* Faces of contacts. Pictures may come from strangers: they are decoded beside the main
 * thread, and no larger than they are shown. */

/* Shows whom @avatar stands for: the picture of @contact (NULL: nobody known), as soon as
 * it is read, and the initials until then. @book may be NULL with it. */
void phone_contact_picture_show (AdwAvatar *avatar,
                                 PhoneContactBook *book,
                                 PhoneContact *contact);

/* A picture that a person has chosen, as small as it is kept. */
void phone_contact_picture_read_async (GFile *file,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
/* PNG; owned. NULL: it is no picture. */
GBytes *phone_contact_picture_read_finish (GAsyncResult *result);

/* Shows such a picture; NULL: the initials. */
void phone_contact_picture_show_bytes (AdwAvatar *avatar, GBytes *picture);
