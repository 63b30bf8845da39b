/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneExchange: the embedded default server: SIP over WebSocket for one machine or a
 * small group, and the guest page a browser calls from.
 *
 * Wraps SipProxy (all decisions) in a SoupServer (all I/O). It is the same object in
 * the program phone-exchange, inside the desktop program, and in tests. Lives on the
 * main context it was made on. phone_exchange_start() listens at once; after
 * phone_exchange_stop() it may be started again with the same port and key, and calls
 * that were up go on.
 *
 * What is served:
 *   /ws and /             WebSocket with the sub-protocol "sip"
 *   /ws?guest=TOKEN       the same, bound to the guest of that token
 *   /guest/               the guest page; its link carries the token in the fragment
 *   /guest/config?guest=TOKEN   JSON: aor, owner, name, ice
 *
 * Properties (read only; notified when they change):
 *   url          "ws://127.0.0.1:5080/ws"; NULL while stopped
 *   guest-link   "http://127.0.0.1:5080/guest/#TOKEN"; NULL without a guest or stopped
 *   fingerprint  SHA-256 of the certificate, "AB:CD:..."; NULL without TLS
 * Signals:
 *   event (PhoneExchangeEvent *event)   something for the log; valid during the signal
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_EXCHANGE_MAX_MESSAGE_BYTES (256 * 1024)
#define PHONE_EXCHANGE_DEFAULT_DOMAIN "phone.invalid"

typedef enum {
  PHONE_EXCHANGE_FLAG_NONE = 0,
  PHONE_EXCHANGE_FLAG_OPEN = 1 << 0, /* no passwords; refused beyond loopback */
  PHONE_EXCHANGE_FLAG_TLS = 1 << 1,  /* HTTPS and WSS */
} PhoneExchangeFlags;

/** Everything is copied. */
typedef struct {
  const char *domain;         /* NULL: PHONE_EXCHANGE_DEFAULT_DOMAIN */
  const char *listen_address; /* numeric; NULL: "127.0.0.1" */
  guint16 listen_port;        /* 0: a free one */
  PhoneExchangeFlags flags;
  const char *users_file; /* see phone-exchange-users.h; NULL: none */
  const char *user;       /* one more user with a password, both or none */
  const char *password;
  const char
      *certificate_file;   /* PEM; NULL with TLS: one is made and kept in state_dir */
  const char *key_file;    /* PEM; NULL: in certificate_file */
  const char *guest_owner; /* user part of the owner of a guest link; NULL: none */
  const char *guest_name;  /* shown on the page as who is called; NULL: the owner */
  const char *state_dir;   /* keeps the flow key, guest token and certificate; NULL: for
                          * the life of the object only */
  const char *const *allowed_origins; /* beside the server's own; NULL: none */
  const char *const *ice_servers; /* "stun:host:port", for the guest page; NULL: none */
} PhoneExchangeConfig;

/** One line of the log. Text that came from the network is untrusted. */
typedef struct {
  const char *name; /* "registered", "unregistered", "expired", "disconnected",
                     * "call-started", "call-answered", "call-ended", "refused" */
  const char *aor;  /* each NULL where it does not apply */
  const char *contact;
  const char *remote;
  const char *transport;
  const char *call_id;
  const char *from;
  const char *to;
  const char *method;
  guint status;       /* 0 if none */
  gint64 expires_s;   /* -1 if none */
  gint64 duration_ms; /* -1 if none */
} PhoneExchangeEvent;

#define PHONE_TYPE_EXCHANGE (phone_exchange_get_type ())
G_DECLARE_FINAL_TYPE (PhoneExchange, phone_exchange, PHONE, EXCHANGE, GObject)

/** Errors: PHONE_ERROR_INVALID_SETTING for what must not be (no passwords, or no TLS,
 * beyond loopback; an owner who is no user) and for files that cannot be
 * read. */
PhoneExchange *phone_exchange_new (const PhoneExchangeConfig *config, GError **error);

/** Errors: PHONE_ERROR_ADDRESS_IN_USE, when the address cannot be listened on. */
gboolean phone_exchange_start (PhoneExchange *self, GError **error);
/** Closes every connection (1001) and stops listening. Idempotent. */
void phone_exchange_stop (PhoneExchange *self);

const char *phone_exchange_get_url (PhoneExchange *self);
const char *phone_exchange_get_guest_link (PhoneExchange *self);
const char *phone_exchange_get_fingerprint (PhoneExchange *self);
const char *phone_exchange_get_domain (PhoneExchange *self);

/** Who is registered, as a JSON array: aor, contact, remote, transport, connected,
 * expires_s. Full. */
char *phone_exchange_dup_bindings_json (PhoneExchange *self);

G_END_DECLS
