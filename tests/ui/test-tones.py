# SPDX-License-Identifier: GPL-3.0-or-later
"""The tones of a call as they are heard: what the speaker plays while the far end rings,
when somebody else calls meanwhile, and when it is over, told by content and rhythm."""

import sys

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

import pulse  # noqa: E402

if not pulse.is_installed():
    print("1..0 # SKIP PulseAudio is not installed")
    sys.exit(0)

from person import Person  # noqa: E402
from servers import Exchange, keep_account  # noqa: E402
from window import Window  # noqa: E402
import tap  # noqa: E402

FIELD = "Address or Number to Call"
TONE = 425  # of all but the last one
END = (659, 494)
VOICE = 1000  # of the far end
sound = pulse.Pulse(desktop)
sound.plug_speaker("speaker1", "Desk Speaker")
sound.plug_speaker("elsewhere", "Elsewhere")  # the microphone does not hear the speaker
sound.plug_microphone("mic1", "Desk Microphone", "elsewhere")
exchange = Exchange(desktop, is_open=True)
keep_account(desktop, exchange, "alice")
window = Window(desktop, media=None, environment={"PULSE_SERVER": sound.server})
bob = carol = None


def dial(user):
    window.write(FIELD, user)
    window.press("Call")


def done():
    window.press("Done")
    window.wait("Reachable")


def test_ringback():
    """while it rings there the ringback is heard here, a second of five"""
    global bob, carol
    window.wait("Reachable")
    bob = Person(desktop, exchange, "bob", options=["--tone", str(VOICE)])
    carol = Person(desktop, exchange, "carol")
    dial("bob")
    bob.wait(state="incoming")
    sound.hear_cadence("speaker1", TONE, 1000, 4000)


def test_busy():
    """declined, it is busy"""
    sound.hear_cadence("speaker1", TONE, 500, 500, lambda: bob.do("reject"))
    done()


def test_congestion():
    """nobody there is told faster"""
    sound.hear_cadence("speaker1", TONE, 250, 250, lambda: dial("nobody"))
    window.wait("No such address")
    done()


def test_until_they_are_heard():
    """the far end's sound takes the place of the ringback"""
    dial("bob")
    bob.wait(state="incoming")
    sound.hear("speaker1", (TONE,))
    bob.do("answer")
    sound.hear("speaker1", (VOICE,))
    sound.hear_nothing_of("speaker1", TONE, 3)


def test_waiting():
    """who calls meanwhile is told of by two short tones"""
    bob.do("mute", muted=True)
    sound.hear_cadence("speaker1", TONE, 200, 200, lambda: carol.call("alice"))
    window.press("Decline")
    carol.wait_ended("declined")
    window.wait_gone("Hold and Answer")


def test_end():
    """that the far end hangs up is heard"""
    sound.hear("speaker1", END, lambda: bob.do("hangUp"))
    done()
    eventually("it is silent", lambda: sound.players_on("speaker1") == 0)
    window.quit()


tap.run(globals(), window.story)
