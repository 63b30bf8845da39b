/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-sound-page.h"

#include "phone-device-row.h"
#include "phone-text.h"

struct _PhoneSoundPage {
  AdwPreferencesPage parent;

  /* owned */
  PhoneService *service;
  PhonePreview *preview;

  /* borrowed from the template */
  PhoneDeviceRow *microphone;
  PhoneDeviceRow *speaker;
  PhoneDeviceRow *ringer;
  AdwComboRow *ring_tone;
  GtkLevelBar *level;
  GtkWidget *no_microphone;
  GtkRange *ring_volume;
  GtkWidget *treatment;
  GtkWidget *untreated;
  GtkSwitch *echo_cancellation;
  GtkSwitch *noise_suppression;
  GtkSwitch *gain_control;
};

G_DEFINE_FINAL_TYPE (PhoneSoundPage, phone_sound_page, ADW_TYPE_PREFERENCES_PAGE)

static gboolean
tone_to_position (GValue *value, GVariant *variant, gpointer unused)
{
  const char *const *names = phone_ringer_get_tone_names ();
  const char *name = g_variant_get_string (variant, NULL);
  guint position = 0;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      position = i;
  g_value_set_uint (value, position);
  return TRUE;
}

static GVariant *
position_to_tone (const GValue *value, const GVariantType *type, gpointer unused)
{
  const char *const *names = phone_ringer_get_tone_names ();
  guint position = g_value_get_uint (value);

  return position < g_strv_length ((char **)names)
             ? g_variant_new_string (names[position])
             : NULL;
}

static void
fill_tones (PhoneSoundPage *self)
{
  const char *const *names = phone_ringer_get_tone_names ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    gtk_string_list_append (titles, phone_text_ring_tone (names[i]));
  adw_combo_row_set_model (self->ring_tone, G_LIST_MODEL (titles));
}

static void
bind_settings (PhoneSoundPage *self)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  const struct {
    const char *key;
    gpointer widget;
    const char *property;
  } bindings[] = {
      {"microphone", self->microphone, "device"},
      {"speaker", self->speaker, "device"},
      {"ringer", self->ringer, "device"},
      {"ring-volume", gtk_range_get_adjustment (self->ring_volume), "value"},
      {"echo-cancellation", self->echo_cancellation, "active"},
      {"noise-suppression", self->noise_suppression, "active"},
      {"gain-control", self->gain_control, "active"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (settings, bindings[i].key, bindings[i].widget, bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY);
  g_settings_bind_with_mapping (settings, "ring-tone", self->ring_tone, "selected",
                                G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY,
                                tone_to_position, position_to_tone, NULL, NULL);
}

static void
bind_service (PhoneSoundPage *self)
{
  PhoneDevices *devices = phone_service_get_devices (self->service);

  phone_device_row_set_devices (self->microphone,
                                phone_devices_get_microphones (devices));
  phone_device_row_set_devices (self->speaker, phone_devices_get_speakers (devices));
  phone_device_row_set_devices (self->ringer, phone_devices_get_speakers (devices));
  self->preview = phone_service_make_preview (self->service, PHONE_PREVIEW_MICROPHONE);
  g_object_bind_property (self->preview, "level", self->level, "value",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->preview, "missing", self->no_microphone, "visible",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->preview, "missing", self->level, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_object_bind_property (self->service, "can-treat-sound", self->treatment, "sensitive",
                          G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->service, "can-treat-sound", self->untreated, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}

static void
on_test_speaker (PhoneSoundPage *self)
{
  phone_ringer_try_speaker (phone_service_get_ringer (self->service));
}

static void
on_try_ring (PhoneSoundPage *self)
{
  phone_ringer_try (phone_service_get_ringer (self->service), NULL);
}

static void
phone_sound_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (phone_sound_page_parent_class)->map (widget);
  phone_preview_set_active (PHONE_SOUND_PAGE (widget)->preview, TRUE);
}

static void
phone_sound_page_unmap (GtkWidget *widget)
{
  phone_preview_set_active (PHONE_SOUND_PAGE (widget)->preview, FALSE);
  GTK_WIDGET_CLASS (phone_sound_page_parent_class)->unmap (widget);
}

static void
phone_sound_page_dispose (GObject *object)
{
  PhoneSoundPage *self = PHONE_SOUND_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_SOUND_PAGE);
  g_clear_object (&self->preview);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (phone_sound_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhoneSoundPage, name)
  BIND (microphone);
  BIND (speaker);
  BIND (ringer);
  BIND (ring_tone);
  BIND (level);
  BIND (no_microphone);
  BIND (ring_volume);
  BIND (treatment);
  BIND (untreated);
  BIND (echo_cancellation);
  BIND (noise_suppression);
  BIND (gain_control);
#undef BIND
}

static void
phone_sound_page_class_init (PhoneSoundPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_sound_page_dispose;
  widget_class->map = phone_sound_page_map;
  widget_class->unmap = phone_sound_page_unmap;
  g_type_ensure (PHONE_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/example/Phone/phone-sound-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_test_speaker);
  gtk_widget_class_bind_template_callback (widget_class, on_try_ring);
}

static void
phone_sound_page_init (PhoneSoundPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_tones (self);
}

AdwPreferencesPage *
phone_sound_page_new (PhoneService *service)
{
  PhoneSoundPage *self = g_object_new (PHONE_TYPE_SOUND_PAGE, NULL);

  self->service = g_object_ref (service);
  bind_settings (self);
  bind_service (self);
  return ADW_PREFERENCES_PAGE (self);
}
