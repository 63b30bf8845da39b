/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-page.h"

#include "phone-compat.h"
#include "phone-order-group.h"
#include "phone-text.h"

#include <glib/gi18n.h>

typedef enum {
  GROUP_WHO,
  GROUP_SERVERS,
  GROUP_WHERE,
  GROUP_CALLING,
  GROUP_ICE_SERVERS,
  GROUP_MEDIA,
  GROUP_AUDIO_CODECS,
  GROUP_VIDEO_CODECS,
  N_GROUPS
} Group;
typedef enum { KIND_TEXT, KIND_ORDER, KIND_FLAG, KIND_TONE, KIND_PASSWORD } Kind;

/* As the template names them. */
static const char *const group_names[N_GROUPS] = {
    "who",         "servers", "where",        "calling",
    "ice_servers", "media",   "audio_codecs", "video_codecs",
};

/* A field of the form: the property of PhoneAccountConfig that it edits, or for a
 * password what it is for. A group that is one field has its own title. */
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
    {GROUP_SERVERS, KIND_ORDER, "servers", NULL},
    {GROUP_WHERE, KIND_TEXT, "pinned-fingerprint",
     N_ ("Fingerprint of a Trusted Certificate")},
    {GROUP_WHERE, KIND_TEXT, "registrar", N_ ("Registrar, Where It Is Another One")},
    {GROUP_WHERE, KIND_FLAG, "refuse-md5", N_ ("Refuse Weak Password Hashes (MD5)")},
    {GROUP_CALLING, KIND_TEXT, "dial-prefix",
     N_ ("Prefix of National Numbers, Like +49")},
    {GROUP_CALLING, KIND_TONE, "ring-tone", N_ ("Ring Tone")},
    {GROUP_ICE_SERVERS, KIND_ORDER, "ice-servers", NULL},
    {GROUP_MEDIA, KIND_TEXT, "turn-user", N_ ("User Name at TURN")},
    {GROUP_MEDIA, KIND_PASSWORD, "turn-password", N_ ("Password at TURN")},
    {GROUP_MEDIA, KIND_FLAG, "relay-only", N_ ("Only Through TURN")},
    {GROUP_AUDIO_CODECS, KIND_ORDER, "audio-codecs", NULL},
    {GROUP_VIDEO_CODECS, KIND_ORDER, "video-codecs", NULL},
};

static const char *const change_signals[] = {
    [KIND_TEXT] = "changed",        [KIND_ORDER] = "notify::values",
    [KIND_FLAG] = "notify::active", [KIND_TONE] = "notify::selected",
    [KIND_PASSWORD] = "changed",
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
  GtkWidget *inputs[N_FIELDS]; /* a row to type into or to choose in, a switch, or rows */
  GtkWidget *reasons[N_FIELDS]; /* what is beneath it */
  GtkLabel *sentences[N_FIELDS];
};

G_DEFINE_FINAL_TYPE (PhoneAccountPage, phone_account_page, ADW_TYPE_WINDOW)

/* ---- The fields ---- */

static const PhoneOrderChoice audio_codecs[] = {{"opus", "Opus"},
                                                {"g722", "G.722"},
                                                {"pcmu", "G.711 µ-law"},
                                                {"pcma", "G.711 A-law"}};
static const PhoneOrderChoice video_codecs[] = {{"vp8", "VP8"}, {"h264", "H.264"}};

/* The first one of the list is that of the preferences. */
static const char *
get_tone (GtkWidget *input)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (input));

  return position > 0 && position != GTK_INVALID_LIST_POSITION
             ? phone_ringer_get_tone_names ()[position - 1]
             : NULL;
}

static void
set_tone (GtkWidget *input, const char *tone)
{
  const char *const *names = phone_ringer_get_tone_names ();
  guint position = 0;

  for (guint i = 0; names[i] != NULL; i++)
    if (g_strcmp0 (names[i], tone) == 0)
      position = i + 1;
  adw_combo_row_set_selected (ADW_COMBO_ROW (input), position);
}

static void
read_field (PhoneAccountPage *self, guint i)
{
  const Field *field = &fields[i];
  g_auto (GStrv) list = NULL;

  switch (field->kind) {
  case KIND_FLAG:
    g_object_set (self->edited, field->name,
                  gtk_switch_get_active (GTK_SWITCH (self->inputs[i])), NULL);
    break;
  case KIND_TEXT:
    g_object_set (self->edited, field->name,
                  gtk_editable_get_text (GTK_EDITABLE (self->inputs[i])), NULL);
    break;
  case KIND_ORDER:
    g_object_get (self->inputs[i], "values", &list, NULL);
    g_object_set (self->edited, field->name, list, NULL);
    break;
  case KIND_TONE:
    g_object_set (self->edited, field->name, get_tone (self->inputs[i]), NULL);
    break;
  case KIND_PASSWORD:
    break;
  }
}

