// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guest page in headless Chromium, led by lines on standard input: "call NAME",
// "camera" (with it or without), "hang-up", "look" (until the phone's tone is heard, and
// its pictures are seen if the camera is on). What the page shows is printed as it
// changes: "state ready", "reason ...".

import { createInterface } from 'node:readline';
import { GuestPage, launchChromium } from '../browser/browser.mjs';

const phoneHz = 440;

/* Runs in the page, before its own scripts. */
function watch() {
  const told = { state: '', reason: '' };
  const look = () => {
    const state = document.getElementById('card').dataset.state;
    const reason = document.getElementById('reason').textContent;

    for (const [key, value] of Object.entries({ state, reason }))
      if (told[key] !== value) {
        told[key] = value;
        console.info(`tell ${key} ${value}`);
      }
  };

  new MutationObserver(look).observe(document.getElementById('card'), {
    attributes: true, childList: true, characterData: true, subtree: true,
  });
  look();
}

const browser = await launchChromium();
const guest = await GuestPage.open(browser, process.argv[2]);
const camera = guest.page.getByLabel('With my camera');

guest.page.on('console', (message) => {
  const text = message.text();

  if (text.startsWith('tell '))
    console.log(text.slice('tell '.length));
});
await guest.page.evaluate(watch);

const actions = {
  async call(name) {
    await guest.page.fill('#name', name);
    await guest.page.click('#call');
  },
  async camera() {
    await camera.setChecked(!(await camera.isChecked()));
    console.log('camera turned');
  },
  async look() {
    await guest.hears(phoneHz);
    console.log('heard');
    if (await camera.isChecked()) {
      await guest.seesFrames();
      console.log('seen');
    }
  },
  'hang-up': () => guest.page.click('#hang-up'),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...rest] = line.split(' ');

  await actions[word](rest.join(' '));
}
await browser.close();
