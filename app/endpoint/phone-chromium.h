/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * PhoneChromium: a headless Chromium with one page, driven over the DevTools protocol on a
 * pipe (no port is opened, and the browser ends when we do).
 *
 * In the place of microphone and camera every page gets a tone and numbered frames, and
 * `testMedia` to look at what it receives (see phone-chromium-media.js): for instance
 * `testMedia.report().audio.tones[440]` is the number of tenths of a second in which
 * 440 Hz was heard, and `testMedia.report().video.sources` the recognised frames of each
 * source.
 *
 * Made and used on one main context. The profile is a new folder, removed at the end.
 * One command at a time is not required: each has its own answer. When the browser ends,
 * what is pending fails with G_IO_ERROR_CLOSED.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define PHONE_TYPE_CHROMIUM (phone_chromium_get_type ())
G_DECLARE_FINAL_TYPE (PhoneChromium, phone_chromium, PHONE, CHROMIUM, GObject)

/** The path of an installed Chromium, or what CHROMIUM in the environment says; NULL: there
 * is none. Owned. */
char *phone_chromium_find_program (void);

/** Starts it. @tone_hz is what its pages say, @listen_hz what they listen for. */
void phone_chromium_start_async (const char *program,
                                 guint tone_hz,
                                 guint listen_hz,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PhoneChromium *phone_chromium_start_finish (GAsyncResult *result, GError **error);

/** Opens an address; done when the page and its scripts have been loaded. */
void phone_chromium_open_async (PhoneChromium *self,
                                const char *url,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean phone_chromium_open_finish (PhoneChromium *self,
                                     GAsyncResult *result,
                                     GError **error);

/** Evaluates JavaScript in the page, as if the person had just touched it; a promise is
 * waited for. The value is what JSON can say of it, NULL for undefined; owned. An
 * exception is G_IO_ERROR_FAILED with its text. */
void phone_chromium_evaluate_async (PhoneChromium *self,
                                    const char *expression,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
JsonNode *phone_chromium_evaluate_finish (PhoneChromium *self,
                                          GAsyncResult *result,
                                          GError **error);

/** Evaluates again and again until the value is true in JavaScript's sense, and hands it
 * out; G_IO_ERROR_TIMED_OUT when that takes longer. */
void phone_chromium_wait_async (PhoneChromium *self,
                                const char *expression,
                                guint timeout_ms,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
JsonNode *phone_chromium_wait_finish (PhoneChromium *self,
                                      GAsyncResult *result,
                                      GError **error);

/** Clicks the one element that a CSS selector names; G_IO_ERROR_FAILED when there is none,
 * it is hidden or disabled. */
void phone_chromium_click_async (PhoneChromium *self,
                                 const char *selector,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean phone_chromium_click_finish (PhoneChromium *self,
                                      GAsyncResult *result,
                                      GError **error);

/** Ends the browser and removes its folder. The last reference does the same, less
 * gently. */
void phone_chromium_stop_async (PhoneChromium *self,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
void phone_chromium_stop_finish (PhoneChromium *self, GAsyncResult *result);

G_END_DECLS
