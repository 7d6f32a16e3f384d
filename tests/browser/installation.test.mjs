// From an empty folder to an order: the installation is set up, a vendor made, its people invited, a product written, a
// customer called, recorded and sold to, all by clicking and typing, with mail that really goes out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerCall, button, call, inCall, mode } from './support/actions.mjs';
import { House } from './support/house.mjs';
import { atAllSizes } from './support/pages.mjs';
import { authenticator, openAccount, setUpAuthenticator } from './support/account.mjs';
import { until } from './support/wait.mjs';

const PASSWORD = 'correct horse battery staple';

const OTTO = {
  name: 'Otto Offen',
  email: 'otto@offen.example',
  'address-street': 'Hauptplatz 1',
  'address-postal_code': '8010',
  'address-city': 'Graz',
};
const JANA = {
  name: 'Jana Jung',
  email: 'jana@jung.example',
  'address-street': 'Ringstraße 3',
  'address-postal_code': '1010',
  'address-city': 'Wien',
};

let house;

before(async () => {
  house = await House.open({ demo: false });
});

after(() => house?.close());

/** A browser of somebody who has none of the demo's doors, at a page; with microphone and camera for a call. */
const someone = (name, at, devices = false) => house.someone(name, { at, devices });

/** The path of an address of ours, whose host is another one here. */
const path = (address) => address.slice(address.indexOf('/', 'http://'.length));
// What is wrong at a field is part of its label.
const field = (page, label) => page.getByLabel(new RegExp(`^${label}`));
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/**
 * The seller calls; in the call that is recorded he makes an offer. The buyer shows who they are by an address that they
 * type, and confirms; he places the order.
 */
async function soldInCall(seller, buyer, data) {
  const { page: sold } = seller;
  const { page: bought } = buyer;
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  if ((await mode(seller)) === 'private') {
    await press(sold, 'Start contract talk');
    await bought.getByRole('alertdialog').getByRole('button', { name: 'Agree to recording' }).click();
  }
  await Promise.all([seller, buyer].map(({ page }) => page.locator('.pill.mode[data-mode=recorded]').waitFor()));
  const offer = (name) => sold.locator(`[id="offer-${name}"]`);
  await offer('product').selectOption({ label: 'A week in Apulia' });
  await offer('plan').locator('option:checked', { hasText: 'One payment' }).waitFor({ state: 'attached' });
  await offer('first_due').fill(new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10));
  await offer('method').selectOption('sepa_debit');
  for (const [name, text] of Object.entries(data)) await offer(`buyer-${name}`).fill(text);
  await offer('buyer-address-country').selectOption('AT');
  await sold.locator('.offer-actions button').first().click();

  // Before they order they show who they are, by an address that they type themselves.
  await bought.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
  await atAllSizes(bought, 'confirming who one is');
  await field(bought, 'Your e-mail address').fill('not yet');
  await press(bought, 'Send me a code');
  await bought.locator('#prove-email-error', { hasText: 'e-mail' }).waitFor();
  await field(bought, 'Your e-mail address').fill(data.email);
  await press(bought, 'Send me a code');
  await field(bought, 'Code with six digits').fill(await house.mailbox.code(data.email));
  await press(bought, 'Confirm that it is me');
  await button(buyer, /^Confirm/).click();
  const place = button(seller, /^Order now/);
  await until('the order can be placed', () => place.isEnabled());
  await place.click();
  await bought.locator('[data-kind=order_placed]').waitFor();
  await button(seller, 'Hang up').click();
  await sold.locator('[data-kind=call_ended]').waitFor();
}

