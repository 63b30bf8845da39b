# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages in a language (named as the argument), in the narrowest window: no text is cut,
and none was left in English. Pictures are left in the build folder."""

import os
import signal
import subprocess
import sys

from desktop import Desktop, eventually
from words import Words

LANGUAGE = sys.argv[1]
PLACE = {"de": "de_DE", "es": "es_ES", "fr": "fr_FR", "zh_CN": "zh_CN"}[LANGUAGE] + ".UTF-8"
BUILD = os.environ["PHONE_BUILD_DIR"]
WIDTH, HEIGHT = 360, 720
# Names and addresses that somebody chose, which no language has.
OF_PEOPLE = ("alice", "bob", "carol", "phone.example", "phone.invalid", "127.0.0.1")

desktop = Desktop(keyring="unlocked")

from servers import Caller, Echo, Exchange  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

words = Words(LANGUAGE)
exchange = Exchange(desktop, is_open=True)
window = None


def make_locale():
    """Of a place where it is spoken, in a folder; in that of C glibc 2.41 has no languages."""
    folder = os.path.join(desktop.folder, "locales")
    os.makedirs(folder)
    name, charset = PLACE.split(".")
    subprocess.run(["localedef", "-i", name, "-f", charset, os.path.join(folder, PLACE)],
                   check=True)
    return folder


class ForeignWindow(Window):
    """Asked for by the English names."""

    def __init__(self):
        self.texts = os.path.join(desktop.folder, "texts")
        super().__init__(desktop, environment={
            "LOCPATH": make_locale(), "LC_ALL": PLACE, "TEXTDOMAINDIR": os.path.join(BUILD, "po"),
            "LD_PRELOAD": os.path.join(BUILD, "tests/ui/libtell-texts.so"),
            "PHONE_TEXTS": self.texts})

    def find(self, name, roles=None):
        found = (super(ForeignWindow, self).find(one, roles) for one in words.find(name))
        return next((node for node in found if node is not None), None)

    def field(self, name):
        shown = self.wait(name)
        return super().field(shown.name)

    def shown_texts(self):
        """Each as (how, text): whole, cut, or tooltip."""
        if os.path.exists(self.texts):
            os.unlink(self.texts)
        os.kill(self.program.pid, signal.SIGUSR2)
        eventually("the texts are told", lambda: os.path.exists(self.texts))
        with open(self.texts, encoding="utf-8") as file:
            return [(how, text.encode().decode("unicode_escape").encode("latin-1").decode())
                    for how, text in (line.split("\t") for line in file.read().splitlines())]


def faults_of(texts):
    for how, text in texts:
        if any(name in text for name in OF_PEOPLE):
            continue
        if how == "cut":
            yield f"cut: {text!r}"
        if words.is_english(text):
            yield f"in English: {text!r}"


def check(page, title="Phone"):
    window.shoot(f"{page}-{LANGUAGE}", title)
    texts = window.shown_texts()
    assert len(texts) > 2, f"{page}: only {texts}"
    faults = list(faults_of(texts))
    assert not faults, f"{page}: " + "; ".join(faults)


def close_preferences():
    window.key("Escape", title=words.find("Preferences")[0])
    window.wait_gone("Stay Reachable in the Background")


def test_welcome():
    """the first pages, and where signing in stops"""
    global window
    window = ForeignWindow()
    window.resize(WIDTH, HEIGHT)
    window.wait("Use This Computer")
    check("welcome")
    window.key("Down", "Return")
    window.wait("Password")
    window.write("Server", "ws://127.0.0.1:9/ws")
    window.write("Account", "alice@phone.example")
    window.write("Password", "secret")
    window.press("Sign In")
    window.wait("The server does not answer on that port. Check whether it runs.")
    check("sign-in")
    window.write("Server", exchange.url)
    window.press("Sign In")
    window.wait("Reachable")


def test_main_view():
    """the main view, page by page"""
    for number, view in enumerate(window.views()):
        window.show_view(view)
        check(f"view-{number}")


def check_form(heading):
    """In the window that comes up: the form of a contact."""
    title = words.find(heading)[0]
    window.wait("Cancel")
    window.resize(WIDTH, HEIGHT, title)
    check(heading.lower().replace(" ", "-"), title)


def test_contacts():
    """the form of a contact, new and to be changed, and the list with one"""
    window.show_view(next(view for view in window.views()
                          if view in words.find("Contacts")))
    window.press("Add Contact")
    check_form("New Contact")
    window.write("Name", "bob")
    window.write("Address or Number", f"bob@{exchange.domain}")
    window.press("Save")
    window.wait_gone("Save")
    window.wait("Search Contacts")
    check("contacts")
    window.open_menu(words.find("More About %s")[0] % "bob")
    window.wait("_Edit…").press()
    check_form("Edit Contact")
    window.press("Cancel")
    window.wait_gone("Save")


def test_preferences():
    """the preferences, page by page"""
    title = words.find("Preferences")[0]
    of_main_view = window.views()
    window.key("ctrl+comma")
    window.wait("Stay Reachable in the Background")
    window.resize(WIDTH, HEIGHT, title)
    for number, page in enumerate(window.views()):
        if page not in of_main_view:
            window.show_view(page)
            check(f"preferences-{number}", title)
    close_preferences()


def test_call():
    """a call with picture, its details, and one call beside it"""
    echo = Echo(desktop, exchange, "bob")
    window.write("Address or Number to Call", "bob")
    window.press("Call with Video")
    window.wait("In call")
    check("call")
    window.press("Call Details")
    window.wait("Jitter and Round Trip")
    check("details", words.find("Call Details")[0])
    window.key("Escape", title=words.find("Call Details")[0])
    window.wait_gone("Jitter and Round Trip")
    caller = Caller(desktop, exchange, "carol", "alice")
    window.wait("Incoming call")
    check("incoming")
    window.press("Decline")
    caller.wait()
    window.key("ctrl+d")
    window.wait("Reachable")
    echo.stop()


def test_out_of_reach():
    """the server away: why, and what to do"""
    exchange.stop()
    window.wait("Try Now")
    check("out-of-reach")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
