/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-page.h"

#include "phone-adaptive-bin.h"
#include "phone-call-closures.h"
#include "phone-call-details.h"
#include "phone-call-face.h"
#include "phone-calls-strip.h"
#include "phone-devices-popover.h"
#include "phone-keypad.h"
#include "phone-person-dialog.h"
#include "phone-self-view.h"
#include "phone-video-paintable.h"

#define FADE_AFTER_S 3

struct _PhoneCallPage {
  AdwBin parent;

  /* owned */
  PhoneCall *call;
  PhoneService *service;
  GBindingGroup *call_bindings;
  GSignalGroup *call_signals;

  /* borrowed from the template */
  GtkToggleButton *mute;
  GtkToggleButton *hold;
  GtkToggleButton *video;
  GtkToggleButton *keys;
  GtkStack *middle;
  GtkWidget *pad;
  GtkLabel *digits;
  GtkWidget *quality;
  GtkWidget *devices;
  PhoneKeypad *keypad;
  PhoneVideoPaintable *remote;

  guint fade_id;
  gboolean is_faded;
  double pointer_x;
  double pointer_y;
};

enum { PROP_CALL = 1, PROP_SERVICE, PROP_FADED, N_PROPS };
enum { DISMISSED, CALL_AGAIN, SELECTED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneCallPage, phone_call_page, ADW_TYPE_BIN)

/* ---- What can be done ---- */

static gboolean
is_in_view (PhoneCallPage *self)
{
  return self->call != NULL && gtk_widget_get_mapped (GTK_WIDGET (self));
}

static GtkWindow *
get_window (PhoneCallPage *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
on_done_clicked (PhoneCallPage *self)
{
  g_signal_emit (self, signals[DISMISSED], 0);
}

static void
on_call_again_clicked (PhoneCallPage *self)
{
  g_signal_emit (self, signals[CALL_AGAIN], 0);
}

static void
on_call_selected (PhoneCallPage *self, PhoneCall *call)
{
  g_signal_emit (self, signals[SELECTED], 0, call);
}

static void
on_keypad_digit (PhoneCallPage *self, guchar digit)
{
  const char text[] = {(char)digit, '\0'};
  g_autofree char *all = NULL;
  g_autoptr (GError) error = NULL;

  if (self->call == NULL || digit == '+')
    return;
  if (!phone_call_send_digits (self->call, text, &error)) {
    g_debug ("Digit: %s", error->message);
    return;
  }
  phone_ringer_play_digit (phone_service_get_ringer (self->service), text[0]);
  all = g_strconcat (gtk_label_get_label (self->digits), text, NULL);
  gtk_label_set_label (self->digits, all);
  gtk_toggle_button_set_active (self->keys, TRUE);
}

static void
on_keys_toggled (PhoneCallPage *self)
{
  gboolean is_shown = gtk_toggle_button_get_active (self->keys);

  /* What is not seen is not there for assistive technology either. */
  gtk_widget_set_visible (self->pad, is_shown);
  gtk_stack_set_visible_child_name (self->middle, is_shown ? "keypad" : "face");
}

static void
on_quality_told (PhoneCallPage *self)
{
  g_autofree char *words = gtk_widget_get_tooltip_text (self->quality) != NULL
                               ? g_strdup (gtk_widget_get_tooltip_text (self->quality))
                               : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->quality),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
hang_up (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (is_in_view (self))
    phone_call_hang_up (self->call);
}

static void
mute (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (is_in_view (self))
    phone_call_set_muted (self->call, !phone_call_get_muted (self->call));
}

static void
hold (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (is_in_view (self))
    phone_call_set_held (self->call, !phone_call_get_held (self->call));
}

static void
transfer (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (is_in_view (self) && phone_call_get_state (self->call) != PHONE_CALL_STATE_ENDED)
    gtk_window_present (
        phone_person_dialog_new_transfer (get_window (self), self->service, self->call));
}

static void
add (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);
  GtkWindow *dialog;

  if (!is_in_view (self))
    return;
  dialog = phone_person_dialog_new_add (get_window (self), self->service, self->call);
  g_signal_connect_object (dialog, "dialled", G_CALLBACK (on_call_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (dialog);
}

static void
details (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);

  if (is_in_view (self))
    gtk_window_present (phone_call_details_new (get_window (self), self->call));
}

static void
full_screen (GtkWidget *widget, const char *action, GVariant *target)
{
  GtkWindow *window = get_window (PHONE_CALL_PAGE (widget));

  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else if (is_in_view (PHONE_CALL_PAGE (widget)))
    gtk_window_fullscreen (window);
}

/* Who is called then is the newest call, and the one to look at. */
static void
answer_transfer (PhoneCallPage *self, gboolean accept)
{
  GListModel *calls = phone_service_get_calls (self->service);
  guint n_before = g_list_model_get_n_items (calls);
  g_autoptr (PhoneCall) followed = NULL;

  phone_call_answer_transfer (self->call, accept);
  followed = g_list_model_get_item (calls, n_before);
  if (followed != NULL)
    g_signal_emit (self, signals[SELECTED], 0, followed);
}

static void
answer_question (GtkWidget *widget, const char *action, GVariant *target)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (widget);
  gboolean accept = g_str_has_prefix (action, "call.accept");

  if (self->call == NULL)
    return;
  if (g_str_has_suffix (action, "video"))
    phone_call_answer_video (self->call, accept);
  else
    answer_transfer (self, accept);
}

