// One sign-in, several roles at several vendors: which one a page works in is said on it, and another is one click away.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';

let server;
let lena;

before(async () => {
  server = await Server.start();
  lena = await Person.open(server, 'lena', { devices: false });
});

after(async () => {
  await lena?.close();
  await server?.remove();
});

const now = (page) => page.locator('.capacities > summary');

test('P3 switching vendor or role is one click, and each page says as what it works', async () => {
  const { page } = lena;
  await now(page).filter({ hasText: 'Nordlicht Akademie · Seller' }).click();
  const choices = page.locator('.capacities li a');
  assert.deepEqual(await choices.locator('.meta').allTextContents(), ['Seller', 'Compliance', 'Seller']);
  await accessible(page, 'the list of capacities');
  for (const width of [360, 768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const box = await page.locator('.capacities > .card').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, `the list is cut off at ${width} px`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });

  // Another role at the same vendor: another desk.
  await choices.filter({ hasText: 'Compliance' }).click();
  await page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
  await now(page).filter({ hasText: 'Nordlicht Akademie · Compliance' }).waitFor();
  // The address says it, so that a reload and a link keep it, and another tab has its own.
  await page.reload();
  await now(page).filter({ hasText: 'Nordlicht Akademie · Compliance' }).waitFor();
  const other = await lena.tab('/s/');
  await now(other).filter({ hasText: 'Nordlicht Akademie · Seller' }).waitFor();

  // Another vendor: nothing of the first one's is there.
  await now(other).click();
  await other.locator('.capacities li a').filter({ hasText: 'Südwind Reisen' }).click();
  await now(other).filter({ hasText: 'Südwind Reisen · Seller' }).waitFor();
  assert.equal(await other.locator('.row-link').count(), 0);
  await other.getByRole('link', { name: 'Orders' }).click();
  await now(other).filter({ hasText: 'Südwind Reisen · Seller' }).waitFor();

  // What the address names and the person is not leads to what they are.
  const address = new URL(other.url());
  address.searchParams.set('as', address.searchParams.get('as').replace('seller', 'admin'));
  await other.goto(address.href);
  await now(other).filter({ hasText: 'Nordlicht Akademie · Seller' }).waitFor();
  assert.deepEqual(lena.problems, []);
});
