# SPDX-License-Identifier: GPL-3.0-or-later
"""A program as assistive technology sees it, asked over the accessibility bus itself: one
question brings everything there is of a window (org.a11y.atspi.Cache), where libatspi asks
for each name, role and child apart, a hundred times as much work for both sides.

A Node is a thing as it was when it was looked at; what is asked of it later is asked of the
program, and raises Gone where it is no longer there."""

import collections
import enum

from gi.repository import Gio, GLib

ROOT = "/org/a11y/atspi/accessible/root"
ASKED_MS = 20000


class Gone(Exception):
    """What was asked is not there any more."""


class State(enum.IntEnum):
    """Of atspi-constants.h: the number of the bit."""
    CHECKED = 4
    FOCUSED = 12
    PRESSED = 20
    SELECTED = 23
    SENSITIVE = 24
    VISIBLE = 30


LABELLED_BY = 2  # a kind of relation


class Role(enum.IntEnum):
    """Of atspi-constants.h; those that a control or what is looked for here may have."""
    CHECK_BOX = 7
    CHECK_MENU_ITEM = 8
    COMBO_BOX = 11
    DIALOG = 16
    IMAGE = 27
    LABEL = 29
    LIST_ITEM = 32
    MENU_ITEM = 35
    PAGE_TAB = 37
    PASSWORD_TEXT = 40
    BUTTON = 43
    RADIO_BUTTON = 44
    RADIO_MENU_ITEM = 45
    SLIDER = 51
    SPIN_BUTTON = 52
    TEXT = 61
    TOGGLE_BUTTON = 62
    ENTRY = 79
    MENU_BUTTON = 129
    SWITCH = 130


MENU_ITEMS = {Role.MENU_ITEM, Role.CHECK_MENU_ITEM, Role.RADIO_MENU_ITEM}

Box = collections.namedtuple("Box", "x y width height")


class Bus:
    """The accessibility bus of the session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus",
                                    "GetAddress", None, None, 0, ASKED_MS, None).unpack()[0]
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        for event in ("object:", "window:"):
            self.ask("org.a11y.atspi.Registry", "/org/a11y/atspi/registry",
                     "org.a11y.atspi.Registry.RegisterEvent",
                     GLib.Variant("(sass)", (event, [], "")))
        # Nothing is done with them: that they come ends a pause (see desktop.pause()).
        for interface in ("org.a11y.atspi.Event.Object", "org.a11y.atspi.Event.Window",
                          "org.a11y.atspi.Cache"):
            self.connection.signal_subscribe(None, interface, None, None, None,
                                             Gio.DBusSignalFlags.NONE, lambda *_: None)

    def ask(self, name, path, method, arguments=None):
        answer = self.ask_each([(name, path, method, arguments)])[0]
        if isinstance(answer, Gone):
            raise answer
        return answer

    def ask_each(self, questions):
        """The answers, in order, a Gone for each that is gone. All are asked at once, since
        each way there and back takes a turn of the machine."""
        answers = {}

        def on_answer(connection, result, number):
            try:
                answers[number] = connection.call_finish(result).unpack()
            except GLib.Error as error:
                answers[number] = Gone(error.message)

        for number, (name, path, method, arguments) in enumerate(questions):
            interface, member = method.rsplit(".", 1)
            self.connection.call(name, path, interface, member, arguments, None,
                                 Gio.DBusCallFlags.NONE, ASKED_MS, None, on_answer,
                                 number)
        while len(answers) < len(questions):
            GLib.MainContext.default().iteration(True)
        return [answers[number] for number in range(len(questions))]

    def ask_children(self, name, paths):
        """A list of each one's children; none where it is not there any more."""
        answers = self.ask_each([(name, path, "org.a11y.atspi.Accessible.GetChildren", None)
                                 for path in paths])
        return [[] if isinstance(answer, Gone) else [path for _, path in answer[0]]
                for answer in answers]


