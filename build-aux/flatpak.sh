# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Sourced after setup.sh: builds the manifest as it is, offline, and installs what it makes
# for nobody but the tests.

packages_to_flatpak="
  flatpak flatpak-builder ostree debootstrap elfutils xdg-desktop-portal
"

# Makes an installation of its own with the runtime and the phone, and exports
# FLATPAK_USER_DIR, which names it, and PHONE_CAMERA_TREE, whose PipeWire is the runtime's.
# The installation goes when the caller ends.
install_flatpak ()
{
  local branch log
  # shellcheck disable=SC2086
  install_packages $packages_to_flatpak
  . build-aux/debian-tree.sh
  . build-aux/local-runtime.sh
  branch=$(sed -n 's/.*"runtime-version": "\(.*\)".*/\1/p' org.example.Phone.json)
  local_runtime "$branch"
  export PHONE_CAMERA_TREE=$tree
  # Beside the runtime, whose files are then linked.
  flatpak_folder=$(mktemp -d "$trees/flatpak-XXXXXX")
  trap 'rm -rf "$flatpak_folder"' EXIT
  export FLATPAK_USER_DIR=$flatpak_folder/installed
  log=$flatpak_folder/log
  say "building org.example.Phone.json and installing it in $flatpak_folder"
  {
    flatpak --user remote-add --no-gpg-verify local "$runtime_repository" &&
      flatpak --user install -y --noninteractive local \
        "org.gnome.Platform//$branch" "org.gnome.Sdk//$branch" &&
      flatpak-builder --user --install --disable-download --disable-rofiles-fuse \
        --state-dir="$flatpak_folder/state" "$flatpak_folder/build" org.example.Phone.json
  } >"$log" 2>&1 || {
    tail -n 60 "$log" >&2
    die "the Flatpak was not built"
  }
}
