// Vendors as the platform keeps them: a record, functions one by one, plans, and a vendor that does not work.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { BUYER, SELLER, say } from './support/actions.mjs';
import { atAllSizes } from './support/pages.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';

const VENDOR = 'Nordlicht Akademie';

let server;
let people = {};

before(async () => {
  server = await Server.start();
  const names = ['platform', 'admin', 'seller', 'buyer'];
  const opened = await Promise.all(names.map((name) => Person.open(server, name, { devices: false })));
  people = Object.fromEntries(opened.map((person) => [person.name, person]));
  await people.seller.openThread(BUYER);
  await people.buyer.openThread(SELLER);
});

after(async () => {
  await Promise.all(Object.values(people).map((person) => person.close()));
  await server?.remove();
});

// What is wrong at a field is part of its label.
const field = (page, label) => page.getByLabel(new RegExp(`^${label}`));
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** The platform's page of the vendor. */
async function vendorPage() {
  const { page } = people.platform;
  await page.getByRole('link', { name: 'Vendors', exact: true }).first().click();
  await page.getByRole('link', { name: VENDOR, exact: true }).click();
  await page.getByRole('heading', { name: 'Functions' }).waitFor();
  return page;
}

const line = (page, name) => page.locator('.functions > li').filter({ hasText: name });

test('P2: the vendor’s admin keeps its record, and what is wrong is said at each field', async () => {
  const { page } = people.admin;
  await page.getByRole('link', { name: 'Shop', exact: true }).click();
  await page.getByRole('heading', { name: VENDOR, exact: true }).waitFor();
  await atAllSizes(page, 'the shop');
  await press(page, 'Edit');
  await field(page, 'Name in law').fill('Nordlicht Akademie GmbH');
  await field(page, 'VAT or register number').fill('DE123456789');
  await field(page, 'Registered address').fill('Hafenstraße 1\n20457 Hamburg');
  await field(page, 'Contact e-mail').fill('office');
  await field(page, 'Contact phone').fill('0341 1234567');
  await field(page, 'Colour').fill('#ffffff');
  await field(page, 'Currency').fill('CHF');
  await page.getByLabel('German').check();
  await press(page.getByLabel('Record'), 'Save');
  await page.getByText('This colour is hard to see').waitFor();
  await page.getByText('This was set once and stays as it is.').waitFor();
  await atAllSizes(page, 'the shop’s form');
  await field(page, 'Currency').fill('EUR');
  await field(page, 'Contact e-mail').fill('office@nordlicht.example');
  await field(page, 'Colour').fill('#3b74c4');
  await press(page.getByLabel('Record'), 'Save');
  await page.locator('.vendor-data', { hasText: 'Nordlicht Akademie GmbH' }).waitFor();
  await page.locator('.vendor-data', { hasText: '+493411234567' }).waitFor();
  await page.getByRole('cell', { name: /^Changed: Name in law, Registered address/ }).waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).and(page.locator(':focus')).waitFor();
  await atAllSizes(page, 'the shop with its record');
});

test('P2: a function is switched off and on again, and open threads hear of it', async () => {
  const { page } = people.admin;
  const call = people.seller.page.getByRole('button', { name: 'Call', exact: true });
  await call.waitFor();
  await press(page, 'Switch off: Calls');
  await line(page, 'Calls').getByText('Off', { exact: true }).waitFor();
  await call.waitFor({ state: 'detached' });
  await people.seller.page.getByText('Calls are switched off for your shop, so this has to be done in writing').waitFor();
  await press(page, 'Switch on: Calls');
  await call.waitFor();
  // Nothing is sold by phone.
  await press(page, 'Switch off: Phone sales');
  await people.seller.page.getByText('This shop does not sell by phone').waitFor();
  await press(page, 'Switch on: Phone sales');
  await people.seller.page.getByRole('heading', { name: 'Phone offer' }).waitFor();
  await press(page, 'Switch off: Manual price');
  await people.seller.page.locator('#offer-amount').and(people.seller.page.locator(':disabled')).waitFor({ state: 'attached' });
  await press(page, 'Switch on: Manual price');
});

