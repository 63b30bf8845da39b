/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-state.h"

#include "phone-account-private.h"
#include "phone-agent-map.h"
#include "sip-status.h"

/* The core refuses by itself after 30 s (SIP_SESSION_REOFFER_US). */
#define VIDEO_QUESTION_S 25

void
phone_call_set_change (PhoneCall *self, PhoneChange change)
{
  gboolean was_asked = self->change == PHONE_CHANGE_ASKED;

  g_assert (phone_change_may_become (self->change, change));
  self->change = change;
  if (was_asked == (change == PHONE_CHANGE_ASKED))
    return;
  g_clear_handle_id (&self->question_id, g_source_remove);
  phone_call_notify (self, PHONE_CALL_PROP_VIDEO_ASKED);
}

/* From the answer on, until someone hangs up. */
static gboolean
is_standing (PhoneCall *self)
{
  return self->intent != PHONE_INTENT_END &&
         (self->signalling == PHONE_SIGNALLING_ANSWERED ||
          self->signalling == PHONE_SIGNALLING_ESTABLISHED);
}

static gboolean
may_offer (PhoneCall *self)
{
  return self->change == PHONE_CHANGE_IDLE && self->intent != PHONE_INTENT_END &&
         self->signalling == PHONE_SIGNALLING_ESTABLISHED &&
         (self->media_state == PHONE_MEDIA_STATE_CONNECTED ||
          self->media_state == PHONE_MEDIA_STATE_INTERRUPTED);
}

static PhoneMediaWish
get_agreed (PhoneCall *self)
{
  return (PhoneMediaWish){
      .hold = phone_media_session_get_held (self->media),
      .video = phone_media_session_get_own_video (self->media),
  };
}

static void
tell_wishes (PhoneCall *self)
{
  phone_call_notify (self, PHONE_CALL_PROP_HELD);
  phone_call_notify_video (self);
}

static void
become_idle (PhoneCall *self)
{
  phone_call_set_change (self, PHONE_CHANGE_IDLE);
  tell_wishes (self);
  phone_call_settle (self);
}

/* Whatever came of ours: a wish that was tried and not met is given up. */
static void
end_ours (PhoneCall *self)
{
  self->agreed = get_agreed (self);
  self->wanted = phone_wish_settle (&self->wanted, &self->tried, &self->agreed);
  become_idle (self);
}

static void begin_theirs (PhoneCall *self, const char *offer);

/* Nobody waited for what media made; what came meanwhile is next. */
static void
end_dropping (PhoneCall *self)
{
  g_autofree char *theirs = g_steal_pointer (&self->theirs);

  phone_call_set_change (self, PHONE_CHANGE_IDLE);
  if (theirs != NULL)
    begin_theirs (self, theirs);
  else
    phone_call_settle (self);
}

/* ---- Ours ---- */

/* What was offered in vain stays open in media until then, for the sake of a hold: who is
 * put on hold must not hear us while we wait for our turn. */
static void
end_waiting (PhoneCall *self)
{
  phone_media_session_cancel_change (self->media);
  phone_call_set_change (self, PHONE_CHANGE_IDLE);
}

/* Where it is not our turn, or the flow is down, REOFFER_DUE comes when it makes sense
 * again. */
static void
send_offer (PhoneCall *self, const char *offer)
{
  g_autoptr (GError) error = NULL;

  phone_call_set_change (self, PHONE_CHANGE_OFFERED);
  if (phone_agent_reoffer (self->agent, self->session, offer, &error))
    return;
  g_debug ("%s: re-INVITE: %s", self->id, error->message);
  if (g_error_matches (error, PHONE_ERROR, PHONE_ERROR_WRONG_STATE) ||
      g_error_matches (error, PHONE_ERROR, PHONE_ERROR_NOT_CONNECTED)) {
    phone_call_set_change (self, PHONE_CHANGE_WAITING);
    return;
  }
  phone_media_session_cancel_change (self->media);
  end_ours (self);
}

static void
on_offer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer =
      phone_media_session_change_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (!is_standing (self))
    return;
  if (self->change == PHONE_CHANGE_DROPPING) {
    phone_media_session_cancel_change (self->media);
    end_dropping (self);
  } else if (offer == NULL) {
    g_debug ("%s: no offer: %s", self->id, error->message);
    end_ours (self);
  } else {
    send_offer (self, offer);
  }
}

