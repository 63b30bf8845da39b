/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-alloc.h"

#include <errno.h>
#include <malloc.h>

/* The allocator of the whole program, GLib included: an executable's malloc() is the one
 * that its libraries use as well. It is the C library's, with a count around it. With
 * sanitizers theirs stands, and the leak check at the end is theirs too. */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

gboolean
sim_alloc_is_counted (void)
{
  return FALSE;
}

gint64
sim_alloc_get_n_blocks (void)
{
  return 0;
}

#else

void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *block, size_t size);
void *__libc_memalign (size_t alignment, size_t size);
void __libc_free (void *block);

static gint64 n_blocks;

static void *
count (void *block)
{
  if (block != NULL)
    __atomic_add_fetch (&n_blocks, 1, __ATOMIC_RELAXED);
  return block;
}

void *
malloc (size_t size)
{
  return count (__libc_malloc (size));
}

void *
calloc (size_t n, size_t size)
{
  return count (__libc_calloc (n, size));
}

void *
realloc (void *block, size_t size)
{
  void *moved = __libc_realloc (block, size);

  if (block == NULL)
    return count (moved);
  if (moved == NULL && size == 0)
    __atomic_sub_fetch (&n_blocks, 1, __ATOMIC_RELAXED);
  return moved;
}

void
free (void *block)
{
  if (block != NULL)
    __atomic_sub_fetch (&n_blocks, 1, __ATOMIC_RELAXED);
  __libc_free (block);
}

void *
memalign (size_t alignment, size_t size)
{
  return count (__libc_memalign (alignment, size));
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return count (__libc_memalign (alignment, size));
}

int
posix_memalign (void **block, size_t alignment, size_t size)
{
  *block = count (__libc_memalign (alignment, size));
  return *block != NULL ? 0 : ENOMEM;
}

/* GLib before 2.76 keeps freed slices for itself unless it is told not to. */
gboolean
sim_alloc_is_counted (void)
{
  return glib_check_version (2, 76, 0) == NULL ||
         g_strcmp0 (g_getenv ("G_SLICE"), "always-malloc") == 0;
}

gint64
sim_alloc_get_n_blocks (void)
{
  return __atomic_load_n (&n_blocks, __ATOMIC_RELAXED);
}

#endif
