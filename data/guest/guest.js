// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guest page: joins the agent, the WebSocket, the media of a call and the view. The
// token of the link stands behind the # and so never goes out in a Referer.

import { GuestMedia } from './guest-media.mjs';
import { Tones } from './guest-tones.mjs';
import { SipAgent } from './sip-agent.mjs';
import { element, playSound, prepare, render, showTracks } from './guest-view.mjs';
import { say, sayEnd } from './guest-text.mjs';

const token = location.hash.slice(1);
const configRetryMs = 3000;
const nameKey = 'phone-guest-name';

const model = {
  state: 'loading',
  who: { name: '', uri: '' },
  reason: '',
  notices: new Set(),
  startedAt: null,
  isMuted: false,
  isVideo: false,
  isVideoBusy: false,
  isKeypad: false,
  isSoundBlocked: false,
};

const tones = new Tones();
let config = null;
let agent = null;
let socket = null;
let timer = null;
let isPumping = false;
let call = null; /* { id, media, offer, remote, self } from the click to the end */

function update(changes) {
  Object.assign(model, changes);
  render(model);
}

/* ---- agent and WebSocket ---- */

function openSocket() {
  const url = new URL('/ws', location.href);

  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  url.searchParams.set('guest', token);
  const opened = new WebSocket(url, 'sip');
  const tell = (run) => {
    if (socket === opened) {
      run();
      pump();
    }
  };

  socket = opened;
  opened.onopen = () => tell(() => agent.flowOpened());
  opened.onmessage = (event) => tell(() => agent.receive(event.data));
  opened.onclose = () => tell(() => {
    socket = null;
    agent.flowClosed();
    loadConfig();
  });
}

function closeSocket() {
  const old = socket;

  socket = null;
  old?.close();
}

const onOutput = {
  'open': openSocket,
  'close': closeSocket,
  'send': ({ frame }) => {
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(frame);
  },
  'registration': onRegistration,
  'incoming': onIncoming,
  'progress': () => {
    if (model.state === 'calling') {
      update({ state: 'ringing' });
      tones.ringThere();
    }
  },
  'answered': ({ sdp }) => onRemoteAnswer(sdp),
  'confirmed': ({ sdp }) => {
    if (sdp !== '')
      onRemoteAnswer(sdp);
  },
  'reoffer': onReoffer,
  'reoffer-answered': onReofferAnswered,
  'reoffer-refused': onReofferRefused,
  'ended': (output) => endCall(sayEnd(output)),
};

/* Hands out everything the agent wants, then sleeps until its deadline. */
function pump() {
  if (isPumping)
    return;
  isPumping = true;
  for (let output = agent.popOutput(); output; output = agent.popOutput())
    if (output.call === undefined || output.type === 'incoming' || output.call === call?.id)
      onOutput[output.type](output);
  isPumping = false;
  clearTimeout(timer);
  if (agent.deadline !== null)
    timer = setTimeout(() => {
      agent.tick();
      pump();
    }, Math.max(0, agent.deadline - performance.now()));
}

/* Everything the person asks of the agent goes through here. */
function command(run) {
  const result = run(agent);

  pump();
  return result;
}

function onRegistration({ state }) {
  if (state === 'refused')
    refuseLink('link-dead');
  else if (call === null && model.state !== 'refused')
    showIdle(state === 'registered' ? model.reason : say('offline'));
}

function showIdle(reason) {
  const isReady = agent?.isRegistered ?? false;

  update({
    state: isReady ? 'ready' : 'offline',
    who: { name: config?.name ?? '', uri: config?.owner ?? '' },
    reason: isReady && reason === say('offline') ? '' : reason,
    startedAt: null, isMuted: false, isVideo: false, isVideoBusy: false, isKeypad: false,
    isSoundBlocked: false,
  });
}

function refuseLink(key) {
  clearTimeout(timer);
  update({ state: 'refused', reason: say(key) });
}

/* ---- the start ---- */

