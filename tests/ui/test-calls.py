# SPDX-License-Identifier: GPL-3.0-or-later
"""Several calls: one waits, is answered, swapped with the other, and handed on."""

import os
import signal

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from person import Person  # noqa: E402
from servers import Exchange  # noqa: E402
from window import Role, Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
CAROL = "carol@phone.example"
exchange = Exchange(desktop)
window = None
bob = carol = None


def call(person, user):
    window.write(FIELD, user)
    window.press("Call")
    person.take()
    person.wait(state="active")
    window.wait("In call")


def test_call_waiting():
    """who calls meanwhile is shown beside the call, and can be declined"""
    global window, bob, carol
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    bob = Person(desktop, exchange, "bob")
    carol = Person(desktop, exchange, "carol")
    call(bob, "bob")
    carol.call("alice")
    window.wait("Hold and Answer")
    window.wait("Incoming call")
    assert window.find("In call")
    window.resize(360, 480)
    window.shoot("call-waiting-narrow")
    window.resize(420, 680)
    window.shoot("call-waiting")
    assert window.controls_without_name() == []
    window.press("Decline")
    carol.wait_ended("declined")
    window.wait_gone("Hold and Answer")
    assert not bob.wait(state="active")["peerHeld"]


def test_hold_and_answer():
    """answered, the other one is on hold"""
    carol.call("alice")
    window.press("Hold and Answer")
    carol.wait(state="active", peerHeld=False)
    bob.wait(peerHeld=True)
    window.wait("On hold by you")
    window.wait("Swap")
    window.shoot("calls-two")


def test_swap():
    """Swap speaks with the other one"""
    window.press("Swap")
    carol.wait(peerHeld=True)
    bob.wait(peerHeld=False)
    window.press("Swap")
    bob.wait(peerHeld=True)
    carol.wait(peerHeld=False)


def test_list_at_the_side():
    """in a wide window all calls are listed beside the one in view"""
    window.resize(1000, 680)
    window.wait("Calls", {Role.LABEL})
    window.wait("Swap")
    assert len([name for name in window.names() if name == "End This Call"]) == 2
    window.shoot("calls-wide")
    window.resize(420, 680)
    window.wait_gone("Calls", {Role.LABEL})
    window.wait("Swap")


def test_reconnecting():
    """a call whose path is lost says for how long it has been sought"""
    os.kill(carol.program.pid, signal.SIGSTOP)
    os.kill(bob.program.pid, signal.SIGSTOP)
    window.wait_for_text("Reconnecting, ")
    window.shoot("call-reconnecting")
    os.kill(bob.program.pid, signal.SIGCONT)
    os.kill(carol.program.pid, signal.SIGCONT)
    window.wait("In call")
    bob.wait(state="active")
    carol.wait(state="active")


def test_attended_transfer():
    """the two are joined, and go on without us"""
    window.press("Transfer")
    window.wait("Transfer Call")
    window.wait("Someone You Are in a Call With")
    window.shoot("transfer", title="Transfer Call")
    window.tab_into("bob@phone.example", title="Transfer Call")
    window.key("Return", title="Transfer Call")
    carol.wait(transferState="asked")
    carol.do("answerTransfer", accept=True)
    carol.wait_ended("hung-up-there")
    window.wait("Reachable")
    bob.wait(state="active", remoteUri=carol.address)
    bob.do("hangUp")
    carol.wait_alone()


def transfer_to(user):
    window.press("Transfer")
    window.wait("Transfer Call")
    window.write("Name, Address or Number", user)
    window.key("Return", title="Transfer Call")
    window.wait_gone("Transfer Call")


def test_transfer_that_fails():
    """a call that cannot be handed on stays, and says why"""
    call(bob, "bob")
    transfer_to("carol")
    window.wait("Transferring to carol@phone.example")
    bob.wait(transferState="asked")
    bob.do("answerTransfer", accept=False)
    window.wait("Transfer to carol@phone.example: Declined. You are still connected.")
    window.shoot("transfer-failed")
    assert bob.wait(state="active")


def test_blind_transfer():
    """handed on to a person who was found by a part of the name, the call is over here"""
    window.press("Transfer")
    window.write("Name, Address or Number", "car")
    window.wait(CAROL, {Role.LIST_ITEM})
    window.shoot("transfer-found", title="Transfer Call")
    window.tab_into(CAROL, title="Transfer Call")
    window.key("Return", title="Transfer Call")
    bob.wait(transferState="asked")
    bob.do("answerTransfer", accept=True)
    carol.take()
    window.wait("Reachable")
    bob.wait(state="active", remoteUri=carol.address)
    bob.do("hangUp")
    carol.wait_alone()


def test_transfer_is_asked_for():
    """a request to call somebody else is asked about, and can be followed"""
    call(bob, "bob")
    bob.do("transfer", to="carol")
    window.wait("bob@phone.example asks you to call carol@phone.example instead")
    window.shoot("transfer-asked")
    window.press("Stay Here")
    bob.wait(transferState="failed", transferStatus=603)
    bob.do("transfer", to="carol")
    window.press("Call Them")
    carol.take()
    bob.wait_ended("transferred")
    window.wait("carol@phone.example")
    window.wait("In call")
    carol.wait(state="active")


def test_add_call():
    """another call is made from a call, which is held then"""
    window.press("Add Call")
    window.write("Name, Address or Number", "bob")
    window.key("Return", title="Add a Call")
    bob.take()
    carol.wait(peerHeld=True)
    window.wait("In call")
    window.press("End This Call")
    carol.wait_alone()
    window.press("Hang Up")
    bob.wait_alone()
    window.wait("Reachable")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
