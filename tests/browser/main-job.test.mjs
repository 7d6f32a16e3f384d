// The main job, whole: two people in two browsers chat, call, agree on an offer; then the order, the call's times
// and the recording of the contract talk are there. Rows B1 to B6, X9, CU1, CU5, CU7, CC1, CC8, CC11.
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { pictures, sound, toneLevel } from './support/ffmpeg.mjs';
import {
  BUYER, METHOD, SELLER, answerCall, button, call, connectedAt, fillOffer, inCall, inPrivate, lastMessage, mode, record, say,
} from './support/actions.mjs';
import { NUMBERS, inOrder } from './support/barcode.mjs';
import { Person } from './support/person.mjs';
import { hears, sees, seesNoMore } from './support/senses.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

/** How much louder a voice must be in its own channel than anywhere else. */
const CLEARLY_DB = 20;

let server;
let seller;
let buyer;
let compliance;

before(async () => {
  server = await Server.start();
  [seller, buyer] = await Promise.all([
    Person.open(server, 'seller', { share: true }),
    Person.open(server, 'buyer'),
  ]);
});

after(async () => {
  await Promise.all([seller, buyer, compliance].map((person) => person?.close()));
  await server?.remove();
});

test('B1–B6, CU1, CU5, CU7, CC1, CC8, CC11: from the first message to the recording in the page', async (t) => {
  const measured = {};
  let schedule;
  let order;
  let recording;

  await t.test('B1: a message appears at the other side', async () => {
    await seller.openThread(BUYER);
    await buyer.openThread(SELLER);
    await say(seller, 'Shall I call you now?');
    await lastMessage(buyer, 'Shall I call you now?');
    await say(buyer, 'Yes, please.');
    await lastMessage(seller, 'Yes, please.');
  });

  await t.test('B2, CU5: the seller calls, the buyer reads that the call is private and accepts', async () => {
    await call(seller);
    await answerCall(buyer);
    await Promise.all([inCall(seller), inCall(buyer)]);
    await inPrivate(seller, buyer);
  });

  await t.test('B2: each hears the other', async () => {
    await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  });

  await t.test('B2: each sees the other’s camera', async () => {
    await button(seller, 'Camera on').click();
    await button(buyer, 'Camera on').click();
    await Promise.all([
      sees(buyer, SIDES.seller, CAMERA_LOOP),
      sees(seller, SIDES.buyer, CAMERA_LOOP),
    ]);
  });

  await t.test('B2, CU5: a shared screen arrives', async () => {
    await button(seller, 'Share screen').click();
    await sees(buyer, SIDES.screen, NUMBERS);
    await say(buyer, 'I can see it.');
    await lastMessage(seller, 'I can see it.');
  });

  await t.test('X9: the buyer agrees to be recorded, and the call goes on where it was', async () => {
    assert.equal(await mode(buyer), 'private');
    await record(seller, buyer);
    await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
    await Promise.all([
      sees(buyer, SIDES.screen, NUMBERS),
      sees(seller, SIDES.buyer, CAMERA_LOOP),
    ]);
  });

  await t.test('CC1, CC8, B5: the offer is live at the buyer, with every payment', async () => {
    schedule = await fillOffer(seller, buyer);
  });

  await t.test('CC11, B5: confirmed as shown, ordered once', async () => {
    await seller.page.locator('.offer-actions button').first().click();
    await button(buyer, /^Confirm/).click();
    const place = button(seller, /^Order now/);
    await until('the order can be placed', () => place.isEnabled());
    await place.dblclick();
    order = await until('the order stands in the thread', async () => (await seller.snapshot()).order);
    const snapshot = await seller.snapshot();
    const placed = snapshot.events.filter((event) => event.body.type === 'order_placed');
    assert.equal(placed.length, 1, 'the order exists once');
    assert.deepEqual(order.schedule, schedule, 'the order has the exact schedule');
    const revised = snapshot.events.findLast((event) => event.body.type === 'offer_revised').body;
    const confirmed = snapshot.events.findLast((event) => event.body.type === 'offer_confirmed').body;
    assert.equal(confirmed.hash, revised.hash, 'what was confirmed is what was shown');
    assert.equal(revised.content.method, METHOD.name, 'in it stands how the buyer wishes to pay');
    assert.equal(revised.content.buyer.address.city, 'Hamburg', 'and the whole buyer');
    await buyer.page.getByText(order.number).first().waitFor();
  });

  await t.test('CU5: the screen is no longer shared', async () => {
    await button(seller, 'Stop sharing').click();
    await seesNoMore(buyer, SIDES.screen);
  });

  await t.test('B3, CU7: hanging up ends the call for both, and the thread says how long it was', async () => {
    const both = Math.max(await connectedAt(seller), await connectedAt(buyer));
    await button(seller, 'Hang up').click();
    measured.seconds = (Date.now() - both) / 1000;
    const ended = await until('the end stands in the thread', async () => {
      const { events } = await buyer.snapshot();
      measured.began = Date.parse(events.findLast((event) => event.body.type === 'recording_started')?.at);
      return events.find((event) => event.body.type === 'call_ended')?.body;
    });
    measured.recorded = (Date.parse(ended.ended_at) - measured.began) / 1000;
    assert.equal(ended.reason, 'hung_up_by_seller');
    measured.logged = ended.duration_ms / 1000;
    assert.ok(
      Math.abs(measured.logged - measured.seconds) <= 1,
      `the thread says ${measured.logged} s, measured were ${measured.seconds} s`,
    );
    for (const person of [seller, buyer]) {
      const end = person.page.locator('[data-kind=call_ended]').last();
      await end.waitFor();
      assert.match(await end.innerText(), /Call ended after \d+:\d\d[^]*\d\d:\d\d.* to \d\d:\d\d/, 'duration, start and end');
      await person.page.locator('[data-kind=order_placed]').last().waitFor();
      await until(`${person.name}'s devices are released`, () =>
        person.page.evaluate(() => window.orderlinePeers.every((peer) => peer.connectionState === 'closed')),
      );
    }
  });

  await t.test('B6: compliance finds the recording by the order and plays it', async () => {
    compliance = await Person.open(server, 'compliance', { devices: false });
    const { page } = compliance;
    await until('the recording is complete', async () => {
      const { items: recordings } = await compliance.read(`/api/recordings?order=${order.number}`);
      return recordings.length === 1 && recordings[0].phase === 'ready';
    }, { patience: 90_000 });
    await page.goto(`${server.origin('compliance')}/o/recordings?order=${order.number}`);
    await page.locator('table.list tbody th a').first().click();
    await page.locator('#reason').fill('Check of order ' + order.number);
    const opened = page.waitForResponse((answer) => answer.url().endsWith('/plays'));
    await page.keyboard.press('Enter');
    recording = await (await opened).json();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const audio = () => page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0);
    await until('the sound plays', async () => (await audio()) > 1);
    const half = recording.row.duration_ms / 2000;
    await page.locator('input[type=range]').first().evaluate((slider) => {
      slider.value = String(Number(slider.max) / 2);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      slider.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await until('seeking lands and goes on from there', async () => {
      const at = await audio();
      return at > half && at < half + 5;
    });
    const log = await compliance.read(`/api/recordings/${recording.row.recording}/log`);
    assert.ok(log.items.some((entry) => entry.reason.includes(order.number)), 'the access is logged with its reason');
  });

  await t.test('B4: what is stored decodes: length, each voice in its channel, pictures in order', async () => {
    const stored = await readdir(join(server.data, 's3'), { recursive: true });
    assert.ok(stored.length > 0, 'the object storage holds the recording');
    const files = new Map();
    for (const track of recording.tracks) {
      const path = join(server.data, `check-${track.name}`);
      await writeFile(path, await compliance.download(track.url));
      files.set(`${track.kind} ${track.seat}`, path);
    }
    const heard = await sound(files.get('audio null'));
    assert.ok(Math.abs(heard.seconds - measured.recorded) <= 1, `${heard.seconds} s recorded of ${measured.recorded} s`);
    assert.ok(measured.recorded < measured.logged - 1, 'what was said before the contract talk is not in it');
    const levels = {
      left: { own: toneLevel(heard.left, SELLER_HZ), other: toneLevel(heard.left, BUYER_HZ) },
      right: { own: toneLevel(heard.right, BUYER_HZ), other: toneLevel(heard.right, SELLER_HZ) },
    };
    for (const [channel, { own, other }] of Object.entries(levels)) {
      assert.ok(own > -50 && own - other >= CLEARLY_DB, `${channel}: own tone ${own} dB, the other's ${other} dB`);
    }
    for (const [track, side, around] of [
      ['camera 0', SIDES.seller, CAMERA_LOOP],
      ['camera 1', SIDES.buyer, CAMERA_LOOP],
      ['screen 0', SIDES.screen, NUMBERS],
    ]) {
      const seen = await pictures(files.get(track));
      const numbers = seen.filter((barcode) => barcode?.side === side).map((barcode) => barcode.number);
      assert.ok(numbers.length >= 10, `${track}: ${numbers.length} readable pictures of ${seen.length}`);
      assert.ok(seen.every((barcode) => barcode === null || barcode.side === side), `${track} shows only its side`);
      assert.ok(inOrder(numbers, around), `${track} goes forward: ${numbers}`);
    }
  });

  await t.test('nothing went wrong in any page', async () => {
    for (const person of [seller, buyer, compliance]) {
      assert.deepEqual(person.problems, []);
      assert.deepEqual(await person.page.evaluate(() => window.orderlineBreaches), []);
    }
  });
});
