// Customers as a seller keeps them, and the thread that begins with one. Rows P4, P5, OX2.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { button } from './support/actions.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const NAME = 'Noor';
const PHONE = { width: 360, height: 740 };

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

/** Nothing runs over on a phone, and nothing is hidden from a keyboard or a screen reader. */
async function usable(where) {
  const { page } = seller;
  const view = page.viewportSize();
  await accessible(page, where);
  await page.setViewportSize(PHONE);
  await accessible(page, `${where} on a phone`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} runs over by ${over} px`);
  await page.setViewportSize(view);
}

/** Types into a field, key by key. */
const type = (id, text) => seller.page.locator(`#${id}`).pressSequentially(text);

test('P4: a seller makes a customer by clicking and typing; what is wrong is said at its field', async () => {
  const { page } = seller;
  // The button stands at the head of the threads.
  await page.getByRole('link', { name: 'New thread', exact: true }).click();
  await page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
  await page.locator('table.list tbody tr', { hasText: 'Jana Lind' }).waitFor();
  await usable('the customers');

  await button(seller, 'New customer').click();
  await until('the form has the focus', () => page.locator('#customer-name').evaluate((it) => it === document.activeElement));
  await type('customer-name', NAME);
  await type('customer-email', 'noor');
  await page.locator('#customer-country').selectOption('DE');
  await type('customer-phone', '0341/123456');
  await page.getByText('Understood as +49 341 123456, Germany.').waitFor();
  await usable('the form for a customer');
  await button(seller, 'Save').click();
  await page.locator('#customer-email-error', { hasText: /\S/ }).waitFor();
  await until('the wrong field has the focus', () => page.locator('#customer-email').evaluate((it) => it === document.activeElement));
  await type('customer-email', '@haddad.example');
  await page.getByLabel('May be called').check();
  await page.locator('#customer-email').press('Enter');

  await page.getByRole('heading', { name: NAME, exact: true }).waitFor();
  const data = await page.locator('.customer-data').innerText();
  for (const part of ['noor@haddad.example', '+49341123456', 'Germany', 'Agreed']) {
    assert.ok(data.includes(part), `${part} stands there`);
  }
  await usable('a customer');

  await button(seller, 'Edit').click();
  await type('customer-notes', 'Calls after six.');
  await button(seller, 'Save').click();
  await page.locator('.customer-data', { hasText: 'Calls after six.' }).waitFor();
});

test('P5, OX2: a seller finds a customer by search and opens a thread with them, into which a link leads', async () => {
  const { page } = seller;
  await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
  await page.locator('input[name=q]').pressSequentially('NOO');
  await until('one is found', async () => (await page.locator('table.list tbody tr').count()) === 1);
  await page.locator('table.list').getByRole('link', { name: NAME, exact: true }).click();

  // A thread without a title is none.
  await button(seller, 'Open the thread').click();
  await page.locator('#new-thread-title-error', { hasText: /\S/ }).waitFor();
  await type('new-thread-title', 'Coaching for teams');
  await button(seller, 'Open the thread').click();
  await page.locator('#composer').waitFor();
  await page.locator('.thread-head', { hasText: NAME }).waitFor();
  await page.locator('.row-link', { hasText: NAME }).waitFor();

  await page.locator('.invite summary').click();
  await button(seller, 'Send by mail').click();
  await page.locator('.invite .planned-one', { hasText: 'n…@haddad.example' }).waitFor();

  // It stands on the customer's page from now on.
  await page.getByRole('link', { name: 'Customers', exact: true }).click();
  await page.locator('table.list').getByRole('link', { name: NAME, exact: true }).click();
  await page.locator('.customer-threads').getByRole('link', { name: 'Coaching for teams' }).waitFor();
  assert.deepEqual(seller.problems, []);
});
