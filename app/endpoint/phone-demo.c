/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The demo: the three programs prove a call to one another, and to a browser, on this
 * machine alone. Every party is a process of its own that knows of the others what comes
 * over the WebSocket and over the protected media path; this one starts them and reads
 * their verdicts.
 */
#include "phone-demo-browser.h"
#include "phone-demo-child.h"
#include "phone-demo-print.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "phone.example"
#define ALICE_HZ "440"
#define BOB_HZ "660"
#define ALICE_HZ_NUMBER 440
#define START_MS 10000
#define CALL_MS 60000
#define CALL_S "6"
#define EXIT_INTERRUPTED 130

typedef struct {
  char *folder; /* with the passwords; only we may read it */
  char *users_file;
  char *alice_file;
  char *bob_file;
  char *control_socket; /* of the exchange */
  PhoneDemoChild *exchange;
  char *url;
  char *guest_link;
} Demo;

/* ---- The private exchange ---- */

static char *
write_file (Demo *demo, const char *name, const char *text)
{
  char *path = g_build_filename (demo->folder, name, NULL);

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 NULL))
    g_error ("%s cannot be written", path);
  return path;
}

static void
write_passwords (Demo *demo)
{
  g_autofree char *alice = g_uuid_string_random ();
  g_autofree char *bob = g_uuid_string_random ();
  g_autofree char *users = g_strdup_printf ("alice:%s\nbob:%s\n", alice, bob);

  demo->users_file = write_file (demo, "users", users);
  demo->alice_file = write_file (demo, "alice", alice);
  demo->bob_file = write_file (demo, "bob", bob);
}

static gboolean
demo_start (Demo *demo, GError **error)
{
  JsonObject *line;

  demo->folder = g_dir_make_tmp ("phone-demo-XXXXXX", error);
  if (demo->folder == NULL)
    return FALSE;
  write_passwords (demo);
  demo->control_socket = g_build_filename (demo->folder, "control", NULL);
  demo->exchange = phone_demo_child_start ("phone-exchange",
                                           (const char *const[]){
                                               "--listen",
                                               "127.0.0.1:0",
                                               "--domain",
                                               DOMAIN,
                                               "--users",
                                               demo->users_file,
                                               "--guest",
                                               "alice",
                                               "--control",
                                               demo->control_socket,
                                               "--json",
                                               NULL,
                                           },
                                           error);
  if (demo->exchange == NULL)
    return FALSE;
  line = phone_demo_child_wait (demo->exchange, "event", "listening", START_MS, error);
  if (line == NULL)
    return FALSE;
  demo->url = g_strdup (json_object_get_string_member_with_default (line, "url", NULL));
  demo->guest_link =
      g_strdup (json_object_get_string_member_with_default (line, "guest_link", NULL));
  return demo->url != NULL;
}

static void
remove_file (char *path)
{
  if (path != NULL)
    g_unlink (path);
  g_free (path);
}

static void
remove_files (Demo *demo)
{
  g_clear_pointer (&demo->users_file, remove_file);
  g_clear_pointer (&demo->alice_file, remove_file);
  g_clear_pointer (&demo->bob_file, remove_file);
  g_clear_pointer (&demo->control_socket, remove_file);
  if (demo->folder != NULL)
    g_rmdir (demo->folder);
  g_clear_pointer (&demo->folder, g_free);
}

