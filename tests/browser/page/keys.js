// SPDX-License-Identifier: GPL-3.0-or-later
//
// Hears the keys of a telephone in a track.

(() => {
  const rowHz = [697, 770, 852, 941];
  const columnHz = [1209, 1336, 1477, 1633];
  const keys = ['123A', '456B', '789C', '*0#D'];

  /* How much of the energy one frequency carries (Goertzel): 0.5 each of two alike. */
  function share(samples, rate, hz) {
    const step = 2 * Math.cos(2 * Math.PI * hz / rate);
    let one = 0, two = 0, energy = 0;

    for (const sample of samples) {
      [one, two] = [sample + step * one - two, one];
      energy += sample * sample;
    }
    return 2 * (one * one + two * two - step * one * two) / (energy * samples.length);
  }

  function keyIn(samples, rate) {
    const strongest = (list) => list.map((hz, index) => [share(samples, rate, hz), index])
      .reduce((best, next) => (next[0] > best[0] ? next : best));
    const [row, column] = [strongest(rowHz), strongest(columnHz)];

    return row[0] > 0.25 && column[0] > 0.25 ? keys[row[1]][column[1]] : null;
  }

  /* A browser plays the tones of a telephone event that it gets: what a person would hear
   * is written down by pieces of 20 ms. A key has ended after two without it. */
  globalThis.listenForKeys = async (track, tell) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    let samples = [], held = null, pieces = 0, missed = 0;

    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
      const plane = new Float32Array(value.numberOfFrames);
      const rate = value.sampleRate;

      value.copyTo(plane, { planeIndex: 0, format: 'f32-planar' });
      value.close();
      samples.push(...plane);
      if (samples.length < rate / 50)
        continue;
      const key = keyIn(samples, rate);

      samples = [];
      missed = key === held ? 0 : missed + 1;
      pieces += key === held ? 1 : 0;
      if (held === null ? key === null : missed < 2)
        continue;
      if (held !== null)
        tell({ key: held, durationMs: pieces * 20 });
      [held, pieces, missed] = [key, 1, 0];
    }
  };
})();
