/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-preferences-window.h"

#include "phone-accounts-page.h"
#include "phone-calls-preferences.h"
#include "phone-compat.h"
#include "phone-general-preferences.h"
#include "phone-sound-page.h"
#include "phone-video-page.h"

GtkWindow *
phone_preferences_window_new (GtkWindow *parent, PhoneSession *session)
{
  AdwPreferencesPage *pages[] = {
      phone_general_preferences_new (),
      phone_calls_preferences_new (),
      phone_sound_page_new (phone_session_get_service (session)),
      phone_video_page_new (phone_session_get_service (session)),
      phone_accounts_page_new (session),
  };

  return phone_compat_preferences_new (parent, pages, G_N_ELEMENTS (pages));
}
