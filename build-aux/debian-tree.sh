# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Sourced after setup.sh: trees of Debian 13, made by debootstrap and kept outside of the
# source tree, in ${XDG_CACHE_HOME:-~/.cache}/phone-roots (PHONE_ROOTS names another
# place), one a purpose. Needs root, or sudo. PHONE_DEBIAN_MIRROR names another mirror
# than debootstrap's own.

tree_suite=trixie
trees=${PHONE_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/phone-roots}

# debian_tree NAME PACKAGE...: makes the tree, or adds to it what is missing, and sets
# $tree to its path. Packages are downloaded once for all trees. A tree that has what is
# asked for is used as it is, however old; remove it to have it made again.
debian_tree ()
{
  local name=$1 wanted missing lock
  shift
  tree=$trees/$name
  wanted=$(printf '%s\n' "$@" | sort -u)
  mkdir -p "$trees/packages"
  exec {lock}>"$trees/.$name.lock"
  flock "$lock"
  [ -e "$tree/etc/.phone-tree" ] || make_debian_tree "$lock"
  missing=$(comm -13 "$tree/etc/.phone-tree" <(printf '%s\n' "$wanted"))
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2046,SC2086
    say "installing into $tree: $(printf '%s ' $missing)"
    # Locks are not for those who may outlive this.
    # shellcheck disable=SC2086
    add_to_debian_tree $missing {lock}>&-
    printf '%s\n' "$wanted" | sort -u - "$tree/etc/.phone-tree" |
      as_root tee "$tree/etc/.phone-tree.new" >/dev/null
    as_root mv "$tree/etc/.phone-tree.new" "$tree/etc/.phone-tree"
  fi
  exec {lock}>&-
}

# in_debian_tree COMMAND...: as root in $tree, with a /proc, a /dev/shm and processes of its
# own, none of which is left behind. Directories in tree_binds (an array of HOST=INSIDE)
# are seen there too; the network is this machine's.
in_debian_tree ()
{
  local bind binds=''
  for bind in "${tree_binds[@]}"; do
    binds+="mkdir -p '$tree/${bind#*=}'; mount --rbind '${bind%%=*}' '$tree/${bind#*=}'; "
  done
  as_root unshare --mount --pid --fork --kill-child bash -euc "
    mount --make-rprivate /
    mount --bind '$tree' '$tree'
    mount -t proc proc '$tree/proc'
    mount --rbind /dev '$tree/dev'
    mount -t tmpfs -o mode=1777 tmpfs '$tree/dev/shm'
    $binds
    # Not exec: somebody has to be the parent of those whose own parent is gone.
    status=0; chroot '$tree' \"\$@\" || status=\$?; exit \$status" in-debian-tree \
    /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}
tree_binds=()

make_debian_tree ()
{
  local log=$trees/debootstrap.log lock=$1
  install_packages debootstrap
  say "making $tree out of Debian's $tree_suite"
  as_root rm -rf "$tree"
  as_root nice -n 10 debootstrap --variant=minbase --cache-dir="$trees/packages" \
    "$tree_suite" "$tree" ${PHONE_DEBIAN_MIRROR:+"$PHONE_DEBIAN_MIRROR"} \
    >"$log" 2>&1 {lock}>&- || {
    tail -n 20 "$log" >&2
    die "debootstrap failed ($log)"
  }
  # Nothing is started in there by a package that thinks it is a machine's.
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$tree/usr/sbin/policy-rc.d" >/dev/null
  as_root chmod 755 "$tree/usr/sbin/policy-rc.d"
  printf '%s\n' 'APT::Install-Recommends "false";' 'Dpkg::Use-Pty "false";' |
    as_root tee "$tree/etc/apt/apt.conf.d/90phone" >/dev/null
  as_root touch "$tree/etc/.phone-tree"
}

add_to_debian_tree ()
{
  local log=$trees/apt.log
  local tree_binds=("$trees/packages=/var/cache/apt/archives")
  {
    in_debian_tree nice -n 10 apt-get update -q &&
      in_debian_tree DEBIAN_FRONTEND=noninteractive nice -n 10 apt-get install -y -q "$@"
  } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "the packages of $tree could not be installed ($log)"
  }
}
