# SPDX-License-Identifier: GPL-3.0-or-later
"""Microphones and speakers: chosen in the preferences, plugged and unplugged, rung on and
talked through, on a sound server of our own."""

import subprocess
import sys

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

import pulse  # noqa: E402

if not pulse.is_installed():
    print("1..0 # SKIP PulseAudio is not installed")
    sys.exit(0)

from person import Person  # noqa: E402
from servers import Caller, Exchange, keep_account  # noqa: E402
from window import FRAME, Role, Window  # noqa: E402
import tap  # noqa: E402

sound = pulse.Pulse(desktop)
speaker = sound.plug_speaker("speaker1", "Desk Speaker")
sound.plug_microphone("mic1", "Desk Microphone", "speaker1")
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = Window(desktop, media=None, environment={"PULSE_SERVER": sound.server})
RING = (784, 988)
TEST = (523, 659, 784, 1047)
FIVE = (770, 1336)
SEVEN = (852, 1209)
RISE = (523, 587, 659)  # and 784 Hz, which the one that is there without a choice has, too
PULSE = (440, 554)
OUTSIDE = (1279, 899)  # of all windows, which lie at the other corner of the screen
headset = None


def test_shows_devices():
    """the page has what is plugged in, and no monitor of a speaker"""
    window.key("ctrl+comma")
    window.show_view("Sound")
    eventually("the microphone is measured", lambda: sound.listeners_of("mic1") == 1)
    window.wait("Follow the System")
    window.shoot_screen("preferences-sound")


def test_tries_the_speaker():
    """a test sound is played where it should be, and the microphone's level moves"""
    sound.hear("speaker1", TEST, lambda: window.press("Play a Test Sound"))
    sound.hear("speaker1", RING, lambda: window.press("Ring Once"))
    level = window.wait("Level of the microphone")
    window.press("Ring Once")
    eventually("the level moves", lambda: level.value() > 0.1)
    assert sound.listeners_of("mic1") == 1


def test_plugged_and_unplugged():
    """what is plugged in can be chosen, and what is unplugged stays chosen"""
    global headset
    headset = [sound.plug_speaker("headset", "Red Headset"),
               sound.plug_microphone("headset-mic", "Red Microphone", "headset")]
    choose("Microphone", "Red Microphone")
    choose("Speaker", "Red Headset")
    eventually("the level is that of the headset",
               lambda: sound.listeners_of("headset-mic") == 1)
    sound.hear("headset", TEST, lambda: window.press("Play a Test Sound"))
    unplug_headset()
    window.wait("Not Plugged In")
    window.wait("headset-mic")
    window.wait("headset")
    eventually("the level is that of the system's",
               lambda: sound.listeners_of("mic1") == 1)
    window.shoot_screen("preferences-sound-unplugged")


def test_idle():
    """nobody listens and nothing is played once the page is closed"""
    window.key("Escape")
    window.wait_gone("Level of the microphone")
    eventually("the microphone is closed", lambda: sound.listeners_of("mic1") == 0)
    # The test sound came here from the headset that was unplugged, and has an end.
    eventually("the speaker is closed", lambda: sound.players_on("speaker1") == 0)


def test_rings():
    """an incoming call rings, and falls silent when the caller gives up"""
    window.wait("Reachable")
    caller = Caller(desktop, exchange, "bob", "alice")
    window.wait("Incoming call")
    sound.hear("speaker1", RING)
    assert sound.listeners_of("mic1") == 0
    caller.stop()
    window.wait_gone("Incoming call")
    eventually("it is silent", lambda: sound.players_on("speaker1") == 0)


def test_follows_in_a_call():
    """a call moves to the headset when it is plugged in, and back when it is unplugged"""
    global headset
    caller = Caller(desktop, exchange, "bob", "alice")
    window.press("Answer")
    window.wait("In call")
    sound.hear("speaker1", (440,))
    headset = [sound.plug_speaker("headset", "Red Headset"),
               sound.plug_microphone("headset-mic", "Red Microphone", "headset")]
    eventually("it is heard in the headset", lambda: sound.players_on("headset") == 1, 2)
    eventually("it listens to the headset",
               lambda: sound.listeners_of("headset-mic") == 1, 2)
    sound.hear("headset", (440,))
    unplug_headset()
    eventually("it is heard on the desk", lambda: sound.players_on("speaker1") == 1, 2)
    sound.hear("speaker1", (440,))
    window.press("Hang Up")
    window.wait_gone("In call")
    caller.wait()
    eventually("the microphone is closed", lambda: sound.listeners_of("mic1") == 0)
    eventually("the speaker is closed", lambda: sound.players_on("speaker1") == 0)


