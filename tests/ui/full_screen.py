# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of a window manager as full screen takes: hears what windows ask for, and does
it when it is told to (Extended Window Manager Hints, _NET_WM_STATE)."""

import ctypes
import subprocess

from desktop import eventually

STATE = "_NET_WM_STATE"
FULL = f"{STATE}_FULLSCREEN"
REMOVE, ADD = 0, 1  # what to do with a state
SCREEN = (1280, 900)

CLIENT_MESSAGE = 33  # of X.h
SUBSTRUCTURE_NOTIFY = 1 << 19


class Event(ctypes.Structure):
    """XClientMessageEvent of Xlib.h, and the room that any other event takes."""
    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 12)]


class FullScreen:
    def __init__(self):
        self.x = ctypes.CDLL("libX11.so.6")
        for function in (self.x.XInternAtom, self.x.XDefaultRootWindow):
            function.restype = ctypes.c_ulong
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        self.state, self.full = (self.x.XInternAtom(self.display, name.encode(), 0)
                                 for name in (STATE, FULL))
        root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.x.XSelectInput(self.display, root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        self.x.XSync(self.display, 0)
        self.wish = None

    def _listen(self):
        event = Event()
        while self.x.XPending(self.display):
            self.x.XNextEvent(self.display, ctypes.byref(event))
            if (event.type == CLIENT_MESSAGE and event.message_type == self.state
                    and self.full in event.data[1:3]):
                self.wish = event.data[0]
        return self.wish

    def wait_asked(self, action):
        """Since the last change: to add the state, or to remove it."""
        eventually(f"the window asks for full screen ({action})",
                   lambda: self._listen() == action)

    def grant(self, window):
        """Its window fills the screen."""
        self._change(window, "-f", STATE, "32a", "-set", STATE, FULL)
        window.resize(*SCREEN)

    def take_back(self, window, width, height):
        self._change(window, "-remove", STATE)
        window.resize(width, height)

    def _change(self, window, *change):
        subprocess.run(["xprop", "-id", window.window_id(), *change], check=True)
        self._listen()
        self.wish = None
