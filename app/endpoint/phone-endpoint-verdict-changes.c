/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-verdict-private.h"

#include "phone-endpoint-text.h"

#include <string.h>

#define STATUS_TIMEOUT 408

static void
judge_not_begun (PhoneVerdict *verdict, const char *name, const GError *error)
{
  PhoneError code = phone_error_get_code (error);

  phone_verdict_add_check (verdict, name, phone_exit_of_error (code),
                           phone_error_get_name (code),
                           g_strdup (phone_endpoint_text_error (code)));
}

static void
judge_dtmf (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  if (seen->digits_error != NULL)
    judge_not_begun (verdict, "dtmf", seen->digits_error);
  else
    phone_verdict_add_check (verdict, "dtmf", PHONE_EXIT_MEDIA_NOT_PROVEN,
                             seen->digits_sent < seen->digits_asked ? "digits-not-sent"
                                                                    : NULL,
                             g_strdup_printf ("%u of %u digits were sent.",
                                              seen->digits_sent, seen->digits_asked));
}

static void
judge_digits (PhoneVerdict *verdict, const PhoneWish *wish, const PhoneObservation *seen)
{
  const char *heard = seen->digits_heard != NULL ? seen->digits_heard : "";
  g_autofree char *name = g_strdup_printf ("digits=%s", wish->expect_digits);
  gboolean is_there = strstr (heard, wish->expect_digits) != NULL;
  const char *cause = *heard == '\0' ? "no-digits" : "wrong-digits";

  phone_verdict_add_check (verdict, name, PHONE_EXIT_MEDIA_NOT_PROVEN,
                           is_there ? NULL : cause,
                           *heard == '\0' ? g_strdup ("No digits came.")
                                          : g_strdup_printf ("%s came.", heard));
}

static void
judge_held (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  if (seen->is_hold_refused)
    phone_verdict_add_check (verdict, "held", PHONE_EXIT_REFUSED, "hold-refused",
                             g_strdup ("The far end refused to be held or taken back."));
  else
    phone_verdict_add_check (
        verdict, "held", PHONE_EXIT_MEDIA_NOT_PROVEN,
        seen->holds == 0 ? "not-held" : NULL,
        g_strdup_printf ("Held and taken back %u times, for %.1f s in all.", seen->holds,
                         seen->held_ms / 1000.0));
}

static void
judge_pictures (PhoneVerdict *verdict,
                const PhoneWish *wish,
                const PhoneObservation *seen)
{
  if (wish->adds_video)
    phone_verdict_add_check (verdict, "video-added", PHONE_EXIT_REFUSED,
                             seen->is_video_added ? NULL : "video-refused",
                             g_strdup (seen->is_video_added
                                           ? "The far end took our pictures."
                                           : "The far end did not take our pictures."));
  if (wish->removes_video)
    phone_verdict_add_check (verdict, "video-removed", PHONE_EXIT_REFUSED,
                             seen->is_video_removed ? NULL : "video-not-removed",
                             g_strdup (seen->is_video_removed
                                           ? "Our pictures were taken out of the call."
                                           : "Our pictures are in the call still."));
}

static void
judge_transferred (PhoneVerdict *verdict, const PhoneObservation *seen)
{
  if (seen->transfer_error != NULL) {
    judge_not_begun (verdict, "transferred", seen->transfer_error);
    return;
  }
  switch (seen->transfer) {
  case PHONE_TRANSFER_DONE:
    phone_verdict_add_check (verdict, "transferred", 0, NULL,
                             g_strdup ("The far end talks to the target."));
    return;
  case PHONE_TRANSFER_FAILED:
    verdict->status = seen->transfer_status;
    if (seen->transfer_status == STATUS_TIMEOUT) {
      phone_verdict_add_check (
          verdict, "transferred", PHONE_EXIT_NO_ANSWER, "transfer-unknown",
          g_strdup ("Nobody answered in time, or told how the transfer went."));
      return;
    }
    phone_verdict_add_check (
        verdict, "transferred", PHONE_EXIT_REFUSED, "transfer-refused",
        g_strdup_printf ("The transfer came to nothing, with status %u.",
                         seen->transfer_status));
    return;
  case PHONE_TRANSFER_NONE:
  case PHONE_TRANSFER_ASKED:
  case PHONE_TRANSFER_TRYING:
  case PHONE_TRANSFER_RINGING:
    break;
  }
  phone_verdict_add_check (verdict, "transferred", PHONE_EXIT_NO_ANSWER,
                           "transfer-unknown",
                           g_strdup ("How the transfer went was never told."));
}

void
phone_verdict_judge_changes (PhoneVerdict *verdict,
                             const PhoneWish *wish,
                             const PhoneObservation *seen)
{
  if (wish->sends_digits)
    judge_dtmf (verdict, seen);
  if ((wish->expect & PHONE_EXPECT_DIGITS) != 0)
    judge_digits (verdict, wish, seen);
  if (wish->hold_every_s != 0)
    judge_held (verdict, seen);
  judge_pictures (verdict, wish, seen);
  if (wish->transfers)
    judge_transferred (verdict, seen);
}
