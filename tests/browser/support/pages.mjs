// Every page by its address, and by who may see it.
import assert from 'node:assert/strict';
import { accessible } from './accessible.mjs';

export const PAGES = {
  buyer: ['/b/', '/b/mailbox', '/b/account'],
  seller: ['/s/', '/s/orders', '/s/customers', '/s/customers/import', '/s/calling', '/s/system'],
  rep: ['/s/', '/s/customers', '/s/orders', '/s/calling'],
  compliance: ['/o/recordings'],
  support: ['/o/', '/o/orders'],
  admin: ['/o/products', '/o/customers', '/o/customers/import', '/o/policies', '/o/policies/DE', '/o/nowhere', '/o/calling', '/o/people', '/o/shop', '/o/account', '/o/system'],
  platform: ['/o/vendors', '/o/plans', '/o/platform-people', '/o/security', '/o/system'],
  platform_support: ['/o/find'],
};

/** A tab at one of them, once it shows what it has. */
export async function shown(person, path) {
  const page = await person.tab(path);
  await page.locator('main').getByRole('heading').first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  return page;
}

/** The page does not run over to the side. */
export async function fits(page, where = page.url()) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} runs over by ${over} px`);
}

const SIZES = [{ width: 360, height: 740 }, { width: 768, height: 1024 }, { width: 1280, height: 800 }, { width: 1920, height: 1080 }];

/** Nothing runs over at any width, and nothing keeps people out. */
export async function atAllSizes(page, where) {
  const usual = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await fits(page, `${where} at ${size.width} px`);
  }
  await page.setViewportSize(usual);
  await accessible(page, where);
}
