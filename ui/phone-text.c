/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_CHARACTERS 200

/* Zero-width joiner and non-joiner carry meaning in several scripts and in emoji, and
 * cannot change the order of what is around them. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

static gboolean
is_space_like (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gboolean
is_hidden (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return !is_joiner (c) && (type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE ||
                            type == G_UNICODE_PRIVATE_USE);
}

char *
phone_text_dup_literal (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);
  glong count = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (is_hidden (c))
      continue;
    if (++count > MAX_CHARACTERS) {
      g_string_append (out, "…");
      break;
    }
    g_string_append_unichar (out, is_space_like (c) ? ' ' : c);
  }
  g_strstrip (out->str);

  return g_string_free (out, FALSE);
}

char *
phone_text_dup_address (const char *uri)
{
  g_autofree char *literal = phone_text_dup_literal (uri);
  const char *start = literal;
  const char *host;

  if (g_ascii_strncasecmp (start, "sip:", 4) == 0 ||
      g_ascii_strncasecmp (start, "tel:", 4) == 0)
    start += 4;
  else if (g_ascii_strncasecmp (start, "sips:", 5) == 0)
    start += 5;

  /* A user may hold both characters: "bank;@evil.example" is not the bank. */
  host = strchr (start, '@');
  if (host == NULL)
    host = start;
  return g_strndup (start, host - start + strcspn (host, ";?"));
}

char *
phone_text_dup_duration (guint seconds)
{
  if (seconds >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", seconds / 3600, seconds / 60 % 60,
                            seconds % 60);
  return g_strdup_printf ("%02u:%02u", seconds / 60, seconds % 60);
}

const char *
phone_text_account_state (PhoneAccountState state)
{
  switch (state) {
  case PHONE_ACCOUNT_STATE_OFFLINE:
    return C_ ("account state", "Offline");
  case PHONE_ACCOUNT_STATE_CONNECTING:
    return C_ ("account state", "Connecting");
  case PHONE_ACCOUNT_STATE_REGISTERING:
    return C_ ("account state", "Signing in");
  case PHONE_ACCOUNT_STATE_REGISTERED:
    return C_ ("account state", "Reachable");
  case PHONE_ACCOUNT_STATE_WAITING:
    return C_ ("account state", "Not reachable");
  case PHONE_ACCOUNT_STATE_REFUSED:
    return C_ ("account state", "Refused");
  case PHONE_ACCOUNT_STATE_UNREGISTERING:
    return C_ ("account state", "Signing out");
  }
  return "";
}

const char *
phone_text_call_state (PhoneCallState state)
{
  switch (state) {
  case PHONE_CALL_STATE_DIALLING:
    return C_ ("call state", "Calling");
  case PHONE_CALL_STATE_RINGING:
    return C_ ("call state", "Ringing");
  case PHONE_CALL_STATE_INCOMING:
    return C_ ("call state", "Incoming call");
  case PHONE_CALL_STATE_CONNECTING:
    return C_ ("call state", "Connecting");
  case PHONE_CALL_STATE_ACTIVE:
    return C_ ("call state", "In call");
  case PHONE_CALL_STATE_RECONNECTING:
    return C_ ("call state", "Reconnecting");
  case PHONE_CALL_STATE_ENDING:
    return C_ ("call state", "Hanging up");
  case PHONE_CALL_STATE_ENDED:
    return C_ ("call state", "Call ended");
  }
  return "";
}

char *
phone_text_dup_call (PhoneCallState state,
                     PhoneEndCause cause,
                     gboolean held,
                     gboolean peer_held,
                     guint reconnecting_s)
{
  if (state == PHONE_CALL_STATE_ENDED)
    return g_strdup (phone_text_end_cause (cause));
  if (state == PHONE_CALL_STATE_ACTIVE && held)
    return g_strdup (C_ ("call state", "On hold by you"));
  if (state == PHONE_CALL_STATE_ACTIVE && peer_held)
    return g_strdup (C_ ("call state", "On hold by them"));
  if (state == PHONE_CALL_STATE_RECONNECTING && reconnecting_s > 0)
    /* Translators: for so many seconds */
    return g_strdup_printf (C_ ("call state", "Reconnecting, %u s"), reconnecting_s);
  return g_strdup (phone_text_call_state (state));
}

