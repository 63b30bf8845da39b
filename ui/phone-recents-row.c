/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-recents-row.h"

#include "phone-closures.h"
#include "phone-contact-picture.h"
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PhoneRecentsRow {
  AdwBin parent;

  /* owned */
  PhoneService *service; /* knows the contacts */
  GSignalGroup *contacts;
  PhoneHistoryEntry *entry;

  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkWidget *call_button;
  GtkWidget *menu_button;
  GMenuModel *row_menu;
};

enum { PROP_ENTRY = 1, PROP_TITLE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneRecentsRow, phone_recents_row, ADW_TYPE_BIN)

/* ---- What it says ---- */

static char *
entry_words (gpointer self,
             gboolean is_incoming,
             PhoneHistoryOutcome outcome,
             guint duration,
             gint64 started_at)
{
  g_autofree char *came_of_it = phone_text_dup_outcome (is_incoming, outcome, duration);
  g_autofree char *moment = phone_text_dup_moment (started_at, g_get_real_time ());

  if (started_at == 0) /* not read yet */
    return g_strdup ("");
  /* Translators: what came of a call, and when it was: "Missed · 9:41" */
  return g_strdup_printf (C_ ("call of the past", "%s · %s"), came_of_it, moment);
}

static gboolean
is_missed (PhoneHistoryOutcome outcome)
{
  return outcome == PHONE_HISTORY_MISSED;
}

static char *
entry_icon (gpointer self, gboolean is_incoming, PhoneHistoryOutcome outcome)
{
  if (is_missed (outcome))
    return g_strdup ("call-missed-symbolic");
  return g_strdup (is_incoming ? "call-incoming-symbolic" : "call-outgoing-symbolic");
}

static GStrv
entry_classes (gpointer self, PhoneHistoryOutcome outcome)
{
  return g_strdupv ((char *[]){
      (char *)"caption", (char *)(is_missed (outcome) ? "error" : "dim-label"), NULL});
}

static PhoneContact *
get_contact (PhoneRecentsRow *self)
{
  return self->entry != NULL && self->service != NULL
             ? phone_service_lookup_contact (
                   self->service, phone_history_entry_get_address (self->entry))
             : NULL;
}

/* As a contact they have the name that the user knows them by. */
static const char *
get_title (PhoneRecentsRow *self)
{
  PhoneContact *contact = get_contact (self);

  if (contact != NULL)
    return phone_contact_get_name (contact);
  return self->entry != NULL ? phone_history_entry_get_title (self->entry) : "";
}

/* A screen reader says whom a button is about. */
static void
name_buttons (PhoneRecentsRow *self)
{
  g_autofree char *title = phone_text_dup_literal (get_title (self));
  g_autofree char *call = g_strdup_printf (_ ("Call %s"), title);
  g_autofree char *menu = g_strdup_printf (_ ("More About the Call With %s"), title);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->call_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, call, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
}

/* Whenever the entry is read, or contacts change. */
static void
show_person (PhoneRecentsRow *self)
{
  PhoneContact *contact = get_contact (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "row.add-to-contacts",
                                 contact == NULL && self->entry != NULL &&
                                     self->service != NULL &&
                                     phone_service_get_contacts (self->service) != NULL);
  phone_contact_picture_show (
      self->avatar, contact != NULL ? phone_service_get_contacts (self->service) : NULL,
      contact);
  name_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/* A menu takes longer to make than all the rest, and a list has 200 rows at once. */
static void
create_menu (GtkMenuButton *button, gpointer self)
{
  gtk_menu_button_set_menu_model (button, PHONE_RECENTS_ROW (self)->row_menu);
}

/* ---- What is wanted of it ---- */

static void
on_call_clicked (PhoneRecentsRow *self)
{
  g_signal_emit_by_name (self, "call-back");
}

/* The signal that has the name of the action. */
static void
pass_on (GtkWidget *widget, const char *action, GVariant *target)
{
  g_signal_emit_by_name (widget, action + strlen ("row."));
}

PhoneHistoryEntry *
phone_recents_row_get_entry (PhoneRecentsRow *self)
{
  return self->entry;
}

void
phone_recents_row_set_entry (PhoneRecentsRow *self, PhoneHistoryEntry *entry)
{
  if (self->entry == entry)
    return;
  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_func (self->entry, show_person, self);
  g_set_object (&self->entry, entry);
  if (entry != NULL)
    g_signal_connect_object (entry, "notify::title", G_CALLBACK (show_person), self,
                             G_CONNECT_SWAPPED);
  show_person (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENTRY]);
}

void
phone_recents_row_set_service (PhoneRecentsRow *self, PhoneService *service)
{
  if (!g_set_object (&self->service, service))
    return;
  g_signal_group_set_target (
      self->contacts, service != NULL ? phone_service_get_contacts (service) : NULL);
  show_person (self);
}

/* ---- The object ---- */

static void
phone_recents_row_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  if (id == PROP_ENTRY)
    g_value_set_object (value, PHONE_RECENTS_ROW (object)->entry);
  else if (id == PROP_TITLE)
    g_value_set_string (value, get_title (PHONE_RECENTS_ROW (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_recents_row_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  if (id == PROP_ENTRY)
    phone_recents_row_set_entry (PHONE_RECENTS_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_recents_row_dispose (GObject *object)
{
  PhoneRecentsRow *self = PHONE_RECENTS_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_RECENTS_ROW);
  g_clear_object (&self->contacts);
  g_clear_object (&self->service);
  g_clear_object (&self->entry);
  G_OBJECT_CLASS (phone_recents_row_parent_class)->dispose (object);
}

static void
phone_recents_row_class_init (PhoneRecentsRowClass *klass)
{
  static const char *const signals[] = {"call-back", "add-to-contacts", "copy-address",
                                        "remove"};
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_recents_row_get_property;
  object_class->set_property = phone_recents_row_set_property;
  object_class->dispose = phone_recents_row_dispose;

  properties[PROP_ENTRY] = g_param_spec_object (
      "entry", NULL, NULL, PHONE_TYPE_HISTORY_ENTRY,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] = g_param_spec_string (
      "title", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_new (signals[i], PHONE_TYPE_RECENTS_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-recents-row.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsRow, call_button);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PhoneRecentsRow, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, entry_words);
  gtk_widget_class_bind_template_callback (widget_class, entry_icon);
  gtk_widget_class_bind_template_callback (widget_class, entry_classes);
  gtk_widget_class_bind_template_callback (widget_class, on_call_clicked);
  gtk_widget_class_install_action (widget_class, "row.add-to-contacts", NULL, pass_on);
  gtk_widget_class_install_action (widget_class, "row.copy-address", NULL, pass_on);
  gtk_widget_class_install_action (widget_class, "row.remove", NULL, pass_on);
}

static void
phone_recents_row_init (PhoneRecentsRow *self)
{
  self->contacts = g_signal_group_new (PHONE_TYPE_CONTACT_BOOK);
  g_signal_group_connect_swapped (self->contacts, "items-changed",
                                  G_CALLBACK (show_person), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu_button), create_menu,
                                         self, NULL);
}
