/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-row.h"

#include "phone-text.h"

struct _PhoneCallRow {
  GtkListBoxRow parent;

  /* owned */
  PhoneCall *call;

  /* borrowed from the template */
  GtkLabel *name;
  GtkLabel *state;
  GtkWidget *swap;
  GtkWidget *end;
  GtkWidget *decline;
  GtkWidget *answer;

  gboolean in_view;
};

enum { PROP_CALL = 1, PROP_IN_VIEW, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneCallRow, phone_call_row, GTK_TYPE_LIST_BOX_ROW)

/* No expressions here: the row goes while its call tells of the state in which it goes, and
 * GTK 4.8 warns of an expression that is given up while it is told. */
static void
show_state (PhoneCallRow *self)
{
  PhoneCallState state = phone_call_get_state (self->call);
  gboolean is_ringing = state == PHONE_CALL_STATE_INCOMING;
  gboolean is_standing = state == PHONE_CALL_STATE_CONNECTING ||
                         state == PHONE_CALL_STATE_ACTIVE ||
                         state == PHONE_CALL_STATE_RECONNECTING;
  g_autofree char *words = phone_text_dup_call (
      state, phone_call_get_end_cause (self->call), phone_call_get_held (self->call),
      phone_call_get_peer_held (self->call), phone_call_get_reconnecting (self->call));

  gtk_label_set_label (self->state, words);
  gtk_widget_set_visible (self->swap, is_standing && !self->in_view);
  gtk_widget_set_visible (self->end, !is_ringing);
  gtk_widget_set_visible (self->decline, is_ringing);
  gtk_widget_set_visible (self->answer, is_ringing);
}

static void
show_title (PhoneCallRow *self)
{
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;

  g_object_get (self->call, "title", &title, NULL);
  name = phone_text_dup_literal (title);
  gtk_label_set_label (self->name, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
phone_call_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CALL)
    g_value_set_object (value, PHONE_CALL_ROW (object)->call);
  else if (id == PROP_IN_VIEW)
    g_value_set_boolean (value, PHONE_CALL_ROW (object)->in_view);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_call_row_set_property (GObject *object,
                             guint id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  PhoneCallRow *self = PHONE_CALL_ROW (object);

  if (id == PROP_CALL) {
    self->call = g_value_dup_object (value);
  } else if (id == PROP_IN_VIEW) {
    self->in_view = g_value_get_boolean (value);
    show_state (self);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_call_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_CALL_ROW);
  g_clear_object (&PHONE_CALL_ROW (object)->call);
  G_OBJECT_CLASS (phone_call_row_parent_class)->dispose (object);
}

static void
phone_call_row_class_init (PhoneCallRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_call_row_get_property;
  object_class->set_property = phone_call_row_set_property;
  object_class->dispose = phone_call_row_dispose;

  properties[PROP_CALL] = g_param_spec_object (
      "call", NULL, NULL, PHONE_TYPE_CALL,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IN_VIEW] = g_param_spec_boolean (
      "in-view", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-call-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, name);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, state);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, swap);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, end);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, decline);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallRow, answer);
}

static void
phone_call_row_init (PhoneCallRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
watch_call (PhoneCallRow *self)
{
  const char *const watched[] = {"notify::state", "notify::held", "notify::peer-held",
                                 "notify::reconnecting"};

  for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (self->call, watched[i], G_CALLBACK (show_state), self,
                             G_CONNECT_SWAPPED);
  show_state (self);
  g_signal_connect_object (self->call, "notify::title", G_CALLBACK (show_title), self,
                           G_CONNECT_SWAPPED);
  show_title (self);
}

GtkWidget *
phone_call_row_new (PhoneCall *call)
{
  PhoneCallRow *self = g_object_new (PHONE_TYPE_CALL_ROW, "call", call, NULL);
  GtkWidget *const actionables[] = {GTK_WIDGET (self), self->swap, self->end,
                                    self->decline, self->answer};

  for (gsize i = 0; i < G_N_ELEMENTS (actionables); i++)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (actionables[i]), "s",
                                      phone_call_get_id (call));
  watch_call (self);
  return GTK_WIDGET (self);
}
