# SPDX-License-Identifier: GPL-3.0-or-later
"""The built programs as processes of a test. Everything is on loopback, on ports that the
kernel gives; whatever waits, waits for an event and says what it saw instead."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
import time

BUILD = os.environ["PHONE_BUILD_DIR"]
DOMAIN = "phone.example"
USERS = ("alice", "bob", "carol")


def password_of(user):
    return f"{user}-kennwort-3141592653"


def address_of(user):
    return f"sip:{user}@{DOMAIN}"


class Program:
    """A process whose standard output is read line by line."""

    def __init__(self, name, arguments, keep_input=False):
        room = name.split("-")[1]
        self.lines = []
        self.errors = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "app", room, name), *arguments],
            stdin=subprocess.PIPE if keep_input else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self.process.stdout, self.lines),
                                  (self.process.stderr, self.errors))]
        for reader in self._readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self._news:
                lines.append(line.decode().rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def story(self):
        return "\n".join([f"exit {self.process.poll()}", *self.lines, "-- stderr --",
                          *self.errors[-60:]])

    def _has_spoken(self):
        return not any(reader.is_alive() for reader in self._readers)

    def wait_for(self, what, check, timeout=20, seen=0):
        """The first JSON line after so many for which `check` gives something true."""
        end = time.monotonic() + timeout
        with self._news:
            while True:
                for line in self.lines[seen:]:
                    seen += 1
                    if line.startswith("{") and check(json.loads(line)):
                        return json.loads(line)
                left = end - time.monotonic()
                if left <= 0 or self._has_spoken():
                    raise AssertionError(f"not seen: {what}\n{self.story}")
                self._news.wait(min(left, 0.5))

    def wait_error(self, what, check, timeout=20):
        """Something true that `check` makes of all lines on standard error."""
        end = time.monotonic() + timeout
        with self._news:
            while not (found := check(self.errors)):
                left = end - time.monotonic()
                if left <= 0 or self._has_spoken():
                    raise AssertionError(f"not seen: {what}\n{self.story}")
                self._news.wait(min(left, 0.5))
        return found

    def wait_exit(self, timeout=40):
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running\n{self.story}") from None
        for reader in self._readers:
            reader.join(5)
        return code

    def send(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(6)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for reader in self._readers:
            reader.join(5)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Exchange:
    """phone-exchange with the users above; may be stopped and started at the same port."""

    def __init__(self, *options):
        self.options = options
        self.folder = tempfile.TemporaryDirectory(prefix="phone-test-")
        self.users = self.path("users")
        with open(self.users, "w", opener=_private) as file:
            for user in USERS:
                file.write(f"{user}:{password_of(user)}\n")
        for user in USERS:
            self.password_file(user, password_of(user))
        self.port = 0
        self.start()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def password_file(self, name, password):
        path = self.path(f"password-{name}")
        with open(path, "w", opener=_private) as file:
            file.write(password + "\n")
        return path

    def start(self):
        self.program = Program("phone-exchange", [
            "--listen", f"127.0.0.1:{self.port}", "--domain", DOMAIN,
            "--users", self.users, "--state-dir", self.path("state"),
            "--control", self.path("control"), "--json", *self.options])
        self.url = self.program.wait_for(
            "the exchange listens", lambda line: line.get("event") == "listening")["url"]
        self.port = int(self.url.split(":")[2].split("/")[0])

    def account(self, user, password_file=None):
        return ["--server", self.url, "--account", address_of(user),
                "--password-file", password_file or self.path(f"password-{user}"),
                "--local-address", "127.0.0.1"]

    def endpoint(self, *arguments):
        """phone-endpoint; words and options of the command line."""
        return Endpoint(["--json", *arguments])

    def answer(self, user, *options):
        """An endpoint that answers, registered."""
        endpoint = self.endpoint("answer", *self.account(user), *options)
        endpoint.wait_registered()
        return endpoint

    def call(self, user, target, *options):
        return self.endpoint("call", target, *self.account(user), *options)

    def close(self):
        self.program.close()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _private(path, flags):
    return os.open(path, flags, 0o600)


class Endpoint(Program):
    def __init__(self, arguments):
        super().__init__("phone-endpoint", arguments)

    def wait_registered(self):
        return self.wait_for("registered", lambda line: line.get("event") == "account"
                             and line["state"] == "registered")

    def wait_call(self, state, timeout=20):
        return self.wait_for(f"a call that is {state}", lambda line: line.get("event")
                             == "call" and line["state"] == state, timeout)

    def verdict(self, timeout=40):
        """The last line, which fits the exit status."""
        code = self.wait_exit(timeout)
        last = json.loads(self.lines[-1])
        assert last["event"] == "verdict" and last["exit"] == code, self.story
        assert sum('"verdict"' in line for line in self.lines) == 1, self.story
        return last

    def expect(self, exit_code, cause, timeout=40):
        verdict = self.verdict(timeout)
        assert (verdict["exit"], verdict["cause"]) == (exit_code, cause), self.story
        assert verdict["proven"] == (exit_code == 0), self.story
        assert verdict["sentence"].endswith("."), self.story
        return verdict


class Session(Program):
    """phone-endpoint serve."""

    def __init__(self, *options):
        super().__init__("phone-endpoint", ["serve", *options], keep_input=True)
        self._last_id = 0

    def write(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def answer_to(self, request_id, timeout=20):
        return self.wait_for(f"the answer {request_id}", lambda line: "id" in line
                             and line["id"] == request_id, timeout)

    def ask_any(self, method, params=None):
        """The whole answer, be it a result or an error."""
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, "method": method}
        if params is not None:
            request["params"] = params
        self.write(json.dumps(request).encode() + b"\n")
        return self.answer_to(self._last_id)

    def ask(self, method, **params):
        answer = self.ask_any(method, params)
        assert "result" in answer, f"{method}: {answer}"
        return answer["result"]

    def wait_told(self, method, kind, check=lambda item: True, timeout=20, since=0,
                  what=None):
        """The notification's account or call, among the lines after so many."""
        return self.wait_for(what or method, lambda line: line.get("method") == method and check(
            line["params"][kind]), timeout, since)["params"][kind]

    def register(self, exchange, user):
        self.ask("account.add", account=address_of(user), server=exchange.url,
                 password=password_of(user), localAddress="127.0.0.1")
        self.ask("account.register")
        return self.wait_told("account.changed", "account",
                              lambda account: account["state"] == "registered")

    def end_input(self):
        self.process.stdin.close()


def interrupt(program):
    program.send(signal.SIGINT)
