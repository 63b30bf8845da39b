/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-timings.h"

static const struct {
  PhoneTimings which;
  const char *member;
  const char *word;
} table[] = {
    {PHONE_TIMINGS_SIGNALLING, "ringingMs", "ringing"},
    {PHONE_TIMINGS_SIGNALLING, "answeredMs", "answered"},
    {PHONE_TIMINGS_MEDIA, "iceMs", "ICE"},
    {PHONE_TIMINGS_MEDIA, "dtlsMs", "DTLS"},
    {PHONE_TIMINGS_MEDIA, "firstAudioMs", "first sound"},
    {PHONE_TIMINGS_MEDIA, "firstVideoMs", "first picture"},
};

char *
phone_endpoint_timings_dup_words (JsonObject *timings, PhoneTimings which)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].which == which && json_object_has_member (timings, table[i].member))
      g_string_append_printf (text, "%s%s %d ms", text->len > 0 ? " · " : "",
                              table[i].word,
                              (int)json_object_get_int_member (timings, table[i].member));
  return g_string_free (text, FALSE);
}
