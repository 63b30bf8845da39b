// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the measurements share: the middle of many, and what processes take.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* { median, low, high, n } of numbers. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);

  return {
    median: sorted[sorted.length >> 1], low: sorted[0], high: sorted.at(-1), n: sorted.length,
  };
}

const ticksPerSecond = 100; /* USER_HZ, fixed on Linux */

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; /* the process is gone */
  }
}

/* What stands behind the name in /proc/PID/stat, from field 3 on. */
const statOf = (pid) => read(`/proc/${pid}/stat`)?.replace(/^.*\) /s, '').split(' ');

/* The processes below this one whose program is `name`. */
export function childrenOfKind(name) {
  const parents = new Map(readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
    .map((pid) => [Number(pid), Number(statOf(pid)?.[1])]));
  const isBelow = (pid) => {
    for (let at = parents.get(pid); at; at = parents.get(at))
      if (at === process.pid)
        return true;
    return false;
  };

  return [...parents.keys()].filter((pid) => isBelow(pid) && programOf(pid) === name);
}

function programOf(pid) {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return null;
  }
}

function secondsOf(pids) {
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid);

    return stat ? sum + (Number(stat[11]) + Number(stat[12])) / ticksPerSecond : sum;
  }, 0);
}

/* Proportional, so that what processes share counts once. */
function megabytesOf(pids) {
  return pids.reduce((sum, pid) => {
    const pss = /^Pss: +(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '');

    return pss ? sum + Number(pss[1]) / 1024 : sum;
  }, 0);
}

/* Share of one core over `ms`, and memory, of all of them together. */
export async function loadOf(pids, ms) {
  const before = secondsOf(pids);

  await sleep(ms);
  return {
    cores: (secondsOf(pids) - before) / (ms / 1000),
    megabytes: megabytesOf(pids),
  };
}
