/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proxy-fixture.h"

#include <string.h>

/* Random walks: clients that do what clients do, in any order, while connections break,
 * time passes and bytes are turned round. The fixture checks the invariants after every
 * step. The seed stands in the test's message; --seed of GTest repeats it. */

#define N_WALKS 300
#define N_STEPS 120
#define N_USERS 3
#define MAX_KEPT 64

static const char *const users[N_USERS] = {"alice", "bob", "carol"};

typedef struct {
  ProxyFixture f;
  guint64 connections[N_USERS]; /* 0: none */
  guint64 last_connection;
  guint n_calls;
  GPtrArray *kept; /* Frame: what came, to be answered or sent back */
} Walk;

typedef struct {
  guint user;
  GBytes *bytes;
} Frame;

static void
frame_free (Frame *frame)
{
  g_bytes_unref (frame->bytes);
  g_free (frame);
}

static void
collect (Walk *walk)
{
  for (guint i = 0; i < N_USERS; i++) {
    GQueue *inbox = g_hash_table_lookup (walk->f.inboxes, &walk->connections[i]);
    GBytes *bytes = NULL;

    while (inbox != NULL && (bytes = g_queue_pop_head (inbox)) != NULL) {
      Frame *frame = g_new0 (Frame, 1);
      frame->user = i;
      frame->bytes = bytes;
      g_ptr_array_add (walk->kept, frame);
    }
  }
  while (walk->kept->len > MAX_KEPT)
    g_ptr_array_remove_index (walk->kept, 0);
}

static Frame *
pick (Walk *walk)
{
  return walk->kept->len > 0
             ? g_ptr_array_index (walk->kept, g_test_rand_int_range (0, walk->kept->len))
             : NULL;
}

static void
step_connect (Walk *walk, guint user)
{
  if (walk->connections[user] == 0) {
    walk->connections[user] = ++walk->last_connection;
    proxy_open (&walk->f, walk->connections[user]);
  }
}

static void
step_disconnect (Walk *walk, guint user)
{
  if (walk->connections[user] != 0)
    proxy_close (&walk->f, walk->connections[user]);
  walk->connections[user] = 0;
}

static void
step_register (Walk *walk, guint user)
{
  if (walk->connections[user] == 0)
    return;
  collect (walk);
  proxy_register (&walk->f, walk->connections[user], users[user], users[user]);
}

static void
step_invite (Walk *walk, guint user)
{
  g_autofree char *id = g_strdup_printf ("walk%u", walk->n_calls++);

  if (walk->connections[user] != 0)
    proxy_invite (&walk->f, walk->connections[user], users[user],
                  users[g_test_rand_int_range (0, N_USERS)], id);
}

static void
step_answer (Walk *walk, guint user)
{
  static const guint statuses[] = {100, 180, 183, 200, 200, 200,
                                   302, 404, 486, 487, 503, 603};
  Frame *frame = pick (walk);
  g_autoptr (SipMessage) message = NULL;

  if (frame == NULL || walk->connections[frame->user] == 0)
    return;
  message = sip_message_parse (g_bytes_get_data (frame->bytes, NULL),
                               g_bytes_get_size (frame->bytes), NULL, NULL);
  if (message != NULL && sip_message_is_request (message))
    proxy_answer (&walk->f, walk->connections[frame->user], message,
                  statuses[g_test_rand_int_range (0, G_N_ELEMENTS (statuses))],
                  users[frame->user]);
}

