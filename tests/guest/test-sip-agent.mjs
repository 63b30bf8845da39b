// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepAliveMs, openTimeoutMs, pongTimeoutMs } from '../../data/guest/sip-agent.mjs';
import { Peer, contactOf, header, headerList, tagOf } from './peer.mjs';

function registered() {
  const peer = new Peer();

  peer.register();
  return peer;
}

function inCall() {
  const peer = registered();
  const invite = peer.placeCall();

  peer.accept(invite);
  peer.pop();
  return { peer, invite };
}

function answered() {
  const peer = registered();
  const ringing = peer.ring();
  const toTag = tagOf(ringing, 'to');

  peer.agent.answer(peer.callId, 'v=0 ours');
  peer.pop();
  peer.request('ACK', { toTag });
  peer.pop();
  return { peer, toTag };
}

/* ---- registration and flow ---- */

test('it registers its own address over an invalid name, without credentials', () => {
  const peer = new Peer({ secure: true });
  const register = peer.register();

  assert.equal(register.uri, 'sip:phone.example');
  assert.match(header(register, 'via'), /^SIP\/2\.0\/WSS [0-9a-f]+\.invalid;branch=z9hG4bK/);
  assert.match(contactOf(register), /^<sip:[0-9a-f]+@[0-9a-f]+\.invalid;transport=ws>$/);
  assert.match(header(register, 'contact'), /\+sip\.instance="<urn:uuid:[0-9a-f-]{36}>";reg-id=1/);
  assert.equal(register.headers.has('authorization'), false);
  assert.equal(peer.last('registration').state, 'registered');
});

test('it refreshes between half and 90 % of what was granted', () => {
  for (const expires of [30, 60, 3600]) {
    const peer = new Peer();

    peer.register({ expires });
    let refresh = [];
    const start = peer.nowMs;

    while (refresh.length === 0) {
      peer.advanceToDeadline();
      refresh = peer.sent().filter((message) => message.method === 'REGISTER');
    }
    const share = (peer.nowMs - start) / (expires * 1000);

    assert.ok(share >= 0.5 && share <= 0.9, `${expires}: ${share}`);
    assert.equal(refresh[0].cseq, 2);
  }
});

test('423 is followed', () => {
  const peer = new Peer();

  peer.agent.start();
  peer.agent.flowOpened();
  peer.respond(peer.sent()[0], 423, { headers: [['Min-Expires', '1800']] });
  assert.equal(header(peer.sent()[0], 'expires'), '1800');
});

test('a refused link is not tried again', () => {
  for (const status of [401, 403, 404]) {
    const peer = new Peer();

    peer.agent.start();
    peer.agent.flowOpened();
    peer.respond(peer.sent()[0], status);
    assert.deepEqual({ ...peer.last('registration') },
      { type: 'registration', state: 'refused', status, retryMs: null });
    assert.equal(peer.last('close').type, 'close');
    assert.equal(peer.agent.deadline, null);
  }
});

test('Retry-After is kept and capped', () => {
  for (const [seconds, expected] of [[120, 120000], [999999, 3600000]]) {
    const peer = new Peer();

    peer.agent.start();
    peer.agent.flowOpened();
    peer.respond(peer.sent()[0], 503, { headers: [['Retry-After', String(seconds)]] });
    assert.equal(peer.last('registration').retryMs, expected);
  }
});

test('the flow is tried again with growing pauses up to 30 s', () => {
  const peer = new Peer();
  const pauses = [];

  peer.agent.start();
  for (let i = 0; i < 9; i++) {
    peer.agent.flowClosed();
    pauses.push(peer.last('registration').retryMs);
    peer.advanceToDeadline();
    assert.equal(peer.pop().at(-1).type, 'open');
  }
  pauses.forEach((pause, i) => {
    const upper = Math.min(1000 * 2 ** i, 30000);

    assert.ok(pause >= upper / 2 && pause <= upper, `${i}: ${pause}`);
  });
});

test('a flow that does not open is given up and tried again', () => {
  const peer = new Peer();

  peer.agent.start();
  peer.pop();
  peer.advance(openTimeoutMs);
  assert.deepEqual(peer.types(), ['close', 'registration']);
});

