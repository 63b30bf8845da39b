# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced by ./run and ./check: what this project needs from the distribution, and how
# it is built. Package names are Debian's; Ubuntu 24.04 has the same, but no
# Chromium and no Firefox.

packages_to_run="
  gcc meson ninja-build pkg-config gettext
  libglib2.0-dev libsoup-3.0-dev libjson-glib-dev nettle-dev libgnutls28-dev
  libsecret-1-dev libsqlite3-dev libgtk-4-dev libadwaita-1-dev
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  libnice-dev
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
  gstreamer1.0-plugins-ugly gstreamer1.0-libav gstreamer1.0-nice
  gstreamer1.0-pulseaudio gstreamer1.0-pipewire glib-networking adwaita-icon-theme
  librsvg2-common
"

packages_to_check="
  ca-certificates git python3 python3-gi python3-dbusmock
  chromium firefox-esr kamailio kamailio-websocket-modules kamailio-tls-modules
  kamailio-outbound-modules kamailio-extra-modules coturn
  xvfb xdotool x11-utils imagemagick dbus dbus-x11 at-spi2-core fonts-cantarell fonts-dejavu-core
  fonts-wqy-microhei locales
  pipewire pipewire-bin pipewire-pulse wireplumber gstreamer1.0-tools
  pulseaudio pulseaudio-utils gnome-keyring libsecret-tools desktop-file-utils appstream libxml2-utils
  clang-format openssl libasan8 libubsan1 valgrind
"

packages_to_fuzz="clang libclang-rt-dev llvm"

# What a package of that name would have put here, a program or a module of pkg-config:
# where packages have other names this tells whether it is there. What only shows when it
# runs (plugins, fonts) has no sign.
declare -A sign_of=(
  [gcc]=gcc [meson]=meson [ninja-build]=ninja [pkg-config]=pkg-config [gettext]=msgfmt
  [libglib2.0-dev]=gio-2.0.pc [libsoup-3.0-dev]=libsoup-3.0.pc
  [libjson-glib-dev]=json-glib-1.0.pc [nettle-dev]=nettle.pc [libgnutls28-dev]=gnutls.pc
  [libsecret-1-dev]=libsecret-1.pc [libsqlite3-dev]=sqlite3.pc [libgtk-4-dev]=gtk4.pc
  [libadwaita-1-dev]=libadwaita-1.pc [libgstreamer1.0-dev]=gstreamer-1.0.pc
  [libgstreamer-plugins-base1.0-dev]=gstreamer-video-1.0.pc
  [libgstreamer-plugins-bad1.0-dev]=gstreamer-webrtc-1.0.pc [libnice-dev]=nice.pc
  [git]=git [python3]=python3 [chromium]=${CHROMIUM:-chromium}
  [firefox-esr]=${FIREFOX:-firefox} [kamailio]=${KAMAILIO:-kamailio}
  [coturn]=${TURNSERVER:-turnserver} [xvfb]=Xvfb [xdotool]=xdotool [x11-utils]=xprop [imagemagick]=convert
  [dbus]=dbus-daemon [pulseaudio]=pulseaudio [pulseaudio-utils]=pactl
  [gnome-keyring]=gnome-keyring-daemon [libsecret-tools]=secret-tool
  [desktop-file-utils]=desktop-file-validate [appstream]=appstreamcli
  [libxml2-utils]=xmllint [clang-format]=clang-format [openssl]=openssl [nodejs]=node
  [npm]=npm [valgrind]=valgrind [clang]=clang
)

say ()
{
  printf '== %s\n' "$*" >&2
}

die ()
{
  printf 'error: %s\n' "$*" >&2
  exit 2
}

# Says which of the packages named are not installed.
missing_packages ()
{
  local name status
  declare -A installed=()
  while read -r name status; do
    [ "$status" = installed ] && installed[$name]=1
  done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)
  for name in "$@"; do
    [ -n "${installed[$name]:-}" ] || printf '%s ' "$name"
  done
}

# Says which of the packages named have left no sign.
absent_packages ()
{
  local name sign
  for name in "$@"; do
    sign=${sign_of[$name]:-}
    case "$sign" in
      '') continue ;;
      *.pc) pkg-config --exists "${sign%.pc}" 2>/dev/null && continue ;;
      *) PATH=$PATH:/usr/sbin:/sbin command -v "$sign" >/dev/null && continue ;;
    esac
    printf '%s ' "$name"
  done
}

# What this machine says it is; the tests name another file.
os_release=${PHONE_OS_RELEASE:-/etc/os-release}

supported_distribution ()
{
  local ID='' VERSION_ID=''
  # shellcheck disable=SC1090
  [ -r "$os_release" ] && . "$os_release"
  case "$ID-$VERSION_ID" in
    debian-12 | debian-13 | ubuntu-24.04) return 0 ;;
    *) return 1 ;;
  esac
}

is_ubuntu ()
{
  local ID=''
  # shellcheck disable=SC1090
  [ -r "$os_release" ] && . "$os_release"
  [ "$ID" = ubuntu ]
}

as_root ()
{
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}

# Installs what is missing of the packages named; on a distribution whose names are not
# known here it says what is needed and stops.
install_packages ()
{
  local missing
  if ! supported_distribution; then
    # What is needed may well be there under other names.
    missing=$(absent_packages "$@")
    [ -n "$missing" ] || return 0
    die "only Debian 12 and 13 and Ubuntu 24.04 are set up by themselves.
Please install what these Debian packages hold, then start again:
$(printf '%s\n' "$*" | fold -s -w 78)
Not found here is what would be in:
$(printf '%s\n' "$missing" | fold -s -w 78)"
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  say "installing: $missing"
  as_root apt-get update -qq
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $missing >/dev/null
}

# configure_into DIRECTORY [MESON OPTION...]: only where that was not done.
configure_into ()
{
  local directory=$1 log
  shift
  [ ! -f "$directory/build.ninja" ] || return 0
  say "configuring $directory"
  rm -rf "$directory"
  log=$(mktemp)
  meson setup "$directory" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    die "the configuration failed"
  }
  rm -f "$log"
}

# compile_in DIRECTORY TARGET...: silent unless it fails.
compile_in ()
{
  local directory=$1 log
  shift
  log=$(mktemp)
  say "building in $directory"
  ninja -C "$directory" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    die "the build failed"
  }
  rm -f "$log"
}
