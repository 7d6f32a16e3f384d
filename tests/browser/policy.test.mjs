// Policies by country as an admin edits them, and the written acceptance of a French buyer. Row X8.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER, SELLER, button } from './support/actions.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const FRENCH = 'Camille Moreau';
const PHONE = { width: 360, height: 740 };

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

async function withPeople(names, what) {
  const people = [];
  try {
    for (const name of names) people.push(await Person.open(server, name, { devices: false }));
    await what(...people);
    for (const person of people) assert.deepEqual(person.problems, []);
  } finally {
    for (const person of people) await person.close();
  }
}

async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${page.url()} runs over by ${over} px`);
}

async function fitsEverywhere(page) {
  const view = page.viewportSize();
  await fits(page);
  await page.setViewportSize(PHONE);
  await fits(page);
  await page.setViewportSize(view);
}

test('X8: an admin makes the next version of a policy; the versions before stay', () =>
  withPeople(['admin'], async (admin) => {
    const { page } = admin;
    await page.getByRole('link', { name: 'Policies', exact: true }).click();
    const france = page.locator('table.list tbody tr', { hasText: 'France' });
    await france.waitFor();
    assert.match(await france.innerText(), /L221-16/, 'the source stands beside it');
    assert.equal(await page.locator('table.list tbody tr').count(), 11);
    await fitsEverywhere(page);

    await france.getByRole('link').click();
    await page.getByRole('heading', { name: 'France', exact: true }).waitFor();
    const now = page.locator('.policy-now');
    assert.match(await now.innerText(), /binds only once the buyer has accepted it in writing/);
    const save = button(admin, 'Save as version 2');
    assert.ok(await save.isDisabled(), 'nothing to save yet');
    await fitsEverywhere(page);

    // A mistake is said at its field and loses nothing.
    await page.locator('#kept-days').fill('0');
    await save.click();
    await page.locator('#kept-days-error', { hasText: /\S/ }).waitFor();
    await page.locator('#kept-days').fill('730');
    await page.locator('#wording-fr').fill('Un nouveau texte.');
    await save.click();
    await page.getByText('Version 2 holds from now on.').waitFor();
    await page.locator('.policy-now', { hasText: 'kept for 2 years' }).waitFor();
    const versions = page.locator('.policy-history > ol > li');
    assert.equal(await versions.count(), 2);
    assert.match(await versions.first().innerText(), /Version 2, Birte Sommer/);
    assert.match(await versions.last().innerText(), /Version 1, built in/);

    const { versions: all } = await admin.read('/api/policies/FR');
    assert.deepEqual(all.map((it) => it.version), [2, 1]);
    assert.notEqual(all[1].wordings.find((it) => it.wording.language === 'fr').wording.text, 'Un nouveau texte.');
  }));

test('X8: a seller and a buyer read what holds for their calls, and change nothing', () =>
  withPeople(['seller', 'buyer'], async (seller, buyer) => {
    await seller.page.getByRole('link', { name: 'Policies', exact: true }).click();
    await seller.page.locator('table.list tbody tr', { hasText: 'Germany' }).getByRole('link').click();
    await seller.page.getByRole('heading', { name: 'Germany', exact: true }).waitFor();
    assert.equal(await seller.page.locator('.policy-form').count(), 0);

    assert.equal(await buyer.page.getByRole('link', { name: 'Policies', exact: true }).count(), 0);
    await buyer.openThread(SELLER);
    await buyer.page.locator('.policy-card summary').click();
    await buyer.page.locator('.policy-card', { hasText: '§ 201 StGB' }).waitFor();
    await seller.page.getByRole('link', { name: 'Threads', exact: true }).click();
    await seller.openThread(BUYER);
    await seller.page.locator('.policy-card summary', { hasText: 'Germany' }).waitFor();
  }));

test('X8: a French buyer’s order binds only once they have accepted it in writing', () =>
  withPeople(['seller', 'camille'], async (seller, camille) => {
    await seller.openThread(FRENCH);
    await camille.openThread(SELLER);
    await offer(seller);
    await seller.page.locator('.offer-actions button').first().click();
    await button(camille, /^Confirm/).click();
    const place = button(seller, /^Order now/);
    await until('the order can be placed', () => place.isEnabled());
    await place.click();

    await seller.page.getByText('Not binding until the buyer accepts in writing', { exact: false }).first().waitFor();
    const panel = camille.page.locator('.acceptance');
    await panel.getByText('Not binding yet').waitFor();
    const words = await panel.innerText();
    for (const part of ['Starter course', 'Lyon', 'Orderline Platform Ltd.', 'L221-16', '490']) {
      assert.ok(words.includes(part), `${part} stands there`);
    }
    assert.equal(await panel.locator('table.schedule tbody tr').count(), 2, 'every payment');
    await fitsEverywhere(camille.page);

    // The declaration in the buyer's own language; the button's words go with it.
    await panel.locator('#acceptance-language').selectOption('fr');
    const accept = panel.getByRole('button', { name: 'Commande avec obligation de paiement' });
    await accept.dblclick();
    for (const person of [seller, camille]) {
      await person.page.locator('[data-kind=order_accepted]').last().waitFor();
      await person.page.locator('.order-card', { hasText: 'Accepted in writing' }).waitFor();
    }
    const { events, order } = await camille.snapshot();
    const accepted = events.filter((event) => event.body.type === 'order_accepted');
    assert.equal(accepted.length, 1, 'accepted once');
    assert.equal(accepted[0].body.words.language, 'fr');
    assert.equal(order.state.state, 'placed');
  }));

async function offer(seller) {
  const form = (field) => seller.page.locator(`#offer-${field}`);
  await form('product').selectOption({ label: 'Starter course' });
  await form('plan').selectOption({ label: '2 monthly instalments' });
  await form('first_due').fill(new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10));
  await form('method').selectOption({ index: 1 });
  const buyer = {
    name: FRENCH,
    email: 'camille@moreau.example',
    'address-street': '12 rue Mercière',
    'address-postal_code': '69002',
    'address-city': 'Lyon',
  };
  for (const [field, text] of Object.entries(buyer)) await form(`buyer-${field}`).fill(text);
  await form('buyer-address-country').selectOption('FR');
}
