# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody with a browser, which is Chromium: on the guest page, or on one that is a phone
of its own."""

import json
import os
import subprocess

from desktop import PATIENCE, WAIT, eventually

HERE = os.path.dirname(os.path.abspath(__file__))


class Page:
    """It knows how much of what it said was waited for already."""

    def __init__(self, desktop, name, *arguments):
        self.program = desktop.start(
            name, [os.environ.get("NODE", "node"), os.path.join(HERE, f"{name}.mjs"),
                   *arguments], stdin=subprocess.PIPE)
        self.seen = 0

    def tell(self, line):
        self.seen = len(self.program.said())
        self.program.process.stdin.write(f"{line}\n".encode())
        self.program.process.stdin.flush()

    def wait(self, text, seconds=WAIT):
        def look():
            assert not self.program.has_ended(), self.program.said()
            return text in self.program.said()[self.seen:]

        eventually(f"the page says {text!r}", look, seconds)

    def close(self):
        self.program.process.stdin.close()
        self.program.process.wait(timeout=PATIENCE)


class Guest(Page):
    def __init__(self, desktop, link):
        super().__init__(desktop, "guest", link)


class BrowserPhone(Page):
    """Signed in once the exchange lets pages from its origin in."""

    def __init__(self, desktop, user):
        super().__init__(desktop, "browser-phone", user)
        self.origin = self.program.wait_for("http://").strip().rstrip("/")

    def do(self, action, *arguments):
        self.tell(json.dumps([action, *arguments]))

    def wait_for(self, event):
        self.wait(f'"name":"{event}"')

    def hears(self, hz):
        self.do("hears", hz)
        self.wait("heard")
