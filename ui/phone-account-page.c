/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-page.h"

#include "phone-compat.h"
#include "phone-text.h"

#include <glib/gi18n.h>

typedef enum { GROUP_WHO, GROUP_WHERE, GROUP_CALLING, GROUP_MEDIA, N_GROUPS } Group;
typedef enum { KIND_TEXT, KIND_LIST, KIND_FLAG, KIND_PASSWORD } Kind;

/* A field of the form: the property of PhoneAccountConfig that it edits, or for a
 * password what it is for. */
typedef struct {
  Group group;
  Kind kind;
  const char *name;
  const char *title;
} Field;

static const Field fields[] = {
    {GROUP_WHO, KIND_TEXT, "label", N_ ("Name")},
    {GROUP_WHO, KIND_TEXT, "aor", N_ ("Address")},
    {GROUP_WHO, KIND_PASSWORD, "password", N_ ("Password")},
    {GROUP_WHO, KIND_TEXT, "display-name", N_ ("Your Name, as Others See It")},
    {GROUP_WHO, KIND_TEXT, "auth-user", N_ ("User Name, Where It Is Another One")},
    {GROUP_WHERE, KIND_LIST, "servers", N_ ("Servers, in Order")},
    {GROUP_WHERE, KIND_TEXT, "pinned-fingerprint",
     N_ ("Fingerprint of a Trusted Certificate")},
    {GROUP_WHERE, KIND_TEXT, "registrar", N_ ("Registrar, Where It Is Another One")},
    {GROUP_WHERE, KIND_FLAG, "refuse-md5", N_ ("Refuse Weak Password Hashes (MD5)")},
    {GROUP_CALLING, KIND_TEXT, "dial-prefix",
     N_ ("Prefix of National Numbers, Like +49")},
    {GROUP_CALLING, KIND_TEXT, "ring-tone", N_ ("Ring Tone")},
    {GROUP_MEDIA, KIND_LIST, "ice-servers", N_ ("STUN and TURN Servers")},
    {GROUP_MEDIA, KIND_TEXT, "turn-user", N_ ("User Name at TURN")},
    {GROUP_MEDIA, KIND_PASSWORD, "turn-password", N_ ("Password at TURN")},
    {GROUP_MEDIA, KIND_FLAG, "relay-only", N_ ("Only Through TURN")},
    {GROUP_MEDIA, KIND_LIST, "audio-codecs", N_ ("Sound Codecs")},
    {GROUP_MEDIA, KIND_LIST, "video-codecs", N_ ("Picture Codecs")},
};

#define N_FIELDS G_N_ELEMENTS (fields)

struct _PhoneAccountPage {
  AdwWindow parent;

  /* owned */
  PhoneSession *session;
  PhoneAccountConfig *config; /* what is stored; NULL: new */
  PhoneAccountConfig *edited;

  /* borrowed from the template, and its children */
  AdwPreferencesGroup *groups[N_GROUPS];
  AdwPreferencesGroup *what_else;
  GtkWidget *use_row;
  GtkWidget *save;
  GtkWidget *inputs[N_FIELDS];  /* a row to type into, or a switch */
  GtkWidget *reasons[N_FIELDS]; /* the row beneath it */
  GtkLabel *sentences[N_FIELDS];
};

G_DEFINE_FINAL_TYPE (PhoneAccountPage, phone_account_page, ADW_TYPE_WINDOW)

/* ---- The fields ---- */

static char **
dup_list (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), ",;\t", ' ');

  return g_strsplit (spaced, " ", -1); /* the account drops what is empty */
}

static void
read_field (PhoneAccountPage *self, guint i)
{
  const Field *field = &fields[i];

  if (field->kind == KIND_FLAG) {
    g_object_set (self->edited, field->name,
                  gtk_switch_get_active (GTK_SWITCH (self->inputs[i])), NULL);
  } else if (field->kind == KIND_TEXT) {
    g_object_set (self->edited, field->name,
                  gtk_editable_get_text (GTK_EDITABLE (self->inputs[i])), NULL);
  } else if (field->kind == KIND_LIST) {
    g_auto (GStrv) list =
        dup_list (gtk_editable_get_text (GTK_EDITABLE (self->inputs[i])));

    g_object_set (self->edited, field->name, list, NULL);
  }
}

