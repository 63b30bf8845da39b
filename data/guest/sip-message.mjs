// SPDX-License-Identifier: GPL-3.0-or-later
//
// SIP messages as text: reading what a stranger sent and writing what cannot be bent
// into something else. No state, no clock. Reading never throws: what does not follow
// the grammar gives null. Writing throws on a value that could start a new header line.

export const maxFrameLength = 65536;
const maxHeaders = 128;

const compactNames = new Map(Object.entries({
  b: 'referred-by', c: 'content-type', e: 'content-encoding', f: 'from', i: 'call-id',
  k: 'supported', l: 'content-length', m: 'contact', o: 'event', r: 'refer-to',
  s: 'subject', t: 'to', u: 'allow-events', v: 'via', x: 'session-expires',
}));

const token = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/* The number of bytes of a text on the wire. */
function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/* The first so many bytes of a text; null when it has fewer. */
function takeBytes(text, count) {
  const bytes = new TextEncoder().encode(text);

  return bytes.length < count ? null : new TextDecoder().decode(bytes.slice(0, count));
}

/* Splits at a separator that is outside of quotes and angle brackets. */
export function splitOutside(text, separator) {
  const parts = [];
  let start = 0;
  let quoted = false;
  let angle = false;

  for (let i = 0; i < text.length; i++) {
    const c = text[i];

    if (quoted && c === '\\')
      i++;
    else if (c === '"')
      quoted = !quoted;
    else if (!quoted && c === '<')
      angle = true;
    else if (!quoted && c === '>')
      angle = false;
    else if (!quoted && !angle && c === separator) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function parseStartLine(line) {
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(line);

  if (response)
    return { status: Number(response[1]), reason: response[2] ?? '' };
  const request = /^(\S+) (\S+) SIP\/2\.0$/i.exec(line);

  if (request && token.test(request[1]))
    return { method: request[1], uri: request[2] };
  return null;
}

/* Fills the headers of a message; false when a line is not one. */
function parseHeaders(lines, headers) {
  if (lines.length > maxHeaders)
    return false;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();

    if (!token.test(name))
      return false;
    const full = compactNames.get(name) ?? name;

    headers.set(full, [...(headers.get(full) ?? []), line.slice(colon + 1).trim()]);
  }
  return true;
}

/* Parses one frame, which is one message (RFC 7118 section 5). The result has `method`
 * and `uri`, or `status` and `reason`, and `headers` (lower-case full name to the list of
 * its lines) and `body`. */
export function parseMessage(frame) {
  if (typeof frame !== 'string' || frame.length > maxFrameLength || frame.includes('\0'))
    return null;
  const text = frame.replace(/^(?:\r?\n)+/, '');
  const end = /\r?\n\r?\n/.exec(text);

  if (!end)
    return null;
  const lines = text.slice(0, end.index).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const message = parseStartLine(lines[0]);

  if (!message || lines.some((line) => line.includes('\r')))
    return null;
  message.headers = new Map();
  if (!parseHeaders(lines.slice(1), message.headers))
    return null;
  message.body = text.slice(end.index + end[0].length);
  return finishMessage(message);
}

/* What every message must have (RFC 3261 section 8.1.1), and a body of the stated length. */
function finishMessage(message) {
  const length = header(message, 'content-length');

  if (length !== null) {
    const body = /^\d{1,9}$/.test(length) ? takeBytes(message.body, Number(length)) : null;

    if (body === null)
      return null;
    message.body = body;
  }
  for (const name of ['to', 'from', 'cseq', 'call-id', 'via'])
    if (header(message, name) === null)
      return null;
  const cseq = /^(\d{1,10})\s+(\S+)$/.exec(header(message, 'cseq'));

  message.from = parseAddress(header(message, 'from'));
  message.to = parseAddress(header(message, 'to'));
  if (!cseq || Number(cseq[1]) > 0x7fffffff || !message.from || !message.to)
    return null;
  message.cseq = Number(cseq[1]);
  message.cseqMethod = cseq[2];
  message.callId = header(message, 'call-id');
  return message.method && message.method !== message.cseqMethod ? null : message;
}

/* The first line of a header, or null. */
export function header(message, name) {
  return message.headers.get(name)?.[0] ?? null;
}

/* Every value of a header that may be a comma list. */
export function headerList(message, name) {
  const lines = message.headers.get(name) ?? [];

  return lines.flatMap((line) => splitOutside(line, ',')).filter((value) => value !== '');
}

/* A header that is a number, perhaps with a comment or parameters after it, or null. */
export function headerNumber(message, name) {
  const found = /^(\d{1,9})(?!\d)/.exec(header(message, name) ?? '');

  return found ? Number(found[1]) : null;
}

function parseParameters(parts) {
  const parameters = new Map();

  for (const part of parts) {
    const [name, ...value] = part.split('=');

    if (name.trim() !== '')
      parameters.set(name.trim().toLowerCase(), value.join('=').trim());
  }
  return parameters;
}

function unquote(text) {
  const quoted = /^"(.*)"$/s.exec(text);

  return quoted ? quoted[1].replace(/\\(.)/gs, '$1') : text;
}

/* Parses name-addr or addr-spec with its parameters: { name, uri, parameters }. */
export function parseAddress(text) {
  const [first, ...rest] = splitOutside(text, ';');
  const bracketed = /^("(?:[^"\\]|\\.)*"\s*|[^"<>]*)<([^<>\s]+)>$/s.exec(first);
  const uri = bracketed ? bracketed[2] : first;

  if (!/^[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>"]+$/.test(uri))
    return null;
  return {
    name: bracketed ? unquote(bracketed[1].trim()) : '',
    uri,
    parameters: parseParameters(rest),
  };
}

/* The parts of a SIP URI that are shown to people: { user, host }, or null. */
export function parseUri(text) {
  const found = /^sips?:(?:([^@;?]*)@)?(\[[^\]]+\]|[^:;?@]+)/i.exec(text ?? '');

  if (!found)
    return null;
  let user = (found[1] ?? '').split(':')[0];

  try {
    user = decodeURIComponent(user);
  } catch {
    /* A stray per cent sign is shown as it is. */
  }
  return { user, host: found[2] };
}

