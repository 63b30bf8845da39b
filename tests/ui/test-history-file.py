# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of past calls: a long one, and one that cannot be read."""

import os
import sqlite3

from desktop import Desktop

desktop = Desktop()

from window import Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
SEARCH = "Address or Number to Call"
MANY = 100000
FILE = os.path.join(desktop.environment["XDG_DATA_HOME"], "phone/history.sqlite")
window = None


def in_file(sql):
    """Done in the file while no phone has it open."""
    with sqlite3.connect(FILE) as file:
        file.execute(sql)
    file.close()


def start_again():
    global window
    window = Window(desktop)
    window.wait(FIELD)


def test_begins():
    """the file is made by the first start, and is its owner's alone"""
    global window
    window = Window(desktop)
    window.use_this_computer()
    assert os.stat(FILE).st_mode & 0o777 == 0o600


def test_many():
    """100,000 calls: the list is there, and its rows are those that can be seen"""
    window.quit()
    in_file("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
            " INSERT INTO calls (incoming, outcome, started_at, duration, account, address,"
            " name, folded) SELECT i %% 2, 1 + i %% 10, i * 60000000, i, 'sip:me@x',"
            " 'sip:u' || i || '@x', 'User ' || i, 'user ' || i FROM n" % MANY)
    start_again()
    window.wait(f"Call User {MANY}")
    window.write(SEARCH, "user 4711")
    window.wait("Call User 94711")
    window.shoot("recents-many")


def test_broken_file():
    """a file that cannot be read is told, and kept"""
    window.quit()
    with open(FILE, "r+b") as file:
        file.write(b"this is no database")
    start_again()
    window.wait_for_text("The list of calls could not be read")
    window.shoot("recents-broken")
    assert os.path.exists(f"{FILE}.broken")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
