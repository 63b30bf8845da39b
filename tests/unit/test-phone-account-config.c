/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "phone-account-config.h"

#include <string.h>

#include "phone-error.h"

#define FINGERPRINT                                                                      \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"                                     \
  "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"

static PhoneAccountConfig *
new_good (void)
{
  PhoneAccountConfig *config = phone_account_config_new ();

  g_object_set (config, "aor", "alice@example.org", "servers",
                (const char *[]){"wss://example.org/ws", NULL}, NULL);
  return config;
}

static void
test_defaults (void)
{
  g_autoptr (PhoneAccountConfig) one = phone_account_config_new ();
  g_autoptr (PhoneAccountConfig) two = phone_account_config_new ();
  const char *const *codecs = phone_account_config_get_audio_codecs (one);

  g_assert_true (g_uuid_string_is_valid (phone_account_config_get_id (one)));
  g_assert_cmpstr (phone_account_config_get_id (one), !=,
                   phone_account_config_get_id (two));
  g_assert_true (
      g_str_has_prefix (phone_account_config_get_instance_id (one), "urn:uuid:"));
  g_assert_cmpstr (phone_account_config_get_instance_id (one), !=,
                   phone_account_config_get_instance_id (two));
  g_assert_true (phone_account_config_get_enabled (one));
  g_assert_false (phone_account_config_get_relay_only (one));
  g_assert_cmpstr (codecs[0], ==, "opus");
  g_assert_cmpuint (g_strv_length ((char **)codecs), ==, 4);
  g_assert_null (phone_account_config_get_ice_servers (one)[0]);
  g_assert_null (phone_account_config_get_aor (one));
}

/* What is stored of what is typed. */
static void
test_normal_form (void)
{
  static const struct {
    const char *property;
    const char *typed;
    const char *stored;
  } cases[] = {
      {"aor", " alice@example.org ", "sip:alice@example.org"},
      {"aor", "sips:alice@example.org", "sips:alice@example.org"},
      {"aor", "SIP:alice@example.org", "SIP:alice@example.org"},
      {"label", "  ", NULL},
      {"label", "", NULL},
      {"label", "not \xff UTF-8", "not \xef\xbf\xbd UTF-8"},
      {"display-name", " J\xc3\xbcrgen ", "J\xc3\xbcrgen"},
      {"pinned-fingerprint", "00:11:aa", "00:11:AA"},
      {"pinned-fingerprint", "0011aa", "00:11:AA"},
      {"pinned-fingerprint", "00 11 aa", "00:11:AA"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
    g_autofree char *stored = NULL;

    g_object_set (config, cases[i].property, cases[i].typed, NULL);
    g_object_get (config, cases[i].property, &stored, NULL);
    g_assert_cmpstr (stored, ==, cases[i].stored);
  }
}

static void
test_normal_list (void)
{
  g_autoptr (PhoneAccountConfig) config = phone_account_config_new ();
  const char *typed[] = {" PCMU", "", "Opus ", NULL};
  const char *const *stored;

  g_object_set (config, "audio-codecs", typed, NULL);
  stored = phone_account_config_get_audio_codecs (config);
  g_assert_cmpstr (stored[0], ==, "pcmu");
  g_assert_cmpstr (stored[1], ==, "opus");
  g_assert_null (stored[2]);
  g_object_set (config, "audio-codecs", NULL, NULL);
  g_assert_nonnull (phone_account_config_get_audio_codecs (config));
}

static void
on_notify (PhoneAccountConfig *config, GParamSpec *pspec, gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_notify_only_changes (void)
{
  g_autoptr (PhoneAccountConfig) config = new_good ();
  const char *servers[] = {"stun:a", NULL};
  guint n = 0;

  g_signal_connect (config, "notify", G_CALLBACK (on_notify), &n);
  g_object_set (config, "aor", "sip:alice@example.org", "enabled", TRUE, NULL);
  g_assert_cmpuint (n, ==, 0);
  g_object_set (config, "label", "Work", NULL);
  g_object_set (config, "label", " Work ", NULL);
  g_assert_cmpuint (n, ==, 1);
  g_object_set (config, "ice-servers", servers, NULL);
  g_object_set (config, "ice-servers", servers, NULL);
  g_assert_cmpuint (n, ==, 2);
  g_object_set (config, "enabled", FALSE, NULL);
  g_assert_cmpuint (n, ==, 3);
}

/* Each value alone in an account that is good otherwise. */
static const struct {
  const char *property;
  const char *value;
  gboolean is_good;
} texts[] = {
    {"aor", "sip:alice@example.org:5070", TRUE},
    {"aor", "sip:alice@[2001:db8::1]", TRUE},
    {"aor", "sip:%61lice+x@192.0.2.1", TRUE},
    {"aor", NULL, FALSE},
    {"aor", "alice", FALSE},
    {"aor", "@example.org", FALSE},
    {"aor", "alice@", FALSE},
    {"aor", "alice@exa mple.org", FALSE},
    {"aor", "alice@example.org;transport=ws", FALSE},
    {"aor", "alice@example.org?x=y", FALSE},
    {"aor", "alice:secret@example.org", FALSE},
    {"aor", "\"Alice\" <sip:alice@example.org>", FALSE},
    {"aor", "alice@example.org\r\nX: y", FALSE},
    {"aor", "alice@example.org:0", FALSE},
    {"aor", "alice@example.org:65536", FALSE},
    {"aor", "alice@example.org:", FALSE},
    {"registrar", "sip:example.org", TRUE},
    {"registrar", "sips:example.org:5061", TRUE},
    {"registrar", "example.org", FALSE},
    {"registrar", "sip:alice@example.org", FALSE},
    {"auth-user", "alice@somewhere", TRUE},
    {"auth-user", "alice\tx", FALSE},
    {"display-name", "\"Alice\" <>", TRUE},
    {"display-name", "Alice\r\nX: y", FALSE},
    {"pinned-fingerprint", FINGERPRINT, TRUE},
    {"pinned-fingerprint", "00:11", FALSE},
    {"pinned-fingerprint", "Z" FINGERPRINT, FALSE},
    {"local-address", "192.0.2.1", TRUE},
    {"local-address", "2001:db8::1", TRUE},
    {"local-address", "localhost", FALSE},
    {"ca-file", "/etc/ssl/x.pem", TRUE},
    {"dial-prefix", "+49", TRUE},
    {"dial-prefix", "(0)", TRUE},
    {"dial-prefix", "*31#", TRUE},
    {"dial-prefix", "+", FALSE},
    {"dial-prefix", "+49#", FALSE},
    {"dial-prefix", "0x", FALSE},
    {"dial-prefix", "1234567890123456", FALSE},
};

static void
assert_verdict (PhoneAccountConfig *config, const char *field, gboolean is_good)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = g_strconcat (field, ": ", NULL);
  const char *told = NULL;

  if (phone_account_config_validate (config, &told, &error)) {
    g_assert_true (is_good);
    g_assert_no_error (error);
    return;
  }
  g_test_message ("%s", error->message);
  g_assert_false (is_good);
  g_assert_error (error, PHONE_ERROR, PHONE_ERROR_INVALID_SETTING);
  g_assert_cmpstr (told, ==, field);
  g_assert_true (g_str_has_prefix (error->message, prefix));
}

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PhoneAccountConfig) config = new_good ();

    g_test_message ("%s = %s", texts[i].property, texts[i].value);
    g_object_set (config, texts[i].property, texts[i].value, NULL);
    assert_verdict (config, texts[i].property, texts[i].is_good);
  }
}

