# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced by ./check, for what is looked at before a release: the tarball, and whether two
# builds are the same.

# run_dist SUITE...: what is committed becomes a tarball, and what comes out of that passes
# its own ./check, without git.
run_dist ()
{
  local tarball folder
  configure_into build-check -Dwerror=true
  rm -rf build-dist build-check/meson-dist
  mkdir build-dist
  say "making the tarball"
  meson dist -C build-check --no-tests --formats gztar >&2
  tarball=$(echo build-check/meson-dist/*.tar.gz)
  tar -C build-dist -xf "$tarball"
  folder=$(echo build-dist/*/)
  say "testing in $folder: $*"
  (cd "$folder" && GIT_CEILING_DIRECTORIES=$(dirname "$PWD") ./check "$@")
}

# What is installed and is not there yet, as ninja names it.
targets_to_install ()
{
  meson introspect --installed "$1" | python3 -c '
import json, os, sys
build = sys.argv[1]
for path in json.load(sys.stdin):
    if path.startswith(build + "/") and not os.path.exists(path):
        print(os.path.relpath(path, build))' "$1"
}

# Builds the sources in $1 into $2, and installs them beneath it. A cache of the compiler
# would give the same object twice, whatever the compiler does.
install_once ()
{
  local source=$1 build=$2 log
  log=$(mktemp)
  {
    CCACHE_DISABLE=1 meson setup "$build" "$source" &&
      targets_to_install "$build" | CCACHE_DISABLE=1 xargs ninja -C "$build" &&
      meson install -C "$build" --no-rebuild --destdir "$build/landed"
  } >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    die "the build failed"
  }
  rm -f "$log"
}

# Two builds of one tree, in folders of other names and depths, at other times.
run_reproducible ()
{
  local room=$PWD/build-reproducible
  local elsewhere=$room/somewhere/else
  rm -rf "$room"
  mkdir -p "$elsewhere"
  # Not what is built here: build-aux/ alone ends in x.
  tar -c --no-wildcards-match-slash --exclude='./build*[!x]' --exclude=./.git \
    --exclude=./tests/browser/node_modules . | tar -C "$elsewhere" -x
  say "building twice in $room"
  install_once "$PWD" "$room/first"
  install_once "$elsewhere" "$elsewhere/second"
  diff -r "$room/first/landed" "$elsewhere/second/landed" >&2 ||
    die "two builds of one tree differ"
  ! grep -rl "$PWD" "$room/first/landed" >&2 || die "what is built says where it was"
  say "$(find "$room/first/landed" -type f | wc -l) files, the same twice"
}
