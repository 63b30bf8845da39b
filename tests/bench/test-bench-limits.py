#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading a message may cost at the most: usage test-bench-limits.py BENCH-SIP

Instructions are counted by callgrind, which writes a profile after each message, and
allocations by the program itself. Both are the same at each run, however busy the machine.
"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile

# Of an INVITE of 3 kB, with its request line, Via, From, To, Call-ID, CSeq, Contact,
# Content-Type and body read.
MAX_INSTRUCTIONS = 25000
MAX_ALLOCATIONS = 2
# Four times the bytes may cost no more than this much more than four times as much.
MAX_BEND = 1.05


def count(program):
    """The rows of bench-sip growth, each with its instructions."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "profile")
        said = subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", "--toggle-collect=measured_*",
             "--dump-after=measured_parse*", f"--callgrind-out-file={out}",
             program, "growth"], check=True, stdout=subprocess.PIPE, text=True).stdout
        rows = [json.loads(line) for line in said.splitlines()]
        for number, row in enumerate(rows, 1):
            with open(f"{out}.{number}", encoding="utf-8") as profile:
                row["instructions"] = int(
                    re.search(r"^(?:totals|summary): (\d+)", profile.read(), re.M)[1])
        beyond = glob.glob(f"{out}.{len(rows) + 1}")
        assert not beyond, "more was measured than the program told of"
    return rows


def judge(rows):
    """Pairs of a sentence and whether it is so."""
    usual = next(r for r in rows if r["case"] == "parse-invite" and r["bytes"] == 3000)

    yield (f"an INVITE of 3 kB takes {usual['instructions']} instructions, of "
           f"{MAX_INSTRUCTIONS}", usual["instructions"] <= MAX_INSTRUCTIONS)
    for row in rows[1:]:
        yield (f"{row['case']} of {row['bytes']} bytes takes {row['allocations']:.0f} "
               f"allocations, of {MAX_ALLOCATIONS}", row["allocations"] <= MAX_ALLOCATIONS)
    for case in "parse-invite", "parse-headers":
        sizes = [r for r in rows if r["case"] == case and r["bytes"] != 3000]
        for less, more in zip(sizes, sizes[1:]):
            factor = more["instructions"] / less["instructions"]
            yield (f"{case}: {more['bytes']} bytes cost {factor:.2f} times what "
                   f"{less['bytes']} cost",
                   factor <= MAX_BEND * more["bytes"] / less["bytes"])


def main():
    verdicts = list(judge(count(sys.argv[1])))

    print(f"1..{len(verdicts)}")
    for number, (sentence, is_so) in enumerate(verdicts, 1):
        print(f"{'ok' if is_so else 'not ok'} {number} - {sentence}")
    return 0 if all(is_so for _, is_so in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
