# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the blocks of our test pictures (app/media/phone-probe.h) from a screenshot."""

import collections
import math

import gi

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf  # noqa: E402

COLUMNS, ROWS = 16, 6
MARK = 0xA5
SHIFTS = (0, 5, 10, 12, -5)  # extents may be told from inside of the frame and its shadow

Mark = collections.namedtuple("Mark", "source number time_ms")
Area = collections.namedtuple("Area", "x y width height")


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


class Picture:
    def __init__(self, path):
        self.pixbuf = GdkPixbuf.Pixbuf.new_from_file(path)
        self.pixels = self.pixbuf.get_pixels()

    def color(self, x, y):
        at = int(y) * self.pixbuf.get_rowstride() + int(x) * self.pixbuf.get_n_channels()
        return self.pixels[at:at + 3]

    def luma(self, x, y):
        red, green, blue = self.color(x, y)
        return (299 * red + 587 * green + 114 * blue) / 1000

    def read(self, area, mirrored=False):
        """The mark in a picture that fills this area, or None."""
        bits = 0
        for row in range(ROWS):
            for column in range(COLUMNS):
                if mirrored:
                    column = COLUMNS - 1 - column
                x = area.x + (column + 0.5) * area.width / COLUMNS
                y = area.y + (row + 0.5) * area.height / 2 / ROWS
                bits = bits << 1 | (self.luma(x, y) > 127)
        data = bits.to_bytes(COLUMNS * ROWS // 8, "big")
        if data[0] != MARK or crc16(data[:10]) != int.from_bytes(data[10:], "big"):
            return None
        return Mark(int.from_bytes(data[1:3], "big"), int.from_bytes(data[3:6], "big"),
                    int.from_bytes(data[6:10], "big"))

    def find(self, areas, mirrored=False):
        marks = (self.read(area, mirrored) for area in areas)
        return next((mark for mark in marks if mark), None)


def fitted(area, ratio=4 / 3):
    """Where a picture of this ratio is drawn whole in an area."""
    width = min(area.width, area.height * ratio)
    height = width / ratio
    return Area(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2,
                width, height)


def areas_of(window, name):
    """Where a picture may be in a screenshot: what assistive technology is told, give or
    take the window's frame."""
    fit = fitted(window.wait(name).box())
    return [Area(fit.x + shift, fit.y + shift, fit.width, fit.height)
            for shift in SHIFTS]


def marks_in(window, shot):
    """The marks in the far end's and in our own picture, which is shown as in a mirror, of
    one screenshot; or None."""
    picture = Picture(window.shoot(shot, is_still=False))
    theirs = picture.find(areas_of(window, "Their picture"))
    own = picture.find(areas_of(window, "Your own picture"), mirrored=True)
    return (theirs, own) if theirs and own else None


def has_disc(window, shot, color, diameter):
    """Whether a screenshot has as much of this colour as a round picture of this size."""
    picture = Picture(window.shoot(shot))
    width, height = picture.pixbuf.get_width(), picture.pixbuf.get_height()
    found = sum(picture.color(x, y) == bytes(color)
                for y in range(0, height, 2) for x in range(0, width, 2))
    return 0.9 < 4 * found / (math.pi * diameter * diameter / 4) < 1.1


def is_green(window, name):
    """Whether what is shown in the middle is the bar there of camera.VirtualCamera, give or
    take the window's frame."""
    box = window.wait(name).box()
    picture = Picture(window.shoot("green", is_still=False))
    colors = (picture.color(box.x + shift + box.width / 2, box.y + shift + box.height / 2)
              for shift in SHIFTS)
    return any(green > 150 and red < 80 and blue < 80 for red, green, blue in colors)
