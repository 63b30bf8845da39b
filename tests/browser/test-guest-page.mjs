// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guest page in a real browser, used as a person would, with this phone as its owner.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BrowserPhone, GuestPage, launchChromium, servePage } from './browser.mjs';
import { Command, Session } from './endpoint.mjs';
import { Program, eventually } from './processes.mjs';
import { addressOf, builtProgram, startExchange } from './servers.mjs';
import { tables } from '../../data/guest/guest-text.mjs';

const owner = 'alice';
let browser, pages, server, guestAddress;

before(async () => {
  [browser, pages] = await Promise.all([launchChromium(), servePage()]);
  server = await startExchange({ guestOwner: owner, pageUrl: pages.url });
  guestAddress = (await configOf(server.guestLink)).aor;
});

after(async () => {
  await browser?.close();
  await Promise.all([pages?.stop(), server?.stop()]);
});

async function configOf(link) {
  const url = new URL(link);
  const response = await fetch(
    `${url.origin}/guest/config?guest=${encodeURIComponent(url.hash.slice(1))}`);

  return response.json();
}

/* Runs with a page that is ready, and with whatever else has to be ended. */
async function withGuest(options, run) {
  const guest = await GuestPage.open(browser, server.guestLink, options);
  const started = [];
  const keep = (one) => {
    started.push(one);
    return one;
  };

  try {
    await guest.isInState('ready');
    await run(guest, keep);
    assert.deepEqual(guest.log.filter((line) => /Content Security Policy|error:/.test(line)), []);
  } finally {
    await Promise.all([...started.map((one) => one.stop()), guest.close()]);
  }
}

async function serveOwner(keep) {
  const session = keep(new Session());

  await session.register(server, owner);
  return session;
}

for (const video of [false, true]) {
  const what = video ? 'audio and video' : 'audio';
  const options = ['--tone', '440', '--duration', '7', '--expect',
    video ? 'audio,tone=1000,video,frames' : 'audio,tone=1000', ...(video ? ['--video'] : [])];

  test(`the guest calls the phone: ${what}`, () => withGuest({}, async (guest, keep) => {
    const command = keep(new Command(['answer'], server, owner, options));

    await command.registers();
    await guest.page.getByLabel('Your name').fill('Ann "Guest" Ö');
    if (video)
      await guest.page.getByLabel('With my camera').check();
    await guest.click('Call');
    await guest.isInState('active');
    await Promise.all([guest.hears(440), ...(video ? [guest.seesFrames()] : [])]);
    const verdict = await command.verdict();

    assert.equal(verdict.exit, 0, command.program.story);
    assert.ok(command.events.some((event) => event.remoteName === 'Ann "Guest" Ö'));
    await guest.isInState('ready');
    assert.equal(await guest.text('reason'), 'They hung up.');
  }));

  test(`the phone calls the guest: ${what}`, () => withGuest({}, async (guest, keep) => {
    const command = keep(new Command(['call', guestAddress], server, owner, options));

    await guest.isInState('incoming');
    if (video)
      await guest.page.getByLabel('With my camera').check();
    await guest.click('Answer');
    await guest.isInState('active');
    await Promise.all([guest.hears(440), ...(video ? [guest.seesFrames()] : [])]);
    assert.equal((await command.verdict()).exit, 0, command.program.story);
    await guest.isInState('ready');
  }));
}

test('the guest hangs up, and declines', () => withGuest({}, async (guest, keep) => {
  const session = await serveOwner(keep);

  await session.ask('call.start', { target: guestAddress });
  await guest.isInState('incoming');
  await guest.click('Answer');
  await session.sees('calls', 'active');
  await guest.click('Hang up');
  assert.equal((await session.hears('call', (call) => call.state === 'ended')).params.call.endCause,
    'hung-up-there');
  await session.ask('call.start', { target: guestAddress });
  await guest.isInState('incoming');
  await guest.click('Decline');
  await session.hears('call', (call) => call.endCause === 'declined');
  assert.equal(await guest.text('reason'), 'You declined the call.');
}));

test('leaving the page hangs up', () => withGuest({}, async (guest, keep) => {
  const session = await serveOwner(keep);

  await guest.click('Call');
  await session.ask('call.answer', { id: (await session.sees('calls', 'incoming')).id });
  await session.sees('calls', 'active');
  await guest.page.reload();
  await session.hears('call', (call) => call.endCause === 'hung-up-there');
}));

