/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bus of the test's own, and connections to it: the part's under test, and those of who
 * it speaks with. */
#pragma once

#include <gio/gio.h>

typedef struct {
  GTestDBus *bus;
  GDBusConnection *connection; /* of the part under test */
  GPtrArray *others;           /* of GDBusConnection */
} BusFixture;

void bus_fixture_set_up (BusFixture *f);
void bus_fixture_tear_down (BusFixture *f);

/* One more connection, which owns the name; borrowed. */
GDBusConnection *bus_fixture_add (BusFixture *f, const char *name);
/* All that was asked of the bus by the connection before is done when it returns. */
void bus_fixture_settle (GDBusConnection *connection);
/* Turns the loop until all that others have said by now has come to the part under test. */
void bus_fixture_hear (BusFixture *f, GDBusConnection *from);
