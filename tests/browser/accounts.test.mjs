// A person's own account: in without a password, where one is signed in, another password. Mail really goes out.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { House } from './support/house.mjs';
import { authenticator, openAccount } from './support/account.mjs';
import { atAllSizes } from './support/pages.mjs';

const JANA = 'jana@lind.example';
const MARA = 'mara@nordlicht.example';
const NEW = 'seven quiet rivers in spring';

let house;

before(async () => {
  house = await House.open();
});

after(() => house?.close());

const someone = async (name, at = '/') => (await house.someone(name, { at })).page;

const path = (address) => address.slice(address.indexOf('/', 'http://'.length));
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const field = (page, label) => page.getByLabel(new RegExp(`^${label}`));

test('P3: a buyer without a password signs in by a link to their mailbox', async () => {
  const asking = await someone('nobody');
  await asking.getByText('No password, or forgotten?').click();
  await field(asking, 'Your account’s e-mail').fill('jana');
  await press(asking, 'Send me a link');
  await asking.locator('#link-email-error', { hasText: 'e-mail address' }).waitFor();
  await field(asking, 'Your account’s e-mail').fill(JANA);
  await press(asking, 'Send me a link');
  await asking.getByText(`If ${JANA} has an account, a link is on its way there.`).waitFor();
  await atAllSizes(asking, 'asking for a link');

  const link = path(await house.mailbox.link(JANA));
  const jana = await someone('elsewhere', link);
  await jana.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await atAllSizes(jana, 'a link to an account');
  await press(jana, 'Sign in');
  await jana.getByRole('heading', { name: 'Conversations', exact: true }).or(jana.locator('.row-link').first()).first().waitFor();

  // Once used it is over, and says so.
  const late = await someone('late', link);
  await late.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await accessible(late, 'a link that is over');
});

test('P3: whoever works for a shop chooses a new password, which ends the sessions there were', async () => {
  const before = await someone('seller', '/demo/seller');
  await before.locator('.row-link').first().waitFor();
  const asking = await someone('again');
  await asking.getByText('No password, or forgotten?').click();
  await field(asking, 'Your account’s e-mail').fill(MARA);
  await press(asking, 'Choose a new password');
  const mara = await someone('mara', path(await house.mailbox.link(MARA)));
  await mara.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await field(mara, 'New password').fill('short');
  await press(mara, 'Save and sign in');
  await mara.getByText('This is too short.').waitFor();
  await field(mara, 'New password').fill(NEW);
  await atAllSizes(mara, 'choosing a password');
  await press(mara, 'Save and sign in');
  await mara.locator('.row-link').first().waitFor();
  await before.getByRole('heading', { name: 'Sign in' }).or(before.getByText('Continue as', { exact: false }).first()).first().waitFor();
});

test('P3, RO5: where one is signed in is listed, and ended elsewhere', async () => {
  const here = await someone('buyer', '/demo/buyer');
  const there = await someone('buyer', '/demo/buyer');
  await there.locator('.row-link').first().waitFor();
  await openAccount(here);
  await here.getByRole('heading', { name: 'Your account' }).waitFor();
  await atAllSizes(here, 'one’s account');
  const others = here.locator('.sessions li[data-here=false]');
  await others.first().waitFor();
  await press(here, 'Sign out everywhere else');
  await here.locator('.sessions li').nth(1).waitFor({ state: 'detached' });
  await there.getByText('Continue as', { exact: false }).first().waitFor();
  house.calm();
});

test('P3: a passkey is added, signs in without a word typed, and is removed', async () => {
  const page = await someone('admin', '/demo/admin');
  await authenticator(page);
  await openAccount(page);
  await field(page, 'What to call it').fill('');
  await press(page, 'Add a passkey');
  await page.locator('#passkey-name-error', { hasText: 'fill this in' }).waitFor();
  await field(page, 'What to call it').fill('Work laptop');
  await press(page, 'Add a passkey');
  await page.getByText('Work laptop', { exact: false }).first().waitFor();
  assert.match(await house.mailbox.read('admin@nordlicht.example'), /the passkey "Work laptop" was added/);
  await atAllSizes(page, 'an account with a passkey');

  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('Sign in with e-mail and password').click();
  await press(page, 'Sign in with a passkey');
  await openAccount(page);
  await page.locator('.sessions li', { hasText: 'A passkey' }).filter({ hasText: 'This browser' }).waitFor();
  await page.getByRole('button', { name: 'Remove Work laptop' }).click();
  await page.getByRole('button', { name: 'Remove Work laptop' }).waitFor({ state: 'detached' });
  assert.match(await house.mailbox.read('admin@nordlicht.example'), /the passkey "Work laptop" was removed/);

  // What was removed signs nobody in.
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('Sign in with e-mail and password').click();
  await press(page, 'Sign in with a passkey');
  await page.getByText('E-mail or password is not right', { exact: false }).or(page.locator('.form [role=alert]', { hasText: /./ })).first().waitFor();
  house.calm();
});
