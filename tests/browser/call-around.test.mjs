// Around a call: planned by one side, agreed to by the other, moved and called off; what came of it; who is still to
// be called. Row X13.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER, answerCall, button, inCall } from './support/actions.mjs';
import { pair } from './support/pair.mjs';
import { Person } from './support/person.mjs';
import { until } from './support/wait.mjs';

const { server, seller, buyer } = await pair();

/** The card of planned calls. */
const card = (person) => person.page.getByRole('region', { name: 'Planned calls' });

/** What stands in a field for a moment, on this person's clock. */
function fieldValue(person, ms) {
  return person.page.evaluate((ms) => {
    const at = new Date(ms);
    const two = (n) => String(n).padStart(2, '0');
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
  }, ms);
}

/** The newest mail of a kind in this person's mailbox, once there are so many. */
function mail(person, kind, count = 1) {
  return until(`${person.name} has mail: ${kind}`, async () => {
    const { items: mails } = await person.read('/api/mailbox');
    const fitting = mails.filter((mail) => mail.kind === kind);
    return fitting.length >= count && fitting[0];
  });
}

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
  const [file] = await Promise.all([
    buyer.page.waitForEvent('download'),
    card(buyer).getByRole('link', { name: 'Add to calendar' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'call.ics');
  const { lines } = await calendar(buyer);
  for (const line of ['METHOD:PUBLISH', 'SEQUENCE:0', 'STATUS:CONFIRMED', `SUMMARY:Call with ${SELLER}`]) {
    assert.ok(lines.includes(line), `${line} in\n${lines.join('\n')}`);
  }
});

test('the seller’s page of calls lists what is planned; the buyer has no such page', async () => {
  await seller.page.getByRole('link', { name: 'Calls', exact: true }).click();
  const row = seller.page.locator('.due', { hasText: BUYER });
  await row.getByText('Agreed by both').waitFor();
  await row.getByRole('link', { name: BUYER }).click();
  await seller.page.locator('#composer').waitFor();
  assert.equal(await buyer.page.getByRole('link', { name: 'Calls', exact: true }).count(), 0);
});

test('a time in the past is refused at its field, and what was typed stays', async () => {
  await card(buyer).getByRole('button', { name: 'Move' }).click();
  await card(buyer).getByLabel('When').fill('2020-01-01T10:00');
  await card(buyer).getByRole('button', { name: 'Propose this time' }).click();
  await card(buyer).getByText('This moment has passed.', { exact: false }).waitFor();
  assert.equal(await card(buyer).getByLabel('When').inputValue(), '2020-01-01T10:00');
});

test('X13: moved by the buyer it waits for the seller; called off, the calendar hears of it', async () => {
  await card(buyer).getByLabel('When').fill(await fieldValue(buyer, Date.now() + 48 * 3_600_000));
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

test('X13: both are reminded of a call that begins soon, in the page and by mail', async () => {
  await card(seller).getByRole('button', { name: 'Plan a call' }).click();
  await card(seller).getByLabel('When').fill(await fieldValue(seller, Date.now() + 6 * 60_000));
  await card(seller).getByRole('button', { name: 'Propose this time' }).click();
  await card(buyer).getByRole('button', { name: 'Agree' }).click();
  await seller.page.locator('.plan-soon', { hasText: `Your call with ${BUYER} begins at` }).waitFor();
  const reminder = buyer.page.locator('.plan-soon', { hasText: `Your call with ${SELLER} begins at` });
  await reminder.waitFor();
  await buyer.page.getByRole('link', { name: 'Mailbox', exact: true }).click();
  const soon = await mail(buyer, 'call_soon');
  assert.equal(soon.subject, `Your call with ${SELLER} begins soon`);
  assert.equal(soon.attachment, 'call.ics');
  await reminder.getByRole('button', { name: 'Open the thread' }).click();
  await buyer.page.locator('#composer').waitFor();
  for (const person of [seller, buyer]) {
    await person.page.locator('.plan-soon').getByRole('button', { name: 'Close' }).click();
    await person.page.locator('.plan-soon').waitFor({ state: 'detached' });
  }
});

test('X13: what came of a call is noted for the seller’s side alone; "call again" is due on the list', async () => {
  await button(seller, 'Call').click();
  await answerCall(buyer);
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
  await seller.page.getByRole('link', { name: 'Threads', exact: true }).click();
  await seller.openThread(BUYER);
  await invite.locator('summary').click();
  await invite.getByRole('button', { name: 'Send by SMS' }).click();
  // Nothing is sent before the number stands there as it was understood.
  const send = invite.getByRole('button', { name: 'Send', exact: true });
  assert.ok(await send.isDisabled());
  for (const bad of ['0341 1', '+49 17O 1234567', '+881 6 12345678']) {
    await invite.getByLabel('Phone number, with country').fill(bad);
    await invite.getByText('Please enter a phone number with its country', { exact: false }).waitFor();
    assert.ok(await send.isDisabled(), bad);
  }
  await invite.getByLabel('Phone number, with country').fill('(+49) 341/123456');
  await invite.getByText('Understood as +49 341 123456, Germany.').waitFor();
  await send.click();
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

test('X13: a link by mail, opened in a browser that nobody is signed in at, leads to this conversation and its calls', async () => {
  const invite = seller.page.locator('details.invite');
  await invite.getByRole('button', { name: 'Send by mail' }).click();
  const invited = await mail(buyer, 'join_link');
  const link = /http\S+\/j#[0-9a-f]{64}/.exec(invited.text)[0];
  const guest = await Person.open(server, 'buyer', { at: link });
  try {
    await guest.page.getByText('we send a code to', { exact: false }).waitFor();
    await guest.page.getByRole('button', { name: 'Send the code' }).click();
    const code = (await mail(buyer, 'join_code')).subject.slice(0, 6);
    await guest.page.getByLabel('Code with six digits').fill(code);
    await guest.page.getByRole('button', { name: 'Open the conversation' }).click();
    await guest.page.locator('#composer').waitFor();
    const { thread } = await seller.snapshot();
    assert.ok(guest.page.url().endsWith(`/b/threads/${thread}`), guest.page.url());
    const { items: threads } = await guest.read('/api/threads');
    assert.deepEqual(threads.map((it) => it.thread), [thread], 'and to no other');
    assert.equal(await guest.page.getByRole('link', { name: 'Mailbox', exact: true }).count(), 0);
    await seller.page.locator('.event.good', { hasText: `${BUYER} opened the link and proved the mail address` }).waitFor();
    await button(seller, 'Call').click();
    await answerCall(guest);
    await Promise.all([inCall(seller), inCall(guest)]);
    await button(guest, 'Hang up').click();
    await button(seller, 'Call').waitFor();
    assert.deepEqual(guest.problems, []);
  } finally {
    await guest.close();
  }
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
