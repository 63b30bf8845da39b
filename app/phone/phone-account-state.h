/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a PhoneAccount holds, for the files that make it: phone-account.c is the account at
 * its server, phone-account-calls.c what its calls are made of and who they are for.
 */
#pragma once

#include "phone-account-private.h"
#include "phone-agent.h"
#include "phone-ws-transport.h"

G_BEGIN_DECLS

struct _PhoneAccount {
  GObject parent_instance;

  /* owned */
  PhoneAccountConfig *config;
  PhoneAgent *agent;           /* NULL while offline */
  PhoneWsTransport *transport; /* of the agent, or of the last one; NULL before */
  GListStore *calls;
  PhoneEquipment *equipment;
  char *password;
  char *turn_password;
  GError *error;
  PhoneAccount *leaving; /* itself, from unregister() until the server was told */

  PhoneServiceOptions options;
  PhoneAccountState state;
  gboolean is_wanted; /* the last wish: to be registered */
  gboolean do_not_disturb;
  guint status;      /* of error */
  guint patience_ms; /* the transport's handshake time-out; 0: its own */
  gint64 retry_at_us;
  gint64 wanted_since_us;
  int registered_ms;
};

/** A call that came from outside is in the list: says so. */
void phone_account_tell_incoming (PhoneAccount *self, PhoneCall *call);

/** What the agent puts out about calls: a new one that rings, and all about one that is
 * there. */
void phone_account_take_incoming (PhoneAccount *self, const SipOutput *output);
void phone_account_take_call_output (PhoneAccount *self, const SipOutput *output);

/** The agent is going: nobody waits for what the user would say about a transfer. */
void phone_account_drop_questions (PhoneAccount *self);

G_END_DECLS
