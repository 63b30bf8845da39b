# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone as it is inside a sandbox, with a mocked portal: calls are told of with all the
portal knows of calls, and the background is asked for."""

import os

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from portal import AS_IN_SANDBOX, Portal  # noqa: E402
from servers import Caller, Exchange, keep_account  # noqa: E402
from window import SWITCHES, State, Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = portal = None


def is_on(switch):
    return window.find(switch, SWITCHES).has(State.CHECKED)


def test_rings():
    """a call that rings has its category, and its buttons their purposes"""
    global portal, window
    portal = Portal(desktop)
    window = Window(desktop, environment=AS_IN_SANDBOX)
    window.wait("Reachable")
    desktop.caller = Caller(desktop, exchange, "carol", "alice")
    name, told = portal.wait_told("AddNotification")[0]
    assert told["category"] == "call.incoming" and told["priority"] == "urgent", told
    assert told["body"] == f"Incoming call from carol@{exchange.domain}", told
    assert [(button["label"], button["action"], button["target"], button["purpose"])
            for button in told["buttons"]] == [
                ("Decline", "app.decline", name, "call.decline"),
                ("Answer", "app.answer", name, "call.accept")], told
    assert desktop.notified() == []


def test_answered_by_the_portal():
    """the portal answers by an action of the application, and it is withdrawn"""
    name = portal.told("AddNotification")[0][0]
    portal.press("Answer", name)
    desktop.caller.program.wait_for('"state":"active"')
    assert [name] in portal.wait_told("RemoveNotification")
    window.press("Hang Up")
    window.wait("Reachable")


def test_missed():
    """a missed call is one that nobody answered"""
    caller = Caller(desktop, exchange, "bob", "alice")
    portal.wait_told("AddNotification", 2)
    caller.program.wait_for('"state":"ringing"')
    caller.stop()
    told = portal.wait_told("AddNotification", 3)[2][1]
    assert told["category"] == "call.unanswered" and [
        (button["label"], "purpose" in button) for button in told["buttons"]
    ] == [("Call Back", False)], told
    window.press("Done")
    window.wait("Reachable")


def test_network():
    """the portal tells of another network, and it is registered again"""
    def registrations():
        return exchange.program.said().count('"event":"registered","aor":"alice@')

    before = registrations()
    portal.changes_network()
    eventually("it registers again", lambda: registrations() > before, 3)
    window.wait("Reachable")


def test_background():
    """staying without a window is asked for; where it is refused, the switch goes back"""
    window.key("ctrl+comma")
    window.switch("Stay Reachable in the Background")
    asked = portal.wait_told("RequestBackground")[0][1]
    assert not asked["autostart"], asked
    portal.answers(asked, True)
    window.switch("Start with the Session")
    asked = portal.wait_told("RequestBackground", 2)[1][1]
    assert asked["autostart"] and asked["commandline"][-1] == "--gapplication-service", asked
    portal.answers(asked, False)
    window.wait("The system does not let this program run in the background.")
    window.shoot_screen("background-refused")
    for name in ("Stay Reachable in the Background", "Start with the Session"):
        eventually(f"{name} is off", lambda name=name: not is_on(name))
    assert not os.path.exists(os.path.join(desktop.environment["XDG_CONFIG_HOME"],
                                           "autostart"))
    window.show_view("Calls")
    window.wait("Do Not Disturb")
    assert window.find("Pause Music") is None, "no player is seen from inside"
    window.key("Escape")
    window.wait_gone("Do Not Disturb")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
