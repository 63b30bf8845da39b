# SPDX-License-Identifier: GPL-3.0-or-later
"""A sound server of our own without hardware: null sinks that can be plugged and
unplugged, microphones that hear them, and an ear that tells which tone is played."""

import array
import math
import os
import shutil
import subprocess

from desktop import eventually

RATE = 8000
PIECE = RATE // 50  # half of the shortest note: some lie within one
CADENCE_MS = 100  # a piece at each end, and what a busy machine adds


def is_installed():
    return all(shutil.which(program) for program in ("pulseaudio", "pactl", "parec"))


class Pulse:
    def __init__(self, desktop):
        self.folder = os.path.join(desktop.folder, "pulse")
        os.makedirs(self.folder, mode=0o700)
        self.server = f"unix:{self.folder}/native"
        self.environment = {**desktop.environment, "HOME": self.folder,
                            "XDG_RUNTIME_DIR": self.folder, "PULSE_SERVER": self.server}
        self.desktop = desktop
        desktop.start("pulseaudio", [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
            "--use-pid-file=no", "-L",
            f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/native"],
            self.environment)
        eventually("the sound server answers", lambda: self._ask("info", check=False))

    def _ask(self, *arguments, check=True):
        done = subprocess.run(["pactl", *arguments], env=self.environment, check=check,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def plug_speaker(self, name, title):
        return self._ask("load-module", "module-null-sink", f"sink_name={name}",
                         f"sink_properties=\"device.description='{title}'\"")

    def plug_microphone(self, name, title, hears):
        """One that hears what is played on a speaker."""
        return self._ask("load-module", "module-remap-source", f"source_name={name}",
                         f"master={hears}.monitor",
                         f"source_properties=\"device.description='{title}'\"")

    def unplug(self, number):
        self._ask("unload-module", number)

    def listeners_of(self, microphone):
        return self._streams("source-outputs", self._number("sources", microphone))

    def players_on(self, speaker):
        return self._streams("sink-inputs", self._number("sinks", speaker))

    def _number(self, kind, name):
        return next((line.split("\t")[0] for line in
                     self._ask("list", "short", kind).splitlines()
                     if line.split("\t")[1] == name), None)

    def _streams(self, kind, number):
        return sum(line.split("\t")[1] == number
                   for line in self._ask("list", "short", kind).splitlines())

    def _pieces(self, speaker, do, seconds):
        """What is played there, piece by piece, after doing what makes the sound."""
        ear = subprocess.Popen(
            ["parec", f"--device={speaker}.monitor", "--format=float32le",
             f"--rate={RATE}", "--channels=1", "--latency-msec=50"],
            env=self.environment, stdout=subprocess.PIPE)
        try:
            ear.stdout.read(PIECE * 4)
            if do:
                do()
            for _ in range(seconds * RATE // PIECE):
                yield array.array("f", ear.stdout.read(PIECE * 4))
        finally:
            ear.terminate()
            ear.wait()
            ear.stdout.close()

    def hear(self, speaker, tones, do=None, seconds=20):
        """Waits until these frequencies carry most of what is played on a speaker."""
        for samples in self._pieces(speaker, do, seconds):
            if sum(share(samples, hz) for hz in tones) > 0.6:
                return
        raise AssertionError(f"{speaker}: {tones} Hz not heard within {seconds} s")

    def hear_nothing_of(self, speaker, hz, seconds):
        """Listens so long, and does not hear this frequency."""
        heard = sum(share(samples, hz) > 0.6
                    for samples in self._pieces(speaker, None, seconds))
        assert not heard, f"{speaker}: {hz} Hz was heard, {heard} pieces of it"

    def hear_cadence(self, speaker, hz, on_ms, off_ms, do=None, seconds=20):
        """Waits until it was heard for so long, and then not for so long."""
        piece_ms = 1000 * PIECE // RATE
        runs = [[False, 0]]
        for samples in self._pieces(speaker, do, seconds):
            sounds = share(samples, hz) > 0.6
            if sounds != runs[-1][0]:
                runs.append([sounds, 0])
            runs[-1][1] += piece_ms
            # The last one may go on: how long it was silent is known once it sounds again.
            for tone, pause in zip(runs[:-2], runs[1:-1]):
                if (tone[0] and abs(tone[1] - on_ms) <= CADENCE_MS
                        and abs(pause[1] - off_ms) <= CADENCE_MS):
                    return
        raise AssertionError(f"{speaker}: {hz} Hz for {on_ms} and {off_ms} ms not heard: "
                             f"{runs}")


def share(samples, hz):
    """The energy at one frequency as a share of the whole (Goertzel)."""
    energy = sum(sample * sample for sample in samples)
    if energy < 1e-6:
        return 0
    factor = 2 * math.cos(2 * math.pi * hz / RATE)
    one, two = 0.0, 0.0
    for sample in samples:
        one, two = sample + factor * one - two, one
    return 2 * (one * one + two * two - factor * one * two) / (len(samples) * energy)
