# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the project, as the checks of this folder see them."""

import os
import subprocess

# A worktree of git has a file .git.
SKIPPED = {".git", "node_modules", "__pycache__", "subprojects"}


def git(root, *arguments):
    """The output of git, or None where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", root, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def is_own_repository(root):
    top = git(root, "rev-parse", "--show-toplevel")
    return top is not None and os.path.realpath(top.strip()) == os.path.realpath(root)


def walk(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED
            and (name == "build-aux" or not name.startswith("build"))
        )
        for name in set(names) - SKIPPED:
            yield os.path.relpath(os.path.join(folder, name), root)


def files(root):
    """Paths under root: what git knows, or would add; everything where there is no git."""
    if is_own_repository(root):
        listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        paths = [path for path in listed.split("\0") if path]
    else:
        paths = list(walk(root))
    return sorted(p for p in set(paths) if os.path.isfile(os.path.join(root, p)))


def read(root, path):
    """The text of a file; what is not UTF-8 is replaced."""
    with open(os.path.join(root, path), "rb") as file:
        return file.read().decode("utf-8", "replace")