static void
demo_clear (Demo *demo)
{
  g_clear_pointer (&demo->exchange, phone_demo_child_free);
  remove_files (demo);
  g_clear_pointer (&demo->url, g_free);
  g_clear_pointer (&demo->guest_link, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Demo, demo_clear)

/* ---- The phones ---- */

/* An endpoint as alice or bob, on loopback alone; @words and @options as on its command
 * line, ended by NULL. */
static PhoneDemoChild *
start_endpoint (Demo *demo,
                gboolean is_alice,
                const char *const *words,
                const char *const *options,
                GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *account[] = {
      "--server",
      demo->url,
      "--account",
      is_alice ? "sip:alice@" DOMAIN : "sip:bob@" DOMAIN,
      "--password-file",
      is_alice ? demo->alice_file : demo->bob_file,
      "--local-address",
      "127.0.0.1",
      "--json",
      "--video",
      "--tone",
      is_alice ? ALICE_HZ : BOB_HZ,
      NULL,
  };
  const char *const *const parts[] = {words, account, options};

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    for (guint j = 0; parts[i][j] != NULL; j++)
      g_ptr_array_add (argv, (gpointer)parts[i][j]);
  g_ptr_array_add (argv, NULL);
  return phone_demo_child_start ("phone-endpoint", (const char *const *)argv->pdata,
                                 error);
}

static gboolean
print_registered (JsonObject *line, const char *who)
{
  phone_demo_print_proof (
      TRUE, who, "registered over WebSocket in %d ms",
      (int)json_object_get_int_member_with_default (line, "registeredMs", -1));
  return TRUE;
}

static gboolean
wait_registered (PhoneDemoChild *child, const char *who, GError **error)
{
  JsonObject *line =
      phone_demo_child_wait (child, "state", "registered", START_MS, error);

  return line != NULL && print_registered (line, who);
}

static JsonObject *
wait_verdict (PhoneDemoChild *child, GError **error)
{
  return phone_demo_child_wait (child, "event", "verdict", CALL_MS, error);
}

/* What one side of a call proved: that it heard the other and saw it, and that the other
 * confirms what came. All three are looked at and told. */
static gboolean
print_side (JsonObject *verdict,
            const char *tone,
            const char *hears,
            const char *sees,
            const char *confirms)
{
  gboolean is_heard = phone_demo_print_check (verdict, tone, hears);
  gboolean is_seen = phone_demo_print_check (verdict, "frames", sees);
  gboolean is_confirmed = phone_demo_print_confirmed (verdict, confirms);

  return is_heard && is_seen && is_confirmed;
}

/* ---- The calls ---- */

static gboolean
prove_phones (Demo *demo, GError **error)
{
  g_autoptr (PhoneDemoChild) alice = NULL;
  g_autoptr (PhoneDemoChild) bob = NULL;
  JsonObject *from_alice;
  JsonObject *from_bob;
  gboolean is_proven;

  phone_demo_print_title ("alice calls bob: a phone and a phone");
  bob = start_endpoint (
      demo, FALSE, (const char *const[]){"answer", NULL},
      (const char *const[]){"--expect", "tone=" ALICE_HZ ",frames", NULL}, error);
  if (bob == NULL || !wait_registered (bob, "bob", error))
    return FALSE;
  alice =
      start_endpoint (demo, TRUE, (const char *const[]){"call", "sip:bob@" DOMAIN, NULL},
                      (const char *const[]){"--duration", CALL_S, "--expect",
                                            "tone=" BOB_HZ ",frames", NULL},
                      error);
  if (alice == NULL || !wait_registered (alice, "alice", error))
    return FALSE;
  from_alice = wait_verdict (alice, error);
  from_bob = from_alice != NULL ? wait_verdict (bob, error) : NULL;
  if (from_bob == NULL)
    return FALSE;
  phone_demo_print_timings (from_alice, PHONE_TIMINGS_SIGNALLING);
  phone_demo_print_timings (from_alice, PHONE_TIMINGS_MEDIA);
  is_proven = print_side (from_alice, "tone=" BOB_HZ, "alice hears bob", "alice sees bob",
                          "bob confirms");
  return print_side (from_bob, "tone=" ALICE_HZ, "bob hears alice", "bob sees alice",
                     "alice confirms") &&
         is_proven;
}

static gboolean
print_sight (const PhoneDemoSight *sight)
{
  phone_demo_print_proof (TRUE, "the guest hears alice",
                          "A tone of " ALICE_HZ " Hz was heard for %.1f s.",
                          sight->tone_ms / 1000.0);
  phone_demo_print_proof (TRUE, "the guest sees alice",
                          "%u numbered frames were recognised.", sight->n_frames);
  return TRUE;
}

static gboolean
call_from_browser (Demo *demo, PhoneChromium *browser, GError **error)
{
  g_autoptr (PhoneDemoChild) alice = NULL;
  PhoneDemoSight sight = {0};
  JsonObject *verdict;

  alice = start_endpoint (
      demo, TRUE, (const char *const[]){"answer", NULL},
      (const char *const[]){"--duration", CALL_S, "--expect", "tone=1000,frames", NULL},
      error);
  if (alice == NULL || !wait_registered (alice, "alice", error) ||
      !phone_demo_browser_call (browser, demo->guest_link, ALICE_HZ_NUMBER, &sight,
                                error))
    return FALSE;
  verdict = wait_verdict (alice, error);
  if (verdict == NULL)
    return FALSE;
  phone_demo_print_fact ("the guest", "Chromium %d on the guest page", sight.version);
  phone_demo_print_fact ("signalling", "ringing %d ms · answered %d ms", sight.ringing_ms,
                         sight.answered_ms);
  phone_demo_print_timings (verdict, PHONE_TIMINGS_MEDIA);
  return print_sight (&sight) &&
         print_side (verdict, "tone=1000", "alice hears the guest",
                     "alice sees the guest", "the guest confirms");
}

static gboolean
prove_browser (Demo *demo, GError **error)
{
  PhoneChromium *browser;
  gboolean is_proven;

  phone_demo_print_title ("a guest calls alice: a browser and a phone");
  browser = phone_demo_browser_start (ALICE_HZ_NUMBER, error);
  if (browser == NULL)
    return FALSE;
  is_proven = call_from_browser (demo, browser, error);
  phone_demo_browser_stop (browser);
  return is_proven;
}

static gboolean
prove (Demo *demo, GError **error)
{
  g_autofree char *chromium = phone_chromium_find_program ();

  phone_demo_print_title ("a private exchange on this machine");
  phone_demo_print_fact ("address", "%s", demo->url);
  if (!prove_phones (demo, error))
    return FALSE;
  if (chromium == NULL) {
    phone_demo_print_title ("a browser and a phone: not tried, no Chromium is installed");
    return TRUE;
  }
  return prove_browser (demo, error);
}

/* In the middle of whatever it waits for: the children end with this process. */
static gboolean
on_demo_interrupted (gpointer user_data)
{
  remove_files (user_data);
  exit (EXIT_INTERRUPTED);
}

static int
run_demo (Demo *demo)
{
  g_autoptr (GError) error = NULL;
  gboolean is_proven;

  g_unix_signal_add (SIGINT, on_demo_interrupted, demo);
  g_unix_signal_add (SIGTERM, on_demo_interrupted, demo);
  is_proven = demo_start (demo, &error) && prove (demo, &error);
  if (error != NULL)
    phone_demo_print_proof (FALSE, "stopped", "%s.", error->message);
  phone_demo_print_title (is_proven ? "Everything is proven."
                                    : "Not everything is proven.");
  return is_proven ? 0 : 1;
}

/* ---- An echo to call from a browser ---- */

static gboolean
on_interrupted (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
wait_for_interrupt (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint interrupt_id = g_unix_signal_add (SIGINT, on_interrupted, loop);
  guint terminate_id = g_unix_signal_add (SIGTERM, on_interrupted, loop);

  g_main_loop_run (loop);
  g_source_remove (interrupt_id);
  g_source_remove (terminate_id);
}

static int
run_serve (Demo *demo)
{
  g_autoptr (PhoneDemoChild) echo = NULL;
  g_autoptr (GError) error = NULL;

  if (demo_start (demo, &error))
    echo = start_endpoint (demo, TRUE, (const char *const[]){"answer", NULL},
                           (const char *const[]){"--count", "0", "--echo", NULL}, &error);
  if (echo == NULL || !wait_registered (echo, "the echo", &error)) {
    phone_demo_print_proof (FALSE, "stopped", "%s.", error->message);
    return 1;
  }
  phone_demo_print_fact ("open in a browser", "%s", demo->guest_link);
  phone_demo_print_fact ("it", "sends back what it hears and sees; Ctrl+C ends it");
  wait_for_interrupt ();
  return 0;
}

int
main (int argc, char **argv)
{
  g_auto (Demo) demo = {0};

  g_log_writer_default_set_use_stderr (TRUE);
  if (argc == 1)
    return run_demo (&demo);
  if (argc == 2 && strcmp (argv[1], "--serve") == 0)
    return run_serve (&demo);
  fputs ("usage: phone-demo [--serve]\n", stderr);
  return 2;
}
