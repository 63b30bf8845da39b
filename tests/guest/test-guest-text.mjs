// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chooseLanguage, hasText, say, sayEnd, tables } from '../../data/guest/guest-text.mjs';

const folder = new URL('../../data/guest/', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');

test('every end of a call is a sentence', () => {
  for (const status of [302, 400, 401, 403, 404, 410, 415, 480, 486, 488, 500, 503, 600, 603, 606])
    assert.match(sayEnd({ by: 'remote', cause: 'refused', status }), /^[A-Z].+\.$/);
  for (const by of ['local', 'remote'])
    for (const cause of ['hung-up', 'cancelled', 'answered-elsewhere', 'rejected', 'no-answer',
      'network', 'no-ack', 'lost'])
      assert.match(sayEnd({ by, cause, status: null }), /^[A-Z].+\.$/, `${by} ${cause}`);
});

test('every text that the page names is in the table', () => {
  const page = read('index.html');
  const named = [...page.matchAll(/data-(?:text|label)="([^"]+)"/g)].map((found) => found[1]);

  for (const file of ['guest.js', 'guest-view.mjs', 'guest-media.mjs'])
    named.push(...[...read(file).matchAll(/say\('([^']+)'/g)].map((found) => found[1]));
  for (const state of ['loading', 'offline', 'ready', 'calling', 'ringing', 'incoming',
    'connecting', 'active', 'interrupted', 'refused'])
    named.push(`state-${state}`);
  for (const device of ['microphone', 'camera'])
    for (const problem of ['refused', 'missing', 'busy', 'insecure'])
      named.push(`${device}-${problem}`);
  assert.ok(named.length > 30);
  for (const key of named)
    assert.ok(hasText(key) && say(key) !== '', key);
});

test('the page has no inline script or style', () => {
  const page = read('index.html');

  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|javascript:/);
  assert.match(page, /Content-Security-Policy"\s+content="default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(page, /unsafe|https?:\/\/(?!www\.w3\.org)/);
});

test('nothing writes text from the network as markup', () => {
  for (const file of ['guest.js', 'guest-view.mjs'])
    assert.doesNotMatch(read(file), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
});

test('every language has every text, in its own words and with the same values in it', () => {
  const english = tables.get('en');
  const sameInAll = new Set(['title', 'video']);
  const valuesIn = (text) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort();

  assert.deepEqual([...tables.keys()].sort(), ['de', 'en', 'es', 'fr', 'zh-CN']);
  for (const [tag, table] of tables) {
    assert.deepEqual(Object.keys(table), Object.keys(english), tag);
    for (const [key, text] of Object.entries(table)) {
      assert.deepEqual(valuesIn(text), valuesIn(english[key]), `${tag} ${key}`);
      assert.ok(tag === 'en' || text !== english[key] || sameInAll.has(key), `${tag} ${key}`);
    }
  }
});

test('the page speaks the first language of the reader that it knows', () => {
  assert.equal(chooseLanguage(['de-AT', 'en']), 'de');
  assert.equal(chooseLanguage(['it-IT', 'fr-CA', 'de']), 'fr');
  assert.equal(chooseLanguage(['es']), 'es');
  assert.equal(chooseLanguage(['zh-Hans-CN']), 'zh-CN');
  assert.equal(chooseLanguage(['zh']), 'zh-CN');
  assert.equal(chooseLanguage(['zh-TW', 'en-GB']), 'en');
  assert.equal(chooseLanguage(['zh-Hant']), 'en');
  assert.equal(chooseLanguage(['xx', 'dex']), 'en');
  assert.equal(chooseLanguage([]), 'en');
});
