/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A monitor of the test's own says that the network changed. */
#include "phone-network-watch.h"

#define FAKE_TYPE_MONITOR (fake_monitor_get_type ())
G_DECLARE_FINAL_TYPE (FakeMonitor, fake_monitor, FAKE, MONITOR, GObject)

struct _FakeMonitor {
  GObject parent_instance;
};

enum { PROP_AVAILABLE = 1, PROP_METERED, PROP_CONNECTIVITY };

static void
fake_monitor_iface_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeMonitor,
                               fake_monitor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, NULL)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                          fake_monitor_iface_init))

static void
fake_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
}

static void
fake_monitor_class_init (FakeMonitorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = fake_monitor_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
fake_monitor_init (FakeMonitor *self)
{
}

typedef struct {
  FakeMonitor *monitor;
  PhoneNetworkWatch *watch;
  guint n_changed;
} Fixture;

static void
on_changed (PhoneNetworkWatch *watch, Fixture *f)
{
  f->n_changed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->monitor = g_object_new (FAKE_TYPE_MONITOR, NULL);
  f->watch = phone_network_watch_new (G_NETWORK_MONITOR (f->monitor));
  g_signal_connect (f->watch, "changed", G_CALLBACK (on_changed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->watch);
  g_assert_finalize_object (f->monitor);
}

static void
change (Fixture *f)
{
  g_signal_emit_by_name (f->monitor, "network-changed", FALSE);
}

static gboolean
has_work (void)
{
  GMainContext *context = g_main_context_default ();
  gint timeout_ms;

  g_main_context_acquire (context);
  g_main_context_prepare (context, NULL);
  g_main_context_query (context, G_MAXINT, &timeout_ms, NULL, 0);
  g_main_context_release (context);
  return timeout_ms != -1;
}

static void
test_burst_is_one (Fixture *f, gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();

  for (guint i = 0; i < 20; i++)
    change (f);
  g_assert_cmpuint (f->n_changed, ==, 0);
  while (f->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, PHONE_NETWORK_QUIET_MS * 1000);
  g_assert_false (has_work ());
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static void
test_available (Fixture *f, gconstpointer data)
{
  g_object_notify (G_OBJECT (f->monitor), "network-available");
  while (f->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_changed, ==, 1);
}

static gboolean
on_every (gpointer data)
{
  change (data);
  return G_SOURCE_CONTINUE;
}

/* One that never comes to an end is told of all the same, and soon. */
static void
test_long_burst (Fixture *f, gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();
  guint id = g_timeout_add (PHONE_NETWORK_QUIET_MS / 8, on_every, f);

  change (f);
  while (f->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, PHONE_NETWORK_LIMIT_MS * 1000);
  g_source_remove (id);
}

static void
test_two_bursts (Fixture *f, gconstpointer data)
{
  for (guint n = 1; n <= 2; n++) {
    change (f);
    while (f->n_changed < n)
      g_main_context_iteration (NULL, TRUE);
  }
}

/* Nothing wakes before anything changes, and a watch that goes takes its burst along. */
static void
test_idle (Fixture *f, gconstpointer data)
{
  g_assert_false (has_work ());
  change (f);
  g_assert_true (has_work ());
  g_assert_finalize_object (f->watch);
  g_assert_false (has_work ());
  f->watch = phone_network_watch_new (G_NETWORK_MONITOR (f->monitor));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                  \
  g_test_add ("/phone/network-watch/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("burst-is-one", test_burst_is_one);
  ADD ("available", test_available);
  ADD ("long-burst", test_long_burst);
  ADD ("two-bursts", test_two_bursts);
  ADD ("idle", test_idle);
  return g_test_run ();
}
