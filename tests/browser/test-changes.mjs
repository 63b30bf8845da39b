// SPDX-License-Identifier: GPL-3.0-or-later
//
// What changes in a call with a browser that goes on: hold from both ends, the picture
// added, refused, taken out and added again by both, and ICE restarted by the browser.
// After each change sound and picture are looked at by content.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, launchChromium, servePage } from './browser.mjs';
import { Session } from './endpoint.mjs';
import { eventually } from './processes.mjs';
import { addressOf, startExchange } from './servers.mjs';

let browser, pages, server;

/* A call of sound between a served phone and a page, and what is looked at in it. */
class Call {
  static async between(user, callee, options, start) {
    const call = new Call();

    call.page = await BrowserPhone.open(browser, pages.url);
    call.phone = new Session();
    await call.page.register(server, callee, { onCall: 'answer', ...options });
    await call.phone.register(server, user);
    await call.phone.ask('call.start', { target: addressOf(callee), ...start });
    call.id = (await call.phone.sees('calls', 'active')).id;
    await call.talks();
    return call;
  }

  ask(method, params = {}) {
    return this.phone.ask(method, { id: this.id, ...params });
  }

  /* Waits until the phone's own view of the call is so. */
  async is(what, check) {
    let seen = null;

    try {
      return await eventually(what, async () => {
        seen = (await this.phone.ask('call.list')).calls.find(({ id }) => id === this.id);
        return check(seen);
      });
    } catch (error) {
      throw new Error(`${error.message}; instead ${JSON.stringify(seen)}`);
    }
  }

  async #probe() {
    return (await this.ask('call.stats')).probe;
  }

  /* Sound both ways, from now on. */
  async talks() {
    const there = (await this.page.report()).audio?.tones[440] ?? 0;
    const here = (await this.#probe()).soundingMs ?? 0;

    await this.page.hears(440, there + 8);
    await eventually('the phone hears the browser', async () => {
      const { toneHz, soundingMs } = await this.#probe();

      return Math.abs(toneHz - 1000) < 20 && soundingMs >= here + 800;
    });
  }

  /* No sound at either end for a second: what was under way has gone by before it. */
  async isSilent() {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const there = (await this.page.report()).audio.tones[440];
    const here = (await this.#probe()).soundingMs;

    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal((await this.page.report()).audio.tones[440], there);
    assert.equal((await this.#probe()).soundingMs, here);
  }

  async phoneSees() {
    const { framesRecognised: recognised } = await this.#probe();

    await eventually('the phone sees the browser', async () =>
      (await this.#probe()).framesRecognised >= recognised + 15);
  }

  async pageSees() {
    const report = (await this.page.report()).video;
    const seen = report?.recognised ?? 0;

    await eventually('the browser sees the phone', async () =>
      ((await this.page.report()).video?.recognised ?? 0) >= seen + 15);
  }

  async watches() {
    await this.phoneSees();
    await this.pageSees();
    await this.talks();
  }

  async seesNothing() {
    await this.is('no picture', (call) => !call.video && !call.remoteVideo);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { framesRecognised: recognised } = await this.#probe();

    await this.talks();
    assert.equal((await this.#probe()).framesRecognised, recognised);
  }

  async end() {
    await this.ask('call.hangUp');
    await this.phone.hears('call', (call) => call.state === 'ended');
  }

  async close() {
    await Promise.all([this.phone.stop(), this.page.close()]);
  }
}

/* What is said of the call when something fails is what both ends saw. */
async function inCall(users, options, run, start = {}) {
  const call = await Call.between(...users, options, start);

  try {
    await run(call);
    await call.end();
  } catch (error) {
    const events = JSON.stringify((await call.page.events()).slice(-12));

    throw new Error(`${error.stack}\n${events}\n${call.page.log.slice(-10).join('\n')}\n` +
      `${call.phone.program.story.slice(-2000)}`);
  } finally {
    await call.close();
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

test('held and resumed ten times, by either end', () =>
  inCall(['alice', 'bob'], {}, async (call) => {
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
  inCall(['alice', 'bob'], {}, async (call) => {
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

test('the browser refuses hold, and the call goes on as it was', () =>
  inCall(['alice', 'bob'], { onReinvite: 'reject' }, async (call) => {
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
  inCall(['alice', 'bob'], {}, async (call) => {
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
  inCall(['alice', 'bob'], { onVideo: 'accept' }, async (call) => {
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
  inCall(['alice', 'bob'], { onVideo: 'reject' }, async (call) => {
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
  inCall(['alice', 'bob'], { onVideo: 'accept' }, async (call) => {
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
