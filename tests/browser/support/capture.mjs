// Reads a capture of whole IP packets, in the libpcap file format.

const MAGIC = 0xa1b2c3d4;
const RAW_IP = 101;
const [FILE_HEADER, RECORD_HEADER] = [24, 16];
const NAMES = new Map([[6, 'tcp'], [17, 'udp']]);

/** Every packet, in the order in which they passed. What is not IPv4 has a protocol of 0 and no ends. */
export function readCapture(file) {
  if (file.readUInt32LE(0) !== MAGIC || file.readUInt32LE(20) !== RAW_IP) throw new Error('this is no capture of IP packets');
  const packets = [];
  for (let at = FILE_HEADER; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    packets.push(read(file.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length)));
    at += RECORD_HEADER + length;
  }
  return packets;
}

function read(packet) {
  if (packet[0] >> 4 !== 4) return { protocol: 0, bytes: packet };
  const header = (packet[0] & 15) * 4;
  const protocol = NAMES.get(packet[9]) ?? packet[9];
  const [from, to] = [12, 16].map((at) => packet.subarray(at, at + 4).join('.'));
  // A TCP header says its own length; a UDP header has eight bytes; of anything else everything is looked at.
  const own = { tcp: (packet[header + 12] >> 4) * 4, udp: 8 }[protocol] ?? 0;
  const [fromPort, toPort] = own ? [packet.readUInt16BE(header), packet.readUInt16BE(header + 2)] : [0, 0];
  return { protocol, from, to, fromPort, toPort, bytes: packet.subarray(header + own) };
}
