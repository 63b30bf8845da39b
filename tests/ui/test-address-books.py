# SPDX-License-Identifier: GPL-3.0-or-later
"""The session's address books in the real window: those of a mocked Evolution Data Server,
which are read, are written by others, and come and go."""

from desktop import Desktop

desktop = Desktop(keyring="unlocked")

from accessible import Role  # noqa: E402
from mocks import AddressBooks  # noqa: E402
from servers import Caller, Echo, Exchange  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop)
books = AddressBooks(desktop)
window = None


def at(user):
    return f"{user}@{exchange.domain}"


def card(name, address):
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nX-SIP:{address}\r\nEND:VCARD\r\n"


def test_listed():
    """who is in an address book is in the list, and the book is named"""
    global window
    books.add("one", "Personal", card("Sue", at("carol")), card("Tom", "+49 30 1234"))
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    window.show_view("Contacts")
    window.wait("Call Sue")
    window.wait(f"{at('carol')} · Personal")
    window.wait("Call Tom")
    window.shoot("address-books")


def test_read_only():
    """they are called from their menu, and not changed"""
    window.open_menu("More About Sue")
    window.wait(f"Call {at('carol')} (Other)", {Role.MENU_ITEM})
    window.wait("Copy Address", {Role.MENU_ITEM})
    assert window.find("Edit…", {Role.MENU_ITEM}) is None
    assert window.find("Delete", {Role.MENU_ITEM}) is None
    window.shoot("address-books-menu")
    window.key("Escape")


def test_caller():
    """who calls has the name of the address book, and the address beneath"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Answer")
    window.wait("Sue")
    window.wait(at("carol"))
    window.press("Decline")
    caller.wait()
    window.wait("Search Contacts")


def test_written():
    """what another program writes there is seen while the phone runs"""
    books.write("one", card("Susan", at("carol")))
    window.wait("Call Susan")
    window.wait_gone("Call Sue")
    window.wait_gone("Call Tom")


def test_renamed_in_a_call():
    """who calls beside a call has the name that is written meanwhile"""
    desktop.echo = Echo(desktop, exchange, "bob")
    window.key("ctrl+l")
    window.write("Address or Number to Call", at("bob"))
    window.press("Call")
    window.wait("In call")
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Susan", {Role.LIST_ITEM})
    books.write("one", card("Suzanne", at("carol")))
    window.wait("Suzanne", {Role.LIST_ITEM})
    window.wait_gone("Susan")
    window.shoot("address-books-calls")
    window.press("Decline")
    caller.wait()
    window.press("Hang Up")
    window.wait("Search Contacts")


def test_renamed():
    """a book that is renamed has its new name"""
    books.rename("one", "Family")
    window.wait(f"{at('carol')} · Family")
    window.wait_gone(f"{at('carol')} · Personal")


def test_come_and_go():
    """books that come are read, and whom one had that is removed is gone"""
    books.add("two", "Work", card("Uwe", at("bob")))
    window.wait("Call Uwe")
    books.remove("one")
    window.wait_gone("Call Suzanne")
    assert window.find("Call Uwe")
    books.remove("two")
    window.wait("No Contacts")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
