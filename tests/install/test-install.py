# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` puts down, file by file, and that it runs from there: each program,
with a home in which there is nothing yet."""

import configparser
import difflib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "ui"))

from desktop import Desktop  # noqa: E402
import tap  # noqa: E402

SOURCE = os.environ["PHONE_SOURCE_DIR"]
BUILD = os.environ["PHONE_BUILD_DIR"]
PREFIX = os.environ["PHONE_PREFIX"]
PROGRAMS = ("phone", "phone-endpoint", "phone-exchange")
# Where the tests of the window look for what they start.
PLACES = {"phone": "ui", "phone-endpoint": "app/endpoint", "phone-exchange": "app/exchange"}

room = tempfile.TemporaryDirectory(prefix="phone-install-")
destination = os.path.join(room.name, "destination")
root = destination + PREFIX
window = None


def wanted():
    """installed.txt, with a file for each language that there is."""
    with open(os.path.join(SOURCE, "po/LINGUAS"), encoding="utf-8") as file:
        languages = [word for line in file for word in line.partition("#")[0].split()]
    with open(os.path.join(HERE, "installed.txt"), encoding="utf-8") as file:
        for line in file.read().split():
            if "LANGUAGE" in line:
                yield from (line.replace("LANGUAGE", language) for language in languages)
            else:
                yield line


def landed():
    for folder, _, names in os.walk(destination):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def read(path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read()


def entries(path):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(read(path).decode())
    return parser


def test_what_lands():
    """what is on the list lands, and nothing else"""
    done = subprocess.run(
        [os.environ["MESON"], "install", "-C", BUILD, "--no-rebuild", "--destdir", destination],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    there = sorted(landed())
    print("\n".join(f"# {PREFIX}/{path}" for path in there), flush=True)
    differences = list(difflib.unified_diff(
        sorted(wanted()), there, "installed.txt", "what landed", lineterm="", n=0))
    assert not differences, "\n".join(differences)


def test_who_may_what():
    """programs may be started, and everything else be read"""
    for path in landed():
        mode = os.stat(os.path.join(root, path)).st_mode & 0o777
        assert mode == (0o755 if path.startswith("bin/") else 0o644), (path, oct(mode))


def test_names():
    """files that name another name one that landed"""
    desktop_entry = entries("share/applications/org.example.Phone.desktop")["Desktop Entry"]
    assert desktop_entry["Exec"].split()[0] in PROGRAMS
    assert any(path.endswith(f"scalable/apps/{desktop_entry['Icon']}.svg")
               for path in landed())
    service = entries("share/dbus-1/services/org.example.Phone.service")["D-BUS Service"]
    assert service["Exec"].split()[0] == f"{PREFIX}/bin/phone", service["Exec"]
    assert service["Name"] == "org.example.Phone"
    metainfo = read("share/metainfo/org.example.Phone.metainfo.xml").decode()
    assert '"desktop-id">org.example.Phone.desktop<' in metainfo
    for program in PROGRAMS:
        assert f"<binary>{program}</binary>" in metainfo, program


def test_no_place_of_the_build():
    """nothing says where it was built"""
    for path in landed():
        text = read(path)
        for place in {BUILD, SOURCE}:
            assert place.encode() not in text, f"{path} says {place}"


def prepare():
    """What the package's triggers do, and what the session tells its programs."""
    share = os.path.join(root, "share")
    subprocess.run(["glib-compile-schemas", "--strict",
                    os.path.join(share, "glib-2.0/schemas")], check=True)
    programs = os.path.join(room.name, "programs")
    for program, place in PLACES.items():
        os.makedirs(os.path.join(programs, place))
        os.symlink(os.path.join(root, "bin", program),
                   os.path.join(programs, place, program))
    os.environ["PHONE_BUILD_DIR"] = programs
    desktop = Desktop()
    del desktop.environment["GSETTINGS_SCHEMA_DIR"]
    desktop.environment.update(
        XDG_DATA_DIRS=f"{share}:/usr/local/share:/usr/share",
        PATH=os.path.join(root, "bin") + ":" + os.environ["PATH"])
    return desktop


def test_version():
    """each program starts, and all are of one version"""
    global desktop
    desktop = prepare()
    told = {
        program: subprocess.run([program, "--version"], env=desktop.environment, timeout=20,
                                capture_output=True, text=True, check=True).stdout.split()
        for program in PROGRAMS
    }
    for program, words in told.items():
        assert words[0] == program and words[1:] == told["phone"][1:], told


def test_endpoint_and_exchange():
    """the endpoint registers with the exchange"""
    from servers import Exchange, endpoint

    global exchange
    exchange = Exchange(desktop)
    program = endpoint(desktop, exchange, "register", "bob", "register")
    code = program.process.wait(timeout=20)
    assert code == 0, program.said()


def test_window():
    """the window opens, and signs in"""
    from window import Window

    global window
    window = Window(desktop)
    window.sign_in(exchange, "alice")
    window.quit()


tap.run(globals(), lambda: window.story() if window else "")
