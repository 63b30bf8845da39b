// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls over a relay alone, and calls that outlive their server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Command, Session, passwordFile } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf, startExchange, startTurn } from './servers.mjs';
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

for (const transport of ['udp', 'tcp'])
  test(`media over the TURN server alone, reached over ${transport}`, async () => {
    const turn = await startTurn();
    const phone = await BrowserPhone.open(browser, pages.url);

    await phone.register(server, 'bob', { onCall: 'answer' });
    const command = new Command(['call', addressOf('bob')], server, 'alice', [
      '--relay-only', '--ice-server', `turn:${turn.host}?transport=${transport}`,
      '--turn-user', turn.user, '--turn-password-file', passwordFile(turn.password),
      '--duration', '7', '--expect', 'audio,tone=1000',
    ]);

    try {
      await phone.hears(440);
      assert.deepEqual((await phone.stats()).remoteTypes, ['relay']);
      const verdict = await command.verdict();

      assert.equal(verdict.exit, 0, command.program.story);
      assert.match(verdict.media.localCandidate, /^relay/);
    } finally {
      await Promise.all([command.stop(), phone.close(), turn.stop()]);
    }
  });

/* That the call's peer is asked anew over the flow that there is now, by either end. */
const phoneHolds = async (phone, session, id) => {
  await session.ask('call.hold', { id, held: true });
  await phone.happens('peer hold');
  await session.ask('call.hold', { id, held: false });
  await phone.happens('peer unhold');
  await hearEachOther(phone, session, id);
};

const browserHolds = async (phone, session, id) => {
  const isHeld = (held) => eventually(`held by the browser: ${held}`, async () =>
    (await session.ask('call.list')).calls.find((call) => call.id === id).peerHeld === held);

  await phone.do('hold');
  await isHeld(true);
  await phone.do('resume');
  await isHeld(false);
  await hearEachOther(phone, session, id);
};

/* A call between the served phone and the browser, and the server's restart in it. */
async function callOverRestart(changes, hangUp) {
  const phone = await BrowserPhone.open(browser, pages.url);
  const session = new Session();

  try {
    await phone.register(server, 'bob', { onCall: 'answer' });
    await session.register(server, 'alice');
    await session.ask('call.start', { target: addressOf('bob') });
    const { id } = await session.sees('calls', 'active');

    await phone.hears(440);
    await server.restart();
    await eventually('the browser is back', async () =>
      (await phone.events()).filter((event) => event.name === 'registered').length >= 2);
    await session.sees('accounts', 'registered');
    await hearEachOther(phone, session, id);
    assert.equal((await session.sees('calls', 'active')).id, id);
    for (const change of changes)
      await change(phone, session, id);
    await hangUp(phone, session, id);
  } finally {
    await Promise.all([session.stop(), phone.close()]);
  }
}

test('the exchange restarts in a call, both hold and resume, and the phone hangs up', () =>
  callOverRestart([browserHolds, phoneHolds], async (phone, session, id) => {
    await session.ask('call.hangUp', { id });
    assert.equal((await phone.happens('ended')).originator, 'remote');
    await session.hears('call', (call) => call.state === 'ended');
  }));

test('the exchange restarts in a call, both hold and resume, and the browser hangs up', () =>
  callOverRestart([phoneHolds, browserHolds], async (phone, session) => {
    await phone.do('hangUp');
    const { params } = await session.hears('call', (call) => call.state === 'ended');

    assert.equal(params.call.endCause, 'hung-up-there');
  }));