def test_chosen_in_a_call():
    """a call moves to what is chosen on its page, at once, and the phone keeps the choice"""
    caller = Caller(desktop, exchange, "bob", "alice")
    window.press("Answer")
    window.wait("In call")
    eventually("it is heard on the desk", lambda: sound.players_on("speaker1") == 1)
    number = sound.plug_speaker("car", "Car")
    [node for node in window.nodes() if node.name == "Devices"][-1].press()
    window.wait("Camera", {Role.COMBO_BOX})
    window.wait("Not Plugged In")
    window.shoot_screen("call-devices")
    assert not window.controls_without_name(), window.controls_without_name()
    window.key("Down", "Return")
    window.wait("Car")
    window.key("End", "Up", "Return")  # behind it is what is not plugged in
    eventually("it is heard in the car", lambda: sound.players_on("car") == 1, 2)
    sound.hear("car", (440,))
    window.key("Escape")
    window.wait_gone("Camera", {Role.COMBO_BOX})
    sound.unplug(number)
    eventually("it is heard on the desk", lambda: sound.players_on("speaker1") == 1, 2)
    window.press("Hang Up")
    window.wait_gone("In call")
    caller.wait()


def test_hears_digits():
    """a digit that is sent in a call is heard here, too: one that is clicked or typed"""
    bob = Person(desktop, exchange, "bob")
    bob.call("alice")
    bob.do("mute", muted=True)  # nothing else is heard
    window.press("Answer")
    window.wait("In call")
    window.press("Keypad")
    sound.hear("speaker1", FIVE, lambda: window.press("5"))
    sound.hear("speaker1", SEVEN, lambda: window.key("7"))
    eventually("both arrive", lambda: bob.digits() == "57")
    window.press("Keypad")


def test_silent_microphone():
    """a microphone that gives nothing is told as what it means"""
    window.wait("They cannot hear you: your microphone is silent.")
    window.wait("Bad connection")
    window.shoot("call-silent-microphone")
    window.press("Hang Up")
    window.wait("Reachable")


def test_ring_tones():
    """another ring tone is chosen and tried, one for all calls and one for an account's"""
    window.key("ctrl+comma")
    window.show_view("Sound")
    choose("Ring Tone", "Rise")
    sound.hear("speaker1", RISE, lambda: window.press("Ring Once"))
    window.show_view("Accounts")
    window.tab_into(f"alice@{exchange.domain}", title="Preferences")
    window.key("Return", title="Preferences")
    window.wait("Duplicate")
    window.resize(480, 900, "Account")  # the row is seen without scrolling
    eventually("it is as high as that",
               lambda: window.find("Account").box().height > 900 - FRAME)
    choose("Ring Tone", "Pulse", "End", "Up")
    sound.hear("speaker1", PULSE, lambda: [
        node for node in window.nodes() if node.name == "Ring Once"][-1].press())
    window.press("Save")
    window.wait_gone("Duplicate")
    assert desktop.account_lines("ring-tone") == ["pulse"]
    window.key("Escape", title="Preferences")
    window.wait_gone("Accounts at Servers")
    caller = Caller(desktop, exchange, "bob", "alice")
    window.wait("Incoming call")
    sound.hear("speaker1", PULSE)
    window.press("Decline")
    caller.wait()


def unplug_headset():
    for number in reversed(headset):
        sound.unplug(number)


def choose(row, title, *keys):
    """Opens the list of a row with the pointer, in which there is this title that is nowhere
    else, and goes to the last one, or by these keys. The pointer goes away: over a list that
    is opened later, it has GTK 4.18 miss a key."""
    places = [None]

    def rests():
        places.append([node for node in window.nodes() if node.name == row
                       and node.role == Role.COMBO_BOX][-1].box())
        return places[-1] == places[-2] and places[-1]

    box = eventually(f"{row!r} stays where it is", rests)
    subprocess.run(["xdotool", "mousemove", str(box.x + box.width // 2),
                    str(box.y + box.height // 2), "click", "1",
                    "mousemove", *map(str, OUTSIDE)], check=True)
    window.wait(title)
    subprocess.run(["xdotool", "key", *(keys or ["End"]), "Return"], check=True)


tap.run(globals(), window.story)
