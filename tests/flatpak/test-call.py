# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandboxed phone signs in to an exchange outside and is called by a browser, with sound
and picture; it is told of by a mocked portal, and answered there."""

from sandbox import open_window

from desktop import Desktop, eventually

desktop = Desktop()

from accessible import MENU_ITEMS, Role, State  # noqa: E402
from guest import Guest  # noqa: E402
from picture import marks_in  # noqa: E402
from portal import Portal  # noqa: E402
from servers import Exchange  # noqa: E402
import tap  # noqa: E402

SUSPEND_AND_IDLE = 4 | 8  # org.freedesktop.portal.Inhibit
exchange = Exchange(desktop, is_open=True, guest="alice")
portal = window = guest = None


def test_signs_in():
    """signing in to an exchange outside works"""
    global portal, window
    portal = Portal(desktop)
    window = open_window(desktop, "--media=test")
    window.sign_in(exchange, "alice")
    window.shoot("flatpak-home")


def test_told():
    """a call is a notification of the portal, with its buttons"""
    global guest
    guest = Guest(desktop, exchange.guest_link)
    guest.wait("state ready")
    guest.tell("camera")
    guest.wait("camera turned")
    guest.tell("call Eve")
    name, told = portal.wait_told("AddNotification")[0]
    assert told["category"] == "call.incoming" and told["title"] == "Eve", told
    assert [button["purpose"] for button in told["buttons"]] == \
        ["call.decline", "call.accept"], told
    window.wait("Answer with Video")
    guest.wait("state ringing")
    portal.press("Decline", name)
    guest.wait("reason They declined the call.")
    assert [name] in portal.wait_told("RemoveNotification")
    window.wait("Reachable")


def test_talks():
    """sound and picture, both ways, encrypted"""
    guest.tell("call Eve")
    window.press("Answer with Video")
    window.wait("In call")
    window.wait("Encrypted")
    guest.wait("state active")
    guest.tell("look")
    first = eventually("both pictures are seen", lambda: marks_in(window, "flatpak-call"))
    eventually("newer pictures are seen",
               lambda: (found := marks_in(window, "flatpak-call"))
               and found[0].number > first[0].number and found)
    guest.wait("heard")
    guest.wait("seen")
    assert SUSPEND_AND_IDLE in [told[1] for told in portal.told("Inhibit")]
    window.press("Hang Up")
    guest.wait("reason They hung up.")
    window.wait("Reachable")


def test_answered_by_the_portal():
    """the button of the notification answers"""
    told = len(portal.told("AddNotification"))
    guest.tell("call Eve")
    name = portal.wait_told("AddNotification", told + 1)[told][0]
    portal.press("Answer", name)
    window.wait("In call")
    guest.wait("state active")
    window.press("Hang Up")
    guest.wait("reason They hung up.")
    window.wait("Reachable")


def test_not_there():
    """what a sandbox cannot have is not offered"""
    window.key("ctrl+comma")
    window.wait("Calls", {Role.PAGE_TAB}).press()
    window.wait("Do Not Disturb")
    assert window.find("Pause Music") is None
    window.key("Escape", title="Preferences")
    window.wait_gone("Do Not Disturb")


def test_background():
    """the portal is asked to let it stay"""
    window.key("ctrl+comma")
    window.switch("Stay Reachable in the Background")
    asked = portal.wait_told("RequestBackground")[0][1]
    assert asked["commandline"][0] == "phone", asked
    portal.answers(asked, True)
    window.key("Escape", title="Preferences")
    window.wait_gone("Stay Reachable in the Background")


def test_opens():
    """a link is opened by the portal"""
    window.key("F10")
    window.wait("About Phone", MENU_ITEMS).press()
    window.tab_into("Legal", title="About")
    window.key("Return", title="About")
    eventually("its page has the focus", lambda: any(
        "GNU General Public License" in node.name and node.has(State.FOCUSED)
        for node in window.nodes()))
    window.key("Tab", "Return", title="About")
    assert portal.wait_told("OpenURI")[0][1].startswith("https://www.gnu.org/licenses/"), \
        portal.told("OpenURI")
    window.key("Escape", "Escape", title="About")
    window.wait_gone("Legal")


def test_leaves():
    """both leave"""
    guest.close()
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
