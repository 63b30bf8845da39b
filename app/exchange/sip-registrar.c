/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-registrar.h"

#include "sip-flow-token.h"
#include "sip-status.h"

#include <string.h>

#define MAX_REG_ID G_MAXINT32

/* One Contact of the request, read and judged, before anything is changed. */
typedef struct {
  char *contact;
  char *instance;
  guint reg_id;
  char *token;
  double q;
  guint32 expires_s;
} Wish;

static void
wish_free (Wish *wish)
{
  g_free (wish->contact);
  g_free (wish->instance);
  g_free (wish->token);
  g_free (wish);
}

static void
change_free (SipRegistrarChange *change)
{
  g_free (change->token);
  g_free (change->contact);
  g_free (change->remote);
  g_free (change);
}

void
sip_registrar_result_clear (SipRegistrarResult *result)
{
  g_clear_pointer (&result->changes, g_ptr_array_unref);
}

static void
note_change (SipRegistrarResult *result,
             SipRegistrarChangeKind kind,
             const SipBinding *binding,
             guint64 old_connection)
{
  SipRegistrarChange *change = g_new0 (SipRegistrarChange, 1);

  change->kind = kind;
  change->token = g_strdup (binding->token);
  change->contact = g_strdup (binding->contact);
  change->remote = g_strdup (binding->remote);
  change->old_connection = old_connection;
  change->expires_at_us = binding->expires_at_us;
  g_ptr_array_add (result->changes, change);
}

/* ---- Reading ---- */

static char *
dup_instance (const SipNameAddr *addr)
{
  SipText value;
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!sip_params_get (addr->params, "+sip.instance", &value) || value.s == NULL)
    return NULL;
  text = sip_text_dup_unquoted (value);
  length = strlen (text);
  if (length < 3 || text[0] != '<' || text[length - 1] != '>')
    return NULL;
  return g_strndup (text + 1, length - 2);
}

static guint
read_reg_id (const SipRegistrarRequest *request,
             const Wish *wish,
             const SipNameAddr *addr)
{
  SipText value;
  guint64 reg_id = 0;

  if (wish->instance == NULL ||
      !sip_message_has_token (request->message, SIP_HEADER_SUPPORTED, "outbound") ||
      !sip_params_get (addr->params, "reg-id", &value) ||
      !sip_text_to_uint (value, MAX_REG_ID, &reg_id))
    return 0;
  return reg_id;
}

/* RFC 3261 §10.3: contacts are compared as URIs, so an old binding may be ours with
 * another text. */
static const SipBinding *
find_by_contact (SipLocation *location, const char *aor, const SipUri *uri)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, aor);

  for (guint i = 0; bindings != NULL && i < bindings->len; i++) {
    const SipBinding *binding = g_ptr_array_index (bindings, i);
    SipUri other;
    if (binding->reg_id == 0 &&
        sip_uri_parse (sip_text_from_str (binding->contact), &other, NULL) &&
        sip_uri_equal (uri, &other))
      return binding;
  }
  return NULL;
}

static char *
make_token (SipLocation *location,
            const SipRegistrarRequest *request,
            const Wish *wish,
            const SipUri *uri)
{
  g_autofree char *name = NULL;
  const SipBinding *old = NULL;

  if (wish->reg_id > 0) {
    name = g_strdup_printf ("i%s;%u", wish->instance, wish->reg_id);
  } else {
    old = find_by_contact (location, request->aor, uri);
    if (old != NULL)
      return g_strdup (old->token);
    name = g_strdup_printf ("c%s", wish->contact);
  }
  return sip_flow_token_make (request->key, request->aor, name, strlen (name));
}

static Wish *
wish_new (SipLocation *location,
          const SipRegistrarRequest *request,
          const SipNameAddr *addr)
{
  Wish *wish = g_new0 (Wish, 1);
  SipText q;
  guint thousandths = 1000;

  wish->contact = sip_text_dup (addr->uri.text);
  wish->instance = dup_instance (addr);
  wish->reg_id = read_reg_id (request, wish, addr);
  wish->token = make_token (location, request, wish, &addr->uri);
  if (sip_params_get (addr->params, "q", &q))
    sip_text_to_q (q, &thousandths);
  wish->q = thousandths / 1000.0;
  wish->expires_s = MIN (request->max_expires_s,
                         sip_message_get_contact_expires (request->message, addr,
                                                          request->default_expires_s));
  return wish;
}

static gboolean
is_sip (const SipUri *uri)
{
  return uri->scheme == SIP_URI_SIP || uri->scheme == SIP_URI_SIPS;
}

/* Nothing a client registers makes the table hold more than this. */
static gboolean
is_small (const SipNameAddr *addr)
{
  return addr->text.len <= SIP_LOCATION_MAX_TEXT;
}

