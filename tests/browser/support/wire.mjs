// What passes between browsers and a port of the server: a place in front of it that passes everything on and keeps it.
// It needs no right to capture; browsers are told of this place alone, so nothing reaches the port another way.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { splitStream } from './packets.mjs';

/** Most packets that are kept, and most browsers' ports that are passed on. */
const MOST_PACKETS = 400_000;
const MOST_PORTS = 500;

/** A place in front of a port, over UDP, TCP or both. */
export class Wire {
  packets = [];
  #closers = [];

  /** `near` is what browsers are told, `far` where the server is; both `{ host, port }`. */
  static async open(near, far, ways = ['udp']) {
    const wire = new Wire();
    if (ways.includes('udp')) await wire.#udp(near, far);
    if (ways.includes('tcp')) await wire.#tcp(near, far);
    return wire;
  }

  async #udp(near, far) {
    const socket = createSocket('udp4');
    socket.bind(near.port, near.host);
    await once(socket, 'listening');
    const ports = new Map();
    const out = (address, port) => {
      const name = `${address}:${port}`;
      if (!ports.has(name)) {
        if (ports.size >= MOST_PORTS) throw new Error('too many ports send here');
        const far = createSocket('udp4').on('message', (bytes) => {
          this.#keep('out', 'udp', bytes);
          socket.send(bytes, port, address);
        });
        ports.set(name, far);
      }
      return ports.get(name);
    };
    socket.on('message', (bytes, { address, port }) => {
      const way = out(address, port);
      this.#keep('in', 'udp', bytes);
      way.send(bytes, far.port, far.host);
    });
    this.#closers.push(() => [socket, ...ports.values()].forEach((it) => it.close()));
  }

  async #tcp(near, far) {
    const open = new Set();
    const server = createServer({ noDelay: true }, (browser) => {
      const other = connect({ ...far, noDelay: true });
      for (const [from, to, way] of [[browser, other, 'in'], [other, browser, 'out']]) {
        open.add(from);
        const split = splitStream((bytes) => this.#keep(way, 'tcp', bytes));
        from.on('data', (bytes) => (split(bytes), to.write(bytes)));
        // One end that goes takes the other along, whatever the reason.
        from.on('error', () => to.destroy());
        from.on('close', () => (open.delete(from), to.destroy()));
      }
    });
    server.listen(near.port, near.host);
    await once(server, 'listening');
    this.#closers.push(() => (server.close(), open.forEach((it) => it.destroy())));
  }

  #keep(way, by, bytes) {
    if (this.packets.length >= MOST_PACKETS) throw new Error('too much passes to be kept');
    this.packets.push({ way, by, bytes });
  }

  /** Begins to keep anew; answers what was kept. */
  taken() {
    return this.packets.splice(0);
  }

  close() {
    this.#closers.splice(0).forEach((close) => close());
  }
}
