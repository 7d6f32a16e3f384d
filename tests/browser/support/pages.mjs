// Every page by its address, and by who may see it.
import assert from 'node:assert/strict';

export const PAGES = {
  buyer: ['/b/', '/b/mailbox', '/b/account'],
  seller: ['/s/', '/s/orders', '/s/customers', '/s/calling', '/s/system'],
  compliance: ['/s/recordings'],
  support: ['/s/', '/s/orders'],
  admin: ['/s/products', '/s/customers', '/s/policies', '/s/policies/DE', '/s/nowhere', '/s/calling', '/s/people', '/s/shop', '/s/account', '/s/system'],
  platform: ['/s/vendors', '/s/plans'],
};

/** A tab at one of them, once it shows what it has. */
export async function shown(person, path) {
  const page = await person.tab(path);
  await page.locator('main').getByRole('heading').first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  return page;
}

/** Neither the page nor one of its panes runs over to the side. */
export async function fits(page, where = page.url()) {
  const over = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('.workspace > *')].map((pane) => pane.scrollWidth - pane.clientWidth));
  assert.ok(over.every((px) => px <= 0), `${where} runs over by ${over} px`);
}
