/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-ladder.h"

#include <string.h>

typedef struct {
  PhoneWireDirection direction;
  gint64 real_time_us;
  GBytes *frame;
} Rung;

struct _PhoneLadder {
  char *who;
  GQueue rungs; /* of Rung */
  gsize n_bytes;
  guint n_left_out;
};

struct _PhoneLadders {
  char *who;
  GHashTable *by_call_id; /* char * -> PhoneLadder */
  GQueue call_ids;        /* the keys, which the table owns; the last one heard is last */
};

/* ---- One ---- */

static void
rung_free (Rung *rung)
{
  g_bytes_unref (rung->frame);
  g_free (rung);
}

PhoneLadder *
phone_ladder_new (const char *who)
{
  PhoneLadder *self = g_rc_box_new0 (PhoneLadder);

  self->who = g_strdup (who);
  return self;
}

PhoneLadder *
phone_ladder_ref (PhoneLadder *self)
{
  return g_rc_box_acquire (self);
}

static void
clear_ladder (gpointer data)
{
  PhoneLadder *self = data;

  g_queue_clear_full (&self->rungs, (GDestroyNotify)rung_free);
  g_free (self->who);
}

void
phone_ladder_unref (PhoneLadder *self)
{
  g_rc_box_release_full (self, clear_ladder);
}

static void
drop_oldest (PhoneLadder *self)
{
  Rung *oldest = g_queue_pop_head (&self->rungs);

  self->n_bytes -= g_bytes_get_size (oldest->frame);
  self->n_left_out++;
  rung_free (oldest);
}

void
phone_ladder_add (PhoneLadder *self,
                  PhoneWireDirection direction,
                  const void *frame,
                  gsize len)
{
  Rung *rung = g_new0 (Rung, 1);

  rung->direction = direction;
  rung->real_time_us = g_get_real_time ();
  rung->frame = g_bytes_new (frame, len);
  g_queue_push_tail (&self->rungs, rung);
  self->n_bytes += len;
  while (self->n_bytes > PHONE_LADDER_MAX_BYTES)
    drop_oldest (self);
}

char *
phone_ladder_dup_text (PhoneLadder *self)
{
  GString *out = g_string_new (NULL);

  if (self->n_left_out > 0)
    g_string_append_printf (out, "(%u older messages are left out)\n", self->n_left_out);
  for (GList *l = self->rungs.head; l != NULL; l = l->next) {
    const Rung *rung = l->data;
    gsize len;
    gconstpointer frame = g_bytes_get_data (rung->frame, &len);
    g_autofree char *text =
        phone_log_dup_rung (rung->direction, self->who, rung->real_time_us, frame, len);

    g_string_append (out, text);
  }
  return g_string_free (out, FALSE);
}

/* ---- Those of a connection ---- */

PhoneLadders *
phone_ladders_new (const char *who)
{
  PhoneLadders *self = g_new0 (PhoneLadders, 1);

  self->who = g_strdup (who);
  self->by_call_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify)phone_ladder_unref);
  return self;
}

void
phone_ladders_free (PhoneLadders *self)
{
  g_queue_clear (&self->call_ids);
  g_hash_table_unref (self->by_call_id);
  g_free (self->who);
  g_free (self);
}

/* The value of a header line that has one of its two names (RFC 3261 §7.3.3), or NULL;
 * @end is after the line. */
static const char *
match_call_id (const char *line, const char *end)
{
  gsize len = (gsize)(end - line);
  const char *value = NULL;

  if (len > 7 && g_ascii_strncasecmp (line, "Call-ID", 7) == 0)
    value = line + 7;
  else if (len > 1 && g_ascii_tolower (*line) == 'i')
    value = line + 1;
  while (value != NULL && value < end && (*value == ' ' || *value == '\t'))
    value++;
  return value != NULL && value < end && *value == ':' ? value + 1 : NULL;
}

/* The frame may be broken: it is looked at before it is parsed. */
static char *
dup_call_id (const char *frame, gsize len)
{
  const char *end = frame + len;

  for (const char *line = frame, *next; line < end; line = next) {
    const char *line_end = memchr (line, '\n', (gsize)(end - line));
    const char *value;

    line_end = line_end != NULL ? line_end : end;
    next = line_end + 1;
    if (line_end == line || *line == '\r') /* the body */
      return NULL;
    value = match_call_id (line, line_end);
    if (value != NULL)
      return g_strstrip (g_strndup (value, (gsize)(line_end - value)));
  }
  return NULL;
}

static gboolean
begins_call (const char *frame, gsize len)
{
  return len > 7 && memcmp (frame, "INVITE ", 7) == 0;
}

static void
forget_oldest (PhoneLadders *self)
{
  g_hash_table_remove (self->by_call_id, g_queue_pop_head (&self->call_ids));
}

static PhoneLadder *
begin (PhoneLadders *self, const char *call_id)
{
  PhoneLadder *ladder = phone_ladder_new (self->who);
  char *key = g_strdup (call_id);

  if (g_queue_get_length (&self->call_ids) == PHONE_LADDERS_MAX)
    forget_oldest (self);
  g_hash_table_insert (self->by_call_id, key, ladder);
  g_queue_push_tail (&self->call_ids, key);
  return ladder;
}

/* Moves it to where the last one heard is. */
static PhoneLadder *
find_and_touch (PhoneLadders *self, const char *call_id)
{
  gpointer key, ladder;
  GList *link;

  if (!g_hash_table_lookup_extended (self->by_call_id, call_id, &key, &ladder))
    return NULL;
  link = g_queue_find (&self->call_ids, key);
  g_queue_unlink (&self->call_ids, link);
  g_queue_push_tail_link (&self->call_ids, link);
  return ladder;
}

void
phone_ladders_add (PhoneLadders *self,
                   PhoneWireDirection direction,
                   const void *frame,
                   gsize len)
{
  g_autofree char *call_id = dup_call_id (frame, len);
  PhoneLadder *ladder = call_id != NULL ? find_and_touch (self, call_id) : NULL;

  if (call_id != NULL && ladder == NULL && begins_call (frame, len))
    ladder = begin (self, call_id);
  if (ladder != NULL)
    phone_ladder_add (ladder, direction, frame, len);
}

PhoneLadder *
phone_ladders_find (PhoneLadders *self, const char *call_id)
{
  return g_hash_table_lookup (self->by_call_id, call_id);
}
