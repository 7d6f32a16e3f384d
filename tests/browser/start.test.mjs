// What a page shows while its code is on the way: its shape, what it waits for, and a way on when the code does not come.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER } from './support/actions.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';

const SIZES = [{ width: 360, height: 740 }, { width: 768, height: 1024 }, { width: 1280, height: 800 }];

let server;
let seller;
let thread;

before(async () => {
  server = await Server.start();
  seller = await Person.open(server, 'seller', { devices: false });
  const { items: threads } = await seller.read('/api/threads');
  thread = threads[0].thread;
});

after(async () => {
  await seller?.close();
  await server?.remove();
});

/** A new tab of the seller's whose code does not come before `release`. */
async function held(view) {
  const page = await seller.context.newPage();
  await page.setViewportSize(view);
  const waiting = [];
  let open = false;
  await page.route('**/*.wasm', (route) => (open ? route.continue() : waiting.push(route)));
  const release = () => {
    open = true;
    return Promise.all(waiting.map((route) => route.continue()));
  };
  return { page, release };
}

/** Where the parts of the frame stand; a part that is not there has no width. */
const boxes = (page) =>
  page.evaluate(() =>
    ['.bar', '.workspace > .threads', '.workspace > .thread', '.workspace > .side'].map((selector) => {
      const { x, width } = document.querySelector(selector)?.getBoundingClientRect() ?? { x: 0, width: 0 };
      return [selector, Math.round(x), Math.round(width)];
    }),
  );

for (const view of SIZES) {
  test(`at ${view.width} px the frame stands where the app's will`, async () => {
    const { page, release } = await held(view);
    await page.goto(`${server.origin('seller')}/s/`);
    await page.getByText('Loading…').waitFor();
    const before = await boxes(page);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `it runs over by ${over} px`);
    await release();
    await page.locator('.row-link', { hasText: BUYER }).first().waitFor();
    assert.deepEqual(await boxes(page), before);
    assert.equal(await page.locator('#shell').count(), 0);
    await page.close();
  });

  test(`at ${view.width} px the frame of an open thread stands where the app's will`, async () => {
    const { page, release } = await held(view);
    await page.goto(`${server.origin('seller')}/s/threads/${thread}`);
    await page.getByText('Loading…').waitFor();
    const before = await boxes(page);
    await release();
    await page.locator('#composer').waitFor();
    assert.deepEqual(await boxes(page), before);
    await page.close();
  });
}

test('what the loader asked for beside the code is taken by the app: nothing is asked twice', async () => {
  const page = await seller.context.newPage();
  const asked = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/^\/api\/(session|threads)(\/[0-9a-f-]{36})?$/.test(pathname)) asked.push(pathname);
  });
  await page.goto(`${server.origin('seller')}/s/threads/${thread}`);
  await page.locator('#composer').waitFor();
  await page.locator('.row-link', { hasText: BUYER }).first().waitFor();
  assert.deepEqual(asked.toSorted(), ['/api/session', '/api/threads', `/api/threads/${thread}`]);
  await page.close();
});

test('a page whose code takes long says that the network is slow', async () => {
  const { page, release } = await held(SIZES[2]);
  await page.clock.install();
  await page.goto(`${server.origin('seller')}/s/`);
  await page.getByText('Loading…').waitFor();
  // The loader's own timer: it runs once the loader has asked for the code.
  await page.waitForFunction(() => globalThis.orderlineAsked);
  await page.clock.fastForward(6_000);
  await page.getByText('Still loading … your network is slow.').waitFor();
  await release();
  await page.locator('.row-link').first().waitFor();
  await page.close();
});

test('a page whose code does not come says so, and trying again helps', async () => {
  const page = await seller.context.newPage();
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(`${server.origin('seller')}/s/orders`);
  await page.getByText('The page could not be loaded.').waitFor();
  await page.unroute('**/*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  await page.close();
});

test('whoever is not signed in sees no panes while the page loads', async () => {
  const stranger = await seller.browser.newContext();
  const page = await stranger.newPage();
  await page.route('**/*.wasm', () => {});
  await page.goto(`${server.origin('nobody')}/b/`);
  await page.getByText('Loading…').waitFor();
  assert.equal(await page.locator('.shell-panes').isVisible(), false);
  assert.equal(await page.locator('.shell-door').isVisible(), true);
  await stranger.close();
});
