// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a page under test sends and how it looks at what it receives: a tone and numbered
// frames in the place of microphone and camera, a Goertzel detector for the tone, and a
// reader of the numbers in the other side's frames (the pattern is that of phone-probe.h).
// A plain script, so that it can be put into any page before the page's own scripts run.

(() => {
  const columns = 16;
  const rows = 6;
  const mark = 0xa5;
  const byteCount = 12;
  const pieceMs = 100;
  const silenceDb = -50;

  /* CRC-16/CCITT-FALSE. */
  function crc16(bytes) {
    let crc = 0xffff;

    for (const byte of bytes) {
      crc ^= byte << 8;
      for (let i = 0; i < 8; i++)
        crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    }
    return crc;
  }

  /* A clock that all pages of one machine have in common, and a phone has not. */
  const clockMs = () => Math.round(performance.timeOrigin + performance.now()) >>> 0;

  function encodeMark(source, number) {
    const view = new DataView(new ArrayBuffer(byteCount));

    view.setUint8(0, mark);
    view.setUint16(1, source);
    view.setUint8(3, (number >> 16) & 0xff);
    view.setUint16(4, number & 0xffff);
    view.setUint32(6, state.withClock ? clockMs() : 0);
    view.setUint16(10, crc16(new Uint8Array(view.buffer, 0, 10)));
    return new Uint8Array(view.buffer);
  }

  function decodeMark(bytes) {
    const view = new DataView(bytes.buffer);

    if (view.getUint8(0) !== mark || view.getUint16(10) !== crc16(bytes.slice(0, 10)))
      return null;
    return {
      source: view.getUint16(1),
      number: (view.getUint8(3) << 16) | view.getUint16(4),
      timeMs: view.getUint32(6),
    };
  }

  /* ---- sources ---- */

  /* One for all sounds of the page: each has a thread of its own. */
  let sharedContext = null;

  function getContext() {
    sharedContext ??= new AudioContext();
    sharedContext.resume();
    return sharedContext;
  }

  function makeToneTrack(hz) {
    const context = getContext();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const destination = context.createMediaStreamDestination();

    oscillator.frequency.value = hz;
    gain.gain.value = 0.3;
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    return destination.stream.getAudioTracks()[0];
  }

  function drawFrame(context, width, height, bytes, number) {
    context.fillStyle = '#000000';
    context.fillRect(0, 0, width, height / 2);
    context.fillStyle = '#ffffff';
    for (let bit = 0; bit < columns * rows; bit++) {
      const column = bit % columns;
      const row = Math.floor(bit / columns);

      if (bytes[bit >> 3] & (0x80 >> (bit & 7)))
        context.fillRect(column * width / columns, row * height / 2 / rows, width / columns,
          height / 2 / rows);
    }
    context.fillStyle = '#808080';
    context.fillRect(0, height / 2, width, height / 2);
    context.fillStyle = '#c04020';
    context.fillRect(number * 8 % width, height / 2, 32, height / 2);
  }

  function makeFrameTrack(source) {
    const canvas = document.createElement('canvas');

    canvas.width = 640;
    canvas.height = 480;
    const context = canvas.getContext('2d', { alpha: false });
    let number = 0;
    const draw = () => {
      drawFrame(context, canvas.width, canvas.height, encodeMark(source, number), number);
      number = (number + 1) & 0xffffff;
    };

    draw();
    setInterval(draw, 50);
    return canvas.captureStream(20).getVideoTracks()[0];
  }

  /* ---- detectors ---- */

  /* The share of the energy that one frequency has (Goertzel). */
  function shareOf(samples, hz, rate) {
    const step = 2 * Math.cos(2 * Math.PI * hz / rate);
    let a = 0;
    let b = 0;
    let energy = 0;

    samples.forEach((sample, i) => {
      /* Hann window, so that a neighbouring tone does not leak in. */
      const x = sample * (0.5 - 0.5 * Math.cos(2 * Math.PI * i / samples.length));
      const next = x + step * a - b;

      b = a;
      a = next;
      energy += x * x;
    });
    const power = a * a + b * b - step * a * b;

    /* 1 for a pure tone: half of the squared sum of the window over its squared sum. */
    return energy === 0 ? 0 : power / (energy * samples.length / 3);
  }

  function makeToneDetector(track, frequencies) {
    const context = getContext();
    const analyser = context.createAnalyser();
    const report = { pieces: 0, sounding: 0, tones: {}, levelDb: -100 };
    const samples = new Float32Array(4096);
    /* Chromium lets a remote track flow only while an element plays it. */
    const element = new Audio();

    element.srcObject = new MediaStream([track]);
    element.muted = true;
    element.play().catch(() => {});
    analyser.fftSize = samples.length;
    const source = context.createMediaStreamSource(element.srcObject);

    source.connect(analyser);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

      report.pieces++;
      report.levelDb = power > 0 ? 10 * Math.log10(power) : -100;
      if (report.levelDb < silenceDb)
        return;
      report.sounding++;
      for (const hz of frequencies)
        if (shareOf(samples, hz, context.sampleRate) > 0.5)
          report.tones[hz] = (report.tones[hz] ?? 0) + 1;
    }, pieceMs);

    return {
      report,
      stop() {
        clearInterval(timer);
        source.disconnect();
        element.srcObject = null;
      },
    };
  }

  const smallWidth = 160;
  const smallHeight = 120;

  /* Reads the mark out of the middle of each block of a picture made small. */
  function readMark(pixels) {
    const bytes = new Uint8Array(byteCount);

    for (let bit = 0; bit < columns * rows; bit++) {
      const x = Math.floor((bit % columns + 0.5) * smallWidth / columns);
      const y = Math.floor((Math.floor(bit / columns) + 0.5) * smallHeight / 2 / rows);

      if (pixels[(y * smallWidth + x) * 4 + 1] > 127)
        bytes[bit >> 3] |= 0x80 >> (bit & 7);
    }
    return decodeMark(bytes);
  }

  function makeFrameDetector(track) {
    const element = document.createElement('video');
    const canvas = document.createElement('canvas');
    const report = { frames: 0, recognised: 0, sources: {}, last: -1, width: 0, height: 0,
      delaysMs: [] };

    element.srcObject = new MediaStream([track]);
    element.muted = true;
    element.play().catch(() => {});
    canvas.width = smallWidth;
    canvas.height = smallHeight;
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    let time = -1;
    const timer = setInterval(() => {
      if (element.readyState < 2 || element.currentTime === time)
        return;
      time = element.currentTime;
      report.frames++;
      report.width = element.videoWidth;
      report.height = element.videoHeight;
      context.drawImage(element, 0, 0, smallWidth, smallHeight);
      const found = readMark(context.getImageData(0, 0, smallWidth, smallHeight).data);

      if (found && found.number !== report.last) {
        report.recognised++;
        report.sources[found.source] = (report.sources[found.source] ?? 0) + 1;
        report.last = found.number;
        if (state.withClock)
          report.delaysMs.push((clockMs() - found.timeMs) >>> 0);
      }
    }, state.pollMs);

    return {
      report,
      stop() {
        clearInterval(timer);
        element.srcObject = null;
      },
    };
  }

  /* ---- what the page and its driver use ---- */

  const state = {
    toneHz: 1000, listenHz: [], pollMs: 40, withClock: false,
    source: 0, audio: null, video: null, peers: [],
  };

  state.source = 1 + Math.floor(Math.random() * 0xfffe);

  /* Its `stop` ends the looking; what was seen stays in the report. */
  function detect(track) {
    const detector = track.kind === 'audio' ? makeToneDetector(track, state.listenHz)
      : makeFrameDetector(track);

    state[track.kind] = detector;
    return detector;
  }

  globalThis.testMedia = {
    /* Frequencies: what the page says, and what it listens for. Where both sides are pages
     * of one machine, the frames may tell how long they took, to `pollMs`. */
    configure(toneHz, listenHz, { pollMs = 40, withClock = false } = {}) {
      Object.assign(state, { toneHz, listenHz, pollMs, withClock });
    },

    source: state.source,

    makeStream({ audio = true, video = false }) {
      return new MediaStream([
        ...(audio ? [makeToneTrack(state.toneHz)] : []),
        ...(video ? [makeFrameTrack(state.source)] : []),
      ]);
    },

    detect,

    report() {
      return {
        source: state.source,
        audio: state.audio?.report ?? null,
        video: state.video?.report ?? null,
      };
    },

    forget() {
      state.audio = state.video = null;
    },

    /* Packets and the selected path of every peer connection of the page; of one that is
     * closed, as they were at its end. */
    async stats() {
      const sum = { sentPackets: 0, receivedPackets: 0, localTypes: [], remoteTypes: [], states: [] };

      for (const peer of state.peers) {
        sum.states.push(peer.connectionState);
        addStats(sum, await (peer.lastStats ?? peer.getStats()));
      }
      return sum;
    },
  };

  function addStats(sum, stats) {
    stats.forEach((row) => {
      if (row.type === 'outbound-rtp')
        sum.sentPackets += row.packetsSent;
      else if (row.type === 'inbound-rtp')
        sum.receivedPackets += row.packetsReceived;
      else if (row.type === 'transport' && row.selectedCandidatePairId) {
        const pair = stats.get(row.selectedCandidatePairId);

        sum.localTypes.push(stats.get(pair?.localCandidateId)?.candidateType);
        sum.remoteTypes.push(stats.get(pair?.remoteCandidateId)?.candidateType);
      }
    });
  }

  /* In the place of the devices, and an ear on every peer connection. */
  if (navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async (constraints) =>
      globalThis.testMedia.makeStream({
        audio: Boolean(constraints?.audio), video: Boolean(constraints?.video),
      });
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    detectors = [];

    constructor(...args) {
      super(...args);
      state.peers.push(this);
      this.addEventListener('track', (event) => this.detectors.push(detect(event.track)));
    }

    close() {
      this.lastStats ??= this.getStats();
      this.detectors.forEach((detector) => detector.stop());
      super.close();
    }
  };
})();
