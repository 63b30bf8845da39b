/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-lacks-bar.h"

#include "phone-text.h"

#include <glib/gi18n.h>

#define SPACING 12

struct _PhoneLacksBar {
  AdwBin parent;
};

G_DEFINE_FINAL_TYPE (PhoneLacksBar, phone_lacks_bar, ADW_TYPE_BIN)

static void
on_hide_clicked (PhoneLacksBar *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static char *
dup_sentences (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) sentences = NULL;

  for (guint lack = 0; lack < PHONE_N_LACKS; lack++) {
    g_autofree char *sentence = phone_text_dup_lack ((PhoneLack)lack);

    if (sentence != NULL)
      g_strv_builder_add (builder, sentence);
  }
  sentences = g_strv_builder_end (builder);
  return g_strjoinv ("\n", sentences);
}

static GtkWidget *
make_hide_button (PhoneLacksBar *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_set_tooltip_text (button, _ ("Hide"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Hide"), -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_hide_clicked), self,
                           G_CONNECT_SWAPPED);
  return button;
}

static void
phone_lacks_bar_class_init (PhoneLacksBarClass *klass)
{
}

static void
phone_lacks_bar_init (PhoneLacksBar *self)
{
  g_autofree char *sentences = dup_sentences ();
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  GtkWidget *label = gtk_label_new (sentences);

  gtk_widget_set_visible (GTK_WIDGET (self), *sentences != '\0');
  gtk_widget_set_margin_start (box, SPACING);
  gtk_widget_set_margin_end (box, SPACING);
  gtk_widget_set_margin_top (box, SPACING);
  gtk_widget_set_margin_bottom (box, SPACING);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), make_hide_button (self));
  gtk_box_append (GTK_BOX (all), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (all), box);
  adw_bin_set_child (ADW_BIN (self), all);
}
