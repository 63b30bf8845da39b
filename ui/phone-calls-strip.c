/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-calls-strip.h"

#include "phone-call-row.h"

#define MAX_HEIGHT 168 /* three rows; more are scrolled to */

struct _PhoneCallsStrip {
  AdwBin parent;

  /* owned */
  PhoneService *service;
  PhoneCall *call;
  GtkFilterListModel *listed;
  GtkFilter *filter; /* of listed */

  /* borrowed */
  GtkListBox *list;
  GtkScrolledWindow *scroller;

  gboolean is_side;
  gboolean fits;
};

enum { PROP_SERVICE = 1, PROP_CALL, PROP_SIDE, PROP_FITS, PROP_IN_CALL, N_PROPS };
enum { SELECTED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneCallsStrip, phone_calls_strip, ADW_TYPE_BIN)

/* Nothing is shown of a call that came under Do Not Disturb, unless it was answered. */
static gboolean
is_listed (gpointer item, gpointer data)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (data);

  return (self->is_side || item != self->call) &&
         (!phone_call_get_silenced (item) ||
          phone_call_get_state (item) != PHONE_CALL_STATE_INCOMING);
}

static GtkWidget *
make_row (gpointer item, gpointer data)
{
  return phone_call_row_new (item);
}

static gboolean
has_other (PhoneCallsStrip *self)
{
  GListModel *calls = G_LIST_MODEL (self->listed);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (call != self->call)
      return TRUE;
  }
  return FALSE;
}

static void
mark_rows (PhoneCallsStrip *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++) {
    g_autoptr (PhoneCall) call =
        g_list_model_get_item (G_LIST_MODEL (self->listed), (guint)i);

    g_object_set (row, "in-view", call == self->call, NULL);
    if (self->is_side && call == self->call)
      gtk_list_box_select_row (self->list, row);
  }
}

static void
on_listed_changed (PhoneCallsStrip *self)
{
  mark_rows (self);
  gtk_widget_set_visible (GTK_WIDGET (self), self->fits && has_other (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IN_CALL]);
}

static gboolean
is_in_call (PhoneCallsStrip *self)
{
  GListModel *calls = G_LIST_MODEL (self->listed);

  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (calls, i);

    if (call != self->call && phone_call_get_state (call) != PHONE_CALL_STATE_INCOMING &&
        phone_call_get_state (call) != PHONE_CALL_STATE_ENDED)
      return TRUE;
  }
  return FALSE;
}

/* ---- Actions ---- */

static PhoneCall *
dup_call (PhoneCallsStrip *self, GVariant *id)
{
  GListModel *calls = G_LIST_MODEL (self->listed);

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
put_at_side (PhoneCallsStrip *self)
{
  self->is_side = TRUE;
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->list), "calls-strip");
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_scrolled_window_set_max_content_height (self->scroller, -1);
}

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
  case PROP_SIDE:
    g_value_set_boolean (value, self->is_side);
    break;
  case PROP_FITS:
    g_value_set_boolean (value, self->fits);
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
          self->listed,
          self->service != NULL ? phone_service_get_calls (self->service) : NULL);
    break;
  case PROP_CALL:
    if (g_set_object (&self->call, g_value_get_object (value))) {
      gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
      on_listed_changed (self);
    }
    break;
  case PROP_SIDE:
    if (g_value_get_boolean (value))
      put_at_side (self);
    break;
  case PROP_FITS:
    self->fits = g_value_get_boolean (value);
    on_listed_changed (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_calls_strip_dispose (GObject *object)
{
  PhoneCallsStrip *self = PHONE_CALLS_STRIP (object);

  if (self->listed != NULL)
    g_signal_handlers_disconnect_by_data (self->listed, self);
  g_clear_object (&self->listed);
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
  properties[PROP_SIDE] =
      g_param_spec_boolean ("side", NULL, NULL, FALSE, flags | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_FITS] = g_param_spec_boolean ("fits", NULL, NULL, TRUE, flags);
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

  self->fits = TRUE;
  self->scroller = GTK_SCROLLED_WINDOW (scroller);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_listed, self, NULL));
  self->listed = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->listed), make_row, NULL, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "calls-strip");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  adw_bin_set_child (ADW_BIN (self), scroller);
  g_signal_connect_swapped (self->listed, "items-changed", G_CALLBACK (on_listed_changed),
                            self);
  on_listed_changed (self);
}
