# SPDX-License-Identifier: GPL-3.0-or-later
"""Hands that have a keyboard and nothing else: keys do, and what is seen is read."""

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from servers import Caller, Echo, Exchange, keep_account  # noqa: E402
from window import BUTTONS, CONTROLS, SWITCHES, Role, State, Window, seen  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
MOST_TABS = 40
OF_THE_FRAME = {"Minimize", "Maximize", "Close"}  # the window manager's keys do these
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = echo = None


def focused():
    """Each window has one; the window on top is the last."""
    return ([None] + [node.name for node in seen(
        node for node in window.nodes() if node.has(State.FOCUSED))])[-1]


def walk_to(name, key="Tab", title="Phone"):
    """Presses the key in this window until the focus is there; what it passed on the way."""
    passed = []
    while focused() != name:
        passed.append(focused())
        assert len(passed) < MOST_TABS, f"{name!r} is not reached; passed {passed}"
        window.key(key, title=title)
    return passed


def names_of_controls():
    return {node.name for node in window.controls()}


def names_in(title):
    """Of the controls of this window that can be used, also of a page that is not shown any
    more (GTK 4.8). Of the tabs, arrows reach the others."""
    return {node.name for node in seen(
        node for node in window.below(title) if node.has(State.SENSITIVE)
        and node.role in CONTROLS - {Role.PAGE_TAB})} - OF_THE_FRAME


def reaches(wanted, title="Phone"):
    """Tab goes to each of them; which they are."""
    reached = set()
    for _ in range(MOST_TABS):
        reached.add(focused())
        if wanted <= reached:
            return wanted
        window.key("Tab", title=title)
    raise AssertionError(f"not reached: {wanted - reached}; passed {reached}")


def test_all_is_reached():
    """Tab reaches every control of the main view"""
    global window, echo
    echo = Echo(desktop, exchange, "bob")
    window = Window(desktop)
    window.wait("Reachable")
    reaches(names_of_controls() - OF_THE_FRAME)


def test_contact():
    """a form is filled and saved; its rows to type into come one after the other"""
    form = "New Contact"
    window.key("alt+3")
    walk_to("Add Contact")
    window.key("Return")
    window.wait(form)
    window.type("Ann", title=form)
    window.key("Tab", title=form)
    window.type("Acme", title=form)
    walk_to("Add Address or Number", title=form)
    window.key("Tab", title=form)
    window.type("ann", title=form)
    eventually("all is written", lambda: [window.field_text(name) for name in (
        "Name", "Organisation", "Address or Number")] == ["Ann", "Acme", "ann"])
    for name in ("Kind of Address", "Cancel", "Save"):
        walk_to(name, title=form)
    window.key("Return", title=form)
    window.wait("More About Ann")


def test_views():
    """Alt with a number chooses the view, and digits go to the dial field"""
    window.key("alt+2")
    window.wait("5")
    window.key("ctrl+l")
    assert focused() == FIELD
    walk_to("5")
    window.key("space")
    eventually("the key is in the field", lambda: window.field_text(FIELD) == "5")
    window.key("7")
    eventually("the digit typed is too", lambda: window.field_text(FIELD) == "57")
    window.write(FIELD, "")
    window.key("alt+1")


def test_calls():
    """a name and Enter call, keys mute, hold and end it"""
    window.key("ctrl+l")
    window.key("b", "o", "b", "Return")
    window.wait("In call")
    window.key("ctrl+m")
    eventually("muted", lambda: is_pressed("Mute"))
    window.key("ctrl+m")
    eventually("not muted", lambda: not is_pressed("Mute"))
    reaches(names_of_controls() - OF_THE_FRAME)
    window.key("ctrl+t")
    window.wait("Transfer Call")
    window.type("b", title="Transfer Call")
    eventually("it can be done", lambda: any(
        node.name == "Transfer" and node.role in BUTTONS and node.has(State.SENSITIVE)
        for node in window.below("Transfer Call")))
    reaches({"Cancel", "Transfer"}, title="Transfer Call")
    window.key("Escape", title="Transfer Call")
    window.wait_gone("Transfer Call")
    walk_to("Hang Up")
    window.key("Return")
    window.wait_gone("In call")
    window.wait("Reachable")


def is_pressed(name):
    node = window.find(name)
    return node and node.has(State.PRESSED)


def test_answers():
    """who calls is answered, and the next one is declined"""
    for name, seen in (("Answer", "In call"), ("Decline", "Reachable")):
        caller = Caller(desktop, exchange, "carol", "alice")
        window.wait("Incoming call")
        walk_to(name)
        window.key("Return")
        window.wait(seen)
        if name == "Answer":
            window.key("ctrl+d")
            window.wait("Reachable")
        caller.wait()


def test_preferences():
    """the menu opens the preferences, Tab reaches all of each page, and a switch is turned"""
    name = "Do Not Disturb"
    window.key("F10")
    window.wait("About Phone")
    walk_to("Preferences", "Down")
    window.key("Return")
    window.wait("General")
    title = "Preferences"
    walk_to("Stay Reachable in the Background", title=title)
    window.key("space", title=title)  # the other one can be switched with it alone
    reached = names_in(title)
    reaches(reached, title)
    show_page("General", "Calls")
    reached |= reaches(names_in(title) - reached, title)
    walk_to(name, title=title)
    switch = window.wait(name, SWITCHES)
    window.key("space", title=title)
    eventually("it is on", lambda: switch.is_now(State.CHECKED))
    for before, page in (("Calls", "Sound"), ("Sound", "Video"), ("Video", "Accounts")):
        show_page(before, page)
        reached |= reaches(names_in(title) - reached, title)
    window.key("Escape", title=title)
    window.wait_gone("Add Account")


def show_page(before, page):
    title = "Preferences"
    walk_to(before, title=title)
    walk_to(page, "Right", title)
    window.key("Return", title=title)
    tab = next(node for node in window.below(title)
               if node.name == page and node.role == Role.PAGE_TAB)
    eventually(f"{page} is shown", lambda: tab.is_now(State.SELECTED))


def test_quits():
    """Ctrl+Q leaves"""
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
