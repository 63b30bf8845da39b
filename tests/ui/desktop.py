# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop of its own: a virtual display, a session bus that can start the accessibility
bus and nothing else, and folders that nobody else uses. Everything started is stopped by
its process id. To be made before anything of gi that looks at the display is imported."""

import atexit
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time

from gi.repository import GLib

from accessible import Gone

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

ACCESSIBILITY_SERVICE = "/usr/share/dbus-1/services/org.a11y.Bus.service"


# How long anything may take, and how often it is looked for at least: where the machine does
# much else a look takes long, and what is looked for, too.
WAIT = 30.0
LOOKS = 200
PATIENCE = 120.0  # with a program that has to end, or to answer over a bus
PAUSES_S = (0.02, 0.25)  # between two looks, at least and at most


def pause(seconds):
    """Until something is heard of on a bus, or for so long."""
    context = GLib.MainContext.default()
    over = []
    timer = GLib.timeout_add(round(seconds * 1000), lambda: over.append(True))
    context.iteration(True)
    if not over:
        GLib.source_remove(timer)


def eventually(what, look, seconds=WAIT):
    """The first true value of look(); `what` says in the error what was waited for. Looking
    takes a small part of the time, so that it is not in the way of what is looked at."""
    end = time.monotonic() + seconds
    least_looks = LOOKS if seconds == WAIT else 0
    for number in itertools.count(1):
        begun = time.monotonic()
        try:
            found = look()
        except Gone:
            found = None
        if found:
            return found
        now = time.monotonic()
        if now > end and number >= least_looks:
            raise AssertionError(f"{what}: not within {seconds} s")
        rest = max(PAUSES_S[0], min(3 * (now - begun), PAUSES_S[1]))
        time.sleep(rest / 2)
        pause(rest)


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In a child: nothing outlives a test that ended without its last words."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Program:
    """A child process; its output is kept in a file for the story of a failed test."""

    def __init__(self, folder, name, arguments, environment=None, stdin=subprocess.DEVNULL):
        self.name = name
        self.log = os.path.join(folder, f"{name}-{time.monotonic_ns()}.log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                arguments, env=environment, cwd=folder, stdin=stdin, stdout=log,
                stderr=log, preexec_fn=die_with_parent)
        self.pid = self.process.pid

    def said(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def has_ended(self):
        return self.process.poll() is not None

    def wait_for(self, text, seconds=WAIT):
        def look():
            if text in self.said():
                return True
            assert not self.has_ended(), f"{self.name} ended early:\n{self.said()}"
            return False

        eventually(f"{self.name}: {text!r}", look, seconds)
        return next(line for line in self.said().splitlines() if text in line)

    def stop(self, how=signal.SIGTERM):
        if not self.has_ended():
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Started:
    """A program that the bus has started: no child, known by its process id alone."""

    def __init__(self, pid):
        self.name = "started-by-the-bus"
        self.pid = pid
        self.process = self

    def said(self):
        return ""

    def has_ended(self):
        return not os.path.exists(f"/proc/{self.pid}")

    def wait(self, timeout):
        eventually(f"process {self.pid} ends", self.has_ended, timeout)
        return 0

    def stop(self, how=signal.SIGTERM):
        if not self.has_ended():
            os.kill(self.pid, how)


class Desktop:
    def __init__(self, keyring=None, text_scale=1):
        self.folder = tempfile.mkdtemp(prefix="phone-ui-")
        self.programs = []
        atexit.register(self.stop)
        self.environment = {
            key: value for key, value in os.environ.items()
            if key not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS",
                           "AT_SPI_BUS_ADDRESS", "GTK_THEME")
            and not key.startswith("XDG_")
        }
        self._make_folders()
        self._start_display()
        if text_scale != 1:
            self._scale_text(text_scale)
        self._start_bus()
        os.environ.update(self.environment)
        self._start_notifications()
        if keyring is not None:
            self.start_keyring(keyring)

    def _make_folders(self):
        home = os.path.join(self.folder, "home")
        runtime = os.path.join(self.folder, "runtime")
        os.makedirs(home)
        os.makedirs(runtime, mode=0o700)
        self.environment.update(
            HOME=home, XDG_RUNTIME_DIR=runtime, LC_ALL="C.UTF-8", LANGUAGE="",
            XDG_CONFIG_HOME=os.path.join(home, "config"),
            XDG_DATA_HOME=os.path.join(home, "data"),
            XDG_CACHE_HOME=os.path.join(home, "cache"),
            GSETTINGS_SCHEMA_DIR=os.path.join(os.environ["PHONE_BUILD_DIR"], "data"),
            GDK_BACKEND="x11", GSK_RENDERER="cairo", GTK_A11Y="atspi",
            GSETTINGS_BACKEND="keyfile", GIO_USE_VFS="local", NO_AT_BRIDGE="0",
            PULSE_SERVER="unix:/nonexistent",
            # What GStreamer has looked up once is known to all tests.
            GST_REGISTRY_1_0=os.path.join(os.environ["PHONE_BUILD_DIR"],
                                          "tests/ui/gstreamer-registry"))

        settings = os.path.join(home, "config/gtk-4.0")
        os.makedirs(settings)
        with open(os.path.join(settings, "settings.ini"), "w", encoding="utf-8") as file:
            file.write("[Settings]\ngtk-font-name=Cantarell 11\n"
                       "gtk-enable-animations=0\n")

    def start(self, name, arguments, environment=None, stdin=subprocess.DEVNULL):
        program = Program(self.folder, name, arguments,
                          {**self.environment, **(environment or {})}, stdin)
        self.programs.append(program)
        return program

    def _start_display(self):
        reader, writer = os.pipe()
        log = open(os.path.join(self.folder, "xvfb.log"), "wb")
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x900x24",
             "-nolisten", "tcp", "-noreset"],
            pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=die_with_parent)
        os.close(writer)
        log.close()
        self._adopt("xvfb", process)
        with os.fdopen(reader, "rb") as numbers:
            number = numbers.readline().decode().strip()
        assert number, "Xvfb names no display"
        self.environment["DISPLAY"] = f":{number}"

    def _scale_text(self, scale):
        """As a session's settings service tells it to programs of X."""
        subprocess.run(["xprop", "-root", "-format", "RESOURCE_MANAGER", "8s", "-set",
                        "RESOURCE_MANAGER", f"Xft.dpi:\t{96 * scale}\n"],
                       env=self.environment, check=True)

    def _adopt(self, name, process):
        program = Program.__new__(Program)
        program.name, program.process, program.pid = name, process, process.pid
        program.log = os.path.join(self.folder, f"{name}.log")
        self.programs.append(program)

    def _start_bus(self):
        services = os.path.join(self.folder, "services")
        os.makedirs(services)
        shutil.copy(ACCESSIBILITY_SERVICE, services)
        config = os.path.join(self.folder, "session.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(BUS_CONFIG.format(folder=self.folder))
        bus = self.start("dbus-daemon", ["dbus-daemon", f"--config-file={config}",
                                         "--nofork", "--nopidfile", "--print-address=1"])
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.wait_for("unix:").strip()

    def add_service(self, name, command):
        """From now on the bus starts this program when its name is called."""
        environment = " ".join(f"'{key}={value}'" for key, value in self.environment.items()
                               if "'" not in value and "\n" not in value)
        path = os.path.join(self.folder, f"services/{name}.service")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName={name}\n"
                       f"Exec=/usr/bin/env {environment} {command}\n")
        self._ask_the_bus("ReloadConfig", None)

    def _ask_the_bus(self, method, arguments):
        from gi.repository import Gio

        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", method, arguments, None, 0,
                             round(PATIENCE * 1000), None)

    def adopt_owner(self, name):
        """The program that has this name on the bus, started by it."""
        reply = self._ask_the_bus("GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))
        program = Started(reply.unpack()[0])
        self.programs.append(program)
        return program

    def _start_notifications(self):
        """A notification server that keeps what it is told."""
        import dbus
        import dbusmock

        mock, self.notifications = dbusmock.DBusTestCase.spawn_server_template(
            "notification_daemon", {"capabilities": "body actions persistence"},
            stdout=subprocess.DEVNULL)
        self._adopt("notification-daemon", mock)
        self.notifications = dbus.Interface(self.notifications, dbusmock.MOCK_IFACE)

    def notified(self):
        """Each notification as (id, title, body, [action, label, ...])."""
        found = []
        newest = 0
        for _, call in self.notifications.GetMethodCalls("Notify"):
            number = int(call[1])  # of the one that it takes the place of
            if number == 0:
                number = newest = newest + 1
            found.append((number, str(call[3]), str(call[4]), [str(one) for one in call[5]]))
        return found

    def settings(self, **keys):
        """What the user has chosen before the phone starts; "true", "'text'", "5"."""
        folder = os.path.join(self.environment["XDG_CONFIG_HOME"], "glib-2.0/settings")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write("[org/example/Phone]\n" + "".join(
                f"{key.replace('_', '-')}={value}\n" for key, value in keys.items()))

    def account_lines(self, key):
        """What the accounts have there in their file, in their order."""
        path = os.path.join(self.environment["XDG_CONFIG_HOME"], "phone/accounts.ini")
        with open(path, encoding="utf-8") as file:
            return [line.removeprefix(f"{key}=").strip() for line in file
                    if line.startswith(f"{key}=")]

    def press_in_notification(self, number, action):
        self.notifications.EmitSignal(
            "org.freedesktop.Notifications", "ActionInvoked", "us", [number, action])

    def start_keyring(self, password):
        """A keyring unlocked with this password; with None it stays locked."""
        unlock = [] if password is None else ["--unlock"]
        self.keyring = self.start(
            "gnome-keyring", ["gnome-keyring-daemon", "--foreground",
                              "--components=secrets", *unlock], stdin=subprocess.PIPE)
        self.keyring.process.stdin.write((password or "").encode())
        self.keyring.process.stdin.close()
        self.wait_for_name("org.freedesktop.secrets")

    def stop_keyring(self):
        self.keyring.stop()
        self.wait_for_name("org.freedesktop.secrets", owned=False)

    def wait_for_name(self, name, owned=True):
        def look():
            reply = self._ask_the_bus("NameHasOwner", GLib.Variant("(s)", (name,)))
            return reply.unpack()[0] == owned

        eventually(f"the name {name} is {'' if owned else 'not '}there", look)

    def stop(self):
        while self.programs:
            self.programs.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)
