// SPDX-License-Identifier: GPL-3.0-or-later
//
// Another browser's WebRTC, written by other people: Firefox calls and is called, with
// sound and picture.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchFirefox, servePage } from './browser.mjs';
import { Command } from './endpoint.mjs';
import { addressOf, startExchange, startSound } from './servers.mjs';

const video = true;
const options = ['--video', '--tone', '440', '--duration', '7',
  '--expect', 'audio,tone=1000,video,frames'];
let browser, pages, server, sound;

before(async () => {
  sound = await startSound();
  [browser, pages] = await Promise.all([launchFirefox(sound), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages, server, sound].map((one) => one?.stop()));
});

async function prove(phone, command) {
  await phone.happens('confirmed');
  await Promise.all([phone.hears(440), phone.seesFrames()]);
  const verdict = await command.verdict();

  assert.deepEqual(verdict.checks.filter((check) => !check.proven), [], command.program.story);
  assert.equal(verdict.exit, 0);
  assert.equal((await phone.happens('ended')).originator, 'remote');
}

test('the phone calls Firefox', async () => {
  const phone = await BrowserPhone.open(browser, pages.url);

  await phone.register(server, 'bob', { onCall: 'answer', onCallOptions: { video } });
  const command = new Command(['call', addressOf('bob')], server, 'alice', options);

  try {
    await prove(phone, command);
  } finally {
    await Promise.all([command.stop(), phone.close()]);
  }
});

test('Firefox calls the phone', async () => {
  const phone = await BrowserPhone.open(browser, pages.url);
  const command = new Command(['answer'], server, 'alice', options);

  try {
    await Promise.all([phone.register(server, 'bob'), command.registers()]);
    await phone.do('call', addressOf('alice'), { video });
    await prove(phone, command);
  } finally {
    await Promise.all([command.stop(), phone.close()]);
  }
});
