/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What the command line of phone-endpoint says. Pure but for the password file, which is
 * read by phone_endpoint_read_password().
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  PHONE_COMMAND_CALL,
  PHONE_COMMAND_ANSWER,
  PHONE_COMMAND_REGISTER,
  PHONE_COMMAND_SERVE,
} PhoneCommand;

typedef enum {
  PHONE_EXPECT_NONE = 0,
  PHONE_EXPECT_AUDIO = 1 << 0,
  PHONE_EXPECT_TONE = 1 << 1,
  PHONE_EXPECT_ECHO = 1 << 2,
  PHONE_EXPECT_VIDEO = 1 << 3,
  PHONE_EXPECT_FRAMES = 1 << 4,
  PHONE_EXPECT_DIGITS = 1 << 5,
} PhoneExpect;

/* RTCP reports come every five seconds at first (RFC 3550 §6.2). */
#define PHONE_EXPECT_MIN_DURATION_S 6
#define PHONE_DEFAULT_DURATION_S 10
#define PHONE_DEFAULT_TIMEOUT_S 30
#define PHONE_DEFAULT_TONE_HZ 440

/** All owned. */
typedef struct {
  PhoneCommand command;
  char *target; /* of call */

  char **servers; /* in the order in which they are tried */
  char *account;  /* address of record */
  char *auth_user;
  char *password_file; /* "-": standard input */
  char *ca_file;

  gboolean video;
  guint duration_s;    /* 0: until the far end hangs up */
  guint timeout_s;     /* for registering, and for being answered or called; 0: no end */
  guint count;         /* answer: so many calls; 0: no end */
  guint early_media_s; /* answer: so long before the answer; 0: none */
  gboolean offerless;  /* call: the far end makes the offer */
  PhoneExpect expect;
  guint expect_hz;     /* of PHONE_EXPECT_TONE */
  char *expect_digits; /* of PHONE_EXPECT_DIGITS */

  /* What is done in the call, with seconds from its beginning; 0: not. */
  char *dtmf; /* NULL: no digits are sent */
  guint hold_every_s;
  guint video_add_s;
  guint video_remove_s;
  char *transfer; /* at the end of the duration; NULL: hung up then */
  gboolean accept_transfer;

  char **audio_codecs; /* NULL: all */
  char **video_codecs;
  char **ice_servers; /* NULL: none */
  char *turn_user;
  char *turn_password_file;
  gboolean relay_only;
  char *local_address;
  gboolean echo;
  gboolean devices; /* real microphone, speaker, ringer and camera */
  guint tone_hz;

  gboolean json;
  char *junit_file;
  gboolean trace;
  char *history_file;     /* serve; NULL: no history is kept */
  char *contacts_file;    /* serve; NULL: there are none */
  gboolean address_books; /* serve: the session's are contacts too */
} PhoneEndpointOptions;

void phone_endpoint_options_free (PhoneEndpointOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhoneEndpointOptions, phone_endpoint_options_free)

/** NULL and G_OPTION_ERROR for what the command line must not be, with a message for the
 * one who typed it. NULL without an error: help or the version was asked for, and is in
 * @told, owned. */
PhoneEndpointOptions *phone_endpoint_options_parse (const char *const *argv,
                                                    char **told,
                                                    GError **error);

/** The first line of a file, or of standard input for "-"; freed by
 * phone_endpoint_free_password(). */
char *phone_endpoint_read_password (const char *file, GError **error);
void phone_endpoint_free_password (char *password);

G_END_DECLS
