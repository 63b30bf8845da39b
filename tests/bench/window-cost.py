#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window costs, as one JSON object on stdout: how long until it can be used, what
it does while nothing happens, and what a picture of a call costs.

    window-cost.py [STARTS] [IDLE_SECONDS]      (PHONE_BUILD_DIR names the build folder)
"""

import ctypes
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../ui"))

from desktop import WAIT, Desktop, eventually  # noqa: E402

desktop = Desktop(keyring="unlocked")

from picture import marks_in  # noqa: E402
from servers import BUILD, Echo, Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
SETTLED_S = 15  # the cursor of the dial field blinks for the first 10
MEASURED_S = 5
ROW, WIDTH = 90, 400  # across the dial field


class Screen:
    """Sees windows as the display does: nothing of the accessibility bus is in the way."""

    def __init__(self, name):
        self.x = ctypes.CDLL("libX11.so.6")
        for function in ("XOpenDisplay", "XGetImage"):
            getattr(self.x, function).restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XGetPixel.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(name.encode()))
        self.root = self.x.XDefaultRootWindow(self.display)

    def colours(self):
        """How many different ones lie in a row of pixels at the corner of the screen."""
        image = ctypes.c_void_p(self.x.XGetImage(
            self.display, ctypes.c_ulong(self.root), 0, ROW, WIDTH, 1,
            ctypes.c_ulong(0xffffffff), 2))
        found = {self.x.XGetPixel(image, column, 0) for column in range(WIDTH)}
        self.x.XDestroyImage(image)
        return len(found)


def time_start(screen):
    """From the start of the process until the dial field is drawn, in ms."""
    begun = time.monotonic()
    program = desktop.start("phone", [os.path.join(BUILD, "ui/phone"), "--media=test"])
    while screen.colours() < 8:
        assert not program.has_ended() and time.monotonic() - begun < WAIT, program.said()
        time.sleep(0.002)
    took = (time.monotonic() - begun) * 1000
    program.stop()
    eventually("the screen is empty", lambda: screen.colours() == 1)
    return took


def wakeups(pid):
    """How often each of its threads has slept and been woken, so far."""
    counts = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as file:
                counts[thread] = next(int(line.split()[1]) for line in file
                                      if line.startswith("voluntary_ctxt_switches"))
        except FileNotFoundError:
            continue  # it has just ended
    return counts


def main_thread_ms(pid):
    with open(f"/proc/{pid}/task/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def megabytes(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file
                    if line.startswith("Pss:")) / 1024


def measure_idle(window, seconds):
    pid = window.program.pid
    time.sleep(SETTLED_S)
    before = wakeups(pid)
    time.sleep(seconds)
    woken = sum(count - before.get(thread, 0) for thread, count in wakeups(pid).items())
    return {"wakeupsPerSecond": woken / seconds,
            "megabytes": megabytes(pid)}


def measure_pictures(window):
    """The main thread's time for each picture that comes and is drawn, ours with it."""
    pid = window.program.pid
    window.write("Address or Number to Call", "bob")
    window.press("Call with Video")
    window.wait("In call")
    eventually("pictures are seen", lambda: marks_in(window, "bench-video"))
    first, used = marks_in(window, "bench-video"), main_thread_ms(pid)
    time.sleep(MEASURED_S)
    used, last = main_thread_ms(pid) - used, marks_in(window, "bench-video")
    pictures = last[0].number - first[0].number
    return {"msAPicture": used / pictures, "picturesASecond": pictures / MEASURED_S,
            "megabytes": megabytes(pid)}


def main(starts=10, idle_seconds=20):
    exchange = Exchange(desktop, is_open=True)
    keep_account(desktop, exchange, "alice")
    screen = Screen(desktop.environment["DISPLAY"])
    time_start(screen)  # the one that warms
    result = {"usableMs": [time_start(screen) for _ in range(int(starts))]}
    echo = Echo(desktop, exchange, "bob")
    window = Window(desktop)
    window.wait("Reachable")
    window.application = None  # nobody asks for what changes while it is measured
    result["idle"] = measure_idle(window, int(idle_seconds))
    window.application = eventually("the window is there", window._find)
    result["call"] = measure_pictures(window)
    echo.stop()
    print(json.dumps(result))


main(*sys.argv[1:])
