# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of a window manager as full screen takes: hears what windows ask for, and does
it when it is told to (Extended Window Manager Hints, _NET_WM_STATE)."""

import re
import subprocess

from desktop import eventually

STATE = "_NET_WM_STATE"
ASKED = re.compile(rf"ClientMessage event.*\n.*\({STATE}\)")
SCREEN = (1280, 900)


class FullScreen:
    def __init__(self, desktop):
        self.ear = desktop.start("xev", ["stdbuf", "-oL", "xev", "-root", "-event",
                                         "substructure"])
        self.heard = 0

    def times_asked(self):
        return len(ASKED.findall(self.ear.said()))

    def wait_asked(self):
        """Since the last change; one wish may be several messages."""
        eventually("the window asks for another state",
                   lambda: self.times_asked() > self.heard)

    def grant(self, window):
        """Its window fills the screen."""
        self._change(window, "-f", STATE, "32a", "-set", STATE, f"{STATE}_FULLSCREEN")
        window.resize(*SCREEN)

    def take_back(self, window, width, height):
        self._change(window, "-remove", STATE)
        window.resize(width, height)

    def _change(self, window, *change):
        subprocess.run(["xprop", "-id", window.window_id(), *change], check=True)
        self.heard = self.times_asked()
