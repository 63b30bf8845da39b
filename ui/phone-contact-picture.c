/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-contact-picture.h"

/* Pixels of a side: twice the largest avatar. */
#define SIDE 256
#define WANTED "phone-contact-wanted"

/* ---- Shown ---- */

static GdkTexture *
make_texture (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);

  return gdk_memory_texture_new (
      gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
      gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, bytes,
      (gsize)gdk_pixbuf_get_rowstride (pixbuf));
}

/* Whoever the avatar stands for by now may be somebody else. */
static gboolean
is_wanted (AdwAvatar *avatar, GCancellable *wanted)
{
  return g_object_get_data (G_OBJECT (avatar), WANTED) == wanted;
}

typedef struct {
  AdwAvatar *avatar;    /* owned */
  GCancellable *wanted; /* owned */
} Place;

static void
place_free (Place *place)
{
  g_object_unref (place->avatar);
  g_object_unref (place->wanted);
  g_free (place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Place, place_free)

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Place) place = data;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream_finish (result, NULL);
  g_autoptr (GdkTexture) texture = pixbuf != NULL ? make_texture (pixbuf) : NULL;

  if (texture != NULL && is_wanted (place->avatar, place->wanted))
    adw_avatar_set_custom_image (place->avatar, GDK_PAINTABLE (texture));
}

static void
decode (Place *place, GBytes *picture)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (picture);

  gdk_pixbuf_new_from_stream_at_scale_async (stream, SIDE, SIDE, TRUE, place->wanted,
                                             on_decoded, place);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Place) place = data;
  g_autoptr (GBytes) picture =
      phone_contact_book_load_picture_finish (PHONE_CONTACT_BOOK (source), result);

  if (picture != NULL && is_wanted (place->avatar, place->wanted))
    decode (g_steal_pointer (&place), picture);
}

static Place *
begin (AdwAvatar *avatar)
{
  Place *place = g_new0 (Place, 1);

  place->avatar = g_object_ref (avatar);
  place->wanted = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (avatar), WANTED, g_object_ref (place->wanted),
                          g_object_unref);
  adw_avatar_set_custom_image (avatar, NULL);
  return place;
}

void
phone_contact_picture_show (AdwAvatar *avatar,
                            PhoneContactBook *book,
                            PhoneContact *contact)
{
  g_autoptr (Place) place = begin (avatar);

  if (contact != NULL && phone_contact_has_picture (contact))
    phone_contact_book_load_picture_async (book, phone_contact_get_id (contact),
                                           on_loaded, g_steal_pointer (&place));
}

void
phone_contact_picture_show_bytes (AdwAvatar *avatar, GBytes *picture)
{
  g_autoptr (Place) place = begin (avatar);

  if (picture != NULL)
    decode (g_steal_pointer (&place), picture);
}

/* ---- Chosen ---- */

static void
on_chosen_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream_finish (result, NULL);
  char *bytes = NULL;
  gsize size = 0;

  if (pixbuf != NULL &&
      gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &size, "png", NULL, NULL))
    g_task_return_pointer (task, g_bytes_new_take (bytes, size),
                           (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GFileInputStream) stream =
      g_file_read_finish (G_FILE (source), result, NULL);

  if (stream == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else
    gdk_pixbuf_new_from_stream_at_scale_async (G_INPUT_STREAM (stream), SIDE, SIDE, TRUE,
                                               NULL, on_chosen_decoded,
                                               g_steal_pointer (&task));
}

void
phone_contact_picture_read_async (GFile *file,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (file, NULL, callback, user_data);

  g_task_set_source_tag (task, phone_contact_picture_read_async);
  g_file_read_async (file, G_PRIORITY_DEFAULT, NULL, on_opened, task);
}

GBytes *
phone_contact_picture_read_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
