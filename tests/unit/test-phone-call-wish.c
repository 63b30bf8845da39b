/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-wish.h"

/* Every edge there is, and no other. */
static void
test_every_edge (void)
{
  static const char *const may[PHONE_N_CHANGES] = {
      /* to:                     I M O K W A N L T D */
      [PHONE_CHANGE_IDLE] = ".M.K.ANL..",      [PHONE_CHANGE_MAKING] = "I.O......D",
      [PHONE_CHANGE_OFFERED] = "I...W.....",   [PHONE_CHANGE_ASKING] = "I.....N...",
      [PHONE_CHANGE_WAITING] = "I.........",   [PHONE_CHANGE_ASKED] = "I.....N...",
      [PHONE_CHANGE_ANSWERING] = "I........D", [PHONE_CHANGE_LENDING] = "I.......TD",
      [PHONE_CHANGE_LENT] = "I.........",      [PHONE_CHANGE_DROPPING] = "I.........",
  };

  for (int from = 0; from < PHONE_N_CHANGES; from++)
    for (int to = 0; to < PHONE_N_CHANGES; to++)
      g_assert_cmpint (phone_change_may_become ((PhoneChange)from, (PhoneChange)to), ==,
                       may[from][to] != '.');
}

/* The wishes of three bits: hold, video, restart. */
static PhoneMediaWish
wish_of (guint bits)
{
  return (PhoneMediaWish){
      .hold = bits & 1,
      .video = (bits >> 1) & 1,
      .restart_ice = (bits >> 2) & 1,
  };
}

static void
test_equal (void)
{
  for (guint i = 0; i < 8; i++)
    for (guint j = 0; j < 8; j++) {
      PhoneMediaWish a = wish_of (i);
      PhoneMediaWish b = wish_of (j);

      g_assert_cmpint (phone_wish_is_equal (&a, &b), ==, i == j);
    }
}

/* The far end changes something: who wishes nothing goes along, an open wish stays. */
static void
test_follow (void)
{
  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < 4; j++)
      for (guint k = 0; k < 4; k++) {
        PhoneMediaWish wanted = wish_of (i);
        PhoneMediaWish was = wish_of (j);
        PhoneMediaWish is = wish_of (k);
        PhoneMediaWish now = phone_wish_follow (&wanted, &was, &is);

        g_assert_cmpint (now.hold, ==, wanted.hold != was.hold ? wanted.hold : is.hold);
        g_assert_cmpint (now.video, ==,
                         wanted.video != was.video ? wanted.video : is.video);
      }
}

/* Whatever comes of a change, one without a new wish is at rest afterwards, so that what is
 * refused is not asked for again and again. */
static void
test_settle_rests (void)
{
  for (guint i = 0; i < 8; i++)
    for (guint j = 0; j < 4; j++) {
      PhoneMediaWish tried = wish_of (i);
      PhoneMediaWish agreed = wish_of (j);
      PhoneMediaWish wanted = phone_wish_settle (&tried, &tried, &agreed);

      g_assert_true (phone_wish_is_equal (&wanted, &agreed));
    }
}

/* What was pressed meanwhile is not lost: it is what is wanted then. */
static void
test_settle_keeps_new_wish (void)
{
  const PhoneMediaWish tried = {.video = TRUE};
  const PhoneMediaWish wanted = {.hold = TRUE, .video = TRUE, .restart_ice = TRUE};
  const PhoneMediaWish refused = {FALSE};
  PhoneMediaWish left = phone_wish_settle (&wanted, &tried, &refused);

  g_assert_true (left.hold);
  g_assert_false (left.video);
  g_assert_true (left.restart_ice);
  left = phone_wish_settle (&wanted, &tried, &tried);
  g_assert_true (left.hold);
  g_assert_true (left.video);
}

/* Taken back while it was under way: it has to be undone. */
static void
test_settle_undone (void)
{
  const PhoneMediaWish tried = {.hold = TRUE};
  const PhoneMediaWish wanted = {.hold = FALSE};
  PhoneMediaWish left = phone_wish_settle (&wanted, &tried, &tried);

  g_assert_false (left.hold);
  g_assert_false (phone_wish_is_equal (&left, &tried));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phone/wish/every-edge", test_every_edge);
  g_test_add_func ("/phone/wish/equal", test_equal);
  g_test_add_func ("/phone/wish/follow", test_follow);
  g_test_add_func ("/phone/wish/settle-rests", test_settle_rests);
  g_test_add_func ("/phone/wish/settle-keeps-new-wish", test_settle_keeps_new_wish);
  g_test_add_func ("/phone/wish/settle-undone", test_settle_undone);
  return g_test_run ();
}
