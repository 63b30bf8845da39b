# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody with a browser: the guest page in Chromium."""

import os
import subprocess

from desktop import PATIENCE, WAIT, eventually

HERE = os.path.dirname(os.path.abspath(__file__))


class Guest:
    """The page; it knows how much of what it said was waited for already."""

    def __init__(self, desktop, link):
        self.program = desktop.start(
            "guest", [os.environ.get("NODE", "node"), os.path.join(HERE, "guest.mjs"), link],
            stdin=subprocess.PIPE)
        self.seen = 0

    def tell(self, line):
        self.seen = len(self.program.said())
        self.program.process.stdin.write(f"{line}\n".encode())
        self.program.process.stdin.flush()

    def wait(self, text, seconds=WAIT):
        def look():
            assert not self.program.has_ended(), self.program.said()
            return text in self.program.said()[self.seen:]

        eventually(f"the guest page says {text!r}", look, seconds)

    def close(self):
        self.program.process.stdin.close()
        self.program.process.wait(timeout=PATIENCE)
