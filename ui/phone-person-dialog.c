/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-person-dialog.h"

#include "phone-people-list.h"
#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhonePersonDialog {
  AdwWindow parent;

  /* owned */
  PhoneService *service;
  PhoneCall *call;

  /* borrowed from the template */
  GtkButton *done;
  GtkEditable *person;
  AdwPreferencesGroup *others;
  PhonePeopleList *people;
  GtkLabel *problem;

  gboolean transfers;
};

enum { DIALLED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhonePersonDialog, phone_person_dialog, ADW_TYPE_WINDOW)

/* Closes it where it went well. */
static void
finish (PhonePersonDialog *self, gboolean is_done, const GError *error)
{
  if (is_done)
    gtk_window_destroy (GTK_WINDOW (self));
  else
    gtk_label_set_label (self->problem, phone_text_error (error));
}

static void
take_person (PhonePersonDialog *self, const char *target)
{
  g_autoptr (PhonePersonDialog) alive = g_object_ref (self);
  g_autoptr (PhoneCall) dialled = NULL;
  g_autoptr (GError) error = NULL;

  if (self->transfers) {
    gboolean is_asked = phone_call_transfer (self->call, target, &error);

    finish (self, is_asked, error);
    return;
  }
  dialled = phone_service_dial (self->service, phone_call_get_account (self->call),
                                target, PHONE_CALL_AUDIO, &error);
  if (dialled != NULL)
    g_signal_emit (self, signals[DIALLED], 0, dialled);
  finish (self, dialled != NULL, error);
}

static void
on_done (PhonePersonDialog *self)
{
  take_person (self, gtk_editable_get_text (self->person));
}

static void
on_person_chosen (PhonePersonDialog *self, const char *address)
{
  take_person (self, address);
}

static void
on_other_activated (AdwActionRow *row, PhonePersonDialog *self)
{
  PhoneCall *other = g_object_get_data (G_OBJECT (row), "phone-call");
  g_autoptr (GError) error = NULL;
  gboolean is_asked = phone_call_transfer_to (self->call, other, &error);

  finish (self, is_asked, error);
}

static void
on_person_changed (PhonePersonDialog *self)
{
  const char *text = gtk_editable_get_text (self->person);

  gtk_widget_set_sensitive (GTK_WIDGET (self->done), *text != '\0');
  gtk_label_set_label (self->problem, "");
  phone_people_list_set_text (self->people, text);
}

static void
on_call_state (PhonePersonDialog *self)
{
  if (phone_call_get_state (self->call) == PHONE_CALL_STATE_ENDED)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
phone_person_dialog_dispose (GObject *object)
{
  PhonePersonDialog *self = PHONE_PERSON_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_PERSON_DIALOG);
  g_clear_object (&self->call);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_person_dialog_parent_class)->dispose (object);
}

static void
phone_person_dialog_class_init (PhonePersonDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PHONE_TYPE_PEOPLE_LIST);
  G_OBJECT_CLASS (klass)->dispose = phone_person_dialog_dispose;
  signals[DIALLED] = g_signal_new ("dialled", PHONE_TYPE_PERSON_DIALOG, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-person-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PhonePersonDialog, done);
  gtk_widget_class_bind_template_child (widget_class, PhonePersonDialog, person);
  gtk_widget_class_bind_template_child (widget_class, PhonePersonDialog, others);
  gtk_widget_class_bind_template_child (widget_class, PhonePersonDialog, people);
  gtk_widget_class_bind_template_child (widget_class, PhonePersonDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_done);
  gtk_widget_class_bind_template_callback (widget_class, on_person_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_person_chosen);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, (GdkModifierType)0,
                                       "window.close", NULL);
}

static void
phone_person_dialog_init (PhonePersonDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_other (PhonePersonDialog *self, PhoneCall *other)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;
  g_autofree char *address = phone_text_dup_address (phone_call_get_remote_uri (other));

  g_object_get (other, "title", &title, NULL);
  name = phone_text_dup_literal (title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  if (!g_str_equal (name, address))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), address);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_receives_default (row, TRUE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("call-start-symbolic"));
  g_object_set_data_full (G_OBJECT (row), "phone-call", g_object_ref (other),
                          g_object_unref);
  g_signal_connect (row, "activated", G_CALLBACK (on_other_activated), self);
  adw_preferences_group_add (self->others, row);
}

/* A call can be joined with one that stands at the same account (RFC 3891). */
static gboolean
may_be_joined (PhonePersonDialog *self, PhoneCall *other)
{
  return other != self->call &&
         phone_call_get_account (other) == phone_call_get_account (self->call) &&
         (phone_call_get_state (other) == PHONE_CALL_STATE_ACTIVE ||
          phone_call_get_state (other) == PHONE_CALL_STATE_RECONNECTING);
}

static void
add_others (PhonePersonDialog *self)
{
  GListModel *calls = phone_service_get_calls (self->service);
  gboolean has_other = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) other = g_list_model_get_item (calls, i);

    if (!may_be_joined (self, other))
      continue;
    add_other (self, other);
    has_other = TRUE;
  }
  gtk_widget_set_visible (GTK_WIDGET (self->others), has_other);
}

static PhonePersonDialog *
new_dialog (GtkWindow *parent,
            PhoneService *service,
            PhoneCall *call,
            const char *title,
            const char *done)
{
  PhonePersonDialog *self = g_object_new (PHONE_TYPE_PERSON_DIALOG, "transient-for",
                                          parent, "title", title, NULL);

  self->service = g_object_ref (service);
  self->call = g_object_ref (call);
  g_object_set (self->people, "service", service, NULL);
  gtk_button_set_label (self->done, done);
  gtk_widget_grab_focus (GTK_WIDGET (self->person));
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self,
                           G_CONNECT_SWAPPED);
  return self;
}

GtkWindow *
phone_person_dialog_new_transfer (GtkWindow *parent,
                                  PhoneService *service,
                                  PhoneCall *call)
{
  PhonePersonDialog *self = new_dialog (parent, service, call, _ ("Transfer Call"),
                                        C_ ("button: hand a call on", "Transfer"));

  self->transfers = TRUE;
  add_others (self);
  return GTK_WINDOW (self);
}

GtkWindow *
phone_person_dialog_new_add (GtkWindow *parent, PhoneService *service, PhoneCall *call)
{
  return GTK_WINDOW (new_dialog (parent, service, call, _ ("Add a Call"),
                                 C_ ("button: call somebody", "Call")));
}