static void
begin_ours (PhoneCall *self)
{
  self->tried = self->wanted;
  phone_call_set_change (self, PHONE_CHANGE_MAKING);
  phone_media_session_change_async (self->media, &self->tried, self->cancellable,
                                    on_offer_made, g_object_ref (self));
}

void
phone_call_settle (PhoneCall *self)
{
  if (may_offer (self) && !phone_wish_is_equal (&self->wanted, &self->agreed))
    begin_ours (self);
}

void
phone_call_take_reanswer (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *answer = g_strdup (output->body);
  g_autoptr (GError) error = NULL;

  if (phone_call_is_renewing (self)) {
    phone_call_take_renewed_answer (self, output);
    return;
  }
  if (self->change == PHONE_CHANGE_OFFERED && output->retry_at_us != 0) {
    phone_call_set_change (self, PHONE_CHANGE_WAITING);
    return;
  }
  if (self->change == PHONE_CHANGE_ASKING)
    become_idle (self);
  if (self->change != PHONE_CHANGE_OFFERED && self->change != PHONE_CHANGE_LENT)
    return;
  if (answer == NULL ||
      !phone_media_session_set_change_answer (self->media, answer, &error)) {
    g_debug ("%s: re-INVITE: %u %s", self->id, output->status,
             error != NULL ? error->message : "");
    phone_media_session_cancel_change (self->media);
  }
  end_ours (self);
}

/* With 200 the far end took what we gave up: it is told anew how things are. */
void
phone_call_take_reoffer_due (PhoneCall *self, const SipOutput *output)
{
  gboolean is_needed = output->status == SIP_STATUS_OK;

  if (phone_call_is_renewing (self)) {
    phone_call_offer_renewed_again (self);
    return;
  }
  if (self->change == PHONE_CHANGE_WAITING)
    end_waiting (self);
  if (is_needed && may_offer (self))
    begin_ours (self);
  else
    phone_call_settle (self);
}

/* ---- Theirs ---- */

/* FALSE: it was refused, or is not waited for any more. */
static gboolean
give_answer (PhoneCall *self, const char *body, guint refusal)
{
  g_autoptr (GError) error = NULL;
  guint status = body != NULL ? SIP_STATUS_OK : refusal;

  if (phone_agent_answer_reoffer (self->agent, self->session, status, body, &error))
    return body != NULL;
  g_debug ("%s: re-INVITE: %s", self->id, error->message);
  return FALSE;
}

static void
on_answer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *body =
      phone_media_session_reoffer_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (!is_standing (self))
    return;
  if (self->change == PHONE_CHANGE_DROPPING) {
    phone_media_session_withdraw_reoffer (self->media);
    end_dropping (self);
    return;
  }
  if (body == NULL)
    g_debug ("%s: re-INVITE refused: %s", self->id, error->message);
  if (!give_answer (self, body, SIP_STATUS_NOT_ACCEPTABLE_HERE))
    phone_media_session_withdraw_reoffer (self->media);
  phone_call_follow_media (self);
  become_idle (self);
}

static void
on_new_media_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  PhoneMediaSession *media = PHONE_MEDIA_SESSION (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *body = phone_media_session_answer_finish (media, result, &error);

  if (body == NULL)
    g_debug ("%s: re-INVITE refused: %s", self->id, error->message);
  if (is_standing (self) && self->change == PHONE_CHANGE_ANSWERING &&
      give_answer (self, body, SIP_STATUS_NOT_ACCEPTABLE_HERE))
    phone_call_replace_media (self, media);
  else
    phone_media_session_close (media);
  if (!is_standing (self))
    return;
  if (self->change == PHONE_CHANGE_DROPPING)
    end_dropping (self);
  else
    become_idle (self);
}

/* A server put somebody else, or the same one with other media, in the far end's place
 * (RFC 3725). Not while we hold: what is new would be heard before it is held again. */
