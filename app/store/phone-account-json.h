/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Accounts as a file to take along: JSON, without passwords and without what belongs to
 * one computer (:id, :instance-id, :ca-file, :local-address). Pure functions of text.
 *
 *   {"format": "phone-accounts", "version": 1,
 *    "accounts": [{"aor": "sip:alice@example.org", "servers": ["wss://example.org/ws"]}]}
 *
 * Members are named as the properties of PhoneAccountConfig; what is left out has its
 * default.
 */
#pragma once

#include "phone-account-config.h"

G_BEGIN_DECLS

/* What a file may hold, at most. */
#define PHONE_ACCOUNT_JSON_MAX_BYTES (256 * 1024)
#define PHONE_ACCOUNT_JSON_MAX_ACCOUNTS 64

/** @configs: GListModel of PhoneAccountConfig. Owned. */
char *phone_account_json_export (GListModel *configs);

/** The accounts of such a text, each good and under a new :id; GPtrArray of
 * PhoneAccountConfig, full. All or none: nothing unknown, of a wrong type or not good is
 * passed over. Errors: PHONE_ERROR_INVALID_SETTING, whose message names what is wrong. */
GPtrArray *phone_account_json_import (const char *text, gsize length, GError **error);

G_END_DECLS
