/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneHistoryEntry: one call of the past, as a row shows it.
 *
 * It does not change once it is there. In a PhoneHistoryList one may be asked for before
 * it was read: then :loaded is FALSE, everything but :id is empty, and all is notified
 * when it comes. Main context only.
 *
 * Properties (read-only; all notify once, with :loaded):
 *   id          int64    larger ones ended later; never reused
 *   loaded      bool
 *   incoming    bool
 *   outcome     PhoneHistoryOutcome
 *   started-at  int64    us since 1970 UTC, of the dial or of the INVITE
 *   duration    uint     whole seconds talked
 *   account     string   the account's address of record; "" until loaded
 *   address     string   "sip:bob@example.org"; untrusted; "" until loaded
 *   name        string   display name, may be NULL; untrusted literal text
 *   title       string   the name, or the address without its scheme; untrusted
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** What came of it. The numbers are in files of people: they never change. */
typedef enum {
  PHONE_HISTORY_ANSWERED = 1,
  PHONE_HISTORY_MISSED = 2, /* incoming, and nobody said no */
  PHONE_HISTORY_ANSWERED_ELSEWHERE = 3,
  PHONE_HISTORY_DECLINED = 4,  /* by whom was called */
  PHONE_HISTORY_CANCELLED = 5, /* outgoing: given up here */
  PHONE_HISTORY_NO_ANSWER = 6,
  PHONE_HISTORY_BUSY = 7,
  PHONE_HISTORY_NOT_FOUND = 8,
  PHONE_HISTORY_UNAVAILABLE = 9,
  PHONE_HISTORY_FAILED = 10, /* anything else */
} PhoneHistoryOutcome;

#define PHONE_TYPE_HISTORY_OUTCOME (phone_history_outcome_get_type ())
/** The nicks are part of the endpoint's protocol and of exported files. */
GType phone_history_outcome_get_type (void);

/** The values of an entry, owned by whoever holds it. */
typedef struct {
  gint64 id; /* 0: not written yet */
  gboolean is_incoming;
  PhoneHistoryOutcome outcome;
  gint64 started_at_us; /* since 1970 UTC */
  guint duration_s;
  char *account;
  char *address;
  char *name; /* may be NULL */
} PhoneHistoryRecord;

void phone_history_record_free (PhoneHistoryRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneHistoryRecord, phone_history_record_free)

#define PHONE_TYPE_HISTORY_ENTRY (phone_history_entry_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneHistoryEntry, phone_history_entry, PHONE, HISTORY_ENTRY, GObject)

/** One that is not loaded yet. */
PhoneHistoryEntry *phone_history_entry_new (gint64 id);
/** Loads it, once; takes @record. */
void phone_history_entry_take_record (PhoneHistoryEntry *self,
                                      PhoneHistoryRecord *record);

gint64 phone_history_entry_get_id (PhoneHistoryEntry *self);
gboolean phone_history_entry_is_loaded (PhoneHistoryEntry *self);
gboolean phone_history_entry_is_incoming (PhoneHistoryEntry *self);
/** PHONE_HISTORY_ANSWERED until it is loaded. */
PhoneHistoryOutcome phone_history_entry_get_outcome (PhoneHistoryEntry *self);
gint64 phone_history_entry_get_started_at_us (PhoneHistoryEntry *self);
guint phone_history_entry_get_duration_s (PhoneHistoryEntry *self);
const char *phone_history_entry_get_account (PhoneHistoryEntry *self);
const char *phone_history_entry_get_address (PhoneHistoryEntry *self);
const char *phone_history_entry_get_name (PhoneHistoryEntry *self);
const char *phone_history_entry_get_title (PhoneHistoryEntry *self);

G_END_DECLS
