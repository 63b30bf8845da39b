/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media-pair.h"

/* What a call takes from the system it gives back. */

enum { WARM = 3, CALLS = 50 };

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;
  return n;
}

static void
call_once (void)
{
  g_autoptr (PhoneMediaConfig) config = media_config (440);
  PhoneMediaSession *caller = media_session (config);
  PhoneMediaSession *callee = media_session (config);

  media_connect (caller, callee, FALSE);
  g_assert_true (media_wait_tone (callee, 440, 100, 10));
  media_end (caller);
  media_end (callee);
}

typedef struct {
  guint fds;
  guint threads;
} Use;

static Use
take_use (void)
{
  return (Use){.fds = count_entries ("/proc/self/fd"),
               .threads = count_entries ("/proc/self/task")};
}

/* The pipelines stop on threads of their own, in their own time. Pools may keep a few. */
static gboolean
is_back (gpointer data)
{
  const Use *before = data;
  Use now = take_use ();

  return now.fds <= before->fds + 2 && now.threads <= before->threads + 4;
}

static void
test_many (void)
{
  Use before = {0};
  Use after = {0};

  for (guint i = 0; i < WARM; i++)
    call_once ();
  media_run (1500);
  before = take_use ();
  for (guint i = 0; i < CALLS; i++)
    call_once ();
  media_wait (is_back, &before, 10);
  after = take_use ();
  g_test_message ("descriptors %u -> %u, threads %u -> %u", before.fds, after.fds,
                  before.threads, after.threads);
  g_assert_true (is_back (&before));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  phone_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/many", test_many);
  return g_test_run ();
}