/* ---- Fading ---- */

static void
set_faded (PhoneCallPage *self, gboolean is_faded)
{
  if (self->is_faded == is_faded)
    return;
  self->is_faded = is_faded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FADED]);
}

static gboolean
is_watched (PhoneCallPage *self)
{
  gboolean is_empty = TRUE;

  g_object_get (self->remote, "empty", &is_empty, NULL);
  return !is_empty && is_in_view (self) &&
         phone_call_get_state (self->call) != PHONE_CALL_STATE_ENDED;
}

/* Who goes through the controls with keys has to see them. */
static gboolean
on_still (gpointer data)
{
  PhoneCallPage *self = data;

  self->fade_id = 0;
  if (is_watched (self) && !gtk_window_get_focus_visible (get_window (self)) &&
      !gtk_toggle_button_get_active (self->keys) &&
      !gtk_widget_get_visible (self->devices))
    set_faded (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
wake (PhoneCallPage *self)
{
  set_faded (self, FALSE);
  g_clear_handle_id (&self->fade_id, g_source_remove);
  if (is_watched (self))
    self->fade_id = g_timeout_add_seconds (FADE_AFTER_S, on_still, self);
}

/* A pointer that stands still moves too, when what is beneath it changes. */
static void
on_moved (PhoneCallPage *self, double x, double y)
{
  if (x == self->pointer_x && y == self->pointer_y)
    return;
  self->pointer_x = x;
  self->pointer_y = y;
  wake (self);
}

static gboolean
on_key_pressed (PhoneCallPage *self, guint keyval)
{
  wake (self);
  if (keyval != GDK_KEY_Escape || !gtk_window_is_fullscreen (get_window (self)))
    return FALSE;
  gtk_window_unfullscreen (get_window (self));
  return TRUE;
}

static void
on_touched (PhoneCallPage *self)
{
  wake (self);
}

static void
on_call_state (PhoneCallPage *self)
{
  wake (self);
  if (phone_call_get_state (self->call) == PHONE_CALL_STATE_ENDED &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_window_unfullscreen (get_window (self));
}

/* ---- The object ---- */

static void
phone_call_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (phone_call_page_parent_class)->unmap (widget);
  wake (PHONE_CALL_PAGE (widget));
}

static void
set_call (PhoneCallPage *self, PhoneCall *call)
{
  if (!g_set_object (&self->call, call))
    return;
  gtk_label_set_label (self->digits, "");
  gtk_toggle_button_set_active (self->keys, FALSE);
  g_binding_group_set_source (self->call_bindings, call);
  g_signal_group_set_target (self->call_signals, call);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static void
phone_call_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (object);

  switch (id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_SERVICE:
    g_value_set_object (value, self->service);
    break;
  case PROP_FADED:
    g_value_set_boolean (value, self->is_faded);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_call_page_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (object);

  switch (id) {
  case PROP_CALL:
    set_call (self, g_value_get_object (value));
    break;
  case PROP_SERVICE:
    if (g_set_object (&self->service, g_value_get_object (value)))
      g_object_notify_by_pspec (object, properties[PROP_SERVICE]);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_call_page_dispose (GObject *object)
{
  PhoneCallPage *self = PHONE_CALL_PAGE (object);

  g_clear_handle_id (&self->fade_id, g_source_remove);
  g_clear_object (&self->call_bindings);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);
  g_clear_object (&self->service);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_CALL_PAGE);
  G_OBJECT_CLASS (phone_call_page_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags written =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_CALL] =
      g_param_spec_object ("call", NULL, NULL, PHONE_TYPE_CALL, written);
  properties[PROP_SERVICE] =
      g_param_spec_object ("service", NULL, NULL, PHONE_TYPE_SERVICE, written);
  properties[PROP_FADED] = g_param_spec_boolean (
      "faded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  const struct {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
      {"call.hang-up", hang_up},
      {"call.mute", mute},
      {"call.hold", hold},
      {"call.transfer", transfer},
      {"call.add", add},
      {"call.details", details},
      {"call.full-screen", full_screen},
      {"call.accept-video", answer_question},
      {"call.refuse-video", answer_question},
      {"call.accept-transfer", answer_question},
      {"call.refuse-transfer", answer_question},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL,
                                     actions[i].activate);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (PHONE_TYPE_ADAPTIVE_BIN);
  g_type_ensure (PHONE_TYPE_CALL_FACE);
  g_type_ensure (PHONE_TYPE_CALLS_STRIP);
  g_type_ensure (PHONE_TYPE_DEVICES_POPOVER);
  g_type_ensure (PHONE_TYPE_KEYPAD);
  g_type_ensure (PHONE_TYPE_SELF_VIEW);
  g_type_ensure (PHONE_TYPE_VIDEO_PAINTABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-call-page.ui");
  phone_call_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, mute);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, hold);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, video);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, keys);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, middle);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, pad);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, digits);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, quality);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, devices);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, keypad);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallPage, remote);
  gtk_widget_class_bind_template_callback (widget_class, on_done_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_call_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_call_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_keypad_digit);
  gtk_widget_class_bind_template_callback (widget_class, on_moved);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_touched);
  /* Done takes the focus when it comes, so that no key that was meant for what was there
   * before calls again. */
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_grab_focus);
}

