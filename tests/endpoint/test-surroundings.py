#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What surrounds a phone: the network changes under it, and it is not to be disturbed."""

import json
import re
import time

import schema
import tap
from programs import Exchange, Session, address_of

exchange = Exchange()
AGAIN_S = 3.0


def call_between(alice, bob):
    started = alice.ask("call.start", target=address_of("bob"))
    back = bob.wait_told("call.added", "call")
    bob.ask("call.answer", id=back["id"])
    for session in (alice, bob):
        session.wait_told("call.changed", "call", lambda call: call["state"] == "active")
    return started["call"]["id"], back["id"]


def told_states(session, since):
    lines = map(json.loads, session.lines[since:])
    return [line["params"]["account"]["state"] for line in lines
            if line.get("method") == "account.changed"]


def wait_registered_again(session, since):
    session.wait_told("account.changed", "account",
                      lambda account: account["state"] == "registered", since=since)


def wait_paths(session, most):
    """The ICE user fragments that were sent and received, in order, once there are so many."""
    def look(lines):
        found = list(dict.fromkeys(re.findall(r"a=ice-ufrag:(\S+)", "\n".join(lines))))
        return len(found) >= most and found

    return session.wait_error(f"{most} user fragments", look)


def wait_for_sound(session, call, more_ms):
    """Waits until so much more of it was heard."""
    def heard_ms():
        return session.ask("call.stats", id=call)["probe"]["soundingMs"]

    enough = heard_ms() + more_ms
    end = time.monotonic() + 20
    while heard_ms() < enough:
        assert time.monotonic() < end, session.story
        time.sleep(0.1)  # nothing tells of each piece of sound


def test_network_changed():
    """after another network it is registered again within 3 s, over another flow"""
    with Session() as alice:
        alice.register(exchange, "alice")
        since = len(alice.lines)
        began = time.monotonic()
        schema.check_result("network.changed", alice.ask("network.changed"))
        wait_registered_again(alice, since)
        assert time.monotonic() - began < AGAIN_S
        assert "connecting" in told_states(alice, since), alice.story


def test_call_moves():
    """a call that stands looks for another path, is heard again, and can be hung up"""
    with Session("--tone", "440", "--trace") as alice, Session("--tone", "660") as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        out, back = call_between(alice, bob)
        wait_for_sound(alice, out, 500)
        assert len(wait_paths(alice, 2)) == 2, "one for each end"
        alice.ask("network.changed")
        wait_paths(alice, 4)
        for session, call in ((alice, out), (bob, back)):
            wait_for_sound(session, call, 1000)
        alice.ask("call.hangUp", id=out)
        assert bob.wait_told("call.removed", "call")["endCause"] == "hung-up-there"


def test_network_changes_often():
    """of two changes, the second while the first is still being dealt with, none is lost"""
    with Session("--trace") as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        out, _ = call_between(alice, bob)
        wait_paths(alice, 2)
        alice.ask("network.changed")
        wait_paths(alice, 3)
        alice.ask("network.changed")
        wait_paths(alice, 5)
        wait_for_sound(alice, out, 1000)
        alice.ask("call.hangUp", id=out)
        assert bob.wait_told("call.removed", "call")["endCause"] == "hung-up-there"


def test_do_not_disturb():
    """a call under Do Not Disturb is silenced, rings at the caller's, and is missed"""
    with Session() as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        schema.check_result("service.doNotDisturb", bob.ask("service.doNotDisturb", on=True))
        assert bob.ask("state")["doNotDisturb"] is True
        started = alice.ask("call.start", target=address_of("bob"))
        back = bob.wait_told("call.added", "call")
        assert back["silenced"] and back["state"] == "incoming", back
        alice.wait_told("call.changed", "call", lambda call: call["state"] == "ringing")
        alice.ask("call.hangUp", id=started["call"]["id"])
        assert bob.wait_told("call.removed", "call")["endCause"] == "missed"

        bob.ask("service.doNotDisturb", on=False)
        since = len(bob.lines)
        alice.ask("call.start", target=address_of("bob"))
        assert not bob.wait_told("call.added", "call", since=since)["silenced"]


def test_self_test():
    """nothing that calls need is missing here"""
    with Session() as alice:
        result = alice.ask("service.selfTest")
        schema.check_result("service.selfTest", result)
        assert not {"calls", "wideband", "pictures"} & set(result["missing"]), result


try:
    tap.run(globals())
finally:
    exchange.close()
