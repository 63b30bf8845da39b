#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""phone-endpoint serve: what an account may be made of, and where it goes."""

import json
import socket

import schema
import tap
from programs import Exchange, Session, address_of, password_of

exchange = Exchange()


def dead_server():
    """A port that was free a moment ago, and where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"ws://127.0.0.1:{one.getsockname()[1]}/ws"


def test_goes_on_to_the_next_server():
    """the second server is used where the first cannot be reached, and told"""
    with Session() as session:
        dead = dead_server()
        added = session.ask("account.add", account=address_of("alice"), label="Work",
                            servers=[dead, exchange.url], password=password_of("alice"))
        schema.check_result("account.add", added)
        assert added["account"]["server"] == dead and added["account"]["label"] == "Work"
        session.ask("account.register")
        told = session.wait_told("account.changed", "account",
                                 lambda account: account["state"] == "registered")
        assert told["server"] == exchange.url, told


def test_servers_are_all_protected_or_none():
    """a list that would fall from wss: to ws: is refused by name"""
    with Session() as session:
        for servers in ([], ["wss://example.org/", "ws://example.org/"], ["http://x/"]):
            answer = session.ask_any("account.add", {"account": "sip:a@example.org",
                                                     "servers": servers})
            assert answer["error"]["data"]["cause"] == "invalid-setting", answer
            assert answer["error"]["message"].startswith("servers: "), answer


def test_probe():
    """an account is tried step by step: where it stops, why, and that nothing is kept"""
    with Session() as session:
        for password, state, cause in (("wrong", "failed", "auth-refused"),
                                       (password_of("alice"), "done", None)):
            since = len(session.lines)
            asked = session.ask("account.probe", account=address_of("alice"),
                                server=exchange.url, password=password)
            schema.check_result("account.probe", asked)
            over = session.wait_told("account.probeEnded", "trial", since=since)
            assert over["state"] == state and over["server"] == exchange.url, over
            steps = {step["step"]: step for step in over["steps"]}
            assert steps["service"]["state"] == steps["certificate"]["state"] == "skipped"
            assert steps["websocket"]["state"] == steps["name"]["state"] == "done"
            if cause:
                assert steps["registration"]["error"]["cause"] == cause, steps
            told = [json.loads(line) for line in session.lines[since:]]
            assert any(line.get("method") == "account.probeChanged" for line in told)
            for line in told:
                if "method" in line:
                    schema.check_notification(line)
        assert session.ask("account.list") == {"accounts": []}
        dead = dead_server()
        session.ask("account.probe", account=address_of("alice"), server=dead)
        over = session.wait_told("account.probeEnded", "trial",
                                 lambda trial: trial["server"] == dead)
        stopped = next(step for step in over["steps"] if step["state"] == "failed")
        assert stopped["step"] == "connection", over
        assert stopped["error"]["cause"] == "connect-refused", over
        answer = session.ask_any("account.probe", {"account": "nonsense"})
        assert answer["error"]["data"]["cause"] == "invalid-setting", answer


def test_export_and_import():
    """accounts go from one phone to another, without passwords; nonsense is refused"""
    with Session() as one, Session() as other:
        one.ask("account.add", account=address_of("alice"), server=exchange.url,
                password=password_of("alice"), label="Work", dialPrefix="+49")
        exported = one.ask("account.export")
        schema.check_result("account.export", exported)
        assert password_of("alice") not in exported["text"]
        imported = other.ask("account.import", text=exported["text"])
        schema.check_result("account.import", imported)
        assert imported["accounts"][0]["label"] == "Work", imported
        other.ask("account.register", password=password_of("alice"))
        other.wait_told("account.changed", "account",
                        lambda account: account["state"] == "registered")
        hostile = exported["text"].replace('"label"', '"ca-file"')
        answer = other.ask_any("account.import", {"text": hostile})
        assert answer["error"]["data"]["cause"] == "invalid-setting", answer
        assert "ca-file" in answer["error"]["message"], answer


try:
    tap.run(globals())
finally:
    exchange.close()
