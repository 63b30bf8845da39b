# SPDX-License-Identifier: GPL-3.0-or-later
"""What the phone talks with: an exchange with passwords, and an echo to call."""

import json
import os
import signal
import uuid

from desktop import PATIENCE

BUILD = os.environ["PHONE_BUILD_DIR"]
USERS = ("alice", "bob", "carol", "r&d")


class Exchange:
    """Ended and started again it is the same one: port, users and keys stay."""

    domain = "phone.example"

    def __init__(self, desktop, is_open=False, guest=None, origin=None):
        """Open: everybody may be whoever they say, and no password is asked for. Guest: the
        user whom the page of guest_link calls. Origin: of a page elsewhere that may
        connect."""
        self.desktop = desktop
        self.is_open = is_open
        self.guest = guest
        self.origin = origin
        self.folder = os.path.join(desktop.folder, "exchange")
        self.port = 0
        os.makedirs(self.folder)
        self.users = self._write(
            "users", "".join(f"{user}:{self.password(user)}\n" for user in USERS))
        self.start()

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(text)
        return path

    def password(self, user):
        return f"{user}-secret"

    def password_file(self, user):
        return self._write(f"password-{user}", f"{self.password(user)}\n")

    def start(self):
        self.program = self.desktop.start("exchange", [
            os.path.join(BUILD, "app/exchange/phone-exchange"), "--json",
            "--listen", f"127.0.0.1:{self.port}", "--domain", self.domain,
            *(["--open"] if self.is_open else ["--users", self.users]),
            *(["--guest", self.guest] if self.guest else []),
            *(["--allow-origin", self.origin] if self.origin else []),
            "--state-dir", os.path.join(self.folder, "state"),
            "--control", os.path.join(self.folder, "control")])
        told = json.loads(self.program.wait_for('"event":"listening"'))
        self.url = told["url"]
        self.guest_link = told.get("guest_link")
        self.port = int(self.url.split(":")[2].split("/")[0])

    def stop(self, how=signal.SIGTERM):
        self.program.stop(how)


def endpoint(desktop, exchange, name, user, *arguments):
    return desktop.start(name, [
        os.path.join(BUILD, "app/endpoint/phone-endpoint"), *arguments, "--json",
        "--server", exchange.url, "--account", f"sip:{user}@{exchange.domain}",
        "--password-file", exchange.password_file(user)])


def keep_account(desktop, exchange, user):
    """An account as an earlier start of the phone would have left it, password apart."""
    number = uuid.uuid5(uuid.NAMESPACE_DNS, user)
    folder = os.path.join(desktop.environment["XDG_CONFIG_HOME"], "phone")
    os.makedirs(folder)
    with open(os.path.join(folder, "accounts.ini"), "w", encoding="utf-8") as file:
        file.write(f"[account {number}]\nid={number}\naor=sip:{user}@{exchange.domain}\n"
                   f"server={exchange.url}\n")


class Echo:
    """phone-endpoint, which sends back what it hears and sees."""

    def __init__(self, desktop, exchange, user):
        self.program = endpoint(desktop, exchange, f"echo-{user}", user,
                                "answer", "--echo", "--video", "--count", "0")
        self.program.wait_for('"state":"registered"')

    def stop(self):
        self.program.stop(signal.SIGTERM)


class Caller:
    """phone-endpoint, which calls once."""

    REFUSED = 4

    def __init__(self, desktop, exchange, user, whom):
        self.program = endpoint(desktop, exchange, f"caller-{user}", user,
                                "call", f"sip:{whom}@{exchange.domain}")

    def wait(self):
        return self.program.process.wait(timeout=PATIENCE)

    def stop(self):
        self.program.stop(signal.SIGTERM)
