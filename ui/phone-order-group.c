/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-order-group.h"

#include <glib/gi18n.h>

/* What is in a row: of the known ones those that are off are there too, at the end. */
typedef struct {
  char *value;
  gboolean is_on;

  /* borrowed */
  GtkWidget *row;
  GtkWidget *up;
  GtkWidget *down;
} Item;

struct _PhoneOrderGroup {
  AdwPreferencesGroup parent;

  /* owned */
  GPtrArray *items;
  char *row_title;

  /* borrowed */
  const PhoneOrderChoice *choices; /* static; NULL: they are typed */
  gsize n_choices;
  GtkWidget *add;
};

enum { PROP_VALUES = 1, PROP_ROW_TITLE, PROP_ADD_TITLE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneOrderGroup, phone_order_group, ADW_TYPE_PREFERENCES_GROUP)

static void
item_free (Item *item)
{
  g_free (item->value);
  g_free (item);
}

static Item *
add_item (PhoneOrderGroup *self, const char *value, gboolean is_on)
{
  Item *item = g_new0 (Item, 1);

  item->value = g_strdup (value);
  item->is_on = is_on;
  g_ptr_array_add (self->items, item);
  return item;
}

static char **
dup_values (PhoneOrderGroup *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);

    if (item->is_on && *item->value != '\0')
      g_strv_builder_add (builder, item->value);
  }
  return g_strv_builder_end (builder);
}

static void
tell (PhoneOrderGroup *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUES]);
}

static void show (PhoneOrderGroup *self);

/* ---- What is done with a row ---- */

static Item *
find_item (PhoneOrderGroup *self, GtkWidget *widget, guint *index)
{
  GtkWidget *row = GTK_IS_LIST_BOX_ROW (widget)
                       ? widget
                       : gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX_ROW);

  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);

    if (item->row == row) {
      *index = i;
      return item;
    }
  }
  return NULL;
}

/* The focus goes with what was moved, so that it can be moved on. */
static void
move (PhoneOrderGroup *self, GtkWidget *button, gboolean is_up)
{
  guint from = 0;
  Item *item = find_item (self, button, &from);
  guint to = is_up ? from - 1 : from + 1;

  if (item == NULL || to >= self->items->len)
    return;
  self->items->pdata[from] = self->items->pdata[to];
  self->items->pdata[to] = item;
  show (self);
  tell (self);
  if (!gtk_widget_grab_focus (is_up ? item->up : item->down))
    gtk_widget_grab_focus (is_up ? item->down : item->up);
}

static void
on_up_clicked (PhoneOrderGroup *self, GtkWidget *button)
{
  move (self, button, TRUE);
}

static void
on_down_clicked (PhoneOrderGroup *self, GtkWidget *button)
{
  move (self, button, FALSE);
}

static void
on_remove_clicked (PhoneOrderGroup *self, GtkWidget *button)
{
  guint index = 0;
  Item *item = find_item (self, button, &index);

  if (item == NULL)
    return;
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), item->row);
  g_ptr_array_remove_index (self->items, index);
  show (self);
  tell (self);
  gtk_widget_grab_focus (self->add);
}

static void
on_typed (PhoneOrderGroup *self, GtkWidget *row)
{
  guint index = 0;
  Item *item = find_item (self, row, &index);

  if (item == NULL)
    return;
  g_free (item->value);
  item->value = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
  tell (self);
}

static void
on_switched (PhoneOrderGroup *self, GParamSpec *pspec, GtkSwitch *one)
{
  guint index = 0;
  Item *item = find_item (self, GTK_WIDGET (one), &index);

  if (item == NULL)
    return;
  item->is_on = gtk_switch_get_active (one);
  tell (self);
}

static void
on_add_clicked (PhoneOrderGroup *self)
{
  Item *item = add_item (self, "", TRUE);

  show (self);
  gtk_widget_grab_focus (item->row);
}

/* ---- The rows ---- */

/* Takes the name. */
static GtkWidget *
make_button (PhoneOrderGroup *self, const char *icon, char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  g_free (name);
  return button;
}

static void
add_suffix (GtkWidget *row, GtkWidget *suffix)
{
  if (ADW_IS_ENTRY_ROW (row))
    adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), suffix);
  else
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
}

static void
add_buttons (PhoneOrderGroup *self, Item *item, guint index, const char *title)
{
  item->up =
      make_button (self, "go-up-symbolic", g_strdup_printf (_ ("Move %s Up"), title),
                   G_CALLBACK (on_up_clicked));
  item->down =
      make_button (self, "go-down-symbolic", g_strdup_printf (_ ("Move %s Down"), title),
                   G_CALLBACK (on_down_clicked));
  gtk_widget_set_sensitive (item->up, index > 0);
  gtk_widget_set_sensitive (item->down, index + 1 < self->items->len);
  if (self->items->len > 1) {
    add_suffix (item->row, item->up);
    add_suffix (item->row, item->down);
  }
}

static const char *
get_choice_title (PhoneOrderGroup *self, const char *value)
{
  for (gsize i = 0; i < self->n_choices; i++)
    if (g_str_equal (self->choices[i].value, value))
      return self->choices[i].title;
  return value;
}

