# SPDX-License-Identifier: GPL-3.0-or-later
"""An account at a server: signing in with the password in a real keyring, calls with
sound and picture, and a server that goes away and comes back."""

import os
import signal

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from picture import marks_in  # noqa: E402
from servers import Caller, Echo, Exchange  # noqa: E402
from window import BUTTONS, State, Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
exchange = Exchange(desktop)
window = None


def sign_in(password):
    window.write("Server", exchange.url)
    window.write("Account", f"alice@{exchange.domain}")
    window.write("Password", password)
    window.press("Sign In")


def test_wrong_password():
    """a wrong password is told beneath the form"""
    global window
    window = Window(desktop)
    window.wait("Welcome to Phone")
    window.key("Down", "Return")
    window.wait("Password")
    sign_in("not the password")
    window.wait("Wrong account or password. Check both and sign in again.")
    window.shoot("sign-in-wrong-password")


def test_signs_in():
    """the right one signs in"""
    sign_in(exchange.password("alice"))
    window.wait(FIELD)
    window.wait(f"alice@{exchange.domain}")
    window.wait("Reachable")
    window.shoot("home-signed-in")


def test_password_is_in_the_keyring_only():
    """the next start signs in by itself, and no file holds the password"""
    global window
    window.quit()
    for folder, _, files in os.walk(desktop.environment["HOME"]):
        for name in files:
            if "keyrings" in folder:  # the keyring's own file, which is encrypted
                continue
            with open(os.path.join(folder, name), "rb") as file:
                assert exchange.password("alice").encode() not in file.read(), name
    window = Window(desktop)
    window.wait(f"alice@{exchange.domain}")
    window.wait("Reachable")


def test_calls_with_picture():
    """the echoing endpoint is called, and its pictures are ours, come back"""
    desktop.echo = Echo(desktop, exchange, "bob")
    window.write(FIELD, "bob")
    window.press("Call with Video")
    window.wait("In call")
    window.wait("Encrypted")
    first = eventually("both pictures are seen", lambda: marks_in(window, "call-video"))
    second = eventually("newer pictures are seen",
                        lambda: (found := marks_in(window, "call-video"))
                        and found[0].number > first[0].number and found)
    for theirs, own in (first, second):
        assert theirs.source == own.source, "the echo is of our own picture"
        assert theirs.number <= own.number < theirs.number + 100, (theirs, own)


def test_mutes():
    """the microphone is muted and opened, by button and by key"""
    def is_muted():
        button = window.find("Mute", BUTTONS)
        return button and button.has(State.PRESSED)

    window.press("Mute")
    eventually("muted", is_muted)
    window.shoot("call-muted")
    window.key("ctrl+m")
    eventually("not muted", lambda: not is_muted())


def test_hangs_up():
    """Hang Up ends it, and the window is where it was"""
    window.resize(1000, 700)
    window.shoot("call-video-wide")
    window.resize(420, 680)
    window.press("Hang Up")
    window.wait("Reachable")
    desktop.echo.stop()


def test_address_is_no_markup():
    """an address with an ampersand is whole in the window, and no markup elsewhere"""
    caller = Caller(desktop, exchange, "r&d", "alice")
    window.wait(f"r&d@{exchange.domain}")
    _, _, body, _ = eventually("a notification", desktop.notified)[-1]
    assert body == f"Incoming call from r d@{exchange.domain}", body
    window.press("Decline")
    assert caller.wait() == caller.REFUSED, caller.program.said()
    window.wait("Reachable")


def test_nobody_there():
    """a call to nobody ends with its reason and the next step"""
    window.write(FIELD, "nobody")
    window.press("Call")
    window.wait("No such address")
    window.wait("The server knows nobody of that name. Check the address.")
    window.shoot("call-nobody")
    window.press("Done")
    window.wait("Reachable")


def test_server_lost_and_back():
    """a lost server is told with what to do; when it is back, so are we"""
    exchange.stop(signal.SIGKILL)
    window.wait("Not reachable")
    window.wait("Try Now")
    window.shoot("home-not-reachable")
    window.press("Try Now")
    window.wait("The server does not answer on that port. Check whether it runs.")
    exchange.start()
    window.wait("Reachable")
    window.wait_gone("Try Now")


def test_locked_keyring():
    """a locked keyring is told, and a password typed in signs in all the same"""
    global window
    window.quit()
    desktop.stop_keyring()
    desktop.start_keyring(None)
    window = Window(desktop)
    window.wait_for_text("The keyring is locked")
    window.wait("The server asks for your password. Sign in again.")
    window.shoot("home-keyring-locked")
    window.press("Sign In")
    window.wait("Back")
    assert window.field_text("Account") == f"alice@{exchange.domain}"
    window.write("Password", exchange.password("alice"))
    window.press("Sign In")
    window.wait("Reachable")


def test_without_keyring():
    """with no keyring the phone works, and says that the password is not kept"""
    desktop.stop_keyring()
    window.wait("Reachable")
    window.key("F10")
    window.wait("Sign Out")
    window.key("Down", "Return")
    window.wait(f"alice@{exchange.domain} and its password are forgotten on this computer.")
    window.press_in_question("Sign Out?", "Sign Out")
    window.wait("Welcome to Phone")
    window.key("Down", "Return")
    window.wait("Password")
    sign_in(exchange.password("alice"))
    # The address is shown only until the past calls are listed.
    window.wait("Reachable")
    window.wait_for_text("There is no keyring, so your password cannot be kept.")
    window.shoot("home-no-keyring")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
