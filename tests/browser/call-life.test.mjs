// The ends of a call, what is shown of each other's devices, and coming back. Row CU5.
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { BUYER, SELLER, answerCall, button, call, inCall } from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { pair } from './support/pair.mjs';
import { Person } from './support/person.mjs';
import { hears, sees } from './support/senses.mjs';
import { until } from './support/wait.mjs';

const { server, seller, buyer } = await pair({ inThread: false });

before(() => seller.openThread(BUYER));

beforeEach(() => button(seller, 'Call').waitFor());

/** Waits for the newest event of a kind in the thread, later than `than`. */
async function event(kind, than) {
  return until(`${kind} stands in the thread`, async () => {
    const { events } = await seller.snapshot();
    return events.findLast((event) => event.body.type === kind && event.seq > than);
  }, { patience: 60_000 });
}

const last = async () => (await seller.snapshot()).seq;
const shows = (person, words) => person.page.locator('.stage-who', { hasText: words }).waitFor();

test('rings on a page that shows no thread; declined with a reason', async () => {
  const before = await last();
  await call(seller);
  const ring = buyer.page.getByRole('alertdialog');
  await ring.getByText('Decline with a reason').click();
  await ring.getByRole('textbox').fill('In a meeting until six');
  await ring.getByRole('button', { name: 'Decline', exact: true }).click();
  const declined = await event('call_declined', before);
  assert.equal(declined.body.reason, 'In a meeting until six');
  await seller.page.getByText(`${BUYER} declined the call.`).first().waitFor();
});

test('the ring survives a reload, and goes when the caller takes the call back', async () => {
  const before = await last();
  await call(seller);
  await buyer.page.getByRole('alertdialog').waitFor();
  await buyer.page.reload();
  await buyer.page.getByRole('alertdialog').waitFor();
  await button(seller, 'Cancel').click();
  await event('call_cancelled', before);
  await buyer.page.getByRole('alertdialog').waitFor({ state: 'detached' });
});

test('CU5: each sees the state of the other’s devices; a reload comes back; hanging up from the buyer’s side', async () => {
  const before = await last();
  await call(seller);
  await answerCall(buyer);
  await buyer.openThread(SELLER);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await hears(buyer, SELLER_HZ, BUYER_HZ);
  await button(seller, 'Mute').click();
  await shows(buyer, 'microphone off');
  await button(seller, 'Unmute').click();
  await buyer.page.locator('.stage-who', { hasNotText: 'microphone off' }).waitFor();
  await shows(buyer, 'camera off');
  await button(seller, 'Camera on').click();
  await buyer.page.locator('.stage-who', { hasNotText: 'camera off' }).waitFor();
  await sees(buyer, SIDES.seller, CAMERA_LOOP);
  await button(buyer, 'Mute').click();
  await shows(seller, 'microphone off');
  await button(buyer, 'Unmute').click();
  await seller.page.locator('.stage-who', { hasNotText: 'microphone off' }).waitFor();

  await buyer.page.reload();
  await inCall(buyer);
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  await sees(buyer, SIDES.seller, CAMERA_LOOP);

  await button(buyer, 'Hang up').click();
  const ended = await event('call_ended', before);
  assert.equal(ended.body.reason, 'hung_up_by_buyer');
});

test('closing the tab ends the call', async () => {
  const before = await last();
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await buyer.page.close({ runBeforeUnload: true });
  const ended = await event('call_ended', before);
  assert.equal(ended.body.reason, 'hung_up_by_buyer');
  buyer.page = await buyer.tab('/b/');
});

test('without the microphone the call goes on, and the page says what the other side will notice', async () => {
  const refused = await Person.open(server, 'buyer', { devices: false, allow: false });
  try {
    const before = await last();
    await call(seller);
    await answerCall(refused);
    await refused.openThread(SELLER);
    await button(refused, 'Hang up').waitFor();
    await refused.page.getByText(`${SELLER} cannot hear you`, { exact: false }).first().waitFor();
    await shows(seller, 'has no microphone');
    await button(seller, 'Hang up').click();
    await event('call_ended', before);
  } finally {
    await refused.close();
  }
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
