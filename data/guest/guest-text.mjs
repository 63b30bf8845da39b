// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the page says, in the first of the browser's languages that there is a table for:
// guest-text-LANGUAGE.mjs. A new language is a new table with the same keys.

import { texts as german } from './guest-text-de.mjs';
import { texts as english } from './guest-text-en.mjs';
import { texts as spanish } from './guest-text-es.mjs';
import { texts as french } from './guest-text-fr.mjs';
import { texts as chinese } from './guest-text-zh-cn.mjs';

/* By the tag that the page is marked with (BCP 47). */
export const tables = new Map([
  ['en', english],
  ['de', german],
  ['es', spanish],
  ['fr', french],
  ['zh-CN', chinese],
]);

/* Written in the traditional characters, which the table has not. */
const traditional = /^zh-(hant|tw|hk|mo)\b/i;

function languageOf(tag) {
  if (traditional.test(tag))
    return undefined;
  const [first] = tag.toLowerCase().split('-');

  return [...tables.keys()].find((language) => language.split('-')[0] === first);
}

/* The language of the page, from those that the reader prefers, best first. */
export function chooseLanguage(preferred) {
  return preferred.map(languageOf).find(Boolean) ?? 'en';
}

export const language = chooseLanguage(globalThis.navigator?.languages ?? []);
const table = tables.get(language);

export function hasText(key) {
  return key in english;
}

/* The sentence of a key, with {names} replaced by values. */
export function say(key, values = {}) {
  return (table[key] ?? '')
    .replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/* Why a call has ended, from the agent's output. */
export function sayEnd({ by, cause, status }) {
  if (cause === 'refused')
    return sayStatus(status);
  if (cause === 'no-answer' && by === 'local' && status === 480)
    return say('ended-missed');
  const remote = `ended-${cause}-remote`;

  return say(by === 'remote' && hasText(remote) ? remote : `ended-${cause}`);
}

function sayStatus(status) {
  const exact = `ended-${status}`;

  if (hasText(exact))
    return say(exact);
  if ([415, 488, 606].includes(status))
    return say('ended-incompatible');
  if (status === 410)
    return say('ended-404');
  if (status === 401 || status === 407)
    return say('ended-403');
  return say(`ended-${Math.floor(status / 100)}xx`, { status });
}
