// X13: a running call goes to a colleague of the seller: recorded in one recording, private from browser to browser,
// and declined.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import {
  BUYER, COLLEAGUE, SELLER, answerCall, button, call, inCall, inPrivate, mode, record, safetyCode,
} from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, COLLEAGUE_HZ, SELLER_HZ, SIDES } from './support/devices.mjs';
import { sound, toneLevel } from './support/ffmpeg.mjs';
import { pair } from './support/pair.mjs';
import { hears, sees } from './support/senses.mjs';
import { until } from './support/wait.mjs';

const NOTE = 'She wants the Saturday course';
const CLEARLY_DB = 20;

const { server, seller, buyer, colleague, compliance } = await pair({
  others: { colleague: {}, compliance: { devices: false } },
});

beforeEach(async () => {
  for (const person of [seller, colleague]) {
    if (await button(person, 'Hang up').isVisible()) await button(person, 'Hang up').click();
  }
  await button(seller, 'Call').waitFor();
});

const recordings = async () => (await compliance.read('/api/recordings')).items;

async function events(kind, than) {
  const { events } = await seller.snapshot();
  return events.filter((event) => event.body.type === kind && event.seq > than);
}

async function talk() {
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await inPrivate(seller, buyer);
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  return (await seller.snapshot()).seq;
}

/** The seller asks the colleague, whose page rings with who asks, about whom, and the note. */
async function ask() {
  await button(seller, 'Hand over').click();
  await seller.page.getByLabel('A note for your colleague', { exact: false }).fill(NOTE);
  await seller.page.getByText('Here now').first().waitFor();
  await button(seller, `Ask ${COLLEAGUE}`).click();
  const ring = colleague.page.getByRole('alertdialog');
  await ring.waitFor();
  const words = await ring.innerText();
  for (const wanted of [SELLER, BUYER, NOTE]) assert.ok(words.includes(wanted), `${words} names ${wanted}`);
  return ring;
}

test('X13: a recorded call is handed over: three hear each other, the first leaves, one recording has all voices', async (t) => {
  const before = await talk();
  const known = (await recordings()).length;
  await record(seller, buyer);
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  const ring = await ask();
  assert.match(await ring.innerText(), /recorded/);
  await ring.getByRole('button', { name: 'Join the call' }).click();
  await inCall(colleague);
  await buyer.page.getByText(`${COLLEAGUE} has joined the call`, { exact: false }).first().waitFor();
  // Everyone hears everyone.
  await Promise.all([
    hears(buyer, COLLEAGUE_HZ, BUYER_HZ),
    hears(seller, COLLEAGUE_HZ, SELLER_HZ),
    hears(colleague, BUYER_HZ, COLLEAGUE_HZ),
  ]);
  await Promise.all([
    hears(buyer, SELLER_HZ, BUYER_HZ),
    hears(seller, BUYER_HZ, SELLER_HZ),
    hears(colleague, SELLER_HZ, COLLEAGUE_HZ),
  ]);
  for (const person of [seller, colleague]) await button(person, 'Camera on').click();
  await Promise.all([sees(buyer, SIDES.seller, CAMERA_LOOP), sees(buyer, SIDES.colleague, CAMERA_LOOP)]);
  await Promise.all([sees(seller, SIDES.colleague, CAMERA_LOOP), sees(colleague, SIDES.seller, CAMERA_LOOP)]);

  await button(seller, `Leave the call to ${COLLEAGUE}`).click();
  await seller.page.getByText('You left the call', { exact: false }).first().waitFor();
  assert.equal(await button(seller, 'Hang up').isVisible(), false);
  await hears(buyer, COLLEAGUE_HZ, SELLER_HZ);
  await hears(colleague, BUYER_HZ, SELLER_HZ);
  await sees(buyer, SIDES.colleague, CAMERA_LOOP);
  await buyer.page.getByText(`You talk with ${COLLEAGUE} now`, { exact: false }).first().waitFor();
  assert.equal(await mode(buyer), 'recorded');
  const [joined] = await events('call_joined', before);
  const [left] = await events('call_left', before);
  assert.ok(joined && left && joined.seq < left.seq);
  await colleague.page.getByText(`${COLLEAGUE} joined the call`).first().waitFor();

  // The colleague may act in the thread from now on, and ends the call.
  await colleague.page.locator('#offer-product').waitFor();
  await button(colleague, 'Hang up').click();
  await button(seller, 'Call').waitFor();
  assert.equal((await events('recording_started', before)).length, 1);
  const done = async () => (await recordings()).filter(({ phase }) => phase === 'ready');
  await until('the one recording is ready', async () => (await done()).length === known + 1, { patience: 90_000 });
  assert.equal((await recordings()).length, known + 1, 'one recording');
  const [row] = await done();
  assert.equal(row.seller, `${SELLER}, ${COLLEAGUE}`);
  const play = await compliance.page.evaluate(async (recording) => {
    const answer = await fetch(`/api/recordings/${recording}/plays`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'Check of a call that was handed over' }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }, row.recording);
  assert.deepEqual(play.people, [[0, SELLER], [1, BUYER], [2, COLLEAGUE]]);
  const track = play.tracks.find(({ kind }) => kind === 'audio');
  const path = join(server.data, 'check-handed-over.webm');
  await writeFile(path, await compliance.download(track.url));
  const { left: sellers, right } = await sound(path);
  for (const hertz of [SELLER_HZ, COLLEAGUE_HZ]) {
    const level = toneLevel(sellers, hertz);
    t.diagnostic(`left ${hertz} Hz: ${level} dB`);
    assert.ok(level > -50 && level - toneLevel(right, hertz) >= CLEARLY_DB, `${hertz} Hz is on the seller's side: ${level} dB`);
  }
  const level = toneLevel(right, BUYER_HZ);
  assert.ok(level > -50 && level - toneLevel(sellers, BUYER_HZ) >= CLEARLY_DB, `the buyer is on the right: ${level} dB`);
  assert.ok(play.tracks.some(({ kind, seat }) => kind === 'camera' && seat === 2), "the colleague's camera is in it");
});