test('a server that has answered a ping must go on answering', () => {
  const peer = registered();

  peer.advance(keepAliveMs);
  assert.deepEqual(peer.sent(), ['\r\n\r\n']);
  peer.advance(pongTimeoutMs);
  assert.deepEqual(peer.types(), []);
  peer.agent.receive('\r\n');
  peer.advance(keepAliveMs - pongTimeoutMs);
  peer.advance(pongTimeoutMs);
  assert.ok(peer.types().includes('close'));
});

test('a ping is answered', () => {
  const peer = registered();

  peer.agent.receive('\r\n\r\n');
  assert.deepEqual(peer.sent(), ['\r\n']);
});

test('leaving hangs up, unregisters and closes', () => {
  const { peer } = inCall();

  peer.agent.stop();
  const sent = peer.pop();

  assert.match(sent[0].frame, /^BYE /);
  assert.match(sent.find((o) => o.frame?.startsWith('REGISTER')).frame, /\r\nExpires: 0\r\n/);
  assert.equal(sent.at(-1).type, 'close');
  assert.equal(peer.agent.deadline, null);
});

/* ---- calling ---- */

test('a call is placed, rings, is answered and hung up', () => {
  const peer = registered();
  const invite = peer.placeCall('v=0 ours');

  assert.equal(invite.uri, 'sip:owner@phone.example');
  assert.equal(invite.from.name, 'Ann');
  assert.equal(invite.body, 'v=0 ours');
  peer.respond(invite, 100);
  peer.respond(invite, 180);
  assert.equal(peer.last('progress').status, 180);
  peer.accept(invite);
  const [ack] = peer.sent();

  assert.equal(ack.method, 'ACK');
  assert.equal(ack.uri, 'sip:owner@desk.invalid;transport=ws');
  assert.deepEqual(headerList(ack, 'route'), ['<sip:near.example;lr>', '<sip:far.example;lr>']);
  assert.equal(ack.cseq, invite.cseq);
  assert.equal(peer.last('answered').sdp, 'v=0 theirs');
  peer.agent.hangUp(peer.callId);
  const [bye] = peer.sent();

  assert.equal(bye.method, 'BYE');
  assert.equal(bye.cseq, invite.cseq + 1);
  assert.equal(tagOf(bye, 'to'), 'peer');
  assert.deepEqual([peer.last('ended').by, peer.last('ended').cause], ['local', 'hung-up']);
});

test('a 2xx that comes again is acknowledged again', () => {
  const { peer, invite } = inCall();

  peer.accept(invite);
  const again = peer.pop();

  assert.equal(again.length, 1);
  assert.match(again[0].frame, /^ACK /);
});

test('the answer of a second phone is acknowledged and ended, once', () => {
  const { peer, invite } = inCall();

  peer.accept(invite, { tag: 'second' });
  peer.accept(invite, { tag: 'second' });
  const sent = peer.sent();

  assert.deepEqual(sent.map((m) => m.method), ['ACK', 'BYE', 'ACK']);
  assert.equal(tagOf(sent[1], 'to'), 'second');
  assert.equal(peer.last('ended'), undefined);
});

test('a refusal after the answer is not heard', () => {
  const { peer, invite } = inCall();

  for (const status of [183, 302, 487, 603])
    peer.respond(invite, status);
  assert.deepEqual(peer.pop(), []);
});

test('a refusal is acknowledged and told with its status', () => {
  for (const status of [302, 404, 480, 486, 488, 503, 603]) {
    const peer = registered();
    const invite = peer.placeCall();

    peer.respond(invite, status);
    const [ack] = peer.sent();

    assert.equal(ack.method, 'ACK');
    assert.equal(header(ack, 'via'), header(invite, 'via'));
    assert.equal(tagOf(ack, 'to'), 'peer');
    assert.equal(peer.last('ended').status, status);
    assert.equal(peer.last('ended').cause, 'refused');
    peer.respond(invite, status);
    assert.deepEqual(peer.sent(), [], 'the transaction is over');
  }
});

test('a cancelled call waits for a provisional response before CANCEL', () => {
  const peer = registered();
  const invite = peer.placeCall();

  peer.agent.hangUp(peer.callId);
  assert.deepEqual(peer.types(), ['ended']);
  peer.respond(invite, 100);
  const [cancel] = peer.sent();

  assert.equal(cancel.method, 'CANCEL');
  assert.equal(header(cancel, 'via'), header(invite, 'via'));
  assert.equal(cancel.cseq, invite.cseq);
  peer.respond(invite, 180);
  assert.deepEqual(peer.sent(), []);
  peer.respond(invite, 487);
  assert.deepEqual(peer.sent().map((m) => m.method), ['ACK']);
  assert.equal(peer.outputs.filter((o) => o.type === 'ended').length, 1);
});

