# SPDX-License-Identifier: GPL-3.0-or-later
"""What the program says in a language, by what it says in English."""

import ast
import os
import re

PO = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../po")
ENTRY = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")')
# Where a value is put in: %s, %u, %1$s.
VALUE = re.compile(r"%(?:\d\$)?[-.0-9]*[sudf]")


def entries(path):
    """Each message as a table of its parts."""
    with open(path, encoding="utf-8") as file:
        blocks = file.read().split("\n\n")
    for block in blocks[1:]:
        entry, part = {}, None
        for line in block.splitlines():
            found = ENTRY.match(line)
            if found:
                part = found[1]
                entry[part] = ast.literal_eval(found[2])
            elif line.startswith('"'):
                entry[part] += ast.literal_eval(line)
        if entry:
            yield entry


def as_shown(text):
    return text.replace("_", "")


class Words:
    def __init__(self, language):
        self.of = {}  # from the English text to each translation it has
        for entry in entries(os.path.join(PO, f"{language}.po")):
            said = [text for part, text in entry.items() if part.startswith("msgstr")]
            self.of.setdefault(entry["msgid"], []).extend(said)
            self.of.setdefault(entry.get("msgid_plural", entry["msgid"]), []).extend(said)
        self.english = [self._pattern(text) for text in self.of if self._differs(text)]

    def _differs(self, text):
        """A text that means the same in both ("SIP") does not tell a language."""
        letters = re.sub(r"[^A-Za-z]", "", VALUE.sub("", text))
        return len(letters) > 2 and text not in self.of[text]

    @staticmethod
    def _pattern(text):
        parts = [re.escape(part) for part in VALUE.split(as_shown(text))]
        return re.compile(".*".join(parts) + "$", re.DOTALL)

    def find(self, name):
        """Every text that may stand where English has this name."""
        return [as_shown(text) for text in self.of.get(name, [])] or [name]

    def is_english(self, shown):
        return any(pattern.match(shown) for pattern in self.english)
