// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every ordinary call between this phone and a browser: who calls, through which server,
// with sound alone or with picture. Each direction is proven by what arrived.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Command } from './endpoint.mjs';
import { addressOf, startExchange, startKamailio } from './servers.mjs';

let browser, pages;
const servers = new Map();

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
});

after(async () => {
  await browser?.close();
  await Promise.all([pages, ...servers.values()].map((one) => one?.stop()));
});

async function serverOf(name) {
  if (!servers.has(name))
    servers.set(name, await (name === 'exchange' ? startExchange({ pageUrl: pages.url }) : startKamailio()));
  return servers.get(name);
}

const endpointOptions = (video) => ['--tone', '440', '--duration', '7', '--expect',
  video ? 'audio,tone=1000,video,frames' : 'audio,tone=1000', ...(video ? ['--video'] : [])];

/* What the browser must have got, and how the call must have ended for both. */
async function prove(phone, command, video) {
  await phone.happens('confirmed');
  await Promise.all([phone.hears(440), ...(video ? [phone.seesFrames()] : [])]);
  const seen = await phone.report();

  assert.equal(seen.audio.tones[1000], undefined, 'the browser does not hear itself');
  if (video)
    assert.equal(seen.video.sources[seen.source], undefined, 'nor see itself');
  else
    assert.equal(seen.video, null);
  const verdict = await command.verdict();

  assert.deepEqual(verdict.checks.filter((check) => !check.proven), [], command.program.story);
  assert.equal(verdict.exit, 0);
  assert.equal((await phone.happens('ended')).originator, 'remote');
}

for (const name of ['exchange', 'Kamailio'])
  for (const video of [false, true]) {
    const what = `${video ? 'audio and video' : 'audio'} through ${name}`;

    test(`the phone calls the browser: ${what}`, async () => {
      const server = await serverOf(name);
      const phone = await BrowserPhone.open(browser, pages.url);

      await phone.register(server, 'bob', { onCall: 'answer', onCallOptions: { video } });
      const command = new Command(['call', addressOf('bob')], server, 'alice',
        endpointOptions(video));

      try {
        await prove(phone, command, video);
      } finally {
        await Promise.all([command.stop(), phone.close()]);
      }
    });

    test(`the browser calls the phone: ${what}`, async () => {
      const server = await serverOf(name);
      const phone = await BrowserPhone.open(browser, pages.url);
      const command = new Command(['answer'], server, 'alice', endpointOptions(video));

      try {
        await Promise.all([phone.register(server, 'bob'), command.registers()]);
        await phone.do('call', addressOf('alice'), { video });
        await prove(phone, command, video);
      } finally {
        await Promise.all([command.stop(), phone.close()]);
      }
    });
  }
