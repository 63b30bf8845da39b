// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same things done by phone-endpoint and by Chromium with JsSIP: two of a kind at one
// exchange, every message through a tap of its own.

import { launchChromium, servePage } from '../browser/browser.mjs';
import { startExchange } from '../browser/servers.mjs';
import { clock, startTap } from '../browser/socket-tap.mjs';
import { ChromiumPeer } from './chromium-peer.mjs';
import { EndpointPeer } from './endpoint-peer.mjs';
import { childrenOfKind, loadOf, sleep, spread } from './measure.mjs';

const ringMs = 400; /* so that the offer is known before the answer is pressed */
const pictureMs = 6000;
const callsOfALine = 20;
const settleMs = 3000;
const loadMs = 10000;
const activeMs = 30000; /* for the last of them to connect */

/* One exchange, a tap for each of the two, and a page for Chromium. */
async function makePlace() {
  const pages = await servePage();
  const exchange = await startExchange({ pageUrl: pages.url });
  const taps = await Promise.all([startTap(exchange.url), startTap(exchange.url)]);

  return {
    pages, exchange, taps,
    async stop() {
      await Promise.all(taps.map((tap) => tap.stop()));
      await Promise.all([exchange.stop(), pages.stop()]);
    },
  };
}

/* The kinds that are compared: how each is started, and stopped with all it has. */
const kinds = {
  'phone-endpoint': async ({ taps }) => {
    const peers = [await EndpointPeer.start(taps[0], 'alice', 'carol'),
      await EndpointPeer.start(taps[1], 'bob', 'dave')];

    return { peers, programs: EndpointPeer.programs,
      stop: () => Promise.all(peers.map((peer) => peer.stop())) };
  },
  Chromium: async ({ taps, pages }, how) => {
    const browser = await launchChromium();
    const peers = [await ChromiumPeer.start(browser, pages.url, taps[0], 'alice', how),
      await ChromiumPeer.start(browser, pages.url, taps[1], 'bob', how)];

    return { peers, programs: ChromiumPeer.programs, stop: () => browser.close() };
  },
};

async function withPeers(kind, work, how = {}) {
  const place = await makePlace();

  try {
    const pair = await kinds[kind](place, how);

    try {
      return await work(pair, place);
    } finally {
      await pair.stop();
    }
  } finally {
    await place.stop();
  }
}

/* From nothing to registered: the program, or the browser with the page. */
async function measureStart(kind, times) {
  const values = [];

  for (let i = 0; i < times; i++) {
    const place = await makePlace();
    const since = clock();
    const started = kind === 'Chromium' ? await launchChromium() : null;
    const peer = await (started ? ChromiumPeer.start(started, place.pages.url, place.exchange, 'alice')
      : EndpointPeer.start(place.exchange, 'alice'));

    values.push(clock() - since);
    await (started ? started.close() : peer.stop());
    await place.stop();
  }
  return spread(values);
}

/* Calls with sound: from the press to the message on the socket, and to the first sound. */
async function measureCalls(kind, times) {
  return withPeers(kind, async ({ peers: [alice, bob] }, { taps: [hers, his] }) => {
    const values = { toInvite: [], toOk: [], toSound: [] };

    for (let i = 0; i < times; i++) {
      const dialled = await alice.call('bob');

      values.toInvite.push(await hers.sentAt('INVITE', 'INVITE', dialled) - dialled);
      await bob.rings();
      await sleep(ringMs);
      const answered = await bob.answer();

      values.toOk.push(await his.sentAt('SIP/2.0 200', 'INVITE', answered) - answered);
      values.toSound.push(await bob.firstSoundMs());
      await bob.hangUp();
      await Promise.all([alice.isIdle(), bob.isIdle()]);
    }
    return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, spread(list)]));
  });
}

/* From the drawing of a picture to its decoding at the other end. */
async function measureDelay(kind) {
  return withPeers(kind, async ({ peers: [alice, bob] }) => {
    await alice.call('bob', { video: true });
    await bob.rings();
    await bob.answer({ video: true });
    await sleep(pictureMs);
    return bob.delayMs();
  });
}

/* How many of these calls came about: a machine may be too small for all of them. */
async function countActive(peers, wanted) {
  const end = clock() + activeMs;

  for (;;) {
    const active = Math.min(...await Promise.all(peers.map((peer) => peer.countActive())));

    if (active === wanted || clock() > end)
      return active;
    await sleep(200);
  }
}

/* What both ends of so many calls with sound take together. */
async function measureLoad(kind, counts) {
  const rows = [];

  for (const count of counts)
    rows.push({ calls: count, ...await withPeers(kind, async ({ peers, programs }) => {
      const [alice, bob] = peers;

      for (let i = 0; i < count; i++) {
        const line = Math.floor(i / callsOfALine) % bob.users.length;

        await alice.call(bob.users[line], { line });
        await bob.rings();
        await bob.answer();
      }
      const active = await countActive(peers, count);

      await sleep(settleMs);
      return { active, ...await loadOf(programs.flatMap(childrenOfKind), loadMs) };
    }, { measures: false }) });
  return rows;
}

export const kindNames = Object.keys(kinds);

export async function measureKind(kind, { starts, calls, loads }) {
  return {
    start: await measureStart(kind, starts),
    ...await measureCalls(kind, calls),
    pictureDelayMs: await measureDelay(kind),
    load: await measureLoad(kind, loads),
  };
}
