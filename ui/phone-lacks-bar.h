/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* What cannot be done since a part of GStreamer is missing, a sentence each, looked for
 * when it is made. It is not visible where nothing is, and once it was hidden. */

#define PHONE_TYPE_LACKS_BAR (phone_lacks_bar_get_type ())
G_DECLARE_FINAL_TYPE (PhoneLacksBar, phone_lacks_bar, PHONE, LACKS_BAR, AdwBin)
