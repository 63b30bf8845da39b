/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-closures.h"

#include "phone-closures.h"
#include "phone-text.h"

#include <glib/gi18n.h>

/* ---- Words ---- */

static char *
call_words (gpointer self,
            PhoneCallState state,
            PhoneEndCause cause,
            gboolean held,
            gboolean peer_held,
            guint reconnecting)
{
  return phone_text_dup_call (state, cause, held, peer_held, reconnecting);
}

/* How it ended, and what to do now. */
static char *
end_sentence (gpointer self, PhoneEndCause cause, const GError *error)
{
  if (cause == PHONE_END_INTERNAL && error != NULL)
    return g_strdup (phone_text_error (error));
  return g_strdup (phone_text_end_sentence (cause));
}

/* Who cannot be heard and why; else what is worst about the sound. A hold is told by the
 * words for the state. */
static char *
sound_sentence (gpointer self,
                PhoneMediaSilence diagnosis,
                PhoneQualityReason reason,
                gboolean camera_missing)
{
  if (diagnosis == PHONE_MEDIA_SILENCE_HOLD)
    return g_strdup ("");
  if (diagnosis != PHONE_MEDIA_SILENCE_NONE)
    return g_strdup (phone_text_silence (diagnosis));
  if (camera_missing)
    return g_strdup (_ ("There is no camera, or another program uses it."));
  return g_strdup (phone_text_quality_reason (reason));
}

static char *
transfer_sentence (gpointer self,
                   PhoneTransferState state,
                   const char *target,
                   guint status)
{
  return phone_text_dup_transfer (state, target, status);
}

/* The first of them that has something to say; the end says all. */
static char *
one_sentence (gpointer self,
              PhoneCallState state,
              const char *end,
              const char *transfer,
              const char *sound)
{
  if (state == PHONE_CALL_STATE_ENDED)
    return g_strdup (end);
  if (*transfer != '\0')
    return g_strdup (transfer);
  return g_strdup (state == PHONE_CALL_STATE_ACTIVE ? sound : "");
}

static char *
video_question (gpointer self, const char *title)
{
  g_autofree char *who = phone_text_dup_literal (title);

  return g_strdup_printf (_ ("%s would like to see you"), who);
}

static char *
transfer_question (gpointer self, const char *title, const char *target)
{
  g_autofree char *who = phone_text_dup_literal (title);
  g_autofree char *whom = phone_text_dup_address (target);

  return g_strdup_printf (_ ("%1$s asks you to call %2$s instead"), who, whom);
}

static gboolean
transfer_is_asked (gpointer self, PhoneTransferState state)
{
  return state == PHONE_TRANSFER_ASKED;
}

/* ---- Quality ---- */

static char *
quality_icon (gpointer self, PhoneQuality quality)
{
  switch (quality) {
  case PHONE_QUALITY_UNKNOWN:
    return g_strdup ("network-cellular-signal-none-symbolic");
  case PHONE_QUALITY_BAD:
    return g_strdup ("network-cellular-signal-weak-symbolic");
  case PHONE_QUALITY_FAIR:
    return g_strdup ("network-cellular-signal-ok-symbolic");
  case PHONE_QUALITY_GOOD:
    return g_strdup ("network-cellular-signal-excellent-symbolic");
  }
  return NULL;
}

static char *
quality_words (gpointer self, PhoneQuality quality)
{
  return g_strdup (phone_text_quality (quality));
}

static gboolean
quality_is_known (gpointer self, PhoneQuality quality)
{
  return quality != PHONE_QUALITY_UNKNOWN;
}

/* ---- What can be done ---- */

static gboolean
call_is_standing (gpointer self, PhoneCallState state)
{
  return state == PHONE_CALL_STATE_CONNECTING || state == PHONE_CALL_STATE_ACTIVE ||
         state == PHONE_CALL_STATE_RECONNECTING;
}

