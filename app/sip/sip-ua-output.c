/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-ua-private.h"

/* What the agent has for its host to do or to know, in its order. */

static void
output_free (SipUaOutput *output)
{
  g_clear_pointer (&output->bytes, g_bytes_unref);
  g_clear_pointer (&output->message, sip_message_unref);
  g_free (output->body);
  g_free (output->reason);
  g_free (output->uri);
  g_free (output);
}

SipOutput *
sip_ua_push (SipUa *ua,
             SipOutputType type,
             SipSessionId session,
             SipMessage *message,
             const char *body,
             const char *reason)
{
  SipUaOutput *output = g_new0 (SipUaOutput, 1);

  output->message = message != NULL ? sip_message_ref (message) : NULL;
  output->body = g_strdup (body);
  output->reason = g_strdup (reason);
  output->public = (SipOutput){
      .type = type,
      .session = session,
      .message = output->message,
      .body = output->body,
      .reason = output->reason,
  };
  g_queue_push_tail (&ua->outputs, output);
  return &output->public;
}

void
sip_ua_push_uri (SipUa *ua, const char *uri)
{
  SipUaOutput *output = g_queue_peek_tail (&ua->outputs);

  output->uri = g_strdup (uri);
  output->public.uri = output->uri;
}

void
sip_ua_push_frame (SipUa *ua, GBytes *frame)
{
  SipUaOutput *output;

  if (!sip_flow_is_up (&ua->flow))
    return;
  sip_ua_push (ua, SIP_OUTPUT_SEND, 0, NULL, NULL, NULL);
  output = g_queue_peek_tail (&ua->outputs);
  output->bytes = g_bytes_ref (frame);
  output->public.frame = g_bytes_get_data (frame, &output->public.frame_len);
}

void
sip_ua_forget_popped (SipUa *ua)
{
  g_clear_pointer (&ua->popped, output_free);
}

const SipOutput *
sip_ua_pop_output (SipUa *ua)
{
  sip_ua_forget_popped (ua);
  ua->popped = g_queue_pop_head (&ua->outputs);
  return ua->popped != NULL ? &ua->popped->public : NULL;
}

void
sip_ua_forget_outputs (SipUa *ua)
{
  sip_ua_forget_popped (ua);
  g_queue_clear_full (&ua->outputs, (GDestroyNotify)output_free);
}
