#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls beside calls: as many as an endpoint takes, and one that finds no files left."""

import os
import resource
import time

import tap
from programs import Exchange, Session

exchange = Exchange()
MAX_CALLS = 32


def use_of(session):
    folder = f"/proc/{session.process.pid}"
    return len(os.listdir(f"{folder}/fd")), len(os.listdir(f"{folder}/task"))


def wait_use(session, before, timeout=20):
    """What the calls took is given back; pools of threads may keep a few."""
    end = time.monotonic() + timeout
    while True:
        now = use_of(session)
        if now[0] <= before[0] + 4 and now[1] <= before[1] + 8:
            return
        assert time.monotonic() < end, f"{before} -> {now}"
        time.sleep(0.1)


def start_call(alice, bob):
    since = len(bob.lines)
    out = alice.ask("call.start", target="bob")["call"]["id"]
    back = bob.wait_told("call.added", "call", since=since)["id"]
    bob.ask("call.answer", id=back)
    for session, one in ((alice, out), (bob, back)):
        session.wait_told("call.changed", "call", lambda call, one=one: call["id"] == one
                          and call["state"] == "active", since=0, timeout=40)
    return out, back


def wait_sound(session, one, hz, least_ms=300, timeout=60):
    """This call has the sound of its own peer, so much since it began."""
    end = time.monotonic() + timeout
    while True:
        probe = session.ask("call.stats", id=one).get("probe", {})
        if abs(probe.get("toneHz", 0) - hz) < 20 and probe.get("soundingMs", 0) > least_ms:
            return
        assert time.monotonic() < end, probe
        time.sleep(0.1)


def hang_up(alice, bob, out, back):
    alice.ask("call.hangUp", id=out)
    for session, one in ((alice, out), (bob, back)):
        session.wait_told("call.removed", "call", lambda call, one=one: call["id"] == one,
                          timeout=40)


def test_crowd():
    """32 calls at once, each with its sound; the next one is refused; all is given back"""
    with Session("--tone", "440") as alice, Session("--tone", "660") as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        hang_up(alice, bob, *start_call(alice, bob))
        before = [use_of(session) for session in (alice, bob)]
        calls = [start_call(alice, bob) for _ in range(MAX_CALLS)]
        for out, back in calls:
            wait_sound(alice, out, 660)
            wait_sound(bob, back, 440)
        one = alice.ask("call.start", target="bob")["call"]["id"]
        over = alice.wait_told("call.removed", "call", lambda call: call["id"] == one)
        assert over["error"]["cause"] == "too-many-calls", over
        assert len(alice.ask("call.list")["calls"]) == MAX_CALLS
        for out, back in calls:
            hang_up(alice, bob, out, back)
        for session, use in zip((alice, bob), before):
            wait_use(session, use)
        hang_up(alice, bob, *start_call(alice, bob))


def set_limit(session, limit):
    hard = resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(session.process.pid, resource.RLIMIT_NOFILE, (limit, hard))


def test_descriptors():
    """with no files left a call ends by name, at either end; the other goes on"""
    with Session("--tone", "440") as alice, Session("--tone", "660") as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        out, back = start_call(alice, bob)
        wait_sound(alice, out, 660)
        wait_sound(bob, back, 440)
        before = [use_of(session) for session in (alice, bob)]
        for session, (fds, _) in zip((alice, bob), before):
            for left in (0, 10, 30):
                set_limit(session, fds + left)
                since = len(alice.lines)
                answer = alice.ask_any("call.start", {"target": "bob"})
                if session is alice:
                    assert answer["error"]["data"]["cause"] == "too-many-calls", answer
                else:
                    one = answer["result"]["call"]["id"]
                    over = alice.wait_told("call.removed", "call", lambda call: call["id"]
                                           == one, since=since)
                    assert over["endCause"] != "internal", over
            set_limit(session, 1024)
        for session, one in ((alice, out), (bob, back)):
            heard = session.ask("call.stats", id=one)["probe"]["soundingMs"]
            wait_sound(session, one, 660 if session is alice else 440, heard + 300)
        hang_up(alice, bob, *start_call(alice, bob))
        for session, use in zip((alice, bob), before):
            wait_use(session, use)
        hang_up(alice, bob, out, back)


try:
    tap.run(globals())
finally:
    exchange.close()
