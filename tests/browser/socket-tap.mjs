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
      frames.push({ at: clock(), fromPhone: false, text: data.toString() });
      phone.send(data.toString());
    });
    for (const [one, other] of [[phone, onward], [onward, phone]]) {
      one.on('close', () => other.close());
      one.on('error', () => other.close());
    }
  });
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

    /* The statuses, in order, that answered this phone's own requests of this method. */
    answersTo(method) {
      return frames.filter(({ fromPhone, text }) => !fromPhone &&
        new RegExp(`^CSeq: *\\d+ ${method}`, 'im').test(text))
        .map(({ text }) => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0))
        .filter((status) => status >= 200);
    },

    stop() {
      server.clients.forEach((client) => client.terminate());
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
