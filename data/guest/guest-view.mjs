// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shows a model on the page and keeps nothing of its own but what the eye needs: which
// controls a state has, where the focus goes, and the seconds of the timer.

import { keys } from './guest-tones.mjs';
import { parseUri } from './sip-message.mjs';
import { language, say } from './guest-text.mjs';

const letters = ['', 'ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ', '', '+', ''];

/* What a state shows; the first action is where the focus goes. */
const shown = {
  loading: [],
  refused: [],
  offline: ['start', 'with-video'],
  ready: ['call', 'start', 'with-video'],
  calling: ['hang-up'],
  ringing: ['hang-up'],
  incoming: ['answer', 'hang-up', 'with-video'],
  connecting: ['hang-up'],
  active: ['hang-up', 'controls'],
  interrupted: ['hang-up', 'controls'],
};

export const element = (id) => document.getElementById(id);

export function prepare(onKey) {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll('[data-text]'))
    one.textContent = say(one.dataset.text);
  for (const one of document.querySelectorAll('[data-label]'))
    one.setAttribute('aria-label', say(one.dataset.label));
  keys.forEach((key, i) => {
    const button = document.createElement('button');
    const small = document.createElement('small');

    button.type = 'button';
    button.dataset.key = key;
    button.textContent = key;
    small.textContent = letters[i];
    small.setAttribute('aria-hidden', 'true');
    button.append(small);
    button.addEventListener('click', () => onKey(key));
    element('keypad').append(button);
  });
}

/* Characters that would turn the writing direction or hide are not shown. */
function harmless(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').trim().slice(0, 80);
}

function setText(id, text) {
  if (element(id).textContent !== text)
    element(id).textContent = text;
}

function setSentence(id, text) {
  element(id).hidden = text === '';
  setText(id, text);
}

function showWho({ name, uri }) {
  const address = parseUri(uri) ?? { user: '', host: '' };
  const title = harmless(name) || harmless(address.user) || harmless(address.host);

  setText('who-name', title);
  setText('who-address', harmless(address.user ? `${address.user}@${address.host}` : ''));
  setText('avatar', Array.from(title.toUpperCase())[0] ?? '');
}

function showSeconds(startedAt) {
  const seconds = Math.floor((Date.now() - startedAt) / 1000);
  const pad = (number) => String(number).padStart(2, '0');

  setText('timer', `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`);
}

let timer = null;

function showTimer(startedAt) {
  element('timer').hidden = startedAt === null;
  clearInterval(timer);
  timer = null;
  if (startedAt !== null) {
    showSeconds(startedAt);
    timer = setInterval(() => showSeconds(startedAt), 500);
  }
}

/* Focus follows only when what had it has gone. */
function keepFocus(state, hadFocus) {
  const first = shown[state][0];

  if (hadFocus && hadFocus.closest('[hidden]') && first)
    element(first).focus();
}

export function render(model) {
  const { state } = model;
  const hadFocus = document.activeElement === document.body ? null : document.activeElement;
  const visible = shown[state];

  element('card').dataset.state = state;
  for (const id of ['start', 'with-video', 'call', 'answer', 'hang-up', 'controls'])
    element(id).hidden = !visible.includes(id);
  element('call').hidden = !['ready', 'offline'].includes(state);
  element('call').disabled = state !== 'ready';
  setText('hang-up-text', say(hangUpWord(state)));
  setText('state', say(`state-${state}`));
  setSentence('reason', model.reason);
  setSentence('notice', [...model.notices].map((key) => say(key)).join(' '));
  document.title = say(state === 'incoming' ? 'title-incoming' : 'title');
  showWho(model.who);
  showTimer(model.startedAt);
  element('mute').setAttribute('aria-pressed', String(model.isMuted));
  element('video').setAttribute('aria-pressed', String(model.isVideo));
  element('video').disabled = model.isVideoBusy;
  element('keypad').hidden = !(model.isKeypad && visible.includes('controls'));
  element('keypad-toggle').setAttribute('aria-expanded', String(model.isKeypad));
  element('unblock').hidden = !model.isSoundBlocked;
  keepFocus(state, hadFocus);
}

function hangUpWord(state) {
  if (state === 'incoming')
    return 'decline';
  return state === 'calling' || state === 'ringing' ? 'cancel' : 'hang-up';
}

function attach(id, tracks) {
  const target = element(id);
  const same = target.srcObject?.getTracks() ?? [];

  if (same.length === tracks.length && same.every((track, i) => track === tracks[i]))
    return;
  target.srcObject = tracks.length > 0 ? new MediaStream(tracks) : null;
}

/* Gives the tracks to their elements; resolves to false when the browser keeps silent. */
export async function showTracks(remote, self) {
  const audio = remote?.getAudioTracks() ?? [];
  const video = (remote?.getVideoTracks() ?? []).filter((t) => !t.muted && t.readyState === 'live');

  attach('remote-audio', audio);
  attach('remote-video', video);
  attach('self-video', self ? [self] : []);
  element('self-video').hidden = !self;
  element('stage').hidden = video.length === 0 && !self;
  element('card').classList.toggle('with-picture', video.length > 0 || self !== null);
  return audio.length === 0 || playSound();
}

export async function playSound() {
  try {
    await element('remote-audio').play();
    return true;
  } catch (error) {
    return error.name !== 'NotAllowedError';
  }
}
