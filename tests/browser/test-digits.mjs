// SPDX-License-Identifier: GPL-3.0-or-later
//
// Digits between this phone and a browser, as telephone events and as INFO: those of the
// browser as the phone tells them, and those of the phone as a browser plays them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf, startExchange } from './servers.mjs';

const all = '0123456789*#ABCD';
let browser, pages, server;

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

async function withCall(options, from, use) {
  const phone = await BrowserPhone.open(browser, pages.url);
  const session = new Session();

  try {
    await phone.register(server, 'bob', { onCall: 'answer', hearKeys: true, ...options });
    await session.register(server, 'alice');
    if (from === 'phone') {
      await session.ask('call.start', { target: addressOf('bob') });
    } else {
      await phone.do('call', addressOf('alice'));
      await session.ask('call.answer', { id: (await session.sees('calls', 'incoming')).id });
    }
    const { id } = await session.sees('calls', 'active');

    await phone.hears(440, 5);
    await use(phone, session, id);
    await phone.do('hangUp');
    await session.hears('call', (call) => call.state === 'ended');
  } finally {
    await Promise.all([session.stop(), phone.close()]);
  }
}

const notified = (session, method) => session.messages
  .filter((message) => message.method === method).map(({ params }) => params.digit);

async function awaitDigits(what, list, count) {
  let seen = [];

  try {
    await eventually(what, async () => (seen = await list()).length >= count, 20000);
  } catch (error) {
    throw new Error(`${error.message}; instead ${JSON.stringify(seen)}`);
  }
  return seen;
}

const receivedBy = (session, count) =>
  awaitDigits('the phone hears the digits', () => notified(session, 'call.digitReceived'), count);

for (const from of ['phone', 'browser']) {
  test(`the phone hears every key of the browser once; called by the ${from}`, () =>
    withCall({}, from, async (phone, session) => {
      await phone.do('sendDigits', `${all}5555`,
        { transportType: 'RFC2833', duration: 100, interToneGap: 70 });
      const digits = await receivedBy(session, 20);

      assert.equal(digits.map(({ digit }) => digit).join(''), `${all}5555`);
      for (const { durationMs } of digits)
        assert.ok(durationMs >= 90 && durationMs <= 140, `${durationMs} ms`);
    }));

  test(`the browser plays every key of the phone once; called by the ${from}`, () =>
    withCall({}, from, async (phone, session, id) => {
      await session.ask('call.dtmf', { id, digits: `${all}5555` });
      await awaitDigits('the phone has sent the digits',
        () => notified(session, 'call.digitSent').filter(({ sent }) => sent), 20);
      const keys = await awaitDigits('the browser hears the digits', async () =>
        (await phone.events()).filter(({ name }) => name === 'keyHeard'), 20);

      assert.equal(keys.map(({ key }) => key).join(''), `${all}5555`);
      /* How long one is played is as much the browser's jitter buffer as our packets, whose
       * durations tests/media reads; so the middle one of all speaks for us. */
      const played = keys.map(({ durationMs }) => durationMs).sort((a, b) => a - b);

      assert.ok(played[10] >= 80 && played[10] <= 200, `${played} ms`);
    }));
}

test('a long digit of the browser is one digit', () =>
  withCall({}, 'browser', async (phone, session) => {
    await phone.do('sendDigits', '73', { transportType: 'RFC2833', duration: 4000 });
    const digits = await receivedBy(session, 2);

    assert.equal(digits.map(({ digit }) => digit).join(''), '73');
    for (const { durationMs } of digits)
      assert.ok(Math.abs(durationMs - 4000) <= 100, `${durationMs} ms`);
  }));

test('the phone hears digits by INFO', () =>
  withCall({}, 'browser', async (phone, session) => {
    await phone.do('sendDigits', '12#', { transportType: 'INFO', duration: 150, interToneGap: 100 });
    const digits = await receivedBy(session, 3);

    assert.equal(digits.map(({ digit }) => digit).join(''), '12#');
    assert.ok(digits.every(({ durationMs }) => durationMs === 150));
  }));

test('where the browser has no telephone events, digits go by INFO', () =>
  withCall({ noTelephoneEvents: true }, 'phone', async (phone, session, id) => {
    await session.ask('call.dtmf', { id, digits: '42*' });
    const got = await awaitDigits('the browser gets INFO', async () =>
      (await phone.events()).filter(({ name }) => name === 'infoDigit'), 3);

    assert.equal(got.map(({ digit }) => digit).join(''), '42*');
    assert.equal(await phone.has('keyHeard'), false);
  }));
