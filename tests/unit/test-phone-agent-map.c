/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-agent-map.h"

static void
test_statuses (void)
{
  static const struct {
    guint status;
    PhoneEndCause cause;
  } table[] = {
      {486, PHONE_END_BUSY},           {600, PHONE_END_BUSY},
      {603, PHONE_END_DECLINED},       {607, PHONE_END_DECLINED},
      {404, PHONE_END_NOT_FOUND},      {410, PHONE_END_NOT_FOUND},
      {484, PHONE_END_NOT_FOUND},      {604, PHONE_END_NOT_FOUND},
      {480, PHONE_END_UNAVAILABLE},    {408, PHONE_END_NO_ANSWER},
      {487, PHONE_END_NO_ANSWER},      {401, PHONE_END_FORBIDDEN},
      {403, PHONE_END_FORBIDDEN},      {407, PHONE_END_FORBIDDEN},
      {488, PHONE_END_NOT_ACCEPTABLE}, {606, PHONE_END_NOT_ACCEPTABLE},
      {415, PHONE_END_NOT_ACCEPTABLE}, {500, PHONE_END_SERVER_FAILED},
      {503, PHONE_END_SERVER_FAILED},  {400, PHONE_END_SERVER_FAILED},
      {499, PHONE_END_SERVER_FAILED},  {699, PHONE_END_SERVER_FAILED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (phone_end_cause_from_sip (SIP_END_REFUSED, table[i].status), ==,
                     table[i].cause);
}

/* Every end has a cause, and only a call that came to nothing has an error. */
static void
test_ends (void)
{
  static const struct {
    SipEnd end;
    PhoneEndCause cause;
    gboolean is_error;
  } table[] = {
      {SIP_END_HUNG_UP_HERE, PHONE_END_HUNG_UP_HERE, FALSE},
      {SIP_END_HUNG_UP_THERE, PHONE_END_HUNG_UP_THERE, FALSE},
      {SIP_END_CANCELLED_HERE, PHONE_END_CANCELLED_HERE, FALSE},
      {SIP_END_CANCELLED_THERE, PHONE_END_MISSED, FALSE},
      {SIP_END_ANSWERED_ELSEWHERE, PHONE_END_ANSWERED_ELSEWHERE, TRUE},
      {SIP_END_DECLINED_HERE, PHONE_END_DECLINED_HERE, FALSE},
      {SIP_END_REDIRECTED, PHONE_END_REDIRECTED, TRUE},
      {SIP_END_NO_ANSWER, PHONE_END_NO_ANSWER, TRUE},
      {SIP_END_FLOW_LOST, PHONE_END_CONNECTION_LOST, TRUE},
      {SIP_END_DIALOG_GONE, PHONE_END_CALL_LOST, TRUE},
      {SIP_END_PROTOCOL_ERROR, PHONE_END_NOT_ACCEPTABLE, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    PhoneEndCause cause = phone_end_cause_from_sip (table[i].end, 0);
    g_autoptr (GError) error = phone_error_from_end_cause (cause, NULL);

    g_assert_cmpint (cause, ==, table[i].cause);
    g_assert_cmpint (error != NULL, ==, table[i].is_error);
    g_assert_true (error == NULL || error->domain == PHONE_ERROR);
  }
}

static void
test_media (void)
{
  g_assert_cmpint (phone_end_cause_from_media (PHONE_MEDIA_FAILURE_FINGERPRINT), ==,
                   PHONE_END_CERTIFICATE_MISMATCH);
  g_assert_cmpint (phone_end_cause_from_media (PHONE_MEDIA_FAILURE_PEER_SILENT), ==,
                   PHONE_END_PEER_VANISHED);
  g_assert_cmpint (phone_end_cause_from_media (PHONE_MEDIA_FAILURE_ICE), ==,
                   PHONE_END_MEDIA_FAILED);
  g_assert_cmpint (phone_end_cause_from_media (PHONE_MEDIA_FAILURE_DTLS), ==,
                   PHONE_END_MEDIA_FAILED);
  g_assert_cmpint (phone_end_cause_from_media (PHONE_MEDIA_FAILURE_PIPELINE), ==,
                   PHONE_END_INTERNAL);
}

static void
test_registration (void)
{
  static const struct {
    guint status;
    gboolean has_password;
    PhoneError code;
    gboolean is_unanswerable;
  } table[] = {
      {401, TRUE, PHONE_ERROR_AUTH_REFUSED},
      {401, TRUE, PHONE_ERROR_AUTH_UNSUPPORTED, TRUE},
      {407, FALSE, PHONE_ERROR_AUTH_UNSUPPORTED, TRUE},
      {401, FALSE, PHONE_ERROR_PASSWORD_MISSING},
      {407, TRUE, PHONE_ERROR_AUTH_REFUSED},
      {403, TRUE, PHONE_ERROR_AUTH_REFUSED},
      {404, TRUE, PHONE_ERROR_NOT_FOUND},
      {408, TRUE, PHONE_ERROR_REGISTRATION_TIMEOUT},
      {503, TRUE, PHONE_ERROR_SERVER_BUSY},
      {500, TRUE, PHONE_ERROR_REGISTRATION_REFUSED},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    const SipOutput output = {.status = table[i].status,
                              .is_unanswerable = table[i].is_unanswerable};
    g_autoptr (GError) error =
        phone_error_from_registration (&output, table[i].has_password);

    g_assert_error (error, PHONE_ERROR, (int)table[i].code);
  }
  for (int i = SIP_FLOW_CLOSE_NORMAL; i <= SIP_FLOW_CLOSE_OVERLOADED; i++) {
    const SipOutput output = {.close = (SipFlowClose)i};
    g_autoptr (GError) error = phone_error_from_registration (&output, TRUE);

    g_assert_true (error->domain == PHONE_ERROR);
    g_assert_cmpint (error->code, !=, PHONE_ERROR_INTERNAL);
  }
}

static void
test_errors (void)
{
  for (int i = SIP_ERROR_SYNTAX; i <= SIP_ERROR_NO_FLOW; i++) {
    g_autoptr (GError) error =
        phone_error_take_sip (g_error_new_literal (SIP_ERROR, i, "why"));

    g_assert_true (error->domain == PHONE_ERROR);
    g_assert_cmpint (error->code, !=, PHONE_ERROR_INTERNAL);
    g_assert_cmpstr (error->message, ==, "why");
  }
  for (int i = PHONE_MEDIA_ERROR_NOT_ACCEPTABLE; i <= PHONE_MEDIA_ERROR_FAILED; i++) {
    g_autoptr (GError) error =
        phone_error_take_media (g_error_new_literal (PHONE_MEDIA_ERROR, i, "why"));

    g_assert_true (error->domain == PHONE_ERROR);
    g_assert_cmpint (error->code, !=, PHONE_ERROR_INTERNAL);
  }
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = phone_error_take_media (
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "why"));

  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/agent-map/statuses", test_statuses);
  g_test_add_func ("/phone/agent-map/ends", test_ends);
  g_test_add_func ("/phone/agent-map/media", test_media);
  g_test_add_func ("/phone/agent-map/registration", test_registration);
  g_test_add_func ("/phone/agent-map/errors", test_errors);
  g_test_add_func ("/phone/agent-map/cancelled", test_cancelled);
  return g_test_run ();
}
