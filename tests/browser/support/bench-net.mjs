// The call bench's figures of the network: coming back, TURN, and what the server sees of a private call.
import { button, inCall } from './actions.mjs';
import { latency } from './figures.mjs';
import { anew, listen, longestGap, silentFor } from './line.mjs';
import { hears } from './senses.mjs';
import { BUYER_HZ, SELLER_HZ } from './devices.mjs';
import { until } from './wait.mjs';

/** Shorter than this, a pause belongs to the tone. */
const PAUSE_MS = 250;
const TALK_MS = 5_000;

/** Bytes of media that the server's port took in so far. Its counters are at most half a second old. */
async function mediaBytes(server) {
  const text = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  const count = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return count('orderline_media_bytes_in_total') + count('orderline_media_bytes_out_total');
}

/** In a running call the buyer's page is loaded again, `runs` times: how long the seller hears nothing. */
export async function reconnect(seller, buyer, runs) {
  const gaps = [];
  await seller.page.evaluate(listen);
  for (let run = 0; run < runs; run += 1) {
    await until('the seller hears the buyer', async () => (await silentFor(seller)) < PAUSE_MS);
    await anew(seller);
    await buyer.page.reload({ waitUntil: 'commit' });
    await until('the seller hears nothing', async () => (await silentFor(seller)) > PAUSE_MS);
    await until('the seller hears the buyer again', async () => (await silentFor(seller)) < PAUSE_MS);
    gaps.push(await longestGap(seller));
  }
  return { reconnect_ms: latency(gaps) };
}

/**
 * Private calls in which the buyer hides their address, so that all goes through TURN: from the accept until both are
 * connected. `answer` is what the buyer presses.
 */
export async function turn(seller, buyer, runs, answer) {
  const taken = [];
  for (let run = 0; run < runs; run += 1) {
    await button(seller, 'Call').click();
    const ring = buyer.page.getByRole('alertdialog');
    await ring.waitFor();
    for (const { page } of [seller, buyer]) await page.evaluate(() => (window.orderlineConnectedAt = undefined));
    const begun = await buyer.page.evaluate(() => Date.now());
    await answer(ring);
    const ends = [];
    for (const person of [seller, buyer]) {
      ends.push(await until(`${person.name} is connected`, () => person.page.evaluate(() => window.orderlineConnectedAt)));
    }
    taken.push(Math.max(...ends) - begun);
    await button(seller, 'Hang up').click();
    await button(seller, 'Call').waitFor();
  }
  return { turn_connect_ms: latency(taken) };
}

/** A private call in which both talk for a while: what went through the server's media port meanwhile. */
export async function privateBytes(server, seller, buyer, answer) {
  const before = await mediaBytes(server);
  await button(seller, 'Call').click();
  const ring = buyer.page.getByRole('alertdialog');
  await ring.waitFor();
  await answer(ring);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await Promise.all([hears(seller, BUYER_HZ, SELLER_HZ), hears(buyer, SELLER_HZ, BUYER_HZ)]);
  const end = performance.now() + TALK_MS;
  await until('they talked', () => performance.now() > end);
  await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
  return { private_server_media_bytes: (await mediaBytes(server)) - before };
}