static void
phone_call_page_class_init (PhoneCallPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_call_page_get_property;
  object_class->set_property = phone_call_page_set_property;
  object_class->dispose = phone_call_page_dispose;
  widget_class->unmap = phone_call_page_unmap;

  install_properties (object_class);
  signals[DISMISSED] = g_signal_new ("dismissed", PHONE_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST,
                                     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CALL_AGAIN] =
      g_signal_new ("call-again", PHONE_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
  signals[SELECTED] = g_signal_new ("selected", PHONE_TYPE_CALL_PAGE, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  bind_template (widget_class);
  install_actions (widget_class);
}

static void
phone_call_page_init (PhoneCallPage *self)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->call_bindings = g_binding_group_new ();
  g_binding_group_bind (self->call_bindings, "muted", self->mute, "active", both);
  g_binding_group_bind (self->call_bindings, "held", self->hold, "active", both);
  g_binding_group_bind (self->call_bindings, "video", self->video, "active", both);
  self->call_signals = g_signal_group_new (PHONE_TYPE_CALL);
  g_signal_group_connect_swapped (self->call_signals, "notify::state",
                                  G_CALLBACK (on_call_state), self);
  g_signal_connect_object (self->remote, "notify::empty", G_CALLBACK (wake), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->keys, "toggled", G_CALLBACK (on_keys_toggled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->quality, "notify::tooltip-text",
                           G_CALLBACK (on_quality_told), self, G_CONNECT_SWAPPED);
  phone_keypad_listen (self->keypad, GTK_WIDGET (self));
}
