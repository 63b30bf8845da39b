// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sound between a page and a served phone in one of its calls, looked at by content.

import { eventually } from './processes.mjs';

/* The page hears the phone's 440 Hz and the phone the page's tone for a second from now on:
 * what was heard before does not count. A page that resumes counts from nought. */
export async function hearEachOther(page, session, id, hz = 1000) {
  const probe = async () => (await session.ask('call.stats', { id })).probe;
  const there = (await page.report()).audio?.tones[440] ?? 0;
  const here = (await probe()).soundingMs ?? 0;

  await page.hears(440, there + 10);
  await eventually(`the phone hears ${hz} Hz`, async () => {
    const { toneHz, soundingMs } = await probe();

    return Math.abs(toneHz - hz) < 20 && soundingMs >= here + 1000;
  });
}
