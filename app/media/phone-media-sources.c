/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-sources.h"

static guint
find (const PhoneMediaSources *self, guint32 ssrc)
{
  guint i = 0;

  while (i < self->n_known && self->known[i].ssrc != ssrc)
    i++;
  return i;
}

static guint
find_quietest (const PhoneMediaSources *self)
{
  guint quietest = 0;

  for (guint i = 1; i < self->n_known; i++)
    if (self->known[i].heard_us < self->known[quietest].heard_us)
      quietest = i;
  return quietest;
}

gboolean
phone_media_sources_take (PhoneMediaSources *self, guint32 ssrc, gint64 now_us)
{
  guint i = find (self, ssrc);

  if (i == PHONE_MEDIA_SOURCES_MAX) {
    if (now_us - self->replaced_us < PHONE_MEDIA_SOURCES_PACE_US)
      return FALSE;
    self->replaced_us = now_us;
    i = find_quietest (self);
  } else if (i == self->n_known) {
    self->n_known++;
    self->replaced_us = now_us;
  }
  self->known[i].ssrc = ssrc;
  self->known[i].heard_us = now_us;
  return TRUE;
}