test('a 200 that crosses the CANCEL is acknowledged and ended', () => {
  const peer = registered();
  const invite = peer.placeCall();

  peer.respond(invite, 180);
  peer.agent.hangUp(peer.callId);
  peer.accept(invite);
  assert.deepEqual(peer.sent().map((m) => m.method), ['CANCEL', 'ACK', 'BYE']);
  assert.equal(peer.last('answered'), undefined);
});

test('nobody answers', () => {
  const peer = registered();
  const invite = peer.placeCall();

  peer.respond(invite, 180);
  while (!peer.last('ended'))
    peer.advanceToDeadline();
  assert.equal(peer.last('ended').cause, 'no-answer');
  assert.ok(peer.outputs.some((o) => o.frame?.startsWith('CANCEL')));
});

test('an INVITE without any response ends after 32 s', () => {
  const peer = registered();

  peer.placeCall();
  peer.advance(32000);
  assert.equal(peer.last('ended').cause, 'no-answer');
});

test('no call without registration, and one at a time', () => {
  const peer = new Peer();

  assert.equal(peer.agent.call('sip:owner@phone.example', 'v=0'), null);
  peer.register();
  peer.placeCall();
  assert.equal(peer.agent.call('sip:owner@phone.example', 'v=0'), null);
  assert.equal(peer.agent.call('not a uri', 'v=0'), null);
});

/* ---- being called ---- */

test('it rings, answers, and resends its 200 until the ACK', () => {
  const peer = registered();
  const ringing = peer.ring();

  assert.equal(ringing.status, 180);
  assert.deepEqual({ ...peer.last('incoming').from }, { name: 'Owner', uri: 'sip:owner@phone.example' });
  peer.agent.answer(peer.callId, 'v=0 ours');
  const [ok] = peer.sent();

  assert.equal(ok.status, 200);
  assert.equal(ok.body, 'v=0 ours');
  assert.deepEqual(headerList(ok, 'record-route'), ['<sip:near.example;lr>']);
  assert.equal(tagOf(ok, 'to'), tagOf(ringing, 'to'));
  for (const wait of [500, 1000, 2000, 4000, 4000]) {
    peer.advance(wait - 1);
    assert.deepEqual(peer.sent(), []);
    peer.advance(1);
    assert.deepEqual(peer.sent().map((m) => m.status), [200]);
  }
  peer.request('ACK', { toTag: tagOf(ok, 'to') });
  assert.equal(peer.last('confirmed').sdp, '');
  peer.advance(5000);
  assert.deepEqual(peer.sent(), []);
});

test('an answer that is never acknowledged is ended', () => {
  const peer = registered();

  peer.ring();
  peer.agent.answer(peer.callId, 'v=0 ours');
  while (!peer.last('ended'))
    peer.advanceToDeadline();
  assert.equal(peer.last('ended').cause, 'no-ack');
  assert.match(peer.last('send').frame, /^BYE /);
});

test('hanging up before the ACK sends the BYE after it', () => {
  const peer = registered();
  const toTag = tagOf(peer.ring(), 'to');

  peer.agent.answer(peer.callId, 'v=0 ours');
  peer.agent.hangUp(peer.callId);
  assert.deepEqual(peer.sent().map((m) => m.status), [200]);
  peer.request('ACK', { toTag });
  assert.deepEqual(peer.sent().map((m) => m.method), ['BYE']);
});

test('a call without an offer is answered with one', () => {
  const peer = registered();
  const toTag = tagOf(peer.ring({ body: '' }), 'to');

  assert.equal(peer.last('incoming').sdp, '');
  peer.agent.answer(peer.callId, 'v=0 our offer');
  peer.request('ACK', { toTag, body: 'v=0 their answer' });
  assert.equal(peer.last('confirmed').sdp, 'v=0 their answer');
});

test('it declines', () => {
  const peer = registered();

  peer.ring();
  peer.agent.reject(peer.callId);
  assert.deepEqual(peer.sent().map((m) => m.status), [603]);
  assert.equal(peer.last('ended').cause, 'rejected');
});

