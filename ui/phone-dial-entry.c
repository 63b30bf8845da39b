/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-dial-entry.h"

#include "phone-closures.h"
#include "phone-compat.h"
#include "phone-people-list.h"
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_RECALLED 20

struct _PhoneDialEntry {
  AdwBin parent;

  /* owned */
  PhoneSession *session;
  GPtrArray *recalled; /* of PhoneHistoryEntry, last dialled first; NULL: not asked */
  GSignalGroup *session_signals;
  GSignalGroup *accounts_signals;

  /* borrowed from the template */
  GtkEditable *target;
  GtkLabel *error;
  PhonePeopleList *people;
  GtkDropDown *accounts;

  guint recall;          /* how far back Up has gone: recalled[recall - 1] is shown */
  gboolean is_recalling; /* the text is being changed by Up and Down */
};

enum { PROP_SESSION = 1, PROP_TEXT, N_PROPS };
enum { DIALLED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneDialEntry, phone_dial_entry, ADW_TYPE_BIN)

static PhoneHistory *
get_history (PhoneDialEntry *self)
{
  return self->session != NULL
             ? phone_service_get_history (phone_session_get_service (self->session))
             : NULL;
}

static PhoneAccount *
get_account (PhoneDialEntry *self)
{
  PhoneAccount *chosen = gtk_drop_down_get_selected_item (self->accounts);

  if (chosen != NULL && gtk_widget_get_visible (GTK_WIDGET (self->accounts)))
    return chosen;
  return self->session != NULL ? phone_session_get_account (self->session) : NULL;
}

/* What was typed, or pasted with a name in front: "Bob" <sip:bob@example.org>. */
static char *
dup_target (PhoneDialEntry *self)
{
  char *text = g_strdup (gtk_editable_get_text (self->target));
  char *open = strchr (text, '<');
  char *close = open != NULL ? strchr (open, '>') : NULL;

  if (close != NULL) {
    *close = '\0';
    memmove (text, open + 1, strlen (open + 1) + 1);
  }
  return g_strstrip (text);
}

static void
set_text (PhoneDialEntry *self, const char *text)
{
  gtk_editable_set_text (self->target, text);
  gtk_editable_set_position (self->target, -1);
}

/* ---- Dialling ---- */

static void
dial (PhoneDialEntry *self, const char *target, PhoneCallFlags flags)
{
  PhoneAccount *account = get_account (self);
  g_autoptr (PhoneCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (account == NULL)
    return;
  call = phone_service_dial (phone_session_get_service (self->session), account, target,
                             flags, &error);
  if (call == NULL) {
    gtk_label_set_label (self->error, phone_text_error (error));
    gtk_widget_grab_focus (GTK_WIDGET (self->target));
    return;
  }
  set_text (self, "");
  g_signal_emit (self, signals[DIALLED], 0, call);
}

static void recall (PhoneDialEntry *self, int step);

static void
dial_typed (PhoneDialEntry *self, PhoneCallFlags flags)
{
  g_autofree char *target = dup_target (self);

  if (*target != '\0')
    dial (self, target, flags);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->target));
}

static void
on_call_clicked (PhoneDialEntry *self)
{
  dial_typed (self, PHONE_CALL_AUDIO);
}

static void
on_video_call_clicked (PhoneDialEntry *self)
{
  dial_typed (self, PHONE_CALL_VIDEO);
}

/* Enter with nothing typed: the last number, as on a telephone. It does not call at once:
 * whom, is seen first. */
static void
on_target_activate (PhoneDialEntry *self)
{
  g_autofree char *target = dup_target (self);

  if (*target != '\0')
    dial (self, target, PHONE_CALL_AUDIO);
  else
    recall (self, 1);
}

/* ---- Redial ---- */

static void
show_recalled (PhoneDialEntry *self, guint recall)
{
  g_autofree char *address = NULL;

  self->recall = MIN (recall, self->recalled->len);
  if (self->recall > 0)
    address = phone_text_dup_address (phone_history_entry_get_address (
        g_ptr_array_index (self->recalled, self->recall - 1)));
  self->is_recalling = TRUE;
  set_text (self, address != NULL ? address : "");
  self->is_recalling = FALSE;
}

static void
on_recalled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneDialEntry) self = data;
  GPtrArray *recalled =
      phone_history_find_people_finish (PHONE_HISTORY (source), result, NULL);

  /* Whoever has begun to type meanwhile does not want it any more. */
  if (recalled == NULL || *gtk_editable_get_text (self->target) != '\0') {
    g_clear_pointer (&recalled, g_ptr_array_unref);
    return;
  }
  g_clear_pointer (&self->recalled, g_ptr_array_unref);
  self->recalled = recalled;
  show_recalled (self, 1);
}

static void
recall (PhoneDialEntry *self, int step)
{
  PhoneHistory *history = get_history (self);

  if (self->recall > 0)
    show_recalled (self, (guint)((int)self->recall + step));
  else if (step > 0 && history != NULL)
    phone_history_find_people_async (history, NULL, PHONE_HISTORY_DIALLED, MAX_RECALLED,
                                     NULL, on_recalled, g_object_ref (self));
}

