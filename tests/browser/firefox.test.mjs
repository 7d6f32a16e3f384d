// Firefox and Chromium in one call, each in both roles: sound and picture both ways. Rows B2, X9.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { BUYER, SELLER, answerCall, becomes, button, call, inCall } from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { FirefoxPerson } from './support/firefox.mjs';
import { pictureStats } from './support/line.mjs';
import { Person } from './support/person.mjs';
import { hears, sees } from './support/senses.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

let server;
let people = [];

before(async () => {
  server = await Server.start();
});

afterEach(async () => {
  await Promise.all(people.splice(0).map((person) => person.close()));
});

after(async () => {
  await server?.remove();
});

async function both(seller, buyer) {
  people = await Promise.all([seller, buyer]);
  await people[0].openThread(BUYER);
  await people[1].openThread(SELLER);
  return people;
}

/** Waits until this person's page plays pictures of the other's camera that go on. */
async function receivesPictures(person) {
  const first = await until(`${person.name} receives pictures`, async () => {
    const now = await person.page.evaluate(pictureStats);
    return now?.frames > 0 && now.frames;
  });
  await until(`${person.name} receives more pictures`, async () => (await person.page.evaluate(pictureStats)).frames > first + 20);
  await until(`${person.name} is shown the picture`, () =>
    person.page.evaluate(() => [...document.querySelectorAll('video')].some((video) => video.videoWidth > 0 && video.currentTime > 0)));
}

test('B2: Chromium calls, Firefox answers', async () => {
  const [seller, buyer] = await both(Person.open(server, 'seller'), FirefoxPerson.open(server, 'buyer'));
  await call(seller);
  await buyer.press('[role=alertdialog] button', 'Accept');
  await Promise.all([inCall(seller), buyer.inCall()]);
  await Promise.all([hears(seller, BUYER_HZ, SELLER_HZ), hears(buyer, SELLER_HZ, BUYER_HZ)]);
  await button(seller, 'Camera on').click();
  await buyer.press('button', 'Camera on');
  await sees(buyer, SIDES.seller, CAMERA_LOOP);
  await receivesPictures(seller);
  await buyer.press('button', 'Hang up');
  await button(seller, 'Call').waitFor();
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});

test('B2: Firefox calls, Chromium answers', async () => {
  const [seller, buyer] = await both(FirefoxPerson.open(server, 'seller'), Person.open(server, 'buyer'));
  await seller.press('button', 'Call');
  await answerCall(buyer);
  await Promise.all([seller.inCall(), inCall(buyer)]);
  await Promise.all([hears(seller, BUYER_HZ, SELLER_HZ), hears(buyer, SELLER_HZ, BUYER_HZ)]);
  await seller.press('button', 'Camera on');
  await button(buyer, 'Camera on').click();
  await sees(seller, SIDES.buyer, CAMERA_LOOP);
  await receivesPictures(buyer);
  await button(buyer, 'Hang up').click();
  await seller.find('button', 'Call');
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});

test('X9: a buyer in Firefox agrees to a recording and stops it, and both hear each other all along', async () => {
  const [seller, buyer] = await both(Person.open(server, 'seller'), FirefoxPerson.open(server, 'buyer'));
  const hearEachOther = () => Promise.all([hears(seller, BUYER_HZ, SELLER_HZ), hears(buyer, SELLER_HZ, BUYER_HZ)]);
  await call(seller);
  await buyer.press('[role=alertdialog] button', 'Accept');
  await Promise.all([inCall(seller), buyer.inCall()]);
  await becomes(seller, 'private');
  await hearEachOther();
  await button(seller, 'Start contract talk').click();
  await buyer.press('[role=alertdialog] button', 'Agree to recording');
  await becomes(seller, 'recorded');
  await hearEachOther();
  await buyer.press('button', 'Stop recording');
  await becomes(seller, 'private');
  await hearEachOther();
  await buyer.press('button', 'Hang up');
  await button(seller, 'Call').waitFor();
  assert.deepEqual([...seller.problems, ...buyer.problems], []);
});
