# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that are told of where the window is not seen: notifications that are answered and
declined, with the window closed, missed calls, and none of it under Do Not Disturb."""

import os
import subprocess

from desktop import PATIENCE, Desktop, eventually

desktop = Desktop(keyring="unlocked")

from gi.repository import Gio, GLib  # noqa: E402

from person import Person  # noqa: E402
from servers import Caller, Exchange, endpoint, keep_account  # noqa: E402
from window import BUILD, Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
desktop.settings(run_in_background="true")
window = None


def run(*arguments):
    return subprocess.run([os.path.join(BUILD, "ui/phone"), *arguments],
                          env=desktop.environment, timeout=PATIENCE).returncode


def act(action, target):
    Gio.bus_get_sync(Gio.BusType.SESSION, None).call_sync(
        "org.example.Phone", "/org/example/Phone", "org.freedesktop.Application",
        "ActivateAction", GLib.Variant("(sava{sv})", (
            action, [GLib.Variant("s", target)], {})), None, 0, 20000, None)


def closed():
    return [int(call[1][0]) for call in
            desktop.notifications.GetMethodCalls("CloseNotification")]


def wait_notified(number):
    return eventually(f"notification {number}", lambda: len(desktop.notified()) >= number
                      and desktop.notified()[number - 1])


def test_told_while_closed():
    """a call rings where the window is closed, and does not open it"""
    global window
    window = Window(desktop)
    window.wait("Reachable")
    window.key("ctrl+w")
    eventually("the window is closed", lambda: window.find("Reachable") is None)
    desktop.caller = Caller(desktop, exchange, "carol", "alice")
    _, title, body, actions = wait_notified(1)
    assert f"carol@{exchange.domain}" in title + body, (title, body)
    assert body == f"Incoming call from carol@{exchange.domain}", body
    assert actions[1::2][-2:] == ["Decline", "Answer"], actions
    desktop.caller.program.wait_for('"state":"ringing"')
    assert window.find("Answer") is None, "the window came by itself"


def test_answered_by_notification():
    """Answer in it answers, shows the window, and the notification is gone"""
    number, _, _, actions = desktop.notified()[0]
    answer = actions[actions.index("Answer") - 1]
    desktop.press_in_notification(number, answer)
    desktop.caller.program.wait_for('"state":"active"')
    window.wait("In call")
    eventually("it is withdrawn", lambda: number in closed())
    window.press("Hang Up")
    window.wait("Reachable")
    assert len(desktop.notified()) == 1, "a call that was answered is not missed"


def test_declined_by_notification():
    """Decline in it declines, and no window comes"""
    window.key("ctrl+w")
    eventually("the window is closed", lambda: window.find("Reachable") is None)
    caller = Caller(desktop, exchange, "bob", "alice")
    number, _, _, actions = wait_notified(2)
    desktop.press_in_notification(number, actions[actions.index("Decline") - 1])
    assert caller.wait() == caller.REFUSED, caller.program.said()
    eventually("it is withdrawn", lambda: number in closed())
    assert window.find("Reachable") is None


def test_missed():
    """who gives up leaves a notification, which is one for all who do"""
    for already, (user, title, body) in enumerate((
            ("carol", f"carol@{exchange.domain}",
             f"Missed call from carol@{exchange.domain}"),
            ("bob", "2 missed calls", f"The last one was from bob@{exchange.domain}"))):
        seen = 2 + 2 * already
        caller = Caller(desktop, exchange, user, "alice")
        ringing = wait_notified(seen + 1)
        caller.program.wait_for('"state":"ringing"')
        caller.stop()
        missed = wait_notified(seen + 2)
        assert missed[1:3] == (title, body), missed
        eventually("the other one is withdrawn", lambda number=ringing[0]: number in closed())


def test_missed_is_seen():
    """who looks at the window knows of them"""
    number, _, _, actions = desktop.notified()[-1]
    desktop.press_in_notification(number, actions[0])
    window.press("Done")
    window.wait("Reachable")
    eventually("it is withdrawn", lambda: number in closed())


def test_called_back():
    """Call Back in it calls who was missed, and nobody else can be called so"""
    before = len(desktop.notified())
    bob = Person(desktop, exchange, "bob")
    bob.call("alice")
    wait_notified(before + 1)
    bob.wait(state="ringing")
    bob.do("hangUp")
    number, _, _, actions = wait_notified(before + 2)
    desktop.press_in_notification(number, actions[actions.index("Call Back") - 1])
    bob.take()
    window.wait("In call")
    assert window.find(f"bob@{exchange.domain}")
    window.press("Hang Up")
    bob.wait_alone()
    window.wait("Reachable")
    act("call-back", "c999")
    act("call-back", f"sip:bob@{exchange.domain}")
    assert window.find("Hang Up") is None and window.find("Reachable")


def test_answered_elsewhere():
    """what another phone of the same account answers is not missed"""
    before = len(desktop.notified())
    other = endpoint(desktop, exchange, "other", "alice", "answer")
    other.wait_for('"state":"registered"')
    caller = Caller(desktop, exchange, "carol", "alice")
    number = wait_notified(before + 1)[0]
    caller.program.wait_for('"state":"active"')
    eventually("it is withdrawn", lambda: number in closed())
    caller.stop()
    caller.wait()
    other.process.wait(timeout=PATIENCE)
    assert len(desktop.notified()) == before + 1, desktop.notified()
    window.wait("Answered elsewhere")
    window.wait("Another of your devices took the call.")
    window.press("Done")
    window.wait("Reachable")
    window.wait_for_text("Answered elsewhere · ")


def test_do_not_disturb():
    """under Do Not Disturb it rings at the caller's, and nothing is told here"""
    before = len(desktop.notified())
    assert run("--dnd=on") == 0
    caller = Caller(desktop, exchange, "carol", "alice")
    caller.program.wait_for('"state":"ringing"')
    assert window.find("Answer") is None
    caller.stop()
    caller.wait()
    window.key("F10")
    window.wait("Do Not Disturb")
    window.shoot("menu")
    window.key("d")  # off
    caller = Caller(desktop, exchange, "bob", "alice")
    window.wait("Answer")
    assert len(desktop.notified()) == before + 1, desktop.notified()
    window.press("Decline")
    caller.wait()
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
