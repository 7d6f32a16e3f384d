// Private calls: from browser to browser, with a code that both can compare; to recorded and back while people talk.
// Rows X9, CU1.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import {
  BUYER, answerCall, askToRecord, becomes, button, call, inCall, inPrivate, mode, record, safetyCode,
} from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { NUMBERS } from './support/barcode.mjs';
import { listen, silence } from './support/ear.mjs';
import { pair } from './support/pair.mjs';
import { pairs } from './support/paths.mjs';
import { hears, sees } from './support/senses.mjs';
import { until } from './support/wait.mjs';

/** The longest silence that a change-over may cause, in milliseconds. */
const MOST_SILENCE_MS = 200;

const { server, seller, buyer, compliance } = await pair({
  seller: { share: true, ear: true },
  buyer: { ear: true },
  others: { compliance: { devices: false } },
});

beforeEach(async () => {
  if (await button(seller, 'Hang up').isVisible()) await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
});

const both = (work) => Promise.all([work(seller), work(buyer)]);
const hearEachOther = () => Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);

async function talk() {
  await call(seller);
  await answerCall(buyer);
  await both((person) => inCall(person));
  await inPrivate(seller, buyer);
  await hearEachOther();
}

/** The thread's events of a kind, later than `than`. */
async function events(kind, than) {
  const { events } = await seller.snapshot();
  return events.filter((event) => event.body.type === kind && event.seq > than);
}

const last = async () => (await seller.snapshot()).seq;
const recordings = async () => (await compliance.read('/api/recordings')).items;

/** Everything that recordings have left on disk: the recorder's files, and what is stored. */
async function stored() {
  const found = [];
  for (const place of ['spool', 's3/buckets']) {
    const files = await readdir(join(server.data, place), { recursive: true, withFileTypes: true }).catch((error) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    found.push(...files.filter((file) => file.isFile()).map((file) => file.name));
  }
  return found.toSorted();
}

test('X9, CU1: a private call hears and sees both ways, both see one code, and the server holds nothing of it', async () => {
  await talk();
  const before = await last();
  const [known, files] = [await recordings(), await stored()];
  await both(async (person) => assert.equal(await mode(person), 'private'));
  await both((person) => button(person, 'Camera on').click());
  await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(seller, SIDES.buyer, CAMERA_LOOP)]);
  await button(seller, 'Share screen').click();
  await sees(buyer, SIDES.screen, NUMBERS);
  const codes = await both((person) => safetyCode(person));
  assert.match(codes[0], /^\d{3} \d{3}$/);
  assert.equal(codes[0], codes[1], 'both see the same code');
  const [[there], [back]] = await both(pairs);
  assert.ok(there.bytes > 0 && back.bytes > 0);
  assert.deepEqual([there.to, there.from], [back.from, back.to], 'each sends to the other’s own port');
  await button(seller, 'Hang up').click();
  await until('the end stands in the thread', async () => (await events('call_ended', before)).length === 1);
  assert.equal((await recordings()).length, known.length);
  assert.deepEqual(await stored(), files, 'nothing was written for it');
  assert.deepEqual(await events('recording_started', before), []);
});

test('X9: the buyer refuses; the call goes on privately and the seller reads what that means', async () => {
  await talk();
  const before = await last();
  await buyer.page.locator('#composer').focus();
  const question = await askToRecord(seller, buyer);
  assert.equal(await buyer.page.evaluate(() => document.activeElement.id), 'composer', 'the question takes no focus away');
  await question.getByRole('button', { name: 'Refuse' }).click();
  await seller.page.getByText('an order needs a written confirmation', { exact: false }).first().waitFor();
  await question.waitFor({ state: 'detached' });
  await both(async (person) => assert.equal(await mode(person), 'private'));
  await hearEachOther();
  const [consent] = await events('consent_given', before);
  assert.equal(consent.body.decision, 'declined');
  assert.deepEqual(await events('recording_started', before), []);
});

test('the seller takes the question back', async () => {
  await talk();
  const question = await askToRecord(seller, buyer);
  await button(seller, 'Withdraw').click();
  await question.waitFor({ state: 'detached' });
  await button(seller, 'Start contract talk').waitFor();
});

test('X9: to recorded and back, twice, without a gap in the sound; two recordings', async (t) => {
  await talk();
  const [before, known] = [await last(), (await recordings()).length];
  await both((person) => button(person, 'Camera on').click());
  await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(seller, SIDES.buyer, CAMERA_LOOP)]);
  const [code] = await both((person) => safetyCode(person));
  await both((person) => listen(person));
  for (const round of [1, 2]) {
    await both((person) => silence(person));
    await record(seller, buyer);
    const there = await both((person) => silence(person));
    await hearEachOther();
    await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(seller, SIDES.buyer, CAMERA_LOOP)]);
    await both((person) => silence(person));
    await button(seller, 'End contract talk').click();
    await both((person) => becomes(person, 'private'));
    const back = await both((person) => silence(person));
    for (const { longest, heard } of [...there, ...back]) {
      t.diagnostic(`round ${round}: longest silence ${longest} ms`);
      assert.ok(heard > 0 && longest <= MOST_SILENCE_MS, `round ${round}: ${longest} ms of silence`);
    }
    await hearEachOther();
    await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(seller, SIDES.buyer, CAMERA_LOOP)]);
    const codes = await both((person) => safetyCode(person));
    assert.deepEqual(codes, [code, code], 'the code stays as long as no page was reloaded');
  }
  await button(seller, 'Hang up').click();
  await until('the end stands in the thread', async () => (await events('call_ended', before)).length === 1);
  assert.equal((await events('recording_started', before)).length, 2);
  assert.equal((await events('recording_ended', before)).length, 2);
  await until('both recordings are there', async () => (await recordings()).length === known + 2);
  assert.ok((await stored()).length > 0, 'what is recorded leaves files where nothing of a private call is');
});

test('X9: the buyer stops the recording, and both are told', async () => {
  await talk();
  const before = await last();
  await record(seller, buyer);
  await button(buyer, 'Stop recording').click();
  await seller.page.getByText(`${BUYER} stopped the recording`, { exact: false }).first().waitFor();
  await both((person) => becomes(person, 'private'));
  await hearEachOther();
  const [ended] = await events('recording_ended', before);
  assert.equal(ended.body.by, 'buyer');
});

test('X9: a reload in a private call comes back by itself, with one new code for both', async () => {
  await talk();
  const [before] = await both((person) => safetyCode(person));
  await buyer.page.reload();
  await inCall(buyer);
  await hearEachOther();
  const after = await both((person) => safetyCode(person));
  assert.equal(after[0], after[1]);
  assert.notEqual(after[0], before);
});

test('a reload in the middle of the change-over ends in one recording', async () => {
  await talk();
  const known = (await recordings()).length;
  const question = await askToRecord(seller, buyer);
  await question.getByRole('button', { name: 'Agree to recording' }).click();
  await buyer.page.reload();
  await both((person) => becomes(person, 'recorded'));
  await hearEachOther();
  assert.equal((await recordings()).length, known + 1);
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
