// SPDX-License-Identifier: GPL-3.0-or-later
//
// A call of sound between a served phone and a page, and what is looked at in it.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserPhone } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf } from './servers.mjs';
import { hearEachOther } from './sound.mjs';

export class Call {
  /* `where` has browser, pages and server, and maybe pageServer: where the page signs in. */
  static async between(where, [user, callee], options, start) {
    const call = new Call();
    const { browser, pages, server, pageServer = server } = where;

    call.page = await BrowserPhone.open(browser, pages.url);
    call.phone = new Session();
    await call.page.register(pageServer, callee, { onCall: 'answer', ...options });
    await call.phone.register(server, user);
    await call.phone.ask('call.start', { target: addressOf(callee), ...start });
    call.id = (await call.phone.sees('calls', 'active')).id;
    await call.talks();
    return call;
  }

  ask(method, params = {}) {
    return this.phone.ask(method, { id: this.id, ...params });
  }

  /* Waits until the phone's own view of the call is so. */
  async is(what, check) {
    let seen = null;

    try {
      return await eventually(what, async () => {
        seen = (await this.phone.ask('call.list')).calls.find(({ id }) => id === this.id);
        return check(seen);
      });
    } catch (error) {
      throw new Error(`${error.message}; instead ${JSON.stringify(seen)}`);
    }
  }

  async #probe() {
    return (await this.ask('call.stats')).probe;
  }

  /* Sound both ways, from now on. */
  talks() {
    return hearEachOther(this.page, this.phone, this.id);
  }

  async #heard() {
    return [(await this.page.report()).audio.tones[440], (await this.#probe()).soundingMs];
  }

  /* No sound at either end for a second, which has to pass, once what was under way has
     gone by. */
  async isSilent() {
    await eventually('silence at both ends', async () => {
      const before = await this.#heard();

      await sleep(1000);
      return String(await this.#heard()) === String(before);
    }, 3000);
  }

  async phoneSees() {
    const { framesRecognised: recognised } = await this.#probe();

    await eventually('the phone sees the browser', async () =>
      (await this.#probe()).framesRecognised >= recognised + 15);
  }

  async pageSees() {
    const report = (await this.page.report()).video;
    const seen = report?.recognised ?? 0;

    await eventually('the browser sees the phone', async () =>
      ((await this.page.report()).video?.recognised ?? 0) >= seen + 15);
  }

  async watches() {
    await this.phoneSees();
    await this.pageSees();
    await this.talks();
  }

  async seesNothing() {
    await this.is('no picture', (call) => !call.video && !call.remoteVideo);
    /* What was under way may still be shown, and then nothing while there is sound. */
    await eventually('no more pictures', async () => {
      const { framesRecognised: recognised } = await this.#probe();

      await this.talks();
      return (await this.#probe()).framesRecognised === recognised;
    }, 3000);
  }

  /* It may have been handed on. */
  async end() {
    if (!this.phone.messages.some(({ params }) =>
      params?.call?.id === this.id && params.call.state === 'ended'))
      await this.ask('call.hangUp');
    await this.phone.hears('call', (call) => call.state === 'ended');
  }

  async close() {
    await Promise.all([this.phone.stop(), this.page.close()]);
  }
}

/* What is said of the call when something fails is what both ends saw. */
export async function inCall(where, users, options, run, start = {}) {
  const call = await Call.between(where, users, options, start);

  try {
    await run(call);
    await call.end();
  } catch (error) {
    const events = JSON.stringify((await call.page.events()).slice(-12));

    throw new Error(`${error.stack}\n${events}\n${call.page.log.slice(-10).join('\n')}\n` +
      `${call.phone.program.story.slice(-2000)}`);
  } finally {
    await call.close();
  }
}