test('CU2: where the plan has no calls the seller reads that it has to be in writing, and the buyer no word of calls', async () => {
  const { page } = people.platform;
  await page.getByRole('link', { name: 'Plans', exact: true }).click();
  await page.getByRole('rowheader', { name: 'Standard' }).waitFor();
  await press(page, 'New plan');
  await press(page, 'Save');
  await page.getByText('Please fill this in.').first().waitFor();
  await atAllSizes(page, 'a plan’s form');
  await field(page, 'Name').fill('In writing');
  await field(page, 'Price').fill('49,90');
  await field(page, 'Currency').fill('EUR');
  await page.getByLabel('Calls').uncheck();
  await press(page, 'Save');
  await page.getByRole('rowheader', { name: 'In writing' }).waitFor();
  await atAllSizes(page, 'the plans');

  await vendorPage();
  await field(page, 'Plan').selectOption('In writing');
  await press(page, 'Change plan');
  await page.getByText('Plan: In writing').first().waitFor();
  await line(page, 'Calls').getByText('Not in this plan').waitFor();
  await atAllSizes(page, 'the platform’s page of a vendor');

  const seller = people.seller.page;
  await seller.getByText('Your plan does not include calls, so this has to be done in writing, here in the thread.').waitFor();
  assert.equal(await seller.getByRole('button', { name: 'Call', exact: true }).count(), 0);
  const buyer = people.buyer.page;
  await buyer.getByRole('button', { name: 'Ask for a call', exact: true }).waitFor({ state: 'detached' });
  assert.equal(await buyer.getByText('Your plan does not include calls').count(), 0);
  await say(people.buyer, 'Then I write.');
  await seller.locator('.log', { hasText: 'Then I write.' }).waitFor();
  // Switched off, what the plan does not allow cannot be switched on again.
  await press(page, 'Switch off: Calls');
  assert.ok(await page.getByRole('button', { name: 'Switch on: Calls', exact: true }).isDisabled());
  await field(page, 'Plan').selectOption('Standard');
  await press(page, 'Change plan');
  await press(page, 'Switch on: Calls');
  await seller.getByRole('button', { name: 'Call', exact: true }).waitFor();
});

test('P2: a suspended vendor’s people are told why, its buyers read on, and restored all is as before', async () => {
  const page = await vendorPage();
  const seller = people.seller.page;
  const buyer = people.buyer.page;
  await press(page, 'Suspend');
  await page.getByText('Please fill this in.').waitFor();
  await field(page, 'Why').fill('Invoices are open');
  await press(page, 'Suspend');
  await page.getByText(/^Suspended since .*: Invoices are open$/).waitFor();
  await atAllSizes(page, 'a suspended vendor');
  await seller.getByRole('heading', { name: 'Sign in' }).or(seller.getByText('Continue as').first()).first().waitFor();
  const back = await people.seller.tab('/demo/seller');
  await back.getByText('Nordlicht Akademie is suspended by the platform: Invoices are open').waitFor();
  await atAllSizes(back, 'what a suspended vendor’s people read');
  await buyer.getByText('This shop is suspended. For now you can only read here.').waitFor();
  await buyer.locator('.log', { hasText: 'Then I write.' }).waitFor();
  assert.equal(await buyer.locator('#composer').count(), 0);
  await accessible(buyer, 'a thread at a suspended vendor');

  await field(page, 'Why').fill('They were paid');
  await press(page, 'Restore');
  await page.getByText('This vendor works.').waitFor();
  await buyer.locator('#composer').waitFor();
  await press(back, 'Try again');
  await people.seller.openThread(BUYER, back);
  await say(people.buyer, 'Welcome back.');
  await back.locator('.log', { hasText: 'Welcome back.' }).waitFor();

  // Closed, it stays so.
  await field(page, 'Why').fill('The shop gave up');
  await press(page, 'Close for good');
  await press(page, 'Close this vendor');
  await page.getByText(/^Closed for good since .*: The shop gave up$/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Restore', exact: true }).count(), 0);
  await buyer.getByText('This shop is closed. You can still read everything here.').waitFor();
  await page.getByRole('cell', { name: 'Suspended: Invoices are open' }).waitFor();
  for (const person of Object.values(people)) assert.deepEqual(person.problems, []);
});
