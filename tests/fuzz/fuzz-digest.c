/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz-bytes.h"
#include "fuzz-target.h"
#include "sip-digest.h"
#include "sip-text.h"

/* A challenge in a 401, as the input has it: what is chosen can be answered, and whoever
 * made the challenge finds the answer right. Then the input as credentials. */

static SipMessage *
make_refusal (SipText value)
{
  g_autoptr (GString) frame =
      g_string_new ("SIP/2.0 401 Unauthorized\r\n"
                    "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n"
                    "From: <sip:alice@example.org>;tag=1\r\n"
                    "To: <sip:alice@example.org>;tag=2\r\nCall-ID: x\r\n"
                    "CSeq: 1 REGISTER\r\nWWW-Authenticate: ");

  g_string_append_len (frame, value.s, (gssize)value.len);
  g_string_append (frame, "\r\n\r\n");
  return sip_message_parse ((const guint8 *)frame->str, frame->len, NULL, NULL);
}

static void
check_answer (const SipDigestChallenge *challenge, const char *value)
{
  g_autofree char *realm = sip_text_dup (challenge->realm);
  g_autofree char *ha1 =
      sip_digest_make_ha1 (challenge->algorithm, "alice", realm, "secret");
  SipDigestResponse response;

  g_assert (!sip_text_has_forbidden_byte (sip_text_from_str (value)));
  g_assert (sip_digest_response_parse (sip_text_from_str (value), &response, NULL));
  g_assert (sip_text_equal (response.realm, challenge->realm));
  g_assert (sip_text_equal (response.nonce, challenge->nonce));
  g_assert (sip_text_equal (response.opaque, challenge->opaque));
  g_assert_cmpint (response.algorithm, ==, challenge->algorithm);
  g_assert (sip_digest_response_verify (&response, ha1, SIP_TEXT_LITERAL ("REGISTER"),
                                        SIP_TEXT_LITERAL ("")));
}

static void
answer (const SipDigestChallenge *challenge)
{
  g_autoptr (SipDigestSession) session = sip_digest_session_new (challenge);

  for (guint i = 0; i < 2; i++) {
    g_autofree char *value = sip_digest_session_sign (
        session, "alice", "secret", "REGISTER", "sip:example.org", SIP_TEXT_LITERAL (""),
        "0a4f113b0a4f113b0a4f113b0a");

    check_answer (challenge, value);
  }
}

static void
try_challenges (const SipMessage *refusal)
{
  SipDigestChallengeIter iter;
  SipDigestChallenge challenge, chosen;
  SipDigestAlgorithm strongest = SIP_DIGEST_UNSUPPORTED;
  guint n = 0;

  sip_digest_challenge_iter_init (&iter, refusal);
  while (sip_digest_challenge_iter_next (&iter, &challenge)) {
    strongest = MAX (strongest, challenge.algorithm);
    answer (&challenge);
    n++;
  }
  g_assert_cmpuint (n, <=, SIP_DIGEST_MAX_CHALLENGES);
  g_assert (sip_digest_choose (refusal, NULL, SIP_DIGEST_FLAGS_NONE, &chosen, NULL) ==
            (n > 0));
  if (n > 0)
    g_assert_cmpint (chosen.algorithm, ==, strongest);
  if (sip_digest_choose (refusal, NULL, SIP_DIGEST_REFUSE_MD5, &chosen, NULL))
    g_assert_cmpint (chosen.algorithm, >, SIP_DIGEST_MD5_SESS);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  SipText value = fuzz_take_rest (&(FuzzBytes){data, size});
  g_autoptr (SipMessage) refusal = make_refusal (value);
  SipDigestResponse response;

  if (refusal != NULL)
    try_challenges (refusal);
  if (sip_digest_response_parse (value, &response, NULL))
    g_assert (!sip_digest_response_verify (&response, "0", SIP_TEXT_LITERAL ("REGISTER"),
                                           SIP_TEXT_LITERAL ("")));
  return 0;
}
