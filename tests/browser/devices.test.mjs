// What a person needs around their devices and their line: pickers, lost devices, hints, keys, the check before a call,
// and the timeline for support. Rows CU4, CU5.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BUYER, SELLER, answerCall, button, call, inCall } from './support/actions.mjs';
import { BUYER_HZ, SELLER_HZ } from './support/devices.mjs';
import { pair } from './support/pair.mjs';
import { Person } from './support/person.mjs';
import { hears } from './support/senses.mjs';
import { until } from './support/wait.mjs';

const { server, seller, buyer } = await pair({ inThread: false });

before(async () => {
  for (const { context } of [seller, buyer]) await context.addInitScript(keepTracks);
  for (const { page } of [seller, buyer]) await page.reload();
  await seller.openThread(BUYER);
});

/** Keeps the tracks that the page was given, so that a test can take one away as an unplugged device does. */
function keepTracks() {
  window.orderlineTracks = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    const stream = await ask(wishes);
    window.orderlineTracks.push(...stream.getTracks());
    return stream;
  };
}

/** The newest track of a kind ends, as when its device is pulled out. */
function pullOut(person, kind) {
  return person.page.evaluate((kind) => {
    const track = window.orderlineTracks.findLast((track) => track.kind === kind && track.readyState === 'live');
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }, kind);
}

const given = (person, kind) =>
  person.page.evaluate((kind) => window.orderlineTracks.filter((track) => track.kind === kind).length, kind);
const shows = (person, words) => person.page.getByText(words, { exact: false }).first().waitFor();

test('CU4: the check before a call hears the microphone, shows the picture, plays a tone and tries the line', async () => {
  const { page } = seller;
  await button(seller, 'Check my devices').click();
  const check = page.getByRole('dialog', { name: 'Check before the call' });
  await check.getByText('This browser can make calls.').waitFor();
  await check.getByText('Your microphone works.').waitFor();
  await until('the meter moves', () => check.locator('meter').evaluate((meter) => meter.value > 20));
  await check.getByText('A call gets through from here.', { exact: false }).waitFor();
  // TURN may still be starting.
  const detour = check.getByRole('region', { name: 'Detour for strict networks' });
  await until('the detour is reached', async () => {
    if (/reached from here, over UDP/.test(await detour.innerText())) return true;
    const again = detour.getByRole('button', { name: 'Try again' });
    if (await again.isEnabled()) await again.click();
    return false;
  });
  await check.getByRole('button', { name: 'Show my picture' }).click();
  await until('the own picture is shown', () =>
    check.locator('video').evaluate((video) => video.videoWidth > 0 && !video.paused),
  );
  await check.getByRole('button', { name: 'Play four tones' }).click();
  await check.getByText('Four rising tones were played.', { exact: false }).waitFor();
  assert.ok((await check.getByLabel('Microphone', { exact: true }).locator('option').count()) > 1, 'there are microphones to pick');
  await check.getByRole('button', { name: 'Close' }).click();
  await until('every device is let go of', () =>
    page.evaluate(() => window.orderlineTracks.every((track) => track.readyState === 'ended')),
  );
});

test('the check can be opened while a call rings, and the call goes on ringing', async () => {
  await call(seller);
  const ring = buyer.page.getByRole('alertdialog');
  await ring.getByRole('button', { name: 'Check my devices' }).click();
  const check = buyer.page.getByRole('dialog', { name: 'Check before the call' });
  await check.getByText('Your microphone works.').waitFor();
  await check.getByRole('button', { name: 'Close' }).click();
  await answerCall(buyer);
  await buyer.openThread(SELLER);
  await Promise.all([inCall(seller), inCall(buyer)]);
  await Promise.all([hears(buyer, SELLER_HZ, BUYER_HZ), hears(seller, BUYER_HZ, SELLER_HZ)]);
});

test('who speaks while muted is told, and who holds the space bar is heard', async () => {
  const { page } = buyer;
  await page.locator('.stage').click();
  await page.keyboard.press('m');
  await button(buyer, 'Unmute').waitFor();
  await page.locator('.stage-hint', { hasText: 'You are muted' }).waitFor();
  await seller.page.locator('.stage-who', { hasText: 'microphone off' }).waitFor();
  await page.keyboard.down(' ');
  await button(buyer, 'Mute').waitFor();
  await seller.page.locator('.stage-who', { hasNotText: 'microphone off' }).waitFor();
  await page.keyboard.up(' ');
  await button(buyer, 'Unmute').waitFor();
  await page.keyboard.press('m');
  await button(buyer, 'Mute').waitFor();
  await page.locator('.stage-hint span').waitFor({ state: 'detached' });
});

test('CU5: keys switch devices, but never while somebody types', async () => {
  const { page } = buyer;
  await page.locator('#composer').fill('');
  await page.locator('#composer').pressSequentially('msv m');
  assert.equal(await page.locator('#composer').inputValue(), 'msv m');
  await button(buyer, 'Mute').waitFor();
  assert.equal(await given(buyer, 'video'), 0, 'no camera was asked for');
  await page.locator('#composer').fill('');
  await page.locator('#composer').blur();
  await page.keyboard.press('v');
  await button(buyer, 'Camera off').waitFor();
  await button(buyer, 'Settings').click();
  const settings = page.getByRole('dialog', { name: 'Call settings' });
  await settings.getByText('Hold while muted', { exact: false }).waitFor();
  await page.keyboard.press('v');
  await settings.getByRole('button', { name: 'Close' }).click();
  await button(buyer, 'Camera off').waitFor();
});

