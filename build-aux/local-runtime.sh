# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Sourced after setup.sh and debian-tree.sh: a runtime and an SDK for Flatpak, out of a tree
# of Debian, so that the manifest can be built and what it builds can be run without a
# store and without the real runtime's gigabytes. It has the names of the real one and what
# the phone needs of it; of GStreamer it has nothing that the real one has not (x264,
# openh264, libav's H.264, ximagesrc), so that nothing of that can be needed.

packages_of_runtime="
  libglib2.0-bin libgtk-4-bin libgtk-4-1 libadwaita-1-0 gtk-update-icon-cache
  adwaita-icon-theme librsvg2-common shared-mime-info desktop-file-utils
  fonts-cantarell fonts-dejavu-core ca-certificates dbus dconf-gsettings-backend
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-plugins-bad gstreamer1.0-nice gstreamer1.0-pulseaudio
  gstreamer1.0-pipewire gstreamer1.0-gtk4 glib-networking libproxy1v5
"
packages_of_sdk="
  gcc libc6-dev make patch pkgconf meson ninja-build gettext git file bzip2 xz-utils
  libglib2.0-dev libglib2.0-dev-bin libsoup-3.0-dev libjson-glib-dev nettle-dev
  libgnutls28-dev libsecret-1-dev libsqlite3-dev libgtk-4-dev libadwaita-1-dev
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
  libnice-dev appstream appstream-util elfutils libxml2-utils locales
"

# In the tree alone, for a camera outside of the sandbox: a PipeWire before 0.3.72 gives no
# picture to one from 0.3.75 on, which knows no buffers of what it was not told of first.
packages_of_camera="pipewire wireplumber"

# Not in the real one, not of use in a sandbox, or of a machine and not of its programs.
not_in_runtime=(
  'lib/*/gstreamer-1.0/libgst'{openh264,x264,libav,ximagesrc,opencv}.so
  'lib/*/lib'{opencv_,vtk,gdal,hdf5,netcdf}'*'
  bin/wireplumber 'lib/*/wireplumber-'* share/wireplumber
  lib/{systemd,udev,modules,modprobe.d,sysusers.d,tmpfiles.d}
  share/{doc,doc-base,info,lintian,man,bug,help,gtk-doc,gir-1.0,bash-completion,zsh}
  src games local
  etc/{passwd,passwd-,group,group-,shadow,shadow-,gshadow,gshadow-,hosts,hostname}
  etc/{resolv.conf,machine-id,localtime,mtab,fstab,.pwd.lock,apt,cron.daily,systemd}
)
# What builds, and does not run.
not_in_platform=(
  /usr/include '/usr/lib/*.a' '/usr/lib/gcc/*' '/usr/libexec/gcc/*' '/usr/lib/*pkgconfig*'
  '/usr/lib/python3*' '/usr/share/python3*' '/usr/bin/*gcc*' '/usr/bin/*g++*'
  '/usr/bin/git*' '/usr/lib/git-core*' '/usr/bin/meson' '/usr/share/locale-langpack*'
)

# local_runtime BRANCH: makes it, or finds it made of the same tree by the same lines, and
# sets $runtime_repository to an OSTree repository that both can be installed from.
local_runtime ()
{
  local branch=$1 copy=$trees/runtime-copy stamp
  # shellcheck disable=SC2086
  debian_tree runtime $packages_of_runtime $packages_of_sdk $packages_of_camera
  runtime_repository=$trees/runtime-$branch
  stamp=$(cat build-aux/local-runtime.sh "$tree/etc/.phone-tree" | sha256sum)
  [ "$(cat "$runtime_repository/.made-of" 2>/dev/null)" != "$stamp" ] || return 0
  say "making a runtime and an SDK, org.gnome.*//$branch, out of $tree"
  as_root rm -rf "$copy" "$runtime_repository"
  copy_tree "$copy"
  # Files are linked from it, not copied, when it is installed on the same file system.
  ostree --repo="$runtime_repository" init --mode=bare-user-only
  export_runtime "$copy" org.gnome.Sdk "$branch"
  export_runtime "$copy" org.gnome.Platform "$branch" "${not_in_platform[@]}"
  flatpak build-update-repo "$runtime_repository" >/dev/null
  as_root rm -rf "$copy"
  printf '%s\n' "$stamp" >"$runtime_repository/.made-of"
}

# copy_tree DIRECTORY: links to the files of $tree, of which only what is left out differs.
copy_tree ()
{
  local pattern
  # Flatpak asks for the other two, too.
  as_root mkdir -p "$1/files" "$1/var"
  as_root cp -al "$tree/usr" "$1/usr"
  as_root cp -a "$tree/etc" "$1/usr/etc"
  for pattern in "${not_in_runtime[@]}"; do
    # shellcheck disable=SC2086
    as_root rm -rf "$1"/usr/$pattern
  done
  as_root find "$1/usr" -type f ! -perm -o=r -delete
  as_root find "$1/usr" -name __pycache__ -prune -exec rm -rf {} +
  as_root chown "$(id -u):$(id -g)" "$1"
}

# export_runtime COPY NAME BRANCH [PATTERN...]
export_runtime ()
{
  local copy=$1 name=$2 branch=$3 architecture pattern
  local left_out=()
  shift 3
  for pattern; do
    left_out+=("--exclude=$pattern")
  done
  architecture=$(flatpak --default-arch)
  cat >"$copy/metadata" <<METADATA
[Runtime]
name=$name
runtime=org.gnome.Platform/$architecture/$branch
sdk=org.gnome.Sdk/$architecture/$branch

[Environment]
LD_LIBRARY_PATH=/app/lib
GST_PLUGIN_SYSTEM_PATH=/app/lib/gstreamer-1.0:/usr/lib/$(uname -m)-linux-gnu/gstreamer-1.0
METADATA
  nice -n 10 flatpak build-export --runtime --disable-sandbox --disable-fsync \
    --no-update-summary --arch="$architecture" "${left_out[@]}" \
    "$runtime_repository" "$copy" "$branch" >/dev/null
}