test('P1 P2 P3 P5 P6 an empty installation gets a vendor, its people and products, and an order of a buyer who had no account', async () => {
  const printed = /It waits to be set up: (\S+)\n/;
  await until('the server prints where it is set up', () => printed.test(house.server.log));
  const { page: setup } = await someone('ada', path(printed.exec(house.server.log)[1]));
  await setup.getByRole('heading', { name: 'Set up Orderline' }).waitFor();
  await press(setup, 'Set up');
  // Everything that is missing is said at once, where it is missing.
  await setup.getByText('Please fill this in.').nth(4).waitFor();
  await atAllSizes(setup, 'setting up');
  await field(setup, 'What it is called').fill('Marktplatz');
  await field(setup, 'Name in the register').fill('Marktplatz GmbH');
  await field(setup, 'Registered address').fill('Hafenstraße 1\n20457 Hamburg');
  await field(setup, 'Country').selectOption('DE');
  await field(setup, 'Text of its terms').fill('These terms hold.');
  await field(setup, 'Your name').fill('Ada Admin');
  await field(setup, 'E-mail').fill('ada@platform.example');
  await field(setup, 'Choose a password').fill('short');
  await press(setup, 'Set up');
  await setup.getByText('This is too short.').waitFor();
  await field(setup, 'Choose a password').fill(PASSWORD);
  await press(setup, 'Set up');

  // Whoever keeps the platform shows more than a password.
  await setup.getByRole('heading', { name: 'One more step' }).waitFor();
  await setUpAuthenticator(setup);
  await press(setup, 'I have kept them');

  // The first vendor.
  await setup.getByRole('heading', { name: 'No vendors yet' }).waitFor();
  // What is still missing up to the first call is listed; what is done is ticked.
  const steps = setup.getByRole('region', { name: 'Up to the first call' });
  const step = (title) => steps.getByRole('listitem').filter({ hasText: title });
  await step('Legal entity and terms').getByText('Done').waitFor();
  await step('Mail').getByText('Done').waitFor();
  await step('A vendor').getByText('Missing').first().waitFor();
  await step('A product').getByText('Missing').waitFor();
  await press(setup, 'New vendor');
  await field(setup, 'Name').fill('Südwind Reisen');
  await field(setup, 'Country').selectOption('AT');
  await field(setup, 'Currency, such as EUR').fill('EUR');
  assert.equal(await field(setup, 'Time zone, such as Europe/Berlin').inputValue(), 'Europe/Berlin');
  await press(setup, 'Make vendor');
  await setup.getByRole('heading', { name: 'Invite an admin of Südwind Reisen' }).waitFor();
  await field(setup, 'Name').fill('Nora Neu');
  await field(setup, 'E-mail').fill('nora@suedwind.example');
  await press(setup, 'Send invitation');
  await setup.getByText('An invitation is on its way to nora@suedwind.example').waitFor();
  await press(setup, 'Close');
  await setup.getByRole('rowheader', { name: 'Südwind Reisen' }).waitFor();
  await step('Make the first one').waitFor({ state: 'detached' });
  await atAllSizes(setup, 'the platform’s vendors');

  // Its admin comes by the mail, and invites a seller.
  const { page: nora } = await someone('nora', path(await house.mailbox.link('nora@suedwind.example')));
  await nora.getByRole('heading', { name: 'Südwind Reisen invites you' }).waitFor();
  await atAllSizes(nora, 'an invitation');
  await field(nora, 'Choose a password').fill(PASSWORD);
  await press(nora, 'Take the invitation');
  // Her own list of what is missing leads to where it is done.
  await nora.getByRole('heading', { name: 'Up to the first call' }).waitFor();
  await atAllSizes(nora, 'what a shop still misses');
  await nora.getByRole('link', { name: 'A seller' }).click();
  await nora.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  await press(nora, 'Invite somebody');
  await field(nora, 'Name').fill('Felix Frisch');
  await field(nora, 'E-mail').fill('felix@suedwind.example');
  await press(nora, 'Send invitation');
  await nora.getByRole('heading', { name: 'Invitations that wait' }).waitFor();
  await atAllSizes(nora, 'a vendor’s people');

  const seller = await someone('felix', path(await house.mailbox.link('felix@suedwind.example')), true);
  const { page: felix } = seller;
  await field(felix, 'Choose a password').fill(PASSWORD);
  await press(felix, 'Take the invitation');
  await felix.getByText('Felix Frisch, Seller').waitFor();

  // What is sold: the buyers contract with the platform's legal entity.
  await nora.getByRole('link', { name: 'Products', exact: true }).click();
  await press(nora, 'New product');
  await nora.locator('#product-name').fill('A week in Apulia');
  await nora.locator('#product-price').fill('1890');
  await nora.locator('#product-vat_rate').fill('20');
  assert.match(await nora.locator('#product-partner option:checked').innerText(), /^Marktplatz GmbH/);
  await press(nora, 'Save');
  await nora.getByRole('rowheader', { name: 'A week in Apulia' }).waitFor();
  await nora.getByRole('link', { name: 'People' }).click();

  // A role that is suspended ends at once, wherever its page is open; restored it is there again.
  await nora.reload();
  const row = nora.getByRole('row').filter({ has: nora.getByRole('rowheader', { name: 'Felix Frisch' }) });
  await row.getByRole('button', { name: 'Suspend' }).click();
  await row.getByText('Suspended since').waitFor();
  await felix.getByRole('heading', { name: 'Sign in' }).waitFor();
  await row.getByRole('button', { name: 'Restore' }).click();
  await row.getByText('Active').waitFor();
  await nora.getByText('Felix Frisch works as Seller again').waitFor();
  await field(felix, 'E-mail').fill('felix@suedwind.example');
  await field(felix, 'Password').fill(PASSWORD);
  await press(felix, 'Sign in');
  await felix.getByText('Felix Frisch, Seller').waitFor();

  // From now on his device signs him in.
  await authenticator(felix);
  await openAccount(felix);
  await press(felix, 'Add a passkey');
  await felix.getByRole('button', { name: 'Remove This device' }).waitFor();
  await house.mailbox.read('felix@suedwind.example');
  await press(felix, 'Sign out');
  await press(felix, 'Sign in with a passkey');
  await felix.getByText('Felix Frisch, Seller').waitFor();

  // A customer who has no account; a thread with them, into which a link leads.
  await felix.getByRole('link', { name: 'New thread', exact: true }).click();
  await press(felix, 'New customer');
  await felix.locator('#customer-name').fill('Jana Jung');
  await felix.locator('#customer-email').fill('jana@jung.example');
  await felix.locator('#customer-country').selectOption('AT');
  await press(felix, 'Save');
  await felix.getByRole('heading', { name: 'Jana Jung', exact: true }).waitFor();
  await felix.locator('#new-thread-title').fill('A trip in spring');
  await press(felix, 'Open the thread');
  await felix.locator('.thread-head', { hasText: 'Jana Jung' }).waitFor();
  await felix.locator('.invite summary').click();
  await press(felix, 'Send by mail');

  const buyer = await someone('jana', path(await house.mailbox.link('jana@jung.example')), true);
  const { page: jana } = buyer;
  await jana.getByRole('heading', { name: 'Felix Frisch of Südwind Reisen invites you' }).waitFor();
  await press(jana, 'Send the code');
  await field(jana, 'Code with six digits').fill(await house.mailbox.code('jana@jung.example'));
  await press(jana, 'Open the conversation');
  await jana.locator('#composer').fill('Is there still room in April?');
  await jana.locator('#composer').press('Enter');
  await felix.locator('.log', { hasText: 'Is there still room in April?' }).waitFor();
  await felix.locator('#composer').fill('There is. Shall I call you?');
  await felix.locator('#composer').press('Enter');
  await jana.locator('.log', { hasText: 'There is. Shall I call you?' }).waitFor();

  await soldInCall(seller, buyer, JANA);
  await felix.getByRole('link', { name: 'Orders', exact: true }).click();
  await felix.getByRole('row').filter({ hasText: 'A week in Apulia' }).waitFor();
  house.calm();
});

