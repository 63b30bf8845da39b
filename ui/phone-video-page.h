/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-service.h"

#include <adwaita.h>

/* The page "Video" of the preferences: the camera, and what it sees while the page is
 * seen. */

#define PHONE_TYPE_VIDEO_PAGE (phone_video_page_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneVideoPage, phone_video_page, PHONE, VIDEO_PAGE, AdwPreferencesPage)

AdwPreferencesPage *phone_video_page_new (PhoneService *service);
