#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one-shot commands against a real exchange and one another: what is proven, what is
not, and with which exit status that is said."""

import glob
import json
import os
import re
import socket
import subprocess
import xml.etree.ElementTree as ElementTree

import schema
import tap
from programs import (BUILD, USERS, Exchange, Program, Session, address_of, interrupt,
                      password_of)


def check_names(verdict):
    return {check["name"]: check["proven"] for check in verdict["checks"]}


def test_tones(exchange):
    """a call with a tone each way, proven on both sides, with JSON and JUnit"""
    junit = exchange.path("junit.xml")
    with exchange.answer("bob", "--tone", "660", "--expect", "audio,tone=440") as bob, \
            exchange.call("alice", address_of("bob"), "--duration", "6", "--tone", "440",
                          "--expect", "audio,tone=660", "--junit", junit) as alice:
        verdict = alice.expect(0, "none")
        bob.expect(0, "none")
        for line in alice.lines + bob.lines:
            schema.check_event(json.loads(line))
    assert check_names(verdict) == {"registered": True, "answered": True, "lasted": True,
                                    "audio": True, "tone=660": True}
    assert verdict["call"]["encrypted"] and verdict["call"]["endCause"] == "hung-up-here"
    assert verdict["media"]["audioOut"]["confirmed"]
    assert {"ringingMs", "answeredMs", "iceMs", "dtlsMs", "firstAudioMs"} <= set(
        verdict["timings"])
    suite = ElementTree.parse(junit).getroot()
    assert suite.tag == "testsuite" and suite.get("failures") == "0"
    assert [case.get("name") for case in suite] == list(check_names(verdict))


def test_echo(exchange):
    """an echo of sound and pictures is recognised as our own"""
    with exchange.answer("bob", "--video", "--echo", "--timeout", "60") as bob, \
            exchange.call("alice", address_of("bob"), "--duration", "8", "--video",
                          "--expect", "audio,echo,video,frames") as alice:
        verdict = alice.expect(0, "none")
        assert verdict["ownFrames"] > 0 and verdict["ownToneMs"] > 4000
        assert verdict["media"]["videoOut"]["confirmed"]
        bob.expect(0, "none")


def test_wrong_tone(exchange):
    """another tone than the expected one is media not proven, also in JUnit"""
    junit = exchange.path("junit-failed.xml")
    with exchange.answer("bob", "--tone", "660") as bob, \
            exchange.call("alice", "bob", "--duration", "6", "--expect", "tone=880",
                          "--junit", junit) as alice:
        verdict = alice.expect(6, "wrong-tone")
        assert "660" in verdict["sentence"]
        bob.expect(0, "none")
    suite = ElementTree.parse(junit).getroot()
    failures = suite.findall("testcase/failure")
    assert suite.get("failures") == "1" and failures[0].get("type") == "wrong-tone"


def test_no_video_there(exchange):
    """pictures that are refused by the far end are media not proven"""
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--video", "--duration", "6", "--codec",
                          "opus,vp8", "--expect", "audio,frames") as alice:
        verdict = alice.expect(6, "no-video")
        assert check_names(verdict)["audio"] and not check_names(verdict)["frames"]
        bob.expect(0, "none")


def test_ended_early(exchange):
    """a call that the far end cuts short is not proven"""
    with exchange.answer("bob", "--duration", "1") as bob, \
            exchange.call("alice", "bob", "--expect", "audio") as alice:
        alice.expect(6, "ended-early")
        bob.expect(0, "none")


def test_pcmu(exchange):
    """the codec that was asked for is used"""
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--codec", "pcmu", "--duration", "6",
                          "--expect", "audio") as alice:
        assert alice.expect(0, "none")["media"]["audioOut"]["codec"] == "pcmu"
        bob.expect(0, "none")


def test_hold_and_digits(exchange):
    """a call that is held every two seconds, with digits each way, is proven all the same"""
    with exchange.answer("bob", "--tone", "660", "--dtmf", "*7", "--expect",
                         "audio,tone=440,digits=12#4") as bob, \
            exchange.call("alice", "bob", "--duration", "12", "--hold-every", "2", "--dtmf",
                          "1-2 #4", "--expect", "audio,tone=660,digits=*7") as alice:
        verdict = alice.expect(0, "none")
        other = bob.expect(0, "none")
        for line in alice.lines + bob.lines:
            schema.check_event(json.loads(line))
    assert {"dtmf", "digits=*7", "held"} <= set(check_names(verdict))
    for each in (verdict, other):
        assert 5000 < each["heldMs"] < 7000 and 5000 < each["measuredMs"] < 7000, each
    assert verdict["digitsSent"] == 4 and other["digitsHeard"] == "12#4"


def test_pictures_for_a_while(exchange):
    """pictures are added and taken out in the call, and were seen by the far end"""
    with exchange.answer("bob", "--video-add", "1", "--expect", "frames") as bob, \
            exchange.call("alice", "bob", "--duration", "10", "--video-add", "1",
                          "--video-remove", "9", "--expect", "frames") as alice:
        verdict = alice.expect(0, "none")
        bob.expect(0, "none")
    assert {"video-added", "video-removed", "frames"} <= set(check_names(verdict))


def test_beginnings(exchange):
    """one is heard for two seconds before it answers, another is asked for the offer"""
    with exchange.answer("bob", "--tone", "660", "--early-media", "2", "--expect",
                         "tone=440") as bob, \
            exchange.call("alice", "bob", "--duration", "6", "--expect", "tone=660") as alice:
        verdict = alice.expect(0, "none")
        bob.expect(0, "none")
    assert verdict["timings"]["answeredMs"] >= 2000, verdict["timings"]
    assert verdict["probe"]["soundingMs"] > verdict["measuredMs"] + 500, verdict["probe"]
    with exchange.answer("bob", "--tone", "660", "--expect", "tone=440") as bob, \
            exchange.call("alice", "bob", "--duration", "6", "--offerless", "--expect",
                          "tone=660") as alice:
        alice.expect(0, "none")
        bob.expect(0, "none")


def test_wrong_digits(exchange):
    """digits that do not come, or come wrong, are not proven; those that are none, usage"""
    with exchange.answer("bob", "--expect", "digits=34") as bob, \
            exchange.call("alice", "bob", "--duration", "6", "--dtmf", "324", "--expect",
                          "digits=1") as alice:
        alice.expect(6, "no-digits")
        bob.expect(6, "wrong-digits")
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--duration", "2", "--dtmf", "12x") as alice:
        alice.expect(1, "invalid-digits")
        bob.expect(0, "none")


def test_transfer(exchange):
    """a call is handed on to a third one; all three agree about it"""
    with exchange.answer("carol", "--tone", "880", "--expect", "tone=660") as carol, \
            exchange.answer("bob", "--accept-transfer", "--tone", "660", "--duration", "7",
                            "--expect", "tone=880") as bob, \
            exchange.call("alice", "bob", "--duration", "2", "--transfer", "carol") as alice:
        assert check_names(alice.expect(0, "none"))["transferred"]
        bob.expect(0, "none")
        carol.expect(0, "none")


def test_transfer_refused(exchange):
    """a transfer that the far end refuses, and one to nobody, are refused with a status"""
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--duration", "1", "--transfer", "carol") as alice:
        assert alice.expect(4, "transfer-refused")["status"] == 603
        bob.expect(0, "none")
    with exchange.answer("bob", "--accept-transfer", "--count", "2") as bob, \
            exchange.call("alice", "bob", "--duration", "1", "--transfer", "nobody") as alice:
        assert alice.expect(4, "transfer-refused")["status"] == 404
        interrupt(bob)
        bob.expect(4, "not-found")
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--duration", "1", "--transfer", "mailto:x") as alice:
        alice.expect(1, "invalid-address")
        bob.expect(0, "none")


def test_register(exchange):
    """register says how long it took, and leaves"""
    with exchange.endpoint("register", *exchange.account("alice")) as alice:
        verdict = alice.expect(0, "none")
        assert verdict["registeredMs"] >= 0
        states = [json.loads(line).get("state") for line in alice.lines]
        assert states[-2] == "offline", states
    exchange.program.wait_for("alice has left",
                              lambda line: line.get("event") == "unregistered")


def test_wrong_password(exchange):
    """a wrong password is not registered, with the SIP status"""
    wrong = exchange.password_file("wrong", "wrong")
    with exchange.endpoint("register", *exchange.account("alice", wrong)) as alice:
        assert alice.expect(3, "auth-refused")["status"] in (401, 403)


def test_password_on_input(exchange):
    """a password comes over standard input"""
    account = exchange.account("alice", "-")
    done = subprocess.run([os.path.join(BUILD, "app/endpoint/phone-endpoint"), "register",
                           *account, "--json"], input=password_of("alice").encode(),
                          capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, done


def test_not_connected(exchange):
    """a port where nobody listens, and a server that speaks something else"""
    with socket.socket() as closed, socket.socket() as silent:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        account = exchange.account("alice")
        account[1] = f"ws://127.0.0.1:{port}/ws"
        with exchange.endpoint("register", *account) as alice:
            alice.expect(2, "connect-refused")
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        account[1] = f"ws://127.0.0.1:{silent.getsockname()[1]}/ws"
        with exchange.endpoint("register", *account, "--timeout", "1") as alice:
            connection = silent.accept()[0]
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            alice.expect(2, "http-not-found")
            connection.close()


def test_silent_server(exchange):
    """a server that does not answer is given up after --timeout"""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        account = exchange.account("alice")
        account[1] = f"ws://127.0.0.1:{silent.getsockname()[1]}/ws"
        with exchange.endpoint("call", "bob", *account, "--timeout", "1") as alice:
            alice.expect(3, "registration-timeout")


def test_tls(exchange):
    """wss works with a certificate that is trusted, and with no other"""
    with Exchange("--tls") as secure:
        trusted = secure.path("state/certificate.pem")
        with secure.endpoint("register", *secure.account("alice")) as alice:
            alice.expect(2, "cert-unknown-ca")
        with secure.endpoint("register", *secure.account("alice"), "--ca-file",
                             trusted) as alice:
            alice.expect(0, "none")
        wrong_host = secure.account("alice")
        wrong_host[1] = wrong_host[1].replace("127.0.0.1", "127.0.0.2")
        with secure.endpoint("register", *wrong_host, "--ca-file", trusted) as alice:
            assert alice.verdict()["exit"] == 2
        with secure.endpoint("answer", *secure.account("bob"), "--ca-file",
                             trusted) as bob:
            bob.wait_registered()
            with secure.call("alice", "bob", "--ca-file", trusted, "--duration", "6",
                             "--expect", "audio") as alice:
                alice.expect(0, "none")
            bob.expect(0, "none")


def test_not_there(exchange):
    """nobody of that name, and somebody who is not registered, refuse"""
    with exchange.call("alice", "nobody") as alice:
        verdict = alice.expect(4, "not-found")
        assert verdict["status"] == 404
    with exchange.call("alice", "carol") as alice:
        verdict = alice.expect(4, "unavailable")
        assert verdict["status"] == 480


def test_declined(exchange):
    """a call that is declined, and one that meets a busy phone, are refused"""
    for busy, cause, status in ((False, "declined", 603), (True, "busy", 486)):
        with Session() as bob:
            bob.register(exchange, "bob")
            with exchange.call("alice", "bob") as alice:
                call = bob.wait_told("call.added", "call")
                bob.ask("call.reject", id=call["id"], busy=busy)
                assert alice.expect(4, cause)["status"] == status


def test_busy(exchange):
    """a second caller of one who answers one call is told that it is busy"""
    with exchange.answer("bob") as bob, \
            exchange.call("alice", "bob", "--duration", "0") as alice:
        alice.wait_call("active")
        with exchange.call("carol", "bob") as carol:
            assert carol.expect(4, "busy")["status"] == 486
        interrupt(alice)
        alice.expect(0, "none")
        bob.expect(0, "none")


def test_no_answer(exchange):
    """one who does not answer, and one whom nobody calls, give up after --timeout"""
    with Session() as bob:
        bob.register(exchange, "bob")
        with exchange.call("alice", "bob", "--timeout", "4") as alice:
            call = bob.wait_told("call.added", "call")
            alice.expect(5, "no-answer")
            over = bob.wait_told("call.removed", "call", lambda c: c["id"] == call["id"])
            assert over["endCause"] == "missed"
    with exchange.endpoint("answer", *exchange.account("bob"), "--timeout", "1") as bob:
        bob.expect(5, "no-call")


def test_many_calls(exchange):
    """answer --count 0 answers everyone, at once, until it is told to stop"""
    with exchange.answer("bob", "--count", "0") as bob:
        with exchange.call("alice", "bob", "--duration", "6", "--expect", "audio") as alice, \
                exchange.call("carol", "bob", "--duration", "6", "--expect",
                              "audio") as carol:
            alice.expect(0, "none")
            carol.expect(0, "none")
        interrupt(bob)
        bob.expect(0, "none")


def test_bad_address(exchange):
    """an address that is none is a usage error, whatever it tries to write"""
    for target in ("sip:bob@h?Subject=x", "bob%0d%0aX: 1", "mailto:bob@h", " "):
        with exchange.call("alice", target) as alice:
            alice.expect(1, "invalid-address")
    with exchange.endpoint("call", "bob", "--server", "ws://", "--account", "x") as alice:
        assert alice.verdict()["exit"] == 1


def test_turns(exchange):
    """turns: is refused by name"""
    with exchange.call("alice", "bob", "--ice-server", "turns:turn.example") as alice:
        assert alice.verdict()["exit"] == 1


def test_text(exchange):
    """without --json the verdict says in words what was proven, and how fast"""
    with exchange.answer("bob") as bob, \
            Program("phone-endpoint", ["call", address_of("bob"), "--duration", "2",
                                       *exchange.account("alice")]) as alice:
        assert alice.wait_exit() == 0
        text = "\n".join(alice.lines)
        bob.expect(0, "none")
    for pattern in (r"^proven +answered ", r"^took +registered \d+ ms · .*answered \d+ ms$",
                    r"^took +ICE \d+ ms · DTLS \d+ ms · first sound \d+ ms$"):
        assert re.search(pattern, text, re.MULTILINE), text
    assert text.endswith("\nverdict: proven"), text


def test_usage(exchange):
    """a wrong command line exits with 1, says why on stderr, and judges in JSON"""
    for arguments in ([], ["dance"], ["call"], ["register", "--password", "x"]):
        with Program("phone-endpoint", arguments) as plain:
            assert plain.wait_exit() == 1 and not plain.lines and plain.errors
        with Program("phone-endpoint", ["--json", *arguments]) as machine:
            assert machine.wait_exit() == 1
            schema.check_event(json.loads(machine.lines[-1]))


def test_help(exchange):
    """--help exits with 0 and has every option that the man page has"""
    with Program("phone-endpoint", ["--help"]) as program:
        assert program.wait_exit() == 0
        help_text = "\n".join(program.lines)
    with open(os.path.join(os.environ["PHONE_SOURCE_DIR"],
                           "data/man/phone-endpoint.1")) as file:
        man = file.read()
    options = {word.split("=")[0] for word in help_text.split() if word.startswith("--")}
    assert len(options) > 18, options
    for option in options:
        assert option in man, option


def test_secrets(exchange):
    """no password in argv, environment, trace or output, and no core dump"""
    with Session() as bob:
        bob.register(exchange, "bob")
        with exchange.call("alice", "bob", "--trace") as alice:
            bob.wait_told("call.added", "call")
            folder = f"/proc/{alice.process.pid}"
            with open(f"{folder}/limits") as file:
                core = [line for line in file if line.startswith("Max core file size")]
            assert core[0].split()[4:6] == ["0", "0"], core
            for name in ("cmdline", "environ"):
                if os.access(f"{folder}/{name}", os.R_OK):
                    with open(f"{folder}/{name}", "rb") as file:
                        assert password_of("alice").encode() not in file.read()
            interrupt(alice)
            alice.wait_exit()
            text = "\n".join(alice.lines + alice.errors)
        assert "REGISTER sip:" in text and "response=***" in text, text
        for user in USERS:
            assert password_of(user) not in text
        assert password_of("bob") not in "\n".join(bob.lines + bob.errors)
    assert not glob.glob("core*")


# They wait for most of the time.
tap.run(globals(), make=Exchange, at_once=2)