test('P5 a buyer who asks first and has no account is answered, called and sold to', async () => {
  const named = (name) => house.people.find((person) => person.name === name);
  const seller = named('felix');
  const { page: nora } = named('nora');
  await nora.getByRole('link', { name: 'Shop', exact: true }).click();
  const address = await nora.getByRole('link', { name: /\/v\// }).getAttribute('href');
  const buyer = await someone('otto', path(address), true);
  const { page: otto } = buyer;
  await otto.getByRole('heading', { name: 'Südwind Reisen' }).waitFor();
  await field(otto, 'Your question').fill('Do you go to Apulia in May?');
  await field(otto, 'Your name').fill('Otto Offen');
  await press(otto, 'Send the question');
  await otto.locator('.log', { hasText: 'Do you go to Apulia in May?' }).waitFor();

  const { page: felix } = seller;
  await felix.getByRole('link', { name: 'Threads', exact: true }).click();
  await felix.locator('.row-link', { hasText: 'Otto Offen' }).getByText('Asked on the shop’s public page').waitFor();
  await seller.openThread('Otto Offen');
  await felix.locator('#composer').fill('We do. Shall I call you?');
  await felix.locator('#composer').press('Enter');
  await otto.locator('.log', { hasText: 'We do. Shall I call you?' }).waitFor();
  await soldInCall(seller, buyer, OTTO);
  house.calm();
});
