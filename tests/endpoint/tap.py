# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test_* functions of a file and prints TAP. Each stands alone."""

import sys
import traceback


def run(scope):
    tests = [value for name, value in scope.items()
             if name.startswith("test_") and callable(value)]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        title = (test.__doc__ or test.__name__).strip().splitlines()[0]
        try:
            test()
            print(f"ok {number} - {title}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {title}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
    sys.exit(1 if failed else 0)
