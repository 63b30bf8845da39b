/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of phone-text.h that is about calls of the past. */
#include "phone-text.h"

#include <glib/gi18n.h>

#define DAYS_BY_NAME 6

static const char *
incoming_outcome (PhoneHistoryOutcome outcome)
{
  switch (outcome) {
  case PHONE_HISTORY_ANSWERED:
    return C_ ("call of the past", "Incoming");
  case PHONE_HISTORY_MISSED:
    return C_ ("call of the past", "Missed");
  case PHONE_HISTORY_ANSWERED_ELSEWHERE:
    return C_ ("call of the past", "Answered elsewhere");
  case PHONE_HISTORY_DECLINED:
    return C_ ("call of the past", "Declined by you");
  case PHONE_HISTORY_CANCELLED:
  case PHONE_HISTORY_NO_ANSWER:
  case PHONE_HISTORY_BUSY:
  case PHONE_HISTORY_NOT_FOUND:
  case PHONE_HISTORY_UNAVAILABLE:
  case PHONE_HISTORY_FAILED:
    break;
  }
  return C_ ("call of the past", "Incoming, failed");
}

static const char *
outgoing_outcome (PhoneHistoryOutcome outcome)
{
  switch (outcome) {
  case PHONE_HISTORY_ANSWERED:
    return C_ ("call of the past", "Outgoing");
  case PHONE_HISTORY_DECLINED:
    return C_ ("call of the past", "Declined");
  case PHONE_HISTORY_CANCELLED:
    return C_ ("call of the past", "Cancelled");
  case PHONE_HISTORY_NO_ANSWER:
    return C_ ("call of the past", "No answer");
  case PHONE_HISTORY_BUSY:
    return C_ ("call of the past", "Busy");
  case PHONE_HISTORY_NOT_FOUND:
    return C_ ("call of the past", "No such address");
  case PHONE_HISTORY_UNAVAILABLE:
    return C_ ("call of the past", "Not available");
  case PHONE_HISTORY_MISSED:
  case PHONE_HISTORY_ANSWERED_ELSEWHERE:
  case PHONE_HISTORY_FAILED:
    break;
  }
  return C_ ("call of the past", "Failed");
}

static char *
dup_length (guint seconds)
{
  if (seconds < 60)
    return g_strdup_printf (C_ ("length of a call", "%u s"), seconds);
  return g_strdup_printf (C_ ("length of a call", "%u min"), (seconds + 30) / 60);
}

char *
phone_text_dup_outcome (gboolean is_incoming,
                        PhoneHistoryOutcome outcome,
                        guint duration_s)
{
  const char *word =
      is_incoming ? incoming_outcome (outcome) : outgoing_outcome (outcome);
  g_autofree char *length = NULL;

  if (outcome != PHONE_HISTORY_ANSWERED)
    return g_strdup (word);
  length = dup_length (duration_s);
  /* Translators: "Incoming, 12 min" */
  return g_strdup_printf (C_ ("call of the past", "%s, %s"), word, length);
}

static gint64
count_days (GDateTime *time)
{
  g_autoptr (GDateTime) midnight =
      g_date_time_new_utc (g_date_time_get_year (time), g_date_time_get_month (time),
                           g_date_time_get_day_of_month (time), 0, 0, 0);

  return g_date_time_to_unix (midnight) / (24 * 60 * 60);
}

char *
phone_text_dup_moment (gint64 time_us, gint64 now_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  gint64 days;

  if (time == NULL || now == NULL)
    return g_strdup ("");
  days = count_days (now) - count_days (time);
  if (days == 0)
    return g_date_time_format (time, C_ ("time of a call, see strftime", "%-H:%M"));
  if (days == 1)
    return g_strdup (C_ ("day of a call", "Yesterday"));
  if (days > 1 && days <= DAYS_BY_NAME)
    return g_date_time_format (time, "%A");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    return g_date_time_format (time, C_ ("day of a call, see strftime", "%-d %B"));
  return g_date_time_format (time, C_ ("day of a call, see strftime", "%-d %B %Y"));
}

const char *
phone_text_history_problem (PhoneHistoryProblem problem)
{
  switch (problem) {
  case PHONE_HISTORY_PROBLEM_NONE:
    return "";
  case PHONE_HISTORY_PROBLEM_NOT_WRITTEN:
    return _ ("New calls cannot be written to the disk: it is full or write-protected. "
              "They are kept until you quit.");
  case PHONE_HISTORY_PROBLEM_MOVED_ASIDE:
    return _ ("The list of calls could not be read, so a new one was begun. The old one "
              "is beside it, as “history.sqlite.broken”.");
  }
  return "";
}
