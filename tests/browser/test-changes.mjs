// SPDX-License-Identifier: GPL-3.0-or-later
//
// What changes in a call with a browser that goes on: hold from both ends, the picture
// added, refused, taken out and added again by both, and ICE restarted by the browser.
// After each change sound and picture are looked at by content.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium, servePage } from './browser.mjs';
import { inCall } from './call.mjs';
import { eventually } from './processes.mjs';
import { startExchange } from './servers.mjs';
import { startTap } from './socket-tap.mjs';

const users = ['alice', 'bob'];
let browser, pages, server;

const between = (options, run, start) =>
  inCall({ browser, pages, server }, users, options, run, start);

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ pageUrl: pages.url });
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

test('held and resumed ten times, by either end', () =>
  between({}, async (call) => {
    for (let times = 1; times <= 5; times++) {
      await call.ask('call.hold', { held: true });
      await call.page.happensTimes('peer hold', times);
      await call.is('held', ({ held }) => held);
      await call.isSilent();
      await call.ask('call.hold', { held: false });
      await call.page.happensTimes('peer unhold', times);
      await call.is('resumed', ({ held }) => !held);
      await call.talks();
      await call.page.do('hold');
      await call.is('held by the browser', ({ peerHeld }) => peerHeld);
      await call.isSilent();
      await call.page.do('resume');
      await call.is('resumed by the browser', ({ peerHeld }) => !peerHeld);
      await call.talks();
    }
  }));

test('both hold, and one after the other resumes', () =>
  between({}, async (call) => {
    await call.page.do('hold');
    await call.ask('call.hold', { held: true });
    await call.page.happens('peer hold');
    await call.is('held by both', ({ held, peerHeld }) => held && peerHeld);
    await call.page.do('resume');
    await call.is('held by the phone', ({ held, peerHeld }) => held && !peerHeld);
    await call.isSilent();
    assert.equal(await call.page.has('peer unhold'), false);
    await call.ask('call.hold', { held: false });
    await call.page.happens('peer unhold');
    await call.talks();
  }));

test('the browser holds and resumes by UPDATE', () =>
  between({}, async (call) => {
    for (let times = 1; times <= 2; times++) {
      await call.page.do('hold', { useUpdate: true });
      await call.is('held by the browser', ({ peerHeld }) => peerHeld);
      await call.isSilent();
      await call.page.do('resume', { useUpdate: true });
      await call.is('resumed by the browser', ({ peerHeld }) => !peerHeld);
      await call.talks();
    }
  }));

/* JsSIP refuses ours while it waits for the answer to its own, and asks once more after a
 * second; we ask again after two to four, since the call is ours (RFC 3261 §14.1). JsSIP
 * 3.13 goes on with what it has refused, unless the page refuses it, too. */
test('both hold at the same moment', async () => {
  const tap = await startTap(server.url);
  const where = { browser, pages, server, pageServer: tap };

  try {
    await inCall(where, users, { onReinvite: 'reject' }, async (call) => {
      const release = tap.holdBack();

      await call.ask('call.hold', { held: true });
      await tap.gets(/^INVITE .*a=sendonly/s);
      await call.page.do('startHold');
      await tap.gets(/^SIP\/2\.0 491 /);
      release();
      await call.page.happens('reinvite rejected');
      await call.page.do('set', { onReinvite: null });
      await call.page.happens('held');
      await call.page.happens('peer hold');
      await call.is('held by both', ({ held, peerHeld }) => held && peerHeld);
      assert.deepEqual(tap.answersTo('INVITE'), [491, 200]);
      assert.deepEqual(tap.answersOf('INVITE'), [200, 491, 200]);
      await call.isSilent();
      await call.page.do('resume');
      await call.ask('call.hold', { held: false });
      await call.page.happens('peer unhold');
      await call.talks();
    });
  } finally {
    await tap.stop();
  }
});

test('the browser refuses hold, and the call goes on as it was', () =>
  between({ onReinvite: 'reject' }, async (call) => {
    await call.ask('call.hold', { held: true });
    await call.phone.hears('call', ({ held }) => held);
    await call.page.happens('reinvite rejected');
    await call.is('not held', ({ held }) => !held);
    await call.talks();
    assert.equal(await call.page.has('peer hold'), false);
    await call.page.do('set', { onReinvite: null });
    await call.ask('call.hold', { held: true });
    await call.page.happens('peer hold');
    await call.isSilent();
  }));

test('the offer is the browser\'s, in a new call and in one that stands', () =>
  between({}, async (call) => {
    assert.ok((await call.page.happens('session')).isOfferless);
    await call.ask('call.refresh');
    assert.ok((await call.page.happens('reinvite')).isOfferless);
    await call.talks();
    await call.ask('call.hold', { held: true });
    await call.page.happens('peer hold');
    await call.isSilent();
    await call.ask('call.hold', { held: false });
    await call.page.happens('peer unhold');
    await call.talks();
  }, { offerless: true }));

test('the browser adds its picture, is refused, asks again, takes it out and adds it', () =>
  between({ onVideo: 'accept' }, async (call) => {
    const asked = () => call.is('asked for a picture', ({ videoAsked }) => videoAsked);
    let added = call.page.do('addVideo');

    await asked();
    await call.ask('call.answerVideo', { accept: false });
    await added;
    await call.seesNothing();
    added = call.page.do('addVideo');
    await asked();
    await call.ask('call.answerVideo', { accept: true });
    await added;
    await call.watches();
    await call.page.do('removeVideo');
    await call.is('the browser has no picture', ({ remoteVideo }) => !remoteVideo);
    await call.talks();
    await call.page.do('addVideo'); /* our camera is on: there is nothing to ask */
    await call.watches();
    await call.page.do('removeVideo', { stop: true });
    await call.seesNothing();
    added = call.page.do('addVideo');
    await asked();
    await call.ask('call.answerVideo', { accept: true });
    await added;
    await call.watches();
  }));

test('the phone adds its picture, is refused, asks again, takes it out and adds it', () =>
  between({ onVideo: 'reject' }, async (call) => {
    await call.ask('call.video', { on: true });
    await call.page.happens('reinvite rejected');
    await call.seesNothing();
    await call.page.do('set', { onVideo: 'accept' });
    await call.ask('call.video', { on: true });
    await call.is('a picture', ({ video }) => video);
    await call.watches();
    await call.ask('call.video', { on: false });
    await call.is('no picture of ours', ({ video }) => !video);
    await call.phoneSees();
    await call.talks();
    await call.ask('call.video', { on: true });
    await call.is('a picture again', ({ video }) => video);
    await call.watches();
  }));

test('the browser restarts ICE, with and without a picture', () =>
  between({ onVideo: 'accept' }, async (call) => {
    const restarts = async () => {
      const before = await call.page.do('path');

      await call.page.do('restartIce');
      const now = await eventually('another path', async () => {
        const path = await call.page.do('path');

        return path.used === path.said && path.said !== before.said ? path : null;
      });

      assert.notEqual(now.peerSaid, before.peerSaid);
      await call.talks();
    };

    await restarts();
    await call.ask('call.video', { on: true });
    await call.watches();
    await restarts();
    await call.watches();
  }));
