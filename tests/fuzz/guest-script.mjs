// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bytes read as a play around the guest page's agent: what a server, a caller, a person, a
// flow and a clock do, in any order; the frames have the right tags and branches, and are
// then as wrong as the bytes want.
//
// Held after every step: nothing throws; what is sent can be read; a call is told of from
// its beginning to its end, which comes once. At the end, when nobody answers any more,
// nothing is left to wait for.

import assert from 'node:assert/strict';
import { header, parseMessage } from '../../data/guest/sip-message.mjs';
import { Peer } from '../guest/peer.mjs';

const maxSteps = 300;
const kept = 10;

/* Decisions from the front of an input; where it is over every one is 0. */
class Bytes {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get isOver() {
    return this.#at >= this.#bytes.length;
  }

  take(n) {
    return this.isOver ? 0 : this.#bytes[this.#at++] % n;
  }

  pick(list) {
    return list[this.take(list.length)];
  }

  text() {
    const start = this.#at + 1;

    this.#at = Math.min(this.#bytes.length, start + this.take(256));
    return Buffer.from(this.#bytes.slice(start, this.#at)).toString('latin1');
  }
}

const statuses = [200, 180, 183, 100, 486, 487, 491, 401, 403, 404, 408, 423, 481, 488, 500,
  503, 603, 302, 202, 199, 699];
const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'REFER',
  'NOTIFY', 'MESSAGE', 'PRACK', 'invite', 'STRANGE'];
const tags = ['peer', 'second', '', 'third'];
const lines = [
  'Contact: <sip:owner@desk.invalid>', 'Contact: <>', 'Contact: *', 'Contact: "',
  'Contact: <sip:a@b>;expires=99999999999, <sip:c@d>', 'Expires: 0', 'Expires: 999999999',
  'Expires: -1', 'Min-Expires: 1200', 'Min-Expires: 999999999', 'Retry-After: 7200 (x)',
  'Record-Route: <sip:near.example;lr>, <sip:far.example>', 'Record-Route: </, "',
  'Require: 100rel', 'Require: outbound', 'Reason: SIP;cause=200', 'Reason: ;;',
  'Content-Type: text/plain', 'Content-Type: application/sdp; x="', 'Content-Length: 3',
  'Content-Length: -1', 'Max-Forwards: 0', 'To: <sip:other@x>;tag=y', 'CSeq: 1 BYE',
  'Via: SIP/2.0/WS x;branch=z9hG4bKother', 'X-Unknown: y', ' folded', ': nameless',
];

export class GuestScript {
  constructor(bytes) {
    this.bytes = new Bytes(bytes);
    this.peer = new Peer({ secure: this.bytes.take(2) === 1 });
    this.sent = [];
    this.came = [];
    this.ended = new Set();
    this.calls = new Set();
    this.branches = 0;
    this.edits = 0;
    this.features = new Set();
    this.before = '';
    if (this.bytes.take(4) > 0)
      this.peer.register();
    this.look();
  }

  run() {
    for (let n = 0; n < maxSteps && !this.bytes.isOver; n++) {
      this.bytes.pick(steps)(this);
      this.look();
    }
    this.finish();
    return this.features;
  }

  /* ---- what came out ---- */

  look() {
    for (const output of this.peer.pop())
      this.check(output);
    const { deadline } = this.peer.agent;

    assert.ok(deadline === null || Number.isFinite(deadline));
  }

  check(output) {
    if (output.type === 'send')
      this.checkFrame(output.frame);
    this.note(output);
    if (output.call === undefined)
      return;
    assert.ok(!this.ended.has(output.call), `${output.type} after the end`);
    if (output.type === 'incoming')
      this.calls.add(output.call);
    assert.ok(this.calls.has(output.call), `${output.type} of no call`);
    if (output.type === 'ended')
      this.ended.add(output.call);
  }

  checkFrame(frame) {
    if (frame.trim() === '')
      return;
    const message = parseMessage(frame);

    assert.ok(message, `nobody can read\n${frame}`);
    this.sent.push(message);
    this.sent.splice(0, Math.max(0, this.sent.length - kept));
  }

  /* What follows upon what: an input that shows something new is worth keeping. */
  note(output) {
    const sent = output.type === 'send' ? this.sent.at(-1) : null;
    const name = [output.type, output.cause, output.status, sent?.method,
      sent?.status && `${sent.status} ${sent.cseqMethod}`].join(' ');

    this.features.add(`${this.before} > ${name}`);
    this.before = name;
  }

  /* ---- frames ---- */

  last() {
    return this.sent.at(-1 - this.bytes.take(kept));
  }

  more() {
    return Array.from({ length: this.bytes.take(4) }, () => {
      const n = this.bytes.take(lines.length + 3);

      return lines[n] ?? this.bytes.text();
    });
  }

  body() {
    switch (this.bytes.take(4)) {
      case 0: return [];
      case 1: return ['Content-Type: application/sdp', '', 'v=0'];
      case 2: return ['c: application/sdp', 'l: 3', '', 'v=0'];
      default: return ['Content-Type: application/sdp', '', this.bytes.text()];
    }
  }

  deliver(frameLines) {
    let frame = frameLines.join('\r\n');

    if (!frame.includes('\r\n\r\n'))
      frame += '\r\n\r\n';
    for (; this.edits > 0; this.edits--) {
      const at = (this.bytes.take(256) * 256 + this.bytes.take(256)) % (frame.length + 1);
      const gone = this.bytes.pick([0, 1, 1, 7, 100]);

      frame = frame.slice(0, at) + this.bytes.pick(['', '\r\n', '\0', '"', '<', '\r', '\u20ac',
        ';', ',', ':', ' ', '1']) + frame.slice(at + gone);
    }
    this.came.push(frame);
    this.came.splice(0, Math.max(0, this.came.length - kept));
    this.peer.agent.receive(frame);
  }

