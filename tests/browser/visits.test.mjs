// The platform's people look for something across vendors with a reason, and into one for a time. Rows P3, B7.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button } from './support/actions.mjs';
import { atAllSizes } from './support/pages.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const REASON = 'The buyer disputes the order';
const BUYER = 'jana@lind.example';

let server;
let support;
let admin;
let platform;

before(async () => {
  server = await Server.start();
  [support, admin, platform] = await Promise.all(
    ['platform_support', 'admin', 'platform'].map((name) => Person.open(server, name, { devices: false })),
  );
});

after(async () => {
  await Promise.all([support?.close(), admin?.close(), platform?.close()]);
  await server?.remove();
});

const picture = async (page, name) => {
  if (!process.env.ORDERLINE_PICTURES) return;
  const usual = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: `${process.env.ORDERLINE_PICTURES}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize(usual);
};

test('P3, B7: support of the platform looks into a vendor with a reason, for a time, and the vendor reads it', async () => {
  const { page } = support;
  await page.getByRole('heading', { name: 'Find', exact: true }).waitFor();
  await page.locator('#what').fill(BUYER);
  await button(support, 'Search').click();
  await page.locator('#reason-error', { hasText: /\S/ }).waitFor();
  await until('the field that is wrong has the keyboard', () => page.evaluate(() => document.activeElement?.id === 'reason'));
  await page.keyboard.type(REASON);
  await button(support, 'Search').press('Enter');
  await page.locator('table.list tbody tr').first().waitFor();
  await atAllSizes(page, 'what was found');
  await picture(page, 'find');

  await page.getByRole('button', { name: /^Look into / }).first().press('Enter');
  await page.waitForURL(/\/o\/threads\/.*as=.*\.support/);
  await page.getByText(/^Visit until/).waitFor();
  await page.locator('article.msg').first().waitFor();
  await page.getByText('You read along.', { exact: false }).waitFor();
  assert.equal(await page.locator('#composer').count(), 0);
  await atAllSizes(page, 'a visit');
  await picture(page, 'visit');

  await admin.page.getByRole('link', { name: 'People', exact: true }).click();
  const line = admin.page.locator('table.list tbody tr', { hasText: REASON });
  await line.filter({ hasText: 'Hanne Vik' }).filter({ hasText: 'Support' }).waitFor();
  await atAllSizes(admin.page, 'who looked in');
  await picture(admin.page, 'looked-in');

  const inside = page.url();
  await button(support, 'End visit').click();
  await page.getByRole('heading', { name: 'Find', exact: true }).waitFor();
  await page.goto(inside);
  await page.getByRole('heading', { name: 'Find', exact: true }).waitFor();
  assert.deepEqual(admin.problems, []);
});

test("P3: the platform's admin gives one of its roles and takes it back", async () => {
  const { page } = platform;
  await page.getByRole('link', { name: 'Platform people', exact: true }).click();
  await page.locator('#email').fill('support@nordlicht.example');
  await button(platform, 'Give a role').click();
  const line = page.locator('table.list tbody tr', { hasText: 'Noor Haddad' });
  await line.waitFor();
  await atAllSizes(page, "the platform's people");
  await picture(page, 'platform-people');
  await line.getByRole('button', { name: /^Remove/ }).click();
  await line.getByRole('button', { name: 'Remove', exact: true }).click();
  await line.waitFor({ state: 'detached' });
  assert.deepEqual(platform.problems, []);
});
