// SPDX-License-Identifier: GPL-3.0-or-later
//
// Transfers between a browser and phones, each part of it played by each: Alice and Carol
// are phones, Bob is a browser, whose tone nobody else has.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf, startExchange } from './servers.mjs';

let browser, pages, server;

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

async function withThree(options, work) {
  const alice = new Session(['--tone', '440']);
  const carol = new Session(['--tone', '700']);
  const bob = await BrowserPhone.open(browser, pages.url);

  try {
    await Promise.all([alice.register(server, 'alice'), carol.register(server, 'carol'),
      bob.register(server, 'bob', options)]);
    await work({ alice, bob, carol });
  } finally {
    await Promise.all([alice.stop(), carol.stop(), bob.close()]);
  }
}

async function callsBob(session) {
  await session.ask('call.start', { target: addressOf('bob') });
  return (await session.sees('calls', 'active')).id;
}

async function answers(session) {
  const { id } = await session.sees('calls', 'incoming');

  await session.ask('call.answer', { id });
  return id;
}

/* That this phone hears a tone in its one call that is active. */
function hears(session, hz) {
  return eventually(`a phone hears ${hz} Hz`, async () => {
    const active = (await session.ask('call.list')).calls.filter((call) => call.state === 'active');

    if (active.length !== 1)
      return false;
    const { probe } = await session.ask('call.stats', { id: active[0].id });

    return Math.abs(probe.toneHz - hz) < 20;
  });
}

const heardOf = (session, id, check) =>
  session.hears('call', (call) => call.id === id && check(call));

test('the phone transfers the browser to another phone', () =>
  withThree({ onCall: 'answer', onRefer: 'follow' }, async ({ alice, bob, carol }) => {
    const id = await callsBob(alice);

    await alice.ask('call.transfer', { id, to: addressOf('carol') });
    assert.equal((await bob.happens('refer')).target, addressOf('carol'));
    await answers(carol);
    await heardOf(alice, id, (call) => call.transferState === 'done');
    await heardOf(alice, id, (call) => call.state === 'ended');
    await Promise.all([bob.hears(700), hears(carol, 1000)]);
  }));

test('a browser that does not follow leaves the call as it was', () =>
  withThree({ onCall: 'answer', onRefer: 'refuse' }, async ({ alice, bob }) => {
    const id = await callsBob(alice);

    await alice.ask('call.transfer', { id, to: addressOf('carol') });
    await heardOf(alice, id, (call) => call.transferState === 'failed');
    await Promise.all([bob.hears(440), hears(alice, 1000)]);
  }));

test('a browser that finds nobody there says why, and the call goes on', () =>
  withThree({ onCall: 'answer', onRefer: 'follow' }, async ({ alice, bob, carol }) => {
    const id = await callsBob(alice);

    await bob.hears(440);
    await alice.ask('call.transfer', { id, to: addressOf('carol') });
    const { id: refused } = await carol.sees('calls', 'incoming');

    await carol.ask('call.reject', { id: refused, busy: true });
    await heardOf(alice, id, (call) =>
      call.transferState === 'failed' && call.transferStatus === 486);
    const heard = (await bob.report()).audio.tones[440];

    await Promise.all([bob.hears(440, heard + 10), hears(alice, 1000)]);
    await alice.ask('call.hangUp', { id });
    await heardOf(alice, id, (call) => call.state === 'ended');
  }));

test('the phone connects the browser with whom it talked to in between', () =>
  withThree({ onCall: 'answer', onRefer: 'follow' }, async ({ alice, bob, carol }) => {
    const id = await callsBob(alice);

    await alice.ask('call.hold', { id, held: true });
    await heardOf(alice, id, (call) => call.held);
    const { call: { id: other } } = await alice.ask('call.start', { target: addressOf('carol') });

    await answers(carol);
    await heardOf(alice, other, (call) => call.state === 'active');
    await alice.ask('call.transfer', { id, with: other });
    await heardOf(alice, id, (call) => call.transferState === 'done');
    await Promise.all([id, other].map((one) => heardOf(alice, one, (call) => call.state === 'ended')));
    await Promise.all([bob.hears(700), hears(carol, 1000)]);
  }));

test('the browser transfers the phone, which asks first', () =>
  withThree({ onCall: 'answer' }, async ({ alice, bob, carol }) => {
    const id = await callsBob(alice);

    await bob.do('refer', addressOf('carol'));
    await heardOf(alice, id, (call) => call.transferState === 'asked' &&
      call.transferTarget === addressOf('carol'));
    assert.equal((await carol.ask('call.list')).calls.length, 0, 'nothing is followed unasked');
    await alice.ask('call.answerTransfer', { id, accept: true });
    await answers(carol);
    await bob.happens('refer accepted');
    await bob.do('hangUp');
    await Promise.all([hears(alice, 700), hears(carol, 440)]);
  }));

test('the phone does not follow the browser, and the call goes on', () =>
  withThree({ onCall: 'answer' }, async ({ alice, bob }) => {
    const id = await callsBob(alice);

    await bob.do('refer', addressOf('carol'));
    await heardOf(alice, id, (call) => call.transferState === 'asked');
    await alice.ask('call.answerTransfer', { id, accept: false });
    assert.equal((await bob.happens('refer failed')).status, 603);
    await Promise.all([bob.hears(440), hears(alice, 1000)]);
  }));

test('the browser connects two phones that it talks to', () =>
  withThree({ onCall: 'answer' }, async ({ alice, bob, carol }) => {
    const id = await callsBob(alice);

    /* JsSIP names the tags of the call that it made itself; of another it swaps them. */
    await bob.do('call', addressOf('carol'), {});
    const replaced = await answers(carol);

    await heardOf(carol, replaced, (call) => call.state === 'active');
    await bob.do('refer', addressOf('carol'), { of: 0, replaces: 1 });
    await heardOf(alice, id, (call) => call.transferState === 'asked');
    await alice.ask('call.answerTransfer', { id, accept: true });
    await bob.happens('refer accepted');
    await heardOf(carol, replaced, (call) => call.state === 'ended');
    await bob.do('hangUp', 0);
    await Promise.all([hears(alice, 700), hears(carol, 440)]);
  }));

/* Alice, who talks to Bob, connects Carol with him: it is Bob who is called instead. */
async function joinsBob({ alice, bob, carol }, id) {
  const { call: { id: other } } = await alice.ask('call.start', { target: addressOf('carol') });
  const asked = await answers(carol);

  await heardOf(alice, other, (call) => call.state === 'active');
  await alice.ask('call.transfer', { id: other, with: id });
  await heardOf(carol, asked, (call) => call.transferState === 'asked');
  await carol.ask('call.answerTransfer', { id: asked, accept: true });
  await bob.happens('replaced');
  await heardOf(alice, other, (call) => call.transferState === 'done');
  for (const [phone, one] of [[alice, id], [alice, other], [carol, asked]])
    await heardOf(phone, one, (call) => call.state === 'ended');
  await Promise.all([bob.hears(700), hears(carol, 1000)]);
}

test('the phone connects another phone with the browser that called it', () =>
  withThree({ onCall: 'answer' }, async (three) => {
    await three.bob.do('call', addressOf('alice'), {});
    await joinsBob(three, await answers(three.alice));
  }));

test('the phone connects another phone with the browser that it called', () =>
  withThree({ onCall: 'answer' }, async (three) => {
    await joinsBob(three, await callsBob(three.alice));
  }));
