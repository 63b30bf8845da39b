/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-notifier.h"

#include "phone-notices.h"
#include "phone-text.h"

#include <glib/gi18n.h>

#define MISSED_ID "missed"

struct _PhoneNotifier {
  GObject parent;

  /* owned */
  PhoneNotices *notices;

  PhoneCall *missed; /* the last one */

  guint n_missed; /* since somebody looked */
};

G_DEFINE_FINAL_TYPE (PhoneNotifier, phone_notifier, G_TYPE_OBJECT)

/* A notification server may read a body as markup and a title not (Desktop Notifications
 * Specification 1.2, body-markup), and whether it does cannot be known behind a portal. */
static char *
dup_without_markup (const char *text)
{
  char *plain = phone_text_dup_literal (text);

  return g_strdelimit (plain, "<>&", ' ');
}

/* The name that they have here, or give themselves, or the address. */
static char *
dup_title (PhoneCall *call)
{
  PhoneContact *contact = phone_call_get_contact (call);
  const char *name = contact != NULL ? phone_contact_get_name (contact)
                                     : phone_call_get_remote_name (call);
  g_autofree char *title = name != NULL ? phone_text_dup_literal (name) : NULL;

  if (title != NULL && *title != '\0')
    return g_steal_pointer (&title);
  return phone_text_dup_address (phone_call_get_remote_uri (call));
}

static char *
dup_body_address (PhoneCall *call)
{
  g_autofree char *address = phone_text_dup_address (phone_call_get_remote_uri (call));

  return dup_without_markup (address);
}

/* ---- Calls that ring ---- */

static void
tell_ringing (PhoneNotifier *self, PhoneCall *call)
{
  const char *id = phone_call_get_id (call);
  g_autofree char *title = dup_title (call);
  g_autofree char *address = dup_body_address (call);
  g_autofree char *body =
      phone_call_get_offers_video (call)
          ? g_strdup_printf (_ ("Incoming video call from %s"), address)
          : g_strdup_printf (_ ("Incoming call from %s"), address);
  const PhoneNotice notice = {
      .title = title,
      .body = body,
      .category = "call.incoming",
      .is_urgent = TRUE,
      .default_action = "app.show",
      .buttons = {{_ ("Decline"), "app.decline", id, "call.decline"},
                  {_ ("Answer"), "app.answer", id, "call.accept"}},
  };

  phone_notices_show (self->notices, id, &notice);
}

/* ---- Calls that were missed ---- */

static void
tell_missed (PhoneNotifier *self, PhoneCall *call)
{
  g_autofree char *title = NULL;
  g_autofree char *address = dup_body_address (call);
  g_autofree char *body = NULL;
  PhoneNotice notice = {
      .category = "call.unanswered",
      .default_action = "app.show",
      .buttons = {{C_ ("button: call who was missed", "Call Back"), "app.call-back",
                   phone_call_get_id (call)}},
  };

  g_set_object (&self->missed, call);
  self->n_missed++;
  if (self->n_missed == 1) {
    title = dup_title (call);
    body = g_strdup_printf (_ ("Missed call from %s"), address);
  } else {
    title = g_strdup_printf (
        ngettext ("%u missed call", "%u missed calls", self->n_missed), self->n_missed);
    body = g_strdup_printf (_ ("The last one was from %s"), address);
  }
  notice.title = title;
  notice.body = body;
  phone_notices_show (self->notices, MISSED_ID, &notice);
}

PhoneCall *
phone_notifier_dup_missed (PhoneNotifier *self, const char *id)
{
  return self->missed != NULL && g_strcmp0 (phone_call_get_id (self->missed), id) == 0
             ? g_object_ref (self->missed)
             : NULL;
}

void
phone_notifier_clear_missed (PhoneNotifier *self)
{
  if (self->n_missed == 0)
    return;
  self->n_missed = 0;
  phone_notices_withdraw (self->notices, MISSED_ID);
}

/* ---- What becomes of them ---- */

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, PhoneNotifier *self)
{
  PhoneCallState state = phone_call_get_state (call);

  if (state == PHONE_CALL_STATE_INCOMING)
    return;
  phone_notices_withdraw (self->notices, phone_call_get_id (call));
  if (state != PHONE_CALL_STATE_ENDED)
    return;
  if (phone_call_get_end_cause (call) == PHONE_END_MISSED)
    tell_missed (self, call);
  g_signal_handlers_disconnect_by_func (call, on_call_state, self);
}

/* One that somebody declined already does not ring. */
static void
on_service_incoming (PhoneNotifier *self, PhoneCall *call)
{
  if (phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING)
    return;
  tell_ringing (self, call);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self,
                           G_CONNECT_DEFAULT);
}

static void
phone_notifier_dispose (GObject *object)
{
  g_clear_object (&PHONE_NOTIFIER (object)->missed);
  g_clear_object (&PHONE_NOTIFIER (object)->notices);
  G_OBJECT_CLASS (phone_notifier_parent_class)->dispose (object);
}

static void
phone_notifier_class_init (PhoneNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_notifier_dispose;
}

static void
phone_notifier_init (PhoneNotifier *self)
{
}

PhoneNotifier *
phone_notifier_new (GApplication *application, PhoneService *service)
{
  PhoneNotifier *self = g_object_new (PHONE_TYPE_NOTIFIER, NULL);

  self->notices = phone_notices_new (application);
  g_signal_connect_object (service, "incoming", G_CALLBACK (on_service_incoming), self,
                           G_CONNECT_SWAPPED);
  return self;
}
