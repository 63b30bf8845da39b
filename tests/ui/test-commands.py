# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, the bus and links: one phone runs, it is told what to do from outside,
and nothing from outside is dialled without a word in the window."""

import os
import subprocess

from desktop import PATIENCE, Desktop, eventually

desktop = Desktop(keyring="unlocked")

from gi.repository import Gio, GLib  # noqa: E402

from servers import Caller, Echo, Exchange, keep_account  # noqa: E402
from window import BUILD, Window  # noqa: E402
import tap  # noqa: E402

PHONE = os.path.join(BUILD, "ui/phone")
QUESTION = "Call This Address?"
NO_ADDRESS = "This is not an address. Write it like bob@example.org."
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
window = echo = None


def run(*arguments):
    return subprocess.run([PHONE, *arguments], env=desktop.environment, timeout=PATIENCE,
                          capture_output=True, text=True)


def over_the_bus(method, arguments):
    bus.call_sync("org.example.Phone", "/org/example/Phone", "org.freedesktop.Application",
                  method, arguments, None, 0, round(PATIENCE * 1000), None)


def open_link(link):
    over_the_bus("Open", GLib.Variant("(asa{sv})", ([link], {})))


def act(action, *targets):
    over_the_bus("ActivateAction", GLib.Variant("(sava{sv})", (action, targets, {})))


def asks(whom):
    window.wait(QUESTION)
    window.wait(whom)
    assert echo.program.said().count('"incoming"') == 0, "it was dialled"
    assert window.find("Hang Up") is None


def test_no_phone_runs():
    """a command starts no phone"""
    for command in ("--answer", "--decline", "--hang-up", "--dnd=on"):
        told = run(command)
        assert told.returncode == 1 and "not running" in told.stderr, told
    assert run("--dnd=maybe").returncode == 2
    assert run("alice", "bob").returncode == 2


def test_link_asks():
    """a link on the command line is asked about, and No is no"""
    global window, echo
    echo = Echo(desktop, exchange, "bob")
    window = Window(desktop, f"sip:bob@{exchange.domain}")
    asks(f"bob@{exchange.domain}")
    window.shoot_screen("link-question")
    assert window.controls_without_name() == []
    window.press_in_question(QUESTION, "Cancel")
    window.wait("Reachable")
    assert run("tel:+49%2030%20123").returncode == 0
    asks("+49 30 123")
    window.key("Escape")
    window.wait_gone(QUESTION)


def test_hostile_links():
    """what a shell, an option parser or SIP would make something of is data"""
    canary = os.path.join(desktop.folder, "canary")
    shown = {
        f"sip:$(touch {canary})@example.org": f"$(touch {canary})@example.org",
        f"sip:`touch {canary}`@example.org": f"`touch {canary}`@example.org",
        "sip:--hang-up@example.org": "--hang-up@example.org",
        "sip:a b@example.org": "a b@example.org",
        "sip:<b>bob</b>&@example.org": "<b>bob</b>&@example.org",
        "sip:bank;x@evil.example;y": "bank;x@evil.example",
        "sip:bob@example.org?Subject=hello": "bob@example.org",
    }
    for link, address in shown.items():
        act("dial", GLib.Variant("s", link))
        asks(address)
        window.press_in_question(QUESTION, "Cancel")
    for link in ("sip:bob%0d%0aVia:%20x@example.org", "tel:1%0d%0a2", "sip:", "mailto:a@b.c"):
        open_link(link)
        assert window.find(QUESTION) is None
        window.wait(NO_ADDRESS)
    for link in ("--hang-up", f"$(touch {canary})"):
        assert run("--", link).returncode == 0
        asks(link)
        window.press_in_question(QUESTION, "Cancel")
    assert not os.path.exists(canary)


def test_one_question_at_a_time():
    """a page that opens many links has one answer to get"""
    open_link(f"sip:bob@{exchange.domain}")
    asks(f"bob@{exchange.domain}")
    for _ in range(3):
        open_link("sip:carol@evil.example")
    assert window.find("carol@evil.example") is None
    window.press_in_question(QUESTION, "Cancel")
    assert window.find("carol@evil.example") is None
    open_link(f"sip:bob@{exchange.domain}")
    asks(f"bob@{exchange.domain}")


def test_calls_when_confirmed():
    """Call calls, and --hang-up ends it"""
    window.press_in_question(QUESTION, "Call")
    window.wait("In call")
    open_link("mailto:a@b.c")
    window.wait("That Did Not Work")
    window.wait(NO_ADDRESS)
    window.shoot_screen("link-wrong-in-call")
    window.press_in_question("That Did Not Work", "Close")
    assert window.find("In call"), "it is told beside the call"
    assert run("--hang-up").returncode == 0
    window.wait_gone("In call")
    told = run("--hang-up")
    assert told.returncode == 1 and "no such call" in told.stderr, told


def test_answer_and_decline():
    """--answer and --decline do what the buttons do, and so do the actions on the bus"""
    assert run("--answer").returncode == 1
    for answer, hang_up in (
            (lambda: run("--answer"), lambda: run("--hang-up")),
            (lambda: act("answer", GLib.Variant("s", "")),
             lambda: act("hang-up", GLib.Variant("s", "")))):
        caller = Caller(desktop, exchange, "carol", "alice")
        window.wait("Incoming call")
        answer()
        window.wait("In call")
        hang_up()
        window.wait_gone("In call")
        caller.wait()
    for decline in (lambda: run("--decline"),
                    lambda: act("decline", GLib.Variant("s", ""))):
        caller = Caller(desktop, exchange, "carol", "alice")
        window.wait("Incoming call")
        decline()
        assert caller.wait() == caller.REFUSED, caller.program.said()
        window.wait("Reachable")


def test_do_not_disturb():
    """--dnd on keeps calls away until --dnd off"""
    assert run("--dnd", "on").returncode == 0
    caller = Caller(desktop, exchange, "carol", "alice")
    caller.program.wait_for('"state":"ringing"')
    assert window.find("Incoming call") is None
    caller.stop()
    assert run("--dnd", "off").returncode == 0
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Incoming call")
    assert run("--decline").returncode == 0
    caller.wait()


def test_stays_in_the_background():
    """with the window closed the phone is reachable where that is wished"""
    window.key("ctrl+comma")
    window.switch("Stay Reachable in the Background")
    window.key("Escape")
    window.wait_gone("Stay Reachable in the Background")
    window.key("ctrl+w")
    eventually("the window is gone", lambda: window.find("Reachable") is None)
    before = len(desktop.notified())
    caller = Caller(desktop, exchange, "carol", "alice")
    eventually("a notification tells of the call",
               lambda: len(desktop.notified()) > before)
    assert run("--answer").returncode == 0
    window.wait("In call")
    assert run("--hang-up").returncode == 0
    caller.wait()
    window.wait("Reachable")


def test_quits_beside_a_question():
    """it can be left while a question is open"""
    open_link(f"sip:bob@{exchange.domain}")
    window.wait(QUESTION)
    act("quit")
    assert window.program.process.wait(timeout=PATIENCE) == 0, window.program.said()


tap.run(globals(), lambda: window.story() if window else "")
