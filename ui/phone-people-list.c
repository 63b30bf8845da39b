/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-people-list.h"

#include "phone-contact-picture.h"
#include "phone-text.h"

#include <glib/gi18n.h>

#define MAX_PEOPLE 3

struct _PhonePeopleList {
  AdwBin parent;

  /* owned */
  PhoneService *service;
  GCancellable *search; /* of the last search */
  GPtrArray *addresses; /* of the rows behind :typed */
  GPtrArray *contacts;  /* of PhoneContact: those among them */
  char *text;

  /* borrowed */
  GtkListBox *rows;
  GtkWidget *typed;

  gboolean calls_typed;
};

enum { PROP_SERVICE = 1, PROP_TEXT, PROP_CALLS_TYPED, N_PROPS };
enum { CHOSEN, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhonePeopleList, phone_people_list, ADW_TYPE_BIN)

static void
show (PhonePeopleList *self)
{
  gboolean has_typed = self->calls_typed && *self->text != '\0';

  gtk_widget_set_visible (self->typed, has_typed);
  gtk_widget_set_visible (GTK_WIDGET (self), has_typed || self->addresses->len > 0);
}

static void
forget_people (PhonePeopleList *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->rows, 1)) != NULL)
    gtk_list_box_remove (self->rows, GTK_WIDGET (row));
  g_ptr_array_set_size (self->addresses, 0);
  g_ptr_array_set_size (self->contacts, 0);
}

/* Enter is for the row that has the focus, also where a window has a default button. And
 * without markup before there is text: the labels in it are told in another order of what
 * comes together. */
static GtkWidget *
new_row (void)
{
  return g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title-lines", 1,
                       "subtitle-lines", 1, "activatable", TRUE, "receives-default", TRUE,
                       NULL);
}

/* @contact: NULL for somebody of the calls; @beneath: the address, and more. */
static void
add_row (PhonePeopleList *self,
         const char *name,
         const char *beneath,
         const char *address,
         PhoneContact *contact)
{
  g_autofree char *title = phone_text_dup_literal (name);
  GtkWidget *avatar = adw_avatar_new (32, title, TRUE);
  GtkWidget *row = new_row ();

  g_object_set (row, "title", title, "subtitle",
                g_str_equal (title, beneath) ? "" : beneath, NULL);
  phone_contact_picture_show (ADW_AVATAR (avatar),
                              phone_service_get_contacts (self->service), contact);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  gtk_list_box_append (self->rows, row);
  g_ptr_array_add (self->addresses, g_strdup (address));
}

/* Each address is one to choose; what each is for is said where there are several. */
static void
add_contact (PhonePeopleList *self, PhoneContact *contact)
{
  guint count = phone_contact_get_n_addresses (contact);

  g_ptr_array_add (self->contacts, g_object_ref (contact));
  for (guint i = 0; i < count && self->addresses->len < MAX_PEOPLE; i++) {
    const char *address = phone_contact_get_address (contact, i);
    g_autofree char *beneath = phone_text_dup_address (address);

    if (count > 1) {
      g_autofree char *alone = g_steal_pointer (&beneath);

      /* Translators: an address of a contact, and what it is for: "Home" */
      beneath =
          g_strdup_printf (C_ ("person", "%s · %s"), alone,
                           phone_text_address_kind (phone_contact_get_kind (contact, i)));
    }
    add_row (self, phone_contact_get_name (contact), beneath, address, contact);
  }
}

static void
add_contacts (PhonePeopleList *self)
{
  PhoneContactBook *book = phone_service_get_contacts (self->service);
  g_autoptr (GPtrArray) found =
      book != NULL ? phone_contact_book_find (book, self->text, MAX_PEOPLE) : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++)
    add_contact (self, g_ptr_array_index (found, i));
}

/* Of the calls: a contact who gave another name there is found by that as well. */
static void
add_entry (PhonePeopleList *self, PhoneHistoryEntry *entry)
{
  const char *address = phone_history_entry_get_address (entry);
  g_autofree char *beneath = phone_text_dup_address (address);
  PhoneContact *contact = phone_service_lookup_contact (self->service, address);

  if (contact == NULL)
    add_row (self, phone_history_entry_get_title (entry), beneath, address, NULL);
  else if (!g_ptr_array_find (self->contacts, contact, NULL))
    add_contact (self, contact);
}

static void
on_people_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhonePeopleList) self = data;
  g_autoptr (GPtrArray) people =
      phone_history_find_people_finish (PHONE_HISTORY (source), result, NULL);

  if (people == NULL) /* something else is searched for by now */
    return;
  for (guint i = 0; i < people->len && self->addresses->len < MAX_PEOPLE; i++)
    add_entry (self, g_ptr_array_index (people, i));
  show (self);
}

