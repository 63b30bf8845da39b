/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sip-session.h"
#include "ua-fixture.h"

/* One agent in a call that is transferred, from both sides. asking_*: our user wants the
 * far end to call somebody. asked_*: the far end wants that of us. What comes out and is
 * not named here stays in the queues of the fixture. */

#define CAROL "Refer-To: <sip:carol@example.org>\n"
#define CAROL_INSTEAD                                                                    \
  "Refer-To: <sip:carol@example.org?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2>\n"

/* ---- We ask ---- */

typedef struct {
  UaFixture f;
  SipSessionId call;
  SipMessage *invite; /* ours, that made the call */
  SipMessage *refer;  /* the last one */
  guint cseq;         /* of the next request of the far end */
} AskingRig;

void asking_start (AskingRig *rig);
void asking_transfer (AskingRig *rig); /* to Carol: the REFER was sent */
void asking_begin (AskingRig *rig);    /* both */
/* Nothing may be left in the queues. */
void asking_clear (AskingRig *rig);
SipReferState asking_get_state (AskingRig *rig);
/* To the REFER; @more: whole header lines. */
void asking_respond (AskingRig *rig, guint status, const char *more);
/* @state and @frag: without them (NULL) the header or the body lacks. */
void asking_notify (AskingRig *rig,
                    const char *event,
                    const char *state,
                    const char *frag);
void asking_expect_told (AskingRig *rig, guint status, const char *reason);
/* The call is as it was, and free for another transfer, which is begun. */
void asking_expect_over (AskingRig *rig);

/* ---- They ask ---- */

typedef struct {
  UaFixture f;
  SipSessionId call;
  SipSessionId made;
  SipMessage *answer; /* ours, that made the call */
  SipMessage *invite; /* to the target */
  guint cseq;         /* of the next request of the far end */
} AskedRig;

void asked_start_as (AskedRig *rig, const UaOptions *options);
void asked_start (AskedRig *rig);
/* Nothing may be left in the queues. */
void asked_clear (AskedRig *rig);
void asked_refer (AskedRig *rig, const char *more);
void asked_expect_asked (AskedRig *rig, const char *uri, gboolean is_attended);
/* @state: a pattern. The NOTIFY is not answered. */
SipMessage *asked_take_notify (AskedRig *rig, const char *state, const char *frag);
void asked_answer_notify (AskedRig *rig, const char *state, const char *frag);
/* The REFER (to Carol) was accepted and told; the first NOTIFY is under way. */
void asked_take_question (AskedRig *rig, const char *more);
/* The call, the question, and the first NOTIFY answered. */
void asked_begin (AskedRig *rig, const char *more);
/* Our user follows: the INVITE was sent. What Carol does then: */
void asked_follow (AskedRig *rig);
void asked_ring (AskedRig *rig, guint status);
void asked_take_up (AskedRig *rig);
void asked_refuse_call (AskedRig *rig, guint status);
/* Our user does not follow. FALSE: there is no question. */
gboolean asked_refuse (AskedRig *rig);
SipReferredState asked_get_state (AskedRig *rig);
void asked_expect_over (AskedRig *rig);
