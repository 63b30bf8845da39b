/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-proxy-private.h"

#include "sip-status.h"

#define TAG_LENGTH 12

/* What an output points to. */
typedef struct {
  SipProxyOutput output; /* first */
  GBytes *frame;
  GStringChunk *texts; /* of an event; NULL for others */
} Item;

static void
item_free (Item *item)
{
  g_clear_pointer (&item->frame, g_bytes_unref);
  g_clear_pointer (&item->texts, g_string_chunk_free);
  g_free (item);
}

static Item *
push_item (SipProxy *proxy, SipProxyOutputType type, SipProxyConnection connection)
{
  Item *item = g_new0 (Item, 1);

  item->output.type = type;
  item->output.connection = connection;
  g_queue_push_tail (&proxy->outputs, item);
  return item;
}

static const char *
keep (Item *item, const char *text)
{
  return text != NULL ? g_string_chunk_insert (item->texts, text) : NULL;
}

void
sip_proxy_push_frame (SipProxy *proxy, SipProxyFlow *flow, GBytes *frame)
{
  Item *item = NULL;

  if (flow->is_gone)
    return;
  item = push_item (proxy, SIP_PROXY_OUTPUT_SEND, flow->id);
  item->frame = g_bytes_ref (frame);
  item->output.frame = g_bytes_get_data (frame, &item->output.frame_len);
}

void
sip_proxy_push_close (SipProxy *proxy, SipProxyConnection id, guint16 code)
{
  push_item (proxy, SIP_PROXY_OUTPUT_CLOSE, id)->output.close_code = code;
}

void
sip_proxy_push_event (SipProxy *proxy, const SipProxyOutput *output)
{
  Item *item = push_item (proxy, SIP_PROXY_OUTPUT_EVENT, output->connection);

  item->output = *output;
  item->output.type = SIP_PROXY_OUTPUT_EVENT;
  item->texts = g_string_chunk_new (256);
  item->output.aor = keep (item, output->aor);
  item->output.contact = keep (item, output->contact);
  item->output.remote = keep (item, output->remote);
  item->output.call_id = keep (item, output->call_id);
  item->output.from = keep (item, output->from);
  item->output.to = keep (item, output->to);
  item->output.method = keep (item, output->method);
}

const SipProxyOutput *
sip_proxy_pop_output (SipProxy *proxy)
{
  g_clear_pointer (&proxy->popped, item_free);
  proxy->popped = g_queue_pop_head (&proxy->outputs);
  return proxy->popped != NULL ? &((Item *)proxy->popped)->output : NULL;
}

void
sip_proxy_drop_outputs (SipProxy *proxy)
{
  g_clear_pointer (&proxy->popped, item_free);
  g_queue_clear_full (&proxy->outputs, (GDestroyNotify)item_free);
}

SipWriter *
sip_proxy_start_reply (SipProxy *proxy, const SipMessage *request, guint status)
{
  g_autofree char *tag = sip_random_token (&proxy->limits.random, TAG_LENGTH);
  SipWriter *writer =
      sip_writer_new_response (request, status, NULL, status == 100 ? NULL : tag);

  if (proxy->server != NULL)
    sip_writer_add_header (writer, SIP_HEADER_SERVER, proxy->server);
  return writer;
}

void
sip_proxy_send_reply (SipProxy *proxy, SipProxyFlow *flow, SipWriter *writer)
{
  g_autoptr (GBytes) frame = sip_writer_finish (writer, NULL);

  if (frame != NULL)
    sip_proxy_push_frame (proxy, flow, frame);
}

void
sip_proxy_reply (SipProxy *proxy,
                 SipProxyFlow *flow,
                 const SipMessage *request,
                 guint status)
{
  sip_proxy_send_reply (proxy, flow, sip_proxy_start_reply (proxy, request, status));
}

void
sip_proxy_log_refused (SipProxy *proxy,
                       SipProxyFlow *flow,
                       const SipMessage *request,
                       guint status)
{
  g_autofree char *call_id = sip_text_dup (sip_message_get_call_id (request));
  g_autofree char *method = sip_text_dup (sip_message_get_method_text (request));

  sip_proxy_push_event (proxy, &(SipProxyOutput){
                                   .connection = flow->id,
                                   .event = SIP_PROXY_EVENT_REFUSED,
                                   .aor = flow->identity,
                                   .remote = flow->remote,
                                   .transport = flow->transport,
                                   .call_id = call_id,
                                   .method = method,
                                   .status = status,
                                   .duration_us = -1,
                               });
}

void
sip_proxy_refuse (SipProxy *proxy,
                  SipProxyFlow *flow,
                  const SipMessage *request,
                  guint status)
{
  sip_proxy_log_refused (proxy, flow, request, status);
  sip_proxy_reply (proxy, flow, request, status);
}
