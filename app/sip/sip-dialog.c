/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-dialog.h"

#define TO(state) (1u << SIP_DIALOG_##state)

static const guint edges[SIP_DIALOG_N_STATES] = {
    [SIP_DIALOG_EARLY] = TO (CONFIRMED) | TO (TERMINATED),
    [SIP_DIALOG_CONFIRMED] = TO (TERMINATED),
    [SIP_DIALOG_TERMINATED] = 0,
};

void
sip_dialog_set_state (SipDialog *dialog, SipDialogState state)
{
  if (dialog->state == state)
    return;
  g_assert ((edges[dialog->state] & (1u << state)) != 0);
  dialog->state = state;
}

/* An absent tag (RFC 2543) is an empty one: it compares equal to itself. */
static char *
dup_tag (SipText tag)
{
  return g_strndup (tag.s != NULL ? tag.s : "", tag.len);
}

static char *
dup_contact (const SipMessage *message)
{
  SipValueIter iter;
  SipText value;
  SipNameAddr contact;

  sip_value_iter_init (&iter, message, SIP_HEADER_CONTACT);
  if (!sip_value_iter_next (&iter, &value) ||
      !sip_name_addr_parse (value, &contact, NULL) || contact.is_star)
    return NULL;
  if (contact.uri.scheme != SIP_URI_SIP && contact.uri.scheme != SIP_URI_SIPS)
    return NULL;
  return sip_uri_to_string (&contact.uri, SIP_URI_FOR_REQUEST);
}

/* A value nobody can read would spoil every request; the ones around it may do. */
static GPtrArray *
read_routes (const SipMessage *message, gboolean is_reversed)
{
  GPtrArray *routes = g_ptr_array_new_with_free_func (g_free);
  SipValueIter iter;
  SipText value;
  SipNameAddr route;

  sip_value_iter_init (&iter, message, SIP_HEADER_RECORD_ROUTE);
  while (sip_value_iter_next (&iter, &value)) {
    if (!sip_name_addr_parse (value, &route, NULL) || route.is_star)
      continue;
    g_ptr_array_add (routes, sip_text_dup (value));
  }
  for (guint i = 0; is_reversed && i < routes->len / 2; i++) {
    gpointer last = routes->pdata[routes->len - 1 - i];

    routes->pdata[routes->len - 1 - i] = routes->pdata[i];
    routes->pdata[i] = last;
  }
  return routes;
}

/* A 1xx may come without a Contact, and old far ends forget it in the 2xx: where the
 * INVITE went is the best that is known then. */
SipDialog *
sip_dialog_new_from_response (const SipMessage *response, SipText fallback)
{
  char *target = dup_contact (response);
  SipDialog *dialog;

  if (target == NULL)
    target = sip_text_dup (fallback);
  if (target == NULL)
    return NULL;
  dialog = g_new0 (SipDialog, 1);
  dialog->state = SIP_DIALOG_EARLY;
  dialog->call_id = sip_text_dup (sip_message_get_call_id (response));
  dialog->local = sip_text_dup (sip_message_get_from (response)->text);
  dialog->local_tag = dup_tag (sip_message_get_from_tag (response));
  dialog->remote = sip_text_dup (sip_message_get_to (response)->text);
  dialog->remote_tag = dup_tag (sip_message_get_to_tag (response));
  dialog->remote_target = target;
  dialog->routes = read_routes (response, TRUE);
  dialog->local_cseq = sip_message_get_cseq (response)->number;
  return dialog;
}

SipDialog *
sip_dialog_new_from_request (const SipMessage *request, const char *to_tag)
{
  g_autofree char *target = dup_contact (request);
  SipText to = sip_message_get_to (request)->text;
  SipDialog *dialog;

  if (target == NULL)
    return NULL;
  dialog = g_new0 (SipDialog, 1);
  dialog->state = SIP_DIALOG_EARLY;
  dialog->call_id = sip_text_dup (sip_message_get_call_id (request));
  dialog->local = g_strdup_printf ("%.*s;tag=%s", SIP_TEXT_ARG (to), to_tag);
  dialog->local_tag = g_strdup (to_tag);
  dialog->remote = sip_text_dup (sip_message_get_from (request)->text);
  dialog->remote_tag = dup_tag (sip_message_get_from_tag (request));
  dialog->remote_target = g_steal_pointer (&target);
  dialog->routes = read_routes (request, FALSE);
  dialog->remote_cseq = sip_message_get_cseq (request)->number;
  dialog->has_remote_cseq = TRUE;
  return dialog;
}

void
sip_dialog_free (SipDialog *dialog)
{
  g_free (dialog->call_id);
  g_free (dialog->local);
  g_free (dialog->local_tag);
  g_free (dialog->remote);
  g_free (dialog->remote_tag);
  g_free (dialog->remote_target);
  g_ptr_array_unref (dialog->routes);
  g_clear_pointer (&dialog->ack, g_bytes_unref);
  g_free (dialog->early_body);
  g_free (dialog);
}

