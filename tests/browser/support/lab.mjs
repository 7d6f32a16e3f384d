// The network laboratory: the server and each person in a network namespace of their own, behind a router that delays,
// loses, limits and cuts. Needs root, as namespaces do.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readCapture } from './capture.mjs';
import { writeFilm } from './devices.mjs';
import { removeFolder } from './folder.mjs';
import { CHROMIUM, Person } from './person.mjs';
import { Server } from './server.mjs';

const BUILT = fileURLToPath(new URL('../../../target/debug/lab', import.meta.url));
const COMPLAINT_CHARS = 4_000;

export class Lab {
  /** Makes the hosts. The same seed loses the same packets. */
  static async open(hosts, { seed = 7 } = {}) {
    const lab = new Lab();
    lab.folder = await mkdtemp(join(tmpdir(), 'orderline-lab-'));
    lab.child = spawn(process.env.ORDERLINE_LAB ?? BUILT, ['run', '--seed', String(seed), ...hosts]);
    lab.said = '';
    lab.waiting = [];
    lab.child.stderr.on('data', (text) => (lab.said = (lab.said + text).slice(-COMPLAINT_CHARS)));
    lab.ended = new Promise((resolve) => {
      lab.child.once('error', resolve);
      lab.child.once('close', (code) => resolve(new Error(`the laboratory ended with ${code}: ${lab.said}`)));
    });
    lab.ended.then((why) => lab.waiting.splice(0).forEach(({ reject }) => reject(why)));
    createInterface({ input: lab.child.stdout }).on('line', (line) => lab.waiting.shift()?.resolve(JSON.parse(line)));
    const made = await lab.answer();
    lab.hosts = new Map(made.map((host) => [host.host, host]));
    return lab;
  }

  answer() {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  ask(wish) {
    const answer = this.answer();
    this.child.stdin.write(`${JSON.stringify(wish)}\n`);
    return answer;
  }

  /** Changes a host's line; what is not named is as on a perfect one. */
  line(host, conditions = {}, way = 'both') {
    return this.ask({ do: 'line', host, way, conditions });
  }

  /** The host is in another network from now on: its old address is gone, and every connection with it. */
  async changeAddress(host) {
    this.hosts.set(host, await this.ask({ do: 'change_address', host }));
  }

  /** What has passed between the hosts, by their names. */
  async count() {
    const names = [...this.hosts.keys()];
    const passed = await this.ask({ do: 'count' });
    return passed.map((it) => ({ ...it, from: names[it.from], to: names[it.to] }));
  }

  /** Begins to write down every packet that comes to a host's interface or leaves it. */
  async capture(host) {
    this.captured = join(this.folder, `${host}.pcap`);
    await this.ask({ do: 'capture', host, file: this.captured });
  }

  /** Ends that; answers the packets: what they are (`udp`, `tcp` or a number), from where, to where, what they hold. */
  async captureEnd() {
    await this.ask({ do: 'capture_end' });
    return readCapture(await readFile(this.captured));
  }

  /** The words before a command that make it run inside a host. */
  within(host) {
    return ['ip', 'netns', 'exec', this.hosts.get(host).namespace];
  }

  /** The server, on the host of this name. Its pages are `localhost` on every host, as demo mode wants it. */
  async server({ host = 'server', options = [] } = {}) {
    const { address } = this.hosts.get(host);
    const server = await Server.start({ within: this.within(host), options: ['--media-udp', `${address}:0`, ...options] });
    const near = `127.0.0.1:${server.port}`;
    const far = `${address}:${server.port}`;
    for (const name of this.hosts.keys()) {
      const [listen, to] = name === host ? [far, near] : [near, far];
      await this.ask({ do: 'forward', host: name, listen, to });
    }
    return server;
  }

  /** A person whose browser runs on the host of the same name, with a film that fills a line. */
  async person(server, name, options = {}) {
    const executable = join(this.folder, `browser-${name}`);
    await writeFile(executable, `#!/bin/sh\nexec ${this.within(name).join(' ')} ${CHROMIUM} "$@"\n`);
    await chmod(executable, 0o755);
    return Person.open(server, name, { executable, camera: writeFilm, ...options });
  }

  /** Removes the hosts. */
  async close() {
    this.child.stdin.end();
    await this.ended;
    await removeFolder(this.folder);
  }
}
