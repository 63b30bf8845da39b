/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-media-note.h"

enum { N_NOTES = 1000 };

static guint n_received;
static guint n_freed;
static GThread *main_thread;

static void
receive (GObject *target, int kind, gpointer *value)
{
  g_assert_true (g_thread_self () == main_thread);
  g_assert_cmpint (kind, ==, (int)n_received);
  n_received++;
}

static void
free_value (gpointer value)
{
  g_atomic_int_inc (&n_freed);
  g_free (value);
}

static gpointer
post_many (gpointer port)
{
  for (int i = 0; i < N_NOTES; i++)
    phone_media_note_post_any_thread (port, i, g_strdup ("x"), free_value);
  phone_media_note_port_unref_any_thread (port);
  return NULL;
}

static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static PhoneMediaNotePort *
post_from_thread (GObject *target)
{
  PhoneMediaNotePort *port = phone_media_note_port_new (target, receive);

  n_received = n_freed = 0;
  g_thread_join (
      g_thread_new ("post", post_many, phone_media_note_port_ref_any_thread (port)));
  return port;
}

static void
test_order (void)
{
  g_autoptr (GObject) target = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (PhoneMediaNotePort) port = post_from_thread (target);

  g_assert_cmpuint (n_received, ==, 0);
  drain ();
  g_assert_cmpuint (n_received, ==, N_NOTES);
  g_assert_cmpuint (n_freed, ==, N_NOTES);
}

static void
test_shut (void)
{
  g_autoptr (GObject) target = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (PhoneMediaNotePort) port = post_from_thread (target);

  phone_media_note_port_shut (port);
  drain ();
  g_assert_cmpuint (n_received, ==, 0);
  g_assert_cmpuint (n_freed, ==, N_NOTES);
}

static void
test_target_gone (void)
{
  GObject *target = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (PhoneMediaNotePort) port = post_from_thread (target);

  g_assert_finalize_object (target);
  drain ();
  g_assert_cmpuint (n_received, ==, 0);
  g_assert_cmpuint (n_freed, ==, N_NOTES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  main_thread = g_thread_self ();
  g_test_add_func ("/media-note/order", test_order);
  g_test_add_func ("/media-note/shut", test_shut);
  g_test_add_func ("/media-note/target-gone", test_target_gone);
  return g_test_run ();
}
