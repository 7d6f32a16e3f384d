// The call bench's figures of the network: coming back after a path died, connecting through TURN, and what the server
// sees of private calls. In the network laboratory, which changes addresses and counts; needs root.
import { BUYER, SELLER, button, inPrivate, record } from './actions.mjs';
import { BUYER_HZ, SELLER_HZ } from './devices.mjs';
import { latency } from './figures.mjs';
import { Lab } from './lab.mjs';
import { anew, listen, longestGap, silentFor } from './line.mjs';
import { clear, moment, note } from './moments.mjs';
import { pairs } from './paths.mjs';
import { hears } from './senses.mjs';
import { until } from './wait.mjs';

/** Shorter than this, a pause belongs to the tone; longer than that, it is a path that died. */
const PAUSE_MS = 250;
const DEAD_MS = 600;
/** How old the server's numbers may be, and a little more. */
const NUMBERS_MS = 700;
/** What the relay's port may see of a private call: nothing, in bytes. */
const COUNTED = ['orderline_media_bytes_in_total', 'orderline_media_bytes_out_total'];

/** Measures over so many runs. */
export async function network(runs) {
  const lab = await Lab.open(['server', 'seller', 'buyer']);
  let server;
  let people = [];
  try {
    server = await lab.server();
    people = await Promise.all(['seller', 'buyer'].map((name) => lab.person(server, name)));
    const [seller, buyer] = people;
    await until('TURN answers', async () => (await seller.read('/api/ice')).ice_servers.length > 0);
    await seller.openThread(BUYER);
    await buyer.openThread(SELLER);
    for (const person of people) await person.page.evaluate(note);
    const relayed = await mediaBytes(seller);
    await talk(seller, buyer);
    const passed = await throughServer(lab);
    const turned = await turn(seller, buyer, runs);
    const seen = (await mediaBytes(seller)) - relayed;
    const back = await reconnect(lab, seller, buyer, runs);
    // A count that stands still in recorded calls too would prove nothing.
    if ((await mediaBytes(seller)) - relayed <= seen) throw new Error('the relay counts nothing at all');
    return { reconnect_ms: latency(back), turn_connect_ms: latency(turned), private_server_media_bytes: Math.max(seen, passed) };
  } finally {
    await Promise.all(people.map((person) => person.close()));
    await server?.remove();
    await lab.close();
  }
}

/** What went through the relay's port so far, by the server's own count. */
async function mediaBytes({ page }) {
  const end = performance.now() + NUMBERS_MS;
  await until('the numbers are new', () => performance.now() > end);
  const numbers = await page.evaluate(async () => (await fetch('/metrics')).text());
  const counts = COUNTED.map((name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(numbers)?.[1]));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The media that has come to the server's interface so far or left it, by the router's count. */
async function throughServer(lab) {
  const passed = await lab.count();
  const there = passed.filter(({ from, to }) => [from, to].includes('server'));
  return there.reduce((sum, { media_bytes, channel_bytes }) => sum + media_bytes + channel_bytes, 0);
}

async function answered(seller, buyer) {
  for (const person of [seller, buyer]) await clear(person);
  await button(seller, 'Call').click();
  await buyer.page.getByRole('alertdialog').waitFor();
  for (const { page } of [seller, buyer]) await page.evaluate(() => (window.orderlineConnectedAt = undefined));
  await button(buyer, 'Accept').click();
  return moment(buyer, 'click');
}

const connected = (person) =>
  until(`${person.name} is connected`, () => person.page.evaluate(() => window.orderlineConnectedAt), { patience: 45_000 });

async function hangUp(seller) {
  await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
}

/** A private call, from browser to browser, with sound and pictures. */
async function talk(seller, buyer) {
  await answered(seller, buyer);
  await Promise.all([connected(seller), connected(buyer)]);
  await inPrivate(seller, buyer);
  for (const person of [seller, buyer]) await button(person, 'Camera on').click();
  await Promise.all([hears(seller, BUYER_HZ, SELLER_HZ), hears(buyer, SELLER_HZ, BUYER_HZ)]);
  await hangUp(seller);
}

/** Private calls of two who hide their addresses: from the accept until both are connected through TURN. */
async function turn(seller, buyer, runs) {
  const taken = [];
  const hide = (how) =>
    Promise.all([seller, buyer].map(({ page }) => page.evaluate((how) => localStorage.setItem('orderline.hide_address', how), how)));
  await hide('yes');
  for (let run = 0; run < runs; run += 1) {
    const accepted = await answered(seller, buyer);
    const ends = await Promise.all([connected(seller), connected(buyer)]);
    const way = (await pairs(seller)).at(-1);
    if (way?.types[0] !== 'relay') throw new Error(`not through TURN: ${JSON.stringify(way)}`);
    taken.push(Math.max(...ends) - accepted);
    await hangUp(seller);
  }
  await hide('no');
  return taken;
}

/**
 * In a recorded call the buyer's address goes, and with it every path to the relay, `runs` times: from then until both
 * hear each other over another one.
 */
async function reconnect(lab, seller, buyer, runs) {
  const gaps = [];
  await answered(seller, buyer);
  await Promise.all([connected(seller), connected(buyer)]);
  await inPrivate(seller, buyer);
  await record(seller, buyer);
  const both = (work) => Promise.all([seller, buyer].map(work));
  await both((person) => person.page.evaluate(listen));
  const heard = (person) => until(`${person.name} hears the other`, async () => (await silentFor(person)) < PAUSE_MS);
  for (let run = 0; run < runs; run += 1) {
    await both(heard);
    await both(anew);
    await lab.changeAddress('buyer');
    await both((person) => until(`${person.name} hears nothing`, async () => (await longestGap(person)) > DEAD_MS));
    await both(heard);
    gaps.push(Math.max(...(await both(longestGap))));
  }
  await hangUp(seller);
  return gaps;
}
