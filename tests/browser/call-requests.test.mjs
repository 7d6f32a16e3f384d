// The buyer's wish for a call, and what is said about calls that were not taken. Row CU3.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER, button, call } from './support/actions.mjs';
import { pair } from './support/pair.mjs';
import { until } from './support/wait.mjs';

const { seller, buyer } = await pair();

/** How a time reads that is soon: with its day where that is tomorrow, as it is shortly before midnight. */
const soon = (words) => new RegExp(`${words} (at|on) `);

const line = (person, kind) => person.page.locator(`.event[data-kind="${kind}"]`).last();

/** The buyer asks for a call in an hour. */
async function ask(note) {
  await button(buyer, 'Ask for a call').first().click();
  const form = buyer.page.getByRole('form', { name: 'Ask for a call' });
  await form.getByLabel('When would it suit you?').selectOption({ index: 2 });
  await form.getByLabel('What is it about?', { exact: false }).fill(note);
  await form.getByRole('button', { name: 'Ask', exact: true }).click();
  await buyer.page.getByText('You asked for a call').waitFor();
}

test('CU3: the seller sees the wish at once and agrees with one tap', async () => {
  await ask('The payment dates');
  await seller.page.getByRole('heading', { name: `${BUYER} asks for a call` }).waitFor();
  await seller.page.locator('.row-link', { hasText: soon('asks for a call') }).waitFor();
  await line(seller, 'call_requested').getByText('The payment dates').waitFor();
  await button(seller, soon('^Agree to call')).click();
  await buyer.page.getByRole('heading', { name: soon(`${SELLER} will call`) }).waitFor();
  await seller.page.getByRole('heading', { name: soon(`You will call ${BUYER}`) }).waitFor();
});

test('CU3: another time, then a refusal that is explained', async () => {
  await button(seller, 'Another time').click();
  await seller.page.getByLabel('When will you call?').selectOption({ label: 'Another day or time…' });
  await seller.page.getByLabel('Day and time').fill('2027-01-15T10:30');
  await button(seller, 'Name this time').click();
  await buyer.page.getByRole('heading', { name: /will call on 15 Jan 2027/ }).waitFor();
  await button(seller, 'Refuse').click();
  await seller.page.getByLabel('Another reason').check();
  assert.ok(await button(seller, 'Refuse with this reason').isDisabled());
  await seller.page.getByLabel('Your reason; the buyer reads it').fill('I can say it in two sentences here');
  await button(seller, 'Refuse with this reason').click();
  await line(buyer, 'call_request_answered').getByText('I can say it in two sentences here').waitFor();
  await button(buyer, 'Ask for a call').first().waitFor();
});

test('CU3: a reason that stands ready is refused with two taps, in own words beside it if need be', async () => {
  await ask('May I see it?');
  await button(seller, 'Refuse').click();
  await seller.page.getByRole('radio', { name: 'No time' }).waitFor();
  await seller.page.getByLabel('Not part of the order').check();
  await seller.page.getByLabel('In your own words (optional)').fill('The pictures show it all');
  await button(seller, 'Refuse with this reason').click();
  await line(buyer, 'call_request_answered').getByText('Not part of the order · The pictures show it all').waitFor();
});

test('a wish can be taken back', async () => {
  await ask('Never mind');
  await button(buyer, 'Take it back').click();
  await button(buyer, 'Ask for a call').first().waitFor();
  await line(seller, 'call_request_answered').getByText(`${BUYER} no longer wishes for a call`).waitFor();
});

test('declined with a reason and a better time, which the seller agrees to with one tap', async () => {
  await call(seller);
  const ring = buyer.page.getByRole('alertdialog');
  await ring.getByText('Decline with a reason').click();
  await ring.getByRole('textbox').fill('On the train');
  await ring.getByLabel('When would a call suit you?').selectOption({ index: 1 });
  await ring.getByRole('button', { name: 'Decline', exact: true }).click();
  await line(seller, 'call_declined').getByText('On the train · asks to be called', { exact: false }).waitFor();
  await line(buyer, 'call_declined').getByText('You declined the call.').waitFor();
  await button(seller, soon('^Agree to call')).click();
  await buyer.page.getByRole('heading', { name: soon(`${SELLER} will call`) }).waitFor();
});

test('a missed call is called back with one tap', async () => {
  await button(seller, 'Call').click();
  await buyer.page.getByRole('alertdialog').waitFor();
  await button(seller, 'Cancel').click();
  await line(buyer, 'call_cancelled').getByText(`You missed a call from ${SELLER}.`).waitFor();
  await line(seller, 'call_cancelled').getByRole('button', { name: 'Call back' }).click();
  await buyer.page.getByRole('alertdialog').waitFor();
  await button(seller, 'Cancel').click();
  await buyer.page.getByRole('alertdialog').waitFor({ state: 'detached' });
  // Only the newest of them has the button.
  await until('one way to call back', async () => (await button(seller, 'Call back').count()) === 1);
});

test('two tabs ring, one declines, and the other stops', async () => {
  const second = await buyer.tab('/b/');
  await button(seller, 'Call back').click();
  const rings = [buyer.page, second].map((page) => page.getByRole('alertdialog'));
  await Promise.all(rings.map((ring) => ring.waitFor()));
  await rings[1].getByRole('button', { name: 'Decline', exact: true }).click();
  await Promise.all(rings.map((ring) => ring.waitFor({ state: 'detached' })));
  await second.close();
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