/* Who we are by this link. Asked again whenever the flow is lost, because a WebSocket does
 * not tell why it was refused. */
async function loadConfig() {
  const url = new URL('config', location.href);

  url.hash = '';
  url.searchParams.set('guest', token);
  try {
    const response = await fetch(url, { cache: 'no-store', credentials: 'omit' });

    if (response.ok)
      return await response.json();
    if (response.status >= 400 && response.status < 500 && response.status !== 429)
      if (call === null)
        stopForGood();
  } catch {
    /* The server is away; whoever asked tries again. */
  }
  return null;
}

function stopForGood() {
  agent?.stop();
  closeSocket();
  refuseLink('link-dead');
}

async function start() {
  config = await loadConfig();
  if (model.state === 'refused')
    return;
  if (config === null) {
    update({ state: 'offline', reason: say('offline') });
    setTimeout(start, configRetryMs);
    return;
  }
  agent = new SipAgent({
    aor: config.aor,
    name: element('name').value,
    secure: location.protocol === 'https:',
    random: (byteCount) => crypto.getRandomValues(new Uint8Array(byteCount)),
    now: () => performance.now(),
  });
  showIdle('');
  command((a) => a.start());
}

/* ---- calls ---- */

function newCall() {
  const made = { id: null, media: null, offer: '', remote: null, self: null };

  made.media = new GuestMedia(config.ice ?? [], {
    problem: (key) => {
      model.notices.add(key);
      update({});
    },
    tracks: (remote) => {
      made.remote = remote;
      showMedia(made);
    },
    self: (track) => {
      made.self = track;
      showMedia(made);
    },
    state: (state) => onMediaState(made, state),
  });
  call = made;
  model.notices.clear();
  return made;
}

async function showMedia(ofCall) {
  if (ofCall !== call)
    return;
  const sounds = await showTracks(ofCall.remote, ofCall.self);

  if (ofCall === call)
    update({ isSoundBlocked: !sounds, isVideo: ofCall.self !== null });
}

/* Runs a step of a call's media; a failure ends the call with a sentence. */
async function step(ofCall, key, run) {
  try {
    return await run();
  } catch {
    if (ofCall === call)
      failCall(key);
    return null;
  }
}

function failCall(key) {
  const id = call.id;

  endCall(say(key));
  if (id !== null)
    command((a) => a.hangUp(id));
}

function endCall(reason) {
  tones.stop();
  call?.media?.close();
  call = null;
  showTracks(null, null);
  showIdle(reason);
}

async function placeCall() {
  if (model.state !== 'ready' || call !== null)
    return;
  const made = newCall();

  update({ state: 'calling', reason: '' });
  const sdp = await step(made, 'ended-browser', async () => {
    await made.media.open(element('with-video-box').checked);
    return made.media.offer();
  });

  if (sdp === null || made !== call)
    return;
  agent.setName(element('name').value.trim());
  made.id = agent.call(config.owner, sdp);
  if (made.id === null)
    failCall('ended-not-ready');
  pump();
}

function onIncoming({ call: id, from, sdp }) {
  if (call !== null) {
    agent.reject(id, 486);
    return;
  }
  newCall();
  Object.assign(call, { id, offer: sdp });
  update({ state: 'incoming', who: from, reason: '' });
  tones.ringHere();
}

async function answerCall() {
  const answered = call;

  if (model.state !== 'incoming')
    return;
  tones.stop();
  update({ state: 'connecting' });
  const sdp = await step(answered, 'ended-incompatible', async () => {
    await answered.media.open(element('with-video-box').checked);
    return answered.offer === '' ? answered.media.offer() : answered.media.answer(answered.offer);
  });

  if (sdp !== null && answered === call)
    command((a) => a.answer(answered.id, sdp));
}

function hangUp() {
  const { id } = call ?? {};

  if (id)
    command((a) => a.hangUp(id));
  else if (call)
    endCall(say('ended-cancelled'));
}

