// SPDX-License-Identifier: GPL-3.0-or-later
//
// A phone made of JsSIP for the tests: does what it is told and writes down what happens.

/* global JsSIP, testMedia, listenForKeys */
(() => {
  const gatherLimitMs = 500;
  const events = [];
  let agent = null;
  const sessions = []; /* the newest last: it is meant where none is named */
  let session = null;
  let settings = {};

  const note = (name, details = {}) => events.push({ name, at: performance.now(), ...details });

  function wrongFingerprint(sdp) {
    return sdp.replace(/(a=fingerprint:\S+ )(..)/g, (whole, start, byte) =>
      `${start}${byte === '00' ? '11' : '00'}`);
  }

  const withoutTelephoneEvents = (sdp) => [...sdp.matchAll(/a=rtpmap:(\d+) telephone-event.*\r\n/g)]
    .reduce((rest, [line, number]) => rest.replace(line, '')
      .replace(new RegExp(`(m=audio.*) ${number}\\b`), '$1')
      .replace(new RegExp(`a=fmtp:${number} .*\r\n`), ''), sdp);

  function hearKeys(connection) {
    connection.addEventListener('track', ({ track }) => {
      if (track.kind === 'audio' && settings.hearKeys)
        listenForKeys(track, (key) => note('keyHeard', key));
    });
  }

  function watch(made, direction, isOfferless) {
    session = made;
    sessions.push(made);
    note('session', { direction, from: made.remote_identity?.uri.toString(), isOfferless });
    for (const name of ['progress', 'accepted', 'confirmed', 'ended', 'failed'])
      made.on(name, (event) => note(name, {
        cause: event.cause ?? null,
        originator: event.originator ?? null,
        status: event.message?.status_code ?? event.response?.status_code ?? null,
        reason: event.message?.getHeader?.('Reason') ?? null,
      }));
    made.on('refer', (event) => {
      note('refer', { target: event.request.refer_to.uri.toString() });
      if (settings.onRefer === 'follow')
        event.accept(null, callOptions());
      else
        event.reject();
    });
    made.on('replaces', (event) => {
      note('replaced');
      event.accept();
    });
    for (const name of ['hold', 'unhold'])
      made.on(name, ({ originator }) => {
        if (originator === 'remote')
          note(`peer ${name}`);
      });
    made.on('newDTMF', ({ originator, dtmf }) =>
      note('infoDigit', { originator, digit: dtmf.tone, duration: dtmf.duration }));
    /* A call of ours has its connection before it is told of. */
    if (made.connection)
      hearKeys(made.connection);
    else
      made.on('peerconnection', ({ peerconnection }) => hearKeys(peerconnection));
    /* A picture that is newly offered; what is refused is the whole re-INVITE. */
    made.on('reinvite', (event) => {
      note('reinvite', { isOfferless: !event.request.body });
      if (settings.onReinvite === 'reject') {
        event.reject({ status_code: 488 });
        note('reinvite rejected');
        return;
      }
      if (!/^m=video [1-9]/m.test(event.request.body) ||
          videoTransceiver()?.sender.track)
        return;
      if (settings.onVideo === 'reject') {
        event.reject({ status_code: 488 });
        note('reinvite rejected');
      } else if (settings.onVideo === 'accept') {
        sendPicture();
      }
    });
    let ready = null;

    made.on('icecandidate', (event) => {
      ready ??= setTimeout(() => event.ready(), gatherLimitMs);
    });
    made.on('sdp', (event) => {
      if (event.originator === 'local' && settings.wrongFingerprint)
        event.sdp = wrongFingerprint(event.sdp);
      if (settings.noTelephoneEvents)
        event.sdp = withoutTelephoneEvents(event.sdp);
      /* What JsSIP makes inactive, where sendrecv becomes sendonly. */
      if (event.originator === 'local' && settings.holdInactive && made.isOnHold().local)
        event.sdp = event.sdp.replace(/a=sendrecv/g, 'a=recvonly');
    });
  }

  const videoTransceiver = () => session.connection.getTransceivers().find((one) =>
    one.receiver.track.kind === 'video' && one.currentDirection !== 'stopped');

  /* On the line that is there, or on one that is new. */
  function sendPicture() {
    const stream = testMedia.makeStream({ audio: false, video: true });
    const transceiver = videoTransceiver();

    if (transceiver) {
      transceiver.sender.replaceTrack(stream.getVideoTracks()[0]);
      transceiver.direction = 'sendrecv';
    } else {
      session.connection.addTrack(stream.getVideoTracks()[0], stream);
    }
  }

  /* Resolves when the other side has agreed, or has not. */
  function renegotiate(options = {}) {
    return new Promise((resolve, reject) => {
      if (!session.renegotiate(options, resolve))
        reject(new Error('not now'));
    });
  }

  function callOptions({ video = false } = {}) {
    return {
      mediaStream: testMedia.makeStream({ audio: true, video }),
      pcConfig: {
        iceServers: settings.iceServers ?? [],
        iceTransportPolicy: settings.relayOnly ? 'relay' : 'all',
      },
    };
  }

  globalThis.browserPhone = {
    events,

    start(options) {
      settings = options;
      testMedia.configure(options.toneHz, options.listenHz, options.detector);
      agent = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(options.url)],
        uri: options.uri,
        password: options.password,
        register: true,
        session_timers: Boolean(options.refreshMethod),
        ...(options.refreshMethod && { session_timers_refresh_method: options.refreshMethod }),
        user_agent: 'JsSIP test page',
        connection_recovery_min_interval: 1,
        connection_recovery_max_interval: 2,
      });
      agent.on('registered', () => note('registered'));
      agent.on('unregistered', () => note('unregistered'));
      agent.on('connected', () => note('connected'));
      agent.on('disconnected', () => note('disconnected'));
      agent.on('registrationFailed', (event) => note('registrationFailed', {
        cause: event.cause, status: event.response?.status_code ?? null,
      }));
      agent.on('newRTCSession', (event) => {
        watch(event.session, event.originator === 'local' ? 'out' : 'in',
          event.originator === 'remote' && !event.request.body);
        if (event.originator === 'remote' && settings.onCall)
          globalThis.browserPhone[settings.onCall](settings.onCallOptions);
      });
      agent.start();
    },

    call(target, options) {
      testMedia.forget();
      agent.call(target, callOptions(options));
    },

    answer(options) {
      testMedia.forget();
      session.answer(callOptions(options));
    },

    /* By re-INVITE, or as `options` say; resolves when the other side has agreed. */
    hold(options = {}) {
      return new Promise((resolve) => session.hold(options, resolve));
    },

    /* Resolves at once, and notes when the other side has agreed. */
    startHold() {
      session.hold({}, () => note('held'));
    },

    resume(options = {}) {
      return new Promise((resolve) => session.unhold(options, resolve));
    },

    addVideo() {
      sendPicture();
      return renegotiate();
    },

    /* The browser's own alone, or the whole line. */
    removeVideo({ stop = false } = {}) {
      const transceiver = videoTransceiver();

      if (stop)
        transceiver.stop();
      else
        session.connection.removeTrack(transceiver.sender);
      return renegotiate();
    },

    restartIce() {
      return renegotiate({ rtcOfferConstraints: { iceRestart: true } });
    },

    /* The name that this end and the peer said for their ICE, and the one that the path in
     * use goes by. */
    async path() {
      const nameIn = ({ sdp }) => /^a=ice-ufrag:(\S+)/m.exec(sdp)[1];
      const stats = await session.connection.getStats();
      const transport = [...stats.values()].find(({ type }) => type === 'transport');
      const pair = stats.get(transport.selectedCandidatePairId);

      return {
        said: nameIn(session.connection.localDescription),
        peerSaid: nameIn(session.connection.remoteDescription),
        used: stats.get(pair.localCandidateId).usernameFragment,
      };
    },

    set(more) {
      Object.assign(settings, more);
    },

    /* Asks the peer of one call to call another address, or the peer of another call. */
    refer(target, { of = sessions.length - 1, replaces = null } = {}) {
      const subscriber = sessions[of].refer(target,
        replaces === null ? {} : { replaces: sessions[replaces] });

      for (const name of ['requestSucceeded', 'requestFailed', 'progress', 'accepted', 'failed'])
        subscriber.on(name, (event) => note(`refer ${name}`, {
          status: event.status_line?.status_code ?? event.response?.status_code ?? null,
        }));
    },

    sendDigits(digits, options) {
      session.sendDTMF(digits, options);
    },

    reject({ status }) {
      session.terminate({ status_code: status });
    },

    hangUp(of = sessions.length - 1) {
      sessions[of].terminate();
    },

    stop() {
      agent.stop();
    },
  };
})();