class Node:
    def __init__(self, bus, item):
        ((self.owner, self.path), _, (_, self.parent), self.index, self.child_count,
         self.interfaces, self.name, self.role, _, states) = item
        self.states = states[0] | states[1] << 32
        self.bus = bus

    def has(self, state):
        """It had when it was looked at."""
        return bool(self.states >> state & 1)

    def can(self, interface):
        return f"org.a11y.atspi.{interface}" in self.interfaces

    def is_now(self, state):
        states = self._ask("Accessible.GetState")[0]
        return bool((states[0] | states[1] << 32) >> state & 1)

    def press(self):
        """What a click does."""
        self._ask("Action.DoAction", GLib.Variant("(i)", (0,)))

    def actions(self):
        """How many there are; a menu button is two of one name, and the inner one acts."""
        return self._property("Action", "NActions") if self.can("Action") else 0

    def text(self):
        if not self.can("Text"):
            return ""
        end = self._property("Text", "CharacterCount")
        return self._ask("Text.GetText", GLib.Variant("(ii)", (0, end)))[0]

    def write(self, text):
        self._ask("EditableText.SetTextContents", GLib.Variant("(s)", (text,)))

    def value(self):
        return self._property("Value", "CurrentValue")

    def box(self):
        """Where it is in its window."""
        return boxes([self])[0]

    def question(self, method, arguments=None):
        if not method.startswith("org."):
            method = f"org.a11y.atspi.{method}"
        return self.owner, self.path, method, arguments

    def _property(self, interface, name):
        return self._ask("org.freedesktop.DBus.Properties.Get", GLib.Variant(
            "(ss)", (f"org.a11y.atspi.{interface}", name)))[0]

    def _ask(self, method, arguments=None):
        return self.bus.ask(*self.question(method, arguments))

    def __repr__(self):
        role = next((role.name.lower() for role in Role if role == self.role), self.role)
        return f"{role} {self.name!r}"


def boxes(nodes):
    """Where each is in its window."""
    in_window = GLib.Variant("(u)", (1,))
    answers = nodes[0].bus.ask_each([
        node.question("Component.GetExtents", in_window) for node in nodes]) if nodes else []
    return [Box(*answer[0]) for answer in answers]


class Application:
    def __init__(self, bus, name):
        self.bus = bus
        self.name = name

    def _items(self):
        items = self.bus.ask(self.name, "/org/a11y/atspi/cache",
                             "org.a11y.atspi.Cache.GetItems")[0]
        return {item[0][1]: Node(self.bus, item) for item in items}

    def nodes(self):
        """Everything that is shown, in order. GTK's cache has what somebody asked for once,
        and keeps it where it is hidden: who is whose child is asked of each that has some."""
        nodes = self._items()
        children = {}
        asked = [ROOT, *(path for path, node in nodes.items() if node.child_count > 0)]
        has_new = False
        while asked:
            children.update(zip(asked, self.bus.ask_children(self.name, asked)))
            asked = [path for parent in asked for path in children[parent]
                     if path not in nodes and path not in children]
            has_new = has_new or asked
        if has_new:
            nodes = self._items()
        shown = list(self._walk(nodes, children, ROOT))
        self._name_menu_items([node for node in shown
                               if not node.name and node.role in MENU_ITEMS])
        return shown

    def _name_menu_items(self, items):
        """GTK 4.18 leaves them without a name: they have that of the label they refer to,
        which is no name of the label's, but its text."""
        relations = self.bus.ask_each([
            (self.name, item.path, "org.a11y.atspi.Accessible.GetRelationSet", None)
            for item in items])
        labels = {
            item: target
            for item, answer in zip(items, relations) if not isinstance(answer, Gone)
            for kind, ((_, target), *_) in answer[0] if kind == LABELLED_BY
        }
        texts = self.bus.ask_each([
            (self.name, label, "org.a11y.atspi.Text.GetText", GLib.Variant("(ii)", (0, -1)))
            for label in labels.values()])
        for item, text in zip(labels, texts):
            if not isinstance(text, Gone):
                item.name = text[0]

    def _walk(self, nodes, children, path):
        for child in children.get(path, []):
            if child in nodes:
                yield nodes[child]
                yield from self._walk(nodes, children, child)


def find_application(bus, pid):
    """The one of this process, or with None the first of any, once it has a window; or
    None."""
    programs = bus.ask("org.a11y.atspi.Registry", ROOT,
                       "org.a11y.atspi.Accessible.GetChildren")[0]
    for name, _ in programs:
        try:
            owner = bus.ask("org.freedesktop.DBus", "/org/freedesktop/DBus",
                            "org.freedesktop.DBus.GetConnectionUnixProcessID",
                            GLib.Variant("(s)", (name,)))[0]
            if pid in (owner, None) and bus.ask_children(name, [ROOT])[0]:
                return Application(bus, name)
        except Gone:
            continue
    return None
