/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-flow-token.h"
#include "sip-location.h"
#include "sip-text.h"
#include "sip-throttle.h"

#include <string.h>

static gboolean
put (SipLocation *location,
     const char *aor,
     const char *token,
     guint64 connection,
     gint64 expires_at_us)
{
  SipBinding binding = {
      .aor = (char *)aor,
      .contact = (char *)"sip:x@y.invalid",
      .token = (char *)token,
      .call_id = (char *)"id",
      .remote = (char *)"192.0.2.1:5060",
      .transport = "ws",
      .connection = connection,
      .expires_at_us = expires_at_us,
  };
  gboolean is_in = sip_location_put (location, &binding);

  sip_location_check (location);
  return is_in;
}

static void
test_put_and_find (void)
{
  g_autoptr (SipLocation) location = sip_location_new ();
  const GPtrArray *bindings = NULL;

  g_assert_null (sip_location_get_bindings (location, "a@x"));
  g_assert_true (put (location, "a@x", "t1", 1, 100));
  g_assert_true (put (location, "a@x", "t2", 2, 50));
  g_assert_true (put (location, "b@x", "t3", 1, 75));
  bindings = sip_location_get_bindings (location, "a@x");
  g_assert_cmpuint (bindings->len, ==, 2);
  g_assert_cmpstr (((SipBinding *)g_ptr_array_index (bindings, 0))->token, ==, "t2");
  g_assert_cmpstr (sip_location_get_by_token (location, "t3")->aor, ==, "b@x");
  g_assert_cmpstr (sip_location_get_by_connection (location, "a@x", 1)->token, ==, "t1");
  g_assert_null (sip_location_get_by_connection (location, "b@x", 2));

  /* In place of the one before: no second one, and on the new connection. */
  g_assert_true (put (location, "a@x", "t1", 9, 200));
  g_assert_cmpuint (sip_location_get_size (location), ==, 3);
  g_assert_cmpuint (sip_location_get_by_token (location, "t1")->connection, ==, 9);
  sip_location_remove (location, "t1");
  sip_location_remove (location, "t1");
  sip_location_check (location);
  g_assert_cmpuint (sip_location_get_size (location), ==, 2);
}

static void
test_expiry (void)
{
  g_autoptr (SipLocation) location = sip_location_new ();

  g_assert_cmpint (sip_location_get_deadline (location), ==, G_MAXINT64);
  put (location, "a@x", "late", 1, 300);
  put (location, "a@x", "early", 1, 100);
  put (location, "b@x", "middle", 1, 200);
  g_assert_cmpint (sip_location_get_deadline (location), ==, 100);
  g_assert_null (sip_location_get_expired (location, 99));
  g_assert_cmpstr (sip_location_get_expired (location, 250)->token, ==, "early");
  sip_location_remove (location, "early");
  g_assert_cmpstr (sip_location_get_expired (location, 250)->token, ==, "middle");
  sip_location_remove (location, "middle");
  g_assert_null (sip_location_get_expired (location, 250));
}

static void
test_connection_closed (void)
{
  g_autoptr (SipLocation) location = sip_location_new ();

  put (location, "a@x", "t1", 1, 100);
  put (location, "b@x", "t2", 1, 100);
  put (location, "b@x", "t3", 2, 100);
  sip_location_connection_closed (location, 1);
  sip_location_check (location);
  g_assert_cmpuint (sip_location_get_size (location), ==, 3);
  g_assert_cmpuint (sip_location_get_by_token (location, "t1")->connection, ==, 0);
  g_assert_cmpuint (sip_location_get_by_token (location, "t2")->connection, ==, 0);
  g_assert_cmpuint (sip_location_get_by_token (location, "t3")->connection, ==, 2);
}

static void
test_caps (void)
{
  g_autoptr (SipLocation) location = sip_location_new ();

  for (guint i = 0; i < SIP_LOCATION_MAX_BINDINGS; i++) {
    g_autofree char *aor =
        g_strdup_printf ("u%u@x", i / SIP_LOCATION_MAX_BINDINGS_PER_AOR);
    g_autofree char *token = g_strdup_printf ("t%u", i);
    SipBinding binding = {
        .aor = aor, .contact = aor, .token = token, .call_id = aor, .transport = "ws"};
    g_assert_true (sip_location_put (location, &binding));
  }
  sip_location_check (location);
  g_assert_false (put (location, "new@x", "one-more", 1, 1));
  sip_location_remove (location, "t0");
  g_assert_true (put (location, "new@x", "one-more", 1, 1));
}