static char *
dup_text (PhoneAccountConfig *config, const Field *field)
{
  g_auto (GStrv) list = NULL;
  char *text = NULL;

  if (field->kind == KIND_TEXT) {
    g_object_get (config, field->name, &text, NULL);
    return text != NULL ? text : g_strdup ("");
  }
  g_object_get (config, field->name, &list, NULL);
  return g_strjoinv (" ", list);
}

static void
write_field (PhoneAccountPage *self, guint i)
{
  const Field *field = &fields[i];

  if (field->kind == KIND_FLAG) {
    gboolean is_on;

    g_object_get (self->edited, field->name, &is_on, NULL);
    gtk_switch_set_active (GTK_SWITCH (self->inputs[i]), is_on);
  } else if (field->kind != KIND_PASSWORD) {
    g_autofree char *text = dup_text (self->edited, field);

    gtk_editable_set_text (GTK_EDITABLE (self->inputs[i]), text);
  }
}

/* All that is wrong is told at once, each beneath its field; an empty form says nothing
 * yet, but cannot be saved. */
static void
check (PhoneAccountPage *self)
{
  gboolean is_good = TRUE;

  for (guint i = 0; i < N_FIELDS; i++)
    read_field (self, i);
  for (guint i = 0; i < N_FIELDS; i++) {
    gboolean is_wrong = fields[i].kind != KIND_PASSWORD &&
                        !phone_account_config_is_good (self->edited, fields[i].name);
    gboolean is_empty = GTK_IS_EDITABLE (self->inputs[i]) &&
                        *gtk_editable_get_text (GTK_EDITABLE (self->inputs[i])) == '\0';

    is_good = is_good && !is_wrong;
    gtk_widget_set_visible (self->reasons[i],
                            is_wrong && !(is_empty && self->config == NULL));
    gtk_label_set_label (self->sentences[i],
                         is_wrong ? phone_text_account_field (fields[i].name) : "");
  }
  gtk_widget_set_sensitive (self->save, is_good);
}

static GtkWidget *
make_switch_row (PhoneAccountPage *self, guint i)
{
  GtkWidget *row = adw_action_row_new ();

  self->inputs[i] = gtk_switch_new ();
  gtk_widget_set_valign (self->inputs[i], GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->inputs[i]);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), self->inputs[i]);
  return row;
}

static GtkWidget *
make_entry_row (PhoneAccountPage *self, guint i)
{
  gboolean is_password = fields[i].kind == KIND_PASSWORD;

  self->inputs[i] = is_password ? adw_password_entry_row_new () : adw_entry_row_new ();
  if (is_password)
    phone_compat_name_password_button (ADW_PASSWORD_ENTRY_ROW (self->inputs[i]));
  return self->inputs[i];
}

static GtkWidget *
make_reason (PhoneAccountPage *self, guint i)
{
  GtkWidget *label = gtk_label_new (NULL);

  self->sentences[i] = GTK_LABEL (label);
  self->reasons[i] = adw_preferences_row_new ();
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_top (label, 6);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_add_css_class (label, "error");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->reasons[i]), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->reasons[i]), FALSE);
  gtk_widget_set_focusable (self->reasons[i], FALSE);
  gtk_widget_set_visible (self->reasons[i], FALSE);
  return self->reasons[i];
}

static void
make_field (PhoneAccountPage *self, guint i)
{
  GtkWidget *row =
      fields[i].kind == KIND_FLAG ? make_switch_row (self, i) : make_entry_row (self, i);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (fields[i].title));
  adw_preferences_group_add (self->groups[fields[i].group], row);
  adw_preferences_group_add (self->groups[fields[i].group], make_reason (self, i));
}

static const char *
get_password (PhoneAccountPage *self, const char *name)
{
  for (guint i = 0; i < N_FIELDS; i++)
    if (fields[i].kind == KIND_PASSWORD && g_str_equal (fields[i].name, name)) {
      const char *text = gtk_editable_get_text (GTK_EDITABLE (self->inputs[i]));

      return *text != '\0' ? text : NULL; /* not typed: it stays */
    }
  return NULL;
}

