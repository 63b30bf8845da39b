// SPDX-License-Identifier: GPL-3.0-or-later
//
// Before anything of ours is judged: two browsers call one another through Kamailio, so
// that the pages, the detectors and the server's configuration are known to work.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { addressOf, startKamailio, startTurn } from './servers.mjs';

let browser, pages, server, alice, bob;

before(async () => {
  [browser, pages, server] =
    await Promise.all([launchChromium(), servePage(), startKamailio()]);
  alice = await BrowserPhone.open(browser, pages.url);
  bob = await BrowserPhone.open(browser, pages.url);
  await alice.register(server, 'alice', { toneHz: 440 });
  await bob.register(server, 'bob', {
    toneHz: 1000, onCall: 'answer', onCallOptions: { video: true },
  });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

test('two browsers hear and see one another through Kamailio', async () => {
  await alice.do('call', addressOf('bob'), { video: true });
  await Promise.all([alice.happens('confirmed'), bob.happens('confirmed')]);
  const [heard] = await Promise.all([
    alice.hears(1000), bob.hears(440), alice.seesFrames(), bob.seesFrames(),
  ]);

  assert.equal(heard.audio.tones[440], undefined, 'only the tone that was sent');
  assert.notEqual((await alice.report()).source, (await bob.report()).source);
  await alice.do('hangUp');
  assert.equal((await bob.happens('ended')).originator, 'remote');
});

test('a wrong password is refused', async () => {
  const carol = await BrowserPhone.open(browser, pages.url);

  await carol.start(server, 'carol', { password: 'wrong' });
  assert.equal((await carol.happens('registrationFailed')).status, 401);
  await carol.close();
});

test('two browsers reach one another over the TURN server alone', async () => {
  const turn = await startTurn();
  const iceServers = ['udp', 'tcp'].map((transport) => ({
    urls: `turn:${turn.host}?transport=${transport}`,
    username: turn.user, credential: turn.password,
  }));
  const carol = await BrowserPhone.open(browser, pages.url);
  const relayed = { relayOnly: true, iceServers };

  try {
    await carol.register(server, 'carol', { toneHz: 700, ...relayed });
    await carol.do('call', addressOf('bob'), {});
    await carol.hears(1000);
    assert.deepEqual((await carol.stats()).localTypes, ['relay']);
  } finally {
    await Promise.all([carol.close(), turn.stop()]);
  }
});
