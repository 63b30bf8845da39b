#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""phone-endpoint serve: JSON-RPC 2.0, line by line, by the schema."""

import base64
import csv
import json
import os
import random
import tempfile

import schema
import tap
from programs import Exchange, Session, address_of

exchange = Exchange()
KIB = 1024
# One pixel, as PNG.
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
         "RU5ErkJggg==")


def check_all_lines(session):
    """Everything that was said on its own account is by the schema."""
    for line in map(json.loads, session.lines):
        if isinstance(line, dict) and "method" in line:
            schema.check_notification(line)


def is_error(answer, code):
    schema.check_error(answer)
    return answer["error"]["code"] == code


def test_accounts():
    """accounts are added, registered, listed, unregistered and removed"""
    with Session() as session:
        added = session.ask("account.add", account=address_of("alice"), server=exchange.url)
        schema.check_result("account.add", added)
        one = added["account"]["id"]
        session.ask("account.register", id=one)
        session.wait_told("account.changed", "account",
                          lambda account: account["state"] == "refused"
                          and account["error"]["cause"] == "password-missing")
        session.ask("account.register", id=one, password="alice-kennwort-3141592653")
        session.wait_told("account.changed", "account",
                          lambda account: account["state"] == "registered")
        listed = session.ask("account.list")
        schema.check_result("account.list", listed)
        assert [account["state"] for account in listed["accounts"]] == ["registered"]
        schema.check_result("account.unregister", session.ask("account.unregister", id=one))
        session.wait_told("account.changed", "account",
                          lambda account: account["state"] == "offline")
        schema.check_result("account.remove", session.ask("account.remove", id=one))
        session.wait_told("account.removed", "account", lambda account: account["id"] == one)
        assert session.ask("account.list") == {"accounts": []}
        check_all_lines(session)


def test_call():
    """two sessions call one another; every change is told, and the state is whole"""
    with Session("--tone", "440") as alice, Session("--tone", "660") as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        started = alice.ask("call.start", target=address_of("bob"), video=True)
        schema.check_result("call.start", started)
        out = started["call"]["id"]
        back = bob.wait_told("call.added", "call")
        assert back["state"] == "incoming" and back["remoteUri"] == address_of("alice")
        assert back["offersVideo"] and back["direction"] == "incoming"
        alice.wait_told("call.changed", "call", lambda call: call["state"] == "ringing")
        bob.ask("call.answer", id=back["id"], video=True)
        for session in (alice, bob):
            session.wait_told("call.changed", "call", lambda call: call["state"] == "active"
                              and call["encrypted"] and call["remoteVideo"])
        schema.check_result("call.list", alice.ask("call.list"))
        bob.ask("call.mute", id=back["id"], muted=True)
        bob.wait_told("call.changed", "call", lambda call: call["muted"])
        bob.ask("call.mute", id=back["id"], muted=False)
        stats = alice.ask("call.stats", id=out)
        schema.check_result("call.stats", stats)
        state = alice.ask("state")
        schema.check_result("state", state)
        assert [call["state"] for call in state["calls"]] == ["active"]
        assert [account["state"] for account in state["accounts"]] == ["registered"]
        alice.ask("call.hangUp", id=out)
        assert alice.wait_told("call.removed", "call")["endCause"] == "hung-up-here"
        assert bob.wait_told("call.removed", "call")["endCause"] == "hung-up-there"
        assert alice.ask("call.list") == {"calls": []}
        check_all_lines(alice)
        check_all_lines(bob)