/* 0 when the request makes sense. */
static guint
read_wishes (SipLocation *location, const SipRegistrarRequest *request, GPtrArray *wishes)
{
  SipValueIter iter;
  SipText value;
  SipNameAddr addr;
  guint n_outbound = 0;

  sip_value_iter_init (&iter, request->message, SIP_HEADER_CONTACT);
  while (sip_value_iter_next (&iter, &value)) {
    Wish *wish = NULL;

    if (wishes->len >= SIP_LOCATION_MAX_BINDINGS_PER_AOR ||
        !sip_name_addr_parse (value, &addr, NULL) || addr.is_star ||
        !is_sip (&addr.uri) || !is_small (&addr))
      return SIP_STATUS_BAD_REQUEST;
    wish = wish_new (location, request, &addr);
    g_ptr_array_add (wishes, wish);
    n_outbound += wish->reg_id > 0;
    if (wish->expires_s > 0 && wish->expires_s < request->min_expires_s)
      return SIP_STATUS_INTERVAL_TOO_BRIEF;
  }
  return n_outbound > 1 ? SIP_STATUS_BAD_REQUEST : 0;
}

static gboolean
is_star (const SipMessage *message)
{
  SipText value = sip_message_get_header (message, SIP_HEADER_CONTACT);

  return sip_text_equal_str (sip_text_trim (value), "*");
}

/* RFC 3261 §10.3 step 7: of one Call-ID, only what is newer counts. */
static gboolean
is_newer (const SipRegistrarRequest *request, const SipBinding *binding)
{
  return !sip_text_equal_str (sip_message_get_call_id (request->message),
                              binding->call_id) ||
         sip_message_get_cseq (request->message)->number > binding->cseq;
}

/* RFC 5626 §6: a flow is known only where the client is directly behind it. */
static gboolean
is_first_hop (const SipMessage *message)
{
  return sip_message_count_values (message, SIP_HEADER_VIA) == 1 ||
         sip_message_has_header (message, SIP_HEADER_PATH);
}

static gboolean
is_supported (SipText option)
{
  return sip_text_equal_case_str (option, "path") ||
         sip_text_equal_case_str (option, "outbound") ||
         sip_text_equal_case_str (option, "gruu");
}

static guint
check_requirements (const SipMessage *message)
{
  SipValueIter iter;
  SipText option;

  sip_value_iter_init (&iter, message, SIP_HEADER_REQUIRE);
  while (sip_value_iter_next (&iter, &option))
    if (!is_supported (option))
      return SIP_STATUS_BAD_EXTENSION;
  if (sip_message_get_call_id (message).len > SIP_LOCATION_MAX_TEXT)
    return SIP_STATUS_BAD_REQUEST;
  sip_value_iter_init (&iter, message, SIP_HEADER_PATH);
  while (sip_value_iter_next (&iter, &option))
    if (option.len > SIP_LOCATION_MAX_TEXT)
      return SIP_STATUS_BAD_REQUEST;
  if (sip_message_has_token (message, SIP_HEADER_SUPPORTED, "outbound") &&
      !is_first_hop (message))
    return SIP_STATUS_FIRST_HOP_LACKS_OUTBOUND;
  return 0;
}

/* ---- Changing ---- */

static void
remove_binding (SipLocation *location,
                const SipBinding *binding,
                SipRegistrarResult *result)
{
  note_change (result, SIP_REGISTRAR_REMOVED, binding, 0);
  sip_location_remove (location, binding->token);
}

static guint
remove_all (SipLocation *location,
            const SipRegistrarRequest *request,
            SipRegistrarResult *result)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, request->aor);
  guint32 expires_s = 1;

  if (sip_message_count_values (request->message, SIP_HEADER_CONTACT) != 1 ||
      !sip_message_get_seconds (request->message, SIP_HEADER_EXPIRES, &expires_s) ||
      expires_s != 0)
    return SIP_STATUS_BAD_REQUEST;
  for (guint i = 0; bindings != NULL && i < bindings->len; i++)
    if (!is_newer (request, g_ptr_array_index (bindings, i)))
      return SIP_STATUS_BAD_REQUEST;
  while ((bindings = sip_location_get_bindings (location, request->aor)) != NULL)
    remove_binding (location, g_ptr_array_index (bindings, 0), result);
  return SIP_STATUS_OK;
}

static char **
dup_path (const SipMessage *message)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  SipValueIter iter;
  SipText value;

  sip_value_iter_init (&iter, message, SIP_HEADER_PATH);
  while (path->len < SIP_REGISTRAR_MAX_PATH && sip_value_iter_next (&iter, &value))
    g_ptr_array_add (path, sip_text_dup (value));
  if (path->len == 0)
    return NULL;
  g_ptr_array_add (path, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&path), FALSE);
}

