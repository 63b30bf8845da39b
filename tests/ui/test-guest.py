# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser calls: the guest page in Chromium, the incoming page, and the notification."""

import re

from desktop import Desktop, eventually

desktop = Desktop()

from guest import Guest  # noqa: E402
from picture import marks_in  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

# Markup, a mark that turns the direction of writing, and an ampersand.
NAME = "<b>Eve</b> \u202e& friends"
SHOWN = "<b>Eve</b> & friends"
window = None
guest = None


def live_notifications():
    closed = {int(call[1][0]) for call
              in desktop.notifications.GetMethodCalls("CloseNotification")}
    return [one for one in desktop.notified() if one[0] not in closed]


def shown_time():
    return next((name for name in window.names() if re.fullmatch(r"\d\d:\d\d", name)), None)


def test_opens():
    """the browser opens the link and is ready"""
    global window, guest
    window = Window(desktop)
    window.use_this_computer()
    guest = Guest(desktop, window.wait_for_text("http://127.0.0.1:"))
    guest.wait("state ready")


def test_rings():
    """it rings here: the page, and a notification with the same two buttons"""
    guest.tell(f"call {NAME}")
    window.wait("Answer")
    window.wait("Decline")
    window.wait(SHOWN)
    window.shoot("incoming")
    number, title, body, actions = eventually("a notification", live_notifications)[0]
    assert title == SHOWN, title
    assert "<" not in body and body.startswith("Incoming call from "), body
    labels = actions[1::2]
    assert "Answer" in labels and "Decline" in labels, actions
    guest.wait("state ringing")


def test_answers():
    """Answer makes it a call, encrypted, with its time, and the notification goes"""
    window.press("Answer")
    window.wait("In call")
    window.wait("Encrypted")
    first = eventually("its time is shown", shown_time)
    eventually("the time goes on", lambda: (shown_time() or first) > first)
    guest.wait("state active")
    guest.tell("look")
    guest.wait("heard")
    eventually("the notification is gone", lambda: not live_notifications())
    window.shoot("call")


def test_they_hang_up():
    """when the browser hangs up, the page says so until it is read"""
    guest.tell("hang-up")
    window.wait("They hung up")
    window.shoot("call-ended")
    guest.wait("state ready")
    window.press("Done")
    window.wait("Reachable")


def test_declines():
    """Decline is told to the browser"""
    guest.tell(f"call {NAME}")
    window.press("Decline")
    guest.wait("reason They declined the call.")
    window.wait("Reachable")


def test_answered_from_the_notification():
    """Answer in the notification answers, and hanging up here is told there"""
    guest.tell(f"call {NAME}")
    number, _, _, actions = eventually("a notification", live_notifications)[0]
    guest.wait("state ringing")
    desktop.press_in_notification(number, actions[2 * actions[1::2].index("Answer")])
    window.wait("In call")
    guest.wait("state active")
    window.press("Hang Up")
    guest.wait("reason They hung up.")
    window.wait("Reachable")


def test_keys():
    """keys meant for another page do not answer; with Tab to the button they do"""
    guest.tell(f"call {NAME}")
    window.wait("Answer")
    window.key("Return", "space")
    guest.wait("state ringing")
    assert window.find("Answer") and not window.find("In call")
    window.tab_to("Answer")
    window.key("Return")
    window.wait("In call")
    window.key("ctrl+d")
    guest.wait("reason They hung up.")
    window.wait("Reachable")


def test_declined_from_the_notification():
    """Decline in the notification declines"""
    guest.tell(f"call {NAME}")
    number, _, _, actions = eventually("a notification", live_notifications)[0]
    desktop.press_in_notification(number, actions[2 * actions[1::2].index("Decline")])
    guest.wait("reason They declined the call.")
    window.wait("Reachable")


def test_video():
    """a browser with a camera is seen and sees"""
    guest.tell("camera")
    guest.wait("camera turned")
    guest.tell(f"call {NAME}")
    window.wait("Incoming video call")
    window.shoot("incoming-video")
    assert window.controls_without_name() == []
    window.resize(360, 480)
    window.shoot("incoming-narrow")
    assert window.controls_outside(360, 480) == []
    window.resize(420, 680)
    window.press("Answer with Video")
    window.wait("In call")
    guest.tell("look")
    first = eventually("both pictures are seen", lambda: marks_in(window, "call-guest"))
    second = eventually("newer pictures are seen",
                        lambda: (found := marks_in(window, "call-guest"))
                        and found[0].number > first[0].number and found)
    assert second[0].source == first[0].source != second[1].source
    guest.wait("seen")
    assert window.controls_without_name() == []
    window.resize(360, 480)
    window.shoot("call-narrow")
    assert window.controls_outside(360, 480) == []
    window.resize(420, 680)
    window.press("Hang Up")
    guest.wait("reason They hung up.")
    guest.tell("camera")
    guest.wait("camera turned")


def test_missed():
    """a caller who gives up is a missed call, and its notification goes"""
    guest.tell(f"call {NAME}")
    window.wait("Answer")
    guest.wait("state ringing")
    guest.tell("hang-up")
    window.wait("Missed call")
    window.shoot("call-missed")
    eventually("no notification offers to answer", lambda: not any(
        "Answer" in actions[1::2] for _, _, _, actions in live_notifications()))
    window.press("Done")
    window.wait("Reachable")


def test_leaves():
    """both leave"""
    guest.close()
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
