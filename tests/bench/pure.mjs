// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench-sip: instructions by callgrind, allocations and time by itself. bench-history: time.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../browser/processes.mjs';
import { builtProgram } from '../browser/servers.mjs';

const program = builtProgram('tests/bench/bench-sip');
/* GLib 2.74 keeps a store of its own for small pieces, which would hide allocations. */
const env = { ...process.env, G_SLICE: 'always-malloc' };
const kilobyte = 1024;

function runNatively(name, times, bytes) {
  return JSON.parse(execFileSync(program, [name, times, bytes], { env }));
}

/* Counted inside of the functions measured_*() alone. */
function countInstructions(name, times, bytes) {
  const out = join(makeFolder(), 'callgrind');

  execFileSync('valgrind', ['--tool=callgrind', '--toggle-collect=measured_*',
    `--callgrind-out-file=${out}`, program, name, times, bytes], { env, stdio: 'ignore' });
  const [, total] = /^(?:totals|summary): (\d+)/m.exec(readFileSync(out, 'utf8'));

  return Number(total) / times;
}

function measure(name, bytes, times = 200) {
  const { allocations, ns } = runNatively(name, times * 10, bytes);

  return {
    case: name, bytes, instructions: Math.round(countInstructions(name, times, bytes)),
    allocations, us: ns / 1000,
  };
}

export function measureMessages() {
  return ['parse-invite', 'parse-register', 'parse-ok', 'answer-invite', 'answer-register',
    'answer-ok'].map((name) => measure(name, 3000));
}

export function measureGrowth() {
  return [1, 4, 16, 64, 256].flatMap((size) => ['parse-invite', 'parse-headers'].map((name) => {
    const bytes = size * kilobyte;
    const row = measure(name, bytes, 20);

    return { ...row, instructionsPerByte: row.instructions / bytes };
  }));
}

export function measureProxy() {
  const { ns, allocations } = runNatively('proxy-transactions', 20000, 0);

  return { perSecond: 1e9 / ns, us: ns / 1000, allocations };
}

export function measureHistory() {
  return JSON.parse(execFileSync(builtProgram('tests/bench/bench-history')));
}

/* null: no sound server here, or no canceller. What else the program says is not of it. */
export function measureEcho() {
  const lines = execFileSync(builtProgram('tests/bench/bench-echo'), { encoding: 'utf8' });

  return JSON.parse(lines.trim().split('\n').at(-1));
}
