// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls of one phone at the same time, each with a browser whose tone nobody else has, and
// what is heard before a call is answered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { addressOf, startExchange } from './servers.mjs';
import { hearEachOther } from './sound.mjs';

let browser, pages, server;

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

/* The phone's call with a browser. */
class Leg {
  constructor(alice, page, id, hz) {
    Object.assign(this, { alice, page, id, hz });
  }

  static async to(alice, user, hz) {
    const page = await BrowserPhone.open(browser, pages.url);

    await page.register(server, user, { onCall: 'answer', toneHz: hz });
    const { call: { id } } = await alice.ask('call.start', { target: addressOf(user) });

    await alice.hears('call', (call) => call.id === id && call.state === 'active');
    return new Leg(alice, page, id, hz);
  }

  talks() {
    return hearEachOther(this.page, this.alice, this.id, this.hz);
  }

  /* What this call and its page have heard so far. */
  async heard() {
    const { probe } = await this.alice.ask('call.stats', { id: this.id });

    return [(await this.page.report()).audio.tones[440], probe.soundingMs];
  }
}

test('two calls: one is held, resumed, hung up, and the other is heard all the time', async () => {
  const alice = new Session();
  const legs = [];

  try {
    await alice.register(server, 'alice');
    for (const [user, hz] of [['bob', 1000], ['carol', 700]])
      legs.push(await Leg.to(alice, user, hz));
    const [first, second] = legs;

    await Promise.all([first.talks(), second.talks()]);
    await alice.ask('call.hold', { id: first.id, held: true });
    await first.page.happens('peer hold');
    await second.talks(); /* what was under way in the other has gone by */
    const before = await first.heard();

    await second.talks();
    assert.deepEqual(await first.heard(), before);
    assert.equal(await second.page.has('peer hold'), false);
    await alice.ask('call.hold', { id: first.id, held: false });
    await first.page.happens('peer unhold');
    await Promise.all([first.talks(), second.talks()]);
    await alice.ask('call.hangUp', { id: second.id });
    await second.page.happens('ended');
    await first.talks();
    await first.page.do('hangUp');
    await alice.hears('call', (call) => call.id === first.id && call.state === 'ended');
  } finally {
    await Promise.all([alice.stop(), ...legs.map(({ page }) => page.close())]);
  }
});

test('the browser hears the phone before it answers, and both hear each other after', async () => {
  const alice = new Session();
  const bob = await BrowserPhone.open(browser, pages.url);

  try {
    await Promise.all([alice.register(server, 'alice'), bob.register(server, 'bob')]);
    await bob.do('call', addressOf('alice'), {});
    const { id } = await alice.sees('calls', 'incoming');

    await alice.ask('call.earlyMedia', { id });
    await bob.hears(440);
    assert.equal(await bob.has('accepted'), false);
    await alice.ask('call.answer', { id });
    await bob.happens('confirmed');
    await hearEachOther(bob, alice, id);
    await bob.do('hangUp');
    await alice.hears('call', (call) => call.id === id && call.state === 'ended');
  } finally {
    await Promise.all([alice.stop(), bob.close()]);
  }
});