test('X13: a private call is handed over from browser to browser, with a new code for both', async () => {
  await talk();
  const known = (await recordings()).length;
  const [old] = await Promise.all([safetyCode(seller), safetyCode(buyer)]);
  const ring = await ask();
  assert.match(await ring.innerText(), /private and not recorded/);
  await ring.getByRole('button', { name: 'Join the call' }).click();
  await inCall(colleague);
  await seller.page.getByText('You left the call', { exact: false }).first().waitFor();
  await Promise.all([hears(buyer, COLLEAGUE_HZ, BUYER_HZ), hears(colleague, BUYER_HZ, COLLEAGUE_HZ)]);
  await buyer.page.getByText(`You talk with ${COLLEAGUE} now`, { exact: false }).first().waitFor();
  const codes = await until('both see the new code', async () => {
    const codes = await Promise.all([safetyCode(buyer), safetyCode(colleague)]);
    return codes[0] === codes[1] && codes[0] !== old && codes;
  });
  assert.match(codes[0], /^\d{3} \d{3}$/);
  for (const person of [buyer, colleague]) assert.equal(await mode(person), 'private');
  await button(colleague, 'Hang up').click();
  await button(seller, 'Call').waitFor();
  assert.equal((await recordings()).length, known, 'nothing of it was recorded');
});

test('the colleague declines with a reason; the seller reads it and talks on', async () => {
  await talk();
  const ring = await ask();
  await ring.getByLabel('Why not', { exact: false }).fill('I am at the counter');
  await ring.getByRole('button', { name: 'Decline' }).click();
  await ring.waitFor({ state: 'detached' });
  await seller.page.getByText(`${COLLEAGUE} cannot take the call over: I am at the counter`).waitFor();
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  // Asked again and withdrawn.
  const again = await ask();
  await button(seller, 'Withdraw').click();
  await again.waitFor({ state: 'detached' });
  await colleague.page.getByText('is no longer handed to you', { exact: false }).waitFor();
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([seller, buyer, colleague, compliance].flatMap((person) => person.problems), []);
});
