/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-text.h"

#include <glib/gi18n.h>

const char *
phone_text_address_kind (PhoneAddressKind kind)
{
  switch (kind) {
  case PHONE_ADDRESS_OTHER:
    return C_ ("kind of address", "Other");
  case PHONE_ADDRESS_WORK:
    return C_ ("kind of address", "Work");
  case PHONE_ADDRESS_HOME:
    return C_ ("kind of address", "Home");
  case PHONE_ADDRESS_MOBILE:
    return C_ ("kind of address", "Mobile");
  }
  return "";
}

const char *
phone_text_contacts_problem (PhoneContactsProblem problem)
{
  switch (problem) {
  case PHONE_CONTACTS_PROBLEM_NONE:
    return "";
  case PHONE_CONTACTS_PROBLEM_NOT_WRITTEN:
    return _ ("Contacts cannot be written to the disk: it is full or write-protected.");
  case PHONE_CONTACTS_PROBLEM_MOVED_ASIDE:
    return _ ("Your contacts could not be read, so a new file was begun. The old one is "
              "beside it, as “contacts.sqlite.broken”.");
  }
  return "";
}

char *
phone_text_dup_import (const PhoneContactsImport *import)
{
  guint taken = import->added + import->changed;
  g_autofree char *told = NULL;
  g_autofree char *rest = NULL;

  if (taken + import->known + import->left_out == 0)
    return g_strdup (_ ("There are no contacts in this file"));
  told = g_strdup_printf (ngettext ("%u contact imported", "%u contacts imported", taken),
                          taken);
  if (import->left_out == 0)
    return g_steal_pointer (&told);
  rest = g_strdup_printf (
      ngettext ("%u without a number", "%u without a number", import->left_out),
      import->left_out);
  /* Translators: "12 contacts imported, 3 without a number", the second were left out */
  return g_strdup_printf (C_ ("import", "%s, %s"), told, rest);
}
