// SPDX-License-Identifier: GPL-3.0-or-later
//
// All numbers, as tables on stdout and as JSON in the file named. No verdicts.
//
//   node bench.mjs FILE [--quick]

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { kindNames, measureKind } from './calls.mjs';
import { measureEcho, measureGrowth, measureHistory, measureMessages, measureProxy } from './pure.mjs';
import { measureWindow } from './window.mjs';

const [file, ...options] = process.argv.slice(2);
const amounts = options.includes('--quick')
  ? { starts: 1, calls: 3, loads: [1, 4], idleSeconds: 5 }
  : { starts: 5, calls: 15, loads: [1, 10, 40], idleSeconds: 30 };

const whole = (number) => Math.round(number).toLocaleString('en');
const ms = (number) => `${number.toFixed(1)} ms`;
const middle = ({ median, low, high }) => `${ms(median)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

function print(title, columns, rows) {
  const table = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...table.map((row) => row[i].length)));

  console.log(`\n${title}`);
  for (const row of table)
    console.log(`  ${row.map((cell, i) => i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join('   ')}`);
}

function printMessages({ messages, growth, proxy, history }) {
  print('Messages', ['', 'bytes', 'instructions', 'allocations', 'µs'], messages.map((row) =>
    [row.case, whole(row.bytes), whole(row.instructions), whole(row.allocations), row.us.toFixed(1)]));
  print('Growth', ['', 'bytes', 'instructions', 'a byte', 'allocations'], growth.map((row) =>
    [row.case, whole(row.bytes), whole(row.instructions), row.instructionsPerByte.toFixed(2),
      whole(row.allocations)]));
  print('The proxy, alone', ['', 'a second', 'µs', 'allocations'], [['transactions',
    whole(proxy.perSecond), proxy.us.toFixed(1), whole(proxy.allocations)]]);
  print('Calls of the past', ['', 'opened', 'paged through', 'searched', 'longest pause'], [[
    whole(history.entries), ms(history.openMs), ms(history.pageMs), ms(history.searchMs),
    ms(history.longestMs)]]);
}

function printEcho({ echoTakenDb, echoMedianTakenDb, nearChangeDb, earliestMs, latestMs }) {
  print('Echo, through a sound server',
    ['', 'echo taken away', 'median', 'speech changed', 'echo later than told'], [
      ['canceller alone', `${echoTakenDb.toFixed(1)} dB`, `${echoMedianTakenDb.toFixed(1)} dB`,
        `${nearChangeDb.toFixed(1)} dB`, `${earliestMs} to ${latestMs} ms`]]);
}

/* The two are not measured alike, and nothing here makes them so. */
const aboutFirstSound = [
  '',
  'answer to first sound: a phone counts from the answer, when it has both descriptions,',
  'to the first buffer that its decoder gives out. Chromium has no such event: there it is',
  'from the press to the first sample over 0.01 behind Web Audio, looked for every 4 ms, so',
  'that its jitter buffer and output are in it and silence at the beginning too.',
];

function printCalls(peers) {
  const names = Object.keys(peers);
  const row = (title, show) => [title, ...names.map((name) => show(peers[name]))];
  const load = (index) => ({ load: rows }) => {
    const { calls, active, cores, megabytes } = rows[index];
    const missing = active < calls ? `, ${active} active` : '';

    return `${(cores * 100).toFixed(0)} % of a core, ${whole(megabytes)} MB${missing}`;
  };

  print('Calls', ['', ...names], [
    row('start to registered', (peer) => middle(peer.start)),
    row('press to INVITE on the socket', (peer) => middle(peer.toInvite)),
    row('answer to 200 on the socket', (peer) => middle(peer.toOk)),
    row('answer to first sound', (peer) => middle(peer.toSound)),
    row('a picture, drawn to decoded', (peer) => ms(peer.pictureDelayMs)),
    ...peers[names[0]].load.map(({ calls }, i) =>
      row(`both ends of ${calls} call${calls > 1 ? 's' : ''}`, load(i))),
  ]);
  console.log(aboutFirstSound.map((line) => `  ${line}`).join('\n'));
}

function printWindow({ usable, idle, call }) {
  print('The window', ['', ''], [
    ['usable after a warm start', middle(usable)],
    ['idle: wake-ups a second', idle.wakeupsPerSecond.toFixed(1)],
    ['idle: memory', `${whole(idle.megabytes)} MB`],
    ['in a call: main thread, a picture', ms(call.msAPicture)],
    ['in a call: pictures a second', call.picturesASecond.toFixed(1)],
    ['in a call: memory', `${whole(call.megabytes)} MB`],
  ]);
}

const result = {
  machine: { cores: cpus().length, model: cpus()[0].model, loadBefore: loadavg()[0] },
  messages: measureMessages(), growth: measureGrowth(), proxy: measureProxy(),
  history: measureHistory(), peers: {},
};

printMessages(result);
result.echo = measureEcho();
if (result.echo)
  printEcho(result.echo);
result.window = measureWindow(amounts);
printWindow(result.window);
for (const kind of kindNames)
  result.peers[kind] = await measureKind(kind, amounts);
printCalls(result.peers);
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
console.log(`\nThe same as JSON: ${file}`);

