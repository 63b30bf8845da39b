/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-status.h"

static void
test_phrases (void)
{
  g_assert_cmpstr (sip_status_get_phrase (200), ==, "OK");
  g_assert_cmpstr (sip_status_get_phrase (486), ==, "Busy Here");
  g_assert_cmpstr (sip_status_get_phrase (199), ==, "Early Dialog Terminated");
  g_assert_cmpstr (sip_status_get_phrase (499), ==, "Client Error");
  g_assert_cmpstr (sip_status_get_phrase (699), ==, "Global Failure");
  g_assert_cmpstr (sip_status_get_phrase (0), ==, "Unknown");
  g_assert_cmpstr (sip_status_get_phrase (700), ==, "Unknown");
}

/* Each code is in the classes that its first digit says. */
static void
test_classes (void)
{
  for (guint status = 0; status < 1000; status++) {
    guint class = status >= 100 && status < 700 ? status / 100 : 0;

    g_assert_cmpuint (sip_status_get_class (status), ==, class);
    g_assert_cmpint (sip_status_is_provisional (status), ==, class == 1);
    g_assert_cmpint (sip_status_is_success (status), ==, class == 2);
    g_assert_cmpint (sip_status_is_redirect (status), ==, class == 3);
    g_assert_cmpint (sip_status_is_failure (status), ==, class >= 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/status/phrases", test_phrases);
  g_test_add_func ("/sip/status/classes", test_classes);
  return g_test_run ();
}
