/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The closures of pages that show calls, and those of phone-closures.h with them. */
void phone_call_closures_bind (GtkWidgetClass *klass);
