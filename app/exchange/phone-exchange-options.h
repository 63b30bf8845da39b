/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The command line of phone-exchange, read and checked; see its man page.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_EXCHANGE_COMMAND_SERVE,
  PHONE_EXCHANGE_COMMAND_BINDINGS,
  PHONE_EXCHANGE_COMMAND_PASSWD,
} PhoneExchangeCommand;

typedef struct {
  PhoneExchangeCommand command;
  gboolean json;
  gboolean open;
  gboolean tls;
  gboolean exit_with_parent;
  gboolean version;
  guint16 port;
  /* owned; NULL where not given */
  char *address;
  char *domain;
  char *users;
  char *certificate;
  char *key;
  char *guest_owner;
  char *guest_name;
  char *state_dir;
  char *control;
  char **origins;
  char **ice_servers;
  char *user; /* of passwd */
} PhoneExchangeOptions;

/** Errors: G_OPTION_ERROR. --help prints and exits. @argv is changed. */
gboolean phone_exchange_options_parse (PhoneExchangeOptions *options,
                                       int *argc,
                                       char ***argv,
                                       GError **error);
void phone_exchange_options_clear (PhoneExchangeOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhoneExchangeOptions, phone_exchange_options_clear)

G_END_DECLS
