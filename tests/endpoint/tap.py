# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test_* functions of a file and prints TAP. Each stands alone."""

import sys
import traceback
from concurrent.futures import ThreadPoolExecutor


def why_failed(test, make):
    """What went wrong in a test, or nothing."""
    try:
        if make is None:
            test()
        else:
            with make() as own:
                test(own)
        return None
    except Exception:
        return traceback.format_exc()


def run(scope, make=None, at_once=1):
    """With make, each test is given one of what it makes, for itself alone: then several
    can run at once."""
    tests = [value for name, value in scope.items()
             if name.startswith("test_") and callable(value)]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    with ThreadPoolExecutor(at_once) as pool:
        results = pool.map(lambda test: why_failed(test, make), tests)
        for number, (test, failure) in enumerate(zip(tests, results), 1):
            title = (test.__doc__ or test.__name__).strip().splitlines()[0]
            failed += failure is not None
            print(f"{'ok' if failure is None else 'not ok'} {number} - {title}", flush=True)
            for line in (failure or "").splitlines():
                print(f"# {line}", flush=True)
                print(line, file=sys.stderr, flush=True)  # Meson 1.0 drops comments
    sys.exit(1 if failed else 0)
