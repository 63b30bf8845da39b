/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * The certificate of the exchange's own, for HTTPS and WSS where none is given (made by
 * phone-certificate.h). It is signed by itself, so a browser warns and shows its
 * fingerprint, which a person can compare with the one the exchange prints.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Whether it is valid now and for a day more, and for each of @names. */
gboolean phone_exchange_certificate_is_good (GTlsCertificate *certificate,
                                             const char *const *names);

G_END_DECLS
