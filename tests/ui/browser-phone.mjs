// SPDX-License-Identifier: GPL-3.0-or-later
//
// A phone made of JsSIP in headless Chromium, led by lines of JSON on standard input: what
// jssip-phone.js can do, as [action, ...arguments], ["register", url], or ["hears", hz],
// which waits for that tone. The address of its page is printed first, then what happens,
// a line of JSON each.

import { createInterface } from 'node:readline';
import { BrowserPhone, launchChromium, servePage } from '../browser/browser.mjs';

const user = process.argv[2];
const pages = await servePage();
const browser = await launchChromium();
const phone = await BrowserPhone.open(browser, pages.url);

/* Runs in the page. */
function tellEvents() {
  const { events } = globalThis.browserPhone;
  const push = events.push.bind(events);

  events.push = (event) => {
    console.info(`tell ${JSON.stringify(event)}`);
    return push(event);
  };
}

phone.page.on('console', (message) => {
  const text = message.text();

  if (text.startsWith('tell '))
    console.log(text.slice('tell '.length));
});
await phone.page.evaluate(tellEvents);
console.log(pages.url);

const actions = {
  register: (url) => phone.register({ url }, user, { onRefer: 'follow', hearKeys: true }),
  async hears(hz) {
    await phone.hears(hz);
    console.log('heard');
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [action, ...rest] = JSON.parse(line);

  await (actions[action] ?? ((...all) => phone.do(action, ...all)))(...rest);
}
await browser.close();
await pages.stop();