  respond(request, status, tag, rest) {
    const to = header(request, 'to');

    this.deliver([
      `SIP/2.0 ${status} Text`, ...request.headers.get('via').map((via) => `Via: ${via}`),
      `From: ${header(request, 'from')}`,
      `To: ${to}${tag !== '' && !request.to.parameters.has('tag') ? `;tag=${tag}` : ''}`,
      `Call-ID: ${request.callId}`, `CSeq: ${header(request, 'cseq')}`, ...rest,
    ]);
  }

  request(method, uri, from, to, callId, cseq, rest, via = null) {
    this.deliver([
      `${method} ${uri} SIP/2.0`,
      `Via: ${via ?? `SIP/2.0/WS far.invalid;branch=z9hG4bK${++this.branches}`}`,
      'Max-Forwards: 70', `From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`, ...rest,
    ]);
  }

  /* In the dialog of something that was sent, by its far end. */
  inside(message, method, tag, cseq, rest, via) {
    const from = header(message, 'from');
    const to = header(message, 'to');
    const untagged = message.to.parameters.has('tag') ? to : `${to};tag=${tag}`;

    this.request(method, 'sip:guest-1@phone.example', message.method ? untagged : from,
      message.method ? from : to, message.callId, cseq, rest, via);
  }

  /* ---- the end ---- */

  finish() {
    const { agent } = this.peer;

    for (const call of this.calls)
      agent.hangUp(call);
    this.look();
    for (const call of this.calls)
      assert.ok(this.ended.has(call), 'a call that was hung up goes on');
    for (let n = 0; n < 200 && agent.deadline !== null; n++) {
      this.peer.advanceToDeadline();
      this.look();
    }
    agent.stop();
    this.look();
    for (let n = 0; n < 200 && agent.deadline !== null; n++) {
      this.peer.advanceToDeadline();
      this.look();
    }
    assert.equal(agent.deadline, null, 'something is waited for after the stop');
  }
}

/* ---- the steps ---- */

/* What a good peer says to the last that was sent. */
function doWell(script) {
  const message = script.last();

  if (!message)
    return;
  if (message.status)
    script.inside(message, 'ACK', '', message.cseq, [],
      message.status < 300 ? null : header(message, 'via'));
  else if (message.method === 'REGISTER')
    script.respond(message, 200, 'peer', [`Contact: ${header(message, 'contact')};expires=600`]);
  else if (message.method !== 'ACK')
    script.respond(message, script.bytes.pick([200, 180, 486]), 'peer',
      ['Contact: <sip:owner@desk.invalid>', ...script.body()]);
}

function respond(script) {
  const message = script.last();
  const status = script.bytes.pick(statuses);
  const tag = script.bytes.pick(tags);
  const rest = [...script.more(), ...script.body()];

  if (message?.method)
    script.respond(message, status, tag, rest);
}

function requestInside(script) {
  const message = script.last();
  const method = script.bytes.pick(methods);
  const tag = script.bytes.pick(tags);
  const cseq = script.bytes.take(16);
  const rest = [...script.more(), ...script.body()];

  if (message)
    script.inside(message, method, tag, message.cseq + cseq, rest,
      script.bytes.take(4) === 3 ? header(message, 'via') : null);
}

function requestOutside(script) {
  script.request(script.bytes.pick(methods),
    script.bytes.pick(['sip:guest-1@phone.example', 'sip:nobody@x', 'tel:+49', 'sip:%zz@']),
    script.bytes.pick(['"O" <sip:o@x>;tag=caller', 'sip:o@x', '"\\" <sip:o@x>', 'x']),
    '<sip:guest-1@phone.example>', `c${script.bytes.take(8)}`, 1 + script.bytes.take(3),
    ['Contact: <sip:owner@desk.invalid>', ...script.more(), ...script.body()]);
}

function dial(script) {
  const call = script.peer.agent.call(
    script.bytes.pick(['sip:owner@phone.example', 'sips:a@b', 'tel:1', '']), 'v=0 ours');

  if (call !== null)
    script.calls.add(call);
}

function command(script) {
  const { agent } = script.peer;
  const call = [...script.calls].at(-1 - script.bytes.take(2));

  script.bytes.pick([
    () => agent.answer(call, 'v=0 ours'), () => agent.answer(call, 'v=0 ours'),
    () => agent.hangUp(call), () => agent.reject(call), () => agent.reoffer(call, 'v=0'),
    () => agent.acceptReoffer(call, 'v=0'), () => agent.refuseReoffer(call),
    () => agent.setName('"A"\r\nX: y\u2028'),
  ])();
}

function flow(script) {
  const { agent } = script.peer;

  script.bytes.pick([() => agent.flowClosed(), () => agent.flowOpened(),
    () => agent.flowOpened(), () => agent.flowClosed(1e6), () => agent.start(),
    () => script.bytes.take(4) === 3 && agent.stop()])();
}

function wait(script) {
  if (script.bytes.take(2) === 1 && script.peer.agent.deadline !== null)
    script.peer.advanceToDeadline();
  else
    script.peer.advance(script.bytes.pick([1, 500, 1000, 4000, 20000, 33000, 91000, 600000]));
}

function repeat(script) {
  const frame = script.came.at(-1 - script.bytes.take(kept));

  if (frame !== undefined)
    script.deliver([frame]);
}

function edit(script) {
  script.edits = 1 + script.bytes.take(4);
}

function raw(script) {
  script.peer.agent.receive(script.bytes.text());
}

const steps = [doWell, respond, requestInside, requestOutside, dial, command, flow, wait, repeat,
  edit, raw, doWell, command, wait];
