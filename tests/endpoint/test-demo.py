#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: what it proves it says in words, with whom, and it leaves no browser out that
is there."""

import os
import re
import shutil
import subprocess

import tap
from programs import BUILD

DEMO = os.path.join(BUILD, "app", "endpoint", "phone-demo")
NO_BROWSER = "not tried, no Chromium is installed"


def run(**environment):
    done = subprocess.run([DEMO], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, **environment}, timeout=110, check=False)
    return done.returncode, done.stdout, f"{done.stdout}\n-- stderr --\n{done.stderr}"


def parts(text):
    """What follows each headline."""
    return {part.split("\n", 1)[0]: part for part in re.split(r"\n(?=\S)", text)}


def expect_call(part, proofs, story):
    assert re.search(r"✔ \w+ +registered over WebSocket in \d+ ms", part), story
    assert re.search(r"ringing \d+ ms", part), story
    for name in ("ICE", "DTLS", "first sound", "first picture"):
        assert re.search(rf"{name} \d+ ms", part), f"{name}\n{story}"
    for name, sentence in proofs.items():
        assert re.search(rf"✔ {name} +{sentence}", part), f"{name}\n{story}"
    assert "✘" not in part, story


def expect_phones(part, story):
    expect_call(part, {
        "alice hears bob": r"A tone of 660 Hz was heard for \d",
        "alice sees bob": r"\d+ numbered frames were recognised",
        "bob hears alice": r"A tone of 440 Hz was heard for \d",
        "bob sees alice": r"\d+ numbered frames were recognised",
        "alice confirms": "By RTCP", "bob confirms": "By RTCP"}, story)


def test_with_a_browser():
    """two calls, the second one with the Chromium that is installed"""
    code, text, story = run()
    found = parts(text)
    assert code == 0 and "Everything is proven." in found, story
    expect_phones(found["alice calls bob: a phone and a phone"], story)
    if not any(map(shutil.which, ("chromium", "google-chrome", os.environ.get("CHROMIUM", "")))):
        assert any(NO_BROWSER in headline for headline in found), story
        return
    guest = found["a guest calls alice: a browser and a phone"]
    expect_call(guest, {
        "the guest hears alice": r"A tone of 440 Hz was heard for \d",
        "the guest sees alice": r"\d+ numbered frames were recognised",
        "alice hears the guest": r"A tone of 1000 Hz was heard for \d",
        "alice sees the guest": r"\d+ numbered frames were recognised",
        "the guest confirms": "By RTCP"}, story)
    assert re.search(r"the guest +Chromium \d+ on the guest page", guest), story


def test_without_a_browser():
    """one call, and a sentence that says which one was not tried"""
    code, text, story = run(PATH="/nonexistent", CHROMIUM="")
    found = parts(text)
    assert code == 0 and "Everything is proven." in found, story
    expect_phones(found["alice calls bob: a phone and a phone"], story)
    assert any(NO_BROWSER in headline for headline in found), story


def test_with_a_browser_that_does_not_start():
    """a browser that is there and cannot be used is no browser that is not there"""
    code, text, story = run(CHROMIUM="/nonexistent/chromium")
    assert code == 1 and "✘ stopped" in text and NO_BROWSER not in text, story
    assert "Not everything is proven." in parts(text), story


tap.run(globals())
