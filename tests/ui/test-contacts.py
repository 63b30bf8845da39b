# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts in the real window: made, found, called, changed, deleted and brought back; and
the name that a caller has there."""

import os
import sqlite3

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from accessible import Role  # noqa: E402
from servers import Caller, Echo, Exchange  # noqa: E402
from window import BUTTONS, Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
SEARCH = "Search Contacts"
NAME = "<b>Zoë</b> \u202e& Co"
SHOWN = "<b>Zoë</b> & Co"
FILE = os.path.join(desktop.environment["XDG_DATA_HOME"], "phone/contacts.sqlite")
exchange = Exchange(desktop)
window = None


def at(user):
    return f"{user}@{exchange.domain}"


def in_file(sql):
    with sqlite3.connect(FILE) as file:
        result = file.execute(sql).fetchall()
    file.close()
    return result


def named(beginning):
    """What follows it in the names of buttons, each once: a menu button is two."""
    return list(dict.fromkeys(
        node.name.removeprefix(beginning) for node in window.nodes()
        if node.role in BUTTONS and node.name.startswith(beginning)))


def rows():
    """Whom the page of contacts has, be it shown or not."""
    return [name for name in named("More About ") if not name.startswith("the Call With ")]


def wait_rows(*expected):
    eventually(f"the rows are {expected}", lambda: rows() == list(expected))


def wait_calls(*expected):
    eventually(f"the calls are with {expected}",
               lambda: named("More About the Call With ") == list(expected))


def address_fields():
    return [node for node in window.nodes() if "Number" in node.name
            and node.can("EditableText")]


def fill(name, *addresses):
    before = len(address_fields()) - 1
    window.write("Name", name)
    for index, address in enumerate(addresses):
        if index > 0:
            window.press("Add Address or Number")
        eventually("the field is there", lambda: len(address_fields()) > before + index)
        address_fields()[before + index].write(address)
    window.press("Save")
    window.wait_gone("Save")


def test_empty():
    """without contacts the page says what they are for, and how to begin"""
    global window
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    window.show_view("Contacts")
    window.wait("No Contacts")
    assert not window.controls_without_name()
    window.shoot("contacts-empty")
    desktop.echo = Echo(desktop, exchange, "bob")


def test_add():
    """a contact is made in a form, and is in the list and in the file"""
    window.press("Add Contact")
    window.wait("New Contact")
    window.shoot("contact-new", title="New Contact")
    fill(NAME, at("bob"), "+49 30 1234")
    wait_rows(SHOWN)
    window.press("Add Contact")
    window.wait("New Contact")
    fill("Ann", at("carol"))
    wait_rows(SHOWN, "Ann")
    kept = sorted(in_file("select address from addresses"))
    assert kept == sorted([(at("bob"),), ("+49 30 1234",), (at("carol"),)]), kept
    window.shoot("contacts")
    window.resize(360, 640)
    window.shoot("contacts-narrow")
    assert not window.controls_without_name()


def test_search():
    """what is typed finds them by name and number; nothing found is said"""
    window.write(SEARCH, "301234")
    wait_rows(SHOWN)
    window.write(SEARCH, "nobody at all")
    window.wait("Nothing Found")
    window.write(SEARCH, "")
    eventually("both are there", lambda: sorted(rows()) == sorted([SHOWN, "Ann"]))


def test_favourite():
    """favourites come first"""
    window.choose_in_menu("More About Ann", "Add to Favourites")
    wait_rows("Ann", SHOWN)
    assert in_file("select name from contacts where favourite") == [("Ann",)]
    window.choose_in_menu("More About Ann", "Remove From Favourites")
    eventually("none is", lambda: in_file(
        "select count(*) from contacts where favourite") == [(0,)])


def test_completion():
    """the field to dial finds a contact by name, and calls the address"""
    window.key("ctrl+l")
    window.write(FIELD, "zo")
    window.wait(SHOWN, {Role.LIST_ITEM})
    window.shoot("contacts-completion")
    window.key("Down", "Down", "Return")
    window.wait("In call")
    window.wait(SHOWN)
    window.wait(at("bob"))
    window.shoot("contacts-call")


def test_transfer_completion():
    """the same where a call is handed on"""
    before = len(address_fields())
    window.press("Transfer")
    window.wait("Transfer Call")
    eventually("the field is there", lambda: len(address_fields()) > before)
    address_fields()[-1].write("ann")
    window.wait("Ann", {Role.LIST_ITEM})
    window.shoot("contacts-transfer", title="Transfer Call")
    window.key("Escape", title="Transfer Call")
    window.wait_gone("Transfer Call")
    window.press("Hang Up")
    window.wait("Contacts")


def test_history():
    """the calls of the past have the name too, and the address beneath"""
    window.show_view("Recent")
    wait_calls(SHOWN)
    window.wait(at("bob"))
    window.shoot("contacts-recent")


def test_caller():
    """who calls is called by the contact's name, and the address is seen"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Answer")
    window.wait("Ann")
    window.wait(at("carol"))
    window.shoot("contacts-incoming")
    eventually("the notification has the name", lambda: any(
        title == "Ann" and at("carol") in body
        for _, title, body, _ in desktop.notified()))
    window.press("Decline")
    caller.wait()
    wait_calls("Ann", SHOWN)


def test_from_history():
    """whom there was a call with can be put into the contacts"""
    window.write(FIELD, "nobody")
    window.press("Call")
    window.press("Done")
    wait_calls(at("nobody"), "Ann", SHOWN)
    window.choose_in_menu(f"More About the Call With {at('nobody')}", "Add to Contacts…")
    window.wait("New Contact")
    fill("Carol")
    wait_calls("Carol", "Ann", SHOWN)


def test_edit_and_delete():
    """a contact is changed, deleted, and brought back"""
    window.show_view("Contacts")
    window.choose_in_menu("More About Carol", "Edit…")
    window.wait("Edit Contact")
    window.shoot("contact-edit", title="Edit Contact")
    fill("Caroline")
    eventually("she is there", lambda: "Caroline" in rows())
    window.choose_in_menu("More About Caroline", "Delete")
    eventually("she is gone", lambda: "Caroline" not in rows())
    assert in_file("select count(*) from contacts") == [(2,)]
    window.press("Undo")
    eventually("she is back", lambda: "Caroline" in rows())
    assert (at("nobody"),) in [(address.removeprefix("sip:"),) for (address,) in
                              in_file("select address from addresses")]


def test_kept():
    """all is there after a new start"""
    global window
    before = sorted(rows())
    window.quit()
    window = Window(desktop)
    window.wait("Reachable")
    window.show_view("Contacts")
    eventually("all are there", lambda: sorted(rows()) == before)
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
