// Fields that follow what is typed in them: an address after its country, a phone number as it is understood, a time
// where clocks are changed. Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER } from './support/actions.mjs';
import { pair } from './support/pair.mjs';
import { until } from './support/wait.mjs';

const { seller, buyer } = await pair({ seller: { devices: false }, buyer: { devices: false } });

/** A field of the offer's form. */
const field = (name) => seller.page.locator(`#offer-buyer-${name}`);
/** Its label as it stands there. */
const label = (name) => seller.page.locator(`label[for=offer-buyer-${name}]`).innerText();
/** The card of planned calls. */
const planned = (person) => person.page.getByRole('region', { name: 'Planned calls' });

/** The last Sunday of the next such month (0 to 11), when Berlin's clocks change at night. */
function changeOfClocks(month) {
  const now = new Date();
  for (let year = now.getUTCFullYear(); ; year += 1) {
    const last = new Date(Date.UTC(year, month + 1, 0));
    last.setUTCDate(last.getUTCDate() - last.getUTCDay());
    if (last.getTime() - now.getTime() > 2 * 86_400_000) return last.toISOString().slice(0, 10);
  }
}

test('the address asks for what its country has, and marks what may be left out', async () => {
  await seller.page.locator('#offer-product').selectOption({ label: 'Coaching Pro' });
  await field('name').fill('Jana Lind');
  await field('email').fill('jana@lind.example');
  await field('address-country').selectOption('DE');
  assert.equal(await label('address-postal_code'), 'Postal code');
  assert.ok(await field('address-state').isHidden(), 'a German address has no state');
  await field('address-country').selectOption('US');
  assert.equal(await label('address-postal_code'), 'ZIP code');
  assert.equal(await label('address-state'), 'State (optional)');
  await field('address-country').selectOption('HK');
  await field('address-postal_code').waitFor({ state: 'hidden' });
  assert.equal(await label('address-state'), 'Area (optional)');
  await field('address-country').selectOption('AE');
  assert.equal(await label('address-city'), 'City');
  await field('address-street').fill('Sheikh Zayed Road 1');
  await field('address-state').fill('Dubai');
  await until('the emirate says where it is', async () => (await label('address-city')) === 'City (optional)');
  await seller.page.getByText('The buyer\'s address is complete').waitFor();
  await buyer.page.getByText('Sheikh Zayed Road 1 · Dubai · United Arab Emirates', { exact: false }).waitFor();
  // What was typed before is part of the address: it stays in sight until it is taken out.
  await field('address-country').selectOption('DE');
  await field('address-postal_code').fill('20457');
  await field('address-country').selectOption('HK');
  assert.ok(await field('address-postal_code').isVisible());
  assert.equal(await label('address-postal_code'), 'Postal code (optional)');
});

test('the buyer’s phone number stands beside its field as it is understood', async () => {
  await field('address-country').selectOption('DE');
  await field('phone').fill('0341/123456');
  await seller.page.getByText('Understood as +49 341 123456, Germany.').waitFor();
  await field('address-country').selectOption('FR');
  await seller.page.getByText('Understood as +33 3 41 12 34 56, France.').waitFor();
  await field('phone').fill('+881 6 12345678');
  await seller.page.getByText('No country is known to have this number; it is kept as typed.').waitFor();
  await field('phone').fill('+49 17O 1234567');
  await field('phone').press('Tab');
  await seller.page.getByText('This cannot be right. Please check it.').waitFor();
});

test('of a time that comes twice the later one can be meant; one that does not exist is said to', async () => {
  await planned(seller).getByRole('button', { name: 'Plan a call' }).click();
  const when = planned(seller).getByLabel('When');
  await when.fill(`${changeOfClocks(2)}T02:30`);
  await planned(seller).getByText('This time does not exist on that day', { exact: false }).waitFor();
  await planned(seller).getByRole('button', { name: 'Propose this time' }).click();
  const day = changeOfClocks(9);
  await when.fill(`${day}T02:30`);
  await planned(seller).getByText('This time comes twice on that day', { exact: false }).waitFor();
  assert.ok(await planned(seller).getByLabel('The first one (UTC+2)').isChecked());
  await planned(seller).getByLabel('The second one, later (UTC+1)').check();
  await planned(seller).getByRole('button', { name: 'Propose this time' }).click();
  await planned(seller).getByText(`Waits for ${BUYER} to agree`).waitFor();
  const { items } = await seller.read('/api/appointments');
  assert.equal(new Date(items[0].slot.starts_at).toISOString(), `${day}T01:30:00.000Z`);
  for (const person of [seller, buyer]) await planned(person).getByText('02:30 (UTC+1)', { exact: false }).waitFor();
  await planned(buyer).getByText(`${SELLER} proposes this time`).waitFor();
  // Moved, it begins at the one that was meant.
  await planned(buyer).getByRole('button', { name: 'Move' }).click();
  assert.ok(await planned(buyer).getByLabel('The second one, later (UTC+1)').isChecked());
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
