/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include <glib/gi18n.h>

static const struct {
  const char *field;
  const char *text;
} sentences[] = {
    {"aor", N_ ("Write it like alice@example.org.")},
    {"servers",
     N_ ("Write each like wss://example.org/ws. All must begin with wss://, or "
         "all with ws://, and there are eight at most.")},
    {"registrar", N_ ("Write it like sip:example.org, or leave it empty.")},
    {"pinned-fingerprint",
     N_ ("This is no SHA-256 fingerprint: 32 pairs of the digits 0 to 9 and A to F.")},
    {"turn-user", N_ ("A TURN server needs a user name.")},
    {"local-address", N_ ("Write an IP address of this computer.")},
    {"dial-prefix", N_ ("Write it like +49, or like 9 for an outside line.")},
    {"ice-servers", N_ ("Write each like stun:example.org or turn:example.org:3478.")},
    {"audio-codecs", N_ ("Calls need one sound codec at least.")},
    {"video-codecs", N_ ("Calls with pictures need one picture codec at least.")},
    {"relay-only", N_ ("This needs a TURN server.")},
};

const char *
phone_text_account_field (const char *field)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (g_strcmp0 (sentences[i].field, field) == 0)
      return _ (sentences[i].text);
  return _ ("This has a character that must not be in it.");
}

/* As phone_ringer_get_tone_names() has them. */
const char *
phone_text_ring_tone (const char *name)
{
  static const struct {
    const char *name;
    const char *title;
  } titles[] = {
      {"classic", NC_ ("ring tone", "Classic")},
      {"chimes", NC_ ("ring tone", "Chimes")},
      {"pulse", NC_ ("ring tone", "Pulse")},
      {"rise", NC_ ("ring tone", "Rise")},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].name, name))
      return g_dpgettext2 (NULL, "ring tone", titles[i].title);
  return name;
}
