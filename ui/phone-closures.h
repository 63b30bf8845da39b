/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The functions that expressions in .ui files name in <closure function="...">: pure, from
 * model values to what a widget shows. Each class that uses one binds them all in its
 * class_init. */
void phone_closures_bind (GtkWidgetClass *klass);
