// SPDX-License-Identifier: GPL-3.0-or-later
//
// What calls live through that takes minutes. A browser holds one: nothing but what keeps
// the path open comes in that time, and the call has to outlive what ends one with a
// vanished peer. Another refreshes its session (RFC 4028) and notices nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { addressOf, startExchange } from './servers.mjs';
import { startTap } from './socket-tap.mjs';
import { hearEachOther } from './sound.mjs';

/* Time itself is what is tested here: longer than the silence that ends a call. */
const holdMs = 120000;
const refreshes = 2; /* in that time: a session of 90 s is refreshed after half of it */
let browser, pages, server;

async function holdAndResume(user, callee, holdInactive) {
  const phone = await BrowserPhone.open(browser, pages.url);
  const session = new Session();

  try {
    await phone.register(server, callee, { onCall: 'answer', holdInactive });
    await session.register(server, user);
    await session.ask('call.start', { target: addressOf(callee) });
    const { id } = await session.sees('calls', 'active');

    await hearEachOther(phone, session, id);
    await phone.do('hold');
    await session.hears('call', (call) => call.diagnosis === 'hold');
    const heard = (await phone.report()).audio.tones[440];
    const { sentPackets } = await phone.stats();

    await sleep(holdMs);
    assert.equal((await session.sees('calls', 'active')).id, id);
    assert.ok((await phone.report()).audio.tones[440] < heard + 15, 'held means silent');
    assert.equal((await phone.stats()).sentPackets < sentPackets + 100, holdInactive);

    await phone.do('resume');
    await hearEachOther(phone, session, id);
    await phone.do('hangUp');
    const { params } = await session.hears('call', (call) => call.state === 'ended');

    assert.equal(params.call.endCause, 'hung-up-there');
  } finally {
    await Promise.all([session.stop(), phone.close()]);
  }
}

async function refreshWith(method, user, callee) {
  const phone = await BrowserPhone.open(browser, pages.url);
  const tap = await startTap(server.url);
  const session = new Session();

  try {
    await phone.register(tap, callee, { onCall: 'answer', refreshMethod: method });
    await session.register(server, user);
    await session.ask('call.start', { target: addressOf(callee) });
    const { id } = await session.sees('calls', 'active');

    await hearEachOther(phone, session, id);
    await sleep(holdMs);
    assert.deepEqual(tap.answersTo(method), Array(refreshes).fill(200));
    await hearEachOther(phone, session, id);
    await phone.do('hangUp');
    await session.hears('call', (call) => call.state === 'ended');
  } finally {
    await Promise.all([session.stop(), phone.close(), tap.stop()]);
  }
}

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

/* Side by side, since they wait; in one test, since what is nested is no TAP to Meson 1.0. */
test('two minutes: held with silence, and with no packets; refreshed both ways', async () => {
  const calls = await Promise.allSettled([
    holdAndResume('alice', 'bob', false),
    holdAndResume('carol', 'dave', true),
    refreshWith('UPDATE', 'erin', 'frank'),
    refreshWith('INVITE', 'grace', 'heidi'),
  ]);

  for (const { reason } of calls)
    if (reason)
      throw reason;
});
