// SPDX-License-Identifier: GPL-3.0-or-later
//
// phone-endpoint: one command with a verdict, or a served session over JSON-RPC.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, eventually, makeFolder } from './processes.mjs';
import { addressOf, builtProgram, passwordOf } from './servers.mjs';

const program = builtProgram('app/endpoint/phone-endpoint');

/* A password as a file that only we can read. */
export function passwordFile(password) {
  const file = join(makeFolder(), 'password');

  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return file;
}

function accountOptions(server, user, password) {
  return ['--server', server.url, '--account', addressOf(user),
    '--password-file', passwordFile(password), '--local-address', '127.0.0.1'];
}

/* One of the commands call, answer and register. `events` are its JSON lines. */
export class Command {
  constructor(words, server, user, options = [], password = passwordOf(user)) {
    this.program = new Program(program,
      [...words, ...accountOptions(server, user, password), '--json', ...options]);
  }

  get events() {
    return this.program.output.map((line) => JSON.parse(line));
  }

  async happens(what, check, timeoutMs = 20000) {
    try {
      return await eventually(what, () => {
        const found = this.events.find(check);

        if (found === undefined && this.program.hasExited)
          throw new Error(`${what}: the command has ended`);
        return found;
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${error.message}\n${this.program.story}`);
    }
  }

  registers() {
    return this.happens('the endpoint registers', (event) =>
      event.event === 'account' && event.state === 'registered');
  }

  isInState(state) {
    return this.happens(`the endpoint's call is ${state}`, (event) =>
      event.event === 'call' && event.state === state);
  }

  /* The last object, once it has ended. */
  async verdict() {
    const { code, error } = await this.program.exited;

    if (error)
      throw error;
    const last = this.events.at(-1);

    if (last?.event !== 'verdict' || last.exit !== code)
      throw new Error(`no verdict fits exit status ${code}.\n${this.program.story}`);
    return last;
  }

  stop() {
    return this.program.stop();
  }
}

/* A served session: requests with answers, and what was notified. */
export class Session {
  #lastId = 0;

  constructor(options = ['--tone', '440']) {
    this.program = new Program(program, ['serve', ...options], { keepInput: true });
  }

  get messages() {
    return this.program.output.map((line) => JSON.parse(line));
  }

  /* What was told without being asked for, and the end of what was logged. */
  get story() {
    return [...this.messages.filter((message) => message.method).slice(-40)
      .map((message) => JSON.stringify(message)),
    ...this.program.errors.slice(-20)].join('\n');
  }

  async ask(method, params = {}) {
    const id = ++this.#lastId;

    this.program.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const answer = await eventually(`an answer to ${method}`, () =>
      this.messages.find((message) => message.id === id));

    if (answer.error)
      throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  }

  /* Resolves with the id of the account when it is registered. */
  async register(server, user, more = {}) {
    const { account: { id } } = await this.ask('account.add', {
      account: addressOf(user), server: server.url, password: passwordOf(user),
      localAddress: '127.0.0.1', ...more,
    });

    await this.ask('account.register', { id });
    await this.hears('account', (account) => account.id === id && account.state === 'registered');
    return id;
  }

  /* The first account or call of a state in the full snapshot; with an id, that one. */
  async sees(list, state, timeoutMs = 15000) {
    let all = null;

    try {
      return await eventually(`${list} ${state}`, async () => {
        all = (await this.ask('state'))[list];
        return all.find((one) => one.state === state);
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${error.message}; instead ${JSON.stringify(all)}\n${this.story}`);
    }
  }

  /* The first notification about something of this kind. */
  async hears(kind, check, timeoutMs = 15000) {
    try {
      return await eventually(`a notification about a ${kind}`, () => this.messages.find(
        (message) => message.params?.[kind] && check(message.params[kind])), timeoutMs);
    } catch (error) {
      throw new Error(`${error.message}\n${this.story}`);
    }
  }

  stop() {
    return this.program.stop();
  }
}
