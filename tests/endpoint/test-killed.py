#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone that is killed in a call, and started anew."""

import json
import os
import signal
import subprocess

import tap
from programs import BUILD, Exchange, Session

exchange = Exchange()


def bindings_of(user):
    said = subprocess.run(
        [os.path.join(BUILD, "app", "exchange", "phone-exchange"), "bindings", "--json",
         "--control", exchange.path("control")], check=True, capture_output=True, text=True)
    return [one for one in json.loads(said.stdout)
            if one["aor"].split("@")[0] == user and one["connected"]]


def call(caller, callee, target):
    """The ids of an active call, at both."""
    out = caller.ask("call.start", target=target)["call"]["id"]
    back = callee.wait_told("call.added", "call")["id"]
    callee.ask("call.answer", id=back)
    for session, one in ((caller, out), (callee, back)):
        session.wait_told("call.changed", "call", lambda told, one=one: told["id"] == one
                          and told["state"] == "active")
    return out, back


def test_killed_in_a_call():
    """killed in a call and started anew: one binding, and it is called as ever"""
    with Session() as bob:
        bob.register(exchange, "bob")
        with Session() as alice:
            alice.register(exchange, "alice")
            assert len(bindings_of("alice")) == 1
            _, old = call(alice, bob, "bob")
            alice.send(signal.SIGKILL)
            alice.wait_exit()
        with Session() as alice:
            alice.register(exchange, "alice")
            assert len(bindings_of("alice")) == 1, bindings_of("alice")
            assert alice.ask("state")["calls"] == []
            # The call of before is not of this phone any more; bob may hang it up.
            out, _ = call(bob, alice, "alice")
            bob.ask("call.hangUp", id=old)
            bob.ask("call.hangUp", id=out)
            for session, one in ((bob, old), (bob, out), (alice, None)):
                session.wait_told("call.removed", "call",
                                  lambda told, one=one: one in (None, told["id"]))


try:
    tap.run(globals())
finally:
    exchange.close()
