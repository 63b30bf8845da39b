// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every part of the agent stands on: the queue of outputs, the timers, identifiers
// from the injected random source, and client transactions over one reliable flow
// (RFC 3261 section 17.1: nothing is sent twice here, only the time limits remain).

import { header, writeMessage } from './sip-message.mjs';

export const transactionTimeoutMs = 32000;

/* Stands for the response that never came (RFC 3261 section 8.1.3.1). */
function localResponse(status, reason) {
  return { local: true, status, reason, headers: new Map(), body: '' };
}

export class SipWire {
  #random;
  #now;
  #outputs = [];
  #timers = new Map();
  #transactions = new Map();
  #waiting = [];

  constructor({ random, now, secure }) {
    this.#random = random;
    this.#now = now;
    this.isUp = false;
    this.isReady = false;
    this.viaTransport = secure ? 'WSS' : 'WS';
    this.host = `${this.id()}.invalid`;
  }

  id(byteCount = 8) {
    return Array.from(this.#random(byteCount), (b) => b.toString(16).padStart(2, '0')).join('');
  }

  /* A number from 0 up to 1. */
  fraction() {
    const [a, b] = this.#random(2);

    return (a * 256 + b) / 65536;
  }

  emit(output) {
    this.#outputs.push(output);
  }

  popOutput() {
    return this.#outputs.shift() ?? null;
  }

  setTimer(key, delayMs, run) {
    this.#timers.set(key, { at: this.#now() + delayMs, run });
  }

  clearTimer(key) {
    this.#timers.delete(key);
  }

  get deadline() {
    const times = Array.from(this.#timers.values(), (timer) => timer.at);

    return times.length === 0 ? null : Math.min(...times);
  }

  tick() {
    const now = this.#now();
    const due = [...this.#timers].filter(([, timer]) => timer.at <= now);

    for (const [key, timer] of due.sort((a, b) => a[1].at - b[1].at)) {
      /* An earlier one of this turn may have cleared or set it anew. */
      if (this.#timers.get(key) !== timer)
        continue;
      this.#timers.delete(key);
      timer.run();
    }
  }

  send(frame) {
    if (this.isUp)
      this.emit({ type: 'send', frame });
  }

  /* Runs now if we are registered, otherwise as soon as we are. */
  whenReady(run) {
    if (this.isReady)
      run();
    else
      this.#waiting.push(run);
  }

  setReady(ready) {
    this.isReady = ready;
    if (ready)
      this.#waiting.splice(0).forEach((run) => run());
  }

  /* Writes and sends a request; a branch is given only for CANCEL and for the ACK of a
   * failure, which belong to the transaction of their INVITE. */
  sendRequest(request, branch = `z9hG4bK${this.id()}`) {
    const { method, uri, from, to, callId, cseq, route = [], extra = [], body = '' } = request;

    this.send(writeMessage(`${method} ${uri} SIP/2.0`, [
      ['Via', `SIP/2.0/${this.viaTransport} ${this.host};branch=${branch}`],
      ['Max-Forwards', '70'],
      ...route.map((value) => ['Route', value]),
      ['From', from],
      ['To', to],
      ['Call-ID', callId],
      ['CSeq', `${cseq} ${method}`],
      ...extra,
    ], body));
    return branch;
  }

  /* Sends a request and calls back with each of its responses; with 408 when none came in
   * time and with 503 when the flow is lost, both marked as `local`. Returns the branch. */
  startTransaction(request, onResponse) {
    if (!this.isUp) {
      onResponse(localResponse(503, 'No Connection'));
      return null;
    }
    const branch = this.sendRequest(request);

    this.#transactions.set(branch, { request, onResponse, answered: false });
    this.setTimer(branch, transactionTimeoutMs, () => {
      this.#transactions.delete(branch);
      onResponse(localResponse(408, 'Request Timeout'));
    });
    return branch;
  }

  receiveResponse(response) {
    const via = /;\s*branch=([^;,\s]+)/i.exec(header(response, 'via'));
    const transaction = this.#transactions.get(via?.[1]);
    const accepts = response.status >= 200 && response.status < 300;

    if (!transaction || transaction.request.method !== response.cseqMethod ||
        (transaction.answered && !accepts))
      return;
    if (transaction.request.method === 'INVITE')
      this.#advanceInvite(via[1], transaction, response);
    else if (response.status >= 200)
      this.#endTransaction(via[1]);
    transaction.onResponse(response);
  }

  /* RFC 3261 figure 5 with the Accepted state of RFC 6026: after a 2xx the transaction
   * stays for a while, so that the 2xx of another fork is seen too, and nothing else. */
  #advanceInvite(branch, transaction, response) {
    if (response.status < 200) {
      this.clearTimer(branch);
    } else if (response.status < 300) {
      transaction.answered = true;
      this.setTimer(branch, transactionTimeoutMs, () => this.#endTransaction(branch));
    } else {
      this.#endTransaction(branch);
      this.sendRequest({
        ...transaction.request, method: 'ACK', to: header(response, 'to'), extra: [], body: '',
      }, branch);
    }
  }

  #endTransaction(branch) {
    this.#transactions.delete(branch);
    this.clearTimer(branch);
  }

  /* The flow is lost: every unfinished transaction fails by name. */
  failTransactions() {
    const open = [...this.#transactions];

    open.forEach(([branch]) => this.#endTransaction(branch));
    for (const [, transaction] of open)
      if (!transaction.answered)
        transaction.onResponse(localResponse(503, 'Connection Lost'));
  }
}
