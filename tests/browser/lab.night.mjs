// Calls over bad networks, in the network laboratory: loss and delay, a thin line, ten seconds of nothing, another
// address in the middle of the call. Rows X9, B3. Needs root.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { BUYER, SELLER, answerCall, button, call, inCall } from './support/actions.mjs';
import { Lab } from './support/lab.mjs';
import { anew, clock, heardAgain, listen, longestGap, silentFor, watch } from './support/line.mjs';
import { until } from './support/wait.mjs';

const SEED = 7;
/** The longest run of silent 10-ms pieces; the sender's own tone pauses for 100 ms. */
const SILENT_MS = 200;
const FROZEN = 0.02;
const BACK_MS = 5_000;
const BLACKOUT_MS = 10_000;
const WATCH_MS = 30_000;
const BAD = { loss: 0.05, delay_ms: 150 };

let lab;
let server;
let seller;
let buyer;

beforeEach(async () => {
  lab = await Lab.open(['server', 'seller', 'buyer'], { seed: SEED });
  server = await lab.server();
  [seller, buyer] = await Promise.all([lab.person(server, 'seller'), lab.person(server, 'buyer')]);
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  for (const person of [seller, buyer]) {
    await button(person, 'Camera on').click();
    await person.page.evaluate(listen);
  }
  for (const person of [seller, buyer]) await settled(person);
});

afterEach(async () => {
  await Promise.all([seller, buyer].map((person) => person?.close()));
  await server?.remove();
  await lab?.close();
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

test('X9: 5% loss and 150 ms each way: no hole in the sound, hardly a frozen picture', async (t) => {
  await lab.line('buyer', BAD);
  const [there, here] = await Promise.all([watch(buyer, WATCH_MS), watch(seller, WATCH_MS)]);
  t.diagnostic(JSON.stringify({ there, here }));
  for (const [who, seen] of [['buyer', there], ['seller', here]]) {
    assert.ok(seen.silent_ms <= SILENT_MS, `${who}: ${seen.silent_ms} ms of silence`);
    assert.ok(seen.frozen <= FROZEN, `${who}: frozen for ${(seen.frozen * 100).toFixed(1)}% of the time`);
  }
});

test('X9: 300 kbit/s upwards: the sound stays whole, the picture gives way', async (t) => {
  await lab.line('buyer', { rate_kbps: 300 }, 'up');
  await until('the picture has given way', async () => (await watch(buyer, 2_000)).sent_kbps < 300, { patience: 60_000 });
  const [here, there] = await Promise.all([watch(seller, WATCH_MS), watch(buyer, WATCH_MS)]);
  t.diagnostic(JSON.stringify({ here, there }));
  assert.ok(here.silent_ms <= SILENT_MS, `${here.silent_ms} ms of silence`);
  assert.ok(there.silent_ms <= SILENT_MS, `the other way: ${there.silent_ms} ms of silence`);
  assert.ok(here.frames_per_s > 1, `the picture still moves: ${here.frames_per_s} a second`);
});

test('B3: after ten seconds without any network both hear each other within five', async (t) => {
  await lab.line('buyer', { cut: true });
  await until('ten seconds of nothing', async () => (await silentFor(seller)) >= BLACKOUT_MS);
  const since = await Promise.all([clock(seller), clock(buyer)]);
  await lab.line('buyer');
  const back = await Promise.all([heardAgain(seller, since[0]), heardAgain(buyer, since[1])]);
  t.diagnostic(JSON.stringify({ back_ms: back.map(Math.round) }));
  for (const ms of back) assert.ok(ms <= BACK_MS, `${ms} ms`);
  await settled(seller);
  assert.equal(await recordings(), 1);
});

test('B3: another address in the call: both hear each other within five seconds, in one recording', async (t) => {
  const packets = async () => (await lab.count()).find(({ from, to }) => from === 'buyer' && to === 'server').media_bytes;
  await Promise.all([anew(seller), anew(buyer)]);
  await lab.changeAddress('buyer');
  const before = await packets();
  // What stood on the old address is gone for good, so whatever comes now came by the new one.
  await until('media flows from the new address', async () => (await packets()) > before + 50_000);
  await Promise.all([settledSound(seller), settledSound(buyer)]);
  const gaps = await Promise.all([longestGap(seller), longestGap(buyer)]);
  t.diagnostic(JSON.stringify({ gaps_ms: gaps }));
  for (const ms of gaps) assert.ok(ms <= BACK_MS, `${ms} ms without sound`);
  await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
  assert.equal(await recordings(), 1);
});
