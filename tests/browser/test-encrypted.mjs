// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same over HTTPS and WSS, with a certificate that the exchange has made itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GuestPage, launchChromium } from './browser.mjs';
import { Command } from './endpoint.mjs';
import { startExchange } from './servers.mjs';

const owner = 'alice';
let browser, server;

before(async () => {
  [browser, server] =
    await Promise.all([launchChromium(), startExchange({ guestOwner: owner, tls: true })]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('the guest calls the phone over HTTPS and WSS', async () => {
  assert.match(server.guestLink, /^https:/);
  assert.match(server.url, /^wss:/);
  const command = new Command(['answer'], server, owner, [
    '--ca-file', server.certificateFile, '--tone', '440', '--duration', '7',
    '--expect', 'audio,tone=1000',
  ]);
  /* As a person who has compared the fingerprint and goes on. */
  const guest = await GuestPage.open(browser, server.guestLink, { ignoreHTTPSErrors: true });

  try {
    await command.registers();
    await guest.click('Call');
    await guest.isInState('active');
    await guest.hears(440);
    assert.equal((await command.verdict()).exit, 0, command.program.story);
  } finally {
    await Promise.all([command.stop(), guest.close()]);
  }
});

test('a browser warns, and a phone refuses, a certificate that it does not know', async () => {
  await assert.rejects(GuestPage.open(browser, server.guestLink), /ERR_CERT_AUTHORITY_INVALID/);
  const verdict = await new Command(['register'], server, owner, ['--timeout', '10']).verdict();

  assert.deepEqual([verdict.result, verdict.cause], ['not-connected', 'cert-unknown-ca']);
});
