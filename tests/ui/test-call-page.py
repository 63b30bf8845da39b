# SPDX-License-Identifier: GPL-3.0-or-later
"""One call with another phone: mute, hold, digits, pictures, details."""

import itertools
import os
import re

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from full_screen import ADD, REMOVE, SCREEN, FullScreen  # noqa: E402
from person import Person  # noqa: E402
from picture import Picture, areas_of, marks_in  # noqa: E402
from servers import Exchange  # noqa: E402
from window import FRAME, Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
exchange = Exchange(desktop)
window = None
bob = None


def test_calls():
    """a call says who, its state, its time, and how good it is"""
    global window, bob
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    bob = Person(desktop, exchange, "bob")
    window.write(FIELD, "bob")
    window.press("Call")
    bob.take()
    window.wait("In call")
    window.wait("Encrypted")
    window.wait("Good connection")
    window.shoot("call-page")
    assert window.controls_without_name() == []


def test_digits():
    """digits from the keypad and from the keyboard reach the far end, in order"""
    window.press("Keypad")
    window.press("5")
    eventually("5 is heard", lambda: bob.digits() == "5")
    window.key("7", "asterisk", "KP_0")
    eventually("all are heard", lambda: bob.digits() == "57*0")
    window.wait("57*0")
    window.shoot("call-keypad")
    window.resize(360, 480)
    window.shoot("call-keypad-narrow")
    window.resize(420, 680)
    window.press("Keypad")
    window.wait_gone("57*0")


def test_muted():
    """who is muted is told that they are not heard, and is not"""
    window.press("Mute")
    window.wait("They cannot hear you: your microphone is muted.")
    bob.wait(diagnosis="peer-quiet", quality="bad")
    window.press("Mute")
    window.wait_gone("They cannot hear you: your microphone is muted.")
    bob.wait(diagnosis="none")


def test_hold():
    """a call is held and taken back, from here and from there"""
    window.press("Hold")
    bob.wait(peerHeld=True)
    window.wait("On hold by you")
    window.shoot("call-held")
    window.key("ctrl+h")
    bob.wait(peerHeld=False)
    window.wait("In call")
    bob.do("hold", held=True)
    window.wait("On hold by them")
    bob.do("hold", held=False)
    window.wait("In call")


def packets():
    return next((name for name in window.names()
                 if re.fullmatch(r"[1-9]\d* in, [1-9]\d* out", name)), None)


def test_details():
    """the details show numbers that move, the path, the codecs and what was said"""
    window.press("Call Details")
    window.wait("Jitter and Round Trip")
    window.wait("opus in, opus out")
    eventually("the path is told", lambda: any(re.fullmatch(
        r"host udp \S+:\d+ here, (host|prflx) udp \S+:\d+ there", name)
        for name in window.names()))
    window.wait("Encrypted, certificate checked")
    window.wait_for_text(" kbit/s\n")
    first = eventually("packets are counted", packets)
    eventually("the numbers move", lambda: packets() not in (None, first))

    def ladder():
        return next((text for node in window.nodes() if node.name == "Messages"
                     and "INVITE" in (text := node.text())), "")

    said = eventually("the messages are there", ladder)
    for part in ("--> sip:alice@", "<-- sip:alice@", "| INVITE ", "| SIP/2.0 200 ",
                 "a=ice-pwd:***"):
        assert part in said, part
    window.shoot("call-details", title="Call Details")
    assert window.controls_without_name() == []


def saved():
    for folder, _, files in os.walk(desktop.folder):
        if "call.txt" in files:
            with open(os.path.join(folder, "call.txt"), encoding="utf-8") as file:
                return file.read()
    return ""


