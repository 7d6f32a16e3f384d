// How long people wait in a call: from the click to the ring, from the accept to the first picture, from hanging up to
// the line in the thread; the longest silence that either hears while a private call becomes a recorded one; and in the
// network laboratory, which needs root, what networks do. Two real browsers; each moment is taken inside the page. Ends
// in one line of JSON.
// Usage: node bench-call.mjs [RUNS]
import { BUYER, SELLER, button, inPrivate, record } from './support/actions.mjs';
import { network } from './support/bench-net.mjs';
import { listen, silence } from './support/ear.mjs';
import { latency } from './support/figures.mjs';
import { clear, moment, note } from './support/moments.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const RUNS = Number(process.argv[2] ?? 30);

async function waiting(runs) {
  const server = await Server.start();
  let people = [];
  try {
    people = await Promise.all([Person.open(server, 'seller', { ear: true }), Person.open(server, 'buyer', { ear: true })]);
    const [seller, buyer] = people;
    await seller.openThread(BUYER);
    await buyer.openThread(SELLER);
    for (const person of people) await person.page.evaluate(note);
    const seen = { ring: [], picture: [], logged: [], gap: [] };
    for (let run = 0; run < runs; run += 1) {
      for (const person of people) await clear(person);
      await button(seller, 'Call').click();
      const called = await moment(seller, 'click');
      seen.ring.push((await moment(buyer, 'ring')) - called);
      // The seller's camera is on before the buyer accepts, so that there is a picture to wait for.
      await button(seller, 'Cancel').waitFor();
      await seller.page.locator('.log').click();
      await seller.page.keyboard.press('v');
      await until('the camera is on', () => seller.page.evaluate(() => window.orderlineCameras > 0));
      await button(buyer, 'Accept').click();
      const accepted = await moment(buyer, 'click');
      seen.picture.push((await moment(buyer, 'picture')) - accepted);
      await inPrivate(seller, buyer);
      if (run === 0) for (const person of people) await listen(person);
      for (const person of people) {
        // What was heard of the call before, and the silence since, is not of this one.
        await silence(person);
        await until(`${person.name} hears the other`, async () => (await silence(person)).heard > 0);
      }
      await record(seller, buyer);
      const gaps = await Promise.all(people.map((person) => silence(person)));
      seen.gap.push(Math.max(...gaps.map(({ longest }) => longest)));
      await button(seller, 'Hang up').click();
      const hung = await moment(seller, 'click');
      seen.logged.push((await moment(buyer, 'logged')) - hung);
      await button(seller, 'Call').waitFor();
      await seller.page.evaluate(() => (window.orderlineCameras = 0));
    }
    return {
      click_to_ring_ms: latency(seen.ring),
      accept_to_first_frame_ms: latency(seen.picture),
      hangup_to_logged_ms: latency(seen.logged),
      switch_gap_ms: latency(seen.gap),
    };
  } finally {
    await Promise.all(people.map((person) => person.close()));
    await server.remove();
  }
}

const waits = await waiting(RUNS);
const root = process.getuid() === 0;
if (!root) console.error('Not root: without the laboratory nothing is told of reconnect_ms, turn_connect_ms and private_server_media_bytes.');
console.log(JSON.stringify(root ? { ...waits, ...(await network(RUNS)) } : waits));
