// A buyer begins: on a shop's public page, by a product's link, at several shops. Row P5.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, lastMessage, say } from './support/actions.mjs';
import { House } from './support/house.mjs';
import { atAllSizes } from './support/pages.mjs';
import { as as inBrowser } from './support/person.mjs';

let house;

before(async () => {
  house = await House.open();
});

after(() => house?.close());

const someone = (name, at) => house.someone(name, { at });

const field = (page, label) => page.getByLabel(new RegExp(`^${label}`));

test('P5: a visitor asks on a shop’s page, a seller answers, and the visitor goes on without an account', async () => {
  const admin = await someone('admin', '/demo/admin');
  await admin.page.getByRole('link', { name: 'Shop', exact: true }).click();
  const card = admin.page.getByRole('region', { name: 'Page for questions' });
  // One is proposed, and what cannot be is said at its field.
  const slug = field(card, 'End of the address');
  assert.equal(await slug.inputValue(), 'nordlicht-akademie');
  await slug.fill('nord licht');
  await card.getByRole('button', { name: 'Save' }).click();
  await card.getByText('Small letters, digits, and dashes between them.').waitFor();
  await slug.fill('Nordlicht');
  await card.getByLabel('Who answers new questions').selectOption({ label: 'Mara König' });
  await card.getByRole('button', { name: 'Save' }).click();
  const address = card.getByRole('link', { name: /\/v\/nordlicht$/ });
  await address.waitFor();
  await card.getByText(`<a href="${await address.getAttribute('href')}">Ask a question</a>`).waitFor();
  await atAllSizes(admin.page, 'the shop with its page for questions');

  const visitor = await someone('visitor', '/v/nordlicht');
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Nordlicht Akademie' }).waitFor();
  await button(visitor, 'Send the question').click();
  await page.getByText('Please fill this in.').nth(1).waitFor();
  await atAllSizes(page, 'the page for questions');
  await field(page, 'Your question').fill('Is there a course in spring?');
  await field(page, 'Your name').fill('Vera Visitor');
  await field(page, 'E-mail, if you like').fill('vera@visitor.example');
  await button(visitor, 'Send the question').click();
  await lastMessage(visitor, 'Is there a course in spring?');
  await page.getByText('Nobody has checked yet that this is Vera Visitor').waitFor();

  const seller = await someone('seller', '/demo/seller');
  const row = seller.page.locator('.row-link', { hasText: 'Vera Visitor' });
  await row.getByText('Asked on the shop’s public page').waitFor();
  await row.locator('.count', { hasText: '2' }).waitFor();
  await seller.openThread('Vera Visitor');
  await say(seller, 'There is, in April.');
  await lastMessage(visitor, 'There is, in April.');
  await say(visitor, 'Then I would like to come.');
  await lastMessage(seller, 'Then I would like to come.');

  // A second question goes where the first one went; another shop's page is not there.
  const again = await visitor.tab('/v/nordlicht');
  await again.getByText('You ask as Vera Visitor.').waitFor();
  await field(again, 'Your question').fill('And what does it cost?');
  await button(visitor, 'Send the question', { page: again }).click();
  await lastMessage(visitor, 'And what does it cost?', again);
  await lastMessage(visitor, 'Then I would like to come.', again);
  const nowhere = await visitor.tab('/v/nobody');
  await nowhere.getByRole('heading', { name: 'There is no such shop' }).waitFor();
  await atAllSizes(nowhere, 'no such shop');
  house.calm();
});

test('P5: a product’s link asks about the product, under the name of whoever is signed in', async () => {
  await inBrowser(house.server, 'admin', {}, async (admin) => {
    await admin.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await admin.page.getByRole('link', { name: 'Products', exact: true }).click();
    await button(admin, 'Copy the link Coaching Pro').click();
    await admin.page.getByRole('button', { name: 'Copied Coaching Pro' }).waitFor();
    const link = new URL(await admin.page.evaluate(() => navigator.clipboard.readText()));

    await inBrowser(house.server, 'buyer', {}, async (buyer) => {
      const page = await buyer.tab(link.pathname + link.search);
      await page.getByText('You ask as Jana Lind.').waitFor();
      await page.locator('.asked-product', { hasText: 'Coaching Pro' }).getByText('€').waitFor();
      await atAllSizes(page, 'a question about a product');
      await field(page, 'Your question').fill('How long does it take?');
      await button(buyer, 'Send the question', { page }).click();
      await lastMessage(buyer, 'How long does it take?', page);
      await page.locator('.log').getByText('Asked on the shop’s public page, about Coaching Pro').waitFor();
      const again = await buyer.tab(link.pathname + link.search);
      await again.getByText('Your question goes into your open conversation “Coaching Pro”.').waitFor();
      await again.getByRole('link', { name: 'Read it' }).click();
      await lastMessage(buyer, 'How long does it take?', again);
      assert.deepEqual(buyer.problems, []);
    });
  });
});

test('P5: a buyer at two vendors has both in one list, and asks any of them from there', async () => {
  const lena = await someone('lena', '/demo/lena');
  const { capacities } = await lena.read('/api/session');
  const other = capacities.find((it) => it.vendor_name === 'Südwind Reisen');
  const buyer = await someone('buyer', '/demo/buyer');
  const { page } = buyer;
  await page.getByRole('link', { name: 'Ask a question', exact: true }).waitFor();
  const asking = await buyer.tab(`/v/${other.vendor}`);
  await field(asking, 'Your question').fill('Do you know me already?');
  await button(buyer, 'Send the question', { page: asking }).click();
  await lastMessage(buyer, 'Do you know me already?', asking);

  await page.reload();
  const there = page.locator('.row-link', { hasText: 'Südwind Reisen: Do you know me already?' });
  await there.waitFor();
  await page.locator('.row-link', { hasText: 'Mara König' }).first().waitFor();
  // What was asked last stands first, wherever.
  assert.match(await page.locator('.row-link').first().innerText(), /Südwind Reisen/);
  await atAllSizes(page, 'threads with two shops');
  await page.locator('#thread-search').fill('südwind');
  await page.locator('.row-link', { hasText: 'Mara König' }).first().waitFor({ state: 'detached' });
  await there.click();
  await page.locator('article.msg', { hasText: 'Do you know me already?' }).waitFor();
  await page.locator('.row-link', { hasText: 'Nordlicht Akademie: ' }).first().waitFor();
  await page.locator('.ask-whom summary').click();
  await page.locator('.ask-whom').getByRole('link', { name: 'Nordlicht Akademie' }).click();
  await page.getByText('You ask as Jana Lind.').waitFor();
  assert.deepEqual(buyer.problems, []);
});
