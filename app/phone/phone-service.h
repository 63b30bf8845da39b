/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneService: the facade. Everything a user interface needs, graphical or not.
 *
 * One a process. Main context only. It owns the accounts and the calls, shown as two
 * GListModels, and starts an exchange inside the program where the user wants "this
 * computer" as the server. Each call that ends is kept in the history.
 *
 * Properties (all notify; read-write unless said; made for g_settings_bind()):
 *   guest-link          string  read-only; see phone_service_get_guest_link()
 *   microphone, speaker, ringer, camera
 *                       string  PhoneDevice id; "": follow the system, which is also done
 *                               while the device is not plugged in. A call under way
 *                               follows every change.
 *   echo-cancellation, noise-suppression, gain-control
 *                       bool    what is done to the microphone's sound: TRUE
 *   can-treat-sound     bool    read-only; FALSE: what the three need is not installed
 *   ring-volume         double  0 to 1
 *   ring-tone           string  one of phone_ringer_get_tone_names()
 *   history             PhoneHistory  read-only; does not change
 *   contacts            PhoneContactBook  read-only; does not change
 *
 *   ::incoming (PhoneCall *call)   a call rings here; it is in :calls already
 *
 * Properties of what surrounds it (read-write, for g_settings_bind; see below):
 *   do-not-disturb   bool
 *   pause-music      bool
 */
#pragma once

#include <gio/gio.h>

#include "phone-account.h"
#include "phone-call.h"
#include "phone-contacts.h"
#include "phone-devices.h"
#include "phone-preview.h"
#include "phone-ringer.h"
#include "phone-history.h"
#include "phone-settings.h"

G_BEGIN_DECLS

#define PHONE_TYPE_SERVICE (phone_service_get_type ())
G_DECLARE_FINAL_TYPE (PhoneService, phone_service, PHONE, SERVICE, GObject)

typedef enum {
  PHONE_SOURCE_DEVICES, /* the microphone and the camera */
  PHONE_SOURCE_TEST,    /* a tone, and numbered, time-stamped frames */
  PHONE_SOURCE_ECHO,    /* what is heard and seen goes back */
} PhoneSource;

/** How calls get and give their media; the defaults are those of the desktop. */
typedef struct {
  PhoneSource source;
  gboolean play;     /* to a real speaker; otherwise heard by the probe alone */
  double tone_hz;    /* TEST: frequency of the tone */
  guint max_ringing; /* 2 in the window, 32 in the endpoint */
  /* At most one call speaks: whichever is dialled, answered or taken back from hold puts
   * all others on hold. */
  gboolean one_speaks;
  gboolean watch_network;      /* notices sleep and another network by itself */
  gboolean trace;              /* SIP ladder through phone-log, secrets struck out */
  const char *history_path;    /* file of the calls that are over; NULL: none is kept */
  const char *contacts_path;   /* file of the contacts; NULL: there are none */
  gboolean read_address_books; /* the session's are contacts too, where there are any */
} PhoneServiceOptions;

/** Let the last reference go after everything that came from it, and before the program
 * ends: that waits for the threads of media, which a program must not end under. Who shut
 * it down before does not wait again. */
PhoneService *phone_service_new (const PhoneServiceOptions *options);

/** GListModel of PhoneAccount; borrowed. */
GListModel *phone_service_get_accounts (PhoneService *self);
/** GListModel of PhoneCall, those that are not ended; borrowed. */
GListModel *phone_service_get_calls (PhoneService *self);
/** The calls that are over; borrowed. NULL where none is kept. */
PhoneHistory *phone_service_get_history (PhoneService *self);
/** Whom the user knows; borrowed. NULL where there are no contacts. */
PhoneContactBook *phone_service_get_contacts (PhoneService *self);
/** Whose @address ("sip:bob@example.org", "+49 30 1234") is: SIP URIs are compared without
 * port and parameters, numbers by their digits with each account's :dial-prefix, extensions
 * and names without a host at the accounts' own domains. It costs the same however many
 * contacts there are. NULL: nobody's; borrowed. */
PhoneContact *phone_service_lookup_contact (PhoneService *self, const char *address);

/** What is heard of calls beside them; borrowed. It makes no sound where the options do
 * not play. */
PhoneRinger *phone_service_get_ringer (PhoneService *self);
typedef enum {
  PHONE_PREVIEW_MICROPHONE,
  PHONE_PREVIEW_CAMERA,
} PhonePreviewKind;

