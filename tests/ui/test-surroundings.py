# SPDX-License-Identifier: GPL-3.0-or-later
"""What a running phone notices of the machine and asks of it: sleep, another network, music
that plays, a screen that would go dark, and the start of the session."""

import os

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")
desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"] = \
    desktop.environment["DBUS_SESSION_BUS_ADDRESS"]
desktop.environment["GIO_USE_NETWORK_MONITOR"] = "networkmanager"

import mocks  # noqa: E402
from servers import Echo, Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
AGAIN_S = 3.0
IDLE, SUSPEND = 8, 4  # org.gnome.SessionManager.Inhibit
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = logind = network = session = radio = film = None


def registrations():
    return exchange.program.said().count('"event":"registered","aor":"alice@')


def wait_registered_again(before):
    eventually("it registers again", lambda: registrations() > before, AGAIN_S)
    window.wait("Reachable")


def test_starts():
    """it starts where all of it is there"""
    global window, logind, network, session, radio, film
    logind = mocks.logind(desktop)
    network = mocks.network_manager(desktop)
    session = mocks.session_manager(desktop)
    radio = mocks.player(desktop, "radio", "Playing")
    film = mocks.player(desktop, "film", "Paused")
    desktop.echo = Echo(desktop, exchange, "bob")
    window = Window(desktop)
    window.wait("Reachable")


def test_sleep():
    """after a sleep it is registered again within 3 s"""
    before = registrations()
    mocks.sleep(logind)
    wait_registered_again(before)


def test_network():
    """and so it is after another network"""
    before = registrations()
    mocks.connect(network, 1)
    mocks.connect(network, 4)
    wait_registered_again(before)


def test_music():
    """a call pauses what plays, and no more; what plays goes on after it"""
    window.write(FIELD, "bob")
    window.press("Call")
    window.wait("In call")
    eventually("the music pauses", lambda: mocks.status_of(radio) == "Paused")
    inhibited = [int(call[3]) for call in session.wait_told("Inhibit")]
    assert inhibited == [SUSPEND], inhibited
    window.press("Hang Up")
    window.wait("Reachable")
    eventually("the music goes on", lambda: mocks.status_of(radio) == "Playing")
    assert film.told("Play") == [] and film.told("Pause") == []
    session.wait_told("Uninhibit")


def test_call_over_another_network():
    """a call with pictures goes on over another network, and the screen stays lit"""
    window.write(FIELD, "bob")
    window.press("Call with Video")
    window.wait("In call")
    eventually("the screen is kept lit", lambda: int(session.told("Inhibit")[-1][3])
               == IDLE | SUSPEND)
    before = registrations()
    mocks.connect(network, 1)
    mocks.connect(network, 4)
    eventually("it registers again", lambda: registrations() > before, AGAIN_S)
    window.wait("In call")
    window.press("Hang Up")
    window.wait("Reachable")
    eventually("it may go dark", lambda: len(session.told("Uninhibit"))
               == len(session.told("Inhibit")))


def test_starts_with_the_session():
    """switched on, a file in the autostart folder starts it; switched off, it is gone"""
    path = os.path.join(desktop.environment["XDG_CONFIG_HOME"],
                        "autostart/org.example.Phone.desktop")
    window.key("ctrl+comma")
    window.switch("Stay Reachable in the Background")
    assert not os.path.exists(path)
    window.switch("Start with the Session")
    eventually("the file is there", lambda: os.path.exists(path))
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert "Type=Application" in lines and "Name=Phone" in lines, lines
    assert [line for line in lines if line.startswith("Exec=/")
            and line.endswith("/phone --gapplication-service")], lines
    window.shoot_screen("preferences-general")
    window.switch("Start with the Session")
    eventually("the file is gone", lambda: not os.path.exists(path))
    window.switch("Stay Reachable in the Background")
    window.key("Escape")
    window.wait_gone("Start with the Session")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