def test_ladder_is_taken_along():
    """what was said is saved into a file, and copied to be pasted elsewhere"""
    window.press("Copy")
    window.press("Save")
    window.key("Return", title="Save")
    text = eventually("it is saved", saved)
    for part in ("| INVITE sip:bob@", "| SIP/2.0 200 ", "a=ice-pwd:***"):
        assert part in text, text
    window.key("Escape", title="Call Details")
    window.wait_gone("Jitter and Round Trip")
    window.press("Transfer")
    window.wait("Transfer Call")
    window.key("ctrl+v", title="Transfer Call")
    eventually("it is pasted", lambda: window.field_text(
        "Name, Address or Number").startswith(text[:200]))
    window.key("Escape", title="Transfer Call")
    window.wait_gone("Transfer Call")


def test_far_end_wants_pictures():
    """the far end's wish for pictures is asked about before the camera goes on"""
    bob.do("video", on=True)
    window.wait("bob@phone.example would like to see you")
    window.shoot("call-video-asked")
    assert not window.find("Your own picture")
    window.press("Without My Picture")
    window.wait_gone("bob@phone.example would like to see you")
    bob.wait(video=False)


def test_pictures():
    """pictures go both ways, ours is shown as in a mirror"""
    bob.do("video", on=True)
    window.press("Turn On Camera")
    bob.wait(video=True, remoteVideo=True)
    first = eventually("both pictures are seen", lambda: marks_in(window, "call-page-video"))
    second = eventually("newer pictures are seen", lambda: (
        (found := marks_in(window, "call-page-video"))
        and found[0].number > first[0].number and found[1].number > first[1].number
        and found))
    theirs, own = second
    assert theirs.source != own.source


def test_picture_is_turned_off():
    """Video takes our picture away, here and there, while theirs goes on; and brings it back"""
    window.press("Video")
    window.wait_gone("Your own picture")
    bob.wait(remoteVideo=False)
    first = eventually("theirs is seen", their_mark)
    eventually("and goes on", lambda: (mark := their_mark()) and mark.number > first.number)
    window.press("Video")
    bob.wait(remoteVideo=True)
    eventually("both pictures are seen", lambda: marks_in(window, "call-page-video"))


def their_mark():
    picture = Picture(window.shoot("call-own-picture-off", is_still=False))
    return picture.find(areas_of(window, "Their picture"))


def test_self_view_moves():
    """our own picture goes to another corner"""
    def place():
        box = window.wait("Your own picture").box()
        return box.x, box.y

    before = place()
    window.drag((before[0] + 60, before[1] + 60), (80, 320))
    eventually("it moved", lambda: place()[0] < before[0] - 50 and place()[1] > before[1] + 50)
    window.shoot("call-self-view-moved")


def test_controls_fade():
    """the controls go from a picture that is watched, and come with the pointer"""
    def is_red():
        box = window.wait("Hang Up").box()
        red, green, blue = Picture(window.shoot("call-faded", is_still=False)).color(
            box.x + 24, box.y + box.height / 2)
        return red > 150 > green + blue

    def is_red_when_moved():
        window.point(*next(places))
        return is_red()

    places = itertools.cycle(((220, 310), (210, 300)))
    window.point(*next(places))
    eventually("the controls are gone", lambda: not is_red())
    eventually("the controls are back", is_red_when_moved)


def test_full_screen():
    """a picture fills the screen, by button and by key, until Escape, or until it is over"""
    screen = FullScreen()
    window.press("Full Screen")
    screen.wait_asked(ADD)
    screen.grant(window)
    eventually("it fills the screen, but for a frame",
               lambda: window.wait("Their picture").box().width > SCREEN[0] - FRAME)
    eventually("both pictures are seen", lambda: marks_in(window, "call-full-screen"))
    window.key("Escape")
    screen.wait_asked(REMOVE)
    screen.take_back(window, 420, 680)
    window.key("F11")
    screen.wait_asked(ADD)
    screen.grant(window)
    desktop.screen = screen


def test_over():
    """what is over stays to be read, and can be called again"""
    bob.do("hangUp")
    window.wait("They hung up")
    desktop.screen.wait_asked(REMOVE)
    desktop.screen.take_back(window, 420, 680)
    window.shoot("call-over")
    window.press("Call Again")
    bob.take()
    window.wait("In call")
    window.press("Hang Up")
    bob.wait_alone()
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
