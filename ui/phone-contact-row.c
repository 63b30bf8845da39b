/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-row.h"

#include "phone-closures.h"
#include "phone-contact-picture.h"
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PhoneContactRow {
  AdwBin parent;

  /* owned */
  PhoneContact *contact;

  /* borrowed from the template */
  AdwAvatar *avatar;
  GtkWidget *call_button;
  GtkWidget *menu_button;
};

enum { PROP_CONTACT = 1, N_PROPS };
enum { CALL, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneContactRow, phone_contact_row, ADW_TYPE_BIN)

/* ---- What it says ---- */

/* The first address, and whose book it is in, or where they work. */
static char *
words_beneath (gpointer self, PhoneContact *contact)
{
  const char *where = contact != NULL ? phone_contact_get_book (contact) : NULL;
  g_autofree char *address = NULL;
  g_autofree char *place = NULL;

  if (contact == NULL)
    return g_strdup ("");
  address = phone_text_dup_address (phone_contact_get_address (contact, 0));
  place = phone_text_dup_literal (
      where != NULL ? where : phone_contact_get_organisation (contact));
  if (*place == '\0' || *address == '\0')
    return g_strdup (*place != '\0' ? place : address);
  /* Translators: a contact's address, and their organisation or address book */
  return g_strdup_printf (C_ ("contact", "%s · %s"), address, place);
}

/* A screen reader says whom a button is about. */
static void
name_buttons (PhoneContactRow *self)
{
  g_autofree char *name = phone_text_dup_literal (
      self->contact != NULL ? phone_contact_get_name (self->contact) : "");
  g_autofree char *call = g_strdup_printf (_ ("Call %s"), name);
  g_autofree char *menu = g_strdup_printf (_ ("More About %s"), name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->call_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, call, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, menu, -1);
}

/* ---- The menu ---- */

/* "Call bob@example.org (Home)": underlines in an address are no mnemonics. */
static char *
dup_call_label (PhoneContact *contact, guint index)
{
  g_autofree char *address =
      phone_text_dup_address (phone_contact_get_address (contact, index));
  g_auto (GStrv) parts = g_strsplit (address, "_", -1);
  g_autofree char *plain = g_strjoinv ("__", parts);
  const char *kind = phone_text_address_kind (phone_contact_get_kind (contact, index));

  /* Translators: an address, and what it is for: "Home" */
  return g_strdup_printf (C_ ("menu of a contact", "Call %s (%s)"), plain, kind);
}

static GMenu *
make_calls (PhoneContact *contact)
{
  GMenu *calls = g_menu_new ();

  for (guint i = 0; i < phone_contact_get_n_addresses (contact); i++) {
    g_autofree char *label = dup_call_label (contact, i);
    g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

    g_menu_item_set_action_and_target (item, "row.call", "s",
                                       phone_contact_get_address (contact, i));
    g_menu_append_item (calls, item);
  }
  return calls;
}

/* Who is in a book of the system is not changed here. */
static GMenu *
make_rest (PhoneContact *contact)
{
  GMenu *rest = g_menu_new ();
  gboolean is_own = phone_contact_get_book (contact) == NULL;

  if (is_own) {
    g_menu_append (rest, _ ("_Edit…"), "row.edit");
    g_menu_append (rest,
                   phone_contact_is_favourite (contact) ? _ ("Remove From _Favourites")
                                                        : _ ("Add to _Favourites"),
                   "row.favourite");
  }
  g_menu_append (rest, _ ("_Copy Address"), "row.copy-address");
  if (is_own)
    g_menu_append (rest, _ ("_Delete"), "row.remove");
  return rest;
}

/* Made when it is wanted: it takes longer than all the rest of the row. */
static void
create_menu (GtkMenuButton *button, gpointer data)
{
  PhoneContactRow *self = data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) calls = NULL;
  g_autoptr (GMenu) rest = NULL;

  if (self->contact == NULL)
    return;
  calls = make_calls (self->contact);
  rest = make_rest (self->contact);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (calls));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* ---- What is wanted of it ---- */

static void
on_call_clicked (PhoneContactRow *self)
{
  if (self->contact != NULL)
    g_signal_emit (self, signals[CALL], 0, phone_contact_get_address (self->contact, 0));
}

static void
call (GtkWidget *widget, const char *action, GVariant *target)
{
  g_signal_emit (widget, signals[CALL], 0, g_variant_get_string (target, NULL));
}

/* The signal that has the name of the action. */
static void
pass_on (GtkWidget *widget, const char *action, GVariant *target)
{
  g_signal_emit_by_name (widget, action + strlen ("row."));
}

/* ---- The object ---- */

PhoneContact *
phone_contact_row_get_contact (PhoneContactRow *self)
{
  return self->contact;
}

void
phone_contact_row_set_contact (PhoneContactRow *self,
                               PhoneContactBook *book,
                               PhoneContact *contact)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean has_address = contact != NULL && phone_contact_get_n_addresses (contact) > 0;
  gboolean is_own = contact != NULL && phone_contact_get_book (contact) == NULL;

  g_set_object (&self->contact, contact);
  phone_contact_picture_show (self->avatar, book, contact);
  gtk_widget_set_sensitive (self->call_button, has_address);
  gtk_widget_action_set_enabled (widget, "row.copy-address", has_address);
  gtk_widget_action_set_enabled (widget, "row.edit", is_own);
  gtk_widget_action_set_enabled (widget, "row.favourite", is_own);
  gtk_widget_action_set_enabled (widget, "row.remove", is_own);
  name_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACT]);
}

static void
phone_contact_row_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  if (id == PROP_CONTACT)
    g_value_set_object (value, PHONE_CONTACT_ROW (object)->contact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_contact_row_dispose (GObject *object)
{
  PhoneContactRow *self = PHONE_CONTACT_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_CONTACT_ROW);
  g_clear_object (&self->contact);
  G_OBJECT_CLASS (phone_contact_row_parent_class)->dispose (object);
}

static void
make_signal (const char *name)
{
  g_signal_new (name, PHONE_TYPE_CONTACT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
phone_contact_row_class_init (PhoneContactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_contact_row_get_property;
  object_class->dispose = phone_contact_row_dispose;

  properties[PROP_CONTACT] =
      g_param_spec_object ("contact", NULL, NULL, PHONE_TYPE_CONTACT,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CALL] = g_signal_new ("call", PHONE_TYPE_CONTACT_ROW, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  make_signal ("copy-address");
  make_signal ("edit");
  make_signal ("favourite");
  make_signal ("remove");

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-contact-row.ui");
  phone_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactRow, call_button);
  gtk_widget_class_bind_template_child (widget_class, PhoneContactRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, words_beneath);
  gtk_widget_class_bind_template_callback (widget_class, on_call_clicked);
  gtk_widget_class_install_action (widget_class, "row.call", "s", call);
  gtk_widget_class_install_action (widget_class, "row.copy-address", NULL, pass_on);
  gtk_widget_class_install_action (widget_class, "row.edit", NULL, pass_on);
  gtk_widget_class_install_action (widget_class, "row.favourite", NULL, pass_on);
  gtk_widget_class_install_action (widget_class, "row.remove", NULL, pass_on);
}

static void
phone_contact_row_init (PhoneContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu_button), create_menu,
                                         self, NULL);
}
