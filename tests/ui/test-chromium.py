# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls with Chromium at the exchange: made from the window, held, with digits, beside
another call, and handed on."""

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from guest import BrowserPhone  # noqa: E402
from person import Person  # noqa: E402
from servers import Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
CAROL = "carol@phone.example"
TONE = 440  # of the window
carol = BrowserPhone(desktop, "carol")
exchange = Exchange(desktop, is_open=True, origin=carol.origin)
keep_account(desktop, exchange, "alice")
window = bob = None


def test_call():
    """a browser is called and answers; both hear one another"""
    global window, bob
    carol.do("register", exchange.url)
    carol.wait_for("registered")
    window = Window(desktop)
    window.wait("Reachable")
    bob = Person(desktop, exchange, "bob")
    window.write(FIELD, "carol")
    window.press("Call")
    carol.wait_for("session")
    carol.do("answer")
    window.wait("In call")
    window.wait("Encrypted")
    carol.hears(TONE)
    window.wait("Good connection")


def test_hold():
    """it is told that it is on hold, and hears again when it is not"""
    window.press("Hold")
    carol.wait_for("peer hold")
    window.wait("On hold by you")
    window.press("Hold")
    carol.wait_for("peer unhold")
    window.wait("In call")
    carol.hears(TONE)


def test_digits():
    """a key of the keypad is heard there"""
    window.press("Keypad")
    window.press("5")
    carol.wait('"name":"keyHeard"')
    window.press("Keypad")


def test_call_waiting():
    """it is on hold while somebody else is answered"""
    bob.call("alice")
    window.press("Hold and Answer")
    carol.wait_for("peer hold")
    bob.wait(state="active", peerHeld=False)
    window.wait("Swap")


def test_attended_transfer():
    """somebody else is joined with it, and we are out of it"""
    window.press("Transfer")
    window.wait("Transfer Call")
    window.tab_into(CAROL, title="Transfer Call")
    window.key("Return", title="Transfer Call")
    bob.wait(transferState="asked")
    bob.do("answerTransfer", accept=True)
    carol.wait_for("replaced")
    carol.do("answer")
    eventually("they are joined", lambda: bob.wait(state="active")["remoteUri"].startswith(
        f"sip:{CAROL}"))
    window.wait("Reachable")
    bob.do("hangUp")
    bob.wait_alone()


def test_transfer_is_asked_for():
    """a browser that calls and asks for somebody else to be called is asked about"""
    carol.do("call", f"sip:alice@{exchange.domain}")
    window.press("Answer")
    window.wait("In call")
    carol.do("refer", bob.address)
    window.wait(f"{CAROL} asks you to call bob@{exchange.domain} instead")
    window.press("Call Them")
    bob.take()
    carol.wait_for("refer accepted")
    window.wait("In call")
    window.press("Hang Up")
    bob.wait_alone()
    carol.close()
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