/* ---- The buttons ---- */

static void
on_save_clicked (PhoneAccountPage *self)
{
  PhoneAccountConfig *config = self->config != NULL ? self->config : self->edited;

  if (self->config != NULL)
    phone_account_config_assign (self->config, self->edited);
  phone_session_keep (self->session, config, get_password (self, "password"),
                      get_password (self, "turn-password"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_use_clicked (PhoneAccountPage *self)
{
  PhoneAccount *account = phone_session_find_account (self->session, self->config);

  if (account != NULL)
    phone_session_set_account (self->session, account);
  gtk_widget_set_visible (self->use_row, FALSE);
}

static void
on_duplicate_clicked (PhoneAccountPage *self)
{
  phone_session_duplicate (self->session, self->config);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_remove_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PhoneAccountPage) self = data;

  if (!phone_compat_ask_finish (result))
    return;
  phone_session_remove (self->session, self->config);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_remove_clicked (PhoneAccountPage *self)
{
  g_autofree char *address =
      phone_text_dup_address (phone_account_config_get_aor (self->config));

  phone_compat_ask_async (GTK_WINDOW (self), _ ("Remove This Account?"), address,
                          C_ ("button", "Remove"), on_remove_asked, g_object_ref (self));
}

/* ---- The object ---- */

static void
phone_account_page_dispose (GObject *object)
{
  PhoneAccountPage *self = PHONE_ACCOUNT_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHONE_TYPE_ACCOUNT_PAGE);
  g_clear_object (&self->edited);
  g_clear_object (&self->config);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (phone_account_page_parent_class)->dispose (object);
}

static void
phone_account_page_class_init (PhoneAccountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = phone_account_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-account-page.ui");
  gtk_widget_class_bind_template_child_full (
      widget_class, "who", FALSE, G_STRUCT_OFFSET (PhoneAccountPage, groups[GROUP_WHO]));
  gtk_widget_class_bind_template_child_full (
      widget_class, "where", FALSE,
      G_STRUCT_OFFSET (PhoneAccountPage, groups[GROUP_WHERE]));
  gtk_widget_class_bind_template_child_full (
      widget_class, "calling", FALSE,
      G_STRUCT_OFFSET (PhoneAccountPage, groups[GROUP_CALLING]));
  gtk_widget_class_bind_template_child_full (
      widget_class, "media", FALSE,
      G_STRUCT_OFFSET (PhoneAccountPage, groups[GROUP_MEDIA]));
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountPage, what_else);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountPage, use_row);
  gtk_widget_class_bind_template_child (widget_class, PhoneAccountPage, save);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_use_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_duplicate_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_clicked);
}

static void
phone_account_page_init (PhoneAccountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < N_FIELDS; i++)
    make_field (self, i);
}

static void
take_config (PhoneAccountPage *self, PhoneAccountConfig *config)
{
  PhoneAccount *account =
      config != NULL ? phone_session_find_account (self->session, config) : NULL;

  self->edited = phone_settings_new_account (phone_session_get_settings (self->session));
  if (config != NULL) {
    self->config = g_object_ref (config);
    phone_account_config_assign (self->edited, config);
  }
  gtk_widget_set_visible (GTK_WIDGET (self->what_else), config != NULL);
  gtk_widget_set_visible (self->use_row,
                          account != NULL &&
                              account != phone_session_get_account (self->session));
  for (guint i = 0; i < N_FIELDS; i++)
    write_field (self, i);
  for (guint i = 0; i < N_FIELDS; i++)
    g_signal_connect_swapped (self->inputs[i],
                              fields[i].kind == KIND_FLAG ? "notify::active" : "changed",
                              G_CALLBACK (check), self);
  check (self);
}

GtkWindow *
phone_account_page_new (GtkWindow *parent,
                        PhoneSession *session,
                        PhoneAccountConfig *config)
{
  PhoneAccountPage *self =
      g_object_new (PHONE_TYPE_ACCOUNT_PAGE, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  take_config (self, config);
  return GTK_WINDOW (self);
}