test('why a call failed is said in a sentence', () => withGuest({}, async (guest, keep) => {
  await guest.click('Call');
  await guest.page.waitForSelector('#reason:not([hidden])');
  assert.equal(await guest.text('reason'), 'They are not reachable at the moment. Try again later.');
  const session = await serveOwner(keep);

  await guest.click('Call');
  await guest.isInState('ringing');
  await session.ask('call.reject', { id: (await session.sees('calls', 'incoming')).id });
  await guest.isInState('ready');
  assert.equal(await guest.text('reason'), 'They declined the call.');
  await guest.click('Call');
  await guest.isInState('ringing');
  await guest.click('Cancel');
  assert.equal(await guest.text('reason'), 'You cancelled the call.');
  await session.hears('call', (call) => call.endCause === 'missed');
}));

test('without a microphone the guest is told, and still hears', () =>
  withGuest({ devices: 'none' }, async (guest, keep) => {
    const session = await serveOwner(keep);

    await guest.click('Call');
    await session.ask('call.answer', { id: (await session.sees('calls', 'incoming')).id });
    await guest.isInState('active');
    await guest.hears(440);
    assert.match(await guest.text('notice'), /^This page may not use the microphone/);
  }));

test('the browser\'s own devices are used', () => withGuest({ devices: 'fake' },
  async (guest, keep) => {
    const command = keep(new Command(['answer'], server, owner,
      ['--video', '--tone', '440', '--duration', '7', '--expect', 'video']));

    await command.registers();
    await guest.page.getByLabel('With my camera').check();
    await guest.click('Call');
    await guest.hears(440);
    assert.equal((await command.verdict()).exit, 0, command.program.story);
  }));

/* The level that the phone hears now. */
const levelOf = async (session, id) => (await session.ask('call.stats', { id })).probe.levelDb;

test('mute and video in a call', () => withGuest({}, async (guest, keep) => {
  const session = await serveOwner(keep);

  await guest.click('Call');
  const { id } = await session.sees('calls', 'incoming');

  await session.ask('call.answer', { id });
  await guest.isInState('active');
  await eventually('the phone hears the guest', async () => await levelOf(session, id) > -40);
  await guest.click('Mute');
  assert.equal(await guest.page.getAttribute('#mute', 'aria-pressed'), 'true');
  await eventually('the phone hears nothing', async () => await levelOf(session, id) < -60);
  await guest.click('Mute');
  await eventually('the phone hears the guest again', async () => await levelOf(session, id) > -40);

  for (const accept of [false, true]) {
    await guest.click('Video');
    await eventually('the owner is asked', async () =>
      (await session.ask('call.list')).calls[0].videoAsked);
    await session.ask('call.answerVideo', { id, accept });
    await eventually('the video was taken or refused', () => guest.page.isEnabled('#video'));
    assert.equal(await guest.page.getAttribute('#video', 'aria-pressed'), String(accept));
    await guest.isInState('active');
  }
  await eventually('the owner sees the guest', async () =>
    (await session.ask('call.stats', { id })).probe.framesRecognised > 20);
  const heard = (await guest.report()).audio.tones[440];

  await guest.hears(440, heard + 10);
}));

test('the keypad sends tones, by mouse and by keyboard', () => withGuest({},
  async (guest) => {
    const phone = await BrowserPhone.open(browser, pages.url);

    try {
      await phone.register(server, owner, { toneHz: 440, onCall: 'answer' });
      await guest.click('Call');
      await guest.isInState('active');
      await guest.page.evaluate(() => {
        globalThis.sentTones = '';
        const insert = RTCDTMFSender.prototype.insertDTMF;

        RTCDTMFSender.prototype.insertDTMF = function (tones, ...rest) {
          this.ontonechange = (event) => (globalThis.sentTones += event.tone);
          insert.call(this, tones, ...rest);
        };
      });
      await guest.click('Keypad');
      await guest.click('4');
      await guest.page.keyboard.press('2');
      await eventually('both tones are sent', () =>
        guest.page.evaluate(() => globalThis.sentTones === '42'));
      assert.equal(await guest.page.isVisible('#notice'), false);
      await guest.page.keyboard.press('Escape');
      assert.equal(await guest.page.isVisible('#keypad'), false);
    } finally {
      await phone.close();
    }
  }));

test('a link that is wrong or cut says so', async () => {
  const url = new URL(server.guestLink);

  for (const [hash, sentence] of [
    ['', 'A part of the link is missing. Open the whole link that you were given.'],
    ['#wrong-token-wrong-token', 'This link does not work any more. Ask for a new one.'],
  ]) {
    url.hash = hash;
    const guest = await GuestPage.open(browser, url.href);

    await guest.isInState('refused');
    assert.equal(await guest.text('reason'), sentence);
    await guest.close();
  }
});

