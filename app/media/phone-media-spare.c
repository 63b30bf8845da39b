/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-spare.h"
#include "phone-certificate.h"
#include "phone-media-work.h"

/* Owned. Only ever exchanged as a whole: whoever has it out is its one owner. */
static char *spare;

void
phone_media_spare_make_any_thread (void)
{
  char *made = phone_certificate_make_pem (NULL, NULL);

  phone_certificate_free (g_atomic_pointer_exchange (&spare, made));
}

static gpointer
make_another_any_thread (gpointer unused)
{
  phone_media_spare_make_any_thread ();
  phone_media_work_end_any_thread ();
  return NULL;
}

char *
phone_media_spare_take (GError **error)
{
  char *taken = g_atomic_pointer_exchange (&spare, NULL);

  phone_media_work_begin_any_thread ();
  g_thread_unref (g_thread_new ("media-spare", make_another_any_thread, NULL));
  return taken ? taken : phone_certificate_make_pem (NULL, error);
}

char *
phone_media_spare_dup_fingerprint (void)
{
  char *held = g_atomic_pointer_exchange (&spare, NULL);
  char *fingerprint = held ? phone_certificate_dup_fingerprint (held) : NULL;

  phone_certificate_free (g_atomic_pointer_exchange (&spare, held));
  return fingerprint;
}
