// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls that come to nothing, and why: each is told by both sides in its own words.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Command, Session } from './endpoint.mjs';
import { addressOf, startExchange, startKamailio } from './servers.mjs';

let browser, pages;
const servers = new Map();

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  servers.set('exchange', await startExchange({ pageUrl: pages.url }));
  servers.set('Kamailio', await startKamailio());
});

after(async () => {
  await browser?.close();
  await Promise.all([pages, ...servers.values()].map((one) => one?.stop()));
});

/* Runs a test at each server, with a browser phone `bob` and what has to be stopped. */
function testAtEach(title, run, options = {}) {
  for (const name of ['exchange', 'Kamailio'])
    test(`${title}, through ${name}`, async () => {
      const phone = await BrowserPhone.open(browser, pages.url);
      const started = [];
      const keep = (one) => {
        started.push(one);
        return one;
      };

      try {
        await phone.register(servers.get(name), 'bob', options);
        await run(servers.get(name), phone, keep);
      } finally {
        await Promise.all([...started.map((one) => one.stop()), phone.close()]);
      }
    });
}

async function serve(server, keep) {
  const session = keep(new Session());

  await session.register(server, 'alice');
  return session;
}

testAtEach('the browser is busy', async (server, phone, keep) => {
  const verdict = await keep(new Command(['call', addressOf('bob')], server, 'alice')).verdict();

  assert.deepEqual([verdict.result, verdict.cause, verdict.status], ['refused', 'busy', 486]);
}, { onCall: 'reject', onCallOptions: { status: 486 } });

testAtEach('the browser declines', async (server, phone, keep) => {
  const verdict = await keep(new Command(['call', addressOf('bob')], server, 'alice')).verdict();

  assert.deepEqual([verdict.result, verdict.cause, verdict.status], ['refused', 'declined', 603]);
}, { onCall: 'reject', onCallOptions: { status: 603 } });

testAtEach('the phone declines', async (server, phone, keep) => {
  const session = await serve(server, keep);

  await phone.do('call', addressOf('alice'), {});
  const { id } = await session.sees('calls', 'incoming');

  await session.ask('call.reject', { id });
  const failed = await phone.happens('failed');

  assert.deepEqual([failed.cause, failed.status], ['Rejected', 603]);
});

testAtEach('the browser gives up', async (server, phone, keep) => {
  const session = await serve(server, keep);

  await phone.do('call', addressOf('alice'), {});
  await session.sees('calls', 'incoming');
  await phone.happens('progress');
  await phone.do('hangUp');
  const { params } = await session.hears('call', (call) => call.state === 'ended');

  assert.equal(params.call.endCause, 'missed');
  assert.equal((await phone.happens('failed')).originator, 'local');
});

/* Its patience includes the time that it takes to ring there. */
testAtEach('the phone gives up when nobody answers', async (server, phone, keep) => {
  const command =
    keep(new Command(['call', addressOf('bob')], server, 'alice', ['--timeout', '5']));

  await phone.happens('session');
  const verdict = await command.verdict();

  assert.equal(verdict.result, 'no-answer');
  assert.deepEqual([(await phone.happens('failed')).cause], ['Canceled']);
});

testAtEach('nobody of that name is registered', async (server, phone, keep) => {
  const verdict = await keep(new Command(['call', addressOf('carol')], server, 'alice')).verdict();

  assert.deepEqual([verdict.result, verdict.status], ['refused', 480]);
});

for (const name of ['exchange', 'Kamailio'])
  test(`a wrong password is refused, by ${name}`, async () => {
    const server = servers.get(name);
    const verdict =
      await new Command(['register'], server, 'alice', ['--timeout', '10'], 'wrong').verdict();

    assert.deepEqual([verdict.result, verdict.cause], ['not-registered', 'auth-refused']);
    const phone = await BrowserPhone.open(browser, pages.url);

    await phone.start(server, 'bob', { password: 'wrong' });
    assert.ok([401, 403].includes((await phone.happens('registrationFailed')).status));
    await phone.close();
  });

/* What must be true of a call with somebody who is not who the description says: a path was
 * found, and nothing went over it. */
async function proveNothingFlowed(phone, command) {
  const verdict = await command.verdict();

  assert.deepEqual([verdict.exit, verdict.cause], [6, 'certificate-mismatch'],
    command.program.story);
  assert.equal((await phone.happens('ended')).originator, 'remote');
  assert.ok(verdict.timings.iceMs >= 0, 'there was a path');
  assert.equal(verdict.probe.audioMs, 0, 'nothing was played');
  assert.equal(verdict.media.audioOut, undefined, 'nothing was sent');
  const stats = await phone.stats();

  assert.deepEqual(stats.states, ['closed']);
  assert.equal(stats.receivedPackets, 0, 'nothing came');
  assert.equal((await phone.report()).audio?.sounding ?? 0, 0);
}

testAtEach('a wrong fingerprint in the browser\'s answer', async (server, phone, keep) => {
  await proveNothingFlowed(phone,
    keep(new Command(['call', addressOf('bob')], server, 'alice', ['--duration', '6'])));
}, { wrongFingerprint: true, onCall: 'answer' });

testAtEach('a wrong fingerprint in the browser\'s offer', async (server, phone, keep) => {
  const command = keep(new Command(['answer'], server, 'alice', ['--duration', '6']));

  await command.registers();
  await phone.do('call', addressOf('alice'), {});
  await proveNothingFlowed(phone, command);
}, { wrongFingerprint: true });

test('what is counted there is seen in a call that is as it should be', async () => {
  const phone = await BrowserPhone.open(browser, pages.url);

  await phone.register(servers.get('exchange'), 'bob', { onCall: 'answer' });
  const command =
    new Command(['call', addressOf('bob')], servers.get('exchange'), 'alice', ['--duration', '6']);
  const verdict = await command.verdict();

  await phone.happens('ended');
  assert.ok((await phone.stats()).receivedPackets > 100);
  assert.ok((await phone.report()).audio.sounding > 30);
  assert.ok(verdict.probe.audioMs > 3000 && verdict.media.audioOut.packets > 100);
  await phone.close();
});
