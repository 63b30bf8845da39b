/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-service-private.h"

#include "phone-account-private.h"
#include "phone-call-private.h"
#include "phone-call-record.h"
#include "phone-log.h"
#include "phone-media-session.h"
#include "phone-preview-private.h"
#include "phone-ringer-private.h"

/* Those of the sound come last. */
enum {
  PROP_0,
  PROP_GUEST_LINK,
  PROP_DO_NOT_DISTURB,
  PROP_HISTORY,
  PROP_CONTACTS,
  PROP_EXCHANGE_FINGERPRINT,
  PROP_PAUSE_MUSIC,
  PROP_SOUND,
  N_PROPS = PROP_SOUND + PHONE_SERVICE_SOUND_N_PROPS
};

enum { INCOMING, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneService, phone_service, G_TYPE_OBJECT)

static void
on_account_incoming (PhoneAccount *account, PhoneCall *call, PhoneService *self)
{
  if (!phone_call_get_silenced (call))
    g_signal_emit (self, signals[INCOMING], 0, call);
}

static PhoneAccount *
find_account (PhoneService *self, const char *id)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);
    PhoneAccountConfig *config = phone_account_get_config (account);

    if (g_strcmp0 (phone_account_config_get_id (config), id) == 0)
      return account; /* the list keeps it */
  }
  return NULL;
}

static void
phone_service_get_property (GObject *object,
                            guint prop_id,
                            GValue *value,
                            GParamSpec *pspec)
{
  PhoneService *self = PHONE_SERVICE (object);

  switch (prop_id) {
  case PROP_GUEST_LINK:
    g_value_set_string (value, phone_service_get_guest_link (self));
    break;
  case PROP_DO_NOT_DISTURB:
    g_value_set_boolean (value, self->do_not_disturb);
    break;
  case PROP_HISTORY:
    g_value_set_object (value, self->history);
    break;
  case PROP_CONTACTS:
    g_value_set_object (value, self->contacts);
    break;
  case PROP_EXCHANGE_FINGERPRINT:
    g_value_set_string (value, phone_service_get_exchange_fingerprint (self));
    break;
  case PROP_PAUSE_MUSIC:
    g_value_set_boolean (value, phone_service_get_pause_music (self));
    break;
  default:
    phone_service_sound_get (self->sound, prop_id - PROP_SOUND, value);
  }
}

static void
phone_service_set_property (GObject *object,
                            guint prop_id,
                            const GValue *value,
                            GParamSpec *pspec)
{
  PhoneService *self = PHONE_SERVICE (object);

  if (prop_id == PROP_DO_NOT_DISTURB)
    phone_service_set_do_not_disturb (self, g_value_get_boolean (value));
  else if (prop_id == PROP_PAUSE_MUSIC)
    phone_service_set_pause_music (self, g_value_get_boolean (value));
  else if (phone_service_sound_set (self->sound, prop_id - PROP_SOUND, value))
    g_object_notify_by_pspec (object, pspec);
}

static void
phone_service_dispose (GObject *object)
{
  PhoneService *self = PHONE_SERVICE (object);

  g_clear_object (&self->surroundings);
  g_clear_object (&self->address_books);
  g_clear_object (&self->names);
  /* A call keeps its account, and the account the list of calls. */
  if (self->calls != NULL)
    g_list_store_remove_all (self->calls);
  g_clear_object (&self->ringer);
  g_clear_object (&self->floor);
  g_clear_object (&self->accounts);
  g_clear_object (&self->calls);
  g_clear_object (&self->inside);
  g_clear_object (&self->exchange);
  g_clear_pointer (&self->sound, phone_service_sound_free);
  /* Whoever still asks it something must not keep what is not written yet. */
  if (self->history != NULL)
    phone_history_flush (self->history);
  g_clear_object (&self->history);
  if (self->contacts != NULL)
    phone_contact_book_flush (self->contacts);
  g_clear_object (&self->contacts);

  G_OBJECT_CLASS (phone_service_parent_class)->dispose (object);
}

static void
phone_service_finalize (GObject *object)
{
  phone_media_finish ();
  G_OBJECT_CLASS (phone_service_parent_class)->finalize (object);
}

