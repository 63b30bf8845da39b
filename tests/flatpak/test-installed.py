# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Flatpak is allowed, what it put down, and what it found in its runtime."""

import configparser
import json
import os

from sandbox import APPLICATION, flatpak

import tap

# An application speaks with what it owns by name alone; nothing else is on its buses.
CONTEXT = {"shared": {"ipc", "network"}, "devices": {"dri"},
           "sockets": {"x11", "wayland", "pulseaudio", "fallback-x11"}}
FILES = {
    "bin/phone", "bin/phone-endpoint", "bin/phone-exchange", "manifest.json",
    f"share/applications/{APPLICATION}.desktop",
    f"share/dbus-1/services/{APPLICATION}.service",
    f"share/metainfo/{APPLICATION}.metainfo.xml",
    f"share/icons/hicolor/scalable/apps/{APPLICATION}.svg",
    f"share/icons/hicolor/symbolic/apps/{APPLICATION}-symbolic.svg",
    f"share/glib-2.0/schemas/{APPLICATION}.gschema.xml",
    "share/glib-2.0/schemas/gschemas.compiled", "share/phone/phone-endpoint.schema.json",
}


def test_permissions():
    """what was installed may do that, and nothing else"""
    found = configparser.ConfigParser(delimiters="=", interpolation=None)
    found.read_string(flatpak("info", "--user", "--show-permissions", APPLICATION))
    assert found.sections() == ["Context"], found.sections()
    assert {key: set(filter(None, value.split(";")))
            for key, value in found["Context"].items()} == CONTEXT, dict(found["Context"])


def test_files():
    """no header, no library, no manual is installed"""
    top = os.path.join(flatpak("info", "--user", "--show-location", APPLICATION).strip(),
                       "files")
    # An older flatpak-builder gives the metainfo its older name.
    found = {os.path.relpath(os.path.join(folder, name), top)
             .replace("share/appdata/", "share/metainfo/")
             .replace(".appdata.xml", ".metainfo.xml")
             for folder, _, names in os.walk(top) for name in names}
    kept = {path for path in found
            if not path.startswith(("lib/debug/", "share/locale/", "share/app-info/",
                                    "share/runtime/"))
            and not path.endswith((".cache", ".ref"))}
    assert kept == FILES, (sorted(kept - FILES), sorted(FILES - kept))


def test_self_test():
    """nothing that it takes is missing in the runtime"""
    import subprocess

    done = subprocess.run(
        ["flatpak", "run", "--user", "--command=phone-endpoint", APPLICATION, "serve"],
        input='{"jsonrpc": "2.0", "id": 1, "method": "service.selfTest"}\n', check=False,
        capture_output=True, text=True, timeout=60)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["result"] for line in told if line.get("id") == 1] == [{"missing": {}}], \
        (told, done.stderr)


tap.run(globals(), lambda: "")
