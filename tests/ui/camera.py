# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera without hardware: PipeWire of our own, and in it a test picture of bars, with a
green one in the middle."""

import os
import shutil
import subprocess

from desktop import eventually

PROGRAMS = ("pipewire", "wireplumber", "pw-cli", "pw-dump")


def is_installed():
    return all(map(shutil.which, PROGRAMS)) and subprocess.run(
        ["gst-inspect-1.0", "pipewiresrc"], check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


class VirtualCamera:
    NAME = "green-camera"

    def __init__(self, desktop, tree=None):
        """With the PipeWire of this machine, or of a distribution's tree (see
        build-aux/local-runtime.sh)."""
        self.desktop = desktop
        self.inside = [] if tree is None else [
            "bwrap", "--bind", tree, "/", "--dev", "/dev", "--proc", "/proc",
            "--bind", desktop.folder, desktop.folder, "--die-with-parent"]
        self.folder = os.path.join(desktop.folder, "pipewire")
        os.makedirs(self.folder, mode=0o700)
        self.environment = {"XDG_RUNTIME_DIR": self.folder, "PIPEWIRE_RUNTIME_DIR": self.folder}
        self.socket = os.path.join(self.folder, "pipewire-0")
        self._start("pipewire", ["pipewire"])
        eventually("PipeWire listens", lambda: os.path.exists(self.socket))
        self._start("wireplumber", ["wireplumber"])
        # It survives that somebody wants another size, which pipewiresink (1.4) does not.
        self._start("camera", [
            "pw-cli", "-m", "create-node", "spa-node-factory",
            "{ factory.name=videotestsrc library.name=videotestsrc/libspa-videotestsrc "
            f"node.name={self.NAME} node.description={self.NAME} "
            "media.class=Video/Source media.role=Camera node.driver=true }"])
        eventually("the camera is there", self._is_there)

    def _start(self, name, arguments):
        self.desktop.start(name, [*self.inside, *arguments], self.environment)

    def _is_there(self):
        done = subprocess.run([*self.inside, "pw-dump"], check=False, capture_output=True,
                              env={**self.desktop.environment, **self.environment}, text=True)
        return "Video/Source" in done.stdout