/* Lists as they would be typed, separated by blanks. */
static const struct {
  const char *property;
  const char *values;
  gboolean is_good;
} lists[] = {
    {"audio-codecs", "pcma opus", TRUE},
    {"audio-codecs", "", FALSE},
    {"audio-codecs", "opus opus", FALSE},
    {"audio-codecs", "opus vp8", FALSE},
    {"video-codecs", "h264", TRUE},
    {"video-codecs", "", TRUE},
    {"video-codecs", "av1", FALSE},
    {"ice-servers", "stun:example.org stun:192.0.2.1:3478", TRUE},
    {"ice-servers", "turn:example.org?transport=tcp turn:[::1]:3478", TRUE},
    {"ice-servers", "turn:example.org?transport=sctp", FALSE},
    {"ice-servers", "stun:example.org?transport=udp", FALSE},
    {"ice-servers", "turns:example.org", FALSE},
    {"ice-servers", "stuns:example.org", FALSE},
    {"ice-servers", "stun:", FALSE},
    {"ice-servers", "stun://example.org", FALSE},
    {"ice-servers", "turn:alice@example.org", FALSE},
    {"ice-servers", "example.org", FALSE},
    {"servers", "ws://127.0.0.1:8080", TRUE},
    {"servers", "wss://[::1]:7443/a/b?c=d", TRUE},
    {"servers", "WSS://example.org wss://two.example.org/", TRUE},
    {"servers", "", FALSE},
    {"servers", "https://example.org/", FALSE},
    {"servers", "example.org", FALSE},
    {"servers", "wss:", FALSE},
    {"servers", "wss:///ws", FALSE},
    {"servers", "wss://alice:secret@example.org/", FALSE},
    {"servers", "wss://example.org:0/", FALSE},
    {"servers", "wss://example.org:65536/", FALSE},
    {"servers", "wss://example.org/\nX", FALSE},
    {"servers", "wss://example.org/ ws://example.org/", FALSE},
    {"servers", "wss://a wss://b wss://c wss://d wss://e wss://f wss://g wss://h wss://i",
     FALSE},
};

static void
test_lists (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (PhoneAccountConfig) config = new_good ();
    g_auto (GStrv) list = g_strsplit (lists[i].values, " ", -1);

    g_test_message ("%s = %s", lists[i].property, lists[i].values);
    g_object_set (config, lists[i].property, list, "turn-user", "alice", NULL);
    assert_verdict (config, lists[i].property, lists[i].is_good);
  }
}

