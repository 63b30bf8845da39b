// SPDX-License-Identifier: GPL-3.0-or-later
//
// The servers a call may go through, all on loopback and on ports that were free.

import { connect } from 'node:net';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program, eventually, freePort, makeFolder } from './processes.mjs';

/* A program of the build under test. */
export function builtProgram(path) {
  if (!process.env.PHONE_BUILD_DIR)
    throw new Error('PHONE_BUILD_DIR has to name the build folder');
  return join(process.env.PHONE_BUILD_DIR, path);
}

export const domain = 'phone.example';
export const accounts = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];
export const passwordOf = (user) => `${user}-secret`;
export const addressOf = (user) => `sip:${user}@${domain}`;

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');

    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/* An exchange of ours. `restart` ends it and starts it again at the same port, with the
 * same keys and the same guest link. `pageUrl` is a page elsewhere that may connect; with
 * `tls` it makes a certificate of its own, `certificateFile`. */
export async function startExchange({ guestOwner = null, pageUrl = null, tls = false } = {}) {
  const folder = makeFolder();
  const users = join(folder, 'users');
  const state = join(folder, 'state');
  const exchange = { name: 'the exchange', certificateFile: join(state, 'certificate.pem') };
  let program;

  writeFileSync(users, accounts.map((user) => `${user}:${passwordOf(user)}\n`).join(''),
    { mode: 0o600 });
  const start = async (port) => {
    program = new Program(builtProgram('app/exchange/phone-exchange'), [
      '--listen', `127.0.0.1:${port}`, '--domain', domain, '--users', users, '--json',
      '--state-dir', state, '--control', join(folder, 'control'),
      ...(tls ? ['--tls'] : []),
      ...(guestOwner ? ['--guest', guestOwner] : []),
      ...(pageUrl ? ['--allow-origin', new URL(pageUrl).origin] : []),
    ]);
    const { url, guest_link: guestLink } =
      JSON.parse(await program.waitForLine(/"event":"listening"/));

    Object.assign(exchange, { url, guestLink, program });
  };

  await start(0);
  exchange.stop = () => program.stop();
  exchange.restart = async () => {
    const { port } = new URL(exchange.url);

    await program.stop();
    await start(port);
  };
  return exchange;
}

export async function startKamailio() {
  const folder = makeFolder();
  const port = await freePort();
  const program = new Program(process.env.KAMAILIO ?? '/usr/sbin/kamailio', [
    '-f', fileURLToPath(new URL('kamailio.cfg', import.meta.url)),
    '-l', `tcp:127.0.0.1:${port}`, '-A', `DOMAIN="${domain}"`,
    '-DD', '-E', '-m', '32', '-w', folder, '-Y', folder,
  ]);

  await eventually('Kamailio listens', () => {
    if (program.hasExited)
      throw new Error(program.story);
    return isOpen(port);
  });
  return { name: 'Kamailio', url: `ws://127.0.0.1:${port}/`, program,
    stop: () => program.stop() };
}

/* A TURN server with one user, which relays on loopback. */
export async function startTurn() {
  const folder = makeFolder();
  const port = await freePort();
  const config = join(folder, 'turn.conf');
  const user = 'turner';
  const password = 'turn-secret';

  writeFileSync(config, [
    `listening-port=${port}`, 'listening-ip=127.0.0.1', 'relay-ip=127.0.0.1',
    'allow-loopback-peers', 'lt-cred-mech', `user=${user}:${password}`, `realm=${domain}`,
    'no-tls', 'no-dtls', 'no-cli', 'no-stdout-log', `log-file=${join(folder, 'log')}`,
    'simple-log', `pidfile=${join(folder, 'pid')}`, `userdb=${join(folder, 'db')}`, '',
  ].join('\n'), { mode: 0o600 });
  const program = new Program(process.env.TURNSERVER ?? '/usr/bin/turnserver', ['-c', config]);

  await eventually('the TURN server listens', () => {
    if (program.hasExited)
      throw new Error(program.story);
    return isOpen(port);
  });
  return { host: `127.0.0.1:${port}`, user, password, stop: () => program.stop() };
}

/* A sound server whose one output plays to nobody. */
export async function startSound() {
  const folder = makeFolder();
  const socket = join(folder, 'native');
  const program = new Program('/usr/bin/pulseaudio', [
    '-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1',
    '-L', 'module-null-sink', '-L', `module-native-protocol-unix socket=${socket}`,
  ], { env: { HOME: folder, XDG_RUNTIME_DIR: folder } });

  await eventually('the sound server listens', () => {
    if (program.hasExited)
      throw new Error(program.story);
    return existsSync(socket);
  });
  return { address: `unix:${socket}`, stop: () => program.stop() };
}
