// What a packet is, by RFC 7983 (protocols that share a port), RFC 8489 (STUN) and RFC 8656 (TURN).

const COOKIE = 0x2112a442;
const STUN_HEADER = 20;
const CHANNEL_HEADER = 4;
const [SEND, DATA] = [0x0016, 0x0017];
const [PEER, CONTENT, RELAYED] = [0x0012, 0x0013, 0x0016];
/** DTLS: its share of the first bytes, from where on version 1.3 has a header of its own, and the mark of those before. */
const DTLS = { least: 20, own: 32, most: 63, version: 0xfe };

/** Whether the bytes are a STUN message, whole. */
function isStun(bytes) {
  return bytes.length >= STUN_HEADER && bytes[0] <= 3 && bytes.readUInt32BE(4) === COOKIE &&
    bytes.readUInt16BE(2) + STUN_HEADER === bytes.length;
}

function isDtls(bytes) {
  const [first, second] = bytes;
  return first >= DTLS.least && first <= DTLS.most && (first >= DTLS.own || second === DTLS.version);
}

/** `stun`, `dtls`, `channel`, `rtp` (SRTP and SRTCP look so too) or `unknown`. */
export function kind(bytes) {
  if (isStun(bytes)) return 'stun';
  if (isDtls(bytes)) return 'dtls';
  if (bytes.length >= CHANNEL_HEADER && bytes[0] >= 64 && bytes[0] <= 79) return 'channel';
  if (bytes.length >= 8 && bytes[0] >= 128 && bytes[0] <= 191) return 'rtp';
  return 'unknown';
}

function* attributes(stun) {
  for (let at = STUN_HEADER; at + 4 <= stun.length; ) {
    const [type, size] = [stun.readUInt16BE(at), stun.readUInt16BE(at + 2)];
    yield { type, value: stun.subarray(at + 4, at + 4 + size) };
    at += 4 + size + ((4 - (size % 4)) % 4);
  }
}

/** IPv4 addresses alone: nothing else is spoken in the tests. */
function address(value) {
  const port = value.readUInt16BE(2) ^ (COOKIE >>> 16);
  const ip = (value.readUInt32BE(4) ^ COOKIE) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')}:${port}`;
}

/** What TURN carries in this packet for somebody else, if it does. */
export function carried(bytes) {
  switch (kind(bytes)) {
    case 'channel':
      return bytes.subarray(CHANNEL_HEADER, CHANNEL_HEADER + bytes.readUInt16BE(2));
    case 'stun':
      if (![SEND, DATA].includes(bytes.readUInt16BE(0))) return undefined;
      return [...attributes(bytes)].find(({ type }) => type === CONTENT)?.value;
    default:
      return undefined;
  }
}

/** The addresses that a STUN message speaks of: those of peers, and those that the server relays for. */
export function addresses(bytes) {
  const found = { peers: [], relayed: [] };
  if (kind(bytes) !== 'stun') return found;
  for (const { type, value } of attributes(bytes)) {
    if (type === PEER) found.peers.push(address(value));
    if (type === RELAYED) found.relayed.push(address(value));
  }
  return found;
}

/** Cuts TURN's stream into its messages: `take` is called with each. Channels are padded to four bytes in a stream. */
export function splitStream(take) {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= CHANNEL_HEADER) {
      const channel = rest[0] >= 64 && rest[0] <= 79;
      const size = rest.readUInt16BE(2) + (channel ? CHANNEL_HEADER : STUN_HEADER);
      const padded = size + ((4 - (size % 4)) % 4);
      if (rest.length < padded) return;
      take(rest.subarray(0, size));
      rest = rest.subarray(padded);
    }
  };
}

/** How many packets of each kind there are. */
export function counted(packets) {
  const counts = {};
  for (const bytes of packets) counts[kind(bytes)] = (counts[kind(bytes)] ?? 0) + 1;
  return counts;
}
