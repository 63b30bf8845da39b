// SPDX-License-Identifier: GPL-3.0-or-later
//
// One call: the INVITE of either side, its dialog (RFC 3261 section 12) and changes of its
// media by re-INVITE. It never reads SDP. What it tells goes out through the wire's queue.

import {
  header, headerList, parseAddress, quoteName, writeResponse,
} from './sip-message.mjs';
import { transactionTimeoutMs } from './sip-wire.mjs';

const firstResendMs = 500;
const lastResendMs = 4000;
const ringLimitMs = 90000;
const incomingLimitMs = 180000;

export const allow = 'INVITE, ACK, CANCEL, BYE, OPTIONS';

/*            we call                              we are called
 *
 *   new ---> calling --2xx-------+     new ---> incoming --CANCEL, no---> ended
 *               | \              |                 |
 *              18x \ hang up     |                 | answer (200)
 *               v   v            v                 v
 *          ringing  cancelling  confirmed <--ACK-- accepted
 *            |  \___^   |        |                 |
 *            +--2xx-----|--------^                 | BYE, no ACK
 *            |          v        v BYE             v
 *            +-----> ended <-----+-----------------+
 *
 * `cancelling` is over for the person; only a late 2xx is still looked after. */
const edges = {
  new: ['calling', 'incoming'],
  calling: ['ringing', 'confirmed', 'cancelling', 'ended'],
  ringing: ['confirmed', 'cancelling', 'ended'],
  cancelling: ['ended'],
  incoming: ['accepted', 'ended'],
  accepted: ['confirmed', 'ended'],
  confirmed: ['ended'],
  ended: [],
};

export class SipCall {
  #wire;
  #identity;
  #dialog = null;
  #invite = null; /* ours: { request, branch, provisional } */
  #request = null; /* theirs: the INVITE that is being answered */
  #ownReoffer = false;
  #theirReoffer = null;
  #unacknowledged = new Map(); /* CSeq of a 2xx of ours -> what its ACK means */
  #settledTags = new Set(); /* of every 2xx to our INVITE */
  #told = false;

  constructor(wire, identity) {
    this.#wire = wire;
    this.#identity = identity;
    this.id = wire.id();
    this.state = 'new';
    this.callId = null;
    this.remote = null;
  }