test('the caller gives up', () => {
  for (const [reason, cause] of [
    [[], 'cancelled'], [['Reason: SIP;cause=200;text="Call completed elsewhere"'], 'answered-elsewhere'],
  ]) {
    const peer = registered();

    peer.ring();
    peer.request('CANCEL', { headers: reason });
    assert.deepEqual(peer.sent().map((m) => m.status), [200, 487]);
    assert.equal(peer.last('ended').cause, cause);
  }
});

test('an unanswered call stops ringing by itself', () => {
  const peer = registered();

  peer.ring();
  while (!peer.last('ended'))
    peer.advanceToDeadline();
  assert.equal(peer.last('ended').cause, 'no-answer');
  assert.ok(peer.outputs.some((o) => o.frame?.startsWith('SIP/2.0 480')));
});

test('a second call is told that we are busy', () => {
  const { peer } = inCall();

  peer.request('INVITE', { callId: 'in-2', body: 'v=0' });
  assert.deepEqual(peer.sent().map((m) => m.status), [486]);
});

test('requests it does not take are refused by name', () => {
  const peer = registered();
  const cases = [
    ['INVITE', { uri: 'sip:somebody@phone.example' }, 404],
    ['INVITE', { headers: ['Require: 100rel'] }, 420],
    ['INVITE', { headers: ['Content-Type: text/plain', 'X: y'], body: 'x' }, 415],
    ['BYE', { toTag: 'none' }, 481],
    ['BYE', {}, 481],
    ['CANCEL', {}, 481],
    ['INVITE', { toTag: 'none' }, 481],
    ['MESSAGE', {}, 405],
    ['OPTIONS', {}, 200],
  ];

  for (const [method, options, status] of cases) {
    peer.request(method, options);
    assert.deepEqual(peer.sent().map((m) => m.status), [status], method);
  }
  peer.request('ACK', { toTag: 'none' });
  assert.deepEqual(peer.sent(), []);
});

/* ---- in the call ---- */

test('the other side hangs up', () => {
  const { peer, toTag } = answered();

  peer.request('BYE', { toTag, cseq: 2 });
  assert.deepEqual(peer.sent().map((m) => m.status), [200]);
  assert.deepEqual([peer.last('ended').by, peer.last('ended').cause], ['remote', 'hung-up']);
});

test('a BYE with wrong tags does not end the call', () => {
  const { peer, toTag } = answered();

  peer.request('BYE', { toTag, fromTag: 'thief', cseq: 2 });
  peer.request('BYE', { toTag: 'thief', cseq: 2 });
  assert.deepEqual(peer.sent().map((m) => m.status), [481, 481]);
  peer.request('BYE', { toTag, cseq: 1 });
  assert.deepEqual(peer.sent().map((m) => m.status), [500]);
  assert.equal(peer.last('ended'), undefined);
});

test('a re-INVITE is put to the page and answered', () => {
  const { peer, toTag } = answered();

  peer.request('INVITE', { toTag, cseq: 2, branch: 'z9hG4bKb', body: 'v=0 again' });
  assert.equal(peer.last('reoffer').sdp, 'v=0 again');
  peer.agent.acceptReoffer(peer.callId, 'v=0 fine');
  const [ok] = peer.sent();

  assert.deepEqual([ok.status, ok.body], [200, 'v=0 fine']);
  peer.request('ACK', { toTag, cseq: 2 });
  peer.pop();
  peer.advance(8000);
  assert.deepEqual(peer.sent(), []);
});

test('a re-INVITE may be refused, and the call stays', () => {
  const { peer, toTag } = answered();

  peer.request('INVITE', { toTag, cseq: 2, branch: 'z9hG4bKb', body: 'v=0 again' });
  peer.agent.refuseReoffer(peer.callId);
  assert.deepEqual(peer.sent().map((m) => m.status), [488]);
  peer.agent.hangUp(peer.callId);
  assert.deepEqual(peer.sent().map((m) => m.method), ['BYE']);
});

