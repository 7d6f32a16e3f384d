// Signing in, what each role may see and do, small screens, and the content security policy. Row B7.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER, SELLER, button, call, say, lastMessage } from './support/actions.mjs';
import { fits } from './support/pages.mjs';
import { as as inBrowser } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const PASSWORD = 'orderline-demo';
const PHONE = { width: 360, height: 740 };

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

const as = (...rest) => inBrowser(server, ...rest);

test('the start page leads each demo person to pages of their own', () =>
  as('admin', {}, async (admin) => {
    await admin.page.getByRole('button', { name: 'Sign out' }).click();
    await admin.page.locator('.demo-person').first().waitFor();
    const people = await admin.page.locator('.demo-person').evaluateAll((links) =>
      links.map((link) => [link.dataset.person, new URL(link.href).hostname]),
    );
    assert.deepEqual(
      people,
      ['seller', 'buyer', 'compliance', 'support', 'admin', 'platform'].map((name) => [name, `${name}.localhost`]),
    );
    await admin.page.locator('.demo-person[data-person=admin]').click();
    await admin.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }));

test('signing in with e-mail and password; a wrong password is said in words', () =>
  as('seller', {}, async (seller) => {
    const { page } = seller;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('.demo-person').first().waitFor();
    await page.getByText('Sign in with e-mail and password').click();
    await page.locator('#email').fill('mara@nordlicht.example');
    await page.locator('#password').fill('not the password');
    await page.locator('#password').press('Enter');
    await page.getByText('E-mail and password do not belong together.').waitFor();
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#password').press('Enter');
    await page.locator('.row-link', { hasText: BUYER }).waitFor();
  }));

test('B7: support reads the thread and cannot write, call or make an offer', () =>
  as('support', {}, async (support) => {
    const { page } = support;
    await page.locator('.row-link', { hasText: BUYER }).first().click();
    await page.locator('article.msg').first().waitFor();
    await page.getByText('You read along.', { exact: false }).waitFor();
    assert.equal(await page.locator('#composer').count(), 0);
    for (const name of ['Call', 'Order now', 'Send']) {
      assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
    }
  }));

test('a buyer sees nothing of the staff’s pages and of other people’s threads', () =>
  as('buyer', {}, async (buyer) => {
    await buyer.page.locator('.row-link').first().waitFor();
    const { items: threads } = await buyer.read('/api/threads');
    assert.ok(threads.length > 0 && threads.every((thread) => thread.people.some((person) => person.name === BUYER)));
    const status = await buyer.page.evaluate(async () => (await fetch('/api/recordings')).status);
    assert.equal(status, 403, 'recordings are for compliance');
  }));

test('everything fits on a phone', async () => {
  await as('buyer', { view: PHONE }, async (buyer) => {
    await buyer.page.locator('.row-link').first().waitFor();
    await fits(buyer.page);
    await buyer.openThread(SELLER);
    await fits(buyer.page);
  });
  await as('seller', { view: PHONE }, async (seller) => {
    await seller.page.locator('.row-link').first().waitFor();
    await fits(seller.page);
    await seller.openThread(BUYER);
    await say(seller, 'A word without any place to break: '.concat('x'.repeat(120)));
    await lastMessage(seller, 'xxxxxxxxxx');
    await fits(seller.page);
  });
  await as('compliance', { view: PHONE }, async (compliance) => {
    await compliance.page.getByRole('heading', { name: 'Recordings', exact: true }).waitFor();
    await fits(compliance.page);
  });
});

test('on a phone a ring fits, can be taken back from the chat, and the chat keeps its end in view', async () => {
  const phone = { devices: true, view: PHONE };
  await as('seller', phone, (seller) =>
    as('buyer', phone, async (buyer) => {
      await seller.openThread(BUYER);
      const below = () =>
        seller.page.locator('.log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
      await until('the newest is in view', async () => (await below()) < 5);
      // As much as a keyboard leaves.
      const height = () => seller.page.locator('.log').evaluate((log) => log.clientHeight);
      const before = await height();
      await seller.page.setViewportSize({ ...PHONE, height: 420 });
      await until('there is less room', async () => (await height()) < before);
      await until('it still is', async () => (await below()) < 5);
      await seller.page.setViewportSize(PHONE);
      await button(seller, 'Call and offer').click();
      await call(seller);
      const ring = buyer.page.getByRole('alertdialog');
      await ring.waitFor();
      const over = await ring.evaluate((ring) => ring.scrollWidth - ring.clientWidth);
      assert.ok(over <= 0, `the ring runs over by ${over} px`);
      await button(seller, 'Chat').click();
      await button(seller, 'Cancel').click();
      await ring.waitFor({ state: 'hidden' });
    }),
  );
});
