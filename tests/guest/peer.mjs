// SPDX-License-Identifier: GPL-3.0-or-later
//
// The other side of the agent for tests: a clock that is set by hand, a counted random
// source, and requests and responses as a server would write them.

import { SipAgent } from '../../data/guest/sip-agent.mjs';
import { header, headerList, parseMessage, writeResponse } from
  '../../data/guest/sip-message.mjs';

export class Peer {
  constructor(options = {}) {
    this.nowMs = 1000;
    this.seed = 1;
    this.outputs = [];
    this.agent = new SipAgent({
      aor: 'sip:guest-1@phone.example', name: 'Ann', now: () => this.nowMs,
      random: (count) => Uint8Array.from({ length: count }, () => this.nextRandom()),
      ...options,
    });
  }

  nextRandom() {
    this.seed = (this.seed * 1103515245 + 12345) & 0x7fffffff;
    return (this.seed >> 16) & 0xff;
  }

  /* Moves what the agent wants into `outputs`; returns the new ones. */
  pop() {
    const fresh = [];

    for (let output = this.agent.popOutput(); output; output = this.agent.popOutput())
      fresh.push(output);
    this.outputs.push(...fresh);
    return fresh;
  }

  types() {
    return this.pop().map((output) => output.type);
  }

  /* The messages among the new outputs, parsed. */
  sent() {
    return this.pop().filter((output) => output.type === 'send')
      .map((output) => parseMessage(output.frame) ?? output.frame);
  }

  /* The newest output of a type that was ever popped. */
  last(type) {
    this.pop();
    return this.outputs.findLast((output) => output.type === type);
  }

  advance(ms) {
    this.nowMs += ms;
    this.agent.tick();
  }

  /* To the agent's own deadline. */
  advanceToDeadline() {
    this.advance(this.agent.deadline - this.nowMs);
  }

  respond(request, status, { tag = 'peer', headers = [], body = '' } = {}) {
    this.agent.receive(writeResponse(request, status, { toTag: tag, headers, body }));
  }

  /* Up and registered. */
  register({ expires = 600 } = {}) {
    this.agent.start();
    this.pop();
    this.agent.flowOpened();
    const [register] = this.sent();

    this.respond(register, 200, { headers: [['Contact', `${contactOf(register)};expires=${expires}`]] });
    this.pop();
    return register;
  }

  /* Sends the INVITE of a new call and returns it as the server sees it. */
  placeCall(sdp = 'v=0 ours') {
    this.callId = this.agent.call('sip:owner@phone.example', sdp);
    return this.sent()[0];
  }

  accept(invite, { tag = 'peer', body = 'v=0 theirs' } = {}) {
    this.respond(invite, 200, {
      tag, body,
      headers: [['Contact', '<sip:owner@desk.invalid;transport=ws>'],
        ['Record-Route', '<sip:far.example;lr>'], ['Record-Route', '<sip:near.example;lr>']],
    });
  }

  /* A request to the agent; `to` gets a tag when it belongs to a dialog. */
  request(method, {
    branch = 'z9hG4bKa', callId = 'in-1', cseq = 1, toTag = null, fromTag = 'caller',
    headers = [], body = '', uri = 'sip:guest-1@phone.example',
  } = {}) {
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/WS far.invalid;branch=${branch}`,
      'Max-Forwards: 70',
      `From: "Owner" <sip:owner@phone.example>;tag=${fromTag}`,
      `To: <sip:guest-1@phone.example>${toTag ? `;tag=${toTag}` : ''}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      'Contact: <sip:owner@desk.invalid;transport=ws>',
      ...headers,
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${new TextEncoder().encode(body).length}`,
    ];

    this.agent.receive(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  /* Rings the agent; returns its 180. */
  ring(options = {}) {
    this.request('INVITE', {
      body: 'v=0 theirs', headers: ['Record-Route: <sip:near.example;lr>'], ...options,
    });
    const [ringing] = this.sent();

    this.callId = this.last('incoming')?.call;
    return ringing;
  }
}

export function contactOf(message) {
  return headerList(message, 'contact')[0].split(';+sip')[0];
}

export function tagOf(message, name) {
  return (name === 'to' ? message.to : message.from).parameters.get('tag');
}

export { header, headerList };
