/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-keypad.h"

#define COLUMNS 3
#define SPACING 6

struct _PhoneKeypad {
  AdwBin parent;
};

/* The letters are those of E.161, and the same in every language. */
static const struct {
  char digit;
  const char *letters;
  guint keyval;
  guint pad_keyval;
} keys[] = {
    {'1', "", GDK_KEY_1, GDK_KEY_KP_1},
    {'2', "ABC", GDK_KEY_2, GDK_KEY_KP_2},
    {'3', "DEF", GDK_KEY_3, GDK_KEY_KP_3},
    {'4', "GHI", GDK_KEY_4, GDK_KEY_KP_4},
    {'5', "JKL", GDK_KEY_5, GDK_KEY_KP_5},
    {'6', "MNO", GDK_KEY_6, GDK_KEY_KP_6},
    {'7', "PQRS", GDK_KEY_7, GDK_KEY_KP_7},
    {'8', "TUV", GDK_KEY_8, GDK_KEY_KP_8},
    {'9', "WXYZ", GDK_KEY_9, GDK_KEY_KP_9},
    {'*', "", GDK_KEY_asterisk, GDK_KEY_KP_Multiply},
    {'0', "+", GDK_KEY_0, GDK_KEY_KP_0},
    {'#', "", GDK_KEY_numbersign, GDK_KEY_numbersign},
};

enum { DIGIT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PhoneKeypad, phone_keypad, ADW_TYPE_BIN)

static void
put_digit (PhoneKeypad *self, char digit)
{
  g_signal_emit (self, signals[DIGIT], 0, (guchar)digit);
}

static PhoneKeypad *
keypad_of (GtkWidget *button)
{
  return PHONE_KEYPAD (gtk_widget_get_ancestor (button, PHONE_TYPE_KEYPAD));
}

static void
on_key_clicked (GtkWidget *button, gpointer digit)
{
  put_digit (keypad_of (button), (char)GPOINTER_TO_INT (digit));
}

/* Claimed, so that it is no click as well when it ends. */
static void
on_zero_pressed_long (GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  put_digit (keypad_of (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture))),
             '+');
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_key (const char *name, const char *letters)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), make_label (name, "title-3"));
  gtk_box_append (GTK_BOX (box), make_label (letters, "keypad-letters"));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "keypad-key");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  return button;
}

static void
watch_long_press (GtkWidget *button)
{
  GtkGesture *gesture = gtk_gesture_long_press_new ();

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect (gesture, "pressed", G_CALLBACK (on_zero_pressed_long), NULL);
  gtk_widget_add_controller (button, GTK_EVENT_CONTROLLER (gesture));
}

static void
phone_keypad_class_init (PhoneKeypadClass *klass)
{
  signals[DIGIT] = g_signal_new ("digit", PHONE_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UCHAR);
}

static void
phone_keypad_init (PhoneKeypad *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());

  gtk_grid_set_row_spacing (grid, SPACING);
  gtk_grid_set_column_spacing (grid, SPACING);
  gtk_grid_set_column_homogeneous (grid, TRUE);
  /* 1 is left of 2 wherever one reads from. */
  gtk_widget_set_direction (GTK_WIDGET (grid), GTK_TEXT_DIR_LTR);
  for (int i = 0; i < (int)G_N_ELEMENTS (keys); i++) {
    const char name[] = {keys[i].digit, '\0'};
    GtkWidget *key = make_key (name, keys[i].letters);

    g_signal_connect (key, "clicked", G_CALLBACK (on_key_clicked),
                      GINT_TO_POINTER (keys[i].digit));
    if (keys[i].digit == '0')
      watch_long_press (key);
    gtk_grid_attach (grid, key, i % COLUMNS, i / COLUMNS, 1, 1);
  }
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (grid));
}

/* ---- What is typed ---- */

static gboolean
on_typed (GtkWidget *page, GVariant *digit, gpointer keypad)
{
  if (!gtk_widget_get_mapped (page))
    return FALSE;
  put_digit (keypad, (char)g_variant_get_byte (digit));
  return TRUE;
}

static void
add_shortcut (PhoneKeypad *self, GtkEventController *controller, guint keyval, char digit)
{
  GtkShortcut *shortcut =
      gtk_shortcut_new (gtk_keyval_trigger_new (keyval, (GdkModifierType)0),
                        gtk_callback_action_new (on_typed, self, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_byte ((guint8)digit));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
}

void
phone_keypad_listen (PhoneKeypad *self, GtkWidget *page)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_return_if_fail (gtk_widget_is_ancestor (GTK_WIDGET (self), page));
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    add_shortcut (self, controller, keys[i].keyval, keys[i].digit);
    if (keys[i].pad_keyval != keys[i].keyval)
      add_shortcut (self, controller, keys[i].pad_keyval, keys[i].digit);
  }
  gtk_widget_add_controller (page, controller);
}
