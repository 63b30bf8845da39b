# SPDX-License-Identifier: GPL-3.0-or-later
"""What else there is on a desktop's buses, mocked: logind, NetworkManager, a portal, a
session that can be kept awake, a media player, and address books. The session bus is the
system bus too."""

import sys

import dbus
import dbusmock

from desktop import eventually

MPRIS_PLAYER = "org.mpris.MediaPlayer2.Player"


class Mock:
    """An object on the bus, by its well-known name, that keeps what it is told."""

    def __init__(self, desktop, name, path, interface, *options):
        self.interface = interface
        desktop.start(name, [sys.executable, "-m", "dbusmock", "--session", *options, name,
                             path, interface])
        desktop.wait_for_name(name)
        bus = dbus.bus.BusConnection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        self.object = bus.get_object(name, path)
        self.mock = dbus.Interface(self.object, dbusmock.MOCK_IFACE)

    def has(self, method, takes="", gives="", code=""):
        self.mock.AddMethod(self.interface, method, takes, gives, code)

    def has_property(self, name, value):
        self.mock.AddProperty(self.interface, name, value)

    def says(self, signal, signature, *arguments):
        self.mock.EmitSignal(self.interface, signal, signature, list(arguments))

    def told(self, method):
        """The arguments of each call of it, in order."""
        return [call[1] for call in self.mock.GetMethodCalls(method)]

    def wait_told(self, method, number=1):
        return eventually(f"{method} is called", lambda: len(self.told(method)) >= number
                          and self.told(method))


def logind(desktop):
    return Mock(desktop, "org.freedesktop.login1", "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager")


def sleep(manager):
    """Goes to sleep, and wakes."""
    manager.says("PrepareForSleep", "b", True)
    manager.says("PrepareForSleep", "b", False)


def network_manager(desktop):
    """As much of it as GLib's monitor looks at."""
    manager = Mock(desktop, "org.freedesktop.NetworkManager",
                   "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager")
    manager.has_property("State", dbus.UInt32(70))
    manager.has_property("Connectivity", dbus.UInt32(4))
    manager.has_property("Metered", dbus.UInt32(2))
    manager.has_property("Version", "1.42.0")
    return manager


def connect(manager, connectivity):
    """1: to nothing, 4: to all."""
    manager.mock.UpdateProperties(
        manager.interface, {"Connectivity": dbus.UInt32(connectivity),
                            "State": dbus.UInt32(70 if connectivity == 4 else 20)})


def player(desktop, name, status):
    mock = Mock(desktop, f"org.mpris.MediaPlayer2.{name}", "/org/mpris/MediaPlayer2",
                MPRIS_PLAYER)
    mock.has_property("PlaybackStatus", status)
    for method, becomes in (("Pause", "Paused"), ("Play", "Playing")):
        mock.has(method, code="self.UpdateProperties"
                 f"('{MPRIS_PLAYER}', {{'PlaybackStatus': '{becomes}'}})")
    return mock


def status_of(mock):
    return str(mock.object.Get(mock.interface, "PlaybackStatus",
                               dbus_interface=dbus.PROPERTIES_IFACE))


def session_manager(desktop):
    mock = Mock(desktop, "org.gnome.SessionManager", "/org/gnome/SessionManager",
                "org.gnome.SessionManager")
    mock.has("RegisterClient", "ss", "o", "ret = '/org/gnome/SessionManager/Client1'")
    mock.has("UnregisterClient", "o")
    mock.has("Inhibit", "susu", "u", "ret = dbus.UInt32(len(self.call_log) + 1)")
    mock.has("Uninhibit", "u")
    return mock


class AddressBooks:
    """The Evolution Data Server, as much of it as is asked for."""

    SERVER = "org.gnome.evolution.dataserver"
    PATH = "/org/gnome/evolution/dataserver"
    OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"

    def __init__(self, desktop):
        self.bus = dbus.bus.BusConnection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        self.sources = Mock(desktop, f"{self.SERVER}.Sources5", f"{self.PATH}/SourceManager",
                            f"{self.SERVER}.SourceManager", "--is-object-manager")
        self.factory = Mock(desktop, f"{self.SERVER}.AddressBook10",
                            f"{self.PATH}/AddressBookFactory",
                            f"{self.SERVER}.AddressBookFactory")
        self.factory.has("OpenAddressBook", "s", "ss",
                         f"ret = ('/book/' + args[0], '{self.SERVER}.AddressBook10')")

    def _source(self, uid):
        return f"{self.PATH}/SourceManager/Source_{uid}"

    def _data(self, name):
        return f"[Data Source]\nDisplayName={name}\nEnabled=true\n[Address Book]\n"

    def _mock_of(self, name, path):
        return dbus.Interface(self.bus.get_object(f"{self.SERVER}.{name}", path),
                              dbusmock.MOCK_IFACE)

    def add(self, uid, name, *cards):
        self.factory.mock.AddObject(
            f"/book/{uid}", f"{self.SERVER}.AddressBook", {"Revision": "0"},
            [("Open", "", "as", "ret = []"),
             ("GetContactList", "s", "as", f"ret = {list(cards)!r}")])
        self.sources.mock.AddObject(
            self._source(uid), f"{self.SERVER}.Source", {"UID": uid, "Data": self._data(name)},
            dbus.Array([], signature="(ssss)"))
        self.sources.mock.EmitSignal(
            self.OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}",
            [dbus.ObjectPath(self._source(uid)), dbus.Dictionary({}, signature="sa{sv}")])

    def write(self, uid, *cards):
        """Other cards in it from now on."""
        book = self._mock_of("AddressBook10", f"/book/{uid}")
        book.AddMethod(f"{self.SERVER}.AddressBook", "GetContactList", "s", "as",
                       f"ret = {list(cards)!r}")
        book.UpdateProperties(f"{self.SERVER}.AddressBook", {"Revision": repr(cards)})

    def rename(self, uid, name):
        self._mock_of("Sources5", self._source(uid)).UpdateProperties(
            f"{self.SERVER}.Source", {"Data": self._data(name)})

    def remove(self, uid):
        self.sources.mock.RemoveObject(self._source(uid))
        self.sources.mock.EmitSignal(
            self.OBJECT_MANAGER, "InterfacesRemoved", "oas",
            [dbus.ObjectPath(self._source(uid)), [f"{self.SERVER}.Source"]])