static void
make_switched_row (PhoneOrderGroup *self, Item *item, guint index)
{
  const char *title = get_choice_title (self, item->value);
  GtkWidget *one = gtk_switch_new ();

  item->row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (item->row), title);
  add_buttons (self, item, index, title);
  gtk_widget_set_valign (one, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (one), item->is_on);
  gtk_accessible_update_property (GTK_ACCESSIBLE (one), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  g_signal_connect_object (one, "notify::active", G_CALLBACK (on_switched), self,
                           G_CONNECT_SWAPPED);
  add_suffix (item->row, one);
}

static void
make_typed_row (PhoneOrderGroup *self, Item *item, guint index)
{
  /* Translators: what one of a list is called, and its number: "Server 2" */
  g_autofree char *title =
      g_strdup_printf (C_ ("one of a list", "%s %u"), self->row_title, index + 1);

  item->row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (item->row), title);
  gtk_editable_set_text (GTK_EDITABLE (item->row), item->value);
  g_signal_connect_object (item->row, "changed", G_CALLBACK (on_typed), self,
                           G_CONNECT_SWAPPED);
  add_buttons (self, item, index, title);
  if (self->items->len > 1)
    add_suffix (item->row, make_button (self, "user-trash-symbolic",
                                        g_strdup_printf (_ ("Remove %s"), title),
                                        G_CALLBACK (on_remove_clicked)));
}

static void
show (PhoneOrderGroup *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);

    if (item->row != NULL)
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), item->row);
  }
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);

    if (self->choices != NULL)
      make_switched_row (self, item, i);
    else
      make_typed_row (self, item, i);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), item->row);
  }
}

/* ---- The object ---- */

static void
forget_items (PhoneOrderGroup *self)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = g_ptr_array_index (self->items, i);

    if (item->row != NULL)
      adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), item->row);
  }
  g_ptr_array_set_size (self->items, 0);
}

static void
set_values (PhoneOrderGroup *self, const char *const *values)
{
  forget_items (self);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    add_item (self, values[i], TRUE);
  for (gsize i = 0; i < self->n_choices; i++)
    if (values == NULL || !g_strv_contains (values, self->choices[i].value))
      add_item (self, self->choices[i].value, FALSE);
  if (self->items->len == 0)
    add_item (self, "", TRUE);
  show (self);
  tell (self);
}

static void
phone_order_group_get_property (GObject *object,
                                guint id,
                                GValue *value,
                                GParamSpec *pspec)
{
  PhoneOrderGroup *self = PHONE_ORDER_GROUP (object);

  switch (id) {
  case PROP_VALUES:
    g_value_take_boxed (value, dup_values (self));
    break;
  case PROP_ROW_TITLE:
    g_value_set_string (value, self->row_title);
    break;
  case PROP_ADD_TITLE:
    g_value_take_string (value, gtk_widget_get_tooltip_text (self->add) != NULL
                                    ? g_strdup (gtk_widget_get_tooltip_text (self->add))
                                    : NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
set_add_title (PhoneOrderGroup *self, const char *title)
{
  gtk_widget_set_tooltip_text (self->add, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->add),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_visible (self->add, title != NULL);
}

static void
phone_order_group_set_property (GObject *object,
                                guint id,
                                const GValue *value,
                                GParamSpec *pspec)
{
  PhoneOrderGroup *self = PHONE_ORDER_GROUP (object);

  switch (id) {
  case PROP_VALUES:
    set_values (self, g_value_get_boxed (value));
    break;
  case PROP_ROW_TITLE:
    g_free (self->row_title);
    self->row_title = g_value_dup_string (value);
    break;
  case PROP_ADD_TITLE:
    set_add_title (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
phone_order_group_finalize (GObject *object)
{
  PhoneOrderGroup *self = PHONE_ORDER_GROUP (object);

  g_ptr_array_unref (self->items);
  g_free (self->row_title);
  G_OBJECT_CLASS (phone_order_group_parent_class)->finalize (object);
}

static void
phone_order_group_class_init (PhoneOrderGroupClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = phone_order_group_get_property;
  object_class->set_property = phone_order_group_set_property;
  object_class->finalize = phone_order_group_finalize;
  properties[PROP_VALUES] = g_param_spec_boxed ("values", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_ROW_TITLE] = g_param_spec_string ("row-title", NULL, NULL, NULL, flags);
  properties[PROP_ADD_TITLE] = g_param_spec_string ("add-title", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
phone_order_group_init (PhoneOrderGroup *self)
{
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  self->add = gtk_button_new_from_icon_name ("list-add-symbolic");
  gtk_widget_add_css_class (self->add, "flat");
  gtk_widget_set_visible (self->add, FALSE);
  g_signal_connect_object (self->add, "clicked", G_CALLBACK (on_add_clicked), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->add);
}

void
phone_order_group_set_choices (PhoneOrderGroup *self,
                               const PhoneOrderChoice *choices,
                               gsize n)
{
  self->choices = choices;
  self->n_choices = n;
}
