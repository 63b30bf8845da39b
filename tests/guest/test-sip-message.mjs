// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  header, headerList, maxFrameLength, parseAddress, parseMessage, parseUri, quoteName,
  writeMessage, writeResponse,
} from '../../data/guest/sip-message.mjs';

const base = [
  'Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1', 'From: <sip:a@x>;tag=1', 'To: <sip:b@x>',
  'Call-ID: c1', 'CSeq: 7 OPTIONS',
];

const message = (lines = base, body = '', first = 'OPTIONS sip:b@x SIP/2.0') =>
  `${[first, ...lines].join('\r\n')}\r\n\r\n${body}`;

test('a request is read', () => {
  const read = parseMessage(message());

  assert.equal(read.method, 'OPTIONS');
  assert.equal(read.uri, 'sip:b@x');
  assert.equal(read.cseq, 7);
  assert.equal(read.from.parameters.get('tag'), '1');
});

test('a response is read, also without a reason', () => {
  assert.equal(parseMessage(message(base, '', 'SIP/2.0 486 Busy Here')).status, 486);
  assert.equal(parseMessage(message(base, '', 'SIP/2.0 200 ')).reason, '');
});

test('compact names, folded lines and comma lists are read', () => {
  const read = parseMessage(message([
    'v: SIP/2.0/WS a.invalid;branch=z9hG4bK1,\r\n SIP/2.0/UDP b', 'f: "A, \\"B\\" <x>" <sip:a@x>;tag=1',
    't: <sip:b@x>', 'i: c1', 'CSeq: 7 OPTIONS', 'm: <sip:a,b@x>, "c,d" <sip:e@x>',
  ]));

  assert.equal(headerList(read, 'via').length, 2);
  assert.equal(read.from.name, 'A, "B" <x>');
  assert.deepEqual(headerList(read, 'contact'), ['<sip:a,b@x>', '"c,d" <sip:e@x>']);
});

test('a body has the stated length, in bytes', () => {
  assert.equal(parseMessage(message([...base, 'Content-Length: 2'], 'ä+rest')).body, 'ä');
  assert.equal(parseMessage(message(base, 'all of it')).body, 'all of it');
  assert.equal(parseMessage(message([...base, 'Content-Length: 9'], 'short')), null);
});

test('what does not follow the grammar is null and nothing is thrown', () => {
  const without = (name) => message(base.filter((line) => !line.startsWith(name)));
  const bad = [
    '', '\r\n\r\n', 'hello', message(base, '', 'OPTIONS sip:b@x HTTP/1.1'),
    message(base, '', 'OPT IONS sip:b@x SIP/2.0'), message(base, '', 'SIP/2.0 999 no'),
    ...['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(without),
    message([...base, 'no colon here']), message([...base, ' : empty name']),
    message([...base.slice(0, 4), 'CSeq: 7 INVITE']),
    message([...base.slice(0, 4), 'CSeq: 4294967296 OPTIONS']),
    message([...base, 'Content-Length: -1']), message([...base, 'X: a\rInjected: b']),
    message([...base, `X: ${'y'.repeat(maxFrameLength)}`]),
    message([...base, ...Array(200).fill('X: y')]), message([...base, 'X: \0']),
    message(['Via: x', 'From: <sip:a@x', 'To: "', 'Call-ID: 1', 'CSeq: 7 OPTIONS']),
  ];

  for (const frame of bad)
    assert.equal(parseMessage(frame), null, JSON.stringify(frame.slice(0, 80)));
  assert.equal(parseMessage(undefined), null);
});

test('addresses are read or refused', () => {
  assert.deepEqual(parseAddress('sip:a@x;tag=9').parameters.get('tag'), '9');
  assert.equal(parseAddress('Bob <sip:b@x;lr>;q=1').uri, 'sip:b@x;lr');
  for (const bad of ['', '<', '</', '<>', '"\\', '"a" <sip:a@x', 'sip:', '<sip:a b@x>'])
    assert.equal(parseAddress(bad), null, bad);
});

test('an address costs no more than its length', () => {
  assert.equal(parseAddress(`a${' '.repeat(2000000)}b`), null);
});

test('what a person sees of a URI', () => {
  assert.deepEqual(parseUri('sip:bob%20b@x.example:5060;p=1'), { user: 'bob b', host: 'x.example' });
  assert.deepEqual(parseUri('sips:[::1]'), { user: '', host: '[::1]' });
  assert.deepEqual(parseUri('sip:a%zz@x'), { user: 'a%zz', host: 'x' });
  assert.equal(parseUri('tel:123'), null);
});

test('a name cannot leave its quotes', () => {
  assert.equal(quoteName('A "B" \\ C\r\nX: y'), '"A \\"B\\" \\\\ CX: y"');
});

test('a header cannot be injected', () => {
  for (const value of ['a\r\nX: y', 'a\nX', 'a\rX', 'a\0'])
    assert.throws(() => writeMessage('OPTIONS sip:b@x SIP/2.0', [['Subject', value]]));
  assert.throws(() => writeMessage('OPTIONS sip:b@x\r\nX: y SIP/2.0', []));
});

test('a response echoes what it must and adds the tag once', () => {
  const request = parseMessage(message(['Via: SIP/2.0/WS two', ...base]));
  const response = parseMessage(writeResponse(request, 404, { toTag: 't', body: 'ä' }));

  assert.equal(response.status, 404);
  assert.deepEqual(response.headers.get('via'), request.headers.get('via'));
  assert.equal(response.to.parameters.get('tag'), 't');
  assert.equal(header(response, 'content-length'), '2');
});