async function onRemoteAnswer(sdp) {
  const answered = call;

  tones.stop();
  update({ state: 'connecting' });
  await step(answered, 'ended-incompatible', () => answered.media.takeAnswer(sdp));
}

function onMediaState(ofCall, state) {
  if (ofCall !== call)
    return;
  if (state === 'connected')
    update({ state: 'active', startedAt: model.startedAt ?? Date.now() });
  else if (state === 'disconnected' && model.startedAt !== null)
    update({ state: 'interrupted' });
  else if (state === 'failed')
    failCall(model.startedAt === null ? 'ended-media' : 'ended-media-lost');
}

/* ---- changes in a call ---- */

async function onReoffer({ call: id, sdp }) {
  const changed = call;

  try {
    const answer = sdp === '' ? await changed.media.reoffer() : await changed.media.answer(sdp);

    command((a) => a.acceptReoffer(id, answer));
  } catch {
    command((a) => a.refuseReoffer(id, 488));
  }
}

async function toggleVideo() {
  const changed = call;

  update({ isVideoBusy: true });
  if (changed.media.isSendingVideo)
    await changed.media.stopVideo();
  else if (await changed.media.startVideo()) {
    const sdp = await step(changed, 'ended-browser', () => changed.media.reoffer());

    if (sdp !== null && changed === call && command((a) => a.reoffer(changed.id, sdp)))
      return;
    await onReofferRefused();
  }
  if (changed === call)
    update({ isVideoBusy: false });
}

async function onReofferAnswered({ sdp }) {
  const changed = call;

  await step(changed, 'ended-incompatible', () => changed.media.takeAnswer(sdp));
  if (changed !== call)
    return;
  if (!changed.media.isVideoTaken)
    await refuseVideo();
  update({ isVideoBusy: false });
}

async function onReofferRefused() {
  if (call === null)
    return;
  await call.media.forgetOffer();
  await refuseVideo();
  update({ isVideoBusy: false });
}

async function refuseVideo() {
  await call?.media.stopVideo();
  model.notices.add('video-refused');
}

function pressKey(key) {
  tones.key(key);
  if (call && !call.media.sendTone(key))
    model.notices.add('keypad-unavailable');
  update({});
}

/* ---- the page ---- */

function listen() {
  const click = (id, run) => element(id).addEventListener('click', run);

  element('start').addEventListener('submit', (event) => {
    event.preventDefault();
    placeCall();
  });
  click('answer', answerCall);
  click('hang-up', hangUp);
  click('mute', () => {
    update({ isMuted: !model.isMuted });
    call?.media.setMuted(model.isMuted);
  });
  click('video', toggleVideo);
  click('keypad-toggle', () => update({ isKeypad: !model.isKeypad }));
  click('unblock', async () => update({ isSoundBlocked: !await playSound() }));
  for (const event of ['pointerdown', 'keydown'])
    document.addEventListener(event, () => tones.unlock(), { capture: true });
  document.addEventListener('keydown', onKeyDown);
  element('name').addEventListener('change', () => rememberName(element('name').value));
  addEventListener('hashchange', () => location.reload());
  addEventListener('pagehide', leave);
}

/* Digits go to the keypad while it is open. */
function onKeyDown(event) {
  if (!model.isKeypad || event.ctrlKey || event.altKey || event.metaKey)
    return;
  if (event.key === 'Escape') {
    update({ isKeypad: false });
    element('keypad-toggle').focus();
  } else if (/^[0-9*#]$/.test(event.key))
    pressKey(event.key);
}

function rememberName(name) {
  try {
    sessionStorage.setItem(nameKey, name);
  } catch {
    /* A browser that keeps nothing asks for the name each time. */
  }
}

function recallName() {
  try {
    return sessionStorage.getItem(nameKey) ?? '';
  } catch {
    return '';
  }
}

function leave() {
  if (!agent)
    return;
  command((a) => a.stop());
}

prepare(pressKey);
element('name').value = recallName();
listen();
render(model);
if (token === '')
  refuseLink('link-incomplete');
else
  start();
