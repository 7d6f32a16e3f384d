// Who may call, contact that stays here, closed threads, and mail to a buyer who is not there. Rows CU1, CU3, CU9,
// X15.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER, button, call, lastMessage, say } from './support/actions.mjs';
import { pair } from './support/pair.mjs';

const { seller, buyer } = await pair();

/** The seller chooses for the whole shop on the page of settings and comes back to the thread. */
async function set(...labels) {
  await seller.page.getByRole('link', { name: 'Who may call', exact: true }).click();
  const shop = seller.page.getByRole('region', { name: 'The whole shop' });
  for (const label of labels) await shop.getByLabel(label).check();
  await shop.getByRole('button', { name: 'Save' }).click();
  await shop.getByText('Saved by Mara König', { exact: false }).waitFor();
  await seller.page.getByRole('link', { name: 'Threads', exact: true }).click();
  await seller.openThread(BUYER);
}

test('CU3: switched off, the buyer sees no way to ask; sold, the buyer reads why; paid, both may', async () => {
  await button(buyer, 'Ask for a call').first().waitFor();
  await set(/^In none/);
  await button(buyer, 'Ask for a call').first().waitFor({ state: 'detached' });
  await seller.page.getByText('Calls are switched off.', { exact: false }).waitFor();
  assert.equal(await button(seller, 'Call').count(), 0);
  await set(/^Only where the buyer has paid/);
  await buyer.page.getByText('Calls are an option that is paid for.', { exact: false }).waitFor();
  await button(seller, 'The buyer has paid for calls').click();
  await button(seller, 'Call').waitFor();
  await button(buyer, 'Ask for a call').first().waitFor();
  await set(/^In all threads/);
  await button(seller, 'Call').waitFor();
});

test('CU9: a phone number goes out with a word of why not; blocked, the text stays with its writer', async () => {
  await say(buyer, 'Call me: +49 341 1234567');
  await lastMessage(seller, '+49 341 1234567');
  await buyer.page.getByText('It holds a phone number.', { exact: false }).waitFor();
  await set(/^Do not send it/);
  const text = 'Then write to jana@lind.example';
  await say(buyer, text);
  await buyer.page.getByText('Not sent: it holds a mail address.', { exact: false }).waitFor();
  assert.equal(await buyer.page.locator('#composer').inputValue(), text);
  await buyer.page.locator('#composer').fill('The total of 2.280,00 € is fine, first on 01.12.2026');
  await buyer.page.locator('#composer').press('Enter');
  await lastMessage(seller, '2.280,00 €');
  assert.equal(await seller.page.getByText(text).count(), 0);
});

test('CU1: in a closed thread nobody writes, calls or asks', async () => {
  await button(seller, 'Close thread').click();
  await buyer.page.getByText('This thread is closed. Nobody writes here any more.').waitFor();
  await buyer.page.getByText('there are no calls any more', { exact: false }).waitFor();
  assert.equal(await button(seller, 'Call').count(), 0);
  assert.equal(await button(buyer, 'Ask for a call').count(), 0);
  assert.equal(await buyer.page.locator('#composer').count(), 0);
  await button(seller, 'Open again').click();
  await buyer.page.locator('#composer').waitFor();
  await button(seller, 'Call').waitFor();
});

test('X15: a buyer who is not there gets a mail whose link leads to the thread', async () => {
  await buyer.page.goto('about:blank');
  await seller.page.locator('.thread-head .online').waitFor({ state: 'detached' });
  await call(seller);
  await button(seller, 'Cancel').click();
  const inbox = await buyer.tab('/b/mailbox');
  await inbox.getByRole('heading', { name: `${SELLER} calls you` }).waitFor();
  await inbox.getByRole('link', { name: /\/b\/threads\// }).click();
  await inbox.locator('#composer').waitFor();
  await inbox.locator('.event[data-kind="call_cancelled"]').getByRole('button', { name: 'Ask for a call' }).waitFor();
});

test('who is not signed in comes to the place that the link names', async () => {
  const { items: threads } = await seller.read('/api/threads');
  const thread = threads.find((it) => it.people.some((person) => person.name === BUYER)).thread;
  await buyer.context.clearCookies();
  const page = await buyer.tab(`/b/threads/${thread}`);
  await page.getByRole('link', { name: `Continue as ${BUYER}` }).click();
  await page.locator('#composer').waitFor();
  assert.match(page.url(), new RegExp(`/b/threads/${thread}$`));
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
