// SPDX-License-Identifier: GPL-3.0-or-later
//
// One address, several devices: all ring, one answers, the others are told why they stop.

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

/* Works with two browsers signed in as Bob and a phone signed in as Alice. */
async function withTwoBobs(onCall, work) {
  const bobs = await Promise.all([BrowserPhone.open(browser, pages.url),
    BrowserPhone.open(browser, pages.url)]);
  const alice = new Session();

  try {
    await Promise.all(bobs.map((bob) => bob.register(server, 'bob', onCall)));
    await alice.register(server, 'alice');
    await work(bobs, alice);
  } finally {
    await Promise.all([alice.stop(), ...bobs.map((bob) => bob.close())]);
  }
}

test('two browsers ring, one answers: the other hears that it was answered elsewhere', () =>
  withTwoBobs({}, async ([first, second], alice) => {
    await alice.ask('call.start', { target: addressOf('bob') });
    await Promise.all([first.happens('progress'), second.happens('progress')]);
    await second.do('answer', {});
    const { reason } = await first.happens('failed');

    assert.match(reason, /^SIP *; *cause=200\b/);
    await alice.sees('calls', 'active');
    await second.hears(440);
    await second.do('hangUp');
    await alice.hears('call', (call) => call.endCause === 'hung-up-there');
  }));

test('both answer at once: one call is left, and its sound is heard', () =>
  withTwoBobs({ onCall: 'answer' }, async (bobs, alice) => {
    await alice.ask('call.start', { target: addressOf('bob') });
    const { id } = await alice.sees('calls', 'active');
    const out = await Promise.race(bobs.map(async (bob, i) => {
      await Promise.any([bob.happens('ended'), bob.happens('failed')]);
      return i;
    }));
    const winner = bobs[1 - out];

    await winner.hears(440);
    assert.equal((await alice.ask('call.list')).calls.filter((call) =>
      call.state !== 'ended').length, 1);
    await alice.ask('call.hangUp', { id });
    await winner.happens('ended');
  }));

test('two phones ring, one answers the browser: the other was answered elsewhere', async () => {
  const bobs = [new Session(), new Session()];
  const alice = await BrowserPhone.open(browser, pages.url);

  try {
    await Promise.all([alice.register(server, 'alice'),
      ...bobs.map((bob) => bob.register(server, 'bob'))]);
    await alice.do('call', addressOf('bob'), {});
    const [{ id }] = await Promise.all(bobs.map((bob) => bob.sees('calls', 'incoming')));

    await bobs[0].ask('call.answer', { id });
    await bobs[1].hears('call', (call) => call.endCause === 'answered-elsewhere');
    await bobs[0].sees('calls', 'active');
    await alice.hears(440);
  } finally {
    await Promise.all([alice.close(), ...bobs.map((bob) => bob.stop())]);
  }
});

/* The browser has begun DTLS by then, on a path and with a certificate that go. */
test('a phone sounds early, the browser answers: its media is rebuilt, and heard', async () => {
  const early = new Session(['--tone', '700']);
  const alice = new Session();
  const bob = await BrowserPhone.open(browser, pages.url);

  try {
    await Promise.all([bob.register(server, 'bob'), early.register(server, 'bob'),
      alice.register(server, 'alice')]);
    const { call: { id } } = await alice.ask('call.start', { target: addressOf('bob') });
    const { id: there } = await early.sees('calls', 'incoming');

    await early.ask('call.earlyMedia', { id: there });
    await alice.hears('call', (call) => call.encrypted);
    await bob.happens('progress');
    await bob.do('answer', {});
    await alice.sees('calls', 'active');
    await hearEachOther(bob, alice, id);
    assert.equal(await bob.has('failed'), false);
    await alice.ask('call.hangUp', { id });
    await bob.happens('ended');
  } finally {
    await Promise.all([alice.stop(), early.stop(), bob.close()]);
  }
});