/* Contacts are there at once; who is known of calls alone comes behind them. */
static void
find_people (PhonePeopleList *self)
{
  PhoneHistory *history;

  g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  forget_people (self);
  if (self->service == NULL || *self->text == '\0')
    return;
  add_contacts (self);
  history = phone_service_get_history (self->service);
  if (history == NULL || self->addresses->len == MAX_PEOPLE)
    return;
  self->search = g_cancellable_new ();
  phone_history_find_people_async (history, self->text, PHONE_HISTORY_ANYBODY, MAX_PEOPLE,
                                   self->search, on_people_found, g_object_ref (self));
}

static void
on_row_activated (PhonePeopleList *self, GtkListBoxRow *row)
{
  guint index = (guint)gtk_list_box_row_get_index (row);
  g_autofree char *address = NULL;

  /* Whoever is told may change the text, and with it the list. */
  if (index > 0 && index <= self->addresses->len)
    address = g_strdup (g_ptr_array_index (self->addresses, index - 1));
  g_signal_emit (self, signals[CHOSEN], 0, address);
}

/* ---- The object ---- */

static gboolean
phone_people_list_grab_focus (GtkWidget *widget)
{
  PhonePeopleList *self = PHONE_PEOPLE_LIST (widget);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (
      self->rows, gtk_widget_get_visible (self->typed) ? 0 : 1);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
phone_people_list_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  PhonePeopleList *self = PHONE_PEOPLE_LIST (object);

  switch (id) {
  case PROP_SERVICE:
    g_value_set_object (value, self->service);
    break;
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  case PROP_CALLS_TYPED:
    g_value_set_boolean (value, self->calls_typed);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_people_list_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  PhonePeopleList *self = PHONE_PEOPLE_LIST (object);

  switch (id) {
  case PROP_SERVICE:
    g_set_object (&self->service, g_value_get_object (value));
    break;
  case PROP_TEXT:
    phone_people_list_set_text (self, g_value_get_string (value));
    break;
  case PROP_CALLS_TYPED:
    self->calls_typed = g_value_get_boolean (value);
    show (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_people_list_dispose (GObject *object)
{
  PhonePeopleList *self = PHONE_PEOPLE_LIST (object);

  g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_people_list_parent_class)->dispose (object);
}

static void
phone_people_list_finalize (GObject *object)
{
  PhonePeopleList *self = PHONE_PEOPLE_LIST (object);

  g_ptr_array_unref (self->addresses);
  g_ptr_array_unref (self->contacts);
  g_free (self->text);
  G_OBJECT_CLASS (phone_people_list_parent_class)->finalize (object);
}

static void
phone_people_list_class_init (PhonePeopleListClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_people_list_get_property;
  object_class->set_property = phone_people_list_set_property;
  object_class->dispose = phone_people_list_dispose;
  object_class->finalize = phone_people_list_finalize;
  GTK_WIDGET_CLASS (klass)->grab_focus = phone_people_list_grab_focus;

  properties[PROP_SERVICE] =
      g_param_spec_object ("service", NULL, NULL, PHONE_TYPE_SERVICE, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_CALLS_TYPED] =
      g_param_spec_boolean ("calls-typed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHOSEN] = g_signal_new ("chosen", PHONE_TYPE_PEOPLE_LIST, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
add_typed_row (PhonePeopleList *self)
{
  GtkWidget *icon =
      g_object_new (GTK_TYPE_IMAGE, "icon-name", "call-start-symbolic", "accessible-role",
                    GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->typed = new_row ();
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->typed), icon);
  gtk_list_box_append (self->rows, self->typed);
}

static void
phone_people_list_init (PhonePeopleList *self)
{
  self->text = g_strdup ("");
  self->addresses = g_ptr_array_new_with_free_func (g_free);
  self->contacts = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->rows, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->rows), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Whom to Call"), -1);
  g_signal_connect_object (self->rows, "row-activated", G_CALLBACK (on_row_activated),
                           self, G_CONNECT_SWAPPED);
  add_typed_row (self);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->rows));
  show (self);
}

void
phone_people_list_set_text (PhonePeopleList *self, const char *text)
{
  g_autofree char *literal = phone_text_dup_literal (text);
  /* Translators: a row that calls what was typed */
  g_autofree char *title = g_strdup_printf (_ ("Call “%s”"), literal);

  g_free (self->text);
  self->text = g_strdup (text != NULL ? text : "");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->typed), title);
  find_people (self);
  show (self);
}
