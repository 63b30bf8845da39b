// SPDX-License-Identifier: GPL-3.0-or-later
//
// Headless browsers, and in them browser phones: the JsSIP page of these tests, or the guest
// page of an exchange.

import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { bundle } from './bundle.mjs';
import { eventually } from './processes.mjs';
import { addressOf, passwordOf } from './servers.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const mediaScript = path('../../app/endpoint/phone-chromium-media.js');

export async function launchChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
      '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

/* Firefox as it is, over WebDriver BiDi: without questions about the microphone, and with
 * candidates on loopback. Its AudioContext runs only where there is a sound server. */
export async function launchFirefox(sound) {
  const firefox = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    protocolTimeout: 20000,
    env: { ...process.env, PULSE_SERVER: sound.address },
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });

  return {
    newContext: () => firefox.createBrowserContext(),
    close: () => firefox.close(),
  };
}

/* Serves the JsSIP page on loopback. */
export async function servePage() {
  const files = new Map([
    ['/', ['text/html', readFileSync(path('page/index.html'))]],
    ['/jssip-phone.js', ['text/javascript', readFileSync(path('page/jssip-phone.js'))]],
    ['/keys.js', ['text/javascript', readFileSync(path('page/keys.js'))]],
    ['/media.js', ['text/javascript', readFileSync(mediaScript)]],
    ['/jssip.js', ['text/javascript', bundle('jssip', 'JsSIP')]],
  ]);
  const server = createServer((request, response) => {
    const [type, body] = files.get(request.url) ?? ['text/plain', null];

    response.writeHead(body === null ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8` });
    response.end(body);
  });

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/* What the two kinds of page have in common: media, seen by content. */
class MediaPage {
  constructor(page, context) {
    this.page = page;
    this.context = context;
    this.log = [];
    page.on('console', (message) => this.log.push(message.text()));
    page.on('pageerror', (error) => this.log.push(`error: ${error.message}`));
  }

  report() {
    return this.page.evaluate(() => globalThis.testMedia.report());
  }

  stats() {
    return this.page.evaluate(() => globalThis.testMedia.stats());
  }

  /* Waits until the tone was heard for so many tenths of a second. */
  async hears(hz, pieces = 15) {
    return this.#sees(`hears ${hz} Hz`, (seen) => seen.audio?.tones[hz] >= pieces);
  }

  /* Waits until so many numbered frames of one source were seen. */
  async seesFrames(count = 20) {
    return this.#sees(`sees ${count} frames`, (seen) =>
      Object.values(seen.video?.sources ?? {}).some((number) => number >= count));
  }

  async #sees(what, check) {
    let seen = null;

    try {
      await eventually(what, async () => check(seen = await this.report()));
    } catch (error) {
      throw new Error(`${error.message}; instead: ${JSON.stringify(seen)}, ` +
        `${JSON.stringify(await this.stats())}, ${this.log.slice(-10).join(' | ')}`);
    }
    return seen;
  }

  close() {
    return this.context.close();
  }
}

export class BrowserPhone extends MediaPage {
  /* `prepare` runs in the page before its own scripts. */
  static async open(browser, pageUrl, prepare = null) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const phone = new BrowserPhone(page, context);

    if (prepare)
      await page.addInitScript(prepare);
    await page.goto(pageUrl);
    return phone;
  }

  /* Signs in; `options` as in jssip-phone.js. */
  async start(server, user, options = {}) {
    await this.page.evaluate((all) => globalThis.browserPhone.start(all), {
      url: server.url, uri: addressOf(user), password: passwordOf(user),
      toneHz: 1000, listenHz: [440, 700, 1000], ...options,
    });
  }

  async register(server, user, options = {}) {
    await this.start(server, user, options);
    await this.happens('registered');
  }

  do(action, ...args) {
    return this.page.evaluate(([name, list]) => globalThis.browserPhone[name](...list),
      [action, args]);
  }

  events() {
    return this.page.evaluate(() => globalThis.browserPhone.events);
  }

  /* The first event of this name, waited for. */
  async happens(name, timeoutMs = 15000) {
    try {
      return await eventually(name, async () =>
        (await this.events()).find((event) => event.name === name), timeoutMs);
    } catch (error) {
      throw new Error(`${error.message}; events: ${JSON.stringify(await this.events())}`);
    }
  }

  /* Waits until so many events of this name have happened. */
  async happensTimes(name, times) {
    await eventually(`${name}, ${times} times`, async () =>
      (await this.events()).filter((event) => event.name === name).length >= times);
  }

  async has(name) {
    return (await this.events()).some((event) => event.name === name);
  }
}

/* The guest page of an exchange, as a person would use it. `devices` says where its sound
 * and picture come from: 'test' is a tone and frames, 'fake' is Chromium's own fake
 * microphone and camera, 'none' refuses both. */
export class GuestPage extends MediaPage {
  static async open(browser, link, { devices = 'test', ...contextOptions } = {}) {
    const context = await browser.newContext(contextOptions);
    const page = await context.newPage();
    const guest = new GuestPage(page, context);

    await page.addInitScript({ path: mediaScript });
    await page.addInitScript(setDevices, devices);
    await page.goto(link);
    return guest;
  }

  /* Waits for one of the states of guest-view.mjs. */
  async isInState(state, timeoutMs = 15000) {
    try {
      await this.page.waitForSelector(`main[data-state="${state}"]`, { timeout: timeoutMs });
    } catch {
      throw new Error(`the guest page is not ${state}; it says: ` +
        `${await this.page.innerText('main')} | ${this.log.slice(-10).join(' | ')}`);
    }
  }

  click(name) {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  text(id) {
    return this.page.innerText(`#${id}`);
  }
}

/* Runs in the page, after phone-chromium-media.js. */
function setDevices(devices) {
  globalThis.testMedia.configure(1000, [440, 700, 1000]);
  if (devices === 'fake')
    delete navigator.mediaDevices.getUserMedia; /* the prototype's own is left */
  else if (devices === 'none')
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException('no', 'NotAllowedError');
    };
}
