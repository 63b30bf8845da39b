// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guest's SIP agent: one address, one flow, one call. It does no input or output of its
// own. Tell it what happened (the flow opened or closed, a frame came, the deadline passed,
// the person wants something), then pop its outputs until there are none, and call tick()
// no later than `deadline` (milliseconds of the injected clock). Nothing that a peer sends
// makes it throw.
//
// Outputs, by `type`:
//   open, close                          what it wants of the flow
//   send { frame }                       one message, or a keep-alive
//   registration { state, status, retryMs }   registered, offline or refused
//   incoming { call, from, sdp }         somebody calls; sdp is '' when we are to offer
//   progress { call, status }            it rings there
//   answered { call, sdp }               our INVITE was accepted
//   confirmed { call, sdp }              our 200 was acknowledged; sdp when we had offered
//   reoffer { call, sdp }                accept with acceptReoffer() or refuse it
//   reoffer-answered { call, sdp }, reoffer-refused { call, status }
//   ended { call, by, cause, status }    by local, remote or network

import {
  header, headerList, headerNumber, parseAddress, parseMessage, parseUri, writeResponse,
} from './sip-message.mjs';
import { SipCall, allow } from './sip-call.mjs';
import { SipWire } from './sip-wire.mjs';

export const openTimeoutMs = 10000;
export const keepAliveMs = 20000;
export const pongTimeoutMs = 10000;
const wantedExpires = 600;
const firstRetryMs = 1000;
const lastRetryMs = 30000;
const retryAfterCapMs = 3600000;

export class SipAgent {
  #wire;
  #identity;
  #contactUser;
  #instance;
  #call = null;
  #flow = 'down'; /* down, opening, up, waiting, stopped */
  #failures = 0;
  #expires = wantedExpires;
  #registerCseq = 0;
  #registerCallId;
  #pongSeen = false;

  constructor({ aor, name = '', secure = false, userAgent = 'Phone guest page', random, now }) {
    this.#wire = new SipWire({ random, now, secure });
    this.#contactUser = this.#wire.id(6);
    this.#registerCallId = this.#wire.id(12);
    this.#instance = uuid(this.#wire.id(16));
    const contact = `<sip:${this.#contactUser}@${this.#wire.host};transport=ws>`;

    this.#identity = { aor, name, contact, userAgent };
  }

  get deadline() {
    return this.#wire.deadline;
  }

  get isRegistered() {
    return this.#wire.isReady;
  }

  popOutput() {
    return this.#wire.popOutput();
  }

  tick() {
    this.#wire.tick();
  }

  /* The name that others see; holds from the next call on. */
  setName(name) {
    this.#identity.name = name;
  }

  /* ---- the flow (RFC 5626 section 4.5) ---- */

  start() {
    if (this.#flow === 'down' || this.#flow === 'stopped')
      this.#openFlow();
  }

  #openFlow() {
    this.#flow = 'opening';
    this.#wire.emit({ type: 'open' });
    this.#wire.setTimer('open', openTimeoutMs, () => this.#dropFlow());
  }