test('a speaking other side is marked, and both lines are measured', async () => {
  await seller.page.locator('.stage-who .speaks:not([hidden])').waitFor();
  await seller.page.locator('.line-pill[data-level]:not([hidden])').first().waitFor();
  await button(seller, 'Settings').click();
  const settings = seller.page.getByRole('dialog', { name: 'Call settings' });
  await settings.getByText(/Round trip \d+ ms/).waitFor();
  await settings.getByRole('button', { name: 'Close' }).click();
});

test('another microphone is picked in the call without a word lost to negotiation', async () => {
  const before = await given(seller, 'audio');
  const peers = await seller.page.evaluate(() => window.orderlinePeers.length);
  await button(seller, 'Settings').click();
  const settings = seller.page.getByRole('dialog', { name: 'Call settings' });
  const microphones = settings.getByLabel('Microphone', { exact: true });
  const other = await until('a second microphone is listed', async () => {
    const labels = await microphones.locator('option').allInnerTexts();
    return labels.length > 2 && labels.at(-1);
  });
  await microphones.selectOption({ label: other });
  await until('the other one was asked for', async () => (await given(seller, 'audio')) > before);
  await settings.getByRole('button', { name: 'Close' }).click();
  await hears(buyer, SELLER_HZ, BUYER_HZ);
  assert.equal(await seller.page.evaluate(() => window.orderlinePeers.length), peers, 'the connection is the same');
  const kept = await seller.page.evaluate(() => JSON.parse(localStorage.getItem('orderline.devices')));
  assert.equal(kept.microphone.label, other, 'the pick is remembered');
});

test('a microphone that is pulled out is replaced, and said; a camera that is pulled out is off, and said', async () => {
  await pullOut(seller, 'audio');
  await shows(seller, 'Your microphone was disconnected. You are heard through');
  await hears(buyer, SELLER_HZ, BUYER_HZ);
  await pullOut(buyer, 'video');
  await shows(buyer, 'Your camera was disconnected or taken away');
  await seller.page.locator('.stage-who', { hasText: 'camera off' }).waitFor();
});

test('the layout without pictures shows none', async () => {
  await button(buyer, 'Camera on').first().click();
  await until('the buyer is seen', () => seller.page.locator('.stage video.face').isVisible());
  await button(seller, 'Settings').click();
  const settings = seller.page.getByRole('dialog', { name: 'Call settings' });
  await settings.getByLabel('Sound only, no pictures').check();
  await settings.getByRole('button', { name: 'Close' }).click();
  await seller.page.locator('.stage video.face').waitFor({ state: 'hidden' });
  await button(seller, 'Settings').click();
  await settings.getByLabel('Shared screen large, faces beside it').check();
  await settings.getByRole('button', { name: 'Close' }).click();
  await seller.page.locator('.stage video.face').waitFor();
});

test('support sees how the lines of the call were', async () => {
  await button(seller, 'Hang up').click();
  await button(seller, 'Line quality').last().waitFor();
  const support = await Person.open(server, 'support', { devices: false });
  try {
    await support.page.locator('.row-link', { hasText: BUYER }).first().click();
    await button(support, 'Line quality').last().waitFor();
    await until('both lines are drawn', async () => {
      await button(support, 'Line quality').last().click();
      const dialog = support.page.getByRole('dialog', { name: 'Line quality' });
      await dialog.waitFor();
      const charts = await dialog.getByRole('img').count();
      if (charts === 2) return true;
      await dialog.getByRole('button', { name: 'Close' }).click();
      return false;
    });
    const label = await support.page.getByRole('img').first().getAttribute('aria-label');
    assert.match(label, /Good \d+ %, weak \d+ %, bad \d+ % of the time/);
    assert.deepEqual(support.problems, []);
  } finally {
    await support.close();
  }
  assert.equal(await button(buyer, 'Line quality').count(), 0, 'the buyer has no chart');
});

test('CU4: a browser inside an app without devices leads out of it', async () => {
  const agent =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0 Mobile Safari/537.36 Instagram 345.0';
  const context = await buyer.browser.newContext({ userAgent: agent, viewport: { width: 390, height: 800 }, locale: 'en-GB' });
  try {
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined }));
    const page = await context.newPage();
    await page.goto(server.origin('buyer') + '/demo/buyer');
    await page.locator('.row-link', { hasText: SELLER }).first().click();
    await page.getByRole('button', { name: 'Call and offer' }).click();
    await page.getByText('You are inside Instagram', { exact: false }).waitFor();
    const link = await page.getByRole('link', { name: 'Open in your browser' }).getAttribute('href');
    const thread = new URL(page.url()).pathname;
    assert.ok(link.startsWith('intent://') && link.includes(thread), `the link keeps the place: ${link}`);
  } finally {
    await context.close();
  }
});

test('nothing went wrong in the pages', () => {
  // A page that is loaded anew while it still loads says so in the browser's words; that is no fault of the page.
  const left = /Failed to fetch|WebAssembly compilation aborted/;
  assert.deepEqual([...seller.problems, ...buyer.problems].filter((problem) => !left.test(problem)), []);
});
