/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-device-row.h"

#include "phone-text.h"

#include <glib/gi18n.h>

struct _PhoneDeviceRow {
  AdwComboRow parent;

  /* owned */
  GListModel *devices; /* may be NULL */
  char *device;
  GtkStringList *names; /* as shown: of the system, then of each id */
  GPtrArray *ids;
};

enum { PROP_0, PROP_DEVICE, PROP_DEVICES, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneDeviceRow, phone_device_row, ADW_TYPE_COMBO_ROW)

static void
take_device (PhoneDeviceRow *self, const char *device)
{
  if (g_strcmp0 (self->device, device) == 0)
    return;
  g_free (self->device);
  self->device = g_strdup (device);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEVICE]);
}

/* Chosen by a person: what the list does to the choice is not told (see show()). */
static void
on_selected (PhoneDeviceRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));

  if (selected < self->ids->len)
    take_device (self, self->ids->pdata[selected]);
}

static void
add (PhoneDeviceRow *self, const char *id, const char *name)
{
  gtk_string_list_append (self->names, name);
  g_ptr_array_add (self->ids, g_strdup (id));
}

static void
add_devices (PhoneDeviceRow *self)
{
  for (guint i = 0; self->devices && i < g_list_model_get_n_items (self->devices); i++) {
    g_autoptr (PhoneDevice) device = g_list_model_get_item (self->devices, i);
    g_autofree char *name = phone_text_dup_literal (phone_device_get_name (device));

    add (self, phone_device_get_id (device), name);
  }
}

/* Names of sound servers are long: there is more room beneath the title. */
static void
show_absent (PhoneDeviceRow *self, gboolean is_absent)
{
  g_autofree char *id = phone_text_dup_literal (is_absent ? self->device : "");

  if (is_absent)
    add (self, self->device, C_ ("device", "Not Plugged In"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), id);
}

static void
show (PhoneDeviceRow *self)
{
  guint position = 0;
  gboolean is_absent = FALSE;

  g_signal_handlers_block_by_func (self, on_selected, NULL);
  gtk_string_list_splice (self->names, 0,
                          g_list_model_get_n_items (G_LIST_MODEL (self->names)), NULL);
  g_ptr_array_set_size (self->ids, 0);
  add (self, "", C_ ("device", "Follow the System"));
  add_devices (self);
  is_absent =
      !g_ptr_array_find_with_equal_func (self->ids, self->device, g_str_equal, &position);
  if (is_absent)
    position = self->ids->len;
  show_absent (self, is_absent);
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), position);
  g_signal_handlers_unblock_by_func (self, on_selected, NULL);
}

static void
phone_device_row_get_property (GObject *object,
                               guint prop_id,
                               GValue *value,
                               GParamSpec *pspec)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  switch (prop_id) {
  case PROP_DEVICE:
    g_value_set_string (value, self->device);
    break;
  case PROP_DEVICES:
    g_value_set_object (value, self->devices);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_device_row_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  switch (prop_id) {
  case PROP_DEVICE:
    take_device (self, g_value_get_string (value) ? g_value_get_string (value) : "");
    show (self);
    break;
  case PROP_DEVICES:
    phone_device_row_set_devices (self, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_device_row_dispose (GObject *object)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  if (self->devices)
    g_signal_handlers_disconnect_by_func (self->devices, show, self);
  g_clear_object (&self->devices);
  G_OBJECT_CLASS (phone_device_row_parent_class)->dispose (object);
}

static void
phone_device_row_finalize (GObject *object)
{
  PhoneDeviceRow *self = PHONE_DEVICE_ROW (object);

  g_clear_object (&self->names);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_free (self->device);
  G_OBJECT_CLASS (phone_device_row_parent_class)->finalize (object);
}

static void
phone_device_row_class_init (PhoneDeviceRowClass *klass)
{
  GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = phone_device_row_dispose;
  object_class->finalize = phone_device_row_finalize;
  object_class->get_property = phone_device_row_get_property;
  object_class->set_property = phone_device_row_set_property;
  props[PROP_DEVICE] = g_param_spec_string ("device", NULL, NULL, "", flags);
  props[PROP_DEVICES] =
      g_param_spec_object ("devices", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_device_row_init (PhoneDeviceRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  self->device = g_strdup ("");
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->names = gtk_string_list_new (NULL);
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (self->names));
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
  show (self);
}

void
phone_device_row_set_devices (PhoneDeviceRow *self, GListModel *devices)
{
  if (self->devices)
    g_signal_handlers_disconnect_by_func (self->devices, show, self);
  if (!g_set_object (&self->devices, devices))
    return;
  if (devices)
    g_signal_connect_swapped (devices, "items-changed", G_CALLBACK (show), self);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEVICES]);
}
