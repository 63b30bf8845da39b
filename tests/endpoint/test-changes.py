#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two and three sessions of phone-endpoint begin calls in unusual ways and change those
that stand: early media, a late offer, hold, pictures, digits and transfers, by JSON-RPC,
each proven at the far end."""

import contextlib
import json
import time

import schema
import tap
from programs import Exchange, Session, address_of

exchange = Exchange()
TONES = {"alice": 440, "bob": 660, "carol": 880}


class Caller:
    """A session with one account, and the call in it that a test looks at."""

    def __init__(self, user, tone=None):
        self.user = user
        self.tone = tone or TONES[user]
        self.session = Session("--tone", str(self.tone))
        self.session.register(exchange, user)
        self.id = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            for line in map(json.loads, self.session.lines):
                if "method" in line:
                    schema.check_notification(line)
        finally:
            self.session.close()

    def ask(self, method, **params):
        result = self.session.ask(method, **params)
        schema.check_result(method, result)
        return result

    def do(self, method, **params):
        """Of the call."""
        return self.ask(f"call.{method}", id=self.id, **params)

    def refused(self, method, **params):
        """The cause for which it is refused."""
        answer = self.session.ask_any(f"call.{method}", {"id": self.id, **params})
        schema.check_error(answer)
        return answer["error"]["data"]["cause"]

    def start(self, target, **params):
        self.id = self.ask("call.start", target=address_of(target), **params)["call"]["id"]

    def ring(self):
        """The call that rings here, or will."""
        self.id = self._wait_call("call.added", lambda call: call["state"] == "incoming",
                                  "an incoming call")["id"]

    def take(self, **params):
        """The same, and answers it."""
        self.ring()
        self.do("answer", **params)

    def _wait_call(self, method, check, what):
        since = len(self.session.lines)
        for call in self.ask("call.list")["calls"]:
            if check(call):
                return call
        return self.session.wait_told(method, "call", check, since=since, what=what)

    def wait(self, **members):
        """Until the call is so, which it may be already."""
        return self._wait_call("call.changed", lambda call: call["id"] == self.id and all(
            call.get(name) == value for name, value in members.items()),
            f"{self.user}: {members}")

    def wait_removed(self, **members):
        call = self.session.wait_told("call.removed", "call",
                                      lambda call: call["id"] == self.id)
        assert all(call.get(name) == value for name, value in members.items()), call
        return call

    def probe(self):
        return self.do("stats")["probe"]


@contextlib.contextmanager
def talking(caller="alice", callee="bob", **params):
    """A call that is active at both ends."""
    with Caller(caller) as one, Caller(callee) as other:
        one.start(callee, **params)
        other.take(video=params.get("video", False))
        one.wait(state="active")
        other.wait(state="active")
        yield one, other


def wait_until(what, check, timeout=15):
    """For what is measured and not told."""
    end = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < end, f"not seen: {what}"
        time.sleep(0.1)


def hears(caller, other):
    """Sound of the other one comes: its tone, and more of it with time."""
    def is_heard():
        probe = caller.probe()
        return probe.get("toneHz") == other.tone and probe["soundingMs"] > before
    before = caller.probe()["soundingMs"] + 300
    wait_until(f"{caller.user} hears {other.user}", is_heard)


def test_hold():
    """hold and resume from both sides, ten times"""
    with talking() as (alice, bob):
        for round_number in range(10):
            one, other = (alice, bob) if round_number % 2 == 0 else (bob, alice)
            one.do("hold", held=True)
            other.wait(peerHeld=True)
            one.wait(held=True, state="active")
            one.do("hold", held=False)
            other.wait(peerHeld=False)
            one.wait(held=False)
        hears(alice, bob)
        hears(bob, alice)


def test_offerless():
    """a call whose offer the far end makes, and a later one of it that does not hold"""
    with talking(offerless=True) as (alice, bob):
        hears(alice, bob)
        bob.do("hold", held=True)
        alice.wait(peerHeld=True)
        alice.do("refresh")
        bob.do("hold", held=False)
        alice.wait(peerHeld=False)
        bob.do("refresh")
        hears(alice, bob)
        hears(bob, alice)


def digits_told(caller, method):
    return "".join(line["params"]["digit"]["digit"]
                   for line in map(json.loads, caller.session.lines)
                   if line.get("method") == method and line["params"]["digit"]["call"]
                   == caller.id and line["params"]["digit"].get("sent", True))


def send_digits(one, other, digits, heard):
    before = digits_told(other, "call.digitReceived")
    one.do("dtmf", digits=digits)
    wait_until(f"{other.user} receives {heard}",
               lambda: digits_told(other, "call.digitReceived") == before + heard)


def test_digits():
    """pasted digits arrive each way, each once, in their order"""
    with talking() as (alice, bob):
        send_digits(alice, bob, "0800 123-456#", "0800123456#")
        send_digits(bob, alice, "*1144d", "*1144D")
        assert digits_told(alice, "call.digitSent") == "0800123456#"
        assert alice.refused("dtmf", digits="12x") == "invalid-digits"
        assert alice.refused("dtmf", digits="1" * 257) == "invalid-digits"
        hears(bob, alice)


def test_digits_wait():
    """digits that are pressed before the answer wait for it, and on hold for its end"""
    with Caller("alice") as alice, Caller("bob") as bob:
        alice.start("bob")
        alice.wait(state="ringing")
        alice.do("dtmf", digits="42")
        bob.take()
        wait_until("42", lambda: digits_told(bob, "call.digitReceived") == "42")
        alice.do("hold", held=True)
        bob.wait(peerHeld=True)
        bob.do("dtmf", digits="7")
        alice.do("dtmf", digits="8")
        alice.do("hold", held=False)
        wait_until("8", lambda: digits_told(bob, "call.digitReceived") == "428")
        wait_until("7", lambda: digits_told(alice, "call.digitReceived") == "7")


def sees(caller):
    """Numbered pictures come, and more of them with time."""
    before = caller.probe()["framesRecognised"] + 5
    wait_until(f"{caller.user} sees", lambda: caller.probe()["framesRecognised"] >= before)


def test_video():
    """pictures are added, refused, removed, and added by the other side"""
    with talking() as (alice, bob):
        alice.do("video", on=True)
        assert alice.wait(video=True)["state"] == "active"
        assert not bob.wait(videoAsked=True)["video"]
        bob.do("answerVideo", accept=False)
        alice.wait(video=False, remoteVideo=False)
        assert not bob.wait(videoAsked=False)["video"]
        assert bob.refused("answerVideo", accept=True) == "wrong-state"
        alice.do("video", on=True)
        bob.wait(videoAsked=True)
        bob.do("answerVideo", accept=True)
        for caller in (alice, bob):
            caller.wait(video=True, remoteVideo=True)
            sees(caller)
        bob.do("video", on=False)
        bob.wait(video=False)
        alice.do("video", on=False)
        alice.wait(video=False, remoteVideo=False)
        bob.wait(video=False, remoteVideo=False)
        bob.do("video", on=True)
        alice.wait(videoAsked=True)
        alice.do("answerVideo", accept=True)
        for caller in (alice, bob):
            caller.wait(video=True, remoteVideo=True)
            sees(caller)
        hears(alice, bob)


def test_swap():
    """of two calls one is spoken in, and then the other"""
    with talking() as (alice, bob), Caller("carol") as carol:
        first = alice.id
        alice.start("carol")
        carol.take()
        alice.wait(state="active")
        second = alice.id
        alice.do("swap")
        bob.wait(peerHeld=True)
        hears(carol, alice)
        alice.id = first
        alice.do("swap")
        bob.wait(peerHeld=False)
        carol.wait(peerHeld=True)
        alice.wait(held=False)
        hears(bob, alice)
        hears(alice, bob)
        alice.id = second
        alice.wait(held=True)


def test_ladder():
    """the messages of a call can be read at both ends, with what is secret struck out"""
    with talking() as (alice, bob):
        alice.do("dtmf", digits="1")
        for caller, first in ((alice, "-->"), (bob, "<--")):
            lines = caller.do("ladder")["ladder"].splitlines()
            assert first in lines[0] and "| INVITE " in lines[1], lines[:2]
            text = "\n".join(lines)
            for part in ("SIP/2.0 180", "SIP/2.0 200", "| ACK ", "a=ice-pwd:***"):
                assert part in text, (part, text)
            assert "REGISTER sip:" not in text


def test_quality():
    """a call that is well is said to be good, one that is silent bad, and one on hold none"""
    with talking() as (alice, bob):
        alice.wait(quality="good", qualityReason="none")
        wait_until("no loss", lambda: alice.do("stats")["media"]["audioIn"].get(
            "fractionLost") == 0)
        bob.do("mute", muted=True)
        alice.wait(quality="bad", qualityReason="silence", diagnosis="peer-quiet")
        bob.do("mute", muted=False)
        alice.wait(quality="good")
        alice.do("hold", held=True)
        bob.wait(quality="unknown")


def test_wishes_meet():
    """hold and pictures wished for at both ends at once all come true"""
    with talking(video=True) as (alice, bob):
        alice.do("hold", held=True)
        alice.do("video", on=False)
        bob.do("hold", held=True)
        alice.wait(held=True, peerHeld=True, video=False)
        bob.wait(held=True, peerHeld=True)
        bob.do("hold", held=False)
        alice.do("hold", held=False)
        for caller in (alice, bob):
            caller.wait(held=False, peerHeld=False)
        hears(alice, bob)
        hears(bob, alice)


def test_does_not_stand():
    """a call that does not stand cannot be changed"""
    with Caller("alice") as alice, Caller("bob") as bob:
        alice.start("bob")
        alice.wait(state="ringing")
        for method, params in (("hold", {"held": True}), ("video", {"on": True}),
                               ("transfer", {"to": "carol"}),
                               ("answerTransfer", {"accept": True})):
            assert alice.refused(method, **params) == "wrong-state", method


def test_transfer():
    """a call is handed on, and the one who handed it on is out of it"""
    with talking() as (alice, bob), Caller("carol") as carol:
        alice.do("transfer", to="carol")
        asked = bob.wait(transferState="asked")
        assert asked["transferTarget"] == address_of("carol"), asked
        old = bob.id
        bob.do("answerTransfer", accept=True)
        carol.take()
        alice.wait_removed(endCause="transferred", transferState="done")
        bob.wait_removed(endCause="hung-up-there")
        bob.id = bob.ask("call.list")["calls"][0]["id"]
        assert bob.id != old
        bob.wait(state="active", remoteUri=address_of("carol"))
        hears(bob, carol)
        hears(carol, bob)


def test_early_media():
    """both are heard, and digits go, before the call is answered"""
    with Caller("alice") as alice, Caller("bob") as bob:
        alice.start("bob")
        bob.ring()
        bob.do("earlyMedia")
        hears(alice, bob)
        hears(bob, alice)
        send_digits(alice, bob, "12", "12")
        assert alice.wait(state="ringing") and bob.wait(state="incoming")
        bob.do("answer")
        alice.wait(state="active")
        bob.wait(state="active")
        hears(alice, bob)
        hears(bob, alice)


def test_early_media_of_another():
    """who is heard before the answer is not who answers: the sound is that of the one"""
    with Caller("alice") as alice, Caller("bob") as early, Caller("bob", 1100) as late:
        alice.start("bob")
        early.ring()
        late.ring()
        early.do("earlyMedia")
        hears(alice, early)
        late.do("answer")
        early.wait_removed(endCause="answered-elsewhere")
        late.wait(state="active")
        hears(alice, late)
        hears(late, alice)
        assert alice.wait(state="active")["remoteUri"] == address_of("bob")


def test_transfer_refused():
    """a transfer that is refused, by the far end or by the target, leaves the call"""
    with talking() as (alice, bob), Caller("carol") as carol:
        alice.do("transfer", to="carol")
        bob.wait(transferState="asked")
        bob.do("answerTransfer", accept=False)
        assert alice.wait(transferState="failed")["transferStatus"] == 603
        bob.wait(transferState="none")
        alice.do("transfer", to="carol")
        bob.wait(transferState="asked")
        bob.do("answerTransfer", accept=True)
        ringing = carol.session.wait_told("call.added", "call")
        alice.wait(transferState="ringing")
        carol.ask("call.reject", id=ringing["id"], busy=True)
        assert alice.wait(transferState="failed")["transferStatus"] == 486
        assert bob.wait(transferState="failed")["state"] == "active"
        hears(alice, bob)
        hears(bob, alice)


def test_transfer_attended():
    """two calls of one are joined, and go on without it"""
    with talking() as (alice, bob), Caller("carol") as carol:
        first = alice.id
        alice.do("hold", held=True)
        bob.wait(peerHeld=True)
        alice.start("carol", video=True)
        carol.take(video=True)
        alice.wait(state="active")
        second, alice.id = alice.id, first
        alice.do("transfer", **{"with": second})
        bob.wait(transferState="asked")
        bob.do("answerTransfer", accept=True)
        replaced = carol.wait_removed(endCause="replaced")["id"]
        alice.wait_removed(endCause="transferred")
        alice.id = second
        alice.wait_removed(endCause="transferred")
        bob.wait_removed()
        bob.id = bob.ask("call.list")["calls"][0]["id"]
        carol.id = carol.ask("call.list")["calls"][0]["id"]
        assert carol.wait(state="active", video=False)["replaces"] == replaced
        hears(bob, carol)
        hears(carol, bob)


try:
    tap.run(globals())
finally:
    exchange.close()
