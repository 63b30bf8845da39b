# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside a sandbox whose portal does not know calls yet: it refuses what it does not know,
and is told of calls in its own words."""

from desktop import Desktop

desktop = Desktop(keyring="unlocked")

from person import Person  # noqa: E402
from portal import AS_IN_SANDBOX, Portal  # noqa: E402
from servers import Caller, Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = portal = None


def test_rings():
    """a call that rings is told of with its buttons"""
    global portal, window
    portal = Portal(desktop, version=1)
    window = Window(desktop, environment=AS_IN_SANDBOX)
    window.wait("Reachable")
    desktop.caller = Caller(desktop, exchange, "carol", "alice")
    name, told = portal.wait_told("AddNotification")[0]
    assert told["priority"] == "urgent", told
    assert told["body"] == f"Incoming call from carol@{exchange.domain}", told
    assert [button["label"] for button in told["buttons"]] == ["Decline", "Answer"], told
    portal.press("Answer", name)
    desktop.caller.program.wait_for('"state":"active"')
    assert [name] in portal.wait_told("RemoveNotification")
    window.press("Hang Up")
    window.wait("Reachable")


def test_missed():
    """and so is one that was missed, whose button calls back"""
    bob = Person(desktop, exchange, "bob")
    bob.call("alice")
    portal.wait_told("AddNotification", 2)
    bob.wait(state="ringing")
    bob.do("hangUp")
    name, told = portal.wait_told("AddNotification", 3)[2]
    assert told["body"] == f"Missed call from bob@{exchange.domain}", told
    portal.press("Call Back", name)
    bob.take()
    window.wait("In call")
    assert desktop.notified() == []
    window.press("Hang Up")
    bob.wait_alone()
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
