# SPDX-License-Identifier: GPL-3.0-or-later
"""A part of GStreamer is not installed: the window says which, and what follows from it."""

import os
import subprocess

from desktop import Desktop

desktop = Desktop()

from window import Window  # noqa: E402
import tap  # noqa: E402

MISSING = {"libgstwebrtcdsp.so", "libgstvpx.so"}
ECHO = "Without webrtcdsp, webrtcechoprobe of GStreamer others may hear an echo of themselves."
PICTURES = "Without vp8enc, vp8dec of GStreamer calls may have no pictures."
window = None


def without_some():
    """GStreamer's plugins but a few, and the variables that name them."""
    system = subprocess.run(
        ["pkg-config", "--variable=pluginsdir", "gstreamer-1.0"],
        check=True, capture_output=True, text=True).stdout.strip()
    folder = os.path.join(desktop.folder, "plugins")
    os.makedirs(folder)
    for name in set(os.listdir(system)) - MISSING:
        os.symlink(os.path.join(system, name), os.path.join(folder, name))
    return {"GST_PLUGIN_SYSTEM_PATH_1_0": folder, "GST_PLUGIN_PATH_1_0": "",
            "GST_REGISTRY_1_0": os.path.join(desktop.folder, "registry")}


def test_told():
    """at the start, in a sentence each, and what is there is not named"""
    global window
    window = Window(desktop, environment=without_some())
    told = window.wait_for_text("of GStreamer")
    assert told.splitlines() == [PICTURES, ECHO], told
    window.resize(360, 480)
    window.shoot("lacks")
    assert window.controls_outside(360, 480) == []
    assert window.controls_without_name() == []


def test_hidden():
    """it is in nobody's way once it was read"""
    window.press("Hide")
    window.wait_gone("Hide")
    assert not any("of GStreamer" in name for name in window.names())
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
