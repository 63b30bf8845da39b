// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sound and picture of one call: the devices and the RTCPeerConnection. It knows nothing
// of SIP and nothing of the page; what changes is told through the `on...` callbacks that
// its maker gives.

export const gatherLimitMs = 500;

const problems = new Map([
  ['NotAllowedError', 'refused'], ['SecurityError', 'refused'],
  ['NotFoundError', 'missing'], ['OverconstrainedError', 'missing'],
  ['NotReadableError', 'busy'], ['AbortError', 'busy'],
]);

/* Opens one kind of device: { track } or { problem: 'camera-refused' ... }. */
async function openOne(kind) {
  const device = kind === 'audio' ? 'microphone' : 'camera';

  if (!navigator.mediaDevices?.getUserMedia)
    return { problem: `${device}-insecure` };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });

    return { track: stream.getTracks()[0] };
  } catch (error) {
    return { problem: `${device}-${problems.get(error.name) ?? 'missing'}` };
  }
}

export class GuestMedia {
  #peer;
  #on;
  #audioTrack = null;
  #videoTrack = null;
  #remote = new MediaStream();

  /* `on` has: problem (key), tracks (remote stream), state (RTCPeerConnectionState),
   * self (track or null). */
  constructor(iceServers, on) {
    this.#on = on;
    this.#peer = new RTCPeerConnection({ iceServers });
    this.#peer.ontrack = (event) => this.#onTrack(event.track);
    this.#peer.onconnectionstatechange = () => this.#on.state(this.#peer.connectionState);
  }

  #onTrack(track) {
    this.#remote.getTracks().filter((old) => old.kind === track.kind)
      .forEach((old) => this.#remote.removeTrack(old));
    this.#remote.addTrack(track);
    track.onmute = track.onunmute = track.onended = () => this.#on.tracks(this.#remote);
    this.#on.tracks(this.#remote);
  }

  /* Opens what is wanted. A device that cannot be had is told, and the call goes on
   * without it. */
  async open(withVideo) {
    const audio = await openOne('audio');
    const video = withVideo ? await openOne('video') : {};

    this.#audioTrack = audio.track ?? null;
    this.#setVideoTrack(video.track ?? null);
    [audio.problem, video.problem].filter(Boolean).forEach((key) => this.#on.problem(key));
    if (this.isClosed)
      this.#stopTracks();
  }

  #setVideoTrack(track) {
    this.#videoTrack = track;
    this.#on.self(track);
  }

  get isClosed() {
    return this.#peer.signalingState === 'closed';
  }

  get isSendingVideo() {
    return this.#videoTrack !== null;
  }

  /* ---- offer and answer ---- */

  /* Waits until all candidates are there, but not for longer than the limit. */
  #gathered() {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#peer.iceGatheringState === 'complete')
          resolve();
      };

      this.#peer.addEventListener('icegatheringstatechange', check);
      setTimeout(resolve, gatherLimitMs);
      check();
    });
  }

  async #localSdp() {
    await this.#peer.setLocalDescription();
    await this.#gathered();
    return this.#peer.localDescription.sdp;
  }

  async offer() {
    if (this.#audioTrack)
      this.#peer.addTransceiver(this.#audioTrack);
    else
      this.#peer.addTransceiver('audio', { direction: 'recvonly' });
    if (this.#videoTrack)
      this.#peer.addTransceiver(this.#videoTrack);
    return this.#localSdp();
  }

  async answer(sdp) {
    await this.#peer.setRemoteDescription({ type: 'offer', sdp });
    for (const transceiver of this.#peer.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      const track = kind === 'audio' ? this.#audioTrack : this.#videoTrack;

      if (transceiver.sender.track === null && track !== null) {
        await transceiver.sender.replaceTrack(track);
        transceiver.direction = 'sendrecv';
      }
    }
    return this.#localSdp();
  }

  async takeAnswer(sdp) {
    await this.#peer.setRemoteDescription({ type: 'answer', sdp });
  }

  /* What we would offer now for a call that is under way. */
  reoffer() {
    return this.#localSdp();
  }

  async forgetOffer() {
    if (this.#peer.signalingState === 'have-local-offer')
      await this.#peer.setLocalDescription({ type: 'rollback' });
  }

  /* ---- during the call ---- */

  setMuted(muted) {
    if (this.#audioTrack)
      this.#audioTrack.enabled = !muted;
  }

  #videoTransceiver() {
    return this.#peer.getTransceivers().find((transceiver) =>
      transceiver.receiver.track.kind === 'video' && transceiver.direction !== 'stopped');
  }

  /* Turns the camera on; true when that has to be offered first. */
  async startVideo() {
    const { track, problem } = await openOne('video');

    if (!track) {
      this.#on.problem(problem);
      return false;
    }
    if (this.isClosed) {
      track.stop();
      return false;
    }
    this.#setVideoTrack(track);
    const transceiver = this.#videoTransceiver();

    if (!transceiver) {
      this.#peer.addTransceiver(track);
      return true;
    }
    await transceiver.sender.replaceTrack(track);
    if (transceiver.currentDirection?.startsWith('send'))
      return false;
    transceiver.direction = 'sendrecv';
    return true;
  }

  /* The camera goes off, the line stays: it can be turned on again without asking. */
  async stopVideo() {
    this.#videoTrack?.stop();
    this.#setVideoTrack(null);
    await this.#videoTransceiver()?.sender.replaceTrack(null);
  }

  /* Whether the other side takes the video that was offered. */
  get isVideoTaken() {
    return this.#videoTransceiver()?.currentDirection?.startsWith('send') ?? false;
  }

  /* Sends one keypad tone; false when the call does not carry them. */
  sendTone(key) {
    const sender = this.#peer.getSenders().find((one) => one.dtmf);

    if (!sender?.dtmf.canInsertDTMF)
      return false;
    sender.dtmf.insertDTMF(sender.dtmf.toneBuffer + key, 160, 70);
    return true;
  }

  #stopTracks() {
    this.#audioTrack?.stop();
    this.#videoTrack?.stop();
  }

  close() {
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
    this.#stopTracks();
  }
}
