# SPDX-License-Identifier: GPL-3.0-or-later
"""A password is kept by the real Secret portal, and read again by the next start."""

import os

from sandbox import data_folder, open_window, start

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from servers import Exchange  # noqa: E402
import tap  # noqa: E402

desktop.environment["XDG_CURRENT_DESKTOP"] = "GNOME"
desktop.add_service("org.freedesktop.impl.portal.PermissionStore",
                    "/usr/libexec/xdg-permission-store")
desktop.add_service("org.freedesktop.portal.Documents", "/usr/libexec/xdg-document-portal")
desktop.start("portal", ["/usr/libexec/xdg-desktop-portal", "--verbose"])
desktop.wait_for_name("org.freedesktop.portal.Desktop")
exchange = Exchange(desktop)
window = None


def registrations():
    return exchange.program.said().count('"event":"registered","aor":"alice@')


def test_stored():
    """signing in with a password, which goes into a file of the application's own"""
    global window
    window = open_window(desktop, "--media=test")
    window.sign_in(exchange, "alice")
    kept = os.path.join(data_folder(desktop), "data/keyrings/default.keyring")
    eventually("the password is kept", lambda: os.path.exists(kept))
    with open(kept, "rb") as file:
        assert exchange.password("alice").encode() not in file.read()


def test_read():
    """the next start registers without being asked for it"""
    window.quit()
    before = registrations()
    program = start(desktop, "--media=test")
    eventually("it registers again", lambda: registrations() > before)
    program.stop()


tap.run(globals(), lambda: window.story() if window else "")