const char *
phone_text_end_cause (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_HERE:
    return C_ ("end of a call", "Call ended");
  case PHONE_END_HUNG_UP_THERE:
    return C_ ("end of a call", "They hung up");
  case PHONE_END_CANCELLED_HERE:
    return C_ ("end of a call", "Cancelled");
  case PHONE_END_MISSED:
    return C_ ("end of a call", "Missed call");
  case PHONE_END_ANSWERED_ELSEWHERE:
    return C_ ("end of a call", "Answered elsewhere");
  case PHONE_END_DECLINED_HERE:
    return C_ ("end of a call", "Declined");
  case PHONE_END_BUSY:
    return C_ ("end of a call", "Busy");
  case PHONE_END_DECLINED:
    return C_ ("end of a call", "Call declined");
  case PHONE_END_NOT_FOUND:
    return C_ ("end of a call", "No such address");
  case PHONE_END_UNAVAILABLE:
    return C_ ("end of a call", "Not available");
  case PHONE_END_NO_ANSWER:
    return C_ ("end of a call", "No answer");
  case PHONE_END_FORBIDDEN:
    return C_ ("end of a call", "Not allowed");
  case PHONE_END_NOT_ACCEPTABLE:
    return C_ ("end of a call", "Nothing in common");
  case PHONE_END_REDIRECTED:
    return C_ ("end of a call", "Moved elsewhere");
  case PHONE_END_SERVER_FAILED:
    return C_ ("end of a call", "Server problem");
  case PHONE_END_CONNECTION_LOST:
    return C_ ("end of a call", "Connection lost");
  case PHONE_END_CALL_LOST:
    return C_ ("end of a call", "Call lost");
  case PHONE_END_MEDIA_FAILED:
    return C_ ("end of a call", "No sound possible");
  case PHONE_END_CERTIFICATE_MISMATCH:
    return C_ ("end of a call", "Not safe");
  case PHONE_END_PEER_VANISHED:
    return C_ ("end of a call", "They are gone");
  case PHONE_END_TRANSFERRED:
    return C_ ("end of a call", "Call handed on");
  case PHONE_END_REPLACED:
    return C_ ("end of a call", "Call goes on elsewhere");
  case PHONE_END_INTERNAL:
    return C_ ("end of a call", "Call failed");
  }
  return "";
}

const char *
phone_text_end_sentence (PhoneEndCause cause)
{
  switch (cause) {
  case PHONE_END_NONE:
  case PHONE_END_HUNG_UP_HERE:
  case PHONE_END_HUNG_UP_THERE:
  case PHONE_END_CANCELLED_HERE:
  case PHONE_END_DECLINED_HERE:
  case PHONE_END_TRANSFERRED:
  case PHONE_END_REPLACED:
    return "";
  case PHONE_END_MISSED:
    return _ ("They stopped calling before you answered.");
  case PHONE_END_ANSWERED_ELSEWHERE:
    return _ ("Another of your devices took the call.");
  case PHONE_END_BUSY:
    return _ ("They are in another call. Try again later.");
  case PHONE_END_DECLINED:
    return _ ("They do not want to talk now.");
  case PHONE_END_NOT_FOUND:
    return _ ("The server knows nobody of that name. Check the address.");
  case PHONE_END_UNAVAILABLE:
    return _ ("They are not signed in at the moment. Try again later.");
  case PHONE_END_NO_ANSWER:
    return _ ("It rang, and nobody answered. Try again later.");
  case PHONE_END_FORBIDDEN:
    return _ ("Your server does not let you call this address. Ask who runs it.");
  case PHONE_END_NOT_ACCEPTABLE:
    return _ ("The other phone has no protected sound that this one knows.");
  case PHONE_END_REDIRECTED:
    return _ ("They ask to be called at another address. Ask them which.");
  case PHONE_END_SERVER_FAILED:
    return _ ("The server could not put the call through. Try again later.");
  case PHONE_END_CONNECTION_LOST:
    return _ ("The server was lost before the call stood. Try again when you are "
              "reachable.");
  case PHONE_END_CALL_LOST:
    return _ ("The other side no longer knows of this call. Call again.");
  case PHONE_END_MEDIA_FAILED:
    return _ ("No way was found for sound between you. Another network may help.");
  case PHONE_END_CERTIFICATE_MISMATCH:
    return _ ("Someone else than announced answered, so nothing was sent. Do not trust "
              "this connection.");
  case PHONE_END_PEER_VANISHED:
    return _ ("Nothing came from the other side any more. Call again.");
  case PHONE_END_INTERNAL:
    return _ ("Something went wrong in this phone. Call again.");
  }
  return "";
}

