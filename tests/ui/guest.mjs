// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guest page in headless Chromium, led by lines on standard input: "call NAME",
// "hang-up". What the page shows is printed as it changes: "state ready", "reason ...".

import { createInterface } from 'node:readline';
import { launchChromium } from '../browser/browser.mjs';

const browser = await launchChromium();
const page = await (await browser.newContext()).newPage();

await page.exposeFunction('tell', (line) => console.log(line));
page.on('console', (message) => console.error(message.text()));
page.on('pageerror', (error) => console.error(error.message));
await page.addInitScript(() => {
  const told = { state: '', reason: '' };
  const look = () => {
    const state = document.getElementById('card').dataset.state;
    const reason = document.getElementById('reason').textContent;

    for (const [key, value] of Object.entries({ state, reason }))
      if (told[key] !== value) {
        told[key] = value;
        globalThis.tell(`${key} ${value}`);
      }
  };

  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(look).observe(document.getElementById('card'), {
      attributes: true, childList: true, characterData: true, subtree: true,
    });
    look();
  });
});
await page.goto(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(' ');

  if (word === 'call') {
    await page.fill('#name', rest.join(' '));
    await page.click('#call');
  } else {
    await page.click(`#${word}`);
  }
}
await browser.close();
