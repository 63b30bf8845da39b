# SPDX-License-Identifier: GPL-3.0-or-later
"""The first minutes, with nothing set up: the exchange inside, the link, and what the
window is for hands, eyes and screen readers."""

import os
import re
import subprocess

from desktop import PATIENCE, Desktop, eventually

desktop = Desktop()

from window import BUILD, Window  # noqa: E402
import tap  # noqa: E402

FINGERPRINT = re.compile("([0-9A-F]{2}:){31}[0-9A-F]{2}")
FIELD = "Address or Number to Call"
PHONE = os.path.join(BUILD, "ui/phone")
window = None


def run(*arguments):
    return subprocess.run([PHONE, *arguments], env=desktop.environment, timeout=PATIENCE,
                          capture_output=True, text=True)


def test_command_line():
    """the command line tells what there is, and refuses what there is not"""
    told = run("--help")
    assert told.returncode == 0 and "phone" in told.stdout
    assert "--media" not in told.stdout, "a switch for tests is not for everybody"
    told = run("--version")
    assert told.returncode == 0 and told.stdout.startswith("phone 0."), told
    assert run("--media=holograms").returncode == 2
    assert run("--no-such-thing").returncode != 0


def test_welcome():
    """with nothing set up, nothing is started: two ways on are offered"""
    global window
    window = Window(desktop)
    window.wait("Welcome to Phone")
    window.wait("Use This Computer")
    window.wait("Sign In")
    assert not window.find("Reachable")
    assert window.controls_without_name() == []
    window.shoot("welcome")
    window.resize(360, 480)
    window.shoot("welcome-narrow")
    window.resize(420, 680)


def test_this_computer():
    """the first way leads to a link of loopback, and it is copied"""
    window.key("Return")
    link = window.wait_for_text("http://127.0.0.1:")
    assert link.count("/guest/#") == 1, link
    window.press("Copy Link")
    window.wait("Copied")
    assert window.controls_without_name() == []
    window.shoot("welcome-this-computer")


def test_local_network():
    """only a switch opens the network: HTTPS, with the fingerprint shown; and back"""
    window.switch("Let the Local Network In")
    link = window.wait_for_text("https://")
    assert link.count("/guest/#") == 1, link
    fingerprint = eventually("the fingerprint is shown", lambda: next(
        (name for name in window.names() if FINGERPRINT.fullmatch(name)), None))
    shown = subprocess.run(["openssl", "s_client", "-connect", link.split("/")[2]],
                           input="", capture_output=True, text=True).stdout
    told = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
                          input=shown, capture_output=True, text=True).stdout
    assert told.strip().endswith(fingerprint), (told, fingerprint)
    window.shoot("welcome-local-network")
    window.switch("Let the Local Network In")
    window.wait_for_text("http://127.0.0.1:")


def test_reachable():
    """and from there it goes on to the page for dialling"""
    window.press("Continue")
    window.wait("Reachable")
    window.wait("this computer")
    window.shoot("home")


def test_tells_a_wrong_address():
    """an address that is none is told beneath the field"""
    window.write(FIELD, "bob@@example.org")
    window.press("Call")
    window.wait("This is not an address. Write it like bob@example.org.")
    window.shoot("home-wrong-address")
    window.write(FIELD, "")
    window.wait_gone("This is not an address. Write it like bob@example.org.")


def test_every_control_is_named():
    """every control of the first pages has a name"""
    assert window.controls_without_name() == []
    window.key("F10")
    window.wait("About Phone")
    window.key("Return")
    window.wait("Password")
    assert window.controls_without_name() == []
    window.shoot("sign-in")


def test_sign_in_mistakes():
    """what cannot be right in the form is told before a server is asked"""
    window.write("Server", "http:// nonsense")
    window.write("Account", "alice@example.org")
    window.press("Sign In")
    window.wait_for_text("This is not a server's address.")
    window.write("Server", "ws://127.0.0.1:1/ws")
    window.write("Account", "alice and bob")
    window.press("Sign In")
    window.wait_for_text("This is not an account.")
    window.write("Account", "alice@example.org")
    window.press("Sign In")
    window.wait_for_text("The server does not answer on that port.")
    window.shoot("sign-in-refused")
    window.key("Escape")
    window.wait("Reachable")


def test_copies_the_link():
    """the link is copied, and pasted it is the link"""
    # Behind the check of names: the toast's own button has none in libadwaita 1.2.
    link = window.wait_for_text("http://127.0.0.1:")
    window.press("Copy Link")
    window.wait("Link copied")
    window.shoot("home-link-copied")
    window.key("ctrl+v")
    field = window.field(FIELD)
    eventually("the link is pasted", lambda: field.text() == link)


def test_narrow():
    """360 by 480 shows everything"""
    window.write("Address or Number to Call", "")
    window.resize(360, 480)
    window.wait("Copy Link")
    window.shoot("home-narrow")
    assert window.controls_outside(360, 480) == [], window.controls_outside(360, 480)
    window.resize(420, 680)


def shown_link():
    """The dial field may offer to call it, too."""
    return eventually("the link", lambda: next(
        (name for name in window.names() if name.startswith("http://127.0.0.1:")), None))


def test_choice_is_remembered():
    """the next start is reachable at once, by the same link"""
    global window
    link = shown_link()
    window.quit()
    window = Window(desktop)
    window.wait("Reachable")
    assert shown_link() == link


def test_one_instance():
    """a second start brings the first to the front and ends"""
    assert run().returncode == 0
    assert not window.program.has_ended()


def test_quits():
    """it leaves in an orderly way"""
    window.quit()


def test_dark():
    """the dark style"""
    global window
    window = Window(desktop, environment={"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"})
    window.wait("Reachable")
    window.shoot("home-dark")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
