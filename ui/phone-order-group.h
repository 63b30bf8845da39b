/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* A list of texts whose order matters, a row each, with buttons that move it: either some
 * of a few known ones, each with a switch, or whatever is typed, to which more can be
 * added.
 *
 *   values     strv, read-write: the texts, best first; never NULL. Empty ones are left out.
 *   row-title  string, read-write: what one is called, where they are typed
 *   add-title  string, read-write: of the button that adds one */

#define PHONE_TYPE_ORDER_GROUP (phone_order_group_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneOrderGroup, phone_order_group, PHONE, ORDER_GROUP, AdwPreferencesGroup)

/* One of the texts that there can be, and how people know it. */
typedef struct {
  const char *value;
  const char *title;
} PhoneOrderChoice;

/* From now on they are switched, not typed. Static, of @n. */
void phone_order_group_set_choices (PhoneOrderGroup *self,
                                    const PhoneOrderChoice *choices,
                                    gsize n);