static void
put_binding (SipLocation *location,
             const SipRegistrarRequest *request,
             const Wish *wish,
             SipRegistrarResult *result)
{
  const SipBinding *old = sip_location_get_by_token (location, wish->token);
  guint64 old_connection = old != NULL ? old->connection : 0;
  gboolean is_known = old != NULL && old_connection == request->connection;
  g_autofree char *call_id = sip_text_dup (sip_message_get_call_id (request->message));
  g_auto (GStrv) path = dup_path (request->message);
  SipBinding binding = {
      .aor = (char *)request->aor,
      .contact = wish->contact,
      .instance = wish->instance,
      .reg_id = wish->reg_id,
      .token = wish->token,
      .path = path,
      .call_id = call_id,
      .cseq = sip_message_get_cseq (request->message)->number,
      .q = wish->q,
      .connection = request->connection,
      .remote = (char *)request->remote,
      .transport = request->transport,
      .registered_at_us = is_known ? old->registered_at_us : request->now_us,
      .expires_at_us = request->now_us + wish->expires_s * G_TIME_SPAN_SECOND,
  };

  if (sip_location_put (location, &binding))
    note_change (result, is_known ? SIP_REGISTRAR_REFRESHED : SIP_REGISTRAR_ADDED,
                 &binding, old_connection);
}

static gboolean
is_same_wish (const Wish *wish, const Wish *other)
{
  return g_str_equal (wish->token, other->token);
}

static gboolean
is_wished (GPtrArray *wishes, const SipBinding *binding)
{
  for (guint i = 0; i < wishes->len; i++)
    if (g_str_equal (((const Wish *)g_ptr_array_index (wishes, i))->token,
                     binding->token))
      return TRUE;
  return FALSE;
}

/* Its connection is gone, and it is not asked for again. */
static gboolean
is_left_behind (const SipBinding *binding, GPtrArray *wishes)
{
  return binding->connection == 0 && !is_wished (wishes, binding);
}

static guint
count_left_behind (const GPtrArray *bindings, GPtrArray *wishes)
{
  guint n = 0;

  for (guint i = 0; bindings != NULL && i < bindings->len; i++)
    n += is_left_behind (g_ptr_array_index (bindings, i), wishes);
  return n;
}

static void
remove_oldest_left_behind (SipLocation *location,
                           const SipRegistrarRequest *request,
                           GPtrArray *wishes,
                           SipRegistrarResult *result)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, request->aor);

  for (guint i = bindings != NULL ? bindings->len : 0; i > 0; i--) {
    const SipBinding *binding = g_ptr_array_index (bindings, i - 1);

    if (is_left_behind (binding, wishes)) {
      remove_binding (location, binding, result);
      return;
    }
  }
}

static guint
count_new (SipLocation *location, GPtrArray *wishes)
{
  guint n_new = 0;

  for (guint i = 0; i < wishes->len; i++) {
    const Wish *wish = g_ptr_array_index (wishes, i);

    n_new +=
        wish->expires_s > 0 && sip_location_get_by_token (location, wish->token) == NULL;
  }
  return n_new;
}

/* Whether the table has room for all that is new. A browser's page that is loaded anew is
 * a new user agent each time, and what it was before stays until its time is over: that
 * must not shut its user out, so the oldest of those make room. */
static guint
make_room (SipLocation *location,
           const SipRegistrarRequest *request,
           GPtrArray *wishes,
           SipRegistrarResult *result)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, request->aor);
  guint n_new = count_new (location, wishes);
  guint n_after = n_new + (bindings != NULL ? bindings->len : 0);
  guint n_over = n_after - MIN (n_after, SIP_LOCATION_MAX_BINDINGS_PER_AOR);

  if (n_over > count_left_behind (bindings, wishes))
    return SIP_STATUS_FORBIDDEN;
  if (sip_location_get_size (location) + n_new - n_over > SIP_LOCATION_MAX_BINDINGS)
    return SIP_STATUS_SERVICE_UNAVAILABLE;
  for (; n_over > 0; n_over--)
    remove_oldest_left_behind (location, request, wishes, result);
  return 0;
}

static guint
check_wishes (SipLocation *location,
              const SipRegistrarRequest *request,
              GPtrArray *wishes)
{
  for (guint i = 0; i < wishes->len; i++) {
    const Wish *wish = g_ptr_array_index (wishes, i);
    const SipBinding *old = sip_location_get_by_token (location, wish->token);

    if (old != NULL && !is_newer (request, old))
      return SIP_STATUS_BAD_REQUEST;
    for (guint j = 0; j < i; j++)
      if (is_same_wish (wish, g_ptr_array_index (wishes, j)))
        return SIP_STATUS_BAD_REQUEST;
  }
  return 0;
}

