/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-notices.h"

#include "phone-background.h"
#include "phone-portal.h"

#define PORTAL_IFACE "org.freedesktop.portal.Notification"
#define VERSION_WITH_CALLS 2

struct _PhoneNotices {
  GObject parent_instance;

  /* owned */
  GCancellable *cancellable;
  GHashTable *withdrawn; /* ids that are withdrawn once more */

  GApplication *application; /* borrowed */
  guint portal_version;      /* 0: there is none, or it is not known yet */
};

G_DEFINE_FINAL_TYPE (PhoneNotices, phone_notices, G_TYPE_OBJECT)

/* ---- By the portal ---- */

static void
ask_portal (PhoneNotices *self, const char *method, GVariant *parameters)
{
  g_dbus_connection_call (g_application_get_dbus_connection (self->application),
                          PHONE_PORTAL_NAME, PHONE_PORTAL_PATH, PORTAL_IFACE, method,
                          parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* No value is a variant once more: the portal (xdg-desktop-portal 1.20) refuses the whole
 * notification for such a sound, and the action such a target. */
static GVariant *
build_button (const PhoneNoticeButton *button)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "label", "s", button->label);
  g_variant_dict_insert (&dict, "action", "s", button->action);
  g_variant_dict_insert (&dict, "target", "s", button->target);
  if (button->purpose != NULL)
    g_variant_dict_insert (&dict, "purpose", "s", button->purpose);
  return g_variant_dict_end (&dict);
}

/* What rings is the phone itself. */
static GVariant *
build_for_portal (const PhoneNotice *notice)
{
  GVariantDict dict;
  GVariantBuilder buttons;

  g_variant_builder_init (&buttons, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < PHONE_NOTICE_MAX_BUTTONS; i++)
    if (notice->buttons[i].label != NULL)
      g_variant_builder_add_value (&buttons, build_button (&notice->buttons[i]));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "title", "s", notice->title);
  g_variant_dict_insert (&dict, "body", "s", notice->body);
  g_variant_dict_insert (&dict, "category", "s", notice->category);
  g_variant_dict_insert (&dict, "priority", "s", notice->is_urgent ? "urgent" : "normal");
  g_variant_dict_insert (&dict, "sound", "s", "silent");
  g_variant_dict_insert (&dict, "default-action", "s", notice->default_action);
  g_variant_dict_insert_value (&dict, "buttons", g_variant_builder_end (&buttons));
  return g_variant_dict_end (&dict);
}

static void
on_version (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) version = NULL;

  if (reply == NULL) {
    g_debug ("No portal for notifications: %s", error->message);
    return;
  }
  g_variant_get (reply, "(v)", &version);
  if (g_variant_is_of_type (version, G_VARIANT_TYPE_UINT32))
    PHONE_NOTICES (user_data)->portal_version = g_variant_get_uint32 (version);
}

static void
ask_version (PhoneNotices *self)
{
  g_dbus_connection_call (
      g_application_get_dbus_connection (self->application), PHONE_PORTAL_NAME,
      PHONE_PORTAL_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", PORTAL_IFACE, "version"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_version, self);
}

/* ---- As a GNotification ---- */

static GNotification *
build_notification (const PhoneNotice *notice)
{
  GNotification *notification = g_notification_new (notice->title);

  g_notification_set_body (notification, notice->body);
  g_notification_set_category (notification, notice->category);
  g_notification_set_priority (notification, notice->is_urgent
                                                 ? G_NOTIFICATION_PRIORITY_URGENT
                                                 : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_set_default_action (notification, notice->default_action);
  for (guint i = 0; i < PHONE_NOTICE_MAX_BUTTONS; i++)
    if (notice->buttons[i].label != NULL)
      g_notification_add_button_with_target (notification, notice->buttons[i].label,
                                             notice->buttons[i].action, "s",
                                             notice->buttons[i].target);
  return notification;
}

/* Until the server has answered with its own number for one, GLib forgets that it was
 * withdrawn (2.74), and it would stay. What is asked after it is answered after it. */
static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  PhoneNotices *self = user_data;
  GHashTableIter iter;
  gpointer id;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_hash_table_iter_init (&iter, self->withdrawn);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    g_application_withdraw_notification (self->application, id);
    g_hash_table_iter_remove (&iter);
  }
}

static void
withdraw_notification (PhoneNotices *self, const char *id)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);

  g_application_withdraw_notification (self->application, id);
  if (bus == NULL)
    return;
  g_hash_table_add (self->withdrawn, g_strdup (id));
  g_dbus_connection_call (
      bus, "org.freedesktop.Notifications", "/org/freedesktop/Notifications",
      "org.freedesktop.Notifications", "GetServerInformation", NULL, NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_answered, self);
}

/* ---- Both ---- */

void
phone_notices_show (PhoneNotices *self, const char *id, const PhoneNotice *notice)
{
  g_autoptr (GNotification) notification = NULL;

  if (self->portal_version >= VERSION_WITH_CALLS) {
    ask_portal (self, "AddNotification",
                g_variant_new ("(s@a{sv})", id, build_for_portal (notice)));
    return;
  }
  g_hash_table_remove (self->withdrawn, id);
  notification = build_notification (notice);
  g_application_send_notification (self->application, id, notification);
}

void
phone_notices_withdraw (PhoneNotices *self, const char *id)
{
  if (self->portal_version >= VERSION_WITH_CALLS)
    ask_portal (self, "RemoveNotification", g_variant_new ("(s)", id));
  else
    withdraw_notification (self, id);
}

static void
phone_notices_dispose (GObject *object)
{
  g_cancellable_cancel (PHONE_NOTICES (object)->cancellable);
  G_OBJECT_CLASS (phone_notices_parent_class)->dispose (object);
}

static void
phone_notices_finalize (GObject *object)
{
  PhoneNotices *self = PHONE_NOTICES (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->withdrawn);
  G_OBJECT_CLASS (phone_notices_parent_class)->finalize (object);
}

static void
phone_notices_class_init (PhoneNoticesClass *class)
{
  G_OBJECT_CLASS (class)->dispose = phone_notices_dispose;
  G_OBJECT_CLASS (class)->finalize = phone_notices_finalize;
}

static void
phone_notices_init (PhoneNotices *self)
{
  self->cancellable = g_cancellable_new ();
  self->withdrawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

PhoneNotices *
phone_notices_new (GApplication *application)
{
  PhoneNotices *self = g_object_new (PHONE_TYPE_NOTICES, NULL);

  self->application = application;
  if (phone_background_is_sandboxed () &&
      g_application_get_dbus_connection (application) != NULL)
    ask_version (self);
  return self;
}
