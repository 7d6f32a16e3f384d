// Private calls of people who hide their addresses: everything goes through TURN, over UDP and over TCP, and what passes
// the server's ports meanwhile is STUN and what nobody there can read. The server's ports are reached through places in
// front of them that keep every packet. Row X9.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import {
  BUYER, SELLER, answerCall, becomes, button, call, inCall, mode, record, safetyCode,
} from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { addresses, carried, counted, kind } from './support/packets.mjs';
import { pairs } from './support/paths.mjs';
import { Person } from './support/person.mjs';
import { behindWires, metric } from './support/places.mjs';
import { overhear, plainPieces, readable } from './support/plain.mjs';
import { hears, sees } from './support/senses.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

/** Packets of media that must have passed each way before what they hold is looked at. */
const ENOUGH = 200;
/** Pieces of sound and picture, as they were before encryption, that are looked for in the packets. */
const PIECES = 100;

let open = {};

afterEach(async () => {
  const { server, media, turn, people = [] } = open;
  open = {};
  await Promise.all(people.map((person) => person.close()));
  [media, turn].forEach((wire) => wire?.close());
  await server?.remove();
});

/** A server behind wires, and the two in their thread. `turn` says by what its TURN is reached. */
async function begin({ turn, options } = {}) {
  const { server, wires } = await behindWires({ turn, options });
  open = { server, ...wires };
  open.people = await Promise.all(['seller', 'buyer'].map((name) => Person.open(open.server, name, { ear: true })));
  const [seller, buyer] = open.people;
  await until('TURN answers', async () => (await seller.read('/api/ice')).ice_servers.length > 0);
  await both(async (person) => {
    await overhear(person);
    await person.page.reload();
  });
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
  return { seller, buyer };
}

const both = (work) => Promise.all(open.people.map(work));
const hearEachOther = ({ seller, buyer }) => Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);

async function talk({ seller, buyer }) {
  await call(seller);
  await answerCall(buyer);
  await both((person) => inCall(person));
  await both((person) => becomes(person, 'private'));
}

async function hangUp(seller) {
  await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
}

/** The box behind the badge with which a person hides their address. */
async function hideBox(person) {
  if (await person.page.locator('#call-mode').isHidden()) await person.page.locator('.pill.mode').click();
  return person.page.getByLabel(/^Hide my internet address/);
}

/** Waits until this person's media go from relay to relay, by `by`. */
const relayed = (person, by) =>
  until(`${person.name}'s media go through TURN over ${by}`, async () => {
    const way = (await pairs(person)).at(-1);
    if (way?.types.join() === 'relay,relay' && way.by === by && way.bytes > 0) return way;
    throw new Error(JSON.stringify(way));
  });

/** Both hear and see each other, and see one code. */
async function whole({ seller, buyer }) {
  await hearEachOther({ seller, buyer });
  await both(async (person) => {
    const on = button(person, 'Camera on');
    if (await on.isVisible()) await on.click();
  });
  await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(seller, SIDES.buyer, CAMERA_LOOP)]);
  const codes = await both((person) => safetyCode(person));
  assert.match(codes[0], /^\d{3} \d{3}$/);
  assert.equal(codes[0], codes[1], 'both see the same code');
}

