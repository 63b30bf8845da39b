/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-closures.h"

#include "phone-text.h"

#include <glib/gi18n.h>

static char *
literal (gpointer self, const char *text)
{
  return phone_text_dup_literal (text);
}

/* Beneath the name, and nothing where the address is all that is known of them. */
static char *
address_beneath (gpointer self, const char *title, const char *uri)
{
  g_autofree char *above = phone_text_dup_literal (title);
  g_autofree char *beneath = phone_text_dup_address (uri);

  if (g_str_equal (above, beneath))
    return g_strdup ("");
  return g_steal_pointer (&beneath);
}

static gboolean
is_false (gpointer self, gboolean value)
{
  return !value;
}

static gboolean
has_text (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
is_same_text (gpointer self, const char *a, const char *b)
{
  return g_strcmp0 (a, b) == 0;
}

static gboolean
has_error (gpointer self, const GError *error)
{
  return error != NULL;
}

static char *
error_text (gpointer self, const GError *error)
{
  return g_strdup (phone_text_error (error));
}

/* ---- Accounts ---- */

static char *
account_word (gpointer self, PhoneAccountState state)
{
  return g_strdup (phone_text_account_state (state));
}

/* The account of the exchange inside has an address that is none outside (RFC 6761 §6.4). */
static char *
account_place (gpointer self, const char *aor)
{
  g_autofree char *text = phone_text_dup_address (aor);

  if (g_str_has_suffix (text, ".invalid"))
    return g_strdup (C_ ("where one can be called", "this computer"));
  return g_steal_pointer (&text);
}

static GStrv
account_dot_classes (gpointer self, PhoneAccountState state)
{
  const char *name = "dim-label";

  if (state == PHONE_ACCOUNT_STATE_REGISTERED)
    name = "success";
  else if (state == PHONE_ACCOUNT_STATE_WAITING)
    name = "warning";
  else if (state == PHONE_ACCOUNT_STATE_REFUSED)
    name = "error";

  return g_strdupv ((char *[]){(char *)"account-dot", (char *)name, NULL});
}

/* The reason stays while it is tried again, so that nothing jumps with each attempt. */
static gboolean
account_is_in_trouble (gpointer self, PhoneAccountState state, const GError *error)
{
  return error != NULL && state != PHONE_ACCOUNT_STATE_REGISTERED;
}

static gboolean
account_is_refused (gpointer self, PhoneAccountState state)
{
  return state == PHONE_ACCOUNT_STATE_REFUSED;
}

/* The addresses of a server that did not lead to it; nothing where there are none. */
static char *
tried_text (gpointer self, const char *const *tried)
{
  g_autofree char *list = NULL;

  if (tried == NULL || tried[0] == NULL)
    return g_strdup ("");
  list = g_strjoinv (", ", (char **)tried);
  /* Translators: the %s is a list of addresses. */
  return g_strdup_printf (_ ("Tried without success: %s"), list);
}

void
phone_closures_bind (GtkWidgetClass *klass)
{
  const struct {
    const char *name;
    GCallback function;
  } closures[] = {
      {"literal", G_CALLBACK (literal)},
      {"address_beneath", G_CALLBACK (address_beneath)},
      {"is_false", G_CALLBACK (is_false)},
      {"has_text", G_CALLBACK (has_text)},
      {"error_text", G_CALLBACK (error_text)},
      {"is_same_text", G_CALLBACK (is_same_text)},
      {"has_error", G_CALLBACK (has_error)},
      {"account_is_in_trouble", G_CALLBACK (account_is_in_trouble)},
      {"account_is_refused", G_CALLBACK (account_is_refused)},
      {"account_word", G_CALLBACK (account_word)},
      {"account_place", G_CALLBACK (account_place)},
      {"account_dot_classes", G_CALLBACK (account_dot_classes)},
      {"tried_text", G_CALLBACK (tried_text)},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (closures); i++)
    gtk_widget_class_bind_template_callback_full (klass, closures[i].name,
                                                  closures[i].function);
}
