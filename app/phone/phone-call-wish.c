/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-wish.h"

#define BIT(state) (1u << PHONE_CHANGE_##state)
#define THEIRS (BIT (ASKED) | BIT (ANSWERING) | BIT (LENDING))

static const guint edges[PHONE_N_CHANGES] = {
    [PHONE_CHANGE_IDLE] = BIT (MAKING) | BIT (ASKING) | THEIRS,
    [PHONE_CHANGE_MAKING] = BIT (OFFERED) | BIT (DROPPING) | BIT (IDLE),
    [PHONE_CHANGE_OFFERED] = BIT (WAITING) | BIT (IDLE),
    [PHONE_CHANGE_ASKING] = BIT (ANSWERING) | BIT (IDLE),
    [PHONE_CHANGE_WAITING] = BIT (IDLE),
    [PHONE_CHANGE_ASKED] = BIT (ANSWERING) | BIT (IDLE),
    [PHONE_CHANGE_ANSWERING] = BIT (DROPPING) | BIT (IDLE),
    [PHONE_CHANGE_LENDING] = BIT (LENT) | BIT (DROPPING) | BIT (IDLE),
    [PHONE_CHANGE_LENT] = BIT (IDLE),
    [PHONE_CHANGE_DROPPING] = BIT (IDLE),
};

gboolean
phone_change_may_become (PhoneChange from, PhoneChange to)
{
  return (edges[from] & (1u << to)) != 0;
}

gboolean
phone_wish_is_equal (const PhoneMediaWish *a, const PhoneMediaWish *b)
{
  return a->hold == b->hold && a->video == b->video && a->restart_ice == b->restart_ice;
}

static gboolean
follow (gboolean wanted, gboolean was, gboolean is)
{
  return wanted == was ? is : wanted;
}

PhoneMediaWish
phone_wish_follow (const PhoneMediaWish *wanted,
                   const PhoneMediaWish *was,
                   const PhoneMediaWish *is)
{
  return (PhoneMediaWish){
      .hold = follow (wanted->hold, was->hold, is->hold),
      .video = follow (wanted->video, was->video, is->video),
      .restart_ice = wanted->restart_ice,
  };
}

PhoneMediaWish
phone_wish_settle (const PhoneMediaWish *wanted,
                   const PhoneMediaWish *tried,
                   const PhoneMediaWish *agreed)
{
  return (PhoneMediaWish){
      .hold = follow (wanted->hold, tried->hold, agreed->hold),
      .video = follow (wanted->video, tried->video, agreed->video),
      .restart_ice = wanted->restart_ice && !tried->restart_ice,
  };
}
