# SPDX-License-Identifier: GPL-3.0-or-later
"""What phone-endpoint tells of microphones and speakers that come and go, on a sound server
of our own."""

import sys

from desktop import Desktop, eventually

desktop = Desktop()

import pulse  # noqa: E402

if not pulse.is_installed():
    print("1..0 # SKIP PulseAudio is not installed")
    sys.exit(0)

from person import Person  # noqa: E402
from servers import Exchange  # noqa: E402
import tap  # noqa: E402

sound = pulse.Pulse(desktop)
sound.plug_speaker("speaker1", "Desk Speaker")
sound.plug_microphone("mic1", "Desk Microphone", "speaker1")
bob = Person(desktop, Exchange(desktop, is_open=True), "bob",
             {"PULSE_SERVER": sound.server})
headset = None


def test_lists():
    """each role has what is plugged in, by id and name"""
    bob.ask("devices.list")
    wait_told("microphone", "mic1")
    wait_told("speaker", "speaker1")
    wait_told("ringer", "speaker1")
    assert told()["ready"], told()
    assert told()["speaker"] == {
        "chosen": "", "devices": [{"id": "speaker1", "name": "Desk Speaker"}]}


def test_plugged():
    """what is plugged in is told, and can be chosen"""
    global headset
    headset = [sound.plug_speaker("headset", "Red Headset"),
               sound.plug_microphone("headset-mic", "Red Microphone", "headset")]
    wait_told("speaker", "speaker1", "headset")
    wait_told("microphone", "mic1", "headset-mic")
    bob.ask("devices.select", role="speaker", id="headset")
    assert told()["speaker"]["chosen"] == "headset", told()
    assert told()["ringer"]["chosen"] == "", told()


def test_unplugged():
    """what is unplugged is told, and stays chosen"""
    for number in reversed(headset):
        sound.unplug(number)
    wait_told("speaker", "speaker1")
    wait_told("microphone", "mic1")
    assert told()["speaker"]["chosen"] == "headset", told()


def told():
    """The devices as they were last told."""
    return next((line["params"]["devices"] for line in reversed(bob.lines())
                 if line.get("method") == "devices.changed"), None)


def wait_told(role, *ids):
    eventually(f"{role}: {ids}", lambda: told() and tuple(
        device["id"] for device in told()[role]["devices"]) == ids)


tap.run(globals(), bob.program.said)
