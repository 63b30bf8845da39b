// SPDX-License-Identifier: GPL-3.0-or-later
//
// A phone-endpoint under measurement. ChromiumPeer has the same methods; those that press
// something return when, on clock().

import { Session } from '../browser/endpoint.mjs';
import { eventually } from '../browser/processes.mjs';
import { addressOf, passwordOf } from '../browser/servers.mjs';
import { clock } from '../browser/socket-tap.mjs';

const longestMs = 60000;

export class EndpointPeer {
  static title = 'phone-endpoint';
  static programs = ['phone-endpoint'];

  #session = new Session();
  #accounts = [];
  #last = null;

  /* One program, registered as each of these users: an account has 32 calls at most. */
  static async start(server, ...users) {
    const peer = new EndpointPeer();

    peer.users = users;
    for (const user of users)
      peer.#accounts.push(await peer.#session.register(server, user));
    return peer;
  }

  async call(user, { video = false, line = 0 } = {}) {
    const at = clock();
    const { call } = await this.#session.ask('call.start', {
      target: addressOf(user), account: this.#accounts[line], video,
    });

    this.#last = call.id;
    return at;
  }

  async #calls(state) {
    const { calls } = await this.#session.ask('call.list');

    return calls.filter((call) => call.state === state);
  }

  async rings() {
    const [call] = await eventually('a call comes', async () => {
      const ringing = await this.#calls('incoming');

      return ringing.length > 0 && ringing;
    }, longestMs);

    this.#last = call.id;
  }

  async answer({ video = false } = {}) {
    const at = clock();

    await this.#session.ask('call.answer', { id: this.#last, video });
    return at;
  }

  async countActive() {
    return (await this.#calls('active')).length;
  }

  #stats() {
    return this.#session.ask('call.stats', { id: this.#last });
  }

  /* From the answer to the first decoded sound. */
  firstSoundMs() {
    return eventually('sound is heard', async () => {
      const { timings } = await this.#stats();

      return timings.firstAudioMs ?? null;
    });
  }

  /* From the drawing of a picture to its decoding, at the median. */
  async delayMs() {
    return (await this.#stats()).probe.delayMs;
  }

  async hangUp() {
    await this.#session.ask('call.hangUp', { id: this.#last });
  }

  isIdle() {
    return eventually('no call is left', async () =>
      (await this.#session.ask('call.list')).calls.every((call) => call.state === 'ended'));
  }

  stop() {
    return this.#session.stop();
  }
}
