/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The certificate of the next call, made ahead of need: a call that is answered has not to
 * wait for a key to be made and signed. There is one, and when it is taken another is made
 * on a thread of its own (see phone-media-work.h).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** PEM of a certificate and its key, which nobody else was given; made now where none is
 * there yet. Owned; see phone_certificate_free(). Errors: G_TLS_ERROR. */
char *phone_media_spare_take (GError **error);
/** Makes the one that there is not yet. */
void phone_media_spare_make_any_thread (void);
/** The fingerprint of the one that is there, as an SDP has it; NULL: none. Owned. */
char *phone_media_spare_dup_fingerprint (void);

G_END_DECLS
