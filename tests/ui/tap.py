# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs test_* functions in the order they are written and prints TAP. Later ones build on
earlier ones, so the first failure ends the run. Why is told on stderr, which Meson shows."""

import sys
import traceback


def run(scope, story):
    """`story` gives what is worth knowing when a test fails."""
    tests = [value for name, value in scope.items()
             if name.startswith("test_") and callable(value)]
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        title = (test.__doc__ or test.__name__).strip().splitlines()[0]
        try:
            test()
        except Exception:
            print(f"not ok {number} - {title}", flush=True)
            for line in (traceback.format_exc() + story()).splitlines():
                print(line, file=sys.stderr, flush=True)
            print("Bail out! what follows builds on this", flush=True)
            sys.exit(1)
        print(f"ok {number} - {title}", flush=True)
