/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-call-details.h"

#include "phone-call-closures.h"
#include "phone-chart.h"
#include "phone-compat.h"

#include <glib/gi18n.h>

#define SILENCE_DB 60.0 /* what is drawn of the level: from there to full scale */

struct _PhoneCallDetails {
  AdwWindow parent;

  /* owned */
  PhoneCall *call;

  /* borrowed from the template */
  PhoneChart *delay;
  PhoneChart *loss;
  PhoneChart *bitrate;
  PhoneChart *level;
  GtkLabel *path;
  GtkLabel *sound;
  GtkLabel *picture;
  GtkLabel *packets;
  GtkTextBuffer *ladder;
};

enum { PROP_CALL = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PhoneCallDetails, phone_call_details, ADW_TYPE_WINDOW)

/* ---- Numbers ---- */

/* Two values, a line each; a dash stands for what is not known. */
static char *
dup_two (const char *first, double a, const char *second, double b, const char *unit)
{
  g_autofree char *one = a < 0 ? g_strdup ("–") : g_strdup_printf ("%.0f %s", a, unit);
  g_autofree char *two = b < 0 ? g_strdup ("–") : g_strdup_printf ("%.0f %s", b, unit);

  return g_strdup_printf ("%s %s\n%s %s", first, one, second, two);
}

static void
push_delay (PhoneCallDetails *self, const PhoneMediaStats *stats)
{
  double trip = stats->audio_out.round_trip_ms;
  g_autofree char *text =
      dup_two (C_ ("chart", "jitter"), stats->audio_in.jitter_ms,
               C_ ("chart", "round trip"), trip, C_ ("unit: milliseconds", "ms"));

  phone_chart_push (self->delay, stats->audio_in.jitter_ms, trip, text);
}

static void
push_loss (PhoneCallDetails *self, const PhoneMediaStats *stats)
{
  double in = stats->audio_in.fraction_lost * 100;
  double out = stats->audio_out.fraction_lost * 100;
  g_autofree char *text = dup_two (C_ ("chart", "in"), in, C_ ("chart", "out"), out, "%");

  phone_chart_push (self->loss, in, out, text);
}

static void
push_bitrate (PhoneCallDetails *self, const PhoneMediaStats *stats)
{
  double in = (stats->audio_in.bitrate + stats->video_in.bitrate) / 1000.0;
  double out = (stats->audio_out.bitrate + stats->video_out.bitrate) / 1000.0;
  g_autofree char *text = dup_two (C_ ("chart", "in"), in, C_ ("chart", "out"), out,
                                   C_ ("unit: kilobits a second", "kbit/s"));

  phone_chart_push (self->bitrate, in, out, text);
}

static void
push_level (PhoneCallDetails *self, const PhoneMediaStats *stats)
{
  g_autofree char *text = g_strdup_printf (C_ ("chart", "in %.0f dB\nout %.0f dB"),
                                           stats->level_in_db, stats->level_out_db);

  phone_chart_push (self->level, stats->level_in_db + SILENCE_DB,
                    stats->level_out_db + SILENCE_DB, text);
}

/* "opus in, opus out"; the names of codecs are the same in every language. */
static char *
dup_codecs (const PhoneMediaStream *in, const PhoneMediaStream *out)
{
  if (!in->present && !out->present)
    return g_strdup (C_ ("codec", "None"));
  return g_strdup_printf (C_ ("codecs", "%s in, %s out"), in->present ? in->codec : "–",
                          out->present ? out->codec : "–");
}

static void
set_text (GtkLabel *label, char *text)
{
  gtk_label_set_label (label, text);
  g_free (text);
}

static char *
dup_packets (const PhoneMediaStats *stats)
{
  g_autofree char *in = g_strdup_printf (
      "%" G_GUINT64_FORMAT, stats->audio_in.packets + stats->video_in.packets);
  g_autofree char *out = g_strdup_printf (
      "%" G_GUINT64_FORMAT, stats->audio_out.packets + stats->video_out.packets);

  return g_strdup_printf (C_ ("packets", "%s in, %s out"), in, out);
}