static void
answer_with_new_media (PhoneCall *self, const char *offer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PhoneMediaSession) media =
      self->wanted.hold ? NULL : phone_account_make_media (self->account, &error);

  if (media == NULL || !phone_media_session_set_offer (media, offer, &error)) {
    g_debug ("%s: re-INVITE refused: %s", self->id,
             error != NULL ? error->message : "the call is on hold here");
    give_answer (self, NULL, SIP_STATUS_NOT_ACCEPTABLE_HERE);
    become_idle (self);
    return;
  }
  phone_media_session_set_renewal (media);
  phone_media_session_answer_async (media, self->wanted.video, self->cancellable,
                                    on_new_media_answered, g_object_ref (self));
}

static void
answer_theirs (PhoneCall *self, const char *offer)
{
  phone_call_set_change (self, PHONE_CHANGE_ANSWERING);
  if (phone_media_session_is_other_media (self->media, offer)) {
    answer_with_new_media (self, offer);
    return;
  }
  phone_media_session_reoffer_async (self->media, offer, self->wanted.video,
                                     self->cancellable, on_answer_made,
                                     g_object_ref (self));
}

static void
on_our_offer_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhoneCall) self = PHONE_CALL (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer =
      phone_media_session_change_finish (PHONE_MEDIA_SESSION (source), result, &error);

  if (!is_standing (self))
    return;
  if (self->change == PHONE_CHANGE_DROPPING) {
    phone_media_session_cancel_change (self->media);
    end_dropping (self);
    return;
  }
  if (offer != NULL)
    phone_call_set_change (self, PHONE_CHANGE_LENT);
  if (give_answer (self, offer, SIP_STATUS_NOT_ACCEPTABLE_HERE))
    return;
  phone_media_session_cancel_change (self->media);
  end_ours (self);
}

