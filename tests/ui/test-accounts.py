# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: signing in stopped at each step with its cause, a certificate that is pinned,
two accounts at once, and the form in which one is changed."""

import http.server
import json
import os
import socket
import subprocess
import threading

from desktop import Desktop, eventually

desktop = Desktop(keyring="unlocked")

from servers import Exchange  # noqa: E402
from window import BUILD, Role, Window  # noqa: E402
import tap  # noqa: E402

exchange = Exchange(desktop)
window = None


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Page(http.server.BaseHTTPRequestHandler):
    """A web server, and at /chat a WebSocket for something else."""

    def do_GET(self):
        if self.path == "/chat":
            import base64
            import hashlib
            key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept",
                             base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        else:
            self.send_response(200)
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def start_web_server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def start_tls_exchange():
    """Its certificate is one that it made itself."""
    folder = os.path.join(desktop.folder, "tls")
    program = desktop.start("tls-exchange", [
        os.path.join(BUILD, "app/exchange/phone-exchange"), "--json", "--tls",
        "--listen", "127.0.0.1:0", "--domain", exchange.domain,
        "--users", exchange.users, "--state-dir", folder])
    return json.loads(program.wait_for('"event":"listening"'))


def sign_in(server, user="alice", password="x"):
    window.write("Account", f"{user}@{exchange.domain}")
    window.write("Password", password)
    window.write("Server", server)
    window.press("Sign In")


def test_steps_stop_with_their_cause():
    """each step that stops says why and what to do"""
    global window
    window = Window(desktop)
    window.wait("Welcome to Phone")
    window.key("Down", "Return")
    window.wait("Password")
    web = start_web_server()
    for server, sentence in (
            ("ws://nowhere.invalid/ws", "There is no server of that name."),
            (f"ws://127.0.0.1:{free_port()}/", "The server does not answer on that port."),
            (f"ws://127.0.0.1:{web}/", "Something answers, but it is no phone server."),
            (f"ws://127.0.0.1:{web}/chat", "The server connects, but not for phones."),
            (exchange.url, "Wrong account or password.")):
        sign_in(server)
        window.wait_for_text(sentence)
    window.shoot("sign-in-stopped")


def test_unknown_user():
    """somebody whom the server does not know is told no more than that"""
    sign_in(f"ws://127.0.0.1:{free_port()}/")
    window.wait_for_text("The server does not answer on that port.")
    sign_in(exchange.url, user="nobody", password="y")
    window.wait_for_text("Wrong account or password.")


def test_finds_no_server():
    """without an address the usual ones are tried, and it says which"""
    window.write("Account", "alice@nowhere.invalid")
    window.write("Server", "")
    window.press("Sign In")
    window.wait_for_text("Tried without success: wss://nowhere.invalid/ws, ")
    window.wait_for_text("There is no server of that name.")
    assert window.controls_without_name() == []
    window.shoot("sign-in-not-found")


def test_pins_a_certificate():
    """a certificate that nobody vouches for is shown, and trusted only when asked"""
    told = start_tls_exchange()
    sign_in(told["url"], password=exchange.password("alice"))
    window.wait("Trust This Certificate?")
    window.wait(told["fingerprint"])
    window.shoot("sign-in-certificate")
    assert not window.find("Reachable")
    window.press("Trust and Sign In")
    window.wait("Reachable")
    with open(os.path.join(desktop.environment["XDG_CONFIG_HOME"], "phone/accounts.ini"),
              encoding="utf-8") as file:
        assert f"pinned-fingerprint={told['fingerprint']}" in file.read()


def open_accounts():
    window.key("ctrl+comma")
    window.show_view("Accounts")
    window.wait("Accounts at Servers")


def test_preferences():
    """the preferences show the account, and add another one"""
    open_accounts()
    window.wait(f"alice@{exchange.domain}")
    window.wait_for_text("Reachable")
    window.shoot_screen("accounts")
    window.press("Add Account")
    window.wait("Address")
    window.write("Address", "carol and bob")
    window.wait("Write it like alice@example.org.")
    window.write("Server 1", "https://example.org/")
    window.wait_for_text("Write each like wss://example.org/ws.")
    assert not window.controls_without_name(), window.controls_without_name()
    window.shoot_screen("account-mistakes")
    window.write("Address", f"carol@{exchange.domain}")
    window.write("Password", exchange.password("carol"))
    window.write("Server 1", exchange.url)
    window.press("Add Server")
    window.wait("Server 2")
    window.press("Add Server")
    window.press("Remove Server 3")
    window.wait_gone("Server 3")
    window.write("Server 2", f"ws://127.0.0.1:{free_port()}/ws")
    window.press("Move Server 2 Up")
    eventually("it is the first", lambda: window.field_text("Server 2") == exchange.url)
    window.switch("Opus")
    window.press("Move G.722 Down")
    eventually("G.711 is before it", lambda: [
        name for name in window.names() if name in ("G.722", "G.711 µ-law")][0] != "G.722")
    window.shoot_screen("account-order")
    window.wait_gone("Write it like alice@example.org.")
    window.press("Save")
    window.wait(f"carol@{exchange.domain}")
    eventually("both are reachable", lambda: [
        name for name in window.names() if name.startswith("Reachable")][2:])
    window.shoot_screen("accounts-two")


def test_order_is_kept():
    """the order of servers and codecs is as it was left"""
    with open(os.path.join(desktop.environment["XDG_CONFIG_HOME"], "phone/accounts.ini"),
              encoding="utf-8") as file:
        text = file.read()
    assert "audio-codecs=pcmu;g722;pcma;" in text, text
    assert text.index("/ws;" + exchange.url) > 0, text


def test_switch():
    """an account is switched off and on"""
    window.switch(f"Enable carol@{exchange.domain}")
    window.wait("Off")
    window.switch(f"Enable carol@{exchange.domain}")
    window.wait_gone("Off")


def offered():
    """How many accounts the open list of the question has: its rows are without names."""
    return len([node for node in window.nodes()
                if node.role == Role.LIST_ITEM and node.name == ""])


def test_link_with_one_of_them():
    """whoever opens a link chooses with which account it is called"""
    window.key("Escape")
    window.wait_gone("Accounts at Servers")
    opened = desktop.start("opener", [os.path.join(BUILD, "ui/phone"),
                                      f"sip:bob@{exchange.domain}"])
    window.wait("Call This Address?")
    assert opened.process.wait() == 0
    window.wait("Account to Call With", {Role.COMBO_BOX})
    assert window.controls_without_name() == [], window.controls_without_name()
    window.shoot_screen("link-question-accounts")
    # The page for dialling has one of this name, too: that of the question is the last.
    [node for node in window.nodes() if node.name == "Account to Call With"][-1].press()
    eventually("both can be chosen", lambda: offered() == 2)
    subprocess.run(["xdotool", "key", "Down", "Return"], check=True)
    eventually("one is chosen", lambda: offered() == 0)
    window.press_in_question("Call This Address?", "Call")
    # Nobody is bob, so it is refused; alice is signed in elsewhere.
    refused = json.loads(exchange.program.wait_for('"method":"INVITE"'))
    assert refused["aor"] == f"carol@{exchange.domain}", refused
    window.press("Done")
    window.wait("Reachable")


def invited():
    """The accounts that have called over the first exchange."""
    return [json.loads(line)["aor"] for line in exchange.program.said().splitlines()
            if '"method":"INVITE"' in line]


def test_dials_with_one_of_them():
    """whoever dials chooses with which account"""
    alice, carol = (f"{user}@{exchange.domain}" for user in ("alice", "carol"))
    before = invited()
    shown = window.names().count(alice)
    window.open_menu("Account to Call With")
    window.wait(carol)
    window.shoot_screen("dial-accounts")
    window.key("Down", "Return")
    eventually("carol is shown alone", lambda: carol in (names := window.names())
               and names.count(alice) < shown)
    window.write("Address or Number to Call", "bob")
    window.press("Call")
    window.press("Done")  # nobody is bob
    assert invited()[len(before):] == [carol], invited()
    window.wait("Reachable")


def test_both_come_back():
    """the next start signs in to both"""
    global window
    window.key("Escape")
    window.wait_gone("Accounts at Servers")
    window.quit()
    window = Window(desktop)
    window.wait("Reachable")
    open_accounts()
    window.wait(f"alice@{exchange.domain}")
    window.wait(f"carol@{exchange.domain}")
    eventually("both are reachable", lambda: [
        name for name in window.names() if name.startswith("Reachable")][2:])
    window.key("Escape")
    window.wait_gone("Accounts at Servers")


def test_signs_out_of_one():
    """Sign Out says which account goes, and the other one stays"""
    before = desktop.account_lines("aor")
    current = next(name for name in window.names()
                   if f"sip:{name}" in before)
    window.key("F10")
    window.wait("Sign Out")
    window.key("Down", "Return")
    window.wait(f"{current} and its password are forgotten on this computer.")
    window.shoot_screen("sign-out")
    window.press_in_question("Sign Out?", "Sign Out")
    eventually("it is forgotten", lambda: desktop.account_lines("aor") == [
        aor for aor in before if aor != f"sip:{current}"])
    window.wait("Reachable")
    assert not window.find("Account to Call With"), "one account is no choice"
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
