# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera from inside a sandbox: the portal is asked, and what it lets in is sent."""

import re
import sys

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from camera import VirtualCamera, is_installed  # noqa: E402

if not is_installed():
    print("1..0 # SKIP PipeWire, WirePlumber or GStreamer's elements for it are missing")
    sys.exit(0)

from picture import is_green  # noqa: E402
from portal import AS_IN_SANDBOX, Portal  # noqa: E402
from servers import Echo, Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
LASTS = re.compile(r"\d\d:\d\d")
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = portal = None


def test_let_in():
    """what the camera sees is sent, and comes back"""
    global window, portal
    camera = VirtualCamera(desktop)
    portal = Portal(desktop)
    portal.has_camera(camera.socket)
    desktop.echo = Echo(desktop, exchange, "bob")
    window = Window(desktop, media=None, environment=AS_IN_SANDBOX)
    window.wait("Reachable")
    window.write(FIELD, "bob")
    window.press("Call with Video")
    portal.grants(portal.wait_told("AccessCamera")[0][0])
    window.wait("In call")
    eventually("our picture is green", lambda: is_green(window, "Your own picture"))
    eventually("it comes back green", lambda: is_green(window, "Their picture"))
    window.press("Hang Up")
    window.wait("Reachable")


def test_refused():
    """where the user says no, the call goes on without our picture, and nobody is asked
    again before the next one"""
    window.write(FIELD, "bob")
    window.press("Call with Video")
    asked = portal.wait_told("AccessCamera", 2)
    window.wait("In call")
    portal.grants(asked[1][0], False)
    window.wait("There is no camera, or another program uses it.")
    eventually("it lasts", lambda: any(LASTS.fullmatch(name) and name >= "00:03"
                                       for name in window.names()))
    assert len(portal.told("AccessCamera")) == 2, portal.told("AccessCamera")
    assert len(portal.told("OpenPipeWireRemote")) == 1
    window.press("Hang Up")
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
