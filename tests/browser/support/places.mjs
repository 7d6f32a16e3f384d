// A server whose calls and TURN are reached through wires alone, and what it counts.
import { Server, freePort } from './server.mjs';
import { turnOf } from './turn.mjs';
import { until } from './wait.mjs';
import { Wire } from './wire.mjs';

/** Where the server is, and where browsers are told that its calls and its TURN are: all addresses of this machine. */
const [INNER, MEDIA, TURN] = ['127.0.0.2', '127.0.0.1', '127.0.0.3'];

/** Starts one. `turn` says by what its TURN is reached. Answers it with the wires to its relay and its TURN. */
export async function behindWires({ turn = ['udp', 'tcp'], options = [] } = {}) {
  const port = await freePort();
  const places = ['--media-udp', `${INNER}:${port}`, '--media-announce', MEDIA, '--turn-host', TURN];
  const server = await Server.start({ options: [...places, ...options] });
  try {
    const far = await until('TURN is set up', () => turnOf(server.data).catch(() => null));
    const media = await Wire.open({ host: MEDIA, port }, { host: INNER, port });
    return { server, wires: { media, turn: await Wire.open({ host: TURN, port: far.port }, far, turn) } };
  } catch (error) {
    await server.remove();
    throw error;
  }
}

/** One of the server's numbers, at most half a second old. */
export async function metric(server, name) {
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
}