test('the token cannot be the owner', () => withGuest({}, async (guest) => {
  const tryAs = (method, aor) => guest.page.evaluate(([verb, address, domain]) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(
        `${location.origin.replace('http', 'ws')}/ws?guest=${location.hash.slice(1)}`, 'sip');

      socket.onerror = () => reject(new Error('no WebSocket'));
      socket.onmessage = ({ data }) => {
        const status = Number(/^SIP\/2\.0 (\d+)/.exec(data)?.[1]);

        if (status >= 200) {
          socket.close();
          resolve(status);
        }
      };
      socket.onopen = () => socket.send([
        `${verb} sip:${domain} SIP/2.0`, 'Via: SIP/2.0/WS x.invalid;branch=z9hG4bKtry',
        'Max-Forwards: 70', `From: <${address}>;tag=1`, `To: <${address}>`,
        `Call-ID: try-${verb}`, `CSeq: 1 ${verb}`,
        'Contact: <sip:x@x.invalid;transport=ws>', 'Content-Length: 0', '', '',
      ].join('\r\n'));
    }), [method, aor, addressOf(owner).split('@')[1]]);

  assert.equal(await tryAs('REGISTER', addressOf(owner)), 403);
  assert.equal(await tryAs('INVITE', addressOf(owner)), 403);
  assert.equal(await tryAs('REGISTER', addressOf('bob')), 403);
}));

test('the page is served with a strict policy', async () => {
  const url = new URL(server.guestLink);
  const response = await fetch(`${url.origin}/guest/`);
  const policy = response.headers.get('content-security-policy');

  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
});

test('it can be used by keyboard, in the dark and in 360 pixels', () =>
  withGuest({ viewport: { width: 360, height: 640 }, colorScheme: 'dark' },
    async (guest, keep) => {
      const session = await serveOwner(keep);

      await guest.page.keyboard.press('Tab');
      await guest.page.keyboard.type('Ann');
      assert.equal(await guest.page.inputValue('#name'), 'Ann');
      await guest.page.keyboard.press('Enter');
      await guest.isInState('ringing');
      const width = await guest.page.evaluate(() => document.documentElement.scrollWidth);

      assert.ok(width <= 360, `${width} pixels`);
      assert.equal(await guest.page.evaluate(() => document.activeElement.id), 'hang-up');
      await guest.page.keyboard.press('Enter');
      await guest.isInState('ready');
      const unnamed = await guest.page.$$eval('button, input, video', (all) => all.filter(
        (one) => !(one.innerText || one.textContent || one.ariaLabel || one.labels?.length)).length);

      assert.equal(unnamed, 0);
      await session.hears('call', (call) => call.endCause === 'missed');
    }));

/* Text wider than its box would be cut, or push the page aside. */
function cutTexts() {
  const shown = [...document.querySelectorAll('main *')].filter((one) =>
    one.checkVisibility() && one.textContent.trim() !== '');
  const cut = shown.filter((one) =>
    one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline');

  if (document.documentElement.scrollWidth > innerWidth)
    cut.push(document.documentElement);
  return cut.map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`);
}

for (const [locale, tag] of [['de-DE', 'de'], ['fr-FR', 'fr'], ['es-ES', 'es'], ['zh-CN', 'zh-CN']])
  test(`the page speaks ${tag} where the browser does`, () =>
    withGuest({ locale, viewport: { width: 360, height: 640 } }, async (guest, keep) => {
      const words = tables.get(tag);
      const session = await serveOwner(keep);

      assert.equal(await guest.page.getAttribute('html', 'lang'), tag);
      assert.deepEqual(await guest.page.evaluate(cutTexts), []);
      await guest.click(words.call);
      await session.ask('call.answer', { id: (await session.sees('calls', 'incoming')).id });
      await guest.isInState('active');
      assert.equal(await guest.text('state'), words['state-active']);
      assert.deepEqual(await guest.page.evaluate(cutTexts), []);
      await guest.page.screenshot({ path: builtProgram(`tests/browser/guest-page-${tag}.png`) });
      await guest.click(words['hang-up']);
      await guest.isInState('ready');
      assert.equal(await guest.text('reason'), words['ended-hung-up']);
    }));

test('the page comes back when the exchange does', () => withGuest({}, async (guest) => {
  await server.restart();
  await guest.isInState('offline').catch(() => {});
  await guest.isInState('ready');
}));

test('./run --serve: who opens its link and calls, hears and sees themselves', async () => {
  const served = new Program(builtProgram('app/endpoint/phone-demo'), ['--serve']);
  let guest = null;

  try {
    const [link] = (await served.waitForLine(/open in a browser/)).match(/http:\S+/);

    guest = await GuestPage.open(browser, link);
    await guest.isInState('ready');
    await guest.page.getByLabel('With my camera').check();
    await guest.click('Call');
    await guest.isInState('active');
    await Promise.all([guest.hears(1000), guest.seesFrames()]);
    const { source, video } = await guest.report();

    assert.deepEqual(Object.keys(video.sources), [String(source)]);
    await guest.click('Hang up');
    await guest.isInState('ready');
  } finally {
    await Promise.all([served.stop(), guest?.close()]);
  }
});
