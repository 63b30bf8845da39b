/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-work.h"

#include "phone-media-session.h"

static GMutex lock;
static GCond done;
static guint under_way; /* under the lock */

void
phone_media_work_begin_any_thread (void)
{
  g_mutex_lock (&lock);
  under_way++;
  g_mutex_unlock (&lock);
}

void
phone_media_work_end_any_thread (void)
{
  g_mutex_lock (&lock);
  under_way--;
  g_cond_broadcast (&done);
  g_mutex_unlock (&lock);
}

gboolean
phone_media_is_at_work (void)
{
  gboolean is_at_work;

  g_mutex_lock (&lock);
  is_at_work = under_way > 0;
  g_mutex_unlock (&lock);
  return is_at_work;
}

void
phone_media_finish (void)
{
  g_mutex_lock (&lock);
  while (under_way > 0)
    g_cond_wait (&done, &lock);
  g_mutex_unlock (&lock);
}
