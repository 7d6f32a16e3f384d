// A second factor where a role needs one, and the question who is there before rights are given.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './support/house.mjs';
import { openAccount, setUpAuthenticator, totp } from './support/account.mjs';
import { atAllSizes } from './support/pages.mjs';

const PASSWORD = 'orderline-demo';
const COMPLIANCE = 'compliance@nordlicht.example';
// The answer to a request that wants to know first who is there; the server's own is shown by its tests, which move time.
const ASKED = { code: 'fresh_proof_needed', status: 403, title: 'Please confirm once more that it is you.' };

let house;

before(async () => {
  house = await House.open();
});

after(() => house?.close());

const someone = async (name, at = '/') => (await house.someone(name, { at })).page;

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const code = (page) => page.getByLabel('Code of your authenticator app');

async function signIn(page, email) {
  const more = page.getByText('Sign in with e-mail and password');
  await more.click();
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#password').press('Enter');
}

test('P3: compliance staff show a second factor before they see a recording', async () => {
  const page = await someone('nobody');
  await signIn(page, COMPLIANCE);
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await atAllSizes(page, 'setting up a second factor');
  await press(page, 'Set up an authenticator app');
  await page.locator('.qr').waitFor();
  await atAllSizes(page, 'a QR code for an app');
  await page.getByLabel('Code that the app shows').fill('000000');
  await press(page, 'Confirm');
  await page.locator('#first-code-error', { hasText: /./ }).waitFor();
  const secret = await page.locator('.secret').innerText();
  await page.getByLabel('Code that the app shows').fill(totp(secret));
  await press(page, 'Confirm');
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
  await atAllSizes(page, 'recovery codes');
  const codes = await page.locator('.recovery code').allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await press(page, 'I have kept them');
  await page.getByRole('link', { name: 'Recordings' }).waitFor();

  // Asked at each sign-in: the code that was taken before is none, the next one is; so is a recovery code, once.
  await press(page, 'Sign out');
  await signIn(page, COMPLIANCE);
  await code(page).waitFor();
  await atAllSizes(page, 'a second factor is asked for');
  await code(page).fill('12');
  await press(page, 'Confirm');
  await page.locator('#show-code-error', { hasText: /./ }).waitFor();
  await code(page).fill(totp(secret, 1));
  await press(page, 'Confirm');
  await page.getByRole('link', { name: 'Recordings' }).waitFor();
  await press(page, 'Sign out');
  await signIn(page, COMPLIANCE);
  await code(page).fill(codes[4].toUpperCase());
  await press(page, 'Confirm');
  await page.getByRole('link', { name: 'Recordings' }).waitFor();
  await openAccount(page);
  await page.getByText('Recovery codes that are left: 9.', { exact: false }).waitFor();
  await atAllSizes(page, 'an account with an authenticator');
});

test('P3: before rights are given somebody shows once more that it is they', async () => {
  const page = await someone('admin');
  await signIn(page, 'admin@nordlicht.example');
  await page.getByRole('heading', { name: 'Products' }).waitFor();
  await page.getByRole('link', { name: 'People' }).click();
  await press(page, 'Invite somebody');
  await page.getByLabel('Name', { exact: true }).fill('Ines Neu');
  await page.getByLabel('E-mail', { exact: true }).fill('ines@nordlicht.example');
  let asked = 0;
  await page.route(/\/api\/people\/invitations(\?|$)/, async (route) => {
    const first = route.request().method() === 'POST' && asked++ === 0;
    if (first) await route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(ASKED) });
    else await route.continue();
  });
  await press(page, 'Send invitation');
  const dialog = page.getByRole('dialog', { name: 'Please confirm that it is you' });
  await dialog.getByLabel('Password').fill('not the one');
  await atAllSizes(page, 'who is there is asked once more');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.locator('.error', { hasText: /password/ }).first().waitFor();
  await dialog.getByLabel('Password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Invitations that wait' }).waitFor();
  await page.getByText('ines@nordlicht.example').first().waitFor();
  assert.equal(asked, 2);

  // Called off, nothing is sent.
  asked = 0;
  await press(page, 'Invite somebody');
  await page.getByLabel('Name', { exact: true }).fill('Otto Neu');
  await page.getByLabel('E-mail', { exact: true }).fill('otto@nordlicht.example');
  await press(page, 'Send invitation');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Please confirm once more that it is you; nothing was changed.').waitFor();
  assert.equal(asked, 1);
});

test('P3: a buyer adds an authenticator and is asked for it', async () => {
  const page = await someone('buyer');
  await signIn(page, 'jana@lind.example');
  await openAccount(page);
  const { codes } = await setUpAuthenticator(page);
  assert.equal(codes.length, 10);
  await press(page, 'I have kept them');
  await page.getByText('Recovery codes that are left: 10.', { exact: false }).waitFor();
  await press(page, 'Sign out');
  await signIn(page, 'jana@lind.example');
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  await code(page).fill(codes[0]);
  await press(page, 'Confirm');
  await openAccount(page);
  await press(page, 'Remove the app');
  await page.getByRole('button', { name: 'Set up an authenticator app', exact: true }).waitFor();
});
