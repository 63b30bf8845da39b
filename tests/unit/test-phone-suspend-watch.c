/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sleep told by a logind of the test's own, on a bus of the test's own, and by clocks. */
#include "bus-fixture.h"
#include "phone-suspend-watch.h"

#define HOUR (3600 * G_TIME_SPAN_SECOND)

typedef struct {
  BusFixture bus;
  GDBusConnection *logind;
  PhoneSuspendWatch *watch;
  guint n_resumed;
} Fixture;

static void
on_resumed (PhoneSuspendWatch *watch, Fixture *f)
{
  f->n_resumed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  bus_fixture_set_up (&f->bus);
  f->logind = bus_fixture_add (&f->bus, "org.freedesktop.login1");
  f->watch = phone_suspend_watch_new (f->bus.connection);
  g_signal_connect (f->watch, "resumed", G_CALLBACK (on_resumed), f);
  bus_fixture_settle (f->bus.connection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  bus_fixture_tear_down (&f->bus);
}

static void
say (Fixture *f, const char *signal, GVariant *parameters)
{
  g_dbus_connection_emit_signal (f->logind, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", signal, parameters,
                                 NULL);
  bus_fixture_hear (&f->bus, f->logind);
}

static void
prepare_for_sleep (Fixture *f, gboolean is_beginning)
{
  say (f, "PrepareForSleep", g_variant_new ("(b)", is_beginning));
}

static void
test_logind (Fixture *f, gconstpointer data)
{
  prepare_for_sleep (f, TRUE);
  g_assert_cmpuint (f->n_resumed, ==, 0);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  prepare_for_sleep (f, TRUE);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

static void
test_other_words (Fixture *f, gconstpointer data)
{
  say (f, "PrepareForShutdown", g_variant_new ("(b)", FALSE));
  say (f, "PrepareForSleep", g_variant_new ("(s)", "no"));
  g_assert_cmpuint (f->n_resumed, ==, 0);
}

static void
test_clocks (Fixture *f, gconstpointer data)
{
  phone_suspend_watch_compare (f->watch, HOUR);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  phone_suspend_watch_compare (f->watch, HOUR);
  phone_suspend_watch_compare (f->watch, HOUR + PHONE_SUSPEND_LEAST_US - 1);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  phone_suspend_watch_compare (f->watch, 2 * HOUR);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

/* The clocks are quicker. */
static void
test_told_once (Fixture *f, gconstpointer data)
{
  prepare_for_sleep (f, TRUE);
  phone_suspend_watch_compare (f->watch, HOUR);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 1);
  prepare_for_sleep (f, TRUE);
  prepare_for_sleep (f, FALSE);
  g_assert_cmpuint (f->n_resumed, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                  \
  g_test_add ("/phone/suspend-watch/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("logind", test_logind);
  ADD ("other-words", test_other_words);
  ADD ("clocks", test_clocks);
  ADD ("told-once", test_told_once);
  return g_test_run ();
}