void
sip_dialog_take_answer (SipDialog *dialog, const SipMessage *response)
{
  g_ptr_array_unref (dialog->routes);
  dialog->routes = read_routes (response, TRUE);
  sip_dialog_refresh_target (dialog, response);
}

void
sip_dialog_refresh_target (SipDialog *dialog, const SipMessage *message)
{
  char *target = dup_contact (message);

  if (target == NULL)
    return;
  g_free (dialog->remote_target);
  dialog->remote_target = target;
}

static gboolean
tag_is (SipText tag, const char *ours)
{
  return tag.s == NULL ? *ours == '\0' : sip_text_equal_str (tag, ours);
}

gboolean
sip_dialog_matches_request (const SipDialog *dialog, const SipMessage *request)
{
  return sip_text_equal_str (sip_message_get_call_id (request), dialog->call_id) &&
         tag_is (sip_message_get_to_tag (request), dialog->local_tag) &&
         tag_is (sip_message_get_from_tag (request), dialog->remote_tag);
}

gboolean
sip_dialog_take_cseq (SipDialog *dialog, guint32 number)
{
  gboolean is_repeated = dialog->may_repeat && number == dialog->remote_cseq;

  if (dialog->has_remote_cseq && number <= dialog->remote_cseq && !is_repeated)
    return FALSE;
  dialog->remote_cseq = number;
  dialog->has_remote_cseq = TRUE;
  dialog->may_repeat = FALSE;
  return TRUE;
}

void
sip_dialog_let_repeat (SipDialog *dialog)
{
  dialog->may_repeat = TRUE;
}

static gboolean
is_loose_route (const char *value)
{
  SipNameAddr route;

  return sip_name_addr_parse (sip_text_from_str (value), &route, NULL) &&
         sip_uri_has_param (&route.uri, "lr");
}

/* A first hop that does not know loose routing wants to be the Request-URI, and the
 * target at the end of the route (RFC 3261 §12.2.1.1). */
static SipWriter *
new_strictly_routed (const SipDialog *dialog, const char *method, const char *via)
{
  const char *first = g_ptr_array_index (dialog->routes, 0);
  g_autofree char *hop = NULL;
  SipNameAddr route;
  SipWriter *writer;

  if (!sip_name_addr_parse (sip_text_from_str (first), &route, NULL))
    g_assert_not_reached (); /* read_routes() keeps what can be read */
  hop = sip_uri_to_string (&route.uri, SIP_URI_FOR_REQUEST);
  writer = sip_writer_new_request (method, hop);
  sip_writer_add_header (writer, SIP_HEADER_VIA, via);
  for (guint i = 1; i < dialog->routes->len; i++)
    sip_writer_add_header (writer, SIP_HEADER_ROUTE,
                           g_ptr_array_index (dialog->routes, i));
  sip_writer_add_printf (writer, SIP_HEADER_ROUTE, "<%s>", dialog->remote_target);
  return writer;
}

static SipWriter *
new_loosely_routed (const SipDialog *dialog, const char *method, const char *via)
{
  SipWriter *writer = sip_writer_new_request (method, dialog->remote_target);

  sip_writer_add_header (writer, SIP_HEADER_VIA, via);
  for (guint i = 0; i < dialog->routes->len; i++)
    sip_writer_add_header (writer, SIP_HEADER_ROUTE,
                           g_ptr_array_index (dialog->routes, i));
  return writer;
}

SipWriter *
sip_dialog_new_request (const SipDialog *dialog,
                        SipMethod method,
                        guint32 cseq,
                        const char *via)
{
  const char *name = sip_method_get_name (method);
  gboolean is_strict =
      dialog->routes->len > 0 && !is_loose_route (g_ptr_array_index (dialog->routes, 0));
  SipWriter *writer = is_strict ? new_strictly_routed (dialog, name, via)
                                : new_loosely_routed (dialog, name, via);

  sip_writer_add_header (writer, SIP_HEADER_MAX_FORWARDS, "70");
  sip_writer_add_header (writer, SIP_HEADER_FROM, dialog->local);
  sip_writer_add_header (writer, SIP_HEADER_TO, dialog->remote);
  sip_writer_add_header (writer, SIP_HEADER_CALL_ID, dialog->call_id);
  sip_writer_add_printf (writer, SIP_HEADER_CSEQ, "%u %s", cseq, name);
  return writer;
}

void
sip_dialog_check (const SipDialog *dialog)
{
  g_assert (dialog->state < SIP_DIALOG_N_STATES);
  g_assert (dialog->call_id != NULL && *dialog->call_id != '\0');
  g_assert (dialog->local != NULL && dialog->remote != NULL);
  g_assert (dialog->local_tag != NULL && dialog->remote_tag != NULL);
  g_assert (dialog->remote_target != NULL);
  g_assert (dialog->state != SIP_DIALOG_EARLY || dialog->ack == NULL);
  sip_offer_check (&dialog->offer);
}
