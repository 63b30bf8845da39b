// SPDX-License-Identifier: GPL-3.0-or-later
//
// A WebSocket relay between a phone and its server that writes down when each SIP message
// passed.

import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from './processes.mjs';

/* Milliseconds on a clock that pages of this machine have as well. */
export const clock = () => performance.timeOrigin + performance.now();

export async function startTap(target) {
  const frames = [];
  let heldBack = null; /* what would go to a phone, while nothing does */
  const server = new WebSocketServer({
    host: '127.0.0.1', port: 0, perMessageDeflate: false, handleProtocols: () => 'sip',
  });

  server.on('connection', (phone, request) => {
    const onward = new WebSocket(target, 'sip', {
      perMessageDeflate: false, origin: request.headers.origin,
    });
    const early = [];

    phone.on('message', (data) => {
      frames.push({ at: clock(), fromPhone: true, text: data.toString() });
      if (onward.readyState === WebSocket.OPEN)
        onward.send(data.toString());
      else
        early.push(data.toString());
    });
    onward.on('open', () => early.forEach((text) => onward.send(text)));
    onward.on('message', (data) => {
      const text = data.toString();

      frames.push({ at: clock(), fromPhone: false, text });
      if (heldBack)
        heldBack.push(() => phone.send(text));
      else
        phone.send(text);
    });
    for (const [one, other] of [[phone, onward], [onward, phone]]) {
      one.on('close', () => other.close());
      one.on('error', () => other.close());
    }
  });
  const statuses = (method, ofPhone) => frames
    .filter(({ fromPhone, text }) => fromPhone === ofPhone &&
      new RegExp(`^CSeq: *\\d+ ${method}`, 'im').test(text))
    .map(({ text }) => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0))
    .filter((status) => status >= 200);

  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}/`,

    /* When the first message after `since` passed from the phone whose start line and
     * CSeq fit. */
    async sentAt(start, method, since) {
      const frame = await eventually(`${start} on the socket`, () =>
        frames.find(({ at, fromPhone, text }) => fromPhone && at >= since &&
          text.startsWith(start) && new RegExp(`^CSeq: *\\d+ ${method}`, 'im').test(text)));

      return frame.at;
    },

    /* From now on nothing reaches a phone, until what is returned is called. */
    holdBack() {
      heldBack = [];
      return () => {
        heldBack.forEach((send) => send());
        heldBack = null;
      };
    },

    /* Waits for a message for a phone, held back or not, that fits. */
    gets(pattern) {
      return eventually(`${pattern} for a phone`, () =>
        frames.some(({ fromPhone, text }) => !fromPhone && pattern.test(text)));
    },

    /* The statuses, in order, that answered this phone's own requests of this method. */
    answersTo: (method) => statuses(method, false),

    /* Those that this phone answered with. */
    answersOf: (method) => statuses(method, true),

    stop() {
      server.clients.forEach((client) => client.terminate());
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
