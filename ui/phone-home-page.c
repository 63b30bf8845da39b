/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-home-page.h"

#include "phone-adaptive-bin.h"
#include "phone-closures.h"
#include "phone-contacts-page.h"
#include "phone-dial-entry.h"
#include "phone-keypad.h"
#include "phone-recents-page.h"
#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneHomePage {
  AdwBin parent;

  /* owned */
  PhoneSession *session;

  /* borrowed from the template */
  PhoneDialEntry *dial_entry;
  PhoneKeypad *keypad;
  AdwViewStack *views;
};

enum { PROP_SESSION = 1, N_PROPS };
enum { DIALLED, TOAST, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneHomePage, phone_home_page, ADW_TYPE_BIN)

static void
on_dialled (PhoneHomePage *self, PhoneCall *call)
{
  g_signal_emit (self, signals[DIALLED], 0, call);
}

static void
on_digit (PhoneHomePage *self, guchar digit)
{
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;

  g_object_get (self->dial_entry, "text", &text, NULL);
  longer = g_strdup_printf ("%s%c", text, digit);
  g_object_set (self->dial_entry, "text", longer, NULL);
}

static void
on_view_toast (PhoneHomePage *self, const char *text)
{
  g_signal_emit (self, signals[TOAST], 0, text);
}

static void
on_try_now_clicked (PhoneHomePage *self)
{
  PhoneAccount *account = phone_session_get_account (self->session);

  if (account != NULL)
    phone_account_register (account);
}

static void
copy_link (PhoneHomePage *self)
{
  const char *link =
      phone_service_get_guest_link (phone_session_get_service (self->session));

  if (link == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), link);
  g_signal_emit (self, signals[TOAST], 0, _ ("Link copied"));
}

static void
on_copy_link (GtkWidget *widget, const char *action, GVariant *target)
{
  copy_link (PHONE_HOME_PAGE (widget));
}

static void
show_view (GtkWidget *widget, const char *action, GVariant *name)
{
  adw_view_stack_set_visible_child_name (PHONE_HOME_PAGE (widget)->views,
                                         g_variant_get_string (name, NULL));
}

static void
search_or_dial (GtkWidget *widget, const char *action, GVariant *target)
{
  gtk_widget_grab_focus (GTK_WIDGET (PHONE_HOME_PAGE (widget)->dial_entry));
}

static void
on_map (PhoneHomePage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->dial_entry));
}

static void
phone_home_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, PHONE_HOME_PAGE (object)->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_home_page_set_property (GObject *object,
                              guint id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  PhoneHomePage *self = PHONE_HOME_PAGE (object);

  if (id != PROP_SESSION)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->session, g_value_get_object (value)))
    g_object_notify_by_pspec (object, properties[PROP_SESSION]);
}

static void
phone_home_page_dispose (GObject *object)
{
  PhoneHomePage *self = PHONE_HOME_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_HOME_PAGE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_home_page_parent_class)->dispose (object);
}

static void
phone_home_page_class_init (PhoneHomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_home_page_get_property;
  object_class->set_property = phone_home_page_set_property;
  object_class->dispose = phone_home_page_dispose;

  properties[PROP_SESSION] = g_param_spec_object (
      "session", NULL, NULL, PHONE_TYPE_SESSION,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[DIALLED] = g_signal_new ("dialled", PHONE_TYPE_HOME_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
  signals[TOAST] = g_signal_new ("toast", PHONE_TYPE_HOME_PAGE, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (PHONE_TYPE_ADAPTIVE_BIN);
  g_type_ensure (PHONE_TYPE_CONTACTS_PAGE);
  g_type_ensure (PHONE_TYPE_DIAL_ENTRY);
  g_type_ensure (PHONE_TYPE_KEYPAD);
  g_type_ensure (PHONE_TYPE_RECENTS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-home-page.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneHomePage, dial_entry);
  gtk_widget_class_bind_template_child (widget_class, PhoneHomePage, keypad);
  gtk_widget_class_bind_template_child (widget_class, PhoneHomePage, views);
  gtk_widget_class_bind_template_callback (widget_class, on_dialled);
  gtk_widget_class_bind_template_callback (widget_class, on_digit);
  gtk_widget_class_bind_template_callback (widget_class, on_view_toast);
  gtk_widget_class_bind_template_callback (widget_class, on_try_now_clicked);
  gtk_widget_class_install_action (widget_class, "home.copy-link", NULL, on_copy_link);
  gtk_widget_class_install_action (widget_class, "home.view", "s", show_view);
  gtk_widget_class_install_action (widget_class, "home.search-or-dial", NULL,
                                   search_or_dial);
  gtk_widget_class_bind_template_callback (widget_class, on_map);
}

static void
phone_home_page_init (PhoneHomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  phone_keypad_listen (self->keypad, GTK_WIDGET (self));
}
