// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sounds that the page makes itself: ringing there, ringing here, keypad tones. A
// browser lets a page sound only after the person has touched it; until then it is silent.

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477];
export const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

const level = 0.08;
const edgeS = 0.01;

export class Tones {
  #context = null;
  #playing = [];
  #repeat = null;

  /* To be called from within a click or a key press. */
  unlock() {
    this.#context ??= new AudioContext();
    if (this.#context.state === 'suspended')
      this.#context.resume().catch(() => {});
  }

  #beep(frequencies, startS, durationS) {
    if (this.#context?.state !== 'running')
      return;
    const gain = this.#context.createGain();
    const start = this.#context.currentTime + startS;
    const end = start + durationS;

    gain.connect(this.#context.destination);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(level / frequencies.length, start + edgeS);
    gain.gain.setValueAtTime(level / frequencies.length, end - edgeS);
    gain.gain.linearRampToValueAtTime(0, end);
    for (const frequency of frequencies) {
      const oscillator = this.#context.createOscillator();

      oscillator.frequency.value = frequency;
      oscillator.connect(gain);
      oscillator.start(start);
      oscillator.stop(end);
      this.#playing.push(oscillator);
      oscillator.onended = () => {
        this.#playing = this.#playing.filter((other) => other !== oscillator);
      };
    }
  }

  key(key) {
    const index = keys.indexOf(key);

    if (index >= 0)
      this.#beep([rows[Math.floor(index / 3)], columns[index % 3]], 0, 0.15);
  }

  #every(periodMs, run) {
    this.stop();
    run();
    this.#repeat = setInterval(run, periodMs);
  }

  ringThere() {
    this.#every(5000, () => this.#beep([425], 0, 1));
  }

  ringHere() {
    this.#every(3000, () => [0, 0.2, 0.4, 0.9, 1.1, 1.3].forEach((at, i) =>
      this.#beep([[523, 659, 784][i % 3]], at, 0.18)));
  }

  stop() {
    clearInterval(this.#repeat);
    this.#repeat = null;
    for (const oscillator of this.#playing)
      oscillator.stop();
  }
}
