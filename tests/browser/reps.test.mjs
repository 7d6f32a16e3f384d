// Reps and the customers that are assigned to them. Rows OX1, OX2.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button } from './support/actions.mjs';
import { atAllSizes } from './support/pages.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const REP = 'Karla Brandt';
const MINE = 'Felix Weber';
const OTHERS = 'Jana Lind';

let server;
let admin;
let rep;

before(async () => {
  server = await Server.start();
  [admin, rep] = await Promise.all(['admin', 'rep'].map((name) => Person.open(server, name, { devices: false })));
});

after(async () => {
  await Promise.all([admin?.close(), rep?.close()]);
  await server?.remove();
});

const names = (page) => page.locator('table.list tbody th a').allInnerTexts();
const open = (person, name) => person.page.getByRole('link', { name, exact: true }).first().click();
const customers = async (person) => {
  await open(person, 'Customers');
  await person.page.getByRole('heading', { name: 'Customers', exact: true }).waitFor();
};

test('OX1: a rep sees only theirs', async () => {
  await customers(rep);
  await rep.page.getByText('No customers here').waitFor();
  assert.equal(await rep.page.locator('.move-bar').count(), 0);

  await customers(admin);
  await open(admin, MINE);
  await admin.page.getByLabel('Assign to').selectOption({ label: REP });
  await button(admin, 'Assign').click();
  await admin.page.locator('.customer-data', { hasText: REP }).waitFor();
  await admin.page.locator('.rep-card tbody tr', { hasText: `From Nobody to ${REP}` }).waitFor();
  await atAllSizes(admin.page, 'a customer with a rep');

  await rep.page.reload();
  await until('the rep has one customer', async () => (await names(rep.page)).join() === MINE);
  await atAllSizes(rep.page, "a rep's customers");
  await rep.page.locator('input[name=q]').pressSequentially('Wever');
  await until('found with a typing error', () => new URL(rep.page.url()).searchParams.get('q') === 'Wever');
  await until('still there', async () => (await names(rep.page)).join() === MINE);
  await rep.page.locator('input[name=q]').fill('Lind');
  await rep.page.getByText('No customers here').waitFor();
  await rep.page.locator('input[name=q]').fill('');
  await open(rep, MINE);
  await rep.page.locator('#new-thread-title').pressSequentially('A visit');
  await button(rep, 'Open the thread').click();
  await rep.page.locator('.thread-head', { hasText: MINE }).waitFor();
  assert.deepEqual(rep.problems, []);
});

test('OX2: an admin moves customers in bulk', async () => {
  const { page } = admin;
  await customers(admin);
  await page.locator('table.list').waitFor();
  // By keyboard: a box and the button.
  await page.getByRole('checkbox', { name: `Select ${OTHERS}` }).press('Space');
  await page.getByText('1 customer selected').waitFor();
  await page.locator('#move-rep').selectOption({ label: REP });
  await button(admin, 'Assign').press('Enter');
  await page.getByText('1 customer was assigned.').waitFor();
  await page.locator('table.list tbody tr', { hasText: OTHERS }).filter({ hasText: REP }).waitFor();

  // All that are shown, of one rep.
  await page.locator('#rep-filter').selectOption({ label: REP });
  await until('two are theirs', async () => (await names(page)).length === 2);
  await atAllSizes(page, 'the customers of a rep');
  await page.getByLabel('Select all that are shown').check();
  await page.getByText('2 customers selected').waitFor();
  await page.locator('#move-rep').selectOption({ label: 'Piet Jansen' });
  await button(admin, 'Assign').click();
  await page.getByText('No customers here').waitFor();

  // Who leaves is said to have customers still, with a way to move them.
  await open(admin, 'People');
  await page.locator('table.list tbody tr', { hasText: 'Piet Jansen' }).getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Piet Jansen still has 2 customers.').waitFor();
  await atAllSizes(page, 'people with customers left behind');
  await page.getByRole('link', { name: 'Move the customers of Piet Jansen' }).click();
  await until('the two are listed', async () => (await names(page)).length === 2);
  await page.getByLabel('Select all that are shown').check();
  await page.locator('#move-rep').selectOption({ label: REP });
  await button(admin, 'Assign').click();
  await page.locator('#rep-filter').selectOption({ label: REP });
  await until('the two are theirs again', async () => (await names(page)).length === 2);
  assert.deepEqual(admin.problems, []);
});