static void
test_cap_per_aor (void)
{
  g_autoptr (SipLocation) location = sip_location_new ();

  for (guint i = 0; i < SIP_LOCATION_MAX_BINDINGS_PER_AOR; i++) {
    g_autofree char *token = g_strdup_printf ("t%u", i);
    g_assert_true (put (location, "a@x", token, 1, i));
  }
  g_assert_false (put (location, "a@x", "one-more", 1, 1));
  g_assert_true (put (location, "a@x", "t3", 2, 1));
  g_assert_true (put (location, "b@x", "other", 1, 1));
}

/* ---- Flow tokens ---- */

static void
test_token (void)
{
  guint8 key[SIP_FLOW_TOKEN_KEY_BYTES] = {1};
  guint8 other_key[SIP_FLOW_TOKEN_KEY_BYTES] = {2};
  g_autofree char *token = sip_flow_token_make (key, "a@x", "name", 4);
  g_autofree char *again = sip_flow_token_make (key, "a@x", "name", 4);
  g_autofree char *other = sip_flow_token_make (key, "b@x", "name", 4);
  SipText text = sip_text_from_str (token);

  g_assert_cmpstr (token, ==, again);
  g_assert_cmpstr (token, !=, other);
  g_assert_cmpuint (strlen (token), ==, SIP_FLOW_TOKEN_LENGTH);
  g_assert_true (sip_flow_token_is_valid (key, text));
  g_assert_false (sip_flow_token_is_valid (other_key, text));
  g_assert_true (sip_flow_token_is_of (key, text, "a@x"));
  g_assert_false (sip_flow_token_is_of (key, text, "b@x"));
}

/* No byte of a token can be changed. */
static void
test_token_forged (void)
{
  guint8 key[SIP_FLOW_TOKEN_KEY_BYTES] = {1};
  g_autofree char *token = sip_flow_token_make (key, "a@x", "name", 4);

  for (guint i = 0; i < SIP_FLOW_TOKEN_LENGTH; i++) {
    g_autofree char *forged = g_strdup (token);
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    g_assert_false (sip_flow_token_is_valid (key, sip_text_from_str (forged)));
  }
  g_assert_false (sip_flow_token_is_valid (key, sip_text_from_str ("")));
  g_assert_false (sip_flow_token_is_valid (key, SIP_TEXT_NONE));
  g_assert_false (sip_flow_token_is_valid (
      key, sip_text_from_str ("========================================")));
  g_assert_false (sip_flow_token_is_valid (key, sip_text_new (token, 39)));
}

/* ---- The token bucket ---- */

static void
test_throttle (void)
{
  SipThrottle throttle;
  guint n = 0;

  sip_throttle_init (&throttle, 10, 20, 0);
  while (sip_throttle_take (&throttle, 1, 0))
    n++;
  g_assert_cmpuint (n, ==, 20);
  g_assert_false (sip_throttle_take (&throttle, 1, 99999));
  g_assert_true (sip_throttle_take (&throttle, 1, 100000));
  g_assert_false (sip_throttle_take (&throttle, 21, G_TIME_SPAN_HOUR));
  g_assert_true (sip_throttle_take (&throttle, 20, G_TIME_SPAN_HOUR));
  g_assert_false (sip_throttle_take (&throttle, 1, G_TIME_SPAN_HOUR));

  sip_throttle_init (&throttle, 0, 0, 0);
  for (n = 0; n < 1000; n++)
    g_assert_true (sip_throttle_take (&throttle, 1, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/location/put-and-find", test_put_and_find);
  g_test_add_func ("/location/expiry", test_expiry);
  g_test_add_func ("/location/connection-closed", test_connection_closed);
  g_test_add_func ("/location/caps", test_caps);
  g_test_add_func ("/location/cap-per-aor", test_cap_per_aor);
  g_test_add_func ("/flow-token/made", test_token);
  g_test_add_func ("/flow-token/forged", test_token_forged);
  g_test_add_func ("/throttle", test_throttle);
  return g_test_run ();
}
