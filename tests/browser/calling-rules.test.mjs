// A seller's own rule on who may call, beside the shop's; from an order value on; time spent in calls. Row CU3.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER, answerCall, button, call } from './support/actions.mjs';
import { pair } from './support/pair.mjs';
import { atAllSizes } from './support/pages.mjs';
import { until } from './support/wait.mjs';

const { seller, buyer, rep } = await pair({ others: { rep: { devices: false } } });

const MINE = 'My calls';

/** This person's part of the page of this name. */
async function part(person, name) {
  await person.page.getByRole('link', { name: 'Who may call', exact: true }).click();
  const part = person.page.getByRole('region', { name, exact: true });
  await part.getByRole('button', { name: 'Save' }).waitFor();
  return part;
}

/** The seller chooses for themselves, or for the whole shop, and comes back to the thread. */
async function set(name, label, least) {
  const form = await part(seller, name);
  await form.getByLabel(label).check();
  if (least) await form.getByLabel('From this value on, in EUR').fill(least);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  assert.ok(await form.getByLabel(label).isChecked());
  await seller.page.getByRole('link', { name: 'Threads', exact: true }).click();
  await seller.openThread(BUYER);
}

test('CU3: a seller switches their own calls off, and the buyer sees nothing of calls', async () => {
  await button(buyer, 'Ask for a call').first().waitFor();
  await set(MINE, /^In none/);
  await button(buyer, 'Ask for a call').first().waitFor({ state: 'detached' });
  await seller.page.getByText('Calls are switched off. That is your own rule', { exact: false }).waitFor();
  assert.equal(await button(seller, 'Call').count(), 0);
  assert.equal(await buyer.page.locator('.not-here').count(), 0);
});

test('CU3: from an order value on, the buyer reads which, and whose rule it is', async () => {
  const form = await part(seller, MINE);
  await form.getByLabel(/^Only from an order value on/).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByLabel('From this value on, in EUR').and(seller.page.locator('[aria-invalid=true]')).waitFor();
  await atAllSizes(seller.page, 'who may call, with a complaint');
  await set(MINE, /^Only from an order value on/, '500,00');
  const told = buyer.page.locator('.not-here');
  await told.getByText(`Calls begin at an order value of €500.00. That is ${SELLER}’s own rule.`).waitFor();
  await atAllSizes(buyer.page, 'no calls below an order value');
});

test('CU3: chosen by the seller and sold by the shop: both switches stand in the thread', async () => {
  await set(MINE, /^Only in threads that a seller chooses/);
  await set('The whole shop', /^Only where the buyer has paid/);
  await buyer.page.getByText('That is the shop’s rule.', { exact: false }).waitFor();
  await button(seller, 'The buyer has paid for calls').click();
  await buyer.page.getByText(`That is ${SELLER}’s own rule.`, { exact: false }).waitFor();
  await button(seller, 'Switch calls on here').click();
  await button(buyer, 'Ask for a call').first().waitFor();
  await set(MINE, /^In all threads/);
  await set('The whole shop', /^In all threads/);
});

test('CU3: a rep has a rule of their own, and reads the shop’s', async () => {
  const form = await part(rep, MINE);
  await form.getByText('The shop’s rule now: In all threads.', { exact: false }).waitFor();
  assert.equal(await rep.page.getByRole('region', { name: 'The whole shop' }).count(), 0);
  await form.getByLabel(/^Only at some stages/).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await atAllSizes(rep.page, 'a rep’s own rule');
});

test('CU3: the time of a call stands in the thread and with the customer', async () => {
  await call(seller);
  await answerCall(buyer);
  await button(seller, 'Hang up').waitFor();
  await until('they talk for more than a second', async () => {
    const { items } = await seller.read('/api/threads');
    const since = items.find((it) => it.call)?.call.started_at;
    return since && Date.now() - Date.parse(since) > 1_500;
  });
  await button(seller, 'Hang up').click();
  const talked = seller.page.locator('.thread-head .talked');
  await talked.getByText(/0:\d\d in calls/).waitFor();
  assert.equal(await buyer.page.locator('.talked').count(), 0);
  await atAllSizes(seller.page, 'a thread with time in calls');
  await seller.page.getByRole('link', { name: 'Customers', exact: true }).click();
  await seller.page.getByRole('link', { name: BUYER, exact: true }).first().click();
  const record = seller.page.locator('.customer-data');
  await record.getByText('Time in calls').waitFor();
  assert.match(await record.innerText(), /Time in calls\s+0:\d\d/);
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems, ...rep.problems], []);
});
