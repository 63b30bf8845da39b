/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sign-in-step-row.h"

#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneSignInStepRow {
  AdwActionRow parent;

  /* owned */
  PhoneSignInStep *step;

  /* borrowed: children */
  GtkImage *image;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (PhoneSignInStepRow, phone_sign_in_step_row, ADW_TYPE_ACTION_ROW)

/* What the picture says to those who do not see it. */
static const char *
state_text (PhoneSignInState state)
{
  switch (state) {
  case PHONE_SIGN_IN_PENDING:
    return C_ ("step of signing in", "Still to come");
  case PHONE_SIGN_IN_RUNNING:
    return C_ ("step of signing in", "Being tried");
  case PHONE_SIGN_IN_DONE:
    return C_ ("step of signing in", "Done");
  case PHONE_SIGN_IN_SKIPPED:
    return C_ ("step of signing in", "Left out");
  case PHONE_SIGN_IN_FAILED:
    return C_ ("step of signing in", "Failed");
  }
  return "";
}

static const char *
icon_name (PhoneSignInState state)
{
  switch (state) {
  case PHONE_SIGN_IN_DONE:
    return "object-select-symbolic";
  case PHONE_SIGN_IN_FAILED:
    return "dialog-error-symbolic";
  case PHONE_SIGN_IN_SKIPPED:
    return "list-remove-symbolic";
  case PHONE_SIGN_IN_PENDING:
  case PHONE_SIGN_IN_RUNNING:
    break;
  }
  return "content-loading-symbolic";
}

static void
set_class (GtkWidget *widget, const char *name, gboolean is_on)
{
  if (is_on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
on_step (PhoneSignInStepRow *self)
{
  PhoneSignInKind kind = phone_sign_in_step_get_kind (self->step);
  PhoneSignInState state = phone_sign_in_step_get_state (self->step);
  g_autofree char *subtitle = phone_text_dup_sign_in_step (
      kind, state, phone_sign_in_step_get_detail (self->step),
      phone_sign_in_step_get_error (self->step));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_image_set_from_icon_name (self->image, icon_name (state));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->image),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, state_text (state), -1);
  gtk_widget_set_visible (GTK_WIDGET (self->image), state != PHONE_SIGN_IN_RUNNING);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state == PHONE_SIGN_IN_RUNNING);
  gtk_spinner_set_spinning (self->spinner, state == PHONE_SIGN_IN_RUNNING);
  set_class (GTK_WIDGET (self->image), "success", state == PHONE_SIGN_IN_DONE);
  set_class (GTK_WIDGET (self->image), "error", state == PHONE_SIGN_IN_FAILED);
  set_class (GTK_WIDGET (self), "dim-label",
             state == PHONE_SIGN_IN_PENDING || state == PHONE_SIGN_IN_SKIPPED);
}

static void
phone_sign_in_step_row_dispose (GObject *object)
{
  g_clear_object (&PHONE_SIGN_IN_STEP_ROW (object)->step);
  G_OBJECT_CLASS (phone_sign_in_step_row_parent_class)->dispose (object);
}

static void
phone_sign_in_step_row_class_init (PhoneSignInStepRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = phone_sign_in_step_row_dispose;
}

static void
phone_sign_in_step_row_init (PhoneSignInStepRow *self)
{
  self->image = GTK_IMAGE (gtk_image_new ());
  self->spinner = GTK_SPINNER (gtk_spinner_new ());
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), GTK_WIDGET (self->image));
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), GTK_WIDGET (self->spinner));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

GtkWidget *
phone_sign_in_step_row_new (PhoneSignInStep *step)
{
  PhoneSignInStepRow *self = g_object_new (PHONE_TYPE_SIGN_IN_STEP_ROW, NULL);

  self->step = g_object_ref (step);
  adw_preferences_row_set_title (
      ADW_PREFERENCES_ROW (self),
      phone_text_sign_in_kind (phone_sign_in_step_get_kind (step)));
  g_signal_connect_object (step, "notify", G_CALLBACK (on_step), self, G_CONNECT_SWAPPED);
  on_step (self);
  return GTK_WIDGET (self);
}
