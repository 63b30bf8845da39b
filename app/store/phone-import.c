/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-import.h"

#include "phone-error.h"

#define READ_BYTES 65536

/* One byte more than may be tells that it is too much: a pipe has no size to ask for. */
static GByteArray *
read_stream (GInputStream *stream, gsize max_bytes, GError **error)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (READ_BYTES);
  gssize count = READ_BYTES;

  while (count > 0 && text->len <= max_bytes) {
    count = g_input_stream_read (stream, chunk, READ_BYTES, NULL, error);
    if (count > 0)
      g_byte_array_append (text, chunk, (guint)count);
  }
  return count >= 0 ? g_steal_pointer (&text) : NULL;
}

GByteArray *
phone_import_read (GFile *file, gsize max_bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &cause);
  g_autoptr (GByteArray) text =
      stream != NULL ? read_stream (G_INPUT_STREAM (stream), max_bytes, &cause) : NULL;

  if (text == NULL) {
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_STORAGE, cause->message);
    return NULL;
  }
  if (text->len > max_bytes) {
    g_set_error_literal (error, PHONE_ERROR, PHONE_ERROR_TOO_LARGE,
                         "The file is too large");
    return NULL;
  }
  return g_steal_pointer (&text);
}
