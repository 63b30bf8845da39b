/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

#include <string.h>

/* Whose agent it is, and the names that it has on the wire. */

static const char *
get_scheme_name (const SipUri *uri)
{
  return uri->scheme == SIP_URI_SIPS ? "sips" : "sip";
}

static void
copy_texts (SipUa *ua, const SipUaConfig *config, const SipUri *aor)
{
  ua->aor = g_strdup (config->aor);
  ua->aor_user = sip_text_dup (aor->user);
  ua->aor_domain = sip_text_dup (aor->host);
  ua->display_name = g_strdup (config->display_name);
  ua->auth_user = config->auth_user != NULL ? g_strdup (config->auth_user)
                                            : sip_uri_unescape (aor->user);
  ua->password = g_strdup (config->password);
  ua->registrar = config->registrar != NULL
                      ? g_strdup (config->registrar)
                      : g_strdup_printf ("%s:%s", get_scheme_name (aor), ua->aor_domain);
  ua->instance_id = g_strdup (config->instance_id);
  ua->user_agent = g_strdup (config->user_agent);
  ua->expires_s = config->expires_s > 0 ? config->expires_s : SIP_REGISTRATION_EXPIRES_S;
  ua->max_calls = config->max_calls > 0 ? MIN (config->max_calls, SIP_UA_MAX_CALLS)
                                        : SIP_UA_MAX_CALLS;
  ua->max_ringing = config->max_ringing > 0 ? config->max_ringing : ua->max_calls;
  ua->flags = config->flags;
}

/* Under a sips: address nothing else than sips: is registered (RFC 5630 §5.1.1.1, RFC 3261
 * §10.2.1). In calls it is the call that says (RFC 3261 §8.1.1.8, §12.1.1). */
static void
choose_names (SipUa *ua, const SipUri *aor)
{
  g_autofree char *host = sip_ua_random_token (ua, 16);

  ua->host = g_strdup_printf ("%s.invalid", host);
  ua->contact_user = sip_ua_random_token (ua, 16);
  ua->contact = g_strdup_printf ("%s:%s@%s;transport=ws", get_scheme_name (aor),
                                 ua->contact_user, ua->host);
  ua->call_contact =
      g_strdup_printf ("sip:%s@%s;transport=ws;ob", ua->contact_user, ua->host);
}

/* What a person typed must fit into a header, where it is to stand in one. */
static gboolean
is_good (const SipUaConfig *config, SipUri *aor)
{
  const char *const texts[] = {config->instance_id, config->user_agent};
  SipUri registrar;

  if (!sip_uri_parse (sip_text_from_str (config->aor), aor, NULL) ||
      (aor->scheme != SIP_URI_SIP && aor->scheme != SIP_URI_SIPS) || aor->user.len == 0)
    return FALSE;
  if (aor->scheme == SIP_URI_SIPS && (config->flags & SIP_UA_FLAG_SECURE) == 0)
    return FALSE;
  if (config->registrar != NULL &&
      (!sip_uri_parse (sip_text_from_str (config->registrar), &registrar, NULL) ||
       (registrar.scheme != SIP_URI_SIP && registrar.scheme != SIP_URI_SIPS)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL && sip_text_has_forbidden_byte (sip_text_from_str (texts[i])))
      return FALSE;
  return strpbrk (config->instance_id, "\"<>\\") == NULL;
}

gboolean
sip_ua_take_account (SipUa *ua, const SipUaConfig *config)
{
  SipUri aor;

  if (!is_good (config, &aor))
    return FALSE;
  copy_texts (ua, config, &aor);
  choose_names (ua, &aor);
  return TRUE;
}

void
sip_ua_free_account (SipUa *ua)
{
  g_free (ua->aor);
  g_free (ua->aor_user);
  g_free (ua->aor_domain);
  g_free (ua->display_name);
  g_free (ua->auth_user);
  sip_secret_free (ua->password);
  g_free (ua->registrar);
  g_free (ua->instance_id);
  g_free (ua->user_agent);
  g_free (ua->host);
  g_free (ua->contact_user);
  g_free (ua->contact);
  g_free (ua->call_contact);
}
