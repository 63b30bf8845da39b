/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * What a person types to find something: words, whatever their case. Pure.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Text as it is compared: normalised, without case. Owned, never NULL. */
char *phone_words_dup_folded (const char *text);

/** The words of @search (NULL: none), folded; of many, the first eight. Owned. */
char **phone_words_split (const char *search);

/** Whether @folded has every word. */
gboolean phone_words_are_in (char *const *words, const char *folded);

G_END_DECLS
