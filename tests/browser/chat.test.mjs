// Chat that misses nothing: at once, over a reload, without a network, and over a killed server. Rows B1, X11.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUYER, SELLER, lastMessage, messages, say } from './support/actions.mjs';
import { pair } from './support/pair.mjs';
import { until } from './support/wait.mjs';

const { server, seller, buyer } = await pair({ seller: { devices: false }, buyer: { devices: false } });

/** Both pages show the thread as the server has it: nothing missing, doubled or out of order. */
async function same() {
  const { events } = await seller.snapshot();
  const stored = events.filter((event) => event.body.type === 'message_sent');
  for (const person of [seller, buyer]) {
    await until(`${person.name} shows the whole thread`, async () => {
      const shown = await messages(person.page);
      return (
        shown.length === stored.length &&
        shown.every(({ seq, text }, at) => seq === stored[at].seq && text.includes(stored[at].body.text))
      );
    });
  }
  return stored.map((event) => event.body.text);
}

test('B1: a message appears at the other side at once', async () => {
  await say(buyer, 'Is the course recorded?');
  await lastMessage(seller, 'Is the course recorded?');
  await say(seller, 'Every session, for a year.');
  await lastMessage(buyer, 'Every session, for a year.');
  await same();
});

test('a reload shows the same thread', async () => {
  const before = await same();
  await buyer.page.reload();
  await buyer.page.locator('#composer').waitFor();
  assert.deepEqual(await same(), before);
});

test('X11: what is written without a network arrives when it is back, once and in order', async () => {
  await buyer.context.setOffline(true);
  for (const text of ['First, offline', 'Second, offline', 'Third, offline']) await say(buyer, text);
  await say(seller, 'Meanwhile, online');
  await buyer.context.setOffline(false);
  await lastMessage(seller, 'Third, offline');
  await lastMessage(buyer, 'Meanwhile, online');
  const texts = await same();
  const own = texts.filter((text) => text.endsWith(', offline'));
  assert.deepEqual(own, ['First, offline', 'Second, offline', 'Third, offline']);
});

test('X11: a killed server loses nothing that was said', async () => {
  await say(seller, 'Before the kill');
  await lastMessage(buyer, 'Before the kill');
  await server.kill();
  await buyer.page.getByText('No connection.').waitFor();
  await say(buyer, 'During the outage, buyer');
  await say(seller, 'During the outage, seller');
  await server.run();
  await lastMessage(seller, 'During the outage, buyer');
  await lastMessage(buyer, 'During the outage, seller');
  const texts = await same();
  for (const text of ['Before the kill', 'During the outage, buyer', 'During the outage, seller']) {
    assert.equal(texts.filter((stored) => stored === text).length, 1, text);
  }
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
