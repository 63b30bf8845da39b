# SPDX-License-Identifier: GPL-3.0-or-later
"""Each page in one of the ways people have their desktops (named as the argument): every
control has a name and lies within the window, and a picture of it is left to be looked at
in the build folder."""

import math
import os
import sys

from desktop import Desktop, eventually

LOOKS = {
    # name: (width, height, text's scale, arguments, environment)
    "light": (420, 680, 1, [], {}),
    "dark": (420, 680, 1, [], {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}),
    "high-contrast": (420, 680, 1, [], {"ADW_DEBUG_HIGH_CONTRAST": "1"}),
    "right-to-left": (420, 680, 1, ["--right-to-left"], {}),
    "large-text": (560, 860, 2, [], {}),
    "narrow": (360, 600, 1, [], {}),
    "wide": (1000, 700, 1, [], {}),
}
LOOK = sys.argv[1]
WIDTH, HEIGHT, SCALE, ARGUMENTS, ENVIRONMENT = LOOKS[LOOK]

desktop = Desktop(keyring="unlocked", text_scale=SCALE)

from servers import Caller, Echo, Exchange  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop, is_open=True)
window = None


def check(page, title="Phone", height=HEIGHT):
    window.shoot(f"{page}-{LOOK}", title)
    controls = window.controls()
    unnamed = window.controls_without_name(controls)
    assert not unnamed, f"{page}: {unnamed} have no name"
    outside = window.controls_outside(WIDTH, height, controls)
    assert not outside, f"{page}: {outside} are not seen whole"


def check_dialog(page, title):
    """What is longer than the window is scrolled to. Closes it."""
    window.resize(WIDTH, HEIGHT, title)
    check(page, title, height=math.inf)
    window.key("Escape", title=title)
    eventually(f"{title} is closed", lambda: not window.has_window(title))


def test_first_pages():
    """nothing set up: the two ways on, the form, and a step that stops"""
    global window
    window = Window(desktop, *ARGUMENTS, environment=ENVIRONMENT)
    window.resize(WIDTH, HEIGHT)
    window.wait("Welcome to Phone")
    check("welcome")
    window.key("Down", "Return")
    window.wait("Password")
    check("sign-in")
    window.write("Server", "ws://127.0.0.1:9/ws")
    window.write("Account", f"alice@{exchange.domain}")
    window.press("Sign In")
    window.wait_for_text("The server does not answer on that port.")
    check("sign-in-stopped", height=math.inf)
    window.write("Server", exchange.url)
    window.press("Sign In")
    window.wait("Reachable")


def test_main_view():
    """the main view"""
    for view in window.views():
        window.show_view(view)
        check(f"view-{view.lower()}")


def test_preferences():
    """the preferences, page by page"""
    of_main_view = window.views()
    window.key("ctrl+comma")
    window.wait("General")
    window.resize(WIDTH, HEIGHT, "Preferences")
    for page in window.views():
        if page not in of_main_view:
            window.show_view(page)
            # What is longer than the window is scrolled to.
            check(f"preferences-{page.lower()}", "Preferences", height=math.inf)
    window.press("Add Account")
    window.wait("Address")
    check_dialog("account", "Account")
    window.key("Escape")
    window.wait_gone("General")


def test_contact():
    """the form of a contact"""
    window.show_view("Contacts")
    window.press("Add Contact")
    window.wait("New Contact")
    check_dialog("contact", "New Contact")
    window.show_view("Recent")


def test_shortcuts():
    """the list of keys"""
    window.key("ctrl+question")
    window.wait("Keyboard shortcuts")
    window.shoot_screen(f"shortcuts-{LOOK}")
    window.key("Escape")


def test_out_of_reach():
    """the server away: why, and what to do"""
    exchange.stop()
    window.wait("Try Now")
    check("out-of-reach")
    exchange.start()
    window.wait("Reachable")


def test_call():
    """a call with picture"""
    echo = Echo(desktop, exchange, "bob")
    window.write("Address or Number to Call", "bob")
    window.press("Call with Video")
    window.wait("In call")
    window.point(WIDTH // 2, HEIGHT // 2)  # its controls are seen
    check("call")
    window.press("Call Details")
    window.wait("Jitter and Round Trip")
    check_dialog("details", "Call Details")
    window.press("Transfer")
    window.wait("Transfer Call")
    check_dialog("transfer", "Transfer Call")
    window.key("ctrl+d")
    window.wait("Reachable")
    echo.stop()


def test_incoming():
    """somebody calls"""
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Incoming call")
    check("incoming")
    window.press("Decline")
    caller.wait()
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
