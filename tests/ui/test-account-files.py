# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts as they are kept: a copy, a file without passwords and back, and what is left
when one is removed."""

import json
import os

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from servers import Exchange  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop)
ALICE = f"alice@{exchange.domain}"
HOME = desktop.environment["HOME"]
ROWS = {
    # as in the file: (as in the form, what is written)
    "label": ("Name", "Duty"),
    "display-name": ("Your Name, as Others See It", "Alice & Söhne"),
    "auth-user": ("User Name, Where It Is Another One", "alice2"),
    "registrar": ("Registrar, Where It Is Another One", "sip:registrar.example"),
    "dial-prefix": ("Prefix of National Numbers, Like +49", "+49"),
    "turn-user": ("User Name at TURN", "turner"),
}
window = None


def accounts():
    return desktop.account_lines("aor")


def wait_accounts(*expected):
    eventually(f"the accounts are {expected}", lambda: accounts() == list(expected))


def written():
    return next((os.path.join(folder, "phone-accounts.json") for folder, _, files
                 in os.walk(desktop.folder) if "phone-accounts.json" in files), None)


def open_account(name):
    """The row of an account opens its form."""
    window.tab_into(name, title="Preferences")
    window.key("Return", title="Preferences")
    window.wait("Duplicate")


def test_duplicate():
    """a copy is made from the form, and is off until it was looked through"""
    global window
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    window.key("ctrl+comma")
    window.show_view("Accounts")
    open_account(ALICE)
    window.shoot_screen("account-form")
    window.press("Duplicate")
    wait_accounts(f"sip:{ALICE}", f"sip:{ALICE}")
    window.wait("Off")


def test_edit():
    """each row of the form is kept, and the copy is named by its label"""
    open_account(ALICE)
    for name, text in ROWS.values():
        window.write(name, text)
    window.press("Add STUN or TURN Server")
    window.wait("STUN or TURN Server 2")
    window.write("STUN or TURN Server 1", "turn:turn.example")
    window.switch("Only Through TURN")
    window.switch("Refuse Weak Password Hashes (MD5)")
    window.press("Save")
    window.wait("Duty")
    window.wait_gone("Duplicate")
    for key, (_, text) in ROWS.items():
        assert text in desktop.account_lines(key), key
    assert "turn:turn.example;" in desktop.account_lines("ice-servers")


def test_export():
    """all are written into a file, and no password is in it"""
    window.press("Export…")
    window.wait("Export Accounts")
    window.key("Return", title="Export Accounts")
    window.wait("The accounts were exported, without their passwords.")
    with open(written(), encoding="utf-8") as file:
        text = file.read()
    assert exchange.password("alice") not in text
    assert [one["aor"] for one in json.loads(text)["accounts"]] == [f"sip:{ALICE}"] * 2, text
    window.shoot_screen("accounts-exported")


def test_remove():
    """an account is forgotten after a question"""
    open_account(ALICE)
    window.press("Remove")
    window.wait("Remove This Account?")
    window.shoot_screen("account-remove")
    press_remove()
    wait_accounts(f"sip:{ALICE}")


def press_remove():
    """Behind the question is a button of the same name."""
    window.press_in_question("Remove This Account?", "Remove")
    window.wait_gone("Duplicate")


def import_file(path):
    window.press("Import…")
    window.choose_file("Import Accounts", "Import", path)


def test_import():
    """what a file has is added, switched off; a file that is none is told and adds nothing"""
    nonsense = os.path.join(desktop.folder, "nonsense.json")
    with open(nonsense, "w", encoding="utf-8") as file:
        file.write("{}")
    import_file(nonsense)
    window.wait_for_text("Nothing was imported: ")
    wait_accounts(f"sip:{ALICE}")
    import_file(written())
    window.wait("2 accounts were imported. Look them through, then switch them on.")
    wait_accounts(*[f"sip:{ALICE}"] * 3)
    window.shoot_screen("accounts-imported")
    window.key("Escape", title="Preferences")
    window.wait_gone("Accounts at Servers")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