test('our re-INVITE is answered or refused', () => {
  const { peer } = inCall();

  assert.equal(peer.agent.reoffer(peer.callId, 'v=0 with video'), true);
  assert.equal(peer.agent.reoffer(peer.callId, 'v=0 twice'), false);
  let [invite] = peer.sent();

  peer.accept(invite, { body: 'v=0 yes' });
  assert.equal(peer.last('reoffer-answered').sdp, 'v=0 yes');
  assert.match(peer.outputs.findLast((o) => o.frame).frame, /^ACK /);
  peer.agent.reoffer(peer.callId, 'v=0 more');
  [invite] = peer.sent();
  peer.respond(invite, 488);
  assert.equal(peer.last('reoffer-refused').status, 488);
  assert.equal(peer.last('ended'), undefined);
});

test('glare is answered with 491, and a lost dialog ends the call', () => {
  const { peer, invite } = inCall();

  peer.agent.reoffer(peer.callId, 'v=0 ours');
  const [reoffer] = peer.sent();
  const ours = {
    callId: invite.callId, toTag: tagOf(invite, 'from'), fromTag: 'peer', branch: 'z9hG4bKc',
  };

  peer.request('INVITE', { ...ours, cseq: 1, body: 'v=0 theirs' });
  assert.deepEqual(peer.sent().map((m) => m.status), [491]);
  peer.respond(reoffer, 481);
  assert.equal(peer.last('ended').cause, 'lost');
});

test('a challenge in a call is never answered', () => {
  const { peer } = inCall();

  peer.agent.hangUp(peer.callId);
  const [bye] = peer.sent();

  peer.respond(bye, 407, { headers: [['Proxy-Authenticate', 'Digest realm="x", nonce="1"']] });
  assert.deepEqual(peer.sent(), []);
});

test('a call outlives its flow, and its BYE waits for the next', () => {
  const { peer } = inCall();

  peer.agent.flowClosed();
  assert.equal(peer.last('ended'), undefined);
  peer.agent.hangUp(peer.callId);
  assert.equal(peer.last('ended').by, 'local');
  peer.advanceToDeadline();
  peer.pop();
  peer.agent.flowOpened();
  peer.respond(peer.sent()[0], 200);
  assert.deepEqual(peer.sent().map((m) => m.method), ['BYE']);
});

test('a BYE that was under way is sent again on the next flow', () => {
  const { peer } = inCall();

  peer.agent.hangUp(peer.callId);
  peer.pop();
  peer.agent.flowClosed();
  peer.advanceToDeadline();
  peer.pop();
  peer.agent.flowOpened();
  peer.respond(peer.sent()[0], 200);
  assert.deepEqual(peer.sent().map((m) => m.method), ['BYE']);
});

test('a call that rings ends with the flow', () => {
  const calling = registered();

  calling.placeCall();
  calling.agent.flowClosed();
  assert.equal(calling.last('ended').cause, 'network');
  const called = registered();

  called.ring();
  called.agent.flowClosed();
  assert.equal(called.last('ended').cause, 'network');
});

/* ---- whatever comes ---- */

test('no frame makes it throw, and it still works afterwards', () => {
  const peer = registered();
  const frames = [];

  for (let i = 0; i < 4000; i++) {
    peer.request('INVITE', { callId: `c${i}`, branch: `z9hG4bK${i}`, body: 'v=0' });
    const frame = peer.pop().find((output) => output.frame)?.frame ?? 'SIP/2.0 200 OK';
    const at = ((peer.nextRandom() << 8) | peer.nextRandom()) % frame.length;
    const cut = frame.slice(0, at) + String.fromCharCode(peer.nextRandom()) +
      frame.slice(at + (peer.nextRandom() % 3));

    frames.push(cut, cut.replace(/^SIP\/2\.0 \d+ \w+/, 'INVITE sip:guest-1@x SIP/2.0'),
      cut.replace(/^SIP\/2\.0 \d+ \w+/, 'BYE sip:guest-1@x SIP/2.0'));
    const call = peer.last('incoming')?.call;

    if (i % 3 === 0)
      peer.agent.answer(call, 'v=0');
    frames.splice(0).forEach((one) => peer.agent.receive(one));
    peer.agent.hangUp(call);
    peer.outputs = peer.outputs.slice(-20);
  }
  peer.advance(40000);
  peer.pop();
  assert.equal(peer.ring({ callId: 'last', branch: 'z9hG4bKlast' }).status, 180);
});

test('same seed, same bytes', () => {
  const run = () => {
    const { peer } = inCall();

    peer.agent.hangUp(peer.callId);
    peer.pop();
    return peer.outputs;
  };

  assert.deepEqual(run(), run());
});
