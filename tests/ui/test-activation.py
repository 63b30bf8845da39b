# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone is started over the bus."""

import os

from desktop import PATIENCE, Desktop

desktop = Desktop(keyring="unlocked")

from gi.repository import Gio, GLib  # noqa: E402

from servers import Exchange, keep_account  # noqa: E402
from window import BUILD, Window  # noqa: E402
import tap  # noqa: E402

PHONE = os.path.join(BUILD, "ui/phone")
QUESTION = "Call This Address?"
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
window = None


def open_link(link):
    bus.call_sync("org.example.Phone", "/org/example/Phone", "org.freedesktop.Application",
                  "Open", GLib.Variant("(asa{sv})", ([link], {})), None, 0, round(PATIENCE * 1000),
                  None)


def test_started_by_the_bus():
    """a link starts the phone over the bus, by the service file, and it asks"""
    global window
    service = GLib.KeyFile()
    service.load_from_file(os.path.join(BUILD, "data/org.example.Phone.service"), 0)
    assert service.get_string("D-BUS Service", "Name") == "org.example.Phone"
    command = service.get_string("D-BUS Service", "Exec")
    assert command.startswith("/"), command
    assert command.endswith("/bin/phone --gapplication-service"), command
    desktop.add_service("org.example.Phone", f"{PHONE} --gapplication-service --media=test")
    open_link(f"sip:bob@{exchange.domain}")
    window = Window(desktop, started_by_the_bus="org.example.Phone")
    window.wait(QUESTION)
    window.press_in_question(QUESTION, "Cancel")
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
