// What people do in the pages, by the names that stand on them.
import assert from 'node:assert/strict';
import { until } from './wait.mjs';

/** Names of the demo's people. */
export const SELLER = 'Mara König';
export const BUYER = 'Jana Lind';
export const COLLEAGUE = 'Piet Jansen';

/** A button by its name. */
export function button(person, name, { exact = true, page = person.page } = {}) {
  return page.getByRole('button', { name, exact });
}

/** Writes a message and sends it. */
export async function say(person, text, page = person.page) {
  await page.locator('#composer').fill(text);
  await page.locator('#composer').press('Enter');
}

/** Waits until a message stands in the open thread. */
export async function lastMessage(person, text, page = person.page) {
  await page.locator('article.msg:not(.waiting)', { hasText: text }).last().waitFor();
}

/** Every message of the open thread as the page shows it, without what is still being sent. */
export async function messages(page) {
  return page.locator('article.msg:not(.waiting)').evaluateAll((lines) =>
    lines.map((line) => ({ seq: Number(line.dataset.seq), text: line.innerText })),
  );
}

/** The seller presses Call. */
export async function call(seller) {
  await button(seller, 'Call').click();
}

/** The buyer's page rings and says whether the call is private or recorded, and then what that means; accepts. */
export async function answerCall(buyer) {
  const ring = buyer.page.getByRole('alertdialog');
  await ring.waitFor();
  const words = await ring.innerText();
  if (!/private, not recorded/i.test(words)) noticed(words);
  await ring.getByRole('button', { name: 'Accept', exact: true }).click();
}

/** The words that a buyer must have read before a recording. */
function noticed(words) {
  assert.match(words, /record/i, 'the buyer reads that it is recorded');
  assert.match(words, /kept/i, 'and for how long that is kept');
  assert.match(words, /Orderline Platform Ltd\./, 'and with whom the contract is made');
}

/** The seller starts the contract talk; the buyer reads what that means. Answers the question in the buyer's page. */
export async function askToRecord(seller, buyer) {
  await button(seller, 'Start contract talk').click();
  const question = buyer.page.getByRole('alertdialog');
  await question.waitFor();
  noticed(await question.innerText());
  await seller.page.getByText(/^Asking .* for permission/).waitFor();
  return question;
}

/** Which badge this person's call shows. */
export function mode(person, page = person.page) {
  return page.locator('.pill.mode').getAttribute('data-mode');
}

/** Waits until this person's call shows this badge, and their media take its way. */
export async function becomes(person, wanted, page = person.page) {
  await until(`${person.name}'s call is ${wanted}`, async () => (await mode(person, page)) === wanted, { patience: 60_000 });
  await until(`${person.name}'s call has changed over`, () => page.getByText('Changing over', { exact: false }).isHidden());
}

/** To private, where the buyer's policy records from the first second. */
export async function inPrivate(seller, buyer) {
  if ((await mode(seller)) !== 'private') await button(seller, 'End contract talk').click();
  await Promise.all([becomes(seller, 'private'), becomes(buyer, 'private')]);
}

/** From private to recorded. */
export async function record(seller, buyer) {
  const question = await askToRecord(seller, buyer);
  await question.getByRole('button', { name: 'Agree to recording' }).click();
  await Promise.all([becomes(seller, 'recorded'), becomes(buyer, 'recorded')]);
}

/** The code that this person sees. */
export async function safetyCode(person, page = person.page) {
  const details = page.locator('#call-mode');
  if (await details.isHidden()) await page.locator('.pill.mode').click();
  return until(`${person.name} sees a code`, () => page.locator('.safety-code').getAttribute('data-code'));
}

/** Waits until this person is in the call, with the media connected. */
export async function inCall(person, page = person.page) {
  await button(person, 'Hang up', { page }).waitFor();
  await until(
    `${person.name} is connected`,
    async () => {
      const peers = await page.evaluate(() =>
        window.orderlinePeers.map((peer) => [peer.signalingState, peer.iceGatheringState, peer.iceConnectionState, peer.connectionState]));
      if (peers.some((states) => states.at(-1) === 'connected')) return true;
      throw new Error(JSON.stringify(peers));
    },
    { patience: 45_000 },
  );
}

