/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A real PhoneService with one registered account, at a SIP server over a real WebSocket
 * in which the test holds the far end: it takes the requests that come and writes the
 * answers. All on the default main context, which the waiting functions turn.
 */
#pragma once

#include "phone-media-session.h"
#include "phone-service.h"
#include "sip-message.h"
#include "sip-writer.h"

#include <libsoup/soup.h>

typedef struct {
  SoupServer *server;
  SoupWebsocketConnection *connection;
  gboolean is_at_once; /* what the far end says is heard before it has said it */
  GQueue requests;     /* of SipMessage: what came, but REGISTER, BYE and CANCEL's 200 */
  GQueue responses;    /* to requests of the far end */
  gboolean keeps_registers; /* each REGISTER is among the requests, and not answered */

  PhoneService *service;
  PhoneAccount *account;
  GPtrArray *incoming; /* of PhoneCall, as ::incoming told them */
} ServiceFixture;

/** Registered when it returns. */
void service_fixture_set_up (ServiceFixture *f, gconstpointer data);
void service_fixture_set_up_with (ServiceFixture *f, const PhoneServiceOptions *options);
/** The same account, with what @change has made of it, not registered yet. */
void service_fixture_begin (ServiceFixture *f,
                            const PhoneServiceOptions *options,
                            void (*change) (PhoneAccountConfig *config));
/** Shuts the service down, which has to go well. */
void service_fixture_tear_down (ServiceFixture *f, gconstpointer data);

/** Waits for it; owned. */
SipMessage *service_fixture_take_request (ServiceFixture *f, SipMethod method);
SipMessage *service_fixture_take_response (ServiceFixture *f, guint status);

/** A response of the far end; @sdp may be NULL. */
void service_fixture_respond (ServiceFixture *f,
                              const SipMessage *request,
                              guint status,
                              const char *sdp);
/** The same by another fork than "far". */
void service_fixture_respond_as (ServiceFixture *f,
                                 const SipMessage *request,
                                 guint status,
                                 const char *to_tag,
                                 const char *sdp);
/** A 401 with this challenge. */
void service_fixture_challenge (ServiceFixture *f,
                                const SipMessage *request,
                                const char *challenge);
/** An INVITE of the far end; @sdp may be NULL. */
void service_fixture_invite (ServiceFixture *f, const char *call_id, const char *sdp);
/** The same with one more header. */
void service_fixture_invite_with (ServiceFixture *f,
                                  const char *call_id,
                                  const char *name,
                                  const char *value,
                                  const char *sdp);
/** A request of "far" in a call that we made with @invite. @name, @value: one more header,
 * may be NULL; so may @type and @body. An ACK or CANCEL has the number of its INVITE. */
void service_fixture_request_inside (ServiceFixture *f,
                                     const SipMessage *invite,
                                     const char *method,
                                     guint cseq,
                                     const char *name,
                                     const char *value,
                                     const char *type,
                                     const char *body);
/** The ACK to a 2xx. */
void service_fixture_ack (ServiceFixture *f, const SipMessage *response, const char *sdp);
/** Ends the connection without a word. */
void service_fixture_cut (ServiceFixture *f);

char *service_fixture_dup_body (const SipMessage *message);

/** Turns the loop until the call is so. */
void service_fixture_wait_state (PhoneCall *call, PhoneCallState state);
void service_fixture_wait_account (PhoneAccount *account, PhoneAccountState state);

/** A call of ours that @peer answered, ACTIVE; full, and so is the @invite. */
PhoneCall *service_fixture_call (ServiceFixture *f,
                                 PhoneMediaSession *peer,
                                 SipMessage **invite);

/** The media of the far end: an audio session, and its answer to @offer. Owned. */
PhoneMediaSession *service_fixture_make_peer (void);
char *service_fixture_make_answer (PhoneMediaSession *peer, const char *offer);
/** Its own first offer. Owned. */
char *service_fixture_make_offer (PhoneMediaSession *peer);
/** Its answer to a later offer, and an offer of its own. Owned. */
char *service_fixture_make_reanswer (PhoneMediaSession *peer, const char *offer);
char *service_fixture_make_reoffer (PhoneMediaSession *peer, gboolean hold);
