/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* A bin that says whether it is narrow, for pages that are laid out in two ways (there are
 * no breakpoints before libadwaita 1.4).
 *
 *   breakpoint  int, read-write: narrow below so many pixels at 100 % text; 550
 *   narrow      boolean, read-only; TRUE until it was given a size
 *
 * Larger text makes it narrow sooner. */

#define PHONE_TYPE_ADAPTIVE_BIN (phone_adaptive_bin_get_type ())
G_DECLARE_FINAL_TYPE (PhoneAdaptiveBin, phone_adaptive_bin, PHONE, ADAPTIVE_BIN, AdwBin)