/** Where a person is in a call: the moment of the first connection, in the machine's milliseconds. */
export function connectedAt(person) {
  return person.page.evaluate(() => window.orderlineConnectedAt);
}

const PAYMENTS = 7;
const AMOUNT_CENTS = 240_001;
/** How the offer's buyer wishes to pay. */
export const METHOD = { name: 'sepa_debit', words: 'SEPA direct debit' };
const ADDRESS = {
  name: 'Jana Lind',
  email: 'jana@lind.example',
  'address-street': 'Hafenstraße 12',
  'address-postal_code': '20457',
  'address-city': 'Hamburg',
};

/**
 * The seller makes an offer of seven monthly payments that begin on a 31st; the buyer's page must show each.
 * Answers the schedule as it must be.
 */
export async function fillOffer(seller, buyer) {
  const form = (field) => seller.page.locator(`#offer-${field}`);
  const inactive = form('product').locator('option', { hasText: 'Summer academy 2025' });
  assert.ok(await inactive.evaluate((option) => option.disabled), 'an inactive product cannot be chosen');
  await form('product').selectOption({ label: 'Coaching Pro' });
  await until('all plans of the product can be chosen', async () => {
    const plans = await form('plan').locator('option').allInnerTexts();
    return plans.length === 5 && plans.includes('Subscription, monthly');
  });
  await form('plan').selectOption({ label: '3 monthly instalments' });
  const due = month31(new Date());
  await form('amount').fill((AMOUNT_CENTS / 100).toFixed(2));
  await form('payments').fill(String(PAYMENTS));
  await form('first_due').fill(due);
  await form('method').selectOption(METHOD.name);
  for (const [field, text] of Object.entries(ADDRESS)) await form(`buyer-${field}`).fill(text);
  await form('buyer-address-country').selectOption('DE');
  const schedule = expected(due);
  const wanted = schedule.payments.map((payment) => [String(payment.number), ...payment.due.split('-').map(Number), payment.amount.amount]);
  for (const person of [seller, buyer]) {
    await until(`${person.name} sees every payment`, async () => {
      const rows = await person.page.locator('table.schedule tbody tr').evaluateAll((rows) =>
        rows.map((row) => [...row.cells].map((cell) => cell.innerText)),
      );
      return rows.length === PAYMENTS && rows.every((row, at) => shows(row, wanted[at]));
    });
  }
  await buyer.page.getByText('Hafenstraße 12', { exact: false }).first().waitFor();
  await buyer.page.getByText(`You pay by ${METHOD.words}.`).waitFor();
  return schedule;
}

/** Whether a line of the schedule shows number, day and amount, however the language writes them. */
function shows([number, day, amount], [wantedNumber, year, , dayOfMonth, wantedAmount]) {
  return number === wantedNumber && day.includes(String(year)) && day.includes(String(dayOfMonth)) && amount.includes(wantedAmount);
}

/** The next month's end that is a 31st, from which monthly payments meet shorter months. */
function month31(today) {
  for (let ahead = 1; ; ahead += 1) {
    const last = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + ahead + 1, 0));
    if (last.getUTCDate() === 31) return last.toISOString().slice(0, 10);
  }
}

/** Seven payments that add up exactly, on the last day of each month. */
function expected(first) {
  const [year, month] = first.split('-').map(Number);
  const each = Math.floor(AMOUNT_CENTS / PAYMENTS);
  const rest = AMOUNT_CENTS % PAYMENTS;
  const money = (cents) => ({ amount: (cents / 100).toFixed(2), currency: 'EUR' });
  const payments = Array.from({ length: PAYMENTS }, (_, at) => ({
    number: at + 1,
    due: new Date(Date.UTC(year, month + at, 0)).toISOString().slice(0, 10),
    amount: money(each + (at < rest ? 1 : 0)),
  }));
  return { payments, total: money(AMOUNT_CENTS) };
}
