/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-endpoint-oneshot.h"
#include "phone-endpoint-options.h"
#include "phone-endpoint-report.h"
#include "phone-endpoint.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* A core dump would have the password in it, and so would another process that may read
 * this one's memory. */
static void
forbid_core_dumps (void)
{
  const struct rlimit none = {0, 0};

  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static gboolean
wants_json (char **argv)
{
  return g_strv_contains ((const char *const *)argv, "--json");
}

static int
report_usage (char **argv, const GError *error)
{
  g_autoptr (PhoneVerdict) verdict =
      phone_verdict_new_failure (PHONE_EXIT_USAGE, "usage", error->message);

  fprintf (stderr, "phone-endpoint: %s\nSee phone-endpoint --help.\n", error->message);
  if (wants_json (argv))
    phone_report_verdict (PHONE_REPORT_JSON, verdict, NULL);
  return PHONE_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  g_autoptr (PhoneEndpointOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;

  forbid_core_dumps ();
  g_log_writer_default_set_use_stderr (TRUE);
  g_set_prgname ("phone-endpoint");

  options = phone_endpoint_options_parse ((const char *const *)argv, &told, &error);
  if (told != NULL) {
    fputs (told, stdout);
    return PHONE_EXIT_PROVEN;
  }
  if (options == NULL)
    return report_usage (argv, error);
  return options->command == PHONE_COMMAND_SERVE ? phone_endpoint_run_serve (options)
                                                 : phone_endpoint_run_oneshot (options);
}
