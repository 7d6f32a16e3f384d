// Calls over bad networks, in the network laboratory: loss and delay, a thin line, ten seconds of nothing, another
// address in the middle of the call; recorded calls through the relay, and private ones from browser to browser. What
// passes the server's interface in a private call. Row X9. Needs root.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  BUYER, SELLER, answerCall, button, call, inCall, inPrivate, mode, record, safetyCode,
} from './support/actions.mjs';
import { Lab } from './support/lab.mjs';
import { anew, clock, heardAgain, listen, longestGap, silentFor, watch } from './support/line.mjs';
import { carried, counted, kind } from './support/packets.mjs';
import { pairs } from './support/paths.mjs';
import { overhear, plainPieces, readable } from './support/plain.mjs';
import { turnOf } from './support/turn.mjs';
import { until } from './support/wait.mjs';

const SEED = 7;
/** The longest run of silent 10-ms pieces; the sender's own tone pauses for 100 ms. */
const SILENT_MS = 200;
const FROZEN = 0.02;
/** Pictures a second of a picture that moves: this film at 1 Mbit/s has twice as many. */
const MOVING = 4;
const BACK_MS = 5_000;
const BLACKOUT_MS = 10_000;
const WATCH_MS = 30_000;
/** A bad line is noticed within this time … */
const NOTICE_MS = 10_000;
/** … after it became longer: at that moment nothing arrives for as long as it became. */
const LONGER_MS = 1_000;
const BAD = { loss: 0.05, delay_ms: 150 };
/** Packets of media, and pieces of what was said, that a look at a private call must have seen. */
const [ENOUGH, PIECES] = [500, 100];
const ICMPV6 = 58;
const HOP_BY_HOP = 0;
const IPV6_HEADER = 40;

let lab;
let server;
let seller;
let buyer;

const both = (work) => Promise.all([seller, buyer].map(work));

async function open(options = {}) {
  lab = await Lab.open(['server', 'seller', 'buyer'], { seed: SEED });
  server = await lab.server();
  [seller, buyer] = await Promise.all(['seller', 'buyer'].map((name) => lab.person(server, name, options)));
}

async function talk(how) {
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
  await call(seller);
  await answerCall(buyer);
  await both((person) => inCall(person));
  await inPrivate(seller, buyer);
  if (how === 'recorded') await record(seller, buyer);
  await both(async (person) => {
    assert.equal(await mode(person), how);
    await button(person, 'Camera on').click();
    await person.page.evaluate(listen);
  });
  for (const person of [seller, buyer]) await settled(person);
}

afterEach(async () => {
  await Promise.all([seller, buyer].map((person) => person?.close()));
  await server?.remove();
  await lab?.close();
  lab = server = seller = buyer = undefined;
});

/** Waits until the other's voice comes without holes and the picture fills what it may: 1 Mbit/s or near it. */
async function settled(person, kbps = 900) {
  await until(`${person.name} receives sound and a picture at its full rate`, async () => {
    const seen = await watch(person, 2_000);
    return seen.silent_ms < SILENT_MS && seen.received_kbps > kbps;
  }, { patience: 90_000 });
}

/** Waits until the other's voice comes without holes. */
async function settledSound(person) {
  await until(`${person.name} hears without holes`, async () => (await watch(person, 1_000)).silent_ms < SILENT_MS);
}

async function recordings() {
  const { events } = await seller.snapshot();
  return events.filter(({ body }) => body.type === 'recording_started').length;
}

