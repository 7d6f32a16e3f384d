// Every page in the reader's own language: what they chose, else what their browser asks for. Row P8.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER, SELLER } from './support/actions.mjs';
import { choose, chooseHere, speaks } from './support/languages.mjs';
import { PAGES, fits, shown } from './support/pages.mjs';
import { as as inBrowser } from './support/person.mjs';
import { Server } from './support/server.mjs';

const PHONE = { width: 360, height: 740 };
const GERMAN = { devices: false, locale: 'de-DE' };

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

const as = (...rest) => inBrowser(server, ...rest);

test('P8: a German browser is met in German before anybody is known, and a choice at the door is kept in the browser', () =>
  as('seller', { ...GERMAN, at: '/' }, async ({ page }) => {
    await page.getByText('Weiter als Mara König').waitFor();
    await speaks(page, 'de', 'the door');
    const shell = await page.evaluate(async () => (await fetch('/')).text());
    assert.match(shell, /<html lang="de">/);
    assert.match(shell, /Wird geladen …/);
    assert.doesNotMatch(shell, /Loading|needs JavaScript/);
    await chooseHere(page, 'ro');
    await page.getByText('Mara König', { exact: false }).first().waitFor();
    await speaks(page, 'ro', 'the door');
    await page.reload();
    await page.locator('.demo-person').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'ro');
  }));

test('P8: what somebody chose is theirs in every browser; without a choice the browser is followed', () =>
  as('support', GERMAN, async ({ page }) => {
    await page.getByRole('heading', { name: 'Unterhaltungen' }).first().waitFor();
    await choose(page, 'fr');
    await page.getByRole('button', { name: 'Se déconnecter' }).waitFor();
    await as('support', { locale: 'en-GB' }, async ({ page: other }) => {
      await other.getByRole('button', { name: 'Se déconnecter' }).waitFor();
      await choose(other, 'en');
      await other.getByRole('button', { name: 'Sign out' }).click();
      await other.locator('.demo-person').first().waitFor();
      assert.equal(await other.evaluate(() => document.documentElement.lang), 'en');
    });
  }));

for (const [name, other] of [['seller', BUYER], ['buyer', SELLER]]) {
  test(`P8: the ${name}’s pages are German throughout and fit a phone`, () =>
    as(name, GERMAN, async (person) => {
      await person.openThread(other);
      await speaks(person.page, 'de', 'a thread');
      for (const path of PAGES[name]) await speaks(await shown(person, path), 'de', path);
      for (const page of person.tabs) {
        await fits(page);
        await page.setViewportSize(PHONE);
        await fits(page);
      }
    }));
}
