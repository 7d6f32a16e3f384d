// Around a call: planned by one side, agreed to by the other, moved and called off; what came of it; who is still to
// be called. Row X13.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER, SELLER, button, inCall } from './support/actions.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

let server;
let seller;
let buyer;

before(async () => {
  server = await Server.start();
  [seller, buyer] = await Promise.all([Person.open(server, 'seller'), Person.open(server, 'buyer')]);
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
});

after(async () => {
  await Promise.all([seller, buyer].map((person) => person?.close()));
  await server?.remove();
});

/** The card of planned calls. */
const card = (person) => person.page.getByRole('region', { name: 'Planned calls' });

/** The calendar file behind the card's link, as its lines. */
async function calendar(person) {
  const href = await card(person).getByRole('link', { name: 'Add to calendar' }).getAttribute('href');
  const text = (await person.download(href)).toString('utf8');
  return { href, lines: text.replaceAll('\r\n ', '').trimEnd().split('\r\n') };
}

test('X13: the seller proposes a time, the buyer agrees, both have it in their calendars', async () => {
  await card(seller).getByRole('button', { name: 'Plan a call' }).click();
  await card(seller).getByLabel('Length').selectOption('45');
  await card(seller).getByLabel('What about? (optional)').fill('Your place in the March group');
  await card(seller).getByRole('button', { name: 'Propose this time' }).click();
  await card(seller).getByText(`Waits for ${BUYER} to agree`).waitFor();
  assert.equal(await card(seller).getByRole('button', { name: 'Agree' }).count(), 0, 'nobody agrees with themselves');
  await card(buyer).getByText(`${SELLER} proposes this time`).waitFor();
  await card(buyer).getByText('Your place in the March group').waitFor();
  await card(buyer).getByRole('button', { name: 'Agree' }).click();
  for (const person of [seller, buyer]) await card(person).getByText('Agreed by both').waitFor();
  await seller.page.locator('[data-kind=appointment_changed]').nth(1).waitFor();
  const { lines } = await calendar(buyer);
  for (const line of ['METHOD:PUBLISH', 'SEQUENCE:0', 'STATUS:CONFIRMED', `SUMMARY:Call with ${SELLER}`]) {
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`);
  }
});

test('X13: the seller’s page of calls lists it; the buyer has no such page', async () => {
  await seller.page.getByRole('link', { name: 'Calls', exact: true }).click();
  const row = seller.page.locator('.due', { hasText: BUYER });
  await row.getByText('Agreed by both').waitFor();
  await row.getByRole('link', { name: BUYER }).click();
  await seller.page.locator('#composer').waitFor();
  assert.equal(await buyer.page.getByRole('link', { name: 'Calls', exact: true }).count(), 0);
});

test('X13: a time in the past is refused at its field, and what was typed stays', async () => {
  await card(buyer).getByRole('button', { name: 'Move' }).click();
  await card(buyer).getByLabel('When').fill('2020-01-01T10:00');
  await card(buyer).getByRole('button', { name: 'Propose this time' }).click();
  await card(buyer).getByText('This moment has passed.', { exact: false }).waitFor();
  assert.equal(await card(buyer).getByLabel('When').inputValue(), '2020-01-01T10:00');
});

test('X13: moved by the buyer it waits for the seller; called off, the calendar hears of it', async () => {
  const inTwoDays = new Date(Date.now() + 48 * 3_600_000);
  const field = await buyer.page.evaluate((ms) => {
    const at = new Date(ms);
    const two = (n) => String(n).padStart(2, '0');
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T11:30`;
  }, inTwoDays.getTime());
  await card(buyer).getByLabel('When').fill(field);
  await card(buyer).getByRole('button', { name: 'Propose this time' }).click();
  await card(seller).getByText(`${BUYER} proposes this time`).waitFor();
  const { href, lines } = await calendar(seller);
  assert.ok(lines.includes('SEQUENCE:1') && lines.includes('STATUS:TENTATIVE'));
  await card(seller).getByRole('button', { name: 'Call off' }).click();
  await card(seller).getByLabel('Why?', { exact: false }).fill('I am ill');
  await card(seller).getByRole('button', { name: 'Call it off' }).click();
  await card(buyer).getByText('No call is planned.').waitFor();
  await buyer.page.locator('.event.warn', { hasText: 'I am ill' }).waitFor();
  const off = (await buyer.download(href)).toString('utf8').split('\r\n');
  assert.ok(off.includes('METHOD:CANCEL') && off.includes('SEQUENCE:2'));
});

