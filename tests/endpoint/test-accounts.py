#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""phone-endpoint serve: what an account may be made of, and where it goes."""

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


try:
    tap.run(globals())
finally:
    exchange.close()
