/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * A certificate's SHA-256 as text: upper case hex with colons, "00:11:AA:...".
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Owned. */
char *phone_fingerprint_dup (GTlsCertificate *certificate);
/** What a person typed, in that form; what is not hex is left out. Owned; NULL for NULL. */
char *phone_fingerprint_dup_normal (const char *typed);

G_END_DECLS
