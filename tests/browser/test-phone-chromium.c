/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The browser that the demo drives: the real one, on a page of its own making. */
#include "phone-chromium.h"

#define PAGE                                                                             \
  "data:text/html,<button id=b onclick=\"this.textContent='clicked'\">no</button>"       \
  "<button id=hidden hidden></button>"

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* Runs the main loop until the result is there; owned. */
static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static PhoneChromium *
start (void)
{
  g_autofree char *program = phone_chromium_find_program ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PhoneChromium *self;

  g_assert_nonnull (program);
  phone_chromium_start_async (program, 440, 1000, NULL, keep_result, &result);
  self = phone_chromium_start_finish (wait_result (&result), &error);
  g_assert_no_error (error);
  return self;
}

static gboolean
open_page (PhoneChromium *self, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_open_async (self, url, NULL, keep_result, &result);
  return phone_chromium_open_finish (self, wait_result (&result), error);
}

static JsonNode *
evaluate (PhoneChromium *self, const char *expression, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_evaluate_async (self, expression, NULL, keep_result, &result);
  return phone_chromium_evaluate_finish (self, wait_result (&result), error);
}

static gboolean
click (PhoneChromium *self, const char *selector, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_click_async (self, selector, NULL, keep_result, &result);
  return phone_chromium_click_finish (self, wait_result (&result), error);
}

static JsonNode *
wait_for (PhoneChromium *self, const char *expression, guint timeout_ms, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_wait_async (self, expression, timeout_ms, NULL, keep_result, &result);
  return phone_chromium_wait_finish (self, wait_result (&result), error);
}

static void
stop (PhoneChromium *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_stop_async (self, keep_result, &result);
  phone_chromium_stop_finish (self, wait_result (&result));
}

static void
test_page (void)
{
  PhoneChromium *self = start ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) text = NULL;
  g_autoptr (JsonNode) media = NULL;
  g_autoptr (JsonNode) later = NULL;

  g_assert_true (open_page (self, PAGE, &error));
  g_assert_no_error (error);
  media = evaluate (self, "testMedia.report().source", &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_node_get_int (media), >, 0);
  g_assert_true (click (self, "#b", &error));
  text = evaluate (self, "document.querySelector('#b').textContent", &error);
  g_assert_cmpstr (json_node_get_string (text), ==, "clicked");
  later = wait_for (self, "window.x ? window.x : void setTimeout(() => window.x = 7, 50)",
                    5000, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_node_get_int (later), ==, 7);
  stop (self);
  g_object_unref (self);
}

static void
test_errors (void)
{
  PhoneChromium *self = start ();
  g_autoptr (GError) error = NULL;

  g_assert_true (open_page (self, PAGE, NULL));
  g_assert_null (evaluate (self, "nothing.here", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "nothing is not defined"));
  g_clear_error (&error);
  g_assert_false (click (self, "#hidden", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (click (self, "#none", NULL));
  g_assert_null (wait_for (self, "false", 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (open_page (self, "http://127.0.0.1:9/", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  stop (self);
  g_assert_null (evaluate (self, "1", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_object_unref (self);
}

static void
test_no_browser (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) silent = NULL;
  g_autoptr (GError) error = NULL;

  phone_chromium_start_async ("/nonexistent", 440, 1000, NULL, keep_result, &result);
  g_assert_null (phone_chromium_start_finish (wait_result (&result), &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_clear_error (&error);
  phone_chromium_start_async ("/bin/true", 440, 1000, NULL, keep_result, &silent);
  g_assert_null (phone_chromium_start_finish (wait_result (&silent), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chromium/page", test_page);
  g_test_add_func ("/chromium/errors", test_errors);
  g_test_add_func ("/chromium/no-browser", test_no_browser);
  return g_test_run ();
}