  #dropFlow(leastRetryMs = 0) {
    this.#wire.emit({ type: 'close' });
    this.flowClosed(leastRetryMs);
  }

  flowOpened() {
    if (this.#flow !== 'opening')
      return;
    this.#flow = 'up';
    this.#wire.isUp = true;
    this.#pongSeen = false;
    this.#wire.clearTimer('open');
    this.#scheduleKeepAlive();
    this.#register(this.#expires);
  }

  /* Call it once for a flow that failed to open or closed; it asks for the next itself. */
  flowClosed(leastRetryMs = 0) {
    if (this.#flow !== 'opening' && this.#flow !== 'up')
      return;
    this.#flow = 'waiting';
    this.#wire.isUp = false;
    this.#wire.setReady(false);
    ['open', 'register', 'keep-alive', 'pong'].forEach((key) => this.#wire.clearTimer(key));
    this.#wire.failTransactions();
    this.#currentCall()?.flowLost();
    this.#retryFlow(leastRetryMs);
  }

  #retryFlow(leastMs) {
    const upperMs = Math.min(firstRetryMs * 2 ** Math.min(this.#failures, 10), lastRetryMs);
    const retryMs = Math.max(leastMs, upperMs * (0.5 + 0.5 * this.#wire.fraction()));

    this.#failures++;
    this.#wire.emit({ type: 'registration', state: 'offline', status: null, retryMs });
    this.#wire.setTimer('retry', retryMs, () => this.#openFlow());
  }

  #scheduleKeepAlive() {
    this.#wire.setTimer('keep-alive', keepAliveMs, () => {
      this.#wire.send('\r\n\r\n');
      /* Only a server that has answered before is expected to answer. */
      if (this.#pongSeen)
        this.#wire.setTimer('pong', pongTimeoutMs, () => this.#dropFlow());
      this.#scheduleKeepAlive();
    });
  }

  /* Says goodbye as far as one can when the page is being left. */
  stop() {
    this.#currentCall()?.hangUp();
    if (this.#flow === 'up')
      this.#sendRegister(0, () => {});
    if (this.#flow === 'up' || this.#flow === 'opening')
      this.#wire.emit({ type: 'close' });
    this.#flow = 'stopped';
    this.#wire.isUp = false;
    this.#wire.setReady(false);
    ['open', 'retry', 'register', 'keep-alive', 'pong'].forEach((k) => this.#wire.clearTimer(k));
    this.#wire.failTransactions();
  }

  /* ---- registration (RFC 3261 section 10, without credentials) ---- */

  #sendRegister(expires, onResponse) {
    const { aor, contact, userAgent } = this.#identity;

    this.#wire.startTransaction({
      method: 'REGISTER', uri: `sip:${aor.replace(/^[^@]*@/, '')}`,
      from: `<${aor}>;tag=${this.#wire.id()}`,
      to: `<${aor}>`, callId: this.#registerCallId, cseq: ++this.#registerCseq,
      extra: [
        ['Contact', `${contact};+sip.instance="<urn:uuid:${this.#instance}>";reg-id=1`],
        ['Expires', String(expires)],
        ['Supported', 'path, outbound'],
        ['Allow', allow],
        ['User-Agent', userAgent],
      ],
    }, onResponse);
  }

  #register(expires) {
    this.#sendRegister(expires, (response) => {
      if (this.#flow !== 'up' || response.status < 200)
        return;
      if (response.local || response.status >= 500)
        this.#leaveFlow(response);
      else if (response.status < 300)
        this.#onRegistered(response);
      else if (response.status === 423 && headerNumber(response, 'min-expires') > expires)
        this.#register(this.#expires = headerNumber(response, 'min-expires'));
      else
        this.#onRefused(response.status);
    });
  }

  #leaveFlow(response) {
    const afterMs = Math.min((headerNumber(response, 'retry-after') ?? 0) * 1000, retryAfterCapMs);

    /* The flow itself is gone already when its loss is the answer. */
    if (response.local && response.status === 503)
      return;
    this.#dropFlow(afterMs);
  }

  #onRegistered(response) {
    const granted = this.#grantedExpires(response);
    const share = granted < 30 ? 0.5 : 0.5 + 0.4 * this.#wire.fraction();

    this.#failures = 0;
    this.#wire.setTimer('register', Math.max(5000, granted * 1000 * share),
      () => this.#register(this.#expires));
    if (!this.#wire.isReady)
      this.#wire.emit({ type: 'registration', state: 'registered', status: 200, retryMs: null });
    this.#wire.setReady(true);
  }

  #grantedExpires(response) {
    const ours = headerList(response, 'contact').map(parseAddress).find((address) =>
      address?.parameters.get('+sip.instance')?.includes(this.#instance) ||
      address?.uri.includes(`${this.#contactUser}@${this.#wire.host}`));
    const stated = ours?.parameters.get('expires');

    if (/^\d{1,9}$/.test(stated ?? ''))
      return Number(stated);
    return headerNumber(response, 'expires') ?? this.#expires;
  }

  /* The link does not hold any more: trying again would not change that. */
  #onRefused(status) {
    this.stop();
    this.#wire.emit({ type: 'registration', state: 'refused', status, retryMs: null });
  }

  /* ---- what comes in ---- */

  receive(frame) {
    if (this.#flow !== 'up' || typeof frame !== 'string')
      return;
    if (frame.trim() === '') {
      this.#onKeepAlive(frame);
      return;
    }
    const message = parseMessage(frame);

    if (message?.status)
      this.#wire.receiveResponse(message);
    else if (message)
      this.#onRequest(message);
  }

  /* Two line ends are a ping, one is a pong (RFC 5626 section 4.4.1). */
  #onKeepAlive(frame) {
    if (frame === '\r\n\r\n')
      this.#wire.send('\r\n');
    else
      this.#pongSeen = true;
    this.#wire.clearTimer('pong');
  }

  #currentCall() {
    return this.#call !== null && !this.#call.isOver ? this.#call : null;
  }

  #refuse(request, status, headers = []) {
    this.#wire.send(writeResponse(request, status, { toTag: this.#wire.id(), headers }));
  }

  #onRequest(request) {
    const call = this.#call;

    if (request.to.parameters.has('tag'))
      this.#onDialogRequest(request, call);
    else if (request.method === 'INVITE')
      this.#onInvite(request, call);
    else if (request.method === 'CANCEL')
      this.#onCancel(request, call);
    else if (request.method === 'OPTIONS')
      this.#refuse(request, 200, [['Allow', allow], ['Accept', 'application/sdp']]);
    else if (request.method !== 'ACK')
      this.#refuse(request, request.method === 'BYE' ? 481 : 405, [['Allow', allow]]);
  }

  #onDialogRequest(request, call) {
    if (call?.matches(request))
      call.receiveRequest(request);
    else if (request.method !== 'ACK')
      this.#refuse(request, 481);
  }

  #onCancel(request, call) {
    if (call?.isInvite(request))
      call.receiveCancel(request);
    else
      this.#refuse(request, 481);
  }

  #onInvite(request, call) {
    const users = [this.#contactUser, parseUri(this.#identity.aor)?.user];
    const type = header(request, 'content-type') ?? '';
    const unknown = headerList(request, 'require').filter((tag) => tag !== 'outbound');

    if (call?.isInvite(request))
      return;
    if (!users.includes(parseUri(request.uri)?.user))
      this.#refuse(request, 404);
    else if (unknown.length > 0)
      this.#refuse(request, 420, [['Unsupported', unknown.join(', ')]]);
    else if (request.body !== '' && !/^application\/sdp\s*(;|$)/i.test(type))
      this.#refuse(request, 415, [['Accept', 'application/sdp']]);
    else if (this.#currentCall())
      this.#refuse(request, request.callId === call.callId ? 482 : 486);
    else {
      this.#call = new SipCall(this.#wire, this.#identity);
      this.#call.receiveInvite(request);
    }
  }

  /* ---- what the person wants ---- */

  /* Calls; the id of the call, or null when that is not possible now. */
  call(target, sdp) {
    if (!this.isRegistered || this.#currentCall() || parseUri(target) === null)
      return null;
    this.#call = new SipCall(this.#wire, this.#identity);
    this.#call.start(target, sdp);
    return this.#call.id;
  }

  #callById(id) {
    return this.#currentCall()?.id === id ? this.#call : null;
  }

  answer(id, sdp) {
    this.#callById(id)?.answer(sdp);
  }

  reject(id, status) {
    this.#callById(id)?.reject(status);
  }

  hangUp(id, cause) {
    this.#callById(id)?.hangUp(cause);
  }

  reoffer(id, sdp) {
    return this.#callById(id)?.reoffer(sdp) ?? false;
  }

  acceptReoffer(id, sdp) {
    this.#callById(id)?.acceptReoffer(sdp);
  }

  refuseReoffer(id, status) {
    this.#callById(id)?.refuseReoffer(status);
  }
}

/* 32 hexadecimal digits as a random UUID (RFC 9562 version 4). */
function uuid(hex) {
  const variant = (8 + (parseInt(hex[16], 16) & 3)).toString(16);

  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
