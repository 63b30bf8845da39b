// SPDX-License-Identifier: GPL-3.0-or-later
//
// Everything the page says, in one table a language. A new language is a new table with
// the same keys; a key that it lacks is said in English.

const english = {
  'title': 'Phone',
  'title-incoming': 'Incoming call',
  'your-name': 'Your name',
  'your-name-hint': 'Shown to the person you call.',
  'with-video': 'With my camera',
  'call': 'Call',
  'answer': 'Answer',
  'decline': 'Decline',
  'cancel': 'Cancel',
  'hang-up': 'Hang up',
  'mute': 'Mute',
  'video': 'Video',
  'keypad': 'Keypad',
  'controls': 'Controls of this call',
  'remote-video': 'Their picture',
  'self-video': 'Your own picture',
  'unblock-sound': 'Turn on the sound',
  'address-of': '{user} at {host}',

  'state-loading': 'One moment …',
  'state-offline': 'Connecting …',
  'state-ready': 'Ready. They can call you too while this page is open.',
  'state-calling': 'Calling …',
  'state-ringing': 'Ringing …',
  'state-incoming': 'is calling you',
  'state-connecting': 'Connecting the call …',
  'state-active': 'In a call',
  'state-interrupted': 'Interrupted, trying to get back …',
  'state-refused': 'This link cannot be used.',

  'link-incomplete': 'A part of the link is missing. Open the whole link that you were given.',
  'link-dead': 'This link does not work any more. Ask for a new one.',
  'offline': 'Their phone cannot be reached at the moment. This page keeps trying.',

  'ended-hung-up': 'The call has ended.',
  'ended-hung-up-remote': 'They hung up.',
  'ended-cancelled': 'You cancelled the call.',
  'ended-cancelled-remote': 'They stopped calling before you answered.',
  'ended-answered-elsewhere': 'The call was answered on another device.',
  'ended-rejected': 'You declined the call.',
  'ended-no-answer': 'Nobody answered. Try again later.',
  'ended-missed': 'You missed a call.',
  'ended-network': 'The connection to the server was lost. Try again in a moment.',
  'ended-no-ack': 'The call was answered, but the other side never confirmed it.',
  'ended-lost': 'The other side does not know this call any more.',
  'ended-media': 'The call was set up, but no way through the network was found for sound.',
  'ended-media-lost': 'The connection for sound was lost.',
  'ended-incompatible': 'Their phone and this browser could not agree on sound or picture.',
  'ended-browser': 'This browser could not start the call.',
  'ended-not-ready': 'The call could not start, because the connection to the server is down.',
  'ended-3xx': 'They can be reached at another address, which this page does not call.',
  'ended-403': 'You are not allowed to call them with this link.',
  'ended-404': 'They are not known here any more.',
  'ended-480': 'They are not reachable at the moment. Try again later.',
  'ended-486': 'They are busy. Try again later.',
  'ended-600': 'They are busy. Try again later.',
  'ended-603': 'They declined the call.',
  'ended-4xx': 'The call was refused ({status}).',
  'ended-5xx': 'The server could not complete the call ({status}). Try again later.',
  'ended-6xx': 'They declined the call ({status}).',

  'microphone-refused': 'This page may not use the microphone, so they cannot hear you. ' +
    'Allow it in the address bar and call again.',
  'microphone-missing': 'No microphone was found, so they cannot hear you.',
  'microphone-busy': 'The microphone is in use by another program, so they cannot hear you.',
  'microphone-insecure': 'This browser gives the microphone to secure pages only, so they ' +
    'cannot hear you. Open the link that begins with https.',
  'camera-refused': 'This page may not use the camera, so they cannot see you.',
  'camera-missing': 'No camera was found, so they cannot see you.',
  'camera-busy': 'The camera is in use by another program, so they cannot see you.',
  'camera-insecure': 'This browser gives the camera to secure pages only, so they cannot ' +
    'see you.',
  'video-refused': 'They did not take the video. The call goes on with sound.',
  'keypad-unavailable': 'Their phone does not take keypad tones.',
  'sound-blocked': 'The browser has turned the sound off.',
};

const tables = new Map([['en', english]]);

function chooseTable(languages) {
  for (const language of languages) {
    const table = tables.get(language) ?? tables.get(language.split('-')[0]);

    if (table)
      return table;
  }
  return english;
}

const table = chooseTable(globalThis.navigator?.languages ?? []);

export function hasText(key) {
  return key in english;
}

/* The sentence of a key, with {names} replaced by values. */
export function say(key, values = {}) {
  return (table[key] ?? english[key] ?? '')
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
