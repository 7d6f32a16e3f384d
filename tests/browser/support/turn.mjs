// A small TURN client (RFC 8489, RFC 8656): what a browser says to the server, with the answers' codes to look at.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

const COOKIE = Buffer.from([0x21, 0x12, 0xa4, 0x42]);
const HEADER = 20;
const INTEGRITY_BYTES = 24;
const ANSWER_MS = 10_000;
const ALLOCATE = 0x003;
const REFRESH = 0x004;
const CREATE_PERMISSION = 0x008;
const SUCCESS = 0x100;
const [USERNAME, INTEGRITY, ERROR, LIFETIME, PEER, REALM, NONCE, TRANSPORT] = [6, 8, 9, 0xd, 0x12, 0x14, 0x15, 0x19];
/** Numbers of the transports that an allocation may relay. */
export const UDP = 17;
export const TCP = 6;

/** Name and password as the server makes them, from its secret. */
export function credential(secret, expires, name = 'somebody') {
  const username = `${expires}:${name}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** Where the TURN server of a data folder listens, its secret and its process. */
export async function turnOf(data) {
  const settings = await readFile(join(data, 'turn', 'turnserver.conf'), 'utf8');
  const read = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(settings)?.[1];
  return {
    host: read('listening-ip'),
    port: Number(read('listening-port')),
    tlsPort: Number(read('tls-listening-port')),
    secret: read('static-auth-secret'),
    pid: Number(await readFile(join(data, 'turn', 'turn.pid'), 'utf8')),
  };
}

/** One connection to the server, with at most one allocation. */
export class TurnClient {
  static async open({ host, port }, { username, credential }, by = 'udp') {
    const client = new TurnClient();
    Object.assign(client, { username, password: credential, waiting: new Map(), rest: Buffer.alloc(0) });
    if (by === 'udp') {
      const socket = createSocket('udp4').on('message', (bytes) => client.take(bytes));
      socket.connect(port, host);
      await once(socket, 'connect');
      client.write = (bytes) => socket.send(bytes);
      client.close = () => socket.close();
    } else {
      const socket = connect(port, host).on('data', (bytes) => client.stream(bytes));
      await once(socket, 'connect');
      // A server that ends takes its connections with it: whoever asks on one hears nothing, and says so.
      socket.on('error', () => socket.destroy());
      client.write = (bytes) => socket.write(bytes);
      client.close = () => socket.destroy();
    }
    return client;
  }

  /** Asks for an allocation; answers 0, or the code of the refusal. */
  async allocate(transport = UDP) {
    return this.ask(ALLOCATE, [[TRANSPORT, Buffer.from([transport, 0, 0, 0])]]);
  }

  /** Keeps the allocation for so many seconds more. */
  async refresh(seconds = 600) {
    const lifetime = Buffer.alloc(4);
    lifetime.writeUInt32BE(seconds);
    return this.ask(REFRESH, [[LIFETIME, lifetime]]);
  }

  /** Asks to be let through to a peer. */
  async permit(ip) {
    const address = Buffer.from(ip.split('.').map(Number)).map((byte, at) => byte ^ COOKIE[at]);
    const port = Buffer.from([0x23 ^ COOKIE[0], 0x28 ^ COOKIE[1]]);
    return this.ask(CREATE_PERMISSION, [[PEER, Buffer.concat([Buffer.from([0, 1]), port, address])]]);
  }

  /** The server says its realm and nonce to whoever comes without; then the same again, signed. */
  async ask(method, attributes) {
    let answer = await this.send(method, attributes);
    for (let again = 0; again < 2 && (answer.code === 401 || answer.code === 438); again += 1) {
      const signed = this.nonce !== undefined && answer.code === 401;
      this.realm = answer.attributes.get(REALM);
      this.nonce = answer.attributes.get(NONCE);
      // Refused though it was signed: that is the answer.
      if (signed) break;
      answer = await this.send(method, attributes);
    }
    return answer.code;
  }

  async send(method, attributes) {
    const all = [...attributes];
    if (this.nonce) all.push([USERNAME, Buffer.from(this.username)], [REALM, this.realm], [NONCE, this.nonce]);
    const body = Buffer.concat(all.map(([kind, value]) => attribute(kind, value)));
    const id = randomBytes(12);
    const header = Buffer.alloc(HEADER);
    header.writeUInt16BE(method, 0);
    COOKIE.copy(header, 4);
    id.copy(header, 8);
    header.writeUInt16BE(body.length + (this.nonce ? INTEGRITY_BYTES : 0), 2);
    let message = Buffer.concat([header, body]);
    if (this.nonce) {
      const key = createHash('md5').update(`${this.username}:${this.realm}:${this.password}`).digest();
      message = Buffer.concat([message, attribute(INTEGRITY, createHmac('sha1', key).update(message).digest())]);
    }
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to method ${method}`)), ANSWER_MS);
      this.waiting.set(id.toString('hex'), (answer) => (clearTimeout(late), resolve(answer)));
      this.write(message);
    });
  }

  stream(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    while (this.rest.length >= HEADER) {
      const size = HEADER + this.rest.readUInt16BE(2);
      if (this.rest.length < size) return;
      this.take(this.rest.subarray(0, size));
      this.rest = this.rest.subarray(size);
    }
  }

  take(bytes) {
    const id = bytes.subarray(8, HEADER).toString('hex');
    const attributes = new Map();
    for (let at = HEADER; at + 4 <= bytes.length; ) {
      const size = bytes.readUInt16BE(at + 2);
      attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size + ((4 - (size % 4)) % 4);
    }
    const error = attributes.get(ERROR);
    const success = (bytes.readUInt16BE(0) & 0x110) === SUCCESS;
    this.waiting.get(id)?.({ code: success ? 0 : error[2] * 100 + error[3], attributes });
    this.waiting.delete(id);
  }
}

function attribute(kind, value) {
  const bytes = Buffer.alloc(4 + value.length + ((4 - (value.length % 4)) % 4));
  bytes.writeUInt16BE(kind, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}
