# SPDX-License-Identifier: GPL-3.0-or-later
"""More than two calls: the others are rows above the one that speaks, one more may ring
beside them, and each is held, taken back and ended by its row."""

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from person import Person  # noqa: E402
from servers import Exchange, keep_account  # noqa: E402
from window import BUTTONS, Window  # noqa: E402
import tap  # noqa: E402

USERS = ("bob", "carol", "dave", "erin")
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = None
people = {}


def count(button):
    return sum(node.name == button and node.role in BUTTONS for node in window.nodes())


def speaks_with(user):
    """One speaks, and all others are on hold."""
    for name, person in people.items():
        eventually(f"{name} is {'' if name == user else 'not '}spoken with", lambda: all(
            call["peerHeld"] == (name != user) for call in person.ask("call.list")["calls"]
            if call["state"] == "active"))


def test_three():
    """the third caller rings beside two calls, and is answered"""
    global window
    window = Window(desktop)
    window.wait("Reachable")
    for user in USERS:
        people[user] = Person(desktop, exchange, user)
    people["bob"].call("alice")
    window.press("Answer")
    window.wait("In call")
    for number, user in enumerate(("carol", "dave"), 1):
        people[user].call("alice")
        window.wait("Incoming call")
        assert window.find("In call"), "the call that speaks stays on the page"
        window.press("Hold and Answer")
        people[user].wait(state="active")
        speaks_with(user)
        eventually("the others are rows", lambda: count("Swap") == number)
    window.shoot("calls-three")


def test_rings_beside_three():
    """a fourth one rings: whom it would be is seen, and nobody is held for it"""
    people["erin"].call("alice")
    window.wait("Hold and Answer")
    window.wait_for_text("erin@phone.example")
    speaks_with("dave")
    assert window.controls_without_name() == []
    window.resize(360, 600)
    window.shoot("calls-four-narrow")
    assert window.controls_outside(360, 600) == []
    window.resize(420, 680)
    window.press("Decline")
    people["erin"].wait_ended("declined")
    window.wait_gone("Hold and Answer")


def test_swap():
    """Swap takes back the first in the list, and holds who spoke"""
    window.press("Swap")
    speaking = eventually("one of the others speaks", lambda: next(
        (user for user in ("bob", "carol")
         if not people[user].wait(state="active")["peerHeld"]), None))
    speaks_with(speaking)
    eventually("two are on hold", lambda: count("Swap") == 2)


def test_ends_one_by_one():
    """each row ends its call, and the last one is left"""
    for left in (1, 0):
        window.press("End This Call")
        eventually("it is gone", lambda: count("Swap") == left)
    window.press("Hang Up")
    for person in people.values():
        person.wait_alone()
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
