/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* Our own picture, small in a corner of what it lies over (an overlay child that aligns
 * itself): dragged, or moved by the arrow keys, it goes to another corner.
 *
 *   paintable  GdkPaintable, read-write, may be NULL */

#define PHONE_TYPE_SELF_VIEW (phone_self_view_get_type ())
G_DECLARE_FINAL_TYPE (PhoneSelfView, phone_self_view, PHONE, SELF_VIEW, AdwBin)
