// Every page for people who use a keyboard or a screen reader, in light and dark, and on a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { answerCall, call, fillOffer, inCall, record } from './support/actions.mjs';
import { PAGES, shown } from './support/pages.mjs';
import { pair } from './support/pair.mjs';
import { Person } from './support/person.mjs';

const PHONE = { width: 390, height: 800 };
const { server, seller, buyer } = await pair();

/** At the size of a desk's screen, then of a phone's. */
async function onBoth(page, where) {
  await accessible(page, where);
  const desk = page.viewportSize();
  await page.setViewportSize(PHONE);
  await accessible(page, `${where} on a phone`);
  await page.setViewportSize(desk);
}

for (const [name, paths] of Object.entries(PAGES)) {
  test(`the ${name}’s pages`, async () => {
    const person = await Person.open(server, name, { devices: false });
    try {
      for (const path of paths) {
        await onBoth(await shown(person, path), path);
      }
      assert.deepEqual(person.problems, []);
    } finally {
      await person.close();
    }
  });
}

test('a thread, a ringing call, a private and a recorded call, an offer', async () => {
  const both = (where) => Promise.all([onBoth(seller.page, `the seller, ${where}`), onBoth(buyer.page, `the buyer, ${where}`)]);
  await both('thread');
  await call(seller);
  await buyer.page.getByRole('alertdialog').waitFor();
  await both('ringing');
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await both('private call');
  await record(seller, buyer);
  await both('recorded call');
  await fillOffer(seller, buyer);
  await both('offer');
});
