// SPDX-License-Identifier: GPL-3.0-or-later
//
// window-cost.py: the program with a window, on a display of its own.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spread } from './measure.mjs';

export function measureWindow({ starts, idleSeconds }) {
  const program = fileURLToPath(new URL('window-cost.py', import.meta.url));
  const { usableMs, idle, call } = JSON.parse(execFileSync('/usr/bin/python3',
    [program, starts, idleSeconds],
    { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } }));

  return { usable: spread(usableMs), idle, call };
}
