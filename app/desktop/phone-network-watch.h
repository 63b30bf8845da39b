/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneNetworkWatch: notices that this machine's way to the network changed.
 *
 * A change of network comes as a burst: addresses and routes go, and others come. One
 * signal is made of a burst: when it was quiet for PHONE_NETWORK_QUIET_MS, and after
 * PHONE_NETWORK_LIMIT_MS at the latest. Nothing wakes while nothing changes. Main context
 * only.
 *
 *   ::changed   what was connected before may be dead
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PHONE_NETWORK_QUIET_MS 400
#define PHONE_NETWORK_LIMIT_MS 1000

#define PHONE_TYPE_NETWORK_WATCH (phone_network_watch_get_type ())
G_DECLARE_FINAL_TYPE (
    PhoneNetworkWatch, phone_network_watch, PHONE, NETWORK_WATCH, GObject)

/** @monitor: NULL is the system's own, which inside a sandbox is the portal's. */
PhoneNetworkWatch *phone_network_watch_new (GNetworkMonitor *monitor);

G_END_DECLS