const char *
phone_text_silence (PhoneMediaSilence silence)
{
  switch (silence) {
  case PHONE_MEDIA_SILENCE_NONE:
    return "";
  case PHONE_MEDIA_SILENCE_HOLD:
    return _ ("The call is on hold.");
  case PHONE_MEDIA_SILENCE_MUTED:
    return _ ("They cannot hear you: your microphone is muted.");
  case PHONE_MEDIA_SILENCE_SOURCE:
    return _ ("They cannot hear you: your microphone is silent.");
  case PHONE_MEDIA_SILENCE_NOT_RECEIVED:
    return _ ("They cannot hear you: your sound does not reach them.");
  case PHONE_MEDIA_SILENCE_NO_PACKETS:
    return _ ("You cannot hear them: nothing arrives.");
  case PHONE_MEDIA_SILENCE_NOT_DECODED:
    return _ ("You cannot hear them: their sound cannot be played.");
  case PHONE_MEDIA_SILENCE_PEER_QUIET:
    return _ ("You cannot hear them: their microphone is silent.");
  }
  return "";
}

const char *
phone_text_quality (PhoneQuality quality)
{
  switch (quality) {
  case PHONE_QUALITY_UNKNOWN:
    return "";
  case PHONE_QUALITY_BAD:
    return _ ("Bad connection");
  case PHONE_QUALITY_FAIR:
    return _ ("Fair connection");
  case PHONE_QUALITY_GOOD:
    return _ ("Good connection");
  }
  return "";
}

const char *
phone_text_quality_reason (PhoneQualityReason reason)
{
  switch (reason) {
  case PHONE_QUALITY_REASON_NONE:
  case PHONE_QUALITY_REASON_SILENCE:
    return "";
  case PHONE_QUALITY_REASON_LOSS_IN:
    return _ ("You may hear gaps: some of their sound is lost on the way.");
  case PHONE_QUALITY_REASON_LOSS_OUT:
    return _ ("They may hear gaps: some of your sound is lost on the way.");
  case PHONE_QUALITY_REASON_JITTER:
    return _ ("You may hear gaps: their sound arrives irregularly.");
  case PHONE_QUALITY_REASON_DELAY:
    return _ ("You hear each other late: the way is slow.");
  }
  return "";
}

/* Why whom we named does not talk with them (RFC 3261 §21). */
static const char *
text_transfer_failure (guint status)
{
  switch (status) {
  case 486:
  case 600:
    return _ ("Busy. You are still connected.");
  case 603:
    return _ ("Declined. You are still connected.");
  case 404:
  case 604:
    return _ ("No such address. You are still connected.");
  case 480:
    return _ ("Not available. You are still connected.");
  case 408:
  case 487:
    return _ ("No answer. You are still connected.");
  default:
    return _ ("It did not work. You are still connected.");
  }
}

char *
phone_text_dup_transfer (PhoneTransferState state, const char *target, guint status)
{
  g_autofree char *whom = phone_text_dup_address (target);

  switch (state) {
  case PHONE_TRANSFER_NONE:
  case PHONE_TRANSFER_ASKED:
    return g_strdup ("");
  case PHONE_TRANSFER_TRYING:
    return g_strdup_printf (_ ("Transferring to %s"), whom);
  case PHONE_TRANSFER_RINGING:
    return g_strdup_printf (_ ("Transferring: it rings at %s"), whom);
  case PHONE_TRANSFER_DONE:
    return g_strdup_printf (_ ("Transferred to %s"), whom);
  case PHONE_TRANSFER_FAILED:
    return g_strdup_printf (C_ ("address, reason", "Transfer to %1$s: %2$s"), whom,
                            text_transfer_failure (status));
  }
  return g_strdup ("");
}
