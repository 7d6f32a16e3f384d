// How large the app is and how soon it can be used: the files of one load of each entry as they are sent (Brotli), and
// the medians of five cold loads of the buyer's page at 1.6 Mbit/s, 150 ms round trip, on a four times slower processor:
// when the page first shows something, and when the list of threads can be used. Ends in one line of JSON.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quantile } from './support/figures.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const LOADS = 5;
const BYTES_PER_SECOND = 1_600_000 / 8;
const ROUND_TRIP_MS = 150;
const SLOWER = 4;
const DIST = fileURLToPath(new URL('../../app/dist', import.meta.url));
// A load brings one of an entry's pages, the one for a person who is signed in, and the texts of one language.
const PAGE = 'list.en.html.br';
const TEXTS = 'locales/en.json.br';

async function brotliKib(entry) {
  const folder = join(DIST, entry);
  const isLoaded = (file) => file === PAGE || file === TEXTS || !(file.endsWith('.html.br') || file.startsWith('locales/'));
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.br') && isLoaded(file));
  if (!files.includes(PAGE)) throw new Error(`there are no compressed files in ${folder}; build the app with --release`);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return Math.round((sizes.reduce((sum, size) => sum + size, 0) / 1024) * 10) / 10;
}

/** Runs in every new page: notes when the list of threads can be used. */
function noteUse() {
  new MutationObserver(() => {
    if (document.querySelector('.row-link')) window.orderlineUsable ??= performance.now();
  }).observe(document, { childList: true, subtree: true });
}

/** Runs in the page: both moments, once both have come. */
function moments() {
  const [painted] = performance.getEntriesByName('first-contentful-paint');
  return painted && window.orderlineUsable && { painted: painted.startTime, usable: window.orderlineUsable };
}

const median = (loads, what) => Math.round(quantile(loads.map((load) => load[what]), 0.5));

const staff = await Promise.all(['staff', 'office'].map(brotliKib));
// Who works for a vendor loads one of two entries: the larger.
const sizes = { buyer_kib: await brotliKib('buyer'), staff_kib: Math.max(...staff) };
const server = await Server.start();
let buyer;
try {
  buyer = await Person.open(server, 'buyer', { devices: false });
  const { page } = buyer;
  await page.addInitScript(noteUse);
  const line = await buyer.context.newCDPSession(page);
  await line.send('Network.enable');
  await line.send('Network.setCacheDisabled', { cacheDisabled: true });
  const speed = { offline: false, latency: ROUND_TRIP_MS, downloadThroughput: BYTES_PER_SECOND, uploadThroughput: BYTES_PER_SECOND };
  await line.send('Network.emulateNetworkConditions', speed);
  await line.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const loads = [];
  for (let load = 0; load < LOADS; load += 1) {
    await page.goto(`${server.origin('buyer')}/b/`, { waitUntil: 'commit' });
    loads.push(await until('the page can be used', () => page.evaluate(moments), { patience: 120_000 }));
  }
  console.log(JSON.stringify({ ...sizes, frame_ms: median(loads, 'painted'), interactive_ms: median(loads, 'usable') }));
} finally {
  await buyer?.close();
  await server.remove();
}