static void
test_fields_that_need_each_other (void)
{
  g_autoptr (PhoneAccountConfig) config = new_good ();
  const char *turn[] = {"stun:a", "turn:b", NULL};

  g_object_set (config, "aor", "sips:alice@example.org", "servers",
                (const char *[]){"ws://example.org/", NULL}, NULL);
  assert_verdict (config, "servers", FALSE);
  g_object_set (config, "servers", (const char *[]){"wss://example.org/", NULL}, NULL);
  assert_verdict (config, NULL, TRUE);
  g_object_set (config, "relay-only", TRUE, NULL);
  assert_verdict (config, "relay-only", FALSE);
  g_object_set (config, "ice-servers", turn, NULL);
  assert_verdict (config, "turn-user", FALSE);
  g_object_set (config, "turn-user", "alice", NULL);
  assert_verdict (config, NULL, TRUE);
}

static void
test_wrong_ids (void)
{
  g_autoptr (PhoneAccountConfig) one =
      g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, "id", "../x", NULL);
  g_autoptr (PhoneAccountConfig) two =
      g_object_new (PHONE_TYPE_ACCOUNT_CONFIG, "instance-id", "urn:uuid:1", NULL);

  assert_verdict (one, "id", FALSE);
  assert_verdict (two, "instance-id", FALSE);
}

static char *
dup_saved (PhoneAccountConfig *config)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  phone_account_config_save (config, file, "g");
  return g_key_file_to_data (file, NULL, NULL);
}

static PhoneAccountConfig *
new_full (void)
{
  PhoneAccountConfig *config = new_good ();
  const char *servers[] = {"stun:a;b", "turn:c", NULL};
  const char *audio[] = {"pcma", "opus", NULL};
  const char *none[] = {NULL};

  g_object_set (config, "label", "Work; \n[x]", "auth-user", "a=b\\c",
                "pinned-fingerprint", FINGERPRINT, "ice-servers", servers, "audio-codecs",
                audio, "video-codecs", none, "relay-only", TRUE, "enabled", FALSE, NULL);
  return config;
}

static void
test_save_and_load (void)
{
  g_autoptr (PhoneAccountConfig) config = new_full ();
  g_autoptr (PhoneAccountConfig) loaded = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *before = dup_saved (config);
  g_autofree char *after = NULL;

  phone_account_config_save (config, file, "g");
  loaded = phone_account_config_load (file, "g");
  after = dup_saved (loaded);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (phone_account_config_get_id (loaded), ==,
                   phone_account_config_get_id (config));
  g_assert_cmpstr (phone_account_config_get_auth_user (loaded), ==, "a=b\\c");
  g_assert_cmpstr (phone_account_config_get_ice_servers (loaded)[0], ==, "stun:a;b");
  g_assert_null (phone_account_config_get_video_codecs (loaded)[0]);
  g_assert_false (phone_account_config_get_enabled (loaded));
}

static void
test_load_nonsense (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (PhoneAccountConfig) config = NULL;

  g_assert_true (g_key_file_load_from_data (file,
                                            "[g]\n"
                                            "enabled=perhaps\n"
                                            "relay-only=true\n"
                                            "label=\\q\n"
                                            "audio-codecs=\\q\n"
                                            "unknown=1\n",
                                            (gsize)-1, G_KEY_FILE_NONE, NULL));
  config = phone_account_config_load (file, "g");
  g_assert_true (phone_account_config_get_enabled (config));
  g_assert_true (phone_account_config_get_relay_only (config));
  g_assert_cmpstr (phone_account_config_get_audio_codecs (config)[0], ==, "opus");
  g_assert_true (g_uuid_string_is_valid (phone_account_config_get_id (config)));
}

static void
test_duplicate (void)
{
  g_autoptr (PhoneAccountConfig) config = new_full ();
  g_autoptr (PhoneAccountConfig) copy = phone_account_config_duplicate (config);

  g_assert_cmpstr (phone_account_config_get_id (copy), !=,
                   phone_account_config_get_id (config));
  g_assert_cmpstr (phone_account_config_get_instance_id (copy), !=,
                   phone_account_config_get_instance_id (config));
  g_assert_cmpstr (phone_account_config_get_aor (copy), ==,
                   phone_account_config_get_aor (config));
  g_assert_cmpstr (phone_account_config_get_audio_codecs (copy)[0], ==, "pcma");
  g_assert_false (phone_account_config_get_enabled (copy));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add_func ("/phone-account-config/" name, test)
  ADD ("defaults", test_defaults);
  ADD ("normal-form", test_normal_form);
  ADD ("normal-list", test_normal_list);
  ADD ("notify-only-changes", test_notify_only_changes);
  ADD ("texts", test_texts);
  ADD ("lists", test_lists);
  ADD ("fields-that-need-each-other", test_fields_that_need_each_other);
  ADD ("wrong-ids", test_wrong_ids);
  ADD ("save-and-load", test_save_and_load);
  ADD ("load-nonsense", test_load_nonsense);
  ADD ("duplicate", test_duplicate);
#undef ADD

  return g_test_run ();
}
