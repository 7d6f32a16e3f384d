// Takes the picture of the README: a running call with the offer beside it, as the seller sees it.
// Usage: node screenshot.mjs [FILE]
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BUYER, SELLER, answerCall, button, call, fillOffer, inCall, inPrivate, lastMessage, record, say } from './support/actions.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';
import { until } from './support/wait.mjs';

const FILE = process.argv[2] ?? fileURLToPath(new URL('../../docs/call.png', import.meta.url));
const VIEW = { width: 1440, height: 1000 };
const [WIDE, HIGH] = [640, 360];

/** A drawn person before a wall, as a film of one picture; colours are (luma, blue, red). */
function portrait({ wall, hair, skin, shirt }) {
  const colour = (x, y) => {
    const [dx, dy] = [(x - WIDE / 2) / HIGH, (y - HIGH * 0.42) / HIGH];
    if ((dx / 0.15) ** 2 + (dy / 0.2) ** 2 < 1 && dy > -0.08) return skin;
    if ((dx / 0.18) ** 2 + ((dy + 0.03) / 0.23) ** 2 < 1) return hair;
    if (Math.abs(dx) < 0.06 && dy > 0 && dy < 0.3) return skin;
    if ((dx / 0.42) ** 2 + ((dy - 0.6) / 0.36) ** 2 < 1) return shirt;
    return [wall[0] - Math.round(30 * Math.abs(dx)), wall[1], wall[2]];
  };
  const planes = [Buffer.alloc(WIDE * HIGH), Buffer.alloc((WIDE * HIGH) / 4), Buffer.alloc((WIDE * HIGH) / 4)];
  for (let y = 0; y < HIGH; y += 1) {
    for (let x = 0; x < WIDE; x += 1) {
      const [luma, blue, red] = colour(x, y);
      planes[0][y * WIDE + x] = luma;
      const at = (y >> 1) * (WIDE / 2) + (x >> 1);
      planes[1][at] = blue;
      planes[2][at] = red;
    }
  }
  const header = Buffer.from(`YUV4MPEG2 W${WIDE} H${HIGH} F15:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, ...Array.from({ length: 15 }, () => Buffer.concat([Buffer.from('FRAME\n'), ...planes]))]);
}

const faces = {
  seller: portrait({ wall: [196, 122, 126], hair: [52, 118, 140], skin: [178, 112, 148], shirt: [92, 146, 112] }),
  buyer: portrait({ wall: [170, 134, 120], hair: [90, 104, 148], skin: [190, 112, 146], shirt: [120, 116, 160] }),
};
const server = await Server.start();
const people = [];
try {
  for (const name of ['seller', 'buyer']) {
    people.push(await Person.open(server, name, { view: VIEW, camera: (file) => writeFile(file, faces[name]) }));
  }
  const [seller, buyer] = people;
  await seller.openThread(BUYER);
  await buyer.openThread(SELLER);
  await call(seller);
  await answerCall(buyer);
  await Promise.all([inCall(seller), inCall(buyer)]);
  for (const person of people) await button(person, 'Camera on').click();
  await inPrivate(seller, buyer);
  await record(seller, buyer);
  await say(buyer, 'I can hear you well. Seven payments would suit me.');
  await lastMessage(seller, 'Seven payments would suit me.');
  await fillOffer(seller, buyer);
  await seller.page.locator('.offer-actions button').first().click();
  await button(buyer, /^Confirm/).waitFor();
  await until('the buyer’s picture is shown', () =>
    seller.page.evaluate(() => [...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0).length >= 2),
  );
  await seller.page.evaluate(() => {
    document.activeElement?.blur();
    document.querySelector('aside.side')?.scrollTo(0, 0);
  });
  await seller.page.screenshot({ path: FILE });
} finally {
  await Promise.all(people.map((person) => person.close()));
  await server.remove();
}
