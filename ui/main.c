/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int argc, char *argv[])
{
  g_autoptr (PhoneApplication) application = NULL;
  /* As gettext(1) calls it: what is not installed has its translations elsewhere. */
  const char *texts = g_getenv ("TEXTDOMAINDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, texts != NULL ? texts : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Phone"));

  application = phone_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
