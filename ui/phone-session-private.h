/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "phone-secrets.h"
#include "phone-session.h"

/* What phone-session.c (what runs) and phone-session-keep.c (what is kept) have in common. */

struct _PhoneSession {
  GObject parent;

  /* owned */
  PhoneService *service;
  PhoneSettings *settings;
  PhoneAccount *account;
  GPtrArray *waiting; /* PhoneAccount whose password the keyring is asked for */
  GPtrArray *stale;   /* PhoneAccount to be started anew when its calls are over */
  GError *problem;
  GCancellable *cancellable;

  gboolean is_empty;
};

/* Tells it as the :problem; takes @problem. NULL: all is well again. */
void phone_session_take_problem (PhoneSession *self, GError *problem);
void phone_session_flush_settings (PhoneSession *self);
/* After each change of what there is. */
void phone_session_look_again (PhoneSession *self);

/* From now on @config's switch starts and stops its account. */
void phone_session_watch (PhoneSession *self, PhoneAccountConfig *config);
/* Adds it to the service; NULL where it is disabled or cannot be. Borrowed. */
PhoneAccount *phone_session_add_account (PhoneSession *self, PhoneAccountConfig *config);
/* The same, and registers with the passwords of the keyring. */
void phone_session_start_stored (PhoneSession *self, PhoneAccountConfig *config);
void phone_session_stop (PhoneSession *self, PhoneAccount *account);
/* Starts it anew, with what its config says now, once it is in no call. */
void phone_session_mark_stale (PhoneSession *self, PhoneAccount *account);
