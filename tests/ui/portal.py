# SPDX-License-Identifier: GPL-3.0-or-later
"""A mocked desktop portal, as a sandboxed program sees it."""

import dbus
import dbusmock

from mocks import Mock

NAME = "org.freedesktop.portal.Desktop"
PATH = "/org/freedesktop/portal/desktop"
NOTIFICATION = "org.freedesktop.portal.Notification"
BACKGROUND = "org.freedesktop.portal.Background"
CAMERA = "org.freedesktop.portal.Camera"
OPEN_URI = "org.freedesktop.portal.OpenURI"
NETWORK = "org.freedesktop.portal.NetworkMonitor"
REQUEST = "org.freedesktop.portal.Request"

# As the real one does: what has a key that it does not know, or a value of another type, it
# is not told of. ALLOWED is what this version knows of a notification and of a button.
TAKE = """
def is_text(value):
    return isinstance(value, str) and value.variant_level == 1

def is_button(button):
    return {"label", "action"} <= set(button) <= ALLOWED[1] and all(
        is_text(value) for key, value in button.items() if key != "target")

def is_value(key, value):
    if key == "buttons":
        return value.signature == "a{sv}" and all(map(is_button, value))
    return key == "default-action-target" or is_text(value)

if not set(args[1]) <= ALLOWED[0] or not all(is_value(*one) for one in args[1].items()):
    self.call_log.pop()
    raise dbus.exceptions.DBusException(
        "not valid: " + repr(args), name="org.freedesktop.portal.Error.InvalidArgument")
"""
ALLOWED = {
    1: ({"title", "body", "priority", "default-action", "default-action-target", "buttons"},
        {"label", "action", "target"}),
    2: ({"title", "body", "priority", "default-action", "default-action-target", "buttons",
         "category", "sound"}, {"label", "action", "target", "purpose"}),
}

# Told so, a program does as in a sandbox. The second is what newer GLib calls it (2.84).
AS_IN_SANDBOX = {"GTK_USE_PORTAL": "1", "GIO_USE_PORTALS": "1"}

# Connects to a socket, and hands the connection over through another one.
CONNECT = """
import socket, sys
remote = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
remote.connect(sys.argv[1])
socket.send_fds(socket.socket(fileno=int(sys.argv[2])), [b'x'], [remote.fileno()])
"""


class Portal(Mock):
    """With notifications that know calls (from version 2 on), the network, the background
    and a browser."""

    def __init__(self, desktop, version=2):
        super().__init__(desktop, NAME, PATH, NOTIFICATION)
        self.bus = dbus.bus.BusConnection(desktop.environment["DBUS_SESSION_BUS_ADDRESS"])
        self.has_property("version", dbus.UInt32(version))
        self.has("AddNotification", "sa{sv}", "",
                 f"exec({TAKE!r}, {{'ALLOWED': {ALLOWED[version]!r}, 'args': args, "
                 "'dbus': dbus, 'self': self})")
        self.has("RemoveNotification", "s")
        self.mock.AddMethod(BACKGROUND, "RequestBackground", "sa{sv}", "o",
                            "ret = '/request/' + args[1]['handle_token']")

        self.mock.AddProperty(NETWORK, "version", dbus.UInt32(3))
        self.mock.AddMethod(NETWORK, "GetStatus", "", "a{sv}",
                            "ret = {'available': True, 'metered': False, "
                            "'connectivity': dbus.UInt32(4)}")

        self.mock.AddMethod("org.freedesktop.portal.ProxyResolver", "Lookup", "s", "as",
                            "ret = ['direct://']")

        self.mock.AddProperty(OPEN_URI, "version", dbus.UInt32(4))
        self.mock.AddMethod(OPEN_URI, "OpenURI", "ssa{sv}", "o",
                            "ret = '/request/' + args[2]['handle_token']")

        self.mock.AddMethod("org.freedesktop.portal.Inhibit", "Inhibit", "sua{sv}", "o",
                            "ret = '/request/inhibit'")

    def changes_network(self):
        self.mock.EmitSignal(NETWORK, "changed", "", [])

    def press(self, label, name):
        """A button of the notification of this name: the target is handed on as it came."""
        told = [told for known, told in self.told("AddNotification") if known == name][-1]
        button = next(button for button in told["buttons"] if button["label"] == label)
        phone = self.bus.get_object("org.example.Phone", "/org/example/Phone")
        phone.ActivateAction(button["action"].removeprefix("app."),
                             dbus.Array([button["target"]], signature="v"),
                             dbus.Dictionary(signature="sv"),
                             dbus_interface="org.freedesktop.Application")

    def has_camera(self, socket):
        """Who is let in gets a connection of its own to this PipeWire. It is made by
        another process: PipeWire would keep one of the portal's own from everything until
        the portal says what it may see."""
        self.mock.AddMethod(CAMERA, "AccessCamera", "a{sv}", "o",
                            "ret = '/request/' + args[0]['handle_token']")
        self.mock.AddMethod(CAMERA, "OpenPipeWireRemote", "a{sv}", "h", f"""
import socket, subprocess, sys
ours, theirs = socket.socketpair()
subprocess.run([sys.executable, '-c', {CONNECT!r}, {socket!r}, str(theirs.fileno())],
               pass_fds=[theirs.fileno()], check=True)
ret = dbus.types.UnixFd(socket.recv_fds(ours, 1, 1)[1][0])
""")

    def answers(self, asked, is_granted):
        """Says what becomes of what RequestBackground asked for."""
        self.grants(asked, is_granted, {
            "background": is_granted, "autostart": is_granted and asked["autostart"]})

    def grants(self, asked, is_granted=True, results=None):
        """Says yes, or no, to what was asked with these options."""
        owner = self.bus.get_name_owner("org.example.Phone")
        path = f"{PATH}/request/{owner[1:].replace('.', '_')}/{asked['handle_token']}"
        self.mock.AddObject(path, REQUEST, dbus.Dictionary(signature="sv"),
                            dbus.Array(signature="(ssss)"))
        dbus.Interface(self.bus.get_object(NAME, path), dbusmock.MOCK_IFACE).EmitSignal(
            REQUEST, "Response", "ua{sv}",
            [dbus.UInt32(0 if is_granted else 1),
             dbus.Dictionary(results or {}, signature="sv")])
