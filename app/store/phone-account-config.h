/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneAccountConfig: what a user has said about one account at one server.
 *
 * Plain data that notifies: it does no I/O and decides nothing. Main context only. It
 * holds no password: those are in the keyring under :id (see phone-secrets.h), or given
 * to PhoneAccount directly. Every property can be read and written, notifies only when
 * the value changed, and takes any text; phone_account_config_validate() is the judge.
 * An empty text is stored as NULL, surrounding white space is removed.
 *
 *   id                  string  names the account for ever; construct only
 *   instance-id         string  "urn:uuid:...", made once (RFC 5626 §4.1)
 *   label               string  how the user names the account; NULL: the address
 *   display-name        string  shown to those who are called; NULL: none
 *   aor                 string  "sip:alice@example.org"; "sip:" may be left out on input
 *   servers             strv    "wss://example.org:7443/ws", in order: the first one that
 *                               can be reached, and registers the account, is used; all
 *                               of them "wss:" or all "ws:"
 *   auth-user           string  NULL: the user part of the address
 *   registrar           string  NULL: "sip:" and the domain of the address
 *   ca-file             string  PEM file trusted instead of the system's authorities
 *   pinned-fingerprint  string  SHA-256 of the one certificate that is accepted even if
 *                               nobody vouches for it; kept as upper case with colons
 *   ice-servers         strv    "stun:host[:port]", "turn:host[:port][?transport=udp|tcp]"
 *   turn-user           string  the user at every turn: of :ice-servers
 *   relay-only          boolean only media that goes through a TURN server
 *   local-address       string  IP address of the one interface to use; NULL: all
 *   audio-codecs        strv    best first, of "opus", "g722", "pcmu", "pcma"
 *   video-codecs        strv    best first, of "vp8", "h264"
 *   dial-prefix         string  makes national numbers whole, see phone-number.h; NULL: none
 *   ring-tone           string  rings for this account instead of the one of the service
 *                               (see PhoneService:ring-tone); NULL: the same
 *   auth-in-dialog      boolean this server asks for credentials inside a call
 *   refuse-md5          boolean answer no MD5 challenge (RFC 8760)
 *   enabled             boolean TRUE: registered while the program runs
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_TYPE_ACCOUNT_CONFIG (phone_account_config_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneAccountConfig, phone_account_config, PHONE, ACCOUNT_CONFIG, GObject)

/** With a new :id and :instance-id, all codecs, enabled. */
PhoneAccountConfig *phone_account_config_new (void);
/** The same account again under a new :id and :instance-id. Full. */
PhoneAccountConfig *phone_account_config_duplicate (PhoneAccountConfig *self);

/** Takes over all of @other but its :id and :instance-id. */
void phone_account_config_assign (PhoneAccountConfig *self, PhoneAccountConfig *other);

/** Whether an account can be made of this. Errors: PHONE_ERROR_INVALID_SETTING, whose
 * message is "FIELD: reason"; @field (optional) is then the property's static name. */
gboolean phone_account_config_validate (PhoneAccountConfig *self,
                                        const char **field,
                                        GError **error);

/** Whether what is in @field, the name of a property, is good; a field that needs another
 * one is judged with it. */
gboolean phone_account_config_is_good (PhoneAccountConfig *self, const char *field);

/* What is kept under @group of a key file: a change of nothing is a write of nothing. */
void phone_account_config_save (PhoneAccountConfig *self,
                                GKeyFile *file,
                                const char *group);
/** What is absent or unreadable keeps its default; "server" of older files is the only one
 * of :servers. Full. */
PhoneAccountConfig *phone_account_config_load (GKeyFile *file, const char *group);

/* All borrowed. The strv are never NULL. */
const char *phone_account_config_get_id (PhoneAccountConfig *self);
const char *phone_account_config_get_instance_id (PhoneAccountConfig *self);
const char *phone_account_config_get_label (PhoneAccountConfig *self);
const char *phone_account_config_get_display_name (PhoneAccountConfig *self);
const char *phone_account_config_get_aor (PhoneAccountConfig *self);
const char *const *phone_account_config_get_servers (PhoneAccountConfig *self);
/** The first of :servers; NULL where there is none. */
const char *phone_account_config_get_server (PhoneAccountConfig *self);
const char *phone_account_config_get_auth_user (PhoneAccountConfig *self);
const char *phone_account_config_get_registrar (PhoneAccountConfig *self);
const char *phone_account_config_get_ca_file (PhoneAccountConfig *self);
const char *phone_account_config_get_pinned_fingerprint (PhoneAccountConfig *self);
const char *const *phone_account_config_get_ice_servers (PhoneAccountConfig *self);
const char *phone_account_config_get_turn_user (PhoneAccountConfig *self);
gboolean phone_account_config_get_relay_only (PhoneAccountConfig *self);
const char *phone_account_config_get_local_address (PhoneAccountConfig *self);
const char *const *phone_account_config_get_audio_codecs (PhoneAccountConfig *self);
const char *const *phone_account_config_get_video_codecs (PhoneAccountConfig *self);
const char *phone_account_config_get_dial_prefix (PhoneAccountConfig *self);
const char *phone_account_config_get_ring_tone (PhoneAccountConfig *self);
gboolean phone_account_config_get_auth_in_dialog (PhoneAccountConfig *self);
gboolean phone_account_config_get_refuse_md5 (PhoneAccountConfig *self);
gboolean phone_account_config_get_enabled (PhoneAccountConfig *self);

G_END_DECLS
