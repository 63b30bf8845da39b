/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-history-entry.h"

#include <string.h>

struct _PhoneHistoryEntry {
  GObject parent_instance;

  gint64 id;
  PhoneHistoryRecord *record; /* owned; NULL until it is loaded */
};

enum {
  PROP_ID = 1,
  PROP_LOADED,
  PROP_INCOMING,
  PROP_OUTCOME,
  PROP_STARTED_AT,
  PROP_DURATION,
  PROP_ACCOUNT,
  PROP_ADDRESS,
  PROP_NAME,
  PROP_TITLE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneHistoryEntry, phone_history_entry, G_TYPE_OBJECT)

/* Written down here and not made from the names of the constants: others read them. */
static const GEnumValue outcomes[] = {
    {PHONE_HISTORY_ANSWERED, "PHONE_HISTORY_ANSWERED", "answered"},
    {PHONE_HISTORY_MISSED, "PHONE_HISTORY_MISSED", "missed"},
    {PHONE_HISTORY_ANSWERED_ELSEWHERE, "PHONE_HISTORY_ANSWERED_ELSEWHERE",
     "answered-elsewhere"},
    {PHONE_HISTORY_DECLINED, "PHONE_HISTORY_DECLINED", "declined"},
    {PHONE_HISTORY_CANCELLED, "PHONE_HISTORY_CANCELLED", "cancelled"},
    {PHONE_HISTORY_NO_ANSWER, "PHONE_HISTORY_NO_ANSWER", "no-answer"},
    {PHONE_HISTORY_BUSY, "PHONE_HISTORY_BUSY", "busy"},
    {PHONE_HISTORY_NOT_FOUND, "PHONE_HISTORY_NOT_FOUND", "not-found"},
    {PHONE_HISTORY_UNAVAILABLE, "PHONE_HISTORY_UNAVAILABLE", "unavailable"},
    {PHONE_HISTORY_FAILED, "PHONE_HISTORY_FAILED", "failed"},
    {0, NULL, NULL},
};

GType
phone_history_outcome_get_type (void)
{
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("PhoneHistoryOutcome", outcomes));
  return type;
}

void
phone_history_record_free (PhoneHistoryRecord *record)
{
  g_free (record->account);
  g_free (record->address);
  g_free (record->name);
  g_free (record);
}

static void
phone_history_entry_get_property (GObject *object,
                                  guint prop_id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  PhoneHistoryEntry *self = PHONE_HISTORY_ENTRY (object);

  switch (prop_id) {
  case PROP_ID:
    g_value_set_int64 (value, self->id);
    break;
  case PROP_LOADED:
    g_value_set_boolean (value, phone_history_entry_is_loaded (self));
    break;
  case PROP_INCOMING:
    g_value_set_boolean (value, phone_history_entry_is_incoming (self));
    break;
  case PROP_OUTCOME:
    g_value_set_enum (value, (int)phone_history_entry_get_outcome (self));
    break;
  case PROP_STARTED_AT:
    g_value_set_int64 (value, phone_history_entry_get_started_at_us (self));
    break;
  case PROP_DURATION:
    g_value_set_uint (value, phone_history_entry_get_duration_s (self));
    break;
  case PROP_ACCOUNT:
    g_value_set_string (value, phone_history_entry_get_account (self));
    break;
  case PROP_ADDRESS:
    g_value_set_string (value, phone_history_entry_get_address (self));
    break;
  case PROP_NAME:
    g_value_set_string (value, phone_history_entry_get_name (self));
    break;
  case PROP_TITLE:
    g_value_set_string (value, phone_history_entry_get_title (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
phone_history_entry_finalize (GObject *object)
{
  g_clear_pointer (&PHONE_HISTORY_ENTRY (object)->record, phone_history_record_free);
  G_OBJECT_CLASS (phone_history_entry_parent_class)->finalize (object);
}

static void
phone_history_entry_class_init (PhoneHistoryEntryClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_history_entry_get_property;
  object_class->finalize = phone_history_entry_finalize;

  props[PROP_ID] = g_param_spec_int64 ("id", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  props[PROP_INCOMING] = g_param_spec_boolean ("incoming", NULL, NULL, FALSE, flags);
  props[PROP_OUTCOME] = g_param_spec_enum (
      "outcome", NULL, NULL, PHONE_TYPE_HISTORY_OUTCOME, PHONE_HISTORY_ANSWERED, flags);
  props[PROP_STARTED_AT] =
      g_param_spec_int64 ("started-at", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  props[PROP_DURATION] =
      g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, "", flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, "", flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
phone_history_entry_init (PhoneHistoryEntry *self)
{
}

PhoneHistoryEntry *
phone_history_entry_new (gint64 id)
{
  PhoneHistoryEntry *self = g_object_new (PHONE_TYPE_HISTORY_ENTRY, NULL);

  self->id = id;
  return self;
}

void
phone_history_entry_take_record (PhoneHistoryEntry *self, PhoneHistoryRecord *record)
{
  if (self->record != NULL) {
    phone_history_record_free (record);
    return;
  }
  self->record = record;
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_LOADED; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), props[i]);
  g_object_thaw_notify (G_OBJECT (self));
}

gint64
phone_history_entry_get_id (PhoneHistoryEntry *self)
{
  return self->id;
}

gboolean
phone_history_entry_is_loaded (PhoneHistoryEntry *self)
{
  return self->record != NULL;
}

gboolean
phone_history_entry_is_incoming (PhoneHistoryEntry *self)
{
  return self->record != NULL && self->record->is_incoming;
}

PhoneHistoryOutcome
phone_history_entry_get_outcome (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->outcome : PHONE_HISTORY_ANSWERED;
}

gint64
phone_history_entry_get_started_at_us (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->started_at_us : 0;
}

guint
phone_history_entry_get_duration_s (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->duration_s : 0;
}

const char *
phone_history_entry_get_account (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->account : "";
}

const char *
phone_history_entry_get_address (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->address : "";
}

const char *
phone_history_entry_get_name (PhoneHistoryEntry *self)
{
  return self->record != NULL ? self->record->name : NULL;
}

const char *
phone_history_entry_get_title (PhoneHistoryEntry *self)
{
  const char *name = phone_history_entry_get_name (self);
  const char *address = phone_history_entry_get_address (self);
  const char *colon = strchr (address, ':');

  if (name != NULL)
    return name;
  return colon != NULL ? colon + 1 : address;
}