for (const how of ['recorded', 'private']) {
  const kept = how === 'recorded' ? 1 : 0;

  test(`${how}: 5% loss and 150 ms each way: no hole in the sound, hardly a frozen picture`, async (t) => {
    await open();
    await talk(how);
    await lab.line('buyer', BAD);
    await both((person) => watch(person, LONGER_MS));
    // How long it takes both pages to notice is told, and only the sound judged: pictures freeze until they wait for
    // what is sent again.
    const begun = await both((person) => watch(person, NOTICE_MS));
    for (const seen of begun) assert.ok(seen.silent_ms <= SILENT_MS, `at first ${seen.silent_ms} ms of silence`);
    const [there, here] = await Promise.all([watch(buyer, WATCH_MS), watch(seller, WATCH_MS)]);
    t.diagnostic(JSON.stringify({ begun, there, here }));
    for (const [who, seen] of [['buyer', there], ['seller', here]]) {
      assert.ok(seen.silent_ms <= SILENT_MS, `${who}: ${seen.silent_ms} ms of silence`);
      assert.ok(seen.frozen <= FROZEN, `${who}: frozen for ${(seen.frozen * 100).toFixed(1)}% of the time`);
      assert.ok(seen.frames_per_s > MOVING, `${who}: ${seen.frames_per_s} pictures a second`);
    }
  });

  test(`${how}: 300 kbit/s upwards: the sound stays whole, the picture gives way`, async (t) => {
    await open();
    await talk(how);
    await lab.line('buyer', { rate_kbps: 300 }, 'up');
    await until('the picture has given way', async () => (await watch(buyer, 2_000)).sent_kbps < 300, { patience: 60_000 });
    const [here, there] = await Promise.all([watch(seller, WATCH_MS), watch(buyer, WATCH_MS)]);
    t.diagnostic(JSON.stringify({ here, there }));
    assert.ok(here.silent_ms <= SILENT_MS, `${here.silent_ms} ms of silence`);
    assert.ok(there.silent_ms <= SILENT_MS, `the other way: ${there.silent_ms} ms of silence`);
    assert.ok(here.frames_per_s > 1, `the picture still moves: ${here.frames_per_s} a second`);
  });

  test(`${how}: after ten seconds without any network both hear each other within five`, async (t) => {
    await open();
    await talk(how);
    await lab.line('buyer', { cut: true });
    await until('ten seconds of nothing', async () => (await silentFor(seller)) >= BLACKOUT_MS);
    const since = await both(clock);
    await lab.line('buyer');
    const back = await Promise.all([heardAgain(seller, since[0]), heardAgain(buyer, since[1])]);
    t.diagnostic(JSON.stringify({ back_ms: back.map(Math.round) }));
    for (const ms of back) assert.ok(ms <= BACK_MS, `${ms} ms`);
    await settled(seller);
    assert.equal(await recordings(), kept);
  });

  test(`${how}: another address in the call: both hear each other within five seconds, in one call`, async (t) => {
    await open();
    await talk(how);
    const other = how === 'recorded' ? 'server' : 'seller';
    const packets = async () => (await lab.count()).find(({ from, to }) => from === 'buyer' && to === other).media_bytes;
    await both(anew);
    await lab.changeAddress('buyer');
    const before = await packets();
    // What stood on the old address is gone for good, so whatever comes now came by the new one.
    await until('media flows from the new address', async () => (await packets()) > before + 50_000);
    await both(settledSound);
    const gaps = await both(longestGap);
    t.diagnostic(JSON.stringify({ gaps_ms: gaps }));
    for (const ms of gaps) assert.ok(ms <= BACK_MS, `${ms} ms without sound`);
    await button(seller, 'Hang up').click();
    await button(seller, 'Call').waitFor();
    assert.equal(await recordings(), kept);
  });
}

test('X9: a capture on the server’s interface during a private call through TURN holds no media that could be read', async (t) => {
  await open({ ear: true });
  await both(async (person) => {
    await overhear(person);
    await person.page.reload();
    await person.page.evaluate(() => localStorage.setItem('orderline.hide_address', 'yes'));
  });
  await until('TURN answers', async () => (await seller.read('/api/ice')).ice_servers.length > 0);
  await lab.capture('server');
  await talk('private');
  await both(async (person) => assert.deepEqual((await pairs(person)).at(-1).types, ['relay', 'relay']));
  const codes = await both((person) => safetyCode(person));
  assert.equal(codes[0], codes[1]);
  const packets = await lab.captureEnd();

  const turn = await turnOf(server.data);
  const at = (port) => ({ fromPort, toPort }) => fromPort === port || toPort === port;
  const rest = packets.filter((it) => !(it.protocol === 'tcp' && at(server.port)(it)));
  assert.ok(rest.length < packets.length, 'the pages were loaded through the same interface');
  // Browsers try TURN over TLS too, and every interface looks for IPv6 neighbours, with or without options for routers.
  const isTurn = (it) => at(turn.port)(it) || (it.protocol === 'tcp' && at(turn.tlsPort)(it));
  const isNeighbours = ({ protocol, bytes }) =>
    protocol === 0 && bytes[0] >> 4 === 6 && (bytes[6] === ICMPV6 || (bytes[6] === HOP_BY_HOP && bytes[IPV6_HEADER] === ICMPV6));
  const toTurn = rest.filter(isTurn);
  const others = rest.filter((it) => !isTurn(it) && !isNeighbours(it));
  const strange = others.filter(({ bytes }) => kind(bytes) !== 'stun');
  assert.deepEqual(strange.map(({ bytes, ...it }) => [JSON.stringify(it), bytes.length, bytes.subarray(0, 48).toString('hex')]), [], 'checks, and nothing else');
  assert.deepEqual(toTurn.filter(({ protocol, bytes }) => protocol === 'udp' && !['stun', 'channel'].includes(kind(bytes))), []);
  const inside = toTurn.filter(({ protocol }) => protocol === 'udp').map(({ bytes }) => carried(bytes)).filter((bytes) => bytes !== undefined);
  const found = counted(inside);
  t.diagnostic(JSON.stringify({ packets: packets.length, turn: toTurn.length, inside: found }));
  assert.deepEqual(Object.keys(found).filter((it) => !['stun', 'dtls', 'rtp'].includes(it)), []);
  assert.ok(found.dtls > 0 && found.rtp > ENOUGH, 'keys were agreed on, and media passed');
  const pieces = (await both(plainPieces)).flat();
  assert.ok(pieces.length >= PIECES);
  const all = packets.map(({ bytes }) => bytes);
  assert.equal(readable(all, pieces), undefined, 'nothing that was said can be read');
  assert.equal(readable([...all, pieces[0]], pieces), pieces[0], 'the same look finds what is not encrypted');
});