static void
show_values (PhoneCallDetails *self, const PhoneMediaStats *stats)
{
  if (stats->local_candidate != NULL && stats->remote_candidate != NULL)
    set_text (self->path,
              g_strdup_printf (C_ ("path of the media", "%s here, %s there"),
                               stats->local_candidate, stats->remote_candidate));
  set_text (self->sound, dup_codecs (&stats->audio_in, &stats->audio_out));
  set_text (self->picture, dup_codecs (&stats->video_in, &stats->video_out));
  set_text (self->packets, dup_packets (stats));
}

static void
on_call_stats (PhoneCallDetails *self)
{
  g_autoptr (PhoneMediaStats) stats = phone_call_dup_stats (self->call);

  if (stats == NULL)
    return;
  push_delay (self, stats);
  push_loss (self, stats);
  push_bitrate (self, stats);
  push_level (self, stats);
  show_values (self, stats);
}

/* ---- The ladder ---- */

/* Only where it has grown: who reads or selects in it is not disturbed. */
static void
show_ladder (PhoneCallDetails *self)
{
  g_autofree char *text = phone_call_dup_ladder (self->call);
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *shown = NULL;

  gtk_text_buffer_get_bounds (self->ladder, &start, &end);
  shown = gtk_text_buffer_get_text (self->ladder, &start, &end, FALSE);
  if (!g_str_equal (shown, text))
    gtk_text_buffer_set_text (self->ladder, text, -1);
}

static void
copy (GtkWidget *widget, const char *action, GVariant *target)
{
  g_autofree char *text = phone_call_dup_ladder (PHONE_CALL_DETAILS (widget)->call);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
save (GtkWidget *widget, const char *action, GVariant *target)
{
  phone_compat_save_text (GTK_WINDOW (widget), "call.txt",
                          phone_call_dup_ladder (PHONE_CALL_DETAILS (widget)->call));
}

/* ---- The object ---- */

static void
phone_call_details_get_property (GObject *object,
                                 guint id,
                                 GValue *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_CALL)
    g_value_set_object (value, PHONE_CALL_DETAILS (object)->call);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_call_details_set_property (GObject *object,
                                 guint id,
                                 const GValue *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_CALL)
    PHONE_CALL_DETAILS (object)->call = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
phone_call_details_constructed (GObject *object)
{
  PhoneCallDetails *self = PHONE_CALL_DETAILS (object);
  const char *const ladder_signals[] = {"notify::state",          "notify::held",
                                        "notify::peer-held",      "notify::video",
                                        "notify::transfer-state", "notify::stats"};

  G_OBJECT_CLASS (phone_call_details_parent_class)->constructed (object);
  g_signal_connect_object (self->call, "notify::stats", G_CALLBACK (on_call_stats), self,
                           G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (ladder_signals); i++)
    g_signal_connect_object (self->call, ladder_signals[i], G_CALLBACK (show_ladder),
                             self, G_CONNECT_SWAPPED);
  on_call_stats (self);
  show_ladder (self);
}

static void
phone_call_details_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PHONE_TYPE_CALL_DETAILS);
  g_clear_object (&PHONE_CALL_DETAILS (object)->call);
  G_OBJECT_CLASS (phone_call_details_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (PHONE_TYPE_CHART);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/example/Phone/phone-call-details.ui");
  phone_call_closures_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, delay);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, loss);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, bitrate);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, level);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, path);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, sound);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, picture);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, packets);
  gtk_widget_class_bind_template_child (widget_class, PhoneCallDetails, ladder);
}

static void
phone_call_details_class_init (PhoneCallDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = phone_call_details_get_property;
  object_class->set_property = phone_call_details_set_property;
  object_class->constructed = phone_call_details_constructed;
  object_class->dispose = phone_call_details_dispose;

  properties[PROP_CALL] = g_param_spec_object (
      "call", NULL, NULL, PHONE_TYPE_CALL,
      G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "ladder.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "ladder.save", NULL, save);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, (GdkModifierType)0,
                                       "window.close", NULL);
}

static void
phone_call_details_init (PhoneCallDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
phone_call_details_new (GtkWindow *parent, PhoneCall *call)
{
  return g_object_new (PHONE_TYPE_CALL_DETAILS, "transient-for", parent, "call", call,
                       NULL);
}
