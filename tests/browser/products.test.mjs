// Products as an admin keeps them, and as the seller offers them.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { BUYER, button } from './support/actions.mjs';
import { as as inBrowser } from './support/person.mjs';
import { Server } from './support/server.mjs';

const PHONE = { width: 360, height: 740 };

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

const withPerson = (name, what) => inBrowser(server, name, {}, what);

async function fits(page) {
  const view = page.viewportSize();
  await page.setViewportSize(PHONE);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${page.url()} runs over by ${over} px`);
  await page.setViewportSize(view);
}

const rows = (page) => page.locator('table.list tbody tr');
const field = (page, name) => page.locator(`[id="product-${name}"]`);
const says = (page, name, words) => page.locator(`[id="product-${name}-error"]`, { hasText: words }).waitFor();

/** What the offer form of a seller who comes just now has to choose from. */
async function offered(seller) {
  await seller.openThread(BUYER);
  await seller.page.locator('#offer-product option', { hasText: 'Autumn workshop' }).waitFor({ state: 'attached' });
  return seller.page.locator('#offer-product option').evaluateAll((all) =>
    all.map(({ textContent, disabled }) => ({ text: textContent, disabled })));
}

test('an admin makes a product by typing, and the seller has it in the offer form', async () => {
  await withPerson('admin', async ({ page }) => {
    await page.getByRole('link', { name: 'Products', exact: true }).click();
    await rows(page).first().waitFor();
    const before = await rows(page).count();
    await button({ page }, 'New product').click();
    // The form begins at its first field.
    await page.locator('#product-name:focus').waitFor();
    await accessible(page, 'a new product');
    await fits(page);

    // Mistakes are said at their fields and lose nothing.
    await field(page, 'name').fill('Autumn workshop');
    await field(page, 'price').fill('1.890');
    await field(page, 'vat_rate').fill('190');
    await button({ page }, 'Save').click();
    await says(page, 'price', 'decimal places');
    await says(page, 'vat_rate', 'from 0 to 100');
    assert.equal(await field(page, 'name').inputValue(), 'Autumn workshop');
    await field(page, 'price').fill('1890,50');
    await field(page, 'vat_rate').fill('7');
    await field(page, 'partner').selectOption({ label: 'Another partner' });
    await button({ page }, 'Save').click();
    await says(page, 'partner.contractual_partner', 'fill this in');
    await field(page, 'partner.contractual_partner').fill('Nordlicht Akademie GmbH');
    await field(page, 'partner.terms_of').fill('Nordlicht Akademie GmbH');
    await field(page, 'partner.terms_version').fill('2026-11');
    await accessible(page, 'a new product with another partner');
    await button({ page }, 'Save').click();
    await page.getByText('Autumn workshop is saved.').waitFor();
    const made = rows(page).filter({ hasText: 'Autumn workshop' });
    assert.match(await made.innerText(), /One payment: €1,890\.50/);
    assert.match(await made.innerText(), /For sale/);
    assert.match(await made.innerText(), /Nordlicht Akademie GmbH/);
    assert.equal(await rows(page).count(), before + 1);
    await fits(page);

    await made.getByRole('button', { name: 'Change Autumn workshop' }).click();
    await page.getByRole('heading', { name: 'Change Autumn workshop' }).waitFor();
    assert.equal(await field(page, 'price').inputValue(), '1890.50');
    await field(page, 'price').fill('1900');
    await field(page, 'price').press('Enter');
    await made.filter({ hasText: '€1,900.00' }).waitFor();
  });

  await withPerson('seller', async (seller) => {
    const all = await offered(seller);
    assert.ok(all.some((it) => it.text === 'Autumn workshop' && !it.disabled));
    await seller.page.locator('#offer-product').selectOption({ label: 'Autumn workshop' });
    // Its only plan is chosen with it.
    await seller.page.locator('#offer-plan option:checked', { hasText: 'One payment' }).waitFor({ state: 'attached' });
    assert.equal(await seller.page.locator('#offer-amount').inputValue(), '1900.00');
    await seller.page.getByRole('link', { name: 'Products', exact: true }).click();
    await rows(seller.page).filter({ hasText: 'Autumn workshop' }).waitFor();
    assert.equal(await button(seller, 'New product').count(), 0, 'a seller reads');
    assert.equal(await seller.page.getByRole('button', { name: /^(Change|Switch)/ }).count(), 0);
  });
});

test('CC6: a product that an admin switched off is marked so in words and cannot be chosen', async () => {
  await withPerson('admin', async ({ page }) => {
    await page.getByRole('link', { name: 'Products', exact: true }).click();
    const row = rows(page).filter({ hasText: 'Autumn workshop' });
    await row.getByRole('button', { name: 'Switch off Autumn workshop' }).click();
    await page.getByText('Autumn workshop is no longer for sale.').waitFor();
    await row.filter({ hasText: 'Not for sale' }).waitFor();
    await row.getByRole('button', { name: 'Switch on Autumn workshop' }).waitFor();
  });
  await withPerson('seller', async (seller) => {
    const all = await offered(seller);
    assert.ok(all.some((it) => it.text.includes('Autumn workshop') && it.text !== 'Autumn workshop' && it.disabled));
  });
});