static void
phone_service_class_init (PhoneServiceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = phone_service_get_property;
  object_class->set_property = phone_service_set_property;
  object_class->dispose = phone_service_dispose;
  object_class->finalize = phone_service_finalize;

  props[PROP_GUEST_LINK] = g_param_spec_string (
      "guest-link", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_DO_NOT_DISTURB] = g_param_spec_boolean (
      "do-not-disturb", NULL, NULL, FALSE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_EXCHANGE_FINGERPRINT] =
      g_param_spec_string ("exchange-fingerprint", NULL, NULL, NULL,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_PAUSE_MUSIC] = g_param_spec_boolean (
      "pause-music", NULL, NULL, FALSE,
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  phone_service_sound_make_props (&props[PROP_SOUND]);
  props[PROP_HISTORY] = g_param_spec_object ("history", NULL, NULL, PHONE_TYPE_HISTORY,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_CONTACTS] =
      g_param_spec_object ("contacts", NULL, NULL, PHONE_TYPE_CONTACT_BOOK,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[INCOMING] = g_signal_new ("incoming", PHONE_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, PHONE_TYPE_CALL);
}

static void
phone_service_init (PhoneService *self)
{
  self->accounts = g_list_store_new (PHONE_TYPE_ACCOUNT);
  self->calls = g_list_store_new (PHONE_TYPE_CALL);
  self->surroundings = phone_surroundings_new (G_LIST_MODEL (self->calls));
  g_signal_connect_object (self->surroundings, "network-changed",
                           G_CALLBACK (phone_service_network_changed), self,
                           G_CONNECT_SWAPPED);
  self->sound = phone_service_sound_new ();
}

/* ---- What is kept of calls ---- */

static void
on_call_state (PhoneService *self, GParamSpec *pspec, PhoneCall *call)
{
  if (phone_call_get_state (call) == PHONE_CALL_STATE_ENDED)
    phone_history_add (self->history, phone_call_make_record (call));
}

static void
on_calls_changed (PhoneService *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (PhoneCall) call = g_list_model_get_item (G_LIST_MODEL (self->calls), i);

    g_signal_connect_object (call, "notify::state", G_CALLBACK (on_call_state), self,
                             G_CONNECT_SWAPPED);
  }
}

static void
keep_history (PhoneService *self, const char *path)
{
  self->history = phone_history_new (path);
  g_signal_connect_object (self->calls, "items-changed", G_CALLBACK (on_calls_changed),
                           self, G_CONNECT_SWAPPED);
}

static void
on_address_book (PhoneService *self,
                 const char *key,
                 const char *name,
                 const char *const *cards)
{
  phone_contact_book_set_system_cards (self->contacts, key, name, cards);
}

static void
read_address_books (PhoneService *self)
{
  self->address_books = phone_address_books_new (NULL);
  g_signal_connect_object (self->address_books, "changed", G_CALLBACK (on_address_book),
                           self, G_CONNECT_SWAPPED);
}

static void
keep_contacts (PhoneService *self, const char *path)
{
  self->contacts = phone_contact_book_new (path);
  self->names = phone_contact_names_new (self->contacts, G_LIST_MODEL (self->accounts),
                                         G_LIST_MODEL (self->calls));
}

PhoneService *
phone_service_new (const PhoneServiceOptions *options)
{
  PhoneService *self = g_object_new (PHONE_TYPE_SERVICE, NULL);
  g_autoptr (GError) error = NULL;

  self->options = *options;
  if (options->one_speaks)
    self->floor = phone_floor_new (G_LIST_MODEL (self->calls));
  self->options.history_path = NULL; /* the caller's */
  if (options->history_path != NULL)
    keep_history (self, options->history_path);
  self->options.contacts_path = NULL;
  if (options->contacts_path != NULL)
    keep_contacts (self, options->contacts_path);
  if (options->contacts_path != NULL && options->read_address_books)
    read_address_books (self);
  phone_log_set_trace (options->trace);
  /* What is missing is told by the first call, which names it. */
  if (!phone_media_init (&error))
    g_warning ("Media: %s", error->message);
  if (options->watch_network)
    phone_surroundings_watch_network (self->surroundings);
  self->ringer = phone_ringer_new (self, phone_service_sound_get_equipment (self->sound),
                                   options->play);
  return self;
}

GListModel *
phone_service_get_accounts (PhoneService *self)
{
  return G_LIST_MODEL (self->accounts);
}

GListModel *
phone_service_get_calls (PhoneService *self)
{
  return G_LIST_MODEL (self->calls);
}

PhoneRinger *
phone_service_get_ringer (PhoneService *self)
{
  return self->ringer;
}

PhonePreview *
phone_service_make_preview (PhoneService *self, PhonePreviewKind kind)
{
  return phone_preview_new (phone_service_sound_get_equipment (self->sound),
                            kind == PHONE_PREVIEW_CAMERA ? PHONE_ROLE_CAMERA
                                                         : PHONE_ROLE_MICROPHONE);
}

PhoneDevices *
phone_service_get_devices (PhoneService *self)
{
  return phone_equipment_get_devices (phone_service_sound_get_equipment (self->sound));
}

PhoneHistory *
phone_service_get_history (PhoneService *self)
{
  return self->history;
}

PhoneContactBook *
phone_service_get_contacts (PhoneService *self)
{
  return self->contacts;
}

PhoneContact *
phone_service_lookup_contact (PhoneService *self, const char *address)
{
  return self->names != NULL ? phone_contact_names_lookup (self->names, address) : NULL;
}

PhoneAccount *
phone_service_add_account (PhoneService *self, PhoneAccountConfig *config, GError **error)
{
  g_autoptr (PhoneAccount) account = NULL;
  PhoneAccount *known = find_account (self, phone_account_config_get_id (config));

  if (known != NULL)
    return known;
  if (!phone_account_config_validate (config, NULL, error))
    return NULL;

  account = phone_account_new (config, &self->options, self->calls,
                               phone_service_sound_get_equipment (self->sound));
  if (!phone_account_check_media (account, error))
    return NULL;
  phone_account_set_do_not_disturb (account, self->do_not_disturb);
  g_signal_connect_object (account, "incoming", G_CALLBACK (on_account_incoming), self,
                           0);
  g_list_store_append (self->accounts, account);
  return account; /* the list keeps it */
}

void
phone_service_remove_account (PhoneService *self, PhoneAccount *account)
{
  guint position;

  if (!g_list_store_find (self->accounts, account, &position))
    return;
  phone_account_unregister (account);
  g_list_store_remove (self->accounts, position);
}

PhoneCall *
phone_service_dial (PhoneService *self,
                    PhoneAccount *account,
                    const char *target,
                    PhoneCallFlags flags,
                    GError **error)
{
  return phone_account_dial (account, target, flags, error);
}

void
phone_service_swap (PhoneService *self, PhoneCall *call)
{
  phone_floor_hold_others (G_LIST_MODEL (self->calls), call);
  phone_call_set_held (call, FALSE);
}

/* ---- What surrounds it ---- */

/* The flows first: what the calls have to say goes over the new ones. */
void
phone_service_network_changed (PhoneService *self)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i > 0; i--) {
    g_autoptr (PhoneAccount) account =
        g_list_model_get_item (G_LIST_MODEL (self->accounts), i - 1);

    phone_account_network_changed (account);
  }
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->calls)); i > 0; i--) {
    g_autoptr (PhoneCall) call =
        g_list_model_get_item (G_LIST_MODEL (self->calls), i - 1);

    if (call != NULL)
      phone_call_network_changed (call);
  }
}

void
phone_service_set_do_not_disturb (PhoneService *self, gboolean do_not_disturb)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  if (self->do_not_disturb == do_not_disturb)
    return;
  self->do_not_disturb = do_not_disturb;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (PhoneAccount) account = g_list_model_get_item (accounts, i);

    phone_account_set_do_not_disturb (account, do_not_disturb);
  }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DO_NOT_DISTURB]);
}

gboolean
phone_service_get_do_not_disturb (PhoneService *self)
{
  return self->do_not_disturb;
}

void
phone_service_set_pause_music (PhoneService *self, gboolean pause_music)
{
  if (phone_surroundings_get_pause_music (self->surroundings) == pause_music)
    return;
  phone_surroundings_set_pause_music (self->surroundings, pause_music);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSE_MUSIC]);
}

gboolean
phone_service_get_pause_music (PhoneService *self)
{
  return phone_surroundings_get_pause_music (self->surroundings);
}