  #setState(state) {
    if (!edges[this.state].includes(state))
      throw new Error(`a call cannot go from ${this.state} to ${state}`);
    this.state = state;
  }

  #emit(output) {
    this.#wire.emit({ ...output, call: this.id });
  }

  #timer(name) {
    return `${this.id} ${name}`;
  }

  /* The person is told once; what remains to be done on the wire goes on in silence. */
  #tellEnd(by, cause, status = null) {
    if (this.#told)
      return;
    this.#told = true;
    this.#wire.clearTimer(this.#timer('ring'));
    this.#emit({ type: 'ended', by, cause, status });
  }

  get isOver() {
    return this.#told;
  }

  get #contactHeaders() {
    return [['Contact', this.#identity.contact], ['Allow', allow],
      ['Supported', 'outbound'], ['User-Agent', this.#identity.userAgent]];
  }

  #bodyHeaders(body) {
    return body ? [['Content-Type', 'application/sdp']] : [];
  }

  /* ---- we call ---- */

  start(target, sdp) {
    const localTag = this.#wire.id();

    this.callId = this.#wire.id(12);
    this.remote = { name: '', uri: target };
    this.#setState('calling');
    const request = {
      method: 'INVITE', uri: target, callId: this.callId, cseq: 1, body: sdp,
      from: `${quoteName(this.#identity.name)} <${this.#identity.aor}>;tag=${localTag}`,
      to: `<${target}>`,
      extra: [...this.#contactHeaders, ...this.#bodyHeaders(sdp)],
    };

    this.#invite = { request, localTag, branch: null, provisional: false };
    this.#invite.branch =
      this.#wire.startTransaction(request, (response) => this.#onInviteResponse(response));
    if (!this.#told)
      this.#wire.setTimer(this.#timer('ring'), ringLimitMs, () => this.#cancel('no-answer'));
  }

  #onInviteResponse(response) {
    if (response.status < 200)
      this.#onProvisional(response);
    else if (response.status < 300)
      this.#onAccepted(response);
    else if (this.state !== 'ended') {
      const cause = response.local ? 'network' : 'refused';

      this.#setState('ended');
      this.#tellEnd('remote', response.status === 408 ? 'no-answer' : cause, response.status);
    }
  }

  #onProvisional(response) {
    const first = !this.#invite.provisional;

    this.#invite.provisional = true;
    if (this.state === 'cancelling' && first)
      this.#sendCancel();
    if (response.status === 100 || (this.state !== 'calling' && this.state !== 'ringing'))
      return;
    if (this.state === 'calling')
      this.#setState('ringing');
    this.#emit({ type: 'progress', status: response.status });
  }

  #onAccepted(response) {
    const dialog = this.#dialogFromResponse(response);

    if (!dialog)
      return;
    this.#acknowledge(dialog, this.#invite.request.cseq);
    if (this.state === 'calling' || this.state === 'ringing') {
      this.#dialog = dialog;
      this.#settledTags.add(dialog.remoteTag);
      this.#setState('confirmed');
      this.#wire.clearTimer(this.#timer('ring'));
      this.#emit({ type: 'answered', sdp: response.body });
    } else if (!this.#settledTags.has(dialog.remoteTag)) {
      /* Too late for us, or a second phone that answered (RFC 3261 section 13.2.2.4). */
      this.#settledTags.add(dialog.remoteTag);
      this.#bye(dialog);
      if (this.state === 'cancelling')
        this.#setState('ended');
    }
  }

  #dialogFromResponse(response) {
    const contact = parseAddress(headerList(response, 'contact')[0] ?? '');
    const remoteTag = response.to.parameters.get('tag');

    if (!remoteTag)
      return null;
    return {
      localTag: this.#invite.localTag,
      remoteTag,
      local: this.#invite.request.from,
      remote: header(response, 'to'),
      localCseq: this.#invite.request.cseq,
      remoteCseq: null,
      route: headerList(response, 'record-route').reverse(),
      target: contact?.uri ?? this.remote.uri,
    };
  }

  #acknowledge(dialog, cseq) {
    this.#wire.sendRequest(this.#inDialog(dialog, 'ACK', cseq));
  }

  #inDialog(dialog, method, cseq, { extra = [], body = '' } = {}) {
    return {
      method, uri: dialog.target, callId: this.callId, cseq, from: dialog.local,
      to: dialog.remote, route: dialog.route, extra, body,
    };
  }

  #sendCancel() {
    const { request, branch } = this.#invite;

    this.#wire.sendRequest({ ...request, method: 'CANCEL', extra: [], body: '' }, branch);
  }

  /* CANCEL has to wait for a provisional response (RFC 3261 section 9.1). */
  #cancel(cause) {
    this.#setState('cancelling');
    if (this.#invite.provisional)
      this.#sendCancel();
    this.#wire.setTimer(this.#timer('cancel'), transactionTimeoutMs, () => {
      if (this.state === 'cancelling')
        this.#setState('ended');
    });
    this.#tellEnd('local', cause);
  }

  /* ---- we are called ---- */

  receiveInvite(request) {
    this.callId = request.callId;
    this.remote = { name: request.from.name, uri: request.from.uri };
    this.#request = request;
    this.#dialog = {
      localTag: this.#wire.id(),
      remoteTag: request.from.parameters.get('tag') ?? '',
      local: null,
      remote: header(request, 'from'),
      localCseq: 0,
      remoteCseq: request.cseq,
      route: headerList(request, 'record-route'),
      target: parseAddress(headerList(request, 'contact')[0] ?? '')?.uri ?? request.from.uri,
    };
    this.#dialog.local = `${header(request, 'to')};tag=${this.#dialog.localTag}`;
    this.#setState('incoming');
    this.#respond(request, 180);
    this.#wire.setTimer(this.#timer('ring'), incomingLimitMs, () => {
      this.#refuse(480);
      this.#tellEnd('local', 'no-answer', 480);
    });
    this.#emit({ type: 'incoming', from: this.remote, sdp: request.body });
  }

  #respond(request, status, body = '') {
    const recorded = (request.headers.get('record-route') ?? []).map((v) => ['Record-Route', v]);
    const inDialog = status > 100 && status < 300 ? [...recorded, ...this.#contactHeaders] : [];

    this.#wire.send(writeResponse(request, status, {
      toTag: this.#dialog.localTag, body, headers: [...inDialog, ...this.#bodyHeaders(body)],
    }));
  }

  answer(sdp) {
    if (this.state !== 'incoming')
      return;
    this.#setState('accepted');
    this.#wire.clearTimer(this.#timer('ring'));
    this.#unacknowledged.set(this.#request.cseq, 'confirm');
    this.#sendAccepted(this.#request, sdp, 'resend', firstResendMs, transactionTimeoutMs);
  }

  /* A 2xx is sent again until its ACK comes, whatever the flow (RFC 3261 section 13.3.1.4). */
  #sendAccepted(request, sdp, name, waitMs, leftMs) {
    this.#respond(request, 200, sdp);
    this.#wire.setTimer(this.#timer(name), waitMs, () => {
      if (leftMs > waitMs)
        this.#sendAccepted(request, sdp, name, Math.min(2 * waitMs, lastResendMs),
          leftMs - waitMs);
      else
        this.#endDialog('network', 'no-ack');
    });
  }

  #refuse(status) {
    this.#respond(this.#request, status);
    this.#setState('ended');
  }

  reject(status = 603) {
    if (this.state !== 'incoming')
      return;
    this.#refuse(status);
    this.#tellEnd('local', 'rejected', status);
  }

  receiveCancel(request) {
    this.#respond(request, 200);
    if (this.state !== 'incoming')
      return;
    const elsewhere = /cause\s*=\s*200/i.test(header(request, 'reason') ?? '');

    this.#refuse(487);
    this.#tellEnd('remote', elsewhere ? 'answered-elsewhere' : 'cancelled');
  }

  /* ---- in the dialog ---- */

  /* Whether a request of this Call-ID belongs to our dialog. */
  matches(request) {
    return this.#dialog !== null && request.callId === this.callId &&
      request.to.parameters.get('tag') === this.#dialog.localTag &&
      (request.from.parameters.get('tag') ?? '') === this.#dialog.remoteTag;
  }

  /* Whether the INVITE or CANCEL names the transaction that rings here. */
  isInvite(request) {
    return this.#request !== null && request.callId === this.callId &&
      branchOf(request) === branchOf(this.#request) && request.cseq === this.#request.cseq;
  }

  receiveRequest(request) {
    if (request.method === 'ACK') {
      this.#onAck(request);
      return;
    }
    if (this.#dialog.remoteCseq !== null && request.cseq <= this.#dialog.remoteCseq) {
      /* The repetition of a re-INVITE that is being answered is not an error. */
      if (!this.#unacknowledged.has(request.cseq) &&
          this.#theirReoffer?.cseq !== request.cseq)
        this.#respond(request, 500);
      return;
    }
    this.#dialog.remoteCseq = request.cseq;
    if (request.method === 'BYE')
      this.#onBye(request);
    else if (request.method === 'INVITE')
      this.#onReoffer(request);
    else
      this.#respond(request, request.method === 'OPTIONS' ? 200 : 405);
  }

  #onAck(request) {
    const meaning = this.#unacknowledged.get(request.cseq);

    if (meaning === undefined)
      return;
    this.#unacknowledged.delete(request.cseq);
    this.#wire.clearTimer(this.#timer(meaning === 'confirm' ? 'resend' : 'resend-reoffer'));
    if (this.state === 'ended')
      return;
    if (meaning === 'confirm')
      this.#setState('confirmed');
    if (this.#told)
      this.#endDialog('local', 'hung-up');
    else
      this.#emit({ type: 'confirmed', sdp: request.body });
  }

  #onBye(request) {
    this.#respond(request, 200);
    if (this.state === 'incoming')
      this.#respond(this.#request, 487);
    if (this.state !== 'ended')
      this.#setState('ended');
    this.#stopResending();
    this.#tellEnd('remote', 'hung-up');
  }

  #stopResending() {
    this.#wire.clearTimer(this.#timer('resend'));
    this.#wire.clearTimer(this.#timer('resend-reoffer'));
  }

  #onReoffer(request) {
    if (this.state === 'ended')
      this.#respond(request, 481);
    else if (this.#ownReoffer)
      this.#respond(request, 491);
    else if (this.state !== 'confirmed' || this.#theirReoffer)
      this.#respond(request, 500);
    else {
      this.#theirReoffer = request;
      this.#refreshTarget(request);
      this.#emit({ type: 'reoffer', sdp: request.body });
    }
  }

  #refreshTarget(message) {
    const contact = parseAddress(headerList(message, 'contact')[0] ?? '');

    this.#dialog.target = contact?.uri ?? this.#dialog.target;
  }

  acceptReoffer(sdp) {
    const request = this.#theirReoffer;

    if (!request || this.state !== 'confirmed')
      return;
    this.#theirReoffer = null;
    this.#unacknowledged.set(request.cseq, 'reoffer');
    this.#sendAccepted(request, sdp, 'resend-reoffer', firstResendMs, transactionTimeoutMs);
  }

  refuseReoffer(status = 488) {
    if (this.#theirReoffer && this.state === 'confirmed')
      this.#respond(this.#theirReoffer, status);
    this.#theirReoffer = null;
  }

  /* Asks for other media; false when it is not the moment for it. */
  reoffer(sdp) {
    if (this.state !== 'confirmed' || this.#ownReoffer || this.#theirReoffer)
      return false;
    const cseq = ++this.#dialog.localCseq;

    this.#ownReoffer = true;
    this.#wire.startTransaction(this.#inDialog(this.#dialog, 'INVITE', cseq, {
      extra: [...this.#contactHeaders, ...this.#bodyHeaders(sdp)], body: sdp,
    }), (response) => this.#onReofferResponse(response, cseq));
    return true;
  }

  #onReofferResponse(response, cseq) {
    if (response.status < 200)
      return;
    if (response.status < 300)
      this.#acknowledge(this.#dialog, cseq);
    if (!this.#ownReoffer || this.state !== 'confirmed')
      return;
    this.#ownReoffer = false;
    if (response.status < 300) {
      this.#refreshTarget(response);
      this.#emit({ type: 'reoffer-answered', sdp: response.body });
    } else if (response.status === 481 || response.status === 408)
      this.#endDialog('remote', 'lost');
    else
      this.#emit({ type: 'reoffer-refused', status: response.status });
  }

  /* ---- the end ---- */

  hangUp(cause = 'hung-up') {
    if (this.state === 'calling' || this.state === 'ringing')
      this.#cancel('cancelled');
    else if (this.state === 'incoming')
      this.reject();
    else if (this.state === 'confirmed')
      this.#endDialog('local', cause);
    else if (this.state === 'accepted')
      /* The BYE follows the ACK (RFC 3261 section 15). */
      this.#tellEnd('local', cause);
  }

  #endDialog(by, cause) {
    this.#setState('ended');
    this.#stopResending();
    this.#bye(this.#dialog);
    this.#tellEnd(by, cause);
  }

  /* A BYE that found no flow is said again on the next one. */
  #bye(dialog) {
    this.#wire.whenReady(() => {
      const request = this.#inDialog(dialog, 'BYE', ++dialog.localCseq);

      this.#wire.startTransaction(request, (response) => {
        if (response.local && response.status === 503)
          this.#bye(dialog);
      });
    });
  }

  /* A call that is established outlives its flow; one that still rings here cannot be
   * answered any more. */
  flowLost() {
    if (this.state !== 'incoming')
      return;
    this.#setState('ended');
    this.#tellEnd('network', 'network');
  }
}

function branchOf(request) {
  return /;\s*branch=([^;,\s]+)/i.exec(header(request, 'via'))?.[1] ?? '';
}
