// SPDX-License-Identifier: GPL-3.0-or-later
//
// Programs under test and beside it: started with a folder of their own, waited for by
// what they print, and stopped by their process id.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const running = new Set();
const folders = [];

process.on('exit', () => {
  running.forEach((child) => child.kill('SIGKILL'));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});
/* A run that is stopped from outside leaves nothing behind either. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(1));

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'phone-test-'));

  folders.push(folder);
  return folder;
}

/* A port of loopback that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();

    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();

      server.close(() => resolve(port));
    });
  });
}

/* Resolves with the first value of `look` that is neither null nor false; `what` says in
 * the error what was waited for. */
export async function eventually(what, look, timeoutMs = 15000) {
  const end = Date.now() + timeoutMs;

  for (;;) {
    const found = await look();

    if (found !== null && found !== undefined && found !== false)
      return found;
    if (Date.now() > end)
      throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Program {
  #child;

  constructor(program, args, { input = null, env = {}, keepInput = false } = {}) {
    this.name = program.split('/').at(-1);
    this.output = [];
    this.errors = [];
    this.listeners = new Set();
    this.#child = spawn(program, args, { env: { ...process.env, ...env } });
    running.add(this.#child);
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: null, error }));
      this.#child.once('close', (code, signal) => {
        running.delete(this.#child);
        resolve({ code, signal });
      });
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.output.push(line);
      this.listeners.forEach((listen) => listen(line));
    });
    createInterface({ input: this.#child.stderr }).on('line', (line) => this.errors.push(line));
    this.#child.stdin.on('error', () => {});
    if (input !== null)
      this.#child.stdin.write(input);
    if (!keepInput)
      this.#child.stdin.end();
  }

  get pid() {
    return this.#child.pid;
  }

  get hasExited() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  write(text) {
    this.#child.stdin.write(text);
  }

  /* What it has said, for the message of a failed test. */
  get story() {
    return `${this.name} said:\n${[...this.output, ...this.errors].slice(-60).join('\n')}`;
  }

  /* The first line, of output or errors, that matches. */
  waitForLine(pattern, timeoutMs = 15000) {
    return eventually(`${this.name}: ${pattern}`, () => {
      const line = [...this.output, ...this.errors].find((one) => pattern.test(one));

      if (line === undefined && this.hasExited)
        throw new Error(`${this.name} ended early. ${this.story}`);
      return line;
    }, timeoutMs);
  }

  async stop(signal = 'SIGTERM') {
    if (!this.hasExited)
      this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5000);

    await this.exited;
    clearTimeout(late);
  }
}
