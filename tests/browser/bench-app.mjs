// How large the app is and how soon it can be used: the files of each entry as they are sent (Brotli), and the median
// of five cold loads of the buyer's page at 1.6 Mbit/s on a four times slower processor. Ends in one line of JSON.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile } from './support/figures.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const LOADS = 5;
const BYTES_PER_SECOND = 1_600_000 / 8;
const SLOWER = 4;
const DIST = fileURLToPath(new URL('../../app/dist', import.meta.url));

async function brotliKib(entry) {
  const folder = join(DIST, entry);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.br'));
  if (files.length === 0) throw new Error(`there are no compressed files in ${folder}; build the app with --release`);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return Math.round((sizes.reduce((sum, size) => sum + size, 0) / 1024) * 10) / 10;
}

/** Runs in every new page: notes when the list of threads can be used. */
function noteUse() {
  new MutationObserver(() => {
    if (document.querySelector('.row-link')) window.orderlineUsable ??= performance.now();
  }).observe(document, { childList: true, subtree: true });
}

const sizes = { buyer_br_kib: await brotliKib('buyer'), staff_br_kib: await brotliKib('staff') };
const server = await Server.start();
let buyer;
try {
  buyer = await Person.open(server, 'buyer', { devices: false });
  const { page } = buyer;
  await page.addInitScript(noteUse);
  const line = await buyer.context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.setCacheDisabled', { cacheDisabled: true });
  const speed = { offline: false, latency: 0, downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND };
  await line.send('Network.emulateNetworkConditions', speed);
  await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const loads = [];
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto(`${server.origin('buyer')}/b/`, { waitUntil: 'commit' });
    loads.push(await until('the page can be used', () => page.evaluate(() => window.orderlineUsable), { patience: 120_000 }));
  }
  console.log(JSON.stringify({ ...sizes, interactive_ms: Math.round(quantile(loads, 0.5)) }));
} finally {
  await buyer?.close();
  await server.remove();
}
