/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-transport.h"

G_DEFINE_BOXED_TYPE (PhoneTransportClose,
                     phone_transport_close,
                     phone_transport_close_copy,
                     phone_transport_close_free)

G_DEFINE_INTERFACE (PhoneTransport, phone_transport, G_TYPE_OBJECT)

static void
phone_transport_default_init (PhoneTransportInterface *iface)
{
  GType type = PHONE_TYPE_TRANSPORT;

  g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_BYTES);
  g_signal_new ("pong", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                PHONE_TYPE_TRANSPORT_CLOSE);
}

PhoneTransportClose *
phone_transport_close_new (PhoneTransportEnd end,
                           guint code,
                           guint retry_after_s,
                           GError *error)
{
  PhoneTransportClose *self = g_new0 (PhoneTransportClose, 1);

  self->end = end;
  self->code = code;
  self->retry_after_s = retry_after_s;
  self->error = error;
  return self;
}

PhoneTransportClose *
phone_transport_close_copy (const PhoneTransportClose *self)
{
  return phone_transport_close_new (self->end, self->code, self->retry_after_s,
                                    g_error_copy (self->error));
}

void
phone_transport_close_free (PhoneTransportClose *self)
{
  g_clear_error (&self->error);
  g_free (self);
}

void
phone_transport_open (PhoneTransport *self)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));

  PHONE_TRANSPORT_GET_IFACE (self)->open (self);
}

void
phone_transport_send (PhoneTransport *self, const char *frame, gsize length)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));
  g_return_if_fail (frame != NULL);

  PHONE_TRANSPORT_GET_IFACE (self)->send (self, frame, length);
}

void
phone_transport_ping (PhoneTransport *self)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));

  PHONE_TRANSPORT_GET_IFACE (self)->ping (self);
}

void
phone_transport_close (PhoneTransport *self)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));

  PHONE_TRANSPORT_GET_IFACE (self)->close (self);
}

void
phone_transport_avoid_server (PhoneTransport *self, gint64 until_us)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));

  PHONE_TRANSPORT_GET_IFACE (self)->avoid_server (self, until_us);
}

void
phone_transport_avoid_none (PhoneTransport *self)
{
  g_return_if_fail (PHONE_IS_TRANSPORT (self));

  PHONE_TRANSPORT_GET_IFACE (self)->avoid_none (self);
}