def test_history():
    """calls that are over are kept in a file, listed, searched, exported and removed"""
    with tempfile.TemporaryDirectory() as folder:
        kept = ("--history", os.path.join(folder, "kept.sqlite"))
        table = os.path.join(folder, "calls.csv")
        with Session(*kept) as alice, Session() as bob:
            alice.register(exchange, "alice")
            bob.register(exchange, "bob")
            bob.ask("call.start", target=address_of("alice"))
            missed = alice.wait_told("call.added", "call")
            bob.ask("call.hangUp", id=bob.ask("call.list")["calls"][0]["id"])
            entry = alice.wait_told("history.added", "entry")
            assert entry["outcome"] == "missed" and entry["address"] == missed["remoteUri"]
            alice.wait_told("history.changed", "history", lambda it: it["missed"] == 1)
            alice.ask("call.start", target=address_of("nobody"))
            alice.wait_told("history.added", "entry",
                            lambda it: it["outcome"] == "not-found")
            listed = alice.ask("history.list")
            schema.check_result("history.list", listed)
            assert [one["outcome"] for one in listed["entries"]] == ["not-found", "missed"]
            found = alice.ask("history.list", search="BOB", missedOnly=True, limit=5)
            assert found["total"] == 1 and found["entries"][0]["id"] == entry["id"]
            assert alice.ask("history.list", offset=1)["entries"] == found["entries"]
            alice.ask("history.markSeen")
            alice.wait_told("history.changed", "history", lambda it: it["missed"] == 0)
            alice.ask("history.export", file=table)
            with open(table, encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            assert [row[2] for row in rows] == ["outcome", "not-found", "missed"], rows
            alice.ask("history.remove", id=entry["id"])
            alice.wait_told("history.removed", "entry", lambda it: it["id"] == entry["id"])
            assert is_error(alice.ask_any("history.export", {"file": "/dev/null/x"}), -32000)
            assert is_error(bob.ask_any("history.list", {}), -32000)
            assert is_error(alice.ask_any("history.remove", {"id": "1"}), -32602)
            check_all_lines(alice)
        with Session(*kept) as alice:
            assert alice.ask("history.list")["total"] == 1
            alice.ask("history.clear")
            alice.wait_told("history.cleared", "history")
            assert alice.ask("history.list")["total"] == 0
            check_all_lines(alice)


def test_contacts():
    """contacts are kept in a file, name a call, and go out and in as vCards"""
    with tempfile.TemporaryDirectory() as folder:
        kept = ("--contacts", os.path.join(folder, "contacts.sqlite"),
                "--history", os.path.join(folder, "history.sqlite"))
        cards = os.path.join(folder, "people.vcf")
        face = os.path.join(folder, "face.png")
        with Session(*kept) as alice, Session() as bob:
            alice.register(exchange, "alice")
            bob.register(exchange, "bob")
            added = alice.ask("contact.add", name="Robert", favourite=True,
                              addresses=[address_of("bob"), "+49 30 1"],
                              kinds=["home", "mobile"])
            schema.check_result("contact.add", added)
            robert = added["contact"]
            alice.wait_told("contact.changed", "book", lambda it: it["count"] == 1)
            with open(face, "wb") as file:
                file.write(base64.b64decode(PIXEL))
            carol = alice.ask("contact.add", addresses=["sip:carol@example.org"],
                              picture=face)["contact"]
            assert carol["hasPicture"] and not robert["hasPicture"]
            alice.ask("contact.export", file=cards)
            with open(cards, encoding="utf-8") as file:
                assert PIXEL[:20] in file.read()
            assert not alice.ask("contact.update", id=carol["id"], picture="")["contact"][
                "hasPicture"]
            listed = alice.ask("contact.list")
            schema.check_result("contact.list", listed)
            assert [one["name"] for one in listed["contacts"]] == \
                ["Robert", "carol@example.org"], listed
            assert alice.ask("contact.list", search="ROB 301")["contacts"] == [robert]
            assert alice.ask("contact.list", offset=1, limit=5)["total"] == 2
            bob.ask("call.start", target=address_of("alice"))
            call = alice.wait_told("call.added", "call")
            assert call["contactName"] == "Robert" and \
                call["remoteUri"] == address_of("bob"), call
            changed = alice.ask("contact.update", id=robert["id"], name="Rob")["contact"]
            assert changed == {**robert, "name": "Rob"}, changed
            alice.wait_told("call.changed", "call", lambda it: it.get("contactName") == "Rob")
            bob.ask("call.hangUp", id=bob.ask("call.list")["calls"][0]["id"])
            entry = alice.wait_told("history.added", "entry")
            assert entry["contactName"] == "Rob" and entry["address"] == address_of("bob")
            looked = alice.ask("contact.lookup", address="tel:+49-30-1")
            schema.check_result("contact.lookup", looked)
            assert looked["contact"]["name"] == "Rob"
            assert alice.ask("contact.lookup", address="sip:nobody@example.org") == {}
            for version in ("3.0", "4.0"):
                alice.ask("contact.export", file=cards, version=version)
                with open(cards, encoding="utf-8") as file:
                    assert f"VERSION:{version}" in file.read()
                found = alice.ask("contact.import", file=cards)
                schema.check_result("contact.import", found)
                assert found == {"added": 0, "changed": 0, "known": 2, "leftOut": 0}, found
            alice.ask("contact.remove", id=robert["id"])
            assert "contactName" not in alice.ask("history.list")["entries"][0]
            assert alice.ask("contact.import", file=cards)["added"] == 1
            listed = alice.ask("history.list")
            schema.check_result("history.list", listed)
            assert listed["entries"][0]["contactName"] == "Rob", listed
            assert is_error(alice.ask_any("contact.add", {}), -32000)
            assert is_error(alice.ask_any("contact.add", {"kinds": ["home"]}), -32602)
            assert is_error(alice.ask_any("contact.add", {
                "addresses": ["a"], "kinds": ["moon"]}), -32602)
            for path in (cards, "/nowhere", "/dev/zero"):
                assert is_error(alice.ask_any("contact.add", {"name": "x", "picture": path}),
                                -32000)
            assert is_error(alice.ask_any("contact.update", {"id": 99}), -32000)
            assert is_error(alice.ask_any("contact.remove", {"id": 99}), -32000)
            assert is_error(alice.ask_any("contact.import", {"file": "/nowhere"}), -32000)
            assert is_error(bob.ask_any("contact.list", {}), -32000)
            check_all_lines(alice)
        with Session(*kept) as alice:
            assert [one["name"] for one in alice.ask("contact.list")["contacts"]] == \
                ["Rob", "carol@example.org"]
            check_all_lines(alice)


def test_refusals():
    """what has no meaning now is refused by name, and nothing else happens"""
    with Session() as session:
        answer = session.ask_any("call.start", {"target": "bob"})
        assert is_error(answer, -32602), answer
        session.ask("account.add", account=address_of("alice"), server=exchange.url)
        for method, params, cause in (
                ("call.answer", {"id": "c99"}, "no-such-call"),
                ("call.hangUp", {"id": "c99"}, "no-such-call"),
                ("call.start", {"target": "mailto:x@y"}, "invalid-address")):
            answer = session.ask_any(method, params)
            assert is_error(answer, -32000), answer
            assert answer["error"]["data"]["cause"] == cause, answer
        # Not connected: the call exists, and ends at once with its cause.
        session.ask("call.start", target="bob")
        over = session.wait_told("call.removed", "call")
        assert over["endCause"] == "connection-lost", over
        bad = session.ask_any("account.add", {"account": "nonsense", "server": "x"})
        assert is_error(bad, -32000) and "data" in bad["error"], bad


def test_arguments():
    """arguments are checked: missing, of the wrong type, unknown, by position"""
    with Session() as session:
        for params in ({}, {"id": 5}, {"id": "c1", "muted": "yes"}, {"id": "c1"},
                       {"id": "c1", "muted": True, "loud": True}, ["c1", True], "c1", 5):
            answer = session.ask_any("call.mute", params)
            assert is_error(answer, -32602), (params, answer)
        assert is_error(session.ask_any("call.dance", {}), -32601)
        answer = session.ask_any("account.add", {"account": "sip:a@b", "server": "ws://h",
                                                 "iceServers": ["stun:x", 5]})
        assert is_error(answer, -32602), answer


def test_devices():
    """each role has its list; what is chosen is told, and kept though it is not plugged in"""
    with Session() as session:
        listed = session.ask("devices.list")
        schema.check_result("devices.list", listed)
        found = session.wait_told("devices.changed", "devices", lambda told: told["ready"])
        # What this machine has, if anything, is none of these.
        selected = session.ask("devices.select", role="ringer", id="no-such-device")
        schema.check_result("devices.select", selected)
        wanted = {**found, "ringer": {**found["ringer"], "chosen": "no-such-device"}}
        assert selected["devices"] == wanted, selected
        session.wait_told("devices.changed", "devices", lambda told: told == wanted)
        session.ask("devices.select", role="ringer", id="")
        assert session.ask("devices.list")["devices"] == found
        assert is_error(session.ask_any("devices.select", {"role": "door", "id": ""}), -32602)
        check_all_lines(session)


def test_audio():
    """what is done to sound, and how it rings, is set one by one"""
    with Session() as session:
        usual = session.ask("audio.set")
        schema.check_result("audio.set", usual)
        usual = usual["audio"]
        assert usual["echoCancellation"] and usual["noiseSuppression"], usual
        assert usual["gainControl"] and usual["ringTone"] == usual["ringTones"][0], usual
        changes = {"noiseSuppression": False, "ringVolume": 0.5,
                   "ringTone": usual["ringTones"][-1]}
        changed = session.ask("audio.set", **changes)
        schema.check_result("audio.set", changed)
        assert changed["audio"] == {**usual, **changes}, changed
        for wrong in ({"ringVolume": 2}, {"ringTone": "moo"}, {"gainControl": 1}):
            assert is_error(session.ask_any("audio.set", wrong), -32602), wrong
        assert session.ask("audio.set")["audio"] == changed["audio"]


# A line, and the error code that answers it with the id null.
WRONG_LINES = [
    (b"{", -32700),
    (b"hello", -32700),
    (b"\xff\xfe{}", -32700),
    (b'{"a":"\xc3"}', -32700),
    (b'{"jsonrpc":"2.0","id":1,"method":"state\x00"}', -32700),
    (b"\x00", -32700),
    (b"[" * 65, -32700),
    (b"[" * 60000, -32700),
    (b'{"a":' * 65, -32700),
    (b" " * (64 * KIB + 1), -32700),
    (b"x" * (200 * KIB), -32700),
    (b'{"jsonrpc":"2.0","id":null,"method":5}', -32600),
    (b'{"jsonrpc":"1.0","method":"state"}', -32600),
    (b'{"method":"state"}', -32600),
    (b"[]", -32600),
    (b"5", -32600),
    (b'"state"', -32600),
    (b"null", -32600),
    (b'{"jsonrpc":"2.0","id":{},"method":"state"}', -32600),
    (b'{"jsonrpc":"2.0","id":[1],"method":"state"}', -32600),
]


def test_wrong_lines():
    """each wrong line gets a JSON-RPC error, and the session goes on"""
    with Session() as session:
        for line, code in WRONG_LINES:
            before = len(session.lines)
            session.write(line + b"\n")
            schema.check_result("state", session.ask("state"))
            answer = json.loads(session.lines[before])
            assert answer["id"] is None and is_error(answer, code), (line[:80], answer)


def test_silent_lines():
    """empty lines and notifications get no answer"""
    with Session() as session:
        session.write(b"\n  \n\r\n")
        session.write(b'{"jsonrpc":"2.0","method":"state"}\n')
        session.write(b'{"jsonrpc":"2.0","method":"no.such"}\n')
        session.ask("state")
        assert len(session.lines) == 1, session.lines


def test_batch():
    """a batch is answered by an array, without its notifications"""
    with Session() as session:
        session.write(b'[{"jsonrpc":"2.0","id":"a","method":"call.list"},'
                      b'{"jsonrpc":"2.0","method":"call.list"},5,'
                      b'{"jsonrpc":"2.0","id":"b","method":"no.such"}]\n')
        session.ask("state")
        answers = json.loads(session.lines[0])
        assert [answer["id"] for answer in answers] == ["a", None, "b"]
        assert answers[0]["result"] == {"calls": []}
        assert is_error(answers[1], -32600) and is_error(answers[2], -32601)


def test_longest_line():
    """a line of exactly 64 KiB, and one 64 levels deep, are read"""
    with Session() as session:
        line = b'{"jsonrpc":"2.0","id":"long","method":"state"}'
        session.write(line + b" " * (64 * KIB - len(line)) + b"\n")
        schema.check_result("state", session.answer_to("long")["result"])
        deep = b"[" * 62 + b"]" * 62
        session.write(b'{"jsonrpc":"2.0","id":"deep","method":"state","params":{"x":'
                      + deep + b"}}\n")
        assert is_error(session.answer_to("deep"), -32602)


def test_control_characters():
    """what is given back is JSON, whatever control character is in it"""
    odd = "".join(map(chr, range(1, 32))) + "\x7f"
    with Session() as session:
        session.write(json.dumps({"jsonrpc": "2.0", "id": odd, "method": odd}).encode() + b"\n")
        assert is_error(session.answer_to(odd), -32601)


def test_random_lines():
    """lines that were changed at random never end the session"""
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    good = [b'{"jsonrpc":"2.0","id":0,"method":"call.list","params":{}}',
            b'{"jsonrpc":"2.0","id":0,"method":"call.mute","params":{"id":"c1","muted":true}}',
            b'{"jsonrpc":"2.0","id":0,"method":"call.start","params":{"target":"\\ud83d\\u0000"}}']
    print(f"# seed {seed}")
    with Session() as session:
        for _ in range(500):
            line = bytearray(dice.choice(good))
            for _ in range(dice.randrange(1, 6)):
                line[dice.randrange(len(line))] = dice.randrange(256)
            session.write(bytes(line) + b"\n")
        schema.check_result("state", session.ask("state"))


def test_end_of_input():
    """the end of the input hangs up, unregisters, and exits with 0"""
    with Session() as alice, Session() as bob:
        alice.register(exchange, "alice")
        bob.register(exchange, "bob")
        alice.ask("call.start", target="bob")
        call = bob.wait_told("call.added", "call")
        bob.ask("call.answer", id=call["id"])
        bob.wait_told("call.changed", "call", lambda c: c["state"] == "active")
        alice.end_input()
        assert bob.wait_told("call.removed", "call")["endCause"] == "hung-up-there"
        assert alice.wait_exit() == 0
        bob.process.terminate()
        assert bob.wait_exit() == 0


def test_account_of_the_command_line():
    """the account of the command line is registered from the start"""
    with Session(*exchange.account("carol")) as session:
        session.wait_told("account.changed", "account",
                          lambda account: account["state"] == "registered")


try:
    tap.run(globals())
finally:
    exchange.close()
