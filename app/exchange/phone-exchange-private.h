/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the files of the exchange share, and nobody else.
 *
 *   phone-exchange.c          the object: start, stop, the pump
 *   phone-exchange-setup.c    what was configured, and what must not be
 *   phone-exchange-web.c      HTTP: who may come in, the guest page, the upgrade
 *   phone-exchange-sockets.c  the WebSockets that came in
 */
#pragma once

#include "phone-exchange-state.h"
#include "phone-exchange.h"
#include "sip-proxy.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

struct _PhoneExchange {
  GObject parent;

  /* owned: what was configured */
  char *domain;
  char *listen_address;
  guint16 port; /* 0 until the first start, where a free one is wanted */
  PhoneExchangeFlags flags;
  GPtrArray *users; /* of PhoneExchangeUser */
  char *guest_token;
  char *guest_aor;
  char *owner_aor;
  char *guest_name;
  char **allowed_origins;
  char **ice_servers;
  guint8 key[PHONE_EXCHANGE_KEY_BYTES];
  GTlsCertificate *certificate;
  char *fingerprint;

  /* owned: while it is started */
  SoupServer *server;
  SipProxy *proxy;
  GHashTable *sockets; /* id -> PhoneExchangeSocket */
  GSource *timer;
  char *url;
  char *guest_link;

  guint64 last_id; /* of a connection; never used twice */
  gboolean is_pumping;
};

/* phone-exchange.c */
/** Does what the proxy wants done, until it wants nothing, and sets the timer. */
void phone_exchange_pump (PhoneExchange *self);

/* phone-exchange-setup.c */
/** Errors of any domain: what is wrong with @config, or with the files it names. */
gboolean phone_exchange_configure (PhoneExchange *self,
                                   const PhoneExchangeConfig *config,
                                   GError **error);

/* phone-exchange-web.c */
void phone_exchange_web_attach (PhoneExchange *self, SoupServer *server);
/** Compares without telling by its time how much was right. */
gboolean phone_exchange_is_guest_token (PhoneExchange *self, const char *token);

/* phone-exchange-sockets.c */
typedef struct _PhoneExchangeSocket PhoneExchangeSocket;

/** Takes the connection of @msg over as a WebSocket and tells the proxy of it. */
void phone_exchange_sockets_take (PhoneExchange *self,
                                  SoupServerMessage *msg,
                                  gboolean is_guest);
void phone_exchange_sockets_send (PhoneExchange *self,
                                  guint64 id,
                                  const char *frame,
                                  gsize length);
void phone_exchange_sockets_close (PhoneExchange *self, guint64 id, guint16 code);
void phone_exchange_socket_free (PhoneExchangeSocket *socket);

G_END_DECLS
