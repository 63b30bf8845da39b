# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program, seen and used as assistive technology does. Import after a Desktop was
made: the accessibility library looks for the bus when it is loaded."""

import os
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from desktop import WAIT, eventually  # noqa: E402

BUILD = os.environ["PHONE_BUILD_DIR"]
SHOTS = os.path.join(BUILD, "tests/ui/screenshots")
BUTTONS = {"push button", "toggle button", "button", "menu button"}
SWITCHES = {"check box", "switch", "toggle button"}
FRAME = 16  # extents may be told from inside of the frame and its shadow
CONTROLS = BUTTONS | {"text", "check box", "entry", "password text", "combo box", "switch",
                      "page tab", "radio button", "slider", "spin button"}


class Window:
    def __init__(self, desktop, *arguments, environment=None, media="test",
                 started_by_the_bus=None):
        self.desktop = desktop
        if started_by_the_bus:
            self.program = desktop.adopt_owner(started_by_the_bus)
        else:
            self.program = desktop.start(
                "phone", [os.path.join(BUILD, "ui/phone"),
                          *([f"--media={media}"] if media else []), *arguments],
                {"G_DEBUG": "fatal-warnings", **(environment or {})})
        self.application = eventually("the window is there", self._find)
        self.application.set_cache_mask(Atspi.Cache.NONE)

    def _find(self):
        assert not self.program.has_ended(), self.program.said()
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.program.pid \
                    and application.get_child_count() > 0:
                return application
        return None

    # ---- Looking ----

    def nodes(self):
        """Everything that is shown, in order."""
        stack = [self.application]
        while stack:
            node = stack.pop()
            if node is None:  # it went away meanwhile
                continue
            try:
                if node is not self.application:
                    if not node.get_state_set().contains(Atspi.StateType.VISIBLE):
                        continue
                    yield node
                stack.extend(reversed([node.get_child_at_index(index)
                                       for index in range(node.get_child_count())]))
            except GLib.Error:  # it went away meanwhile
                continue

    def story(self):
        lines = [f"{node.get_role_name()} {node.get_name()!r} {text_of(node)!r}"
                 for node in self.nodes()
                 if text_of(node) or node.get_role_name() in CONTROLS]
        return "\n".join(lines + [f"{program.name}:\n{program.said()[-4000:]}"
                                  for program in self.desktop.programs])

    def find(self, name, roles=None):
        for node in self.nodes():
            try:
                if node.get_name() == name and \
                        (roles is None or node.get_role_name() in roles):
                    return node
            except GLib.Error:
                continue
        return None

    def wait(self, name, roles=None, seconds=WAIT):
        return eventually(f"{name!r} is shown", lambda: self.find(name, roles), seconds)

    def wait_gone(self, name, roles=None, seconds=WAIT):
        eventually(f"{name!r} is gone", lambda: self.find(name, roles) is None, seconds)

    def wait_for_text(self, part, seconds=WAIT):
        """The first text shown that has this part."""
        def look():
            return next((name for name in self.names() if part in name), None)

        return eventually(f"a text with {part!r} is shown", look, seconds)

    def names(self):
        for node in self.nodes():
            try:
                yield node.get_name() or ""
            except GLib.Error:
                continue

    def controls(self):
        return [node for node in self.nodes()
                if node.get_role_name() in CONTROLS and is_seen(node)]

    def views(self):
        """The names in the view switchers that are seen, each once."""
        return list(dict.fromkeys(node.get_name() for node in self.nodes()
                                  if node.get_role_name() == "page tab" and is_seen(node)))

    def show_view(self, name):
        """A switcher may be there three times, for three widths: one is seen."""
        def look():
            return next((node for node in self.nodes() if is_seen(node)
                         and node.get_role_name() == "page tab"
                         and node.get_name() == name), None)

        tab = eventually(f"the view {name!r} can be chosen", look)
        if not tab.get_state_set().contains(Atspi.StateType.SELECTED):
            tab.get_action_iface().do_action(0)
        eventually(f"the view {name!r} is shown", lambda: tab.get_state_set().contains(
            Atspi.StateType.SELECTED))

    def controls_without_name(self):
        return [node.get_role_name() for node in self.controls()
                if not node.get_name() or node.get_name().startswith(("Gtk", "Adw"))]

    def controls_outside(self, width, height):
        """Those that a window of this size, with its frame, does not show whole. A switcher
        of views that was folded away keeps its old place: it is there twice."""
        def is_outside(node):
            box = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
            return box.x < -FRAME or box.y < -FRAME or \
                box.x + box.width > width or box.y + box.height > height

        controls = self.controls()
        outside = {node.get_name() for node in controls if is_outside(node)}
        inside = {node.get_name() for node in controls if not is_outside(node)}
        return sorted(outside - inside)

    # ---- Doing ----

    def press(self, name):
        button = self.wait(name, BUTTONS)
        eventually(f"{name!r} can be pressed", lambda: button.get_state_set().contains(
            Atspi.StateType.SENSITIVE))
        button.get_action_iface().do_action(0)

    def switch(self, name):
        """Turns a switch on or off, and waits until it is."""
        switch = self.wait(name, SWITCHES)

        def is_on():
            return switch.get_state_set().contains(Atspi.StateType.CHECKED)

        before = is_on()
        switch.get_action_iface().do_action(0)
        eventually(f"{name!r} is switched", lambda: is_on() != before)

    def press_in_question(self, heading, name):
        """A button of a question. It has each twice, beside and above one another, of which
        one is shown: the other one does nothing."""
        self.wait(heading)
        is_below = False
        for node in self.nodes():
            try:
                is_below = is_below or node.get_name() == heading
                if is_below and node.get_name() == name and \
                        node.get_role_name() in BUTTONS:
                    node.get_action_iface().do_action(0)
            except GLib.Error:
                continue
        self.wait_gone(heading)

    def use_this_computer(self):
        """From the welcome page, whose first row has the focus, to the page for dialling."""
        self.wait("Use This Computer")
        self.key("Return")
        self.press("Continue")
        self.wait("Reachable")

    def field(self, name):
        def look():
            for node in self.nodes():
                if node.get_name() == name and node.get_editable_text_iface() is not None:
                    return node
            return None

        return eventually(f"the field {name!r} is shown", look)

    def field_text(self, name):
        return text_of(self.field(name))

    def write(self, name, text):
        self.field(name).get_editable_text_iface().set_text_contents(text)

    def key(self, *keys, title="Phone"):
        window = self.window_id(title)
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        subprocess.run(["xdotool", "key", *keys], check=True)

    def tab_into(self, name, title, most=12):
        """Until a row of this name has the focus."""
        def has_focus():
            return any(node.get_name() == name and node.get_role_name() == "list item"
                       and node.get_state_set().contains(Atspi.StateType.FOCUSED)
                       for node in self.nodes())

        for _ in range(most):
            if has_focus():
                return
            self.key("Tab", title=title)
        eventually(f"{name!r} has the focus", has_focus)

    def point(self, x, y):
        """The pointer at this place of the window."""
        subprocess.run(["xdotool", "mousemove", "--window", self.window_id(),
                        str(x), str(y)], check=True)

    def drag(self, start, end):
        steps = [("mousemove", *start), ("mousedown", 1)]
        steps += [("mousemove", start[0] + (end[0] - start[0]) * step // 5,
                   start[1] + (end[1] - start[1]) * step // 5) for step in range(1, 6)]
        for command, *numbers in [*steps, ("mouseup", 1)]:
            where = ["--window", self.window_id()] if command == "mousemove" else []
            subprocess.run(["xdotool", command, *where, *map(str, numbers)], check=True)

    def sign_in(self, exchange, user):
        """From the first page to the account of this user at the exchange."""
        self.wait("Welcome to Phone")
        self.key("Down", "Return")
        self.wait("Password")
        self.write("Server", exchange.url)
        self.write("Account", f"{user}@{exchange.domain}")
        self.write("Password", exchange.password(user))
        self.press("Sign In")
        self.wait(f"{user}@{exchange.domain}")
        self.wait("Reachable")

    def tab_to(self, name, most=12):
        def has_focus():
            return self.find(name, BUTTONS).get_state_set().contains(
                Atspi.StateType.FOCUSED)

        for _ in range(most):
            if has_focus():
                return
            self.key("Tab")
        eventually(f"{name!r} has the focus", has_focus)

    def window_id(self, title="Phone"):
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--all", "--pid", str(self.program.pid),
             "--name", f"^{title}$"],
            check=True, capture_output=True, text=True).stdout.split()
        return found[-1]

    def resize(self, width, height, title="Phone"):
        subprocess.run(["xdotool", "windowsize", "--sync", self.window_id(title),
                        str(width), str(height)], check=True)

    def shoot(self, name, title="Phone"):
        """A picture of the window in the build folder; its path."""
        os.makedirs(SHOTS, exist_ok=True)
        path = os.path.join(SHOTS, f"{name}.png")
        # What is drawn follows what is told by a frame or two.
        time.sleep(0.3)
        subprocess.run(["import", "-window", self.window_id(title), path], check=True)
        return path

    def shoot_screen(self, name):
        """The same with all windows of the screen, which lie at its corner."""
        os.makedirs(SHOTS, exist_ok=True)
        path = os.path.join(SHOTS, f"{name}.png")
        time.sleep(0.3)
        subprocess.run(["import", "-window", "root", "-trim", path], check=True)
        return path

    def quit(self):
        self.key("ctrl+q")
        code = self.program.process.wait(timeout=WAIT)
        assert code == 0, f"the phone ended with {code}:\n{self.program.said()}"


def is_seen(node):
    """What is on a page that is not shown was given no room."""
    try:
        box = Atspi.Component.get_extents(node, Atspi.CoordType.WINDOW)
    except GLib.Error:
        return False
    return box.width > 0 and box.height > 0


def text_of(node):
    try:
        text = node.get_text_iface()
        if text is None:
            return ""
        return text.get_text(0, text.get_character_count())
    except GLib.Error:
        return ""
