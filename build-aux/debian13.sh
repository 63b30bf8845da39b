# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced by ./check, for ./check debian13: the suites, built and run in a tree of Debian
# 13, whatever this machine has. The tree sees this folder as /phone, and builds into
# build-debian13/ and build-uncapped/ of it.
. build-aux/debian-tree.sh

suites_of_debian13='unit sim media ui browser'

# The version caps of meson.build, taken back: whatever is deprecated today is an error,
# but in ui/phone-compat.c, which lifts that for itself. The programs alone, and nothing of
# them is run.
uncapped="['-Werror=deprecated-declarations'"
for library in GLIB GDK SOUP ADW; do
  uncapped+=",'-U${library}_VERSION_MIN_REQUIRED','-U${library}_VERSION_MAX_ALLOWED'"
done
uncapped+=]

in_debian13 ()
{
  local tree_binds=("$PWD=/phone")
  in_debian_tree env --chdir=/phone "$@"
}

# silent_in_debian13 WHAT COMMAND...: shows what the command says only where it fails.
silent_in_debian13 ()
{
  local what=$1 log
  shift
  log=$(mktemp)
  say "$what"
  in_debian13 "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    die "$what: it failed"
  }
  rm -f "$log"
}

# build_in_debian13 DIRECTORY TARGET [MESON OPTION...]
build_in_debian13 ()
{
  local directory=$1 target=$2
  shift 2
  [ -f "$directory/build.ninja" ] ||
    silent_in_debian13 "configuring $directory" meson setup "$directory" "$@"
  silent_in_debian13 "building in $directory" ninja -C "$directory" "$target"
}

# run_debian13 [SUITE...]
run_debian13 ()
{
  local failed=0 suite arguments=()
  # shellcheck disable=SC2086
  [ $# -gt 0 ] || set -- $suites_of_debian13
  for suite; do
    arguments+=(--suite "phone:$suite")
  done
  command -v npm >/dev/null || install_packages nodejs npm
  install_node_packages
  # shellcheck disable=SC2086
  debian_tree suites $packages_to_run $packages_to_check nodejs
  build_in_debian13 build-uncapped programs -Dbuildtype=plain "-Dc_args=$uncapped"
  build_in_debian13 build-debian13 all -Dwerror=true
  say "testing in build-debian13: $*"
  as_root rm -f build-debian13/meson-logs/testlog*
  in_debian13 meson test -C build-debian13 --no-rebuild --print-errorlogs \
    "${arguments[@]}" >&2 || failed=1
  as_root chown -R --reference=. build-debian13 build-uncapped
  build-aux/count-results build-debian13/meson-logs/testlog || failed=1
  return $failed
}
