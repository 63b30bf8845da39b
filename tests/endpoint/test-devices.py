#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""phone-endpoint with a microphone and a speaker: a sound server of its own, whose
microphone hears its speaker. What is played is told by its frequency and its rhythm."""

import os
import subprocess
import sys
import tempfile

import schema
import tap
from programs import Exchange, Session, address_of

sys.path.append(os.path.join(os.environ["PHONE_SOURCE_DIR"], "tests/ui"))
from desktop import eventually  # noqa: E402
from pulse import Pulse, is_installed  # noqa: E402

TONE = 425
WAIT_MS, RING, VOICE = 200, (784, 988), 1000


class Room:
    """As much of a desktop as a sound server needs."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="phone-test-")
        self.folder = self.directory.name
        self.environment = dict(os.environ)
        self.processes = []

    def start(self, _name, arguments, environment):
        self.processes.append(subprocess.Popen(
            arguments, env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))

    def close(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        self.directory.cleanup()


def rings_at(session):
    return session.wait_told("call.added", "call", since=session.seen)


def is_over(session):
    session.wait_told("call.removed", "call", since=session.seen)
    session.seen = len(session.lines)


def start(session, target):
    session.seen = len(session.lines)
    return session.ask("call.start", target=target)["call"]["id"]


def wait_state(session, state):
    session.wait_told("call.changed", "call", lambda call: call["state"] == state,
                      since=session.seen)


def test_call():
    """a call is heard on the speaker, and what the microphone hears goes to the far end"""
    bob.ask("audio.set", echoCancellation=False, noiseSuppression=False, gainControl=False)
    out = start(bob, address_of("alice"))
    back = rings_at(alice)["id"]
    pulse.hear("speaker", [VOICE], lambda: alice.ask("call.answer", id=back))
    eventually("alice hears herself",
                   lambda: alice.ask("call.stats", id=back)["probe"]["toneHz"] == VOICE)
    bob.ask("call.hangUp", id=out)
    is_over(bob)
    is_over(alice)


def test_ringback():
    """it rings at the caller's until the far end is really heard, answered or not"""
    started = []
    pulse.hear_cadence("speaker", TONE, 1000, 4000,
                       lambda: started.append(start(bob, address_of("alice"))))
    back = rings_at(alice)["id"]
    pulse.hear("speaker", [VOICE], lambda: alice.ask("call.earlyMedia", id=back))
    assert bob.ask("call.list")["calls"][0]["state"] == "ringing", bob.story
    pulse.hear_nothing_of("speaker", TONE, 6)
    bob.ask("call.hangUp", id=started[0])
    is_over(bob)
    is_over(alice)


def test_busy():
    """busy has a tone of its own"""
    def be_refused():
        start(bob, address_of("alice"))
        alice.ask("call.reject", id=rings_at(alice)["id"], busy=True)

    pulse.hear_cadence("speaker", TONE, 500, 500, be_refused)
    is_over(bob)
    is_over(alice)


def test_congestion():
    """so has a call that cannot be made"""
    pulse.hear_cadence("speaker", TONE, 250, 250,
                       lambda: start(bob, address_of("nobody")))
    is_over(bob)


def test_ring_waiting_and_end():
    """a call rings; a second one taps; the end of the first is heard"""
    pulse.hear("speaker", RING, lambda: start(alice, address_of("bob")))
    first = rings_at(bob)
    bob.ask("call.answer", id=first["id"])
    wait_state(alice, "active")
    wait_state(bob, "active")
    alice.ask("call.mute", id=alice.ask("call.list")["calls"][0]["id"], muted=True)
    with Session() as carol:
        carol.register(exchange, "carol")
        pulse.hear_cadence("speaker", TONE, WAIT_MS, WAIT_MS,
                           lambda: carol.ask("call.start", target=address_of("bob")))
    alice_call = alice.ask("call.list")["calls"][0]["id"]
    pulse.hear("speaker", [659], lambda: alice.ask("call.hangUp", id=alice_call))
    is_over(alice)


def test_trying():
    """the ring and the speaker are tried, the microphone shows what it hears of it"""
    told = bob.ask("preview.set", kind="microphone", on=True)
    schema.check_result("preview.set", told)
    seen = len(bob.lines)
    pulse.hear("speaker", [523, 659], lambda: schema.check_result(
        "audio.try", bob.ask("audio.try", what="speaker")))
    bob.wait_told("preview.changed", "preview", lambda preview: preview["level"] > 0.3,
                  since=seen)
    pulse.hear("speaker", RING, lambda: bob.ask("audio.try", what="ring"))
    assert not bob.ask("preview.set", kind="microphone", on=False)["preview"]["active"]


def test_no_camera():
    """a camera that is not there is missed"""
    seen = len(bob.lines)
    bob.ask("preview.set", kind="camera", on=True)
    bob.wait_told("preview.changed", "preview",
                  lambda preview: preview["kind"] == "camera" and preview["missing"],
                  since=seen)
    bob.ask("preview.set", kind="camera", on=False)


if not is_installed():
    print("1..0 # SKIP PulseAudio is not installed")
    sys.exit(0)
room = Room()
exchange = Exchange()
try:
    pulse = Pulse(room)
    pulse.plug_speaker("speaker", "Speaker")
    pulse.plug_microphone("microphone", "Microphone", "speaker")
    os.environ["PULSE_SERVER"] = pulse.server
    with Session("--devices") as bob, Session("--tone", str(VOICE)) as alice:
        bob.seen = alice.seen = 0
        bob.register(exchange, "bob")
        alice.register(exchange, "alice")
        tap.run(globals())
finally:
    exchange.close()
    room.close()
