/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-output.h"

struct _PhoneExchangeOutput {
  GFilterOutputStream parent;
  guint64 written;
};

static void pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneExchangeOutput,
                               phone_exchange_output,
                               G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      pollable_init))

static GOutputStream *
get_base (PhoneExchangeOutput *self)
{
  return g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (self));
}

static gssize
count (PhoneExchangeOutput *self, gssize n)
{
  self->written += n > 0 ? n : 0;
  return n;
}

static gssize
phone_exchange_output_write (GOutputStream *stream,
                             const void *buffer,
                             gsize length,
                             GCancellable *cancellable,
                             GError **error)
{
  PhoneExchangeOutput *self = PHONE_EXCHANGE_OUTPUT (stream);

  return count (
      self, g_output_stream_write (get_base (self), buffer, length, cancellable, error));
}

static gssize
write_nonblocking (GPollableOutputStream *stream,
                   const void *buffer,
                   gsize length,
                   GError **error)
{
  PhoneExchangeOutput *self = PHONE_EXCHANGE_OUTPUT (stream);

  return count (
      self, g_pollable_output_stream_write_nonblocking (
                G_POLLABLE_OUTPUT_STREAM (get_base (self)), buffer, length, NULL, error));
}

static gboolean
is_writable (GPollableOutputStream *stream)
{
  PhoneExchangeOutput *self = PHONE_EXCHANGE_OUTPUT (stream);

  return g_pollable_output_stream_is_writable (
      G_POLLABLE_OUTPUT_STREAM (get_base (self)));
}

static GSource *
create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  PhoneExchangeOutput *self = PHONE_EXCHANGE_OUTPUT (stream);
  g_autoptr (GSource) base = g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (get_base (self)), cancellable);
  GSource *source = g_pollable_source_new (G_OBJECT (stream));

  g_source_set_dummy_callback (base);
  g_source_add_child_source (source, base);
  return source;
}

static void
pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->write_nonblocking = write_nonblocking;
  iface->is_writable = is_writable;
  iface->create_source = create_source;
}

static void
phone_exchange_output_class_init (PhoneExchangeOutputClass *klass)
{
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = phone_exchange_output_write;
}

static void
phone_exchange_output_init (PhoneExchangeOutput *self)
{
}

PhoneExchangeOutput *
phone_exchange_output_new (GOutputStream *base)
{
  return g_object_new (PHONE_TYPE_EXCHANGE_OUTPUT, "base-stream", base, NULL);
}

guint64
phone_exchange_output_get_written (PhoneExchangeOutput *self)
{
  return self->written;
}
