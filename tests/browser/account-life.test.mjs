// What becomes of an account: help for a lost second factor, another address, its end. Mail really goes out.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './support/house.mjs';
import { openAccount, setUpAuthenticator } from './support/account.mjs';
import { atAllSizes } from './support/pages.mjs';

const PASSWORD = 'orderline-demo';
const COMPLIANCE = 'compliance@nordlicht.example';

let house;

before(async () => {
  house = await House.open();
});

after(() => house?.close());

const someone = async (name, at = '/') => (await house.someone(name, { at })).page;
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function signIn(page, email) {
  await page.getByText('Sign in with e-mail and password').click();
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#password').press('Enter');
}

test('P3: the platform’s admin takes away a second factor that somebody lost', async () => {
  const lost = await someone('nobody');
  await signIn(lost, COMPLIANCE);
  await setUpAuthenticator(lost);
  await press(lost, 'I have kept them');
  await lost.getByRole('link', { name: 'Recordings' }).waitFor();

  const admin = await someone('platform', '/demo/platform');
  await admin.getByRole('link', { name: 'Sign-ins' }).click();
  await press(admin, 'Lost second factor');
  const address = admin.getByLabel('Address that they sign in with');
  await address.fill('platform@orderline.example');
  await press(admin, 'Find the account');
  await admin.getByText('This is your own account.', { exact: false }).waitFor();
  await address.fill(COMPLIANCE);
  await press(admin, 'Find the account');
  await admin.getByText('Has an authenticator app.').waitFor();
  await press(admin, 'Remove it and sign them out everywhere');
  await admin.locator('#reset-reason-error', { hasText: /./ }).waitFor();
  await atAllSizes(admin, 'a lost second factor');
  await admin.getByLabel('Why, and how you know that it is they').fill('Lost the phone; called back at the office');
  await press(admin, 'Remove it and sign them out everywhere');
  await admin.getByRole('status').filter({ hasText: 'is gone' }).waitFor();
  await admin.getByRole('cell', { name: /Second factor removed by the platform/ }).filter({ hasText: 'called back at the office' }).waitFor();
  await atAllSizes(admin, 'a second factor that was taken away');

  assert.match(await house.mailbox.read(COMPLIANCE), /removed the second factor/);
  await lost.goto(new URL('/', lost.url()).href);
  await signIn(lost, COMPLIANCE);
  await lost.getByRole('button', { name: 'Set up an authenticator app', exact: true }).waitFor();
  house.calm();
});

test('P3, RO5: an address changes once both mailboxes have agreed', async () => {
  const path = (address) => address.slice(address.indexOf('/', 'http://'.length));
  const [old, next] = ['jana@lind.example', 'jana@new.example'];
  const page = await someone('buyer');
  await signIn(page, old);
  await openAccount(page);
  const address = page.getByLabel('New address');
  await address.fill('jana');
  await press(page, 'Change the address');
  await page.locator('#new-email-error', { hasText: 'e-mail address' }).waitFor();
  await address.fill(next);
  await press(page, 'Change the address');
  await page.getByRole('status').filter({ hasText: 'waits for both mailboxes' }).waitFor();
  await atAllSizes(page, 'a change of address that waits');
  await press(page, 'Take it back');
  await address.fill(next);
  // The first change was taken back with its links.
  await Promise.all([house.mailbox.read(old), house.mailbox.read(next)]);
  await press(page, 'Change the address');
  await page.getByRole('status').filter({ hasText: 'waits for both mailboxes' }).waitFor();

  const fromNew = await someone('new', path(await house.mailbox.link(next)));
  await fromNew.getByRole('heading', { name: 'Is this the new address of your account?' }).waitFor();
  await atAllSizes(fromNew, 'the new mailbox is asked');
  await press(fromNew, 'Yes, this mailbox is mine');
  await fromNew.getByText('once the other mailbox has agreed too', { exact: false }).waitFor();
  const fromOld = await someone('old', path(await house.mailbox.link(old)));
  await fromOld.getByRole('heading', { name: 'Shall your account have another address?' }).waitFor();
  await press(fromOld, 'Yes, change it');
  await fromOld.getByText(`the account has the address ${next} now`, { exact: false }).waitFor();
  await atAllSizes(fromOld, 'an address that was changed');
  await page.reload();
  await page.getByText(next, { exact: false }).first().waitFor();
  house.calm();
});

test('P3, RO5: an account is closed by its person, in words that say what goes and what stays', async () => {
  const page = await someone('support');
  await signIn(page, 'support@nordlicht.example');
  await openAccount(page);
  await page.getByText('This goes at once', { exact: false }).waitFor();
  await press(page, 'Close my account');
  const address = page.getByLabel('To confirm, type the account’s address');
  await address.fill('support@x.example');
  await press(page, 'Close it for good');
  await page.locator('#close-email-error', { hasText: 'not the account’s address' }).waitFor();
  await atAllSizes(page, 'closing an account');
  await address.fill('support@nordlicht.example');
  await press(page, 'Close it for good');
  await page.getByText('Sign in with e-mail and password').waitFor();
  assert.match(await house.mailbox.read('support@nordlicht.example'), /account is closed/);

  // Whoever is the last to give rights stays.
  const admin = await someone('platform', '/demo/platform');
  await openAccount(admin);
  await press(admin, 'Close my account');
  await admin.getByLabel('To confirm, type the account’s address').fill('platform@orderline.example');
  await press(admin, 'Close it for good');
  await admin.getByText('Somebody has to stay admin.', { exact: false }).waitFor();
  house.calm();
});
