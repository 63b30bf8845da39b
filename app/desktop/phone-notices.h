/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneNotices: notifications of calls. Main context only.
 *
 * Inside a sandbox whose portal knows calls (org.freedesktop.portal.Notification, version 2
 * on) they go there with all they have: the category of a call, and which button takes it
 * and which declines it, for which GNotification has no words. Everywhere else they go as
 * a GNotification, by the application.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_NOTICE_MAX_BUTTONS 2

#define PHONE_TYPE_NOTICES (phone_notices_get_type ())
G_DECLARE_FINAL_TYPE (PhoneNotices, phone_notices, PHONE, NOTICES, GObject)

typedef struct {
  const char *label;   /* NULL: there is no such button */
  const char *action;  /* "app.answer" */
  const char *target;  /* a string for it */
  const char *purpose; /* "call.accept"; NULL: none that the portal knows */
} PhoneNoticeButton;

/** What one says; all borrowed, plain text without markup. */
typedef struct {
  const char *title;
  const char *body;
  const char *category; /* "call.incoming" */
  gboolean is_urgent;   /* stays until it is withdrawn */
  const char *default_action;
  PhoneNoticeButton buttons[PHONE_NOTICE_MAX_BUTTONS];
} PhoneNotice;

/** @application: borrowed, and outlives it; it is registered. */
PhoneNotices *phone_notices_new (GApplication *application);

/** Shows it in the place of whatever had this @id. */
void phone_notices_show (PhoneNotices *self, const char *id, const PhoneNotice *notice);
void phone_notices_withdraw (PhoneNotices *self, const char *id);

G_END_DECLS
