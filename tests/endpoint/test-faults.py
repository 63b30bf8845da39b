#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What breaks around a call: the server goes and comes back, the peer dies."""

import signal

import tap
from programs import Exchange, Session

exchange = Exchange()


def start_call(alice, bob):
    """The id of the call at both."""
    alice.register(exchange, "alice")
    bob.register(exchange, "bob")
    out = alice.ask("call.start", target="bob")["call"]["id"]
    back = bob.wait_told("call.added", "call")["id"]
    bob.ask("call.answer", id=back)
    for session in (alice, bob):
        session.wait_told("call.changed", "call", lambda call: call["state"] == "active")
    return out, back


def test_server_restarted():
    """a call outlives its server, and is hung up cleanly over the new connection"""
    with Session() as alice, Session() as bob:
        out, _ = start_call(alice, bob)
        exchange.program.close()
        for session in (alice, bob):
            session.wait_told("account.changed", "account",
                              lambda account: account["state"] == "waiting")
            session.marked = len(session.lines)
        exchange.start()
        for session in (alice, bob):
            session.wait_for("registered again", lambda line: line.get("method")
                             == "account.changed" and line["params"]["account"]["state"]
                             == "registered", 40, session.marked)
            states = [call["state"] for call in session.ask("call.list")["calls"]]
            assert states == ["active"], states
        alice.ask("call.hangUp", id=out)
        assert bob.wait_told("call.removed", "call")["endCause"] == "hung-up-there"
        assert alice.wait_told("call.removed", "call")["endCause"] == "hung-up-here"


def test_peer_killed():
    """a peer that is killed ends the call within 35 s, with a name for it"""
    with Session() as alice, Session() as bob:
        start_call(alice, bob)
        alice.send(signal.SIGKILL)
        over = bob.wait_told("call.removed", "call", timeout=37)
        assert over["endCause"] == "peer-vanished", over
        assert bob.ask("state")["calls"] == []


def test_hung_up_at_once():
    """both hang up at once, over and over: each call ends once, by name"""
    causes = {"hung-up-here", "hung-up-there"}
    with Session() as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        for _ in range(5):
            out = alice.ask("call.start", target="bob")["call"]["id"]
            back = bob.wait_told("call.added", "call", lambda call: call["id"]
                                 not in getattr(bob, "known", ()))["id"]
            bob.known = (*getattr(bob, "known", ()), back)
            bob.ask("call.answer", id=back)
            for session, one in ((alice, out), (bob, back)):
                session.wait_told("call.changed", "call", lambda call, one=one: call["id"]
                                  == one and call["state"] == "active")
            alice.ask("call.hangUp", id=out)
            bob.ask_any("call.hangUp", {"id": back})
            for session, one in ((alice, out), (bob, back)):
                over = session.wait_told("call.removed", "call",
                                         lambda call, one=one: call["id"] == one)
                assert over["endCause"] in causes, over


def test_cancelled():
    """a call that the caller gives up is a missed one there, and cancelled here"""
    with Session() as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        out = alice.ask("call.start", target="bob")["call"]["id"]
        bob.wait_told("call.added", "call")
        alice.ask("call.hangUp", id=out)
        assert bob.wait_told("call.removed", "call")["endCause"] == "missed"
        assert alice.wait_told("call.removed", "call")["endCause"] == "cancelled-here"


def test_answer_meets_cancel():
    """an answer that crosses the caller's hanging up ends both sides"""
    with Session() as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        out = alice.ask("call.start", target="bob")["call"]["id"]
        back = bob.wait_told("call.added", "call")["id"]
        bob.ask("call.answer", id=back)
        alice.ask("call.hangUp", id=out)
        for session in (alice, bob):
            session.wait_told("call.removed", "call")
            assert session.ask("call.list") == {"calls": []}


try:
    tap.run(globals())
finally:
    exchange.close()
