/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-exchange-input.h"

struct _PhoneExchangeInput {
  GFilterInputStream parent;
  gsize limit;
  gsize count;
  guint64 total;
};

static void pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PhoneExchangeInput,
                               phone_exchange_input,
                               G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      pollable_init))

static GPollableInputStream *
get_base (PhoneExchangeInput *self)
{
  return G_POLLABLE_INPUT_STREAM (
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self)));
}

static gssize
count (PhoneExchangeInput *self, gssize n, GError **error)
{
  if (n <= 0)
    return n;
  self->count += n;
  self->total += n;
  if (self->count <= self->limit)
    return n;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       "The message has no end");
  return -1;
}

static gssize
phone_exchange_input_read (GInputStream *stream,
                           void *buffer,
                           gsize length,
                           GCancellable *cancellable,
                           GError **error)
{
  PhoneExchangeInput *self = PHONE_EXCHANGE_INPUT (stream);
  GInputStream *base =
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));

  return count (self, g_input_stream_read (base, buffer, length, cancellable, error),
                error);
}

static gssize
read_nonblocking (GPollableInputStream *stream,
                  void *buffer,
                  gsize length,
                  GError **error)
{
  PhoneExchangeInput *self = PHONE_EXCHANGE_INPUT (stream);
  gssize n = g_pollable_input_stream_read_nonblocking (get_base (self), buffer, length,
                                                       NULL, error);

  return count (self, n, error);
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (get_base (PHONE_EXCHANGE_INPUT (stream)));
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (
      get_base (PHONE_EXCHANGE_INPUT (stream)), cancellable);
  GSource *source = g_pollable_source_new (G_OBJECT (stream));

  g_source_set_dummy_callback (base);
  g_source_add_child_source (source, base);
  return source;
}

static void
pollable_init (GPollableInputStreamInterface *iface)
{
  iface->read_nonblocking = read_nonblocking;
  iface->is_readable = is_readable;
  iface->create_source = create_source;
}

static void
phone_exchange_input_class_init (PhoneExchangeInputClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = phone_exchange_input_read;
}

static void
phone_exchange_input_init (PhoneExchangeInput *self)
{
}

PhoneExchangeInput *
phone_exchange_input_new (GInputStream *base, gsize limit)
{
  PhoneExchangeInput *self =
      g_object_new (PHONE_TYPE_EXCHANGE_INPUT, "base-stream", base, NULL);

  self->limit = limit;
  return self;
}

void
phone_exchange_input_rewind (PhoneExchangeInput *self)
{
  self->count = 0;
}

guint64
phone_exchange_input_get_total (PhoneExchangeInput *self)
{
  return self->total;
}
