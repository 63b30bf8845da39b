# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera without hardware: PipeWire of our own, and a green picture in it."""

import os
import shutil
import subprocess

from desktop import eventually

PROGRAMS = ("pipewire", "wireplumber", "gst-launch-1.0", "pw-dump")


def is_installed():
    return all(map(shutil.which, PROGRAMS)) and subprocess.run(
        ["gst-inspect-1.0", "pipewiresink"], check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


class VirtualCamera:
    NAME = "green-camera"

    def __init__(self, desktop):
        self.desktop = desktop
        self.folder = os.path.join(desktop.folder, "pipewire")
        os.makedirs(self.folder, mode=0o700)
        self.environment = {"XDG_RUNTIME_DIR": self.folder, "PIPEWIRE_RUNTIME_DIR": self.folder}
        self.socket = os.path.join(self.folder, "pipewire-0")
        desktop.start("pipewire", ["pipewire"], self.environment)
        eventually("PipeWire listens", lambda: os.path.exists(self.socket))
        desktop.start("wireplumber", ["wireplumber"], self.environment)
        desktop.start("camera", [
            "gst-launch-1.0", "-q", "videotestsrc", "is-live=true", "pattern=green", "!",
            "video/x-raw,format=YUY2,width=640,height=480,framerate=15/1", "!",
            "pipewiresink", "mode=provide", f"client-name={self.NAME}",
            "stream-properties=props,media.class=Video/Source,media.role=Camera,"
            f"node.name={self.NAME},node.description={self.NAME}"], self.environment)
        eventually("the camera is there", self._is_there)

    def _is_there(self):
        done = subprocess.run(["pw-dump"], env={**self.desktop.environment, **self.environment},
                              check=False, capture_output=True, text=True)
        return "Video/Source" in done.stdout
