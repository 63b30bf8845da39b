// SPDX-License-Identifier: GPL-3.0-or-later
//
// The fuzz target of the guest page's agent. V8 has no libFuzzer, so this is a small one:
// inputs that showed something new (what the agent does upon what) are kept and changed.
//
//   node fuzz-guest.mjs replay FOLDER                    every file there, as TAP
//   node fuzz-guest.mjs fuzz SECONDS FINDS LEARNT CORPUS  the last line says how many
//
// An input that breaks something is shortened and written into FINDS.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GuestScript } from './guest-script.mjs';

const maxLength = 400;

function readFolder(folder) {
  return readdirSync(folder).sort().map((name) =>
    ({ name, bytes: new Uint8Array(readFileSync(path.join(folder, name))) }));
}

/* The features of an input, or the error that it leads to. */
function attempt(bytes) {
  try {
    return { features: new GuestScript(bytes).run(), error: null };
  } catch (error) {
    return { features: new Set(), error };
  }
}

function replay(folder) {
  const files = readFolder(folder);
  let failed = 0;

  console.log(`1..${files.length}`);
  files.forEach(({ name, bytes }, n) => {
    const { error } = attempt(bytes);

    if (error) {
      failed++;
      console.log(`# ${String(error.stack).replaceAll('\n', '\n# ')}`);
    }
    console.log(`${error ? 'not ok' : 'ok'} ${n + 1} - ${name}`);
  });
  return files.length > 0 && failed === 0 ? 0 : 1;
}

/* mulberry32: the same seed, the same numbers. */
function makeRandom(seed) {
  let state = seed >>> 0;

  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);

    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

function mutate(bytes, other, random) {
  let list = [...bytes];

  for (let n = 1 + random(4); n > 0; n--) {
    const at = random(list.length + 1);

    switch (random(5)) {
      case 0: list[Math.min(at, Math.max(list.length - 1, 0))] = random(256); break;
      case 1: list.splice(at, 0, ...Array.from({ length: 1 + random(8) }, () => random(256))); break;
      case 2: list.splice(at, 1 + random(8)); break;
      case 3: list.splice(at, list.length, ...other.slice(random(other.length + 1))); break;
      default: list.splice(at, 0, ...list.slice(at, at + 1 + random(16)));
    }
  }
  list = list.slice(0, maxLength);
  return Uint8Array.from(list);
}

/* Without every byte that it does not need. */
function shorten(bytes, message) {
  let best = bytes;

  for (let size = 64; size >= 1; size >>= 1)
    for (let at = 0; at < best.length;) {
      const shorter = Uint8Array.from([...best.slice(0, at), ...best.slice(at + size)]);

      if (attempt(shorter).error?.message === message)
        best = shorter;
      else
        at += size;
    }
  return best;
}

function writeFind(folder, bytes, error) {
  const name = path.join(folder, `guest-crash-${Date.now()}`);

  mkdirSync(folder, { recursive: true });
  writeFileSync(name, shorten(bytes, error.message));
  console.log(`${error.stack}\nwritten to ${name}`);
}

function fuzz(seconds, finds, learnt, corpus) {
  const seed = Date.now() >>> 0;
  const random = makeRandom(seed);
  const seen = new Set();
  const pool = [];
  const until = Date.now() + seconds * 1000;
  let runs = 0;

  /* FALSE when something broke. */
  const take = (bytes, name) => {
    const { features, error } = attempt(bytes);
    const before = seen.size;

    runs++;
    features.forEach((feature) => seen.add(feature));
    if (error)
      writeFind(finds, bytes, error);
    else if (seen.size > before) {
      pool.push(bytes);
      if (name === null)
        writeFileSync(path.join(learnt, `${pool.length}`), bytes);
    }
    return error === null;
  };

  console.log(`seed ${seed}`);
  mkdirSync(learnt, { recursive: true });
  let isGood = [...readFolder(corpus), ...readFolder(learnt)]
    .every(({ name, bytes }) => take(bytes, name));

  while (isGood && Date.now() < until)
    isGood = take(mutate(pool[random(pool.length)], pool[random(pool.length)], random), null);
  console.log(`stat::number_of_executed_units: ${runs}\ncov: ${seen.size}`);
  return isGood ? 0 : 1;
}

const [what, ...rest] = process.argv.slice(2);

process.exitCode = what === 'fuzz' ? fuzz(Number(rest[0]), ...rest.slice(1)) : replay(rest[0]);
