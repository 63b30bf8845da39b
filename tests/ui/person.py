# SPDX-License-Identifier: GPL-3.0-or-later
"""phone-endpoint serve: the phone of another person, told what to do by JSON-RPC."""

import json
import os
import subprocess

from desktop import eventually
from servers import BUILD


class Person:
    def __init__(self, desktop, exchange, user, environment=None, options=()):
        self.address = f"sip:{user}@{exchange.domain}"
        self.program = desktop.start(f"person-{user}", [
            os.path.join(BUILD, "app/endpoint/phone-endpoint"), "serve",
            "--server", exchange.url, "--account", self.address,
            "--password-file", exchange.password_file(user), *options], environment,
            stdin=subprocess.PIPE)
        self._last_id = 0
        self.program.wait_for('"state":"registered"')

    def lines(self):
        # What is still being written has no end yet.
        lines = self.program.said().split("\n")[:-1]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def ask(self, method, **params):
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        self.program.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.program.process.stdin.flush()
        answer = eventually(f"an answer to {method}", lambda: next(
            (line for line in self.lines() if line.get("id") == request["id"]), None))
        assert "result" in answer, f"{method}: {answer}"
        return answer["result"]

    def wait(self, **members):
        """The call that is so, once there is one."""
        def look():
            return next((call for call in self.ask("call.list")["calls"] if all(
                call.get(name) == value for name, value in members.items())), None)

        return eventually(f"{self.address}: a call with {members}", look)

    def wait_alone(self):
        eventually(f"{self.address}: no call", lambda: not self.ask("call.list")["calls"])

    def wait_ended(self, cause):
        eventually(f"{self.address}: ended with {cause}", lambda: any(
            line.get("method") == "call.removed"
            and line["params"]["call"].get("endCause") == cause for line in self.lines()))

    def do(self, method, **params):
        """Of the only call there is."""
        calls = self.ask("call.list")["calls"]
        assert len(calls) == 1, calls
        return self.ask(f"call.{method}", id=calls[0]["id"], **params)

    def call(self, user):
        return self.ask("call.start", target=user)["call"]["id"]

    def take(self):
        self.wait(state="incoming")
        self.do("answer")

    def digits(self):
        return "".join(line["params"]["digit"]["digit"] for line in self.lines()
                       if line.get("method") == "call.digitReceived")
