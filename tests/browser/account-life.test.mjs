// What becomes of an account: help for a lost second factor. Mail really goes out.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './support/house.mjs';
import { setUpAuthenticator } from './support/account.mjs';
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