static char *
call_timer (gpointer self, guint duration, gint64 active_since)
{
  return active_since > 0 ? phone_text_dup_duration (duration) : g_strdup ("");
}

static char *
call_protection (gpointer self, gboolean encrypted)
{
  return g_strdup (encrypted ? _ ("Encrypted") : "");
}

static char *
call_protection_long (gpointer self, gboolean encrypted)
{
  return g_strdup (encrypted ? _ ("Encrypted, certificate checked")
                             : _ ("Not connected yet"));
}

static gboolean
call_is_live (gpointer self, PhoneCallState state)
{
  return state != PHONE_CALL_STATE_ENDED;
}

static gboolean
call_is_over (gpointer self, PhoneCallState state)
{
  return state == PHONE_CALL_STATE_ENDED;
}

static char *
microphone_icon (gpointer self, gboolean muted)
{
  return g_strdup (muted ? "microphone-disabled-symbolic"
                         : "audio-input-microphone-symbolic");
}

static char *
incoming_words (gpointer self, gboolean offers_video)
{
  return g_strdup (offers_video ? _ ("Incoming video call") : _ ("Incoming call"));
}

static char *
answer_words (gpointer self, gboolean in_call)
{
  return g_strdup (in_call ? _ ("Hold and Answer") : _ ("Answer"));
}

/* The account of the exchange inside has an address that is none outside (RFC 6761 §6.4). */
static char *
account_called (gpointer self, PhoneAccount *account)
{
  PhoneAccountConfig *config = phone_account_get_config (account);
  g_autofree char *address =
      phone_text_dup_address (phone_account_config_get_aor (config));

  if (g_str_has_suffix (address, ".invalid"))
    return g_strdup (C_ ("whom somebody calls", "to this computer"));
  return g_strdup_printf (C_ ("whom somebody calls", "to %s"), address);
}

static GStrv
picture_classes (gpointer self, gboolean empty, gboolean faded)
{
  return g_strdupv ((char *[]){(char *)(empty ? "no-picture" : "on-picture"),
                               (char *)(faded && !empty ? "faded" : NULL), NULL});
}

void
phone_call_closures_bind (GtkWidgetClass *klass)
{
  const struct {
    const char *name;
    GCallback function;
  } closures[] = {
      {"call_words", G_CALLBACK (call_words)},
      {"end_sentence", G_CALLBACK (end_sentence)},
      {"sound_sentence", G_CALLBACK (sound_sentence)},
      {"transfer_sentence", G_CALLBACK (transfer_sentence)},
      {"one_sentence", G_CALLBACK (one_sentence)},
      {"video_question", G_CALLBACK (video_question)},
      {"transfer_question", G_CALLBACK (transfer_question)},
      {"transfer_is_asked", G_CALLBACK (transfer_is_asked)},
      {"quality_icon", G_CALLBACK (quality_icon)},
      {"quality_words", G_CALLBACK (quality_words)},
      {"quality_is_known", G_CALLBACK (quality_is_known)},
      {"call_is_standing", G_CALLBACK (call_is_standing)},
      {"call_timer", G_CALLBACK (call_timer)},
      {"call_protection", G_CALLBACK (call_protection)},
      {"call_protection_long", G_CALLBACK (call_protection_long)},
      {"call_is_live", G_CALLBACK (call_is_live)},
      {"call_is_over", G_CALLBACK (call_is_over)},
      {"microphone_icon", G_CALLBACK (microphone_icon)},
      {"incoming_words", G_CALLBACK (incoming_words)},
      {"answer_words", G_CALLBACK (answer_words)},
      {"account_called", G_CALLBACK (account_called)},
      {"picture_classes", G_CALLBACK (picture_classes)},
  };

  phone_closures_bind (klass);
  for (gsize i = 0; i < G_N_ELEMENTS (closures); i++)
    gtk_widget_class_bind_template_callback_full (klass, closures[i].name,
                                                  closures[i].function);
}
