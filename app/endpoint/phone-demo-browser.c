/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-demo-browser.h"

#include <stdlib.h>

#define PAGE_MS 20000
#define MEDIA_MS 30000
#define TONE_PIECES 40 /* tenths of a second */
#define FRAMES 20

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

PhoneChromium *
phone_demo_browser_start (guint listen_hz, GError **error)
{
  g_autofree char *program = phone_chromium_find_program ();
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_start_async (program, PHONE_DEMO_BROWSER_HZ, listen_hz, NULL,
                              keep_result, &result);
  return phone_chromium_start_finish (wait_result (&result), error);
}

void
phone_demo_browser_stop (PhoneChromium *browser)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_stop_async (browser, keep_result, &result);
  phone_chromium_stop_finish (browser, wait_result (&result));
  g_object_unref (browser);
}

static gboolean
open_page (PhoneChromium *browser, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_open_async (browser, url, NULL, keep_result, &result);
  return phone_chromium_open_finish (browser, wait_result (&result), error);
}

static gboolean
click (PhoneChromium *browser, const char *selector, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_click_async (browser, selector, NULL, keep_result, &result);
  return phone_chromium_click_finish (browser, wait_result (&result), error);
}

static JsonNode *
wait_for (PhoneChromium *browser, const char *what, guint timeout_ms, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  phone_chromium_wait_async (browser, what, timeout_ms, NULL, keep_result, &result);
  return phone_chromium_wait_finish (browser, wait_result (&result), error);
}

static gboolean
wait_for_state (PhoneChromium *browser, const char *state, GError **error)
{
  g_autofree char *what =
      g_strdup_printf ("document.getElementById('card').dataset.state === '%s'", state);
  g_autoptr (JsonNode) node = wait_for (browser, what, PAGE_MS, error);

  return node != NULL;
}

static guint
get_number (JsonNode *node, const char *name)
{
  return (guint)json_object_get_int_member_with_default (json_node_get_object (node),
                                                         name, 0);
}

/* What the page shows, and how long after the button was pressed. */
static gboolean
begin_to_count (PhoneChromium *browser, GError **error)
{
  static const char what[] =
      "(() => {"
      "  const card = document.getElementById('card');"
      "  const steps = window.stepsOfCall = {};"
      "  let pressed = 0;"
      "  addEventListener('click', () => pressed = performance.now(),"
      "    {capture: true, once: true});"
      "  new MutationObserver(() => {"
      "    steps[card.dataset.state] = Math.round(performance.now() - pressed);"
      "  }).observe(card, {attributeFilter: ['data-state']});"
      "  return true;"
      "})()";
  g_autoptr (JsonNode) node = wait_for (browser, what, PAGE_MS, error);

  return node != NULL;
}

/* By content: tenths of a second with the tone, and frames of the one source there is. */
static gboolean
look (PhoneChromium *browser, guint listen_hz, PhoneDemoSight *sight, GError **error)
{
  g_autofree char *what = g_strdup_printf (
      "(({audio, video}) => {"
      "  const tone = audio?.tones[%u] ?? 0;"
      "  const frames = Math.max(0, ...Object.values(video?.sources ?? {}));"
      "  const version = Number(/Chrome\\/(\\d+)/.exec(navigator.userAgent)?.[1] ?? 0);"
      "  return tone >= %d && frames >= %d &&"
      "    {tone, frames, version, ...window.stepsOfCall};"
      "})(testMedia.report())",
      listen_hz, TONE_PIECES, FRAMES);
  g_autoptr (JsonNode) node = wait_for (browser, what, MEDIA_MS, error);

  if (node == NULL)
    return FALSE;
  sight->tone_ms = get_number (node, "tone") * 100;
  sight->n_frames = get_number (node, "frames");
  sight->ringing_ms = (int)get_number (node, "ringing");
  sight->answered_ms = (int)get_number (node, "active");
  sight->version = (int)get_number (node, "version");
  return TRUE;
}

gboolean
phone_demo_browser_call (PhoneChromium *browser,
                         const char *guest_link,
                         guint listen_hz,
                         PhoneDemoSight *sight,
                         GError **error)
{
  return open_page (browser, guest_link, error) &&
         wait_for_state (browser, "ready", error) &&
         click (browser, "#with-video-box", error) && begin_to_count (browser, error) &&
         click (browser, "#call", error) && wait_for_state (browser, "active", error) &&
         look (browser, listen_hz, sight, error);
}