/** The files that the recorder has on disk. */
async function spooled() {
  const files = await readdir(join(open.server.data, 'spool'), { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return files.filter((file) => file.isFile()).map(({ name }) => name);
}

const counts = (name) => metric(open.server, name);

/** Looks at all that passed the server's ports in a private stretch of a call, against what was said in it. */
async function unreadable(t, packets) {
  const { media, turn } = packets;
  assert.deepEqual(media.map(({ bytes }) => kind(bytes)).filter((it) => it !== 'stun'), [], 'the relay gets no media');
  const strange = turn.filter(({ bytes }) => !['stun', 'channel'].includes(kind(bytes)));
  assert.deepEqual(strange.map(({ bytes }) => bytes.subarray(0, 4)), [], 'TURN’s own messages alone');
  const inside = turn.map(({ way, bytes }) => ({ way, bytes: carried(bytes) })).filter(({ bytes }) => bytes !== undefined);
  const found = counted(inside.map(({ bytes }) => bytes));
  t.diagnostic(JSON.stringify({ turn: counted(turn.map(({ bytes }) => bytes)), inside: found, relay: counted(media.map(({ bytes }) => bytes)) }));
  assert.deepEqual(Object.keys(found).filter((it) => !['stun', 'dtls', 'rtp'].includes(it)), [], 'checks, DTLS and SRTP alone');
  assert.ok(found.dtls > 0, 'the browsers agreed on keys');
  for (const way of ['in', 'out']) {
    const passed = inside.filter((it) => it.way === way && kind(it.bytes) === 'rtp').length;
    assert.ok(passed >= ENOUGH, `${passed} packets of media went ${way}`);
  }
  const spoken = turn.map(({ bytes }) => addresses(bytes));
  const relayedFor = new Set(spoken.flatMap((it) => it.relayed));
  const elsewhere = spoken.flatMap((it) => it.peers).filter((peer) => !relayedFor.has(peer));
  assert.deepEqual(elsewhere, [], 'TURN leads to TURN alone, and to no port of the server');

  const pieces = (await both(plainPieces)).flat();
  assert.ok(pieces.length >= PIECES, `${pieces.length} pieces of what was said`);
  const all = [...turn, ...media].map(({ bytes }) => bytes);
  assert.equal(readable(all, pieces), undefined, 'nothing that was said can be read');
  // The same look finds what is not encrypted.
  const plain = Buffer.concat([Buffer.from([0x40, 0, 0, 40, 0x80, 111]), Buffer.alloc(10, 7), pieces[0], Buffer.alloc(12, 7)]);
  assert.equal(readable([...all, plain], pieces), pieces[0]);
}

const taken = () => ({ media: open.media.taken(), turn: open.turn.taken() });

test('X9: both hide their addresses: through TURN over UDP, and the server sees STUN and ciphertext alone', async (t) => {
  const people = await begin({ turn: ['udp'] });
  const { seller, buyer } = people;
  await talk(people);
  await hearEachOther(people);
  // In the call, while they talk: the way changes and the call goes on.
  await both(async (person) => (await hideBox(person)).check());
  await both((person) => relayed(person, 'udp'));
  await whole(people);
  await hangUp(seller);

  // A call that is hidden from its first second. From here on everything is looked at.
  await until('nobody is at the relay', async () => (await counts('orderline_media_legs')) === 0);
  const before = await counts('orderline_media_bytes_in_total');
  taken();
  await both(plainPieces);
  await talk(people);
  await both((person) => relayed(person, 'udp'));
  await both(async (person) => assert.deepEqual((await pairs(person)).at(-1).told, ['relay'], 'only TURN’s address was told'));
  await whole(people);
  await hearEachOther(people);
  await unreadable(t, taken());
  assert.equal(await counts('orderline_media_bytes_in_total'), before, 'the relay counts nothing');
  assert.deepEqual(await spooled(), []);

  // Recorded the relay's port is used, through the same place; then private again, and it is still.
  await record(seller, buyer);
  await hearEachOther(people);
  assert.ok(counted(taken().media.map(({ bytes }) => bytes)).rtp > ENOUGH, 'what goes to the relay is seen');
  await button(seller, 'End contract talk').click();
  await both((person) => becomes(person, 'private'));
  await until('nobody is at the relay', async () => (await counts('orderline_media_legs')) === 0);
  await until('the recording has left the spool', async () => (await spooled()).length === 0);
  const kept = taken();
  assert.ok(kept.turn.some(({ bytes }) => kind(carried(bytes) ?? Buffer.alloc(0)) === 'dtls'), 'they met anew');
  await both(plainPieces);
  await hearEachOther(people);
  const again = taken();
  await unreadable(t, { ...again, turn: [...kept.turn, ...again.turn] });
  assert.deepEqual(await spooled(), []);
  await hangUp(seller);
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});

test('X9: where UDP does not get through, TURN over TCP carries a private call, and the check says so', async (t) => {
  const people = await begin({ turn: ['tcp'] });
  const { seller, buyer } = people;
  await button(seller, 'Check my devices').click();
  const check = seller.page.getByRole('dialog', { name: 'Check before the call' });
  await check.getByText('The detour is reached from here, but only over TCP', { exact: false }).waitFor();
  await check.getByRole('button', { name: 'Close' }).click();
  await both((person) => person.page.evaluate(() => localStorage.setItem('orderline.hide_address', 'yes')));
  taken();
  await talk(people);
  await both((person) => relayed(person, 'tcp'));
  await whole(people);
  await hearEachOther(people);
  const seen = taken();
  assert.ok(seen.turn.every(({ by }) => by === 'tcp'));
  await unreadable(t, seen);
  assert.deepEqual(await spooled(), []);
  await hangUp(seller);
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});

test('X9: one hides, the other does not: the hidden address is told to nobody', async () => {
  const people = await begin({ turn: ['udp'] });
  const { seller, buyer } = people;
  await buyer.page.evaluate(() => localStorage.setItem('orderline.hide_address', 'yes'));
  await talk(people);
  await whole(people);
  const [[there], [back]] = await both(pairs);
  assert.equal(back.types[0], 'relay', 'the buyer sends through TURN');
  assert.deepEqual(there.told, ['relay'], 'the seller’s page knows TURN’s address alone');
  assert.equal(await mode(seller), 'private');
  await hangUp(seller);
});

test('X9: the operator hides everybody’s addresses, and both still see one code', async () => {
  const people = await begin({ turn: ['udp'], options: ['--turn-only'] });
  const { seller } = people;
  await talk(people);
  await both((person) => relayed(person, 'udp'));
  await whole(people);
  await both(async (person) => {
    const box = await hideBox(person);
    assert.ok((await box.isChecked()) && (await box.isDisabled()), 'nobody can choose otherwise');
    await person.page.getByText('Addresses are hidden for everybody here.', { exact: false }).waitFor();
  });
  await hangUp(seller);
  open.turn.close();
  await button(seller, 'Check my devices').click();
  const check = seller.page.getByRole('dialog', { name: 'Check before the call' });
  await check.getByText('and here every private call has to take it', { exact: false }).waitFor();
});

test('without TURN the check says what that means', async () => {
  open.server = await Server.start({ options: ['--no-turn'] });
  const seller = await Person.open(open.server, 'seller');
  open.people = [seller];
  await seller.openThread(BUYER);
  await button(seller, 'Check my devices').click();
  const check = seller.page.getByRole('dialog', { name: 'Check before the call' });
  await check.getByText('No detour is there now. Private calls work', { exact: false }).waitFor();
});