static void
apply_wish (SipLocation *location,
            const SipRegistrarRequest *request,
            const Wish *wish,
            SipRegistrarResult *result)
{
  const SipBinding *old = sip_location_get_by_token (location, wish->token);

  if (wish->expires_s > 0)
    put_binding (location, request, wish, result);
  else if (old != NULL)
    remove_binding (location, old, result);
  result->uses_outbound |= wish->reg_id > 0;
}

static guint
apply (SipLocation *location,
       const SipRegistrarRequest *request,
       SipRegistrarResult *result)
{
  g_autoptr (GPtrArray) wishes =
      g_ptr_array_new_with_free_func ((GDestroyNotify)wish_free);
  guint status = check_requirements (request->message);

  if (status != 0)
    return status;
  if (is_star (request->message))
    return remove_all (location, request, result);
  status = read_wishes (location, request, wishes);
  if (status == 0)
    status = check_wishes (location, request, wishes);
  if (status == 0)
    status = make_room (location, request, wishes, result);
  if (status != 0)
    return status;
  for (guint i = 0; i < wishes->len; i++)
    apply_wish (location, request, g_ptr_array_index (wishes, i), result);
  return SIP_STATUS_OK;
}

void
sip_registrar_register (SipLocation *location,
                        const SipRegistrarRequest *request,
                        SipRegistrarResult *result)
{
  *result = (SipRegistrarResult){
      .changes = g_ptr_array_new_with_free_func ((GDestroyNotify)change_free),
  };
  result->status = apply (location, request, result);
}

/* ---- Answering ---- */

/* RFC 5627 §5.3: the address that leads to this one user agent, wherever it is. */
static void
append_gruu (GString *value, const SipBinding *binding)
{
  g_autofree char *instance =
      sip_uri_escape (sip_text_from_str (binding->instance), SIP_URI_PART_PARAM);
  g_autofree char *uri = g_strdup_printf ("sip:%s;gr=%s", binding->aor, instance);
  g_autofree char *quoted = sip_text_dup_quoted (sip_text_from_str (uri));

  g_string_append_printf (value, ";pub-gruu=%s", quoted);
}

static void
write_binding (const SipRegistrarRequest *request,
               const SipBinding *binding,
               SipWriter *writer)
{
  gint64 left_us = MAX (0, binding->expires_at_us - request->now_us);
  g_autoptr (GString) value = g_string_new (NULL);

  g_string_append_printf (value, "<%s>;expires=%" G_GINT64_FORMAT, binding->contact,
                          left_us / G_USEC_PER_SEC);
  if (binding->instance != NULL) {
    g_autofree char *bracketed = g_strdup_printf ("<%s>", binding->instance);
    g_autofree char *quoted = sip_text_dup_quoted (sip_text_from_str (bracketed));
    g_string_append_printf (value, ";+sip.instance=%s", quoted);
    if (sip_message_has_token (request->message, SIP_HEADER_SUPPORTED, "gruu"))
      append_gruu (value, binding);
  }
  if (binding->reg_id > 0)
    g_string_append_printf (value, ";reg-id=%u", binding->reg_id);
  sip_writer_add_header (writer, SIP_HEADER_CONTACT, value->str);
}

static void
write_unsupported (const SipMessage *message, SipWriter *writer)
{
  SipValueIter iter;
  SipText option;

  sip_value_iter_init (&iter, message, SIP_HEADER_REQUIRE);
  while (sip_value_iter_next (&iter, &option))
    if (!is_supported (option))
      sip_writer_add_text (writer, SIP_HEADER_UNSUPPORTED, option);
}

void
sip_registrar_write (SipLocation *location,
                     const SipRegistrarRequest *request,
                     const SipRegistrarResult *result,
                     SipWriter *writer)
{
  const GPtrArray *bindings = sip_location_get_bindings (location, request->aor);

  if (result->status == SIP_STATUS_INTERVAL_TOO_BRIEF)
    sip_writer_add_printf (writer, SIP_HEADER_MIN_EXPIRES, "%u", request->min_expires_s);
  if (result->status == SIP_STATUS_BAD_EXTENSION)
    write_unsupported (request->message, writer);
  if (result->status != SIP_STATUS_OK)
    return;
  for (guint i = 0; bindings != NULL && i < bindings->len; i++)
    write_binding (request, g_ptr_array_index (bindings, i), writer);
  sip_writer_copy_header (writer, request->message, SIP_HEADER_PATH);
  sip_writer_add_header (writer, SIP_HEADER_SUPPORTED, SIP_REGISTRAR_OPTION_TAGS);
  if (result->uses_outbound)
    sip_writer_add_header (writer, SIP_HEADER_REQUIRE, "outbound");
}
