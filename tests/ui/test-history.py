# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the past: real calls, what the list says of them, and the field that finds
people in them."""

import csv
import os
import sqlite3
import unicodedata

from desktop import Desktop, eventually

desktop = Desktop()

from servers import Caller, Echo, Exchange  # noqa: E402
from window import BUTTONS, Role, Window, seen  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
SEARCH = "Address or Number to Call"
NAME = "<b>Zoë</b> \u202e& Co"
SHOWN = "<b>Zoë</b> & Co"
FILE = os.path.join(desktop.environment["XDG_DATA_HOME"], "phone/history.sqlite")
exchange = Exchange(desktop)
window = None


def at(user):
    return f"{user}@{exchange.domain}"


def sign_in():
    window.wait("Welcome to Phone")
    window.key("Down", "Return")
    window.wait("Password")
    window.write("Server", exchange.url)
    window.write("Account", at("alice"))
    window.write("Password", exchange.password("alice"))
    window.press("Sign In")
    window.wait(at("alice"))
    window.wait("Reachable")


def button_names():
    return (node.name for node in window.nodes() if node.role in BUTTONS)


def each_row():
    """Whom the rows on the screen would call."""
    return (name.removeprefix("Call ") for name in button_names()
            if name.startswith("Call ") and name != "Call with Video")


def rows():
    return list(each_row())


def wait_rows(*expected):
    eventually(f"the rows are {expected}", lambda: rows() == list(expected))


def in_file(sql):
    """Done in the file while no phone has it open."""
    with sqlite3.connect(FILE) as file:
        result = file.execute(sql).fetchall()
    file.close()
    return result


def test_empty():
    """without a call the page says what to do next"""
    global window
    window = Window(desktop)
    sign_in()
    wait_rows()
    window.wait("You can be called at")
    window.shoot("recents-empty")
    desktop.echo = Echo(desktop, exchange, "bob")


def test_outgoing():
    """a call that was made is the first row, with what came of it"""
    window.write(FIELD, "bob")
    window.press("Call")
    window.wait("In call")
    window.press("Hang Up")
    wait_rows(at("bob"))
    window.wait_for_text("Outgoing, ")
    assert window.field_text(FIELD) == "", "the field is free again"


def test_nobody():
    """one that came to nothing says why"""
    window.write(FIELD, "nobody")
    window.press("Call")
    window.press("Done")
    wait_rows(at("nobody"), at("bob"))
    window.wait_for_text("No such address · ")


def test_missed():
    """a call that nobody took is missed; on the screen it is seen"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Answer")
    caller.program.stop()
    window.press("Done")
    wait_rows(at("carol"), at("nobody"), at("bob"))
    window.wait_for_text("Missed · ")
    window.key("Escape")  # the window has the focus, as it has where people are
    eventually("it was seen", lambda: in_file("SELECT count(*) FROM calls WHERE seen = 0")
               == [(0,)])
    window.shoot("recents")


def test_narrow():
    """every control has a name and fits into 360 by 480"""
    assert window.controls_without_name() == []
    window.resize(360, 480)
    window.shoot("recents-narrow")
    # Not those of the page for no calls, which lie anywhere; rows below are scrolled to.
    assert set(window.controls_outside(360, 4000)) <= {"Copy Link"}
    window.resize(420, 680)


def test_filter():
    """the missed ones alone, and all again"""
    window.press("Missed")
    wait_rows(at("carol"))
    window.press("Missed")
    wait_rows(at("carol"), at("nobody"), at("bob"))


def test_search():
    """words in any case; nothing found is told"""
    window.write(SEARCH, "BOB example")
    wait_rows(at("bob"))
    window.write(SEARCH, "bob carol")
    wait_rows()
    window.wait("No call has these words in its name or address.")
    window.shoot("recents-nothing")
    window.write(SEARCH, "")
    wait_rows(at("carol"), at("nobody"), at("bob"))


def test_call_back():
    """one click calls back"""
    window.press(f"Call {at('bob')}")
    window.wait("In call")
    window.press("Hang Up")
    wait_rows(at("bob"), at("carol"), at("nobody"), at("bob"))


def test_redial():
    """Enter in the empty field brings the last number, Enter again calls it"""
    window.key("Return")
    eventually("the last number", lambda: window.field_text(FIELD) == at("bob"))
    window.key("Up")
    eventually("the one before", lambda: window.field_text(FIELD) == at("nobody"))
    window.key("Down")
    eventually("the last again", lambda: window.field_text(FIELD) == at("bob"))
    window.key("Return")
    window.wait("In call")
    window.press("Hang Up")
    window.wait(FIELD)


