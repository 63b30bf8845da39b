// SPDX-License-Identifier: GPL-3.0-or-later
//
// What goes on within a call, through a server that is not ours: it writes its own route
// into the dialog, and finds both ends by the aliases of their connections.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium, servePage } from './browser.mjs';
import { inCall } from './call.mjs';
import { Command, Session } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf, passwordOf, startKamailio } from './servers.mjs';

let browser, pages, server;

before(async () => {
  [browser, pages, server] =
    await Promise.all([launchChromium(), servePage(), startKamailio()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

const between = (options, run) =>
  inCall({ browser, pages, server }, ['alice', 'bob'], options, run);

test('held and resumed, by either end', () =>
  between({}, async (call) => {
    await call.ask('call.hold', { held: true });
    await call.page.happens('peer hold');
    await call.isSilent();
    await call.ask('call.hold', { held: false });
    await call.page.happens('peer unhold');
    await call.talks();
    for (const options of [{}, { useUpdate: true }]) {
      await call.page.do('hold', options);
      await call.is('held by the browser', ({ peerHeld }) => peerHeld);
      await call.isSilent();
      await call.page.do('resume', options);
      await call.is('resumed by the browser', ({ peerHeld }) => !peerHeld);
      await call.talks();
    }
  }));

test('a picture added by either end, and taken out', () =>
  between({ onVideo: 'accept' }, async (call) => {
    const added = call.page.do('addVideo');

    await call.is('asked for a picture', ({ videoAsked }) => videoAsked);
    await call.ask('call.answerVideo', { accept: true });
    await added;
    await call.watches();
    await call.page.do('removeVideo', { stop: true });
    await call.seesNothing();
    await call.ask('call.video', { on: true });
    await call.watches();
  }));

test('digits both ways, as events and as INFO', () =>
  between({ hearKeys: true }, async (call) => {
    const received = (count) => eventually(`${count} digits`, () => {
      const digits = call.phone.messages
        .filter(({ method }) => method === 'call.digitReceived')
        .map(({ params }) => params.digit.digit);

      return digits.length >= count && digits.join('');
    });

    await call.page.do('sendDigits', '12#', { transportType: 'RFC2833', duration: 100 });
    assert.equal(await received(3), '12#');
    await call.page.do('sendDigits', '45*', { transportType: 'INFO', duration: 100 });
    assert.equal(await received(6), '12#45*');
    await call.ask('call.dtmf', { digits: '789' });
    await call.page.happensTimes('keyHeard', 3);
    const keys = (await call.page.events()).filter(({ name }) => name === 'keyHeard');

    assert.equal(keys.map(({ key }) => key).join(''), '789');
  }));

test('the phone transfers the browser to another phone', async () => {
  const carol = new Session(['--tone', '700']);

  try {
    await carol.register(server, 'carol');
    await inCall({ browser, pages, server }, ['alice', 'bob'], { onRefer: 'follow' },
      async (call) => {
        await call.ask('call.transfer', { to: addressOf('carol') });
        assert.equal((await call.page.happens('refer')).target, addressOf('carol'));
        await carol.ask('call.answer', { id: (await carol.sees('calls', 'incoming')).id });
        await call.phone.hears('call', ({ transferState }) => transferState === 'done');
        await call.phone.hears('call', ({ state }) => state === 'ended');
        await call.page.hears(700);
        await eventually('Carol hears the browser', async () => {
          const { id } = (await carol.ask('call.list')).calls[0];

          return Math.abs((await carol.ask('call.stats', { id })).probe.toneHz - 1000) < 20;
        });
      });
  } finally {
    await carol.stop();
  }
});

test('the browser transfers the phone, which asks first', async () => {
  const carol = new Session(['--tone', '700']);

  try {
    await carol.register(server, 'carol');
    await inCall({ browser, pages, server }, ['alice', 'bob'], {}, async (call) => {
      await call.page.do('refer', addressOf('carol'));
      await call.is('asked', ({ transferTarget }) => transferTarget === addressOf('carol'));
      await call.ask('call.answerTransfer', { accept: true });
      await carol.ask('call.answer', { id: (await carol.sees('calls', 'incoming')).id });
      await call.page.happens('refer accepted');
      await call.page.do('hangUp');
      await eventually('Carol hears the phone', async () => {
        const { id } = (await carol.ask('call.list')).calls[0];

        return Math.abs((await carol.ask('call.stats', { id })).probe.toneHz - 440) < 20;
      });
    });
  } finally {
    await carol.stop();
  }
});

/* What the server says to a phone that wants to call somebody who is not there. */
async function callNobody(options) {
  const phone = new Command(['call', addressOf('carol')], server, 'dora', options);

  try {
    return await phone.verdict();
  } finally {
    await phone.stop();
  }
}

test('an account signs in under another name than its address', async () => {
  const { cause, status } = await callNobody(['--auth-user', 'extension-15']);

  assert.deepEqual([cause, status], ['unavailable', 480]);
  assert.equal((await callNobody([])).cause, 'auth-refused');
});

test('an account that refuses MD5 shows a server that knows no other nothing', async () => {
  const phone = new Session();

  try {
    const { account: { id } } = await phone.ask('account.add', {
      account: addressOf('alice'), server: server.url, password: passwordOf('alice'),
      localAddress: '127.0.0.1', refuseMd5: true,
    });

    await phone.ask('account.register', { id });
    const { params: { account: { error } } } =
      await phone.hears('account', ({ state }) => state === 'refused');

    assert.equal(error.cause, 'auth-unsupported');
  } finally {
    await phone.stop();
  }
});
