/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A small chart of the last minute: one bar a second for each of two values, one upwards
 * from the middle and one downwards. The scale grows with the values.
 *
 *   title  string, construct: what it shows; the accessible name
 *   scale  double, construct: what fills it at least; more where a value is more */

#define PHONE_TYPE_CHART (phone_chart_get_type ())
G_DECLARE_FINAL_TYPE (PhoneChart, phone_chart, PHONE, CHART, GtkWidget)

/* One more second; the oldest leaves. Below zero is as good as zero. text: the newest
 * values in words, shown beneath the title. */
void phone_chart_push (PhoneChart *self, double up, double down, const char *text);