static void
write_field (PhoneAccountPage *self, guint i)
{
  const Field *field = &fields[i];
  g_auto (GStrv) list = NULL;
  g_autofree char *text = NULL;
  gboolean is_on;

  switch (field->kind) {
  case KIND_FLAG:
    g_object_get (self->edited, field->name, &is_on, NULL);
    gtk_switch_set_active (GTK_SWITCH (self->inputs[i]), is_on);
    break;
  case KIND_TEXT:
    g_object_get (self->edited, field->name, &text, NULL);
    gtk_editable_set_text (GTK_EDITABLE (self->inputs[i]), text != NULL ? text : "");
    break;
  case KIND_ORDER:
    g_object_get (self->edited, field->name, &list, NULL);
    g_object_set (self->inputs[i], "values", list, NULL);
    break;
  case KIND_TONE:
    g_object_get (self->edited, field->name, &text, NULL);
    set_tone (self->inputs[i], text);
    break;
  case KIND_PASSWORD:
    break;
  }
}

static gboolean
is_empty (GtkWidget *input)
{
  g_auto (GStrv) list = NULL;

  if (PHONE_IS_ORDER_GROUP (input)) {
    g_object_get (input, "values", &list, NULL);
    return list[0] == NULL;
  }
  return GTK_IS_EDITABLE (input) && *gtk_editable_get_text (GTK_EDITABLE (input)) == '\0';
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

    is_good = is_good && !is_wrong;
    gtk_widget_set_visible (self->reasons[i], is_wrong && !(self->config == NULL &&
                                                            is_empty (self->inputs[i])));
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

static void
on_try_tone (PhoneAccountPage *self, GtkWidget *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_COMBO_ROW);

  phone_ringer_try (phone_service_get_ringer (phone_session_get_service (self->session)),
                    get_tone (row));
}

static GtkWidget *
make_tone_row (PhoneAccountPage *self, guint i)
{
  const char *const *names = phone_ringer_get_tone_names ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("media-playback-start-symbolic");

  gtk_string_list_append (titles, C_ ("ring tone", "As in the Preferences"));
  for (guint j = 0; names[j] != NULL; j++)
    gtk_string_list_append (titles, phone_text_ring_tone (names[j]));
  self->inputs[i] = adw_combo_row_new ();
  adw_combo_row_set_model (ADW_COMBO_ROW (self->inputs[i]), G_LIST_MODEL (titles));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Ring Once"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Ring Once"), -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_try_tone), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->inputs[i]), button);
  return self->inputs[i];
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
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_end (label, 12);
  gtk_widget_set_margin_top (label, 6);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_add_css_class (label, "error");
  if (fields[i].kind == KIND_ORDER) { /* what is no row stands beneath all rows */
    gtk_widget_set_visible (label, FALSE);
    return self->reasons[i] = label;
  }
  self->reasons[i] = adw_preferences_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->reasons[i]), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->reasons[i]), FALSE);
  gtk_widget_set_focusable (self->reasons[i], FALSE);
  gtk_widget_set_visible (self->reasons[i], FALSE);
  return self->reasons[i];
}

static void
make_field (PhoneAccountPage *self, guint i)
{
  AdwPreferencesGroup *group = self->groups[fields[i].group];
  GtkWidget *row = NULL;

  switch (fields[i].kind) {
  case KIND_ORDER:
    self->inputs[i] = GTK_WIDGET (group);
    break;
  case KIND_FLAG:
    row = make_switch_row (self, i);
    break;
  case KIND_TONE:
    row = make_tone_row (self, i);
    break;
  case KIND_TEXT:
  case KIND_PASSWORD:
    row = make_entry_row (self, i);
    break;
  }
  if (row != NULL) {
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (fields[i].title));
    adw_preferences_group_add (group, row);
  }
  adw_preferences_group_add (group, make_reason (self, i));
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

  phone_compat_ask_to_delete_async (GTK_WINDOW (self), _ ("Remove This Account?"),
                                    address, C_ ("button", "Remove"), on_remove_asked,
                                    g_object_ref (self));
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

  g_type_ensure (PHONE_TYPE_ORDER_GROUP);
  G_OBJECT_CLASS (klass)->dispose = phone_account_page_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-account-page.ui");
  for (gsize i = 0; i < N_GROUPS; i++)
    gtk_widget_class_bind_template_child_full (
        widget_class, group_names[i], FALSE,
        G_STRUCT_OFFSET (PhoneAccountPage, groups) +
            (gssize)(i * sizeof (AdwPreferencesGroup *)));
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
  phone_order_group_set_choices (PHONE_ORDER_GROUP (self->groups[GROUP_AUDIO_CODECS]),
                                 audio_codecs, G_N_ELEMENTS (audio_codecs));
  phone_order_group_set_choices (PHONE_ORDER_GROUP (self->groups[GROUP_VIDEO_CODECS]),
                                 video_codecs, G_N_ELEMENTS (video_codecs));
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
    g_signal_connect_swapped (self->inputs[i], change_signals[fields[i].kind],
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
