// Ends of a call that nobody chose, and calls of several tabs: no answer, a browser that is gone, a network that lets
// nothing through, two tabs that ring or call at once, both screens at once, a server that is started again. Row B2.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { BUYER, SELLER, answerCall, becomes, button, call, inCall, record } from './support/actions.mjs';
import { NUMBERS } from './support/barcode.mjs';
import { BUYER_HZ, SELLER_HZ, SIDES } from './support/devices.mjs';
import { pair } from './support/pair.mjs';
import { Person } from './support/person.mjs';
import { hears, sees } from './support/senses.mjs';
import { until } from './support/wait.mjs';

/** Longer than a call rings, and longer than a broken one is held. */
const LONG = { patience: 90_000 };

const { server, seller, buyer } = await pair({
  // Without TURN a network that lets no UDP through lets no private call through either.
  server: { options: ['--no-turn'] },
  seller: { share: true },
  buyer: { share: true },
});
let others = [];

beforeEach(async () => {
  if (await button(seller, 'Hang up').isVisible()) await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
});

afterEach(() => Promise.all(others.splice(0).map((person) => person.close())));

const both = (work) => Promise.all([work(seller), work(buyer)]);
const last = async () => (await seller.snapshot()).seq;
const hearEachOther = () => Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);

/** Waits for the newest event of a kind in the thread, later than `than`. */
const event = (kind, than) =>
  until(`${kind} stands in the thread`, async () => {
    const { events } = await seller.snapshot();
    return events.findLast((event) => event.body.type === kind && event.seq > than);
  }, LONG);

async function talk() {
  await call(seller);
  await answerCall(buyer);
  await both((person) => inCall(person));
}

/** One more browser of the buyer's, which answers in place of the first. */
async function another(options) {
  const person = await Person.open(server, 'buyer', options);
  others.push(person);
  return person;
}

test('nobody answers, and after its time the call is missed on one side and not answered on the other', async () => {
  const before = await last();
  await call(seller);
  await buyer.page.getByRole('alertdialog').waitFor();
  await event('call_missed', before);
  await buyer.page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await seller.page.getByText(`${BUYER} did not answer.`).first().waitFor();
  await buyer.page.getByText(`You missed a call from ${SELLER}.`).first().waitFor();
});

test('a browser that is gone is waited for, and then the call ends as a lost connection', async () => {
  const before = await last();
  const gone = await another();
  await call(seller);
  await answerCall(gone);
  await Promise.all([inCall(seller), inCall(gone)]);
  const session = await gone.browser.newBrowserCDPSession();
  // The browser dies at once and cannot answer any more.
  session.send('Browser.crash').catch(() => {});
  await seller.page.getByText('connection lost, coming back').first().waitFor();
  const ended = await event('call_ended', before);
  assert.equal(ended.body.reason, 'connection_lost');
  await seller.page.getByText('the connection was lost', { exact: false }).first().waitFor();
});

/** Runs inside a page: as if a firewall stood around it, no connection has an address to come from. */
function walledIn() {
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(configuration) {
      super({ ...configuration, iceServers: [], iceTransportPolicy: 'relay' });
    }
  };
}

test('in a network that lets nothing through the call ends as one that never connected', async () => {
  const before = await last();
  const shut = await another();
  await shut.context.addInitScript(walledIn);
  await shut.page.reload();
  await call(seller);
  await answerCall(shut);
  const ended = await event('call_ended', before);
  assert.equal(ended.body.reason, 'never_connected');
  await seller.page.getByText('it never connected', { exact: false }).first().waitFor();
});

test('two tabs ring, one accepts, and the other stops and says where the call is', async () => {
  const second = await buyer.tab('/b/');
  await call(seller);
  const rings = [buyer.page, second].map((page) => page.getByRole('alertdialog'));
  await Promise.all(rings.map((ring) => ring.waitFor()));
  await rings[1].getByRole('button', { name: 'Accept', exact: true }).click();
  await Promise.all(rings.map((ring) => ring.waitFor({ state: 'detached' })));
  await Promise.all([inCall(seller), inCall(buyer, second)]);
  await hears(buyer, SELLER_HZ, BUYER_HZ, second);
  await button(buyer, 'Join here').waitFor();
  assert.equal(await button(buyer, 'Hang up').count(), 0);
  await button(seller, 'Hang up').click();
  await second.close();
});

/** Runs inside a page: presses Call at a moment. */
async function pressAt(moment) {
  const call = [...document.querySelectorAll('button')].find((button) => button.innerText.trim() === 'Call');
  await new Promise((resolve) => setTimeout(resolve, moment - Date.now()));
  call.click();
}

test('two tabs press Call at once, and there is one call', async () => {
  const before = await last();
  const second = await seller.tab(new URL(seller.page.url()).pathname);
  await button(seller, 'Call', { page: second }).waitFor();
  // A click that waits for the button would come after the first one's call has taken it away.
  await Promise.all([seller.page, second].map((page) => page.evaluate(pressAt, Date.now() + 500)));
  await answerCall(buyer);
  await inCall(buyer);
  await event('call_started', before);
  const { events } = await seller.snapshot();
  assert.equal(events.filter(({ seq, body }) => seq > before && body.type === 'call_started').length, 1);
  await button(buyer, 'Hang up').click();
  await event('call_ended', before);
  await buyer.page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await second.close();
});

for (const how of ['private', 'recorded']) {
  test(`B2, ${how}: both share their screens, and each sees the other's`, async () => {
    await talk();
    if (how === 'recorded') await record(seller, buyer);
    await both((person) => becomes(person, how));
    await both((person) => button(person, 'Share screen').click());
    await Promise.all([sees(buyer, SIDES.screen, NUMBERS), sees(seller, SIDES.screen, NUMBERS)]);
    await both((person) => button(person, 'Stop sharing').first().click());
    await both((person) => button(person, 'Share screen').waitFor());
    await hearEachOther();
  });
}

test('the server is killed and started again in a call, and the same call goes on', async () => {
  const before = await last();
  await talk();
  await hearEachOther();
  await server.kill();
  await server.run();
  await hearEachOther();
  await until('both are in the call again', async () => (await button(buyer, 'Hang up').isVisible()) && (await button(seller, 'Hang up').isVisible()));
  await record(seller, buyer);
  await hearEachOther();
  await button(buyer, 'Hang up').click();
  const ended = await event('call_ended', before);
  assert.equal(ended.body.reason, 'hung_up_by_buyer');
  const { events } = await seller.snapshot();
  assert.equal(events.filter(({ seq, body }) => seq > before && body.type === 'call_ended').length, 1);
});

test('nothing went wrong in the pages', () => {
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
