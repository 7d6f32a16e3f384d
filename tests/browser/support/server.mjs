// The real server in a process of its own, on a free port, with a fresh data folder.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeFolder } from './folder.mjs';
import { until } from './wait.mjs';

const BUILT = fileURLToPath(new URL('../../../target/debug/orderline', import.meta.url));
const READY = /^Orderline is ready: (http:\/\/\S+)\/$/m;
// A first start makes a database cluster, on a machine that may be busy.
const START_MS = 120_000;
const STOP_MS = 30_000;
// What is kept of the log, for a test that fails.
const LOG_CHARS = 200_000;

// Below those that the system gives to whoever asks for any: a server's own parts might get the very one.
const PORTS = [20_000, 32_000];

/** A TCP port of this machine that is free now. */
export async function freePort() {
  for (;;) {
    const probe = createServer().listen(randomInt(...PORTS), '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch (error) {
      if (error.code === 'EADDRINUSE') continue;
      throw error;
    }
    const { port } = probe.address();
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** A server, in demo mode unless told otherwise. `data` survives stops and kills, until `remove`. */
export class Server {
  static async start({ binary = process.env.ORDERLINE_BIN ?? BUILT, demo = true, options = [], within = [] } = {}) {
    const server = new Server();
    server.binary = binary;
    server.within = within;
    server.options = demo ? ['--demo', ...options] : options;
    server.port = await freePort();
    server.data = await mkdtemp(join(tmpdir(), 'orderline-test-'));
    // Started by root, its database runs under another account: that one may pass through to its own part.
    await chmod(server.data, 0o711);
    server.log = '';
    await server.run();
    return server;
  }

  /** Starts the process again over the same data and port. */
  async run() {
    const args = ['serve', ...this.options, '--listen', `127.0.0.1:${this.port}`, '--data', this.data];
    const env = { ...process.env };
    // The one under test brings its own database, whatever the surroundings use.
    for (const name of Object.keys(env)) {
      if (name === 'DATABASE_URL' || (name.startsWith('ORDERLINE_') && name !== 'ORDERLINE_LOG')) delete env[name];
    }
    if (process.env.ORDERLINE_POSTGRES_BIN) env.ORDERLINE_POSTGRES_BIN = process.env.ORDERLINE_POSTGRES_BIN;
    const [program, ...words] = [...this.within, this.binary, ...args];
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    child.stderr.on('data', (text) => this.keep(text));
    let said = '';
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`the server does not start:\n${this.tail()}`)), START_MS);
      const done = (how, value) => (clearTimeout(late), how(value));
      child.once('error', (error) => done(reject, error));
      child.once('exit', (code) => done(reject, new Error(`the server ended with ${code}:\n${this.tail()}`)));
      child.stdout.on('data', (text) => {
        this.keep(text);
        said += text;
        const ready = READY.exec(said);
        if (ready) done(resolve, ready[1]);
      });
    });
  }

  keep(text) {
    this.log = (this.log + text).slice(-LOG_CHARS);
  }

  /** The end of its log. */
  tail() {
    return this.log.slice(-4_000);
  }

  /** The origin of one demo person's pages. */
  origin(person) {
    return `http://${person}.localhost:${this.port}`;
  }

  /** As a crash: at once, with nothing tidied up. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** As an operator stops it. */
  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await this.ended;
    clearTimeout(late);
  }

  /** Stops it and removes its data. */
  async remove() {
    await this.stop();
    await stopOrphan(this.data);
    // Where another account cannot reach the data folder, its part lies elsewhere and only a link to it here.
    for (const part of ['turn', 'postgres']) {
      const elsewhere = await realpath(join(this.data, part)).catch(() => null);
      if (elsewhere !== null) await removeFolder(elsewhere);
    }
    await removeFolder(this.data);
  }
}

// After a kill the private database lives on, for the next start to take over. Without one it must go by itself, and
// it is gone when its lock file is: until then it writes to the folder that is to be removed.
async function stopOrphan(data) {
  const lock = () => readFile(join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(() => null);
  const said = await lock();
  if (said === null) return;
  const pid = Number(said.split('\n')[0]);
  const signal = (name) => {
    try {
      return process.kill(pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
      return false;
    }
  };
  if (signal('SIGINT')) await until('the orphaned database is gone', async () => (await lock()) === null || !signal(0));
}
