# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the past: real calls, and what the list says of them."""

import os
import sqlite3
import time

from desktop import Desktop, eventually

desktop = Desktop()

from servers import Caller, Echo, Exchange  # noqa: E402
from window import BUTTONS, Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
FILE = os.path.join(desktop.folder, "home/data/phone/history.sqlite")
exchange = Exchange(desktop)
window = None
echo = None


def sign_in():
    window.key("F10")
    window.wait("About Phone")
    window.key("Return")
    window.wait("Password")
    window.write("Server", exchange.url)
    window.write("Account", f"alice@{exchange.domain}")
    window.write("Password", exchange.password("alice"))
    window.press("Sign In")
    window.wait("Reachable")


def test_empty():
    """without a call the page says what to do next"""
    global window, echo
    window = Window(desktop)
    window.wait("Reachable")
    window.wait("Copy Link", BUTTONS)
    assert window.find("Search Calls") is None
    window.shoot("recents-empty")
    sign_in()
    echo = Echo(desktop, exchange, "bob")


def call_bob(target="bob"):
    window.write(FIELD, target)
    window.press("Call")
    window.wait("In call")
    window.press("Hang Up")
    window.wait(FIELD)


def test_outgoing():
    """a call that was made is the first row, with what came of it"""
    call_bob()
    window.wait_for_text("Outgoing, ")
    window.wait(f"Call bob@{exchange.domain}", BUTTONS)
    assert window.find("Search Calls")
    window.shoot("recents-one")


def test_nobody():
    """one that came to nothing says why"""
    window.write(FIELD, "nobody")
    window.press("Call")
    window.press("Done")
    window.wait_for_text("No such address · ")


def test_missed():
    """a call that nobody took is missed; seen, it counts no more"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Answer")
    caller.program.stop()
    window.press("Done")
    window.wait_for_text("Missed · ")
    window.shoot("recents")


tap.run(globals(), lambda: window.story() if window else "")
