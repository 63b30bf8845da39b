# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program, seen and used as assistive technology does."""

import contextlib
import os
import subprocess

from accessible import Bus, Gone, Role, State, boxes, find_application
from desktop import PATIENCE, WAIT, eventually

BUILD = os.environ["PHONE_BUILD_DIR"]
SHOTS = os.path.join(BUILD, "tests/ui/screenshots")
BUTTONS = {Role.BUTTON, Role.TOGGLE_BUTTON, Role.MENU_BUTTON}
SWITCHES = {Role.CHECK_BOX, Role.SWITCH, Role.TOGGLE_BUTTON}
MOST_PICTURES = 6
FRAME = 16  # extents may be told from inside of the frame and its shadow
CONTROLS = BUTTONS | SWITCHES | {
    Role.TEXT, Role.ENTRY, Role.PASSWORD_TEXT, Role.COMBO_BOX, Role.PAGE_TAB,
    Role.RADIO_BUTTON, Role.SLIDER, Role.SPIN_BUTTON}


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
        self.bus = Bus()
        self.application = eventually("the window is there", self._find)

    def _find(self):
        assert not self.program.has_ended(), self.program.said()
        return find_application(self.bus, self.program.pid)

    # ---- Looking ----

    def nodes(self):
        """Everything that is shown, in order."""
        return self.application.nodes()

    def story(self):
        lines = []
        if not self.program.has_ended():
            lines = [f"{node} {text!r}" for node in self.nodes()
                     if (text := node.text()) or node.role in CONTROLS]
        return "\n".join(lines + [f"{program.name}:\n{program.said()[-4000:]}"
                                  for program in self.desktop.programs])

    def find(self, name, roles=None):
        return next((node for node in self.nodes() if node.name == name
                     and (roles is None or node.role in roles)), None)

    def below(self, heading):
        """What is shown from the first thing of this name on, as a dialog is from its
        title on."""
        nodes = self.nodes()
        return nodes[next((number for number, node in enumerate(nodes)
                           if node.name == heading), len(nodes)):]

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
        return [node.name for node in self.nodes()]

    def controls(self):
        return seen(node for node in self.nodes() if node.role in CONTROLS)

    def tabs(self):
        """The names in the view switchers that are seen: a switcher may be there three
        times, for three widths."""
        return seen(node for node in self.nodes() if node.role == Role.PAGE_TAB)

    def views(self):
        return list(dict.fromkeys(node.name for node in self.tabs()))

    def show_view(self, name):
        tab = eventually(f"the view {name!r} can be chosen", lambda: next(
            (node for node in self.tabs() if node.name == name), None))
        if not tab.is_now(State.SELECTED):
            tab.press()
        eventually(f"the view {name!r} is shown", lambda: tab.is_now(State.SELECTED))

    def controls_without_name(self, controls=None):
        return [node for node in controls or self.controls()
                if not node.name or node.name.startswith(("Gtk", "Adw"))]

    def controls_outside(self, width, height, controls=None):
        """Those that a window of this size, with its frame, does not show whole. A switcher
        of views that was folded away keeps its old place: it is there twice."""
        def is_outside(box):
            return box.x < -FRAME or box.y < -FRAME or \
                box.x + box.width > width or box.y + box.height > height

        controls = controls or self.controls()
        outside, inside = set(), set()
        for node, box in zip(controls, boxes(controls)):
            (outside if is_outside(box) else inside).add(node.name)
        return sorted(outside - inside)

    # ---- Doing ----

    def press(self, name):
        def look():
            button = self.find(name, BUTTONS)
            if button is None or not button.has(State.SENSITIVE):
                return False
            button.press()
            return True

        eventually(f"{name!r} can be pressed", look)

    def switch(self, name):
        """Turns a switch on or off, and waits until it is."""
        switch = self.wait(name, SWITCHES)
        before = switch.is_now(State.CHECKED)
        switch.press()
        eventually(f"{name!r} is switched",
                   lambda: switch.is_now(State.CHECKED) != before)

    def press_in_question(self, heading, name):
        """A button of a question, which has each twice, beside and above one another: the
        one that is seen."""
        def look():
            return seen(node for node in self.below(heading)
                        if node.name == name and node.role in BUTTONS)

        eventually(f"{heading!r} can be answered with {name!r}", look)[0].press()
        self.wait_gone(heading)

    def open_menu(self, name):
        """A menu button is two of that name, one in the other; the inner one does it."""
        def look():
            return next((node for node in self.nodes() if node.name == name
                         and node.role in BUTTONS and node.actions() > 0), None)

        eventually(f"the menu {name!r} is shown", look).press()

    def choose_in_menu(self, menu, item):
        self.open_menu(menu)
        self.wait(item, {Role.MENU_ITEM}).press()

    def choose_file(self, title, accept, path):
        """In the dialog that has come up, by its path. That is put in as a whole: while keys
        come fast the completion of GTK 4.18 leaves behind some of what it had guessed."""
        self.wait(title)
        self.key("ctrl+l", title=title)
        entry = eventually("a path can be written", lambda: next(
            (node for node in reversed(self.nodes()) if node.can("EditableText")
             and node.has(State.FOCUSED)), None))
        entry.write(path)
        eventually(f"{path} is written", lambda: entry.text() == path)
        # GTK 4.8 names it twice over.
        eventually(f"{path} can be chosen", lambda: next(
            (node for node in self.nodes() if node.role in BUTTONS
             and node.name in (accept, f"{accept} {accept}")
             and node.has(State.SENSITIVE)), None)).press()
        self.wait_gone(title)

    def use_this_computer(self):
        """From the welcome page, whose first row has the focus, to the page for dialling."""
        self.wait("Use This Computer")
        self.key("Return")
        self.press("Continue")
        self.wait("Reachable")

    def field(self, name):
        return eventually(f"the field {name!r} is shown", lambda: next(
            (node for node in self.nodes()
             if node.name == name and node.can("EditableText")), None))

    def field_text(self, name):
        return self.field(name).text()

    def write(self, name, text):
        self.field(name).write(text)

    def key(self, *keys, title="Phone"):
        window = self.window_id(title)
        subprocess.run(["xdotool", "windowfocus", "--sync", window], check=True)
        subprocess.run(["xdotool", "key", *keys], check=True)

    def type(self, text, title="Phone"):
        """Key by key, into what has the focus."""
        subprocess.run(["xdotool", "windowfocus", "--sync", self.window_id(title)], check=True)
        subprocess.run(["xdotool", "type", text], check=True)

    def tab_into(self, name, title, most=12):
        """Until a row of this name has the focus."""
        def has_focus():
            return any(node.name == name and node.role == Role.LIST_ITEM
                       and node.has(State.FOCUSED) for node in self.nodes())

        for _ in range(most):
            if has_focus():
                return
            self.key("Tab", title=title)
        eventually(f"{name!r} has the focus", has_focus)

    def point(self, x, y):
        """The pointer at this place of the window."""
        subprocess.run(["xdotool", "mousemove", "--window", self.window_id(),
                        str(x), str(y)], check=True)

    @contextlib.contextmanager
    def pointer_down(self):
        """Its button is held, and let go where the block ends."""
        subprocess.run(["xdotool", "mousedown", "1"], check=True)
        try:
            yield
        finally:
            subprocess.run(["xdotool", "mouseup", "1"], check=True)

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
            return self.find(name, BUTTONS).has(State.FOCUSED)

        for _ in range(most):
            if has_focus():
                return
            self.key("Tab")
        eventually(f"{name!r} has the focus", has_focus)

    def _window_ids(self, title):
        return subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--all", "--pid",
             str(self.program.pid), "--name", f"^{title}$"],
            check=False, capture_output=True, text=True).stdout.split()

    def has_window(self, title):
        return bool(self._window_ids(title))

    def window_id(self, title="Phone"):
        """As X knows it, which may be told of a window after others were."""
        return eventually(f"a window {title!r} is there for X",
                          lambda: self._window_ids(title))[-1]

    def resize(self, width, height, title="Phone"):
        subprocess.run(["xdotool", "windowsize", "--sync", self.window_id(title),
                        str(width), str(height)], check=True)

    def shoot(self, name, title="Phone", is_still=True):
        """A picture of the window in the build folder; its path."""
        return take(name, is_still, "-window", self.window_id(title))

    def shoot_screen(self, name):
        """The same with all windows of the screen, which lie at its corner."""
        return take(name, True, "-window", "root", "-trim")

    def quit(self):
        self.key("ctrl+q")
        code = self.program.process.wait(timeout=PATIENCE)
        assert code == 0, f"the phone ended with {code}:\n{self.program.said()}"


def take(name, is_still, *what):
    """What is drawn follows what is told by a frame or two: it is drawn when the picture is
    that of a moment ago. Where it moves, the last of a few is taken."""
    os.makedirs(SHOTS, exist_ok=True)
    path = os.path.join(SHOTS, f"{name}.png")
    last = None
    for _ in range(MOST_PICTURES if is_still else 1):
        subprocess.run(["import", "-strip", "-define", "png:exclude-chunks=date,time",
                        *what, path], check=True)
        with open(path, "rb") as file:
            picture = file.read()
        if picture == last:
            break
        last = picture
    return path


def seen(nodes):
    """Those of them that have room: what is on a page that is not shown was given none."""
    nodes = list(nodes)
    return [node for node, box in zip(nodes, boxes(nodes)) if box.width > 0 and box.height > 0]
