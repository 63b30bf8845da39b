/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-export.h"

GOutputStream *
phone_export_open (GFile *file, GError **error)
{
  GFileOutputStream *stream = g_file_replace (
      file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL,
      error);

  return stream != NULL ? G_OUTPUT_STREAM (stream) : NULL;
}

/* GIO replaces by any closing that nobody cancels. */
void
phone_export_abandon (GOutputStream *stream)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (stream, cancelled, NULL);
}