/* ACK, BYE, CANCEL or INFO in a dialog that a message which came belongs to. */
static void
step_in_dialog (Walk *walk, guint user)
{
  static const char *const methods[] = {"ACK", "BYE", "CANCEL", "INFO", "INVITE"};
  const char *method = methods[g_test_rand_int_range (0, G_N_ELEMENTS (methods))];
  Frame *frame = pick (walk);
  g_autoptr (SipMessage) message = NULL;
  g_autofree char *route = NULL;
  gboolean is_caller = FALSE;

  if (frame == NULL || walk->connections[frame->user] == 0)
    return;
  message = sip_message_parse (g_bytes_get_data (frame->bytes, NULL),
                               g_bytes_get_size (frame->bytes), NULL, NULL);
  if (message == NULL)
    return;
  is_caller = !sip_message_is_request (message);
  route = proxy_dup_route (message, is_caller);
  proxy_sendf (&walk->f, walk->connections[frame->user],
               "%s sip:x@y.invalid SIP/2.0\r\n"
               "Via: SIP/2.0/WS c.invalid;branch=z9hG4bK%.*s%s\r\n%s"
               "From: <sip:%s@example.org>;tag=%s\r\nTo: <sip:z@example.org>;tag=t\r\n"
               "Call-ID: %.*s\r\nCSeq: %u %s\r\nMax-Forwards: 9\r\n\r\n",
               method, SIP_TEXT_ARG (sip_message_get_call_id (message)),
               g_test_rand_int_range (0, 2) == 0 ? "" : method, route, users[frame->user],
               users[frame->user], SIP_TEXT_ARG (sip_message_get_call_id (message)),
               1 + (guint)g_test_rand_int_range (0, 9), method);
}

/* A frame that came is sent back by anybody, some of its bytes turned round. */
static void
step_mutate (Walk *walk, guint user)
{
  Frame *frame = pick (walk);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  if (frame == NULL || walk->connections[user] == 0)
    return;
  length = g_bytes_get_size (frame->bytes);
  bytes = g_memdup2 (g_bytes_get_data (frame->bytes, NULL), length);
  for (gint n = g_test_rand_int_range (0, 5); n > 0 && length > 0; n--)
    bytes[g_test_rand_int_range (0, length)] = g_test_rand_int_range (0, 256);
  proxy_send (&walk->f, walk->connections[user], bytes, length);
}

static void
step_wait (Walk *walk, guint user)
{
  static const gint64 times[] = {1, SECONDS (1), SECONDS (9), SECONDS (33),
                                 SECONDS (190)};

  proxy_wait (&walk->f, times[g_test_rand_int_range (0, G_N_ELEMENTS (times))]);
}

static void
step_restart (Walk *walk, guint user)
{
  if (g_test_rand_int_range (0, 20) != 0)
    return;
  proxy_fixture_restart (&walk->f);
  memset (walk->connections, 0, sizeof walk->connections);
}

static void (*const steps[]) (Walk *walk, guint user) = {
    step_connect,   step_connect, step_disconnect, step_register,
    step_register,  step_invite,  step_invite,     step_answer,
    step_answer,    step_answer,  step_answer,     step_in_dialog,
    step_in_dialog, step_mutate,  step_wait,       step_restart,
};

/* Connections that the proxy closed itself are gone. */
static void
forget_closed (Walk *walk)
{
  for (guint i = 0; i < N_USERS; i++)
    if (walk->connections[i] != 0 &&
        proxy_get_close_code (&walk->f, walk->connections[i]) != 0)
      walk->connections[i] = 0;
}

static void
run_walk (void)
{
  Walk walk = {0};

  proxy_fixture_init (&walk.f, NULL);
  walk.kept = g_ptr_array_new_with_free_func ((GDestroyNotify)frame_free);
  for (guint i = 0; i < N_STEPS; i++) {
    steps[g_test_rand_int_range (0, G_N_ELEMENTS (steps))](
        &walk, g_test_rand_int_range (0, N_USERS));
    forget_closed (&walk);
    collect (&walk);
  }
  /* Whatever happened, nothing is under way for ever. */
  for (guint i = 0; i < N_USERS; i++)
    step_disconnect (&walk, i);
  proxy_wait (&walk.f, SECONDS (400));
  g_assert_cmpuint (sip_proxy_get_n_transactions (walk.f.proxy), ==, 0);
  proxy_wait (&walk.f, SECONDS (3600));
  g_assert_cmpuint (sip_proxy_get_n_bindings (walk.f.proxy), ==, 0);
  g_ptr_array_unref (walk.kept);
  proxy_fixture_clear (&walk.f);
}

static void
test_walks (void)
{
  for (guint i = 0; i < N_WALKS; i++)
    run_walk ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/walks", test_walks);
  return g_test_run ();
}
