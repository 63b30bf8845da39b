# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound of a server outside, and a camera of PipeWire that a mocked portal lets in."""

import os
import sys

from sandbox import open_window

from desktop import Desktop, eventually

desktop = Desktop()

import pulse  # noqa: E402
from accessible import Role  # noqa: E402
from camera import VirtualCamera  # noqa: E402
from picture import is_green  # noqa: E402

if not pulse.is_installed():
    print("1..0 # SKIP PulseAudio is not installed")
    sys.exit(0)

from portal import Portal  # noqa: E402
from servers import Echo, Exchange  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
sound = pulse.Pulse(desktop)
sound.plug_speaker("speaker1", "Desk Speaker")
sound.plug_speaker("room", "What the Microphone Hears")
sound.plug_microphone("mic1", "Desk Microphone", "room")
exchange = Exchange(desktop, is_open=True)
portal = window = camera = None


def test_sound():
    """a test sound is heard outside, and the microphone outside is listened to"""
    global portal, window
    portal = Portal(desktop)
    window = open_window(desktop, environment={"PULSE_SERVER": sound.server})
    window.sign_in(exchange, "alice")
    window.key("ctrl+comma")
    window.wait("Sound", {Role.PAGE_TAB}).press()
    eventually("the microphone is measured", lambda: sound.listeners_of("mic1") == 1)
    sound.hear("speaker1", (523, 659, 784, 1047),
               lambda: window.press("Play a Test Sound"))


def test_camera():
    """the portal is asked for the camera, and what it lets in is sent, and comes back"""
    global camera
    window.key("Escape", title="Preferences")
    window.wait_gone("Play a Test Sound")
    camera = VirtualCamera(desktop, os.environ["PHONE_CAMERA_TREE"])
    portal.has_camera(camera.socket)
    desktop.echo = Echo(desktop, exchange, "bob")
    window.write(FIELD, "bob")
    window.press("Call with Video")
    portal.grants(portal.wait_told("AccessCamera")[0][0])
    portal.wait_told("OpenPipeWireRemote")
    window.wait("In call")
    eventually("our picture is green", lambda: is_green(window, "Your own picture"))
    eventually("it comes back green", lambda: is_green(window, "Their picture"))
    window.press("Hang Up")
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