def test_finds_people():
    """typing offers who there were calls with, behind the row that calls what was typed"""
    window.write(FIELD, "caro")
    window.wait("Call “caro”")
    window.wait(at("carol"))
    window.shoot("dial-entry")
    window.key("Down", "Down", "Return")
    window.press("Done")  # carol is not there
    window.wait_for_text("Not available · ")
    assert rows()[0] == at("carol")


def test_paste():
    """an address is taken out of what it is pasted with"""
    window.write(FIELD, f' "Bob" <sip:{at("bob")}> ')
    window.press("Call")
    window.wait("In call")
    window.press("Hang Up")
    window.wait(FIELD)
    window.write(FIELD, "b\tob <")
    window.press("Call")
    window.wait_for_text("This is not an address.")
    window.shoot("dial-entry-error")
    window.key("Escape")
    eventually("Escape empties it", lambda: window.field_text(FIELD) == "")


def test_copy():
    """an address is copied by the menu, and pasted into the field"""
    window.choose_in_menu(f"More About the Call With {at('carol')}", "Copy Address")
    window.wait("Address copied")
    window.key("ctrl+l", "ctrl+v")
    eventually("it is pasted", lambda: window.field_text(FIELD) == at("carol"))
    window.write(FIELD, "")


def test_keypad():
    """the keys write into the field; the 0 that is held is a +, and no 0 as well"""
    window.show_view("Keypad")
    window.press("4")
    eventually("a key", lambda: window.field_text(FIELD) == "4")
    window.write(FIELD, "")
    box = window.find("0", BUTTONS).box()
    window.point(box.x + box.width // 2, box.y + box.height // 2)
    with window.pointer_down():
        eventually("a +", lambda: window.field_text(FIELD) == "+")
    window.press("9")
    eventually("a number", lambda: window.field_text(FIELD) == "+9")
    window.write(FIELD, "")


def badges():
    """The numbers at the tab of past calls."""
    tabs = {node.path for node in window.tabs() if node.name == "Recent"}
    found = []
    is_inside = False
    for node in window.nodes():
        if node.role == Role.PAGE_TAB:
            is_inside = node.path in tabs
        elif is_inside and node.name.isdigit():
            found.append(node)
    return [node.name for node in seen(found)]


def test_badge():
    """while the list is not seen, its tab says how many calls were missed"""
    assert badges() == []
    for missed in ("1", "2"):
        caller = Caller(desktop, exchange, "r&d", "alice")
        window.wait("Answer")
        caller.program.stop()
        window.press("Done")
        eventually("it is counted", lambda number=missed: badges() == [number])
    window.shoot("recents-badge")
    window.show_view("Recent")
    eventually("it is seen, and counts no more", lambda: badges() == [])


def test_delete_one():
    """one is deleted by its menu"""
    left = rows()
    left.remove(at("carol"))
    window.open_menu(f"More About the Call With {at('carol')}")
    window.wait("Delete From List").press()
    eventually("it is gone", lambda: rows() == left)


def test_hostile_name():
    """a name of the network is literal text, in the list and among the people found"""
    window.quit()
    in_file("UPDATE calls SET outcome = 2, incoming = 1, seen = 0, name = '%s',"
            " folded = '%s' WHERE id = (SELECT max(id) FROM calls)"
            % (NAME, unicodedata.normalize("NFKD", NAME).casefold()))
    start_again()
    wait_rows_begin(SHOWN)
    window.write(FIELD, "ZOË")
    window.wait("Call “ZOË”")
    eventually("she is in both lists", lambda: list(window.names()).count(SHOWN) > 1)
    window.shoot("recents-hostile")
    window.key("Escape")


def start_again():
    global window
    window = Window(desktop)
    window.wait(FIELD)


def wait_rows_begin(first):
    eventually(f"{first} is the first row", lambda: next(each_row(), None) == first)


def test_export():
    """all go into a table, where a name is no formula"""
    window.open_menu("Export or Delete Calls")
    window.wait("Export…")
    window.key("Return")
    window.wait("Export Calls")
    window.shoot_screen("recents-export")
    window.key("Return")
    path = eventually("the table is written", lambda: next(
        (os.path.join(folder, "calls.csv") for folder, _, files
         in os.walk(desktop.folder) if "calls.csv" in files), None))
    with open(path, encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert table[0][1:3] == ["direction", "outcome"] and table[1][6] == NAME, table


def test_delete_all():
    """all are deleted after a question, and the page says again what to do"""
    window.open_menu("Export or Delete Calls")
    window.wait("Delete All…")
    window.key("Down", "Return")
    window.press_in_question("Delete All Calls?", "Delete All")
    wait_rows()


def test_leaves():
    """it leaves in an orderly way"""
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
