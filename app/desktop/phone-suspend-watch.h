/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneSuspendWatch: notices that this machine slept.
 *
 * Two sources, one signal a sleep: logind, where there is one that may be spoken with
 * (PrepareForSleep of org.freedesktop.login1.Manager), and the clocks: CLOCK_BOOTTIME goes
 * on in a sleep, CLOCK_MONOTONIC does not, and the kernel wakes whoever waits on a timer
 * that is cancelled when the wall clock jumps (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET),
 * which it does after each sleep. So nothing wakes while nothing happens. Main context
 * only.
 *
 *   ::resumed   it slept, and is awake again
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Clocks that are read one after the other differ by a little. */
#define PHONE_SUSPEND_LEAST_US (500 * G_TIME_SPAN_MILLISECOND)

#define PHONE_TYPE_SUSPEND_WATCH (phone_suspend_watch_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneSuspendWatch, phone_suspend_watch, PHONE, SUSPEND_WATCH, GObject)

/** @system_bus: where logind is looked for; NULL: found by itself, without waiting. */
PhoneSuspendWatch *phone_suspend_watch_new (GDBusConnection *system_bus);

/** What the clocks tell: how far CLOCK_BOOTTIME is ahead of CLOCK_MONOTONIC. For tests;
 * the watch asks by itself whenever the kernel wakes it. */
void phone_suspend_watch_compare (PhoneSuspendWatch *self, gint64 ahead_us);

G_END_DECLS