/* ---- Who is offered ---- */

static void
on_target_changed (PhoneDialEntry *self)
{
  g_autofree char *target = dup_target (self);

  gtk_label_set_label (self->error, "");
  if (!self->is_recalling)
    self->recall = 0;
  phone_people_list_set_text (self->people, target);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
on_person_chosen (PhoneDialEntry *self, const char *address)
{
  if (address != NULL)
    dial (self, address, PHONE_CALL_AUDIO);
  else
    dial_typed (self, PHONE_CALL_AUDIO);
}

/* ---- Keys ---- */

static gboolean
on_key_pressed (PhoneDialEntry *self, guint key, guint code, GdkModifierType modifiers)
{
  gboolean is_empty = *gtk_editable_get_text (self->target) == '\0';

  switch (key) {
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    if (!is_empty && self->recall == 0)
      return GDK_EVENT_PROPAGATE;
    recall (self, 1);
    return GDK_EVENT_STOP;
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
    if (self->recall > 0)
      recall (self, -1);
    else if (!is_empty)
      gtk_widget_grab_focus (GTK_WIDGET (self->people));
    return self->recall > 0 || !is_empty;
  case GDK_KEY_Escape:
    if (is_empty)
      return GDK_EVENT_PROPAGATE;
    set_text (self, "");
    return GDK_EVENT_STOP;
  default:
    return GDK_EVENT_PROPAGATE;
  }
}

/* ---- With which account ---- */

static void
on_accounts_changed (PhoneDialEntry *self)
{
  GListModel *accounts = gtk_drop_down_get_model (self->accounts);

  gtk_widget_set_visible (GTK_WIDGET (self->accounts),
                          accounts != NULL && g_list_model_get_n_items (accounts) > 1);
}

/* The session's own is what a call is made with unless somebody says otherwise. */
static void
on_session_account (PhoneDialEntry *self)
{
  GListModel *accounts = gtk_drop_down_get_model (self->accounts);
  PhoneAccount *own = phone_session_get_account (self->session);

  for (guint i = 0; accounts != NULL && i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    if (account == own)
      gtk_drop_down_set_selected (self->accounts, i);
  }
}

static void
set_session (PhoneDialEntry *self, PhoneSession *session)
{
  GListModel *accounts = NULL;

  if (!g_set_object (&self->session, session))
    return;
  if (session != NULL)
    accounts = phone_service_get_accounts (phone_session_get_service (session));
  gtk_drop_down_set_model (self->accounts, accounts);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->accounts_signals, accounts);
  if (session != NULL)
    on_session_account (self);
  on_accounts_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

/* ---- The object ---- */

static gboolean
phone_dial_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PHONE_DIAL_ENTRY (widget)->target));
}

static void
phone_dial_entry_get_property (GObject *object,
                               guint id,
                               GValue *value,
                               GParamSpec *pspec)
{
  PhoneDialEntry *self = PHONE_DIAL_ENTRY (object);

  switch (id) {
  case PROP_SESSION:
    g_value_set_object (value, self->session);
    break;
  case PROP_TEXT:
    g_value_set_string (value, gtk_editable_get_text (self->target));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_dial_entry_set_property (GObject *object,
                               guint id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  PhoneDialEntry *self = PHONE_DIAL_ENTRY (object);
  const char *text;

  switch (id) {
  case PROP_SESSION:
    set_session (self, g_value_get_object (value));
    break;
  case PROP_TEXT:
    text = g_value_get_string (value);
    set_text (self, text != NULL ? text : "");
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_dial_entry_dispose (GObject *object)
{
  PhoneDialEntry *self = PHONE_DIAL_ENTRY (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->accounts_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_DIAL_ENTRY);
  g_clear_pointer (&self->recalled, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_dial_entry_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (PHONE_TYPE_PEOPLE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-dial-entry.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialEntry, target);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialEntry, error);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialEntry, people);
  gtk_widget_class_bind_template_child (widget_class, PhoneDialEntry, accounts);
  gtk_widget_class_bind_template_callback (widget_class, on_call_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_video_call_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_target_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_target_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_person_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
phone_dial_entry_class_init (PhoneDialEntryClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_dial_entry_get_property;
  object_class->set_property = phone_dial_entry_set_property;
  object_class->dispose = phone_dial_entry_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = phone_dial_entry_grab_focus;

  properties[PROP_SESSION] =
      g_param_spec_object ("session", NULL, NULL, PHONE_TYPE_SESSION, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DIALLED] = g_signal_new ("dialled", PHONE_TYPE_DIAL_ENTRY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
phone_dial_entry_init (PhoneDialEntry *self)
{
  self->session_signals = g_signal_group_new (PHONE_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::account",
                                  G_CALLBACK (on_session_account), self);
  self->accounts_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->accounts_signals, "items-changed",
                                  G_CALLBACK (on_accounts_changed), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_compat_name_drop_down (self->accounts, _ ("Account to Call With"));
}