/** What the chosen device gives, not active yet. Full. */
PhonePreview *phone_service_make_preview (PhoneService *self, PhonePreviewKind kind);
/** What is plugged in; the first call begins to look. Borrowed. */
PhoneDevices *phone_service_get_devices (PhoneService *self);

/** Adds an account, not yet registered. The same object for the same config id; borrowed.
 * Errors: those of phone_account_config_validate(), PHONE_ERROR_ICE_SERVER. */
PhoneAccount *phone_service_add_account (PhoneService *self,
                                         PhoneAccountConfig *config,
                                         GError **error);
void phone_service_remove_account (PhoneService *self, PhoneAccount *account);

/** Dials @target: an address ("sip:bob@example.org", "bob@example.org", "bob"), a number
 * ("(030) 1234567") or a tel: link, both made whole with the account's :dial-prefix.
 * The call is returned at once, DIALLING. Errors: PHONE_ERROR_INVALID_ADDRESS, and
 * PHONE_ERROR_MEDIA_UNSUPPORTED where this machine cannot make media at all. Full. */
PhoneCall *phone_service_dial (PhoneService *self,
                               PhoneAccount *account,
                               const char *target,
                               PhoneCallFlags flags,
                               GError **error);

/** Speaks in @call: takes it back from hold, and puts every other call on hold. */
void phone_service_swap (PhoneService *self, PhoneCall *call);

/** The exchange inside the program. */
typedef struct {
  PhoneReach reach;      /* not PHONE_REACH_NONE */
  guint16 port;          /* where it is wished to listen; 0: a free one */
  const char *state_dir; /* keeps what makes its link and certificate stay the same; NULL:
                          * both are made anew */
} PhoneInsideOptions;

/** Starts an exchange inside this program with one owner account, which is added and
 * registered. One that runs is stopped before. The result's :guest-link is for a
 * browser; in reach of the network it is a link of HTTPS, whose certificate has
 * :exchange-fingerprint. Errors: PHONE_ERROR_ADDRESS_IN_USE, PHONE_ERROR_INVALID_SETTING. */
void phone_service_start_exchange_async (PhoneService *self,
                                         const PhoneInsideOptions *options,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
/** The owner account; borrowed. */
PhoneAccount *phone_service_start_exchange_finish (PhoneService *self,
                                                   GAsyncResult *result,
                                                   GError **error);
/** Removes the owner account, with its calls, and stops listening. */
void phone_service_stop_exchange (PhoneService *self);
/** The owner account; NULL without an exchange. */
PhoneAccount *phone_service_get_exchange_account (PhoneService *self);
/** The link a browser calls from, or NULL without an exchange. Also property "guest-link". */
const char *phone_service_get_guest_link (PhoneService *self);
/** SHA-256 of its certificate, NULL without TLS. Also property "exchange-fingerprint". */
const char *phone_service_get_exchange_fingerprint (PhoneService *self);
/** The port it listens on; 0 without an exchange. */
guint16 phone_service_get_exchange_port (PhoneService *self);

/** Another network, or the machine slept: every account registers over a new flow, and
 * calls that stand look for another path for their media (ICE restart). Called by itself
 * with the option watch_network. */
void phone_service_network_changed (PhoneService *self);

/** While it is on, calls that come are :silenced and not told by ::incoming: nothing rings
 * and nothing is shown, though they are in :calls and may be answered. The caller is not
 * told: it rings there (180), until somebody gives up, and the call is a missed one. One
 * that rings already is heard no more, and stays in sight. Also property "do-not-disturb". */
void phone_service_set_do_not_disturb (PhoneService *self, gboolean do_not_disturb);
gboolean phone_service_get_do_not_disturb (PhoneService *self);

/** While it is on, media players of the session that play are paused from a dial or an
 * answer on, and go on once no call is left (MPRIS; nothing inside a sandbox). Off at
 * first. Also property "pause-music". */
void phone_service_set_pause_music (PhoneService *self, gboolean pause_music);
gboolean phone_service_get_pause_music (PhoneService *self);

/** Ends calls, unregisters all accounts, stops the exchange, and lets media come to its
 * end while the main context goes on; at most 3 s. */
void phone_service_shut_down_async (PhoneService *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean phone_service_shut_down_finish (PhoneService *self,
                                         GAsyncResult *result,
                                         GError **error);

G_END_DECLS
