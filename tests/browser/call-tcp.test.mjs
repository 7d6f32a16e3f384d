// A recorded call of somebody whose network carries no UDP to us: media reach the relay over TCP. Row B2.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BUYER, SELLER, answerCall, button, call, inCall, record } from './support/actions.mjs';
import { BUYER_HZ, CAMERA_LOOP, SELLER_HZ, SIDES } from './support/devices.mjs';
import { Person } from './support/person.mjs';
import { hears, sees } from './support/senses.mjs';
import { Server } from './support/server.mjs';

let server;
let seller;
let buyer;

before(async () => {
  server = await Server.start();
  [seller, buyer] = await Promise.all([Person.open(server, 'seller'), Person.open(server, 'buyer')]);
  // Its addresses over UDP never reach the page, as if a firewall stood before them.
  await buyer.context.addInitScript(withoutUdp);
  await buyer.page.reload();
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
});

after(async () => {
  await Promise.all([seller, buyer].map((person) => person?.close()));
  await server?.remove();
});

/** Runs inside a page. */
function withoutUdp() {
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function setWithoutUdp(given) {
    const lines = given.sdp.split('\r\n').filter((line) => !/^a=candidate:\S+ \d+ udp /i.test(line));
    return set.call(this, { type: given.type, sdp: lines.join('\r\n') });
  };
}

/** Runs inside a page: what the chosen path of the newest connection is made of. */
async function path() {
  const peer = window.orderlinePeers.findLast((peer) => peer.connectionState === 'connected');
  const stats = await peer.getStats();
  const all = [...stats.values()];
  const { selectedCandidatePairId } = all.find((one) => one.type === 'transport');
  const pair = stats.get(selectedCandidatePairId);
  return stats.get(pair.remoteCandidateId).protocol;
}

test('B2: both hear and see each other although one of them has TCP alone', async () => {
  await button(seller, 'Call').waitFor();
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await record(seller, buyer);
  assert.equal(await buyer.page.evaluate(path), 'tcp');
  assert.equal(await seller.page.evaluate(path), 'udp');
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
  await button(buyer, 'Camera on').click();
  await sees(seller, SIDES.buyer, CAMERA_LOOP);
  await button(seller, 'Camera on').click();
  await sees(buyer, SIDES.seller, CAMERA_LOOP);
  await button(seller, 'Hang up').click();
  await button(seller, 'Call').waitFor();
});
