/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-calls-strip.h"

#include "phone-call-row.h"

#define MAX_HEIGHT 168 /* three rows; more are scrolled to */

struct _PhoneCallsStrip {
  AdwBin parent;

  /* owned */
  PhoneService *service;
  PhoneCall *call;
  GtkFilterListModel *others;
  GtkFilter *filter; /* of others */

  /* borrowed */
  GtkListBox *list;
};

enum { PROP_SERVICE = 1, PROP_CALL, PROP_IN_CALL, N_PROPS };
enum { SELECTED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneCallsStrip, phone_calls_strip, ADW_TYPE_BIN)

/* Nothing is shown of a call that came under Do Not Disturb, unless it was answered. */
static gboolean
is_other (gpointer item, gpointer data)
{
  return item != PHONE_CALLS_STRIP (data)->call &&
         (!phone_call_get_silenced (item) ||
          phone_call_get_state (item) != PHONE_CALL_STATE_INCOMING);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return phone_call_row_new (item);
}

static void
on_others_changed (PhoneCallsStrip *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          g_list_model_get_n_items (G_LIST_MODEL (self->others)) > 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IN_CALL]);
}

static gboolean
is_in_call (PhoneCallsStrip *self)
{
  GListModel *calls = G_LIST_MODEL (self->others);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING &&
        phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
      return TRUE;
  }
  return FALSE;
}

/* ---- Actions ---- */

static PhoneCall *
dup_call (PhoneCallsStrip *self, GVariant *id)
{
  GListModel *calls = G_LIST_MODEL (self->others);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (g_strcmp0 (phone_call_get_id (call), g_variant_get_string (id, NULL)) == 0)
      return g_steal_pointer (&call);
  }
  return NULL;
}

static void
swap (GtkWidget *widget, const char *action, GVariant *id)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (widget);
  g_autoptr (PhoneCall) call = dup_call (self, id);

  if (call == NULL)
    return;
  phone_service_swap (self->service, call);
  g_signal_emit (self, signals[SELECTED], 0, call);
}

static void
answer (GtkWidget *widget, const char *action, GVariant *id)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (widget);
  g_autoptr (PhoneCall) call = dup_call (self, id);

  if (call == NULL)
    return;
  phone_call_answer (call, PHONE_CALL_AUDIO);
  g_signal_emit (self, signals[SELECTED], 0, call);
}

static void
decline (GtkWidget *widget, const char *action, GVariant *id)
{
  g_autoptr (PhoneCall) call = dup_call (PHONE_CALLS_STRIP (widget), id);

  if (call != NULL)
    phone_call_decline (call);
}

static void
end (GtkWidget *widget, const char *action, GVariant *id)
{
  g_autoptr (PhoneCall) call = dup_call (PHONE_CALLS_STRIP (widget), id);

  if (call != NULL)
    phone_call_hang_up (call);
}

static void
show (GtkWidget *widget, const char *action, GVariant *id)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (widget);
  g_autoptr (PhoneCall) call = dup_call (self, id);

  if (call != NULL)
    g_signal_emit (self, signals[SELECTED], 0, call);
}

/* ---- The object ---- */

static void
phone_calls_strip_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (object);

  switch (id) {
  case PROP_SERVICE:
    g_value_set_object (value, self->service);
    break;
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_IN_CALL:
    g_value_set_boolean (value, is_in_call (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_calls_strip_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (object);

  switch (id) {
  case PROP_SERVICE:
    if (g_set_object (&self->service, g_value_get_object (value)))
      gtk_filter_list_model_set_model (
          self->others,
          self->service != NULL ? phone_service_get_calls (self->service) : NULL);
    break;
  case PROP_CALL:
    if (g_set_object (&self->call, g_value_get_object (value)))
      gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_calls_strip_dispose (GObject *object)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (object);

  if (self->others != NULL)
    g_signal_handlers_disconnect_by_data (self->others, self);
  g_clear_object (&self->others);
  g_clear_object (&self->filter);
  g_clear_object (&self->call);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_calls_strip_parent_class)->dispose (object);
}

static void
phone_calls_strip_class_init (PhoneCallsStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = phone_calls_strip_get_property;
  object_class->set_property = phone_calls_strip_set_property;
  object_class->dispose = phone_calls_strip_dispose;

  properties[PROP_SERVICE] =
      g_param_spec_object ("service", NULL, NULL, PHONE_TYPE_SERVICE, flags);
  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL, flags);
  properties[PROP_IN_CALL] = g_param_spec_boolean (
      "in-call", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SELECTED] = g_signal_new ("selected", PHONE_TYPE_CALLS_STRIP, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);

  gtk_widget_class_install_action (widget_class, "calls.swap", "s", swap);
  gtk_widget_class_install_action (widget_class, "calls.answer", "s", answer);
  gtk_widget_class_install_action (widget_class, "calls.decline", "s", decline);
  gtk_widget_class_install_action (widget_class, "calls.end", "s", end);
  gtk_widget_class_install_action (widget_class, "calls.show", "s", show);
}

static void
phone_calls_strip_init (PhoneCallsStrip *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->filter = GTK_FILTER (gtk_custom_filter_new (is_other, self, NULL));
  self->others = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->others), make_row, NULL, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "calls-strip");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scroller);
  g_signal_connect_swapped (self->others, "items-changed", G_CALLBACK (on_others_changed),
                            self);
  on_others_changed (self);
}
