// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chromium with JsSIP, one page a phone, with the methods of EndpointPeer.

import { BrowserPhone } from '../browser/browser.mjs';
import { eventually } from '../browser/processes.mjs';
import { addressOf } from '../browser/servers.mjs';
import { spread } from './measure.mjs';

const longestMs = 60000;
const precise = { pollMs: 4, withClock: true };

/* Runs in the page: when the first sound of each call was there, to 4 ms. */
function listenForFirstSound() {
  const pollMs = 4;
  const audible = 0.01;

  globalThis.firstSounds = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener('track', ({ track }) => track.kind === 'audio' && listen(track));
    }
  };

  let context = null;

  function listen(track) {
    context ??= new AudioContext();
    const analyser = context.createAnalyser();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const samples = new Float32Array(512);

    analyser.fftSize = samples.length;
    source.connect(analyser);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      if (!samples.some((sample) => Math.abs(sample) > audible))
        return;
      globalThis.firstSounds.push(performance.timeOrigin + performance.now());
      clearInterval(timer);
      source.disconnect();
    }, pollMs);
  }
}

export class ChromiumPeer {
  static title = 'Chromium';
  static programs = ['chromium', 'chrome'];

  users;
  #phone;
  #answeredAt = 0;

  /* Without `measures` it looks for sound no more often than the phone's own probe. */
  static async start(browser, pageUrl, server, user, { measures = true } = {}) {
    const peer = new ChromiumPeer();

    peer.users = [user];
    peer.#phone = await BrowserPhone.open(browser, pageUrl, measures ? listenForFirstSound : null);
    await peer.#phone.register(server, user, measures ? { detector: precise } : {});
    return peer;
  }

  /* The page's own time of the press: what it takes to reach the page is not its. */
  async #press(action, ...args) {
    return this.#phone.page.evaluate(([name, list]) => {
      const at = performance.timeOrigin + performance.now();

      globalThis.browserPhone[name](...list);
      return at;
    }, [action, args]);
  }

  call(user, { video = false } = {}) {
    return this.#press('call', addressOf(user), { video });
  }

  async rings() {
    await this.#countOf('session');
  }

  #seen = {};

  /* One more of these events than at the last question. */
  async #countOf(name) {
    const wanted = (this.#seen[name] ?? 0) + 1;

    await eventually(name, async () => (await this.#phone.events())
      .filter((event) => event.name === name).length >= wanted, longestMs);
    this.#seen[name] = wanted;
  }

  async answer({ video = false } = {}) {
    this.#answeredAt = await this.#press('answer', { video });
    return this.#answeredAt;
  }

  async countActive() {
    const { states } = await this.#phone.stats();

    return states.filter((state) => state === 'connected').length;
  }

  async firstSoundMs() {
    const at = await eventually('sound is heard', () => this.#phone.page.evaluate((since) =>
      globalThis.firstSounds.find((time) => time > since), this.#answeredAt));

    return at - this.#answeredAt;
  }

  async delayMs() {
    return spread((await this.#phone.report()).video.delaysMs.slice(-100)).median;
  }

  async hangUp() {
    await this.#press('hangUp');
  }

  async isIdle() {
    await this.#countOf('ended');
  }

  stop() {
    return this.#phone.close();
  }
}

