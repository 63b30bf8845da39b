# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts in files: cards that come in and go out, and pictures, which are seen wherever
there is a face."""

import base64
import os
import sqlite3

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from picture import GdkPixbuf, has_disc  # noqa: E402
from servers import Caller, Echo, Exchange  # noqa: E402
from window import BUTTONS, Window  # noqa: E402
import tap  # noqa: E402

VIOLET, BLUE = (180, 0, 220), (20, 40, 240)
ROW, CALL, INCOMING = 40, 96, 128  # pixels of a face
FILE = os.path.join(desktop.environment["XDG_DATA_HOME"], "phone/contacts.sqlite")
exchange = Exchange(desktop)
window = None


def at(user):
    return f"{user}@{exchange.domain}"


def write(name, text):
    path = os.path.join(desktop.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def make_picture(name, color):
    path = os.path.join(desktop.folder, name)
    pixbuf = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 300, 300)
    pixbuf.fill(int.from_bytes(bytes(color) + b"\xff", "big"))
    pixbuf.savev(path, "png", [], [])
    return path


def card(name, address, picture=None):
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"X-SIP:{address}"]
    if picture is not None:
        with open(picture, "rb") as file:
            lines.append("PHOTO;ENCODING=b;TYPE=PNG:" +
                         base64.b64encode(file.read()).decode())
    return "\r\n".join([*lines, "END:VCARD", ""])


def import_file(path):
    window.choose_in_menu("Import or Export Contacts", "Import…")
    window.choose_file("Import Contacts", "Import", path)


def wait_disc(shot, color, diameter):
    eventually(f"a face of {diameter} pixels is {color}",
               lambda: has_disc(window, shot, color, diameter))


def with_picture():
    with sqlite3.connect(FILE) as file:
        rows = file.execute(
            "select name from contacts join pictures on contact = id order by name").fetchall()
    file.close()
    return [name for name, in rows]


def edit(name):
    window.choose_in_menu(f"More About {name}", "Edit…")
    window.wait("Edit Contact")


def save():
    window.press("Save")
    window.wait_gone("Save")


def test_import():
    """a file of cards is chosen, and whom it has is in the list, with their faces"""
    global window
    people = write("people.vcf", card("Bob", at("bob"), make_picture("bob.png", VIOLET))
                   + card("Ann", at("carol")))
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    desktop.echo = Echo(desktop, exchange, "bob")
    window.show_view("Contacts")
    window.press("Import a File…")
    window.choose_file("Import Contacts", "Import", people)
    window.wait("2 contacts imported")
    window.wait("Call Bob")
    window.wait("Call Ann")
    wait_disc("contact-files", VIOLET, ROW)


def test_nothing_in_it():
    """a file without cards is told, and adds nothing"""
    import_file(write("nonsense.vcf", "nothing of this kind"))
    window.wait("There are no contacts in this file")
    assert with_picture() == ["Bob"]


def test_face_in_call():
    """the call page has the contact's picture"""
    window.press("Call Bob")
    window.wait("In call")
    wait_disc("contact-files-call", VIOLET, CALL)
    window.press("Hang Up")
    window.wait("Search Contacts")
    window.show_view("Recent")
    window.wait("More About the Call With Bob")
    wait_disc("contact-files-recent", VIOLET, ROW)


def test_no_picture():
    """a file that is none is told in the form, and the form goes on"""
    window.show_view("Contacts")
    edit("Ann")
    window.press("Choose Picture…")
    window.choose_file("Choose Picture", "Choose", os.path.join(desktop.folder, "people.vcf"))
    window.wait("This file is no picture.")
    window.shoot("contact-no-picture", title="Edit Contact")


def test_choose_picture():
    """one is chosen, seen in the form, kept, and seen in the list"""
    window.press("Choose Picture…")
    window.choose_file("Choose Picture", "Choose", make_picture("ann.png", BLUE))
    window.wait("Remove Picture", BUTTONS)
    save()
    eventually("it is kept", lambda: with_picture() == ["Ann", "Bob"])
    wait_disc("contact-files-two", BLUE, ROW)


def test_face_of_caller():
    """who calls has it too, and their address beneath"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Answer")
    window.wait("Ann")
    window.wait(at("carol"))
    wait_disc("contact-files-incoming", BLUE, INCOMING)
    window.press("Decline")
    caller.wait()
    window.wait("Search Contacts")


def test_export():
    """all go into a file, pictures too, which comes back as what is known"""
    window.choose_in_menu("Import or Export Contacts", "Export…")
    window.wait("Export Contacts")
    window.key("Return", title="Export Contacts")
    window.wait("Contacts exported")
    path = next(os.path.join(folder, "contacts.vcf") for folder, _, files
                in os.walk(desktop.folder) if "contacts.vcf" in files)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "FN:Ann" in text and "FN:Bob" in text and text.count("\nPHOTO") == 2, text
    import_file(path)
    window.wait("0 contacts imported")
    assert with_picture() == ["Ann", "Bob"]


def test_remove_picture():
    """a picture is taken away again"""
    edit("Bob")
    window.press("Remove Picture")
    save()
    eventually("it is gone", lambda: with_picture() == ["Ann"])
    eventually("his face is gone", lambda: not has_disc(
        window, "contact-files-one", VIOLET, ROW))
    wait_disc("contact-files-one", BLUE, ROW)
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
