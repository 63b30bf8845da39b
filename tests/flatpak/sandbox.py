# SPDX-License-Identifier: GPL-3.0-or-later
"""The phone as it was installed from its Flatpak, in its sandbox, on the desktop of
tests/ui. FLATPAK_USER_DIR names the installation."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../ui"))

APPLICATION = "org.example.Phone"

if "FLATPAK_USER_DIR" not in os.environ:
    print("1..0 # SKIP ./check flatpak runs this")
    sys.exit(0)


def flatpak(*arguments):
    return subprocess.run(["flatpak", *arguments], check=True, capture_output=True,
                          text=True).stdout


def start(desktop, *arguments, environment=None):
    """Its command, in the sandbox. What is not said here is as for people."""
    # Part of Flatpak itself: GTK looks for it, and warns where it is not.
    desktop.add_service("org.freedesktop.portal.Flatpak", "/usr/libexec/flatpak-portal")
    return desktop.start("phone", [
        "flatpak", "run", "--user", "--die-with-parent",
        *(f"--unset-env={name}" for name in (
            "GSETTINGS_SCHEMA_DIR", "GSETTINGS_BACKEND", "GIO_USE_VFS", "PHONE_BUILD_DIR")),
        "--env=G_DEBUG=fatal-warnings", APPLICATION, *arguments], environment)


def open_window(desktop, *arguments, environment=None):
    """Its window. Accessibility, too, comes through a proxy, and process ids are others
    inside: it is known as the only one there is."""
    from accessible import Bus, find_application
    from desktop import eventually
    from window import Window

    class SandboxedWindow(Window):
        def __init__(self):
            self.desktop = desktop
            self.program = start(desktop, *arguments, environment=environment)
            self.bus = Bus()
            self.application = eventually("the window is there", self._find)

        def _find(self):
            assert not self.program.has_ended(), self.program.said()
            return find_application(self.bus, None)

        def window_id(self, title="Phone"):
            def look():
                found = subprocess.run(
                    ["xdotool", "search", "--onlyvisible", "--all", "--name", f"^{title}$"],
                    check=False, capture_output=True, text=True).stdout.split()
                return found[-1] if found else None

            return eventually(f"a window {title!r} is on the display", look)

    return SandboxedWindow()


def data_folder(desktop):
    return os.path.join(desktop.environment["HOME"], ".var/app", APPLICATION)
