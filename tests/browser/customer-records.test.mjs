// What belongs to a customer's record: addresses, tax numbers and groups, files that leave and come in, and two records
// that become one. Row P4. Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { button } from './support/actions.mjs';
import { atAllSizes } from './support/pages.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

let server;
let seller;

before(async () => {
  server = await Server.start();
  seller = await Person.open(server, 'seller', { devices: false });
});

after(async () => {
  await seller?.close();
  await server?.remove();
});

const type = (id, text) => seller.page.locator(`#${id}`).pressSequentially(text);
const value = (id) => seller.page.locator(`#${id}`).inputValue();

/** The list of customers. */
async function customers() {
  await seller.page.getByRole('link', { name: 'Customers', exact: true }).first().click();
  await seller.page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
}

/** One of them, from the list. */
async function customer(name) {
  await customers();
  await seller.page.locator('table.list').getByRole('link', { name, exact: true }).click();
  await seller.page.getByRole('heading', { name, exact: true }).waitFor();
}

test('P4: a seller notes VAT id, group and addresses; what is wrong is said at its field', async () => {
  const { page } = seller;
  await customers();
  await button(seller, 'New customer').click();
  await type('customer-name', 'Noor Haddad');
  await type('customer-email', 'noor@haddad.example');
  await page.locator('#customer-country').selectOption('DE');
  await type('customer-vat_id', '136695978');
  await type('customer-group', 'Regulars');
  await button(seller, 'Save').click();
  await page.locator('#customer-vat_id-error', { hasText: /\S/ }).waitFor();
  await page.locator('#customer-vat_id').fill('136695976');
  await button(seller, 'Save').click();
  await page.locator('.customer-data', { hasText: 'DE136695976' }).waitFor();
  await page.locator('.customer-data', { hasText: 'Regulars' }).waitFor();

  await button(seller, 'Add an address').click();
  await until('the form has the focus', () => page.locator('#address-country').evaluate((it) => it === document.activeElement));
  assert.equal(await value('address-country'), 'DE');
  await type('address-street', 'Markt 1');
  await type('address-city', 'Leipzig');
  await atAllSizes(page, 'the form for an address');
  await page.locator('.addresses').getByRole('button', { name: 'Save' }).click();
  await page.locator('#address-postal_code-error', { hasText: /\S/ }).waitFor();
  await type('address-postal_code', '04109');
  await page.locator('#address-postal_code').press('Enter');
  await page.locator('.address-list', { hasText: 'Bills, by default' }).waitFor();

  // Another one, for deliveries alone: the country decides what is asked for.
  await button(seller, 'Add an address').click();
  await page.locator('#address-country').selectOption('US');
  await page.locator('.addresses').getByText('ZIP code').waitFor();
  await type('address-street', '1 Main Street');
  await type('address-city', 'Springfield');
  await type('address-postal_code', '62701');
  await page.locator('#address-billing').selectOption('no');
  await page.locator('#address-street').press('Enter');
  await until('there are two', async () => (await page.locator('.address-list > li').count()) === 2);
  const second = page.locator('.address-list > li', { hasText: '1 Main Street' });
  await second.getByRole('button', { name: 'Make it the default for deliveries' }).click();
  await second.getByText('Deliveries, by default').waitFor();
  await atAllSizes(page, 'a customer with addresses');
});

test('P4: an offer takes an address of the buyer’s record with one click', async () => {
  const { page } = seller;
  await type('new-thread-title', 'Coaching for teams');
  await button(seller, 'Open the thread').click();
  await page.locator('#composer').waitFor();
  await button(seller, 'Take Markt 1, 04109 Leipzig, DE').click();
  await until('the city stands there', async () => (await value('offer-buyer-address-city')) === 'Leipzig');
  assert.equal(await value('offer-buyer-name'), 'Noor Haddad');
  assert.equal(await value('offer-buyer-email'), 'noor@haddad.example');
  await button(seller, 'Take 1 Main Street, 62701 Springfield, US').click();
  await until('the other address stands there', async () => (await value('offer-buyer-address-city')) === 'Springfield');
  await page.locator('.offer-buyer', { hasText: 'Complete' }).waitFor();
  await atAllSizes(page, 'an offer with known addresses');
});

test('P4: customers leave in a file and come in from one; wrong lines are named', async () => {
  const { page } = seller;
  await customers();
  const download = page.waitForEvent('download');
  await button(seller, 'Export as CSV').click();
  const file = await readFile(await (await download).path(), 'utf8');
  assert.ok(file.startsWith('\ufeffkind,name,company,email,'), file.slice(0, 80));
  assert.ok(file.includes('noor@haddad.example') && file.includes('DE136695976'));

  await page.getByRole('link', { name: 'Import customers' }).click();
  const choose = (text) =>
    page.locator('#import-file').setInputFiles({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await choose('email\nx@x.example\n');
  await page.locator('#import-file-error', { hasText: 'no column called “name”' }).waitFor();
  await choose(`${file}person,Zoë,,zoe@x.example,,,,,,,,\nclub,Piet,,,,,,,,,,\n`);
  await page.locator('.import-numbers', { hasText: '1 new customer.' }).waitFor();
  const row = page.locator('table.list tbody tr', { hasText: 'kind' });
  await row.waitFor();
  await atAllSizes(page, 'a file before it comes in');
  await button(seller, 'Import 1 customer').click();
  await page.getByText('1 customer was added.').waitFor();
  await page.getByRole('link', { name: 'To the customers' }).click();
  await page.locator('table.list').getByRole('link', { name: 'Zoë', exact: true }).waitFor();
});

test('P4: two records of one customer become one', async () => {
  const { page } = seller;
  await customers();
  await button(seller, 'New customer').click();
  await type('customer-name', 'Noor from Leipzig');
  await type('customer-notes', 'Likes green.');
  await button(seller, 'Save').click();
  await page.getByRole('heading', { name: 'Noor from Leipzig', exact: true }).waitFor();

  await button(seller, 'Merge with …').click();
  await type('merge-q', 'haddad');
  await page.locator('#merge-q').press('Enter');
  await button(seller, 'Choose Noor Haddad').click();
  await page.getByText('“Noor Haddad” stays').waitFor();
  await atAllSizes(page, 'two records side by side');
  await button(seller, 'Merge').click();
  await page.getByRole('heading', { name: 'Noor Haddad', exact: true }).waitFor();
  await page.locator('.customer-data', { hasText: 'Likes green.' }).first().waitFor();
  await page.locator('.merged', { hasText: 'Noor from Leipzig' }).waitFor();
  await atAllSizes(page, 'a customer with a merged record');

  // Two addresses may be two accounts.
  await button(seller, 'Merge with …').click();
  await type('merge-q', 'zoë');
  await page.locator('#merge-q').press('Enter');
  await button(seller, 'Choose Zoë').click();
  await page.getByText('They stay two customers.').waitFor();

  // The list has it once.
  await customers();
  await page.locator('table.list').getByRole('link', { name: 'Noor Haddad', exact: true }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Noor from Leipzig', exact: true }).count(), 0);
  assert.deepEqual(seller.problems, []);
});
