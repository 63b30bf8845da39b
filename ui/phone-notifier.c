/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-notifier.h"

#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneNotifier {
  GObject parent;

  GApplication *application; /* borrowed: it owns this object */
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

static GNotification *
build_notification (PhoneCall *call)
{
  const char *id = phone_call_get_id (call);
  const char *name = phone_call_get_remote_name (call);
  const char *uri = phone_call_get_remote_uri (call);
  g_autofree char *address = phone_text_dup_address (uri);
  g_autofree char *body_address = dup_without_markup (address);
  g_autofree char *title = name != NULL ? phone_text_dup_literal (name) : NULL;
  g_autofree char *body = NULL;
  GNotification *notification =
      g_notification_new (title != NULL && *title != '\0' ? title : address);

  body = phone_call_get_offers_video (call)
             ? g_strdup_printf (_ ("Incoming video call from %s"), body_address)
             : g_strdup_printf (_ ("Incoming call from %s"), body_address);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_set_default_action (notification, "app.show");
  g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline", "s",
                                         id);
  g_notification_add_button_with_target (notification, _ ("Answer"), "app.answer", "s",
                                         id);
  return notification;
}

static void
on_call_state (PhoneCall *call, GParamSpec *pspec, PhoneNotifier *self)
{
  if (phone_call_get_state (call) == PHONE_CALL_STATE_INCOMING)
    return;
  g_application_withdraw_notification (self->application, phone_call_get_id (call));
  g_signal_handlers_disconnect_by_func (call, on_call_state, self);
}

void
phone_notifier_tell (PhoneNotifier *self, PhoneCall *call)
{
  g_autoptr (GNotification) notification = build_notification (call);

  g_application_send_notification (self->application, phone_call_get_id (call),
                                   notification);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self,
                           G_CONNECT_DEFAULT);
}

static void
phone_notifier_class_init (PhoneNotifierClass *klass)
{
}

static void
phone_notifier_init (PhoneNotifier *self)
{
}

PhoneNotifier *
phone_notifier_new (GApplication *application)
{
  PhoneNotifier *self = g_object_new (PHONE_TYPE_NOTIFIER, NULL);

  self->application = application;
  return self;
}