/* A display name as a quoted string, with what could end or break the line taken out. */
export function quoteName(name) {
  const clean = name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '').trim();

  return `"${clean.replace(/["\\]/g, '\\$&')}"`;
}

/* One frame of a start line, [name, value] pairs (null values are left out) and a body. */
export function writeMessage(startLine, headers, body = '') {
  const lines = [startLine];

  for (const [name, value] of headers)
    if (value !== null)
      lines.push(`${name}: ${value}`);
  lines.push(`Content-Length: ${byteLength(body)}`);
  if (lines.some((line) => /[\r\n\0]/.test(line)))
    throw new Error('a header value would start a new line');
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

const reasons = new Map([
  [100, 'Trying'], [180, 'Ringing'], [200, 'OK'], [400, 'Bad Request'],
  [405, 'Method Not Allowed'], [415, 'Unsupported Media Type'], [420, 'Bad Extension'],
  [480, 'Temporarily Unavailable'], [481, 'Call/Transaction Does Not Exist'],
  [482, 'Loop Detected'], [486, 'Busy Here'], [487, 'Request Terminated'],
  [488, 'Not Acceptable Here'], [491, 'Request Pending'], [500, 'Server Internal Error'],
  [603, 'Decline'],
]);

/* A response to a request that was parsed here (RFC 3261 section 8.2.6). */
export function writeResponse(request, status, { toTag = null, headers = [], body = '' } = {}) {
  const to = header(request, 'to');
  const addTag = toTag !== null && status > 100 && !request.to.parameters.has('tag');
  const copied = request.headers.get('via').map((via) => ['Via', via]);

  return writeMessage(`SIP/2.0 ${status} ${reasons.get(status) ?? 'Status'}`, [
    ...copied,
    ['From', header(request, 'from')],
    ['To', addTag ? `${to};tag=${toTag}` : to],
    ['Call-ID', request.callId],
    ['CSeq', header(request, 'cseq')],
    ...headers,
  ], body);
}