static gboolean
on_question_over (gpointer user_data)
{
  PhoneCall *self = user_data;

  self->question_id = 0;
  phone_call_answer_video (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
ask_user (PhoneCall *self, const char *offer)
{
  self->theirs = g_strdup (offer);
  phone_call_set_change (self, PHONE_CHANGE_ASKED);
  self->question_id = g_timeout_add_seconds (VIDEO_QUESTION_S, on_question_over, self);
}

/* @offer: "" where theirs has none and asks for ours, which says what we wish by now. */
static void
begin_theirs (PhoneCall *self, const char *offer)
{
  if (*offer == '\0') {
    self->tried = self->wanted;
    phone_call_set_change (self, PHONE_CHANGE_LENDING);
    phone_media_session_change_async (self->media, &self->tried, self->cancellable,
                                      on_our_offer_made, g_object_ref (self));
  } else if (!self->wanted.video &&
             phone_media_session_get_reoffer_asks_video (self->media, offer)) {
    ask_user (self, offer);
  } else {
    answer_theirs (self, offer);
  }
}

void
phone_call_take_reoffer (PhoneCall *self, const SipOutput *output)
{
  g_autofree char *offer = g_strdup (output->body != NULL ? output->body : "");

  if (phone_call_is_renewing (self)) { /* ours is as good as on its way */
    give_answer (self, NULL, SIP_STATUS_REQUEST_PENDING);
    return;
  }
  switch (self->change) {
  case PHONE_CHANGE_WAITING:
    end_waiting (self);
    begin_theirs (self, offer);
    break;
  case PHONE_CHANGE_IDLE:
    begin_theirs (self, offer);
    break;
  case PHONE_CHANGE_ASKING:
    answer_theirs (self, offer);
    break;
  case PHONE_CHANGE_MAKING: /* ours is made anew after theirs */
    phone_call_set_change (self, PHONE_CHANGE_DROPPING);
    self->theirs = g_steal_pointer (&offer);
    break;
  case PHONE_CHANGE_DROPPING:
    g_free (self->theirs);
    self->theirs = g_steal_pointer (&offer);
    break;
  case PHONE_CHANGE_OFFERED: /* these the core has refused by itself */
  case PHONE_CHANGE_ASKED:
  case PHONE_CHANGE_ANSWERING:
  case PHONE_CHANGE_LENDING:
  case PHONE_CHANGE_LENT:
  case PHONE_N_CHANGES:
    break;
  }
}

void
phone_call_take_withdrawal (PhoneCall *self)
{
  g_clear_pointer (&self->theirs, g_free);
  switch (self->change) {
  case PHONE_CHANGE_ASKED:
    become_idle (self);
    break;
  case PHONE_CHANGE_ANSWERING:
  case PHONE_CHANGE_LENDING:
    phone_call_set_change (self, PHONE_CHANGE_DROPPING);
    break;
  case PHONE_CHANGE_IDLE:
  case PHONE_CHANGE_MAKING:
  case PHONE_CHANGE_OFFERED:
  case PHONE_CHANGE_ASKING:
  case PHONE_CHANGE_WAITING:
  case PHONE_CHANGE_LENT:
  case PHONE_CHANGE_DROPPING:
  case PHONE_N_CHANGES:
    break;
  }
}

/* ---- What media and the user say ---- */

/* While ours is open media shows some of it already. */
void
phone_call_follow_media (PhoneCall *self)
{
  PhoneMediaWish agreed = get_agreed (self);

  switch (self->change) {
  case PHONE_CHANGE_IDLE:
  case PHONE_CHANGE_ASKING:
  case PHONE_CHANGE_ASKED:
  case PHONE_CHANGE_ANSWERING:
    self->wanted = phone_wish_follow (&self->wanted, &self->agreed, &agreed);
    self->agreed = agreed;
    break;
  case PHONE_CHANGE_MAKING:
  case PHONE_CHANGE_OFFERED:
  case PHONE_CHANGE_WAITING:
  case PHONE_CHANGE_LENDING:
  case PHONE_CHANGE_LENT:
  case PHONE_CHANGE_DROPPING:
  case PHONE_N_CHANGES:
    break;
  }
}

void
phone_call_stop_changes (PhoneCall *self)
{
  g_clear_pointer (&self->theirs, g_free);
  if (self->change == PHONE_CHANGE_ASKED)
    phone_call_set_change (self, PHONE_CHANGE_IDLE);
}

/* What waits for the flow, or for its turn, is not asked for once there is a path again. */
void
phone_call_seek_path (PhoneCall *self, gboolean seek)
{
  if (!is_standing (self) || self->wanted.restart_ice == seek)
    return;
  self->wanted.restart_ice = seek;
  phone_call_settle (self);
}

void
phone_call_answer_video (PhoneCall *self, gboolean accept)
{
  g_autofree char *offer = NULL;

  if (self->change != PHONE_CHANGE_ASKED)
    return;
  offer = g_steal_pointer (&self->theirs);
  self->wanted.video = accept;
  if (accept)
    phone_media_session_set_sending_video (self->media, TRUE);
  answer_theirs (self, offer);
}

void
phone_call_refresh (PhoneCall *self)
{
  g_autoptr (GError) error = NULL;

  if (!may_offer (self))
    return;
  phone_call_set_change (self, PHONE_CHANGE_ASKING);
  if (phone_agent_reoffer (self->agent, self->session, NULL, &error))
    return;
  g_debug ("%s: re-INVITE: %s", self->id, error->message);
  become_idle (self);
}

/* One that is looked for already may be where the network was a moment ago: it is looked
 * for once more after that. */
void
phone_call_network_changed (PhoneCall *self)
{
  if (!is_standing (self))
    return;
  self->wanted.restart_ice = TRUE;
  self->tried.restart_ice = FALSE;
  phone_call_settle (self);
}

gboolean
phone_call_get_video_asked (PhoneCall *self)
{
  return self->change == PHONE_CHANGE_ASKED;
}

/* A held call shows no picture, and hold does not wait for an answer about one. */
void
phone_call_set_held (PhoneCall *self, gboolean held)
{
  if (!is_standing (self) || self->wanted.hold == held)
    return;
  self->wanted.hold = held;
  if (!held)
    phone_call_take_floor (self);
  phone_call_notify (self, PHONE_CALL_PROP_HELD);
  if (self->change == PHONE_CHANGE_ASKED)
    phone_call_answer_video (self, FALSE);
  else
    phone_call_settle (self);
}

gboolean
phone_call_get_held (PhoneCall *self)
{
  return self->wanted.hold || phone_media_session_get_held (self->media);
}

/* The camera goes off at once, whatever becomes of the re-INVITE. */
void
phone_call_set_video (PhoneCall *self, gboolean video)
{
  if (!is_standing (self))
    return;
  phone_media_session_set_sending_video (self->media, video);
  if (self->change == PHONE_CHANGE_ASKED) {
    phone_call_answer_video (self, video);
    return;
  }
  self->wanted.video = video;
  phone_call_notify_video (self);
  phone_call_settle (self);
}