test('X13: what came of a call is noted for the seller’s side alone; "call again" is due on the list', async () => {
  await button(seller, 'Call').click();
  await buyer.page.getByRole('alertdialog').getByRole('button', { name: 'Accept', exact: true }).click();
  await Promise.all([inCall(seller), inCall(buyer)]);
  await button(seller, 'Hang up').click();
  const noted = seller.page.getByRole('region', { name: 'What came of the call' });
  await noted.getByText('Call again at …').click();
  await noted.getByLabel('Note (optional)').fill('Asks her partner first');
  await noted.getByRole('button', { name: 'Save' }).click();
  await noted.getByText('Call again:', { exact: false }).waitFor();
  await noted.getByRole('button', { name: 'Change' }).click();
  await noted.getByLabel('Note (optional)').fill('Her partner agrees');
  await noted.getByRole('button', { name: 'Save' }).click();
  await noted.getByText('What it said before').click();
  await noted.getByText('Asks her partner first').waitFor();
  assert.equal(await buyer.page.getByText('Her partner agrees').count(), 0);
  assert.equal(await buyer.page.getByText('What came of the call').count(), 0);

  await seller.page.getByRole('link', { name: 'Calls', exact: true }).click();
  const due = seller.page.locator('.due', { hasText: 'Wants to be called again' });
  await due.getByRole('button', { name: 'Next week' }).click();
  await until('it is put off', async () => (await due.innerText()).includes('in 6 days') || (await due.innerText()).includes('in 7 days'));
  await due.getByRole('button', { name: `Done with ${BUYER}` }).click();
  await seller.page.getByText('Nobody waits for a call').waitFor();
});

test('X13: a link by SMS opens this conversation alone, after a code; the thread says who proved what', async () => {
  const invite = seller.page.locator('details.invite');
  await seller.openThread(BUYER);
  await invite.locator('summary').click();
  await invite.getByRole('button', { name: 'Send by SMS' }).click();
  await invite.getByLabel('Phone number, with country').fill('0341 1');
  await invite.getByRole('button', { name: 'Send', exact: true }).click();
  await invite.getByText('Please enter a phone number with its country', { exact: false }).waitFor();
  await invite.getByLabel('Phone number, with country').fill('+49 341 123456');
  await invite.getByRole('button', { name: 'Send', exact: true }).click();
  await invite.getByText('Sent, not opened yet').waitFor();

  const phone = () => seller.page.evaluate(async () => (await fetch('/demo/messages')).text());
  const link = await until('the link arrives', async () => /http\S+\/j#[0-9a-f]{64}/.exec(await phone())?.[0]);
  const page = await buyer.context.newPage();
  await page.goto(link);
  await page.getByRole('heading', { name: `${SELLER} of Nordlicht Akademie invites you to a conversation` }).waitFor();
  await page.getByRole('button', { name: 'Send the code' }).click();
  const code = await until('the code arrives', async () => /^(\d{6}) is your code/m.exec(await phone())?.[1]);
  const wrong = code === '000000' ? '000001' : '000000';
  await page.getByLabel('Code with six digits').fill(wrong);
  await page.getByRole('button', { name: 'Open the conversation' }).click();
  await page.getByText('This code is not right. Tries left: 4.').waitFor();
  await page.getByLabel('Code with six digits').fill(code);
  await page.getByLabel('Code with six digits').press('Enter');
  await page.locator('#composer').waitFor();
  assert.match(page.url(), /\/b\/threads\//);
  await seller.page.locator('.event.good', { hasText: `${BUYER} opened the link and proved the number …56` }).waitFor();
  await invite.getByText('Opened, address proved').waitFor();
  await page.goto(link);
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  await page.close();
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
