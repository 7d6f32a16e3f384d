// What arrives over a line, measured in the page that it arrives at.
import { until } from './wait.mjs';

/**
 * Runs in the page: from now on notes how loud each 10 ms of arriving sound is, through whatever connection the page
 * has. `orderlineHeard` then has the longest run of silent pieces, and the longest time without a loud one by the clock,
 * which also counts while there is no connection.
 */
export function listen() {
  // Far under the tones of the tests, far above what a decoder makes up.
  const LOUD = 0.003;
  const heard = { longest: 0, gap: 0, last: performance.now(), silent: 0, track: null };
  window.orderlineHeard = heard;
  const follow = async (track) => {
    heard.track = track;
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
    while (heard.track === track) {
      const { value, done } = await reader.read();
      if (done) break;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      const ms = value.duration / 1000;
      value.close();
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      if (Math.sqrt(power) > LOUD) {
        const now = performance.now();
        heard.gap = Math.max(heard.gap, now - heard.last);
        Object.assign(heard, { silent: 0, last: now });
      } else {
        heard.silent += ms;
        heard.longest = Math.max(heard.longest, heard.silent);
      }
    }
    await reader.cancel();
  };
  clearInterval(window.orderlineListening);
  window.orderlineListening = setInterval(() => {
    const peer = window.orderlinePeers.findLast((peer) => peer.connectionState === 'connected');
    const track = peer?.getReceivers().find((it) => it.track.kind === 'audio')?.track;
    if (track && track !== heard.track && track.readyState === 'live') follow(track);
  }, 20);
}

/** Runs in the page: begins counting silent pieces anew. */
export function listenAnew() {
  Object.assign(window.orderlineHeard, { longest: 0, silent: 0 });
}

/** Runs in the page: the longest run of silent pieces, the longest gap by the clock, and the one that goes on now. */
export function silence() {
  const { last, longest, gap } = window.orderlineHeard;
  const open = performance.now() - last;
  return { longest, gap: Math.max(gap, open), open };
}

/** Runs in the page: what the newest connection has received of the other's camera, and sent of the own. */
export async function pictureStats() {
  const peer = window.orderlinePeers.findLast((peer) => peer.connectionState === 'connected');
  if (!peer) return null;
  const stats = [...(await peer.getStats()).values()];
  const video = (type) => stats.filter((it) => it.type === type && it.kind === 'video').sort((a, b) => (b.bytesSent ?? b.bytesReceived) - (a.bytesSent ?? a.bytesReceived))[0];
  const [received, sent] = [video('inbound-rtp'), video('outbound-rtp')];
  return {
    at: performance.now(),
    frozen: (received?.totalFreezesDuration ?? 0) * 1000,
    frames: received?.framesDecoded ?? 0,
    received: received?.bytesReceived ?? 0,
    sent: sent?.bytesSent ?? 0,
  };
}

/** Watches a person's side for so long (it is the length of the measurement): silence, frozen share, bitrates. */
export async function watch(person, ms) {
  const { page } = person;
  await page.evaluate(listenAnew);
  const before = await page.evaluate(pictureStats);
  const after = await until(`${person.name} was watched`, async () => {
    const now = await page.evaluate(pictureStats);
    return now && now.at - before.at >= ms && now;
  }, { patience: ms + 30_000 });
  const { longest } = await page.evaluate(silence);
  const passed = after.at - before.at;
  return {
    silent_ms: Math.round(longest),
    frozen: (after.frozen - before.frozen) / passed,
    frames_per_s: ((after.frames - before.frames) * 1000) / passed,
    received_kbps: Math.round(((after.received - before.received) * 8) / passed),
    sent_kbps: Math.round(((after.sent - before.sent) * 8) / passed),
  };
}

/** Waits until sound arrives again; answers how many milliseconds after `since` (of the page's clock) that was. */
export async function heardAgain(person, since) {
  return until(`${person.name} hears something again`, () =>
    person.page.evaluate((since) => window.orderlineHeard.last > since && window.orderlineHeard.last - since, since),
  );
}

/** For how many milliseconds this person has heard nothing. */
export const silentFor = async (person) => (await person.page.evaluate(silence)).open;

/** Begins to look for gaps anew. */
export const anew = (person) =>
  person.page.evaluate(() => Object.assign(window.orderlineHeard, { gap: 0, last: performance.now() }) && null);

/** The longest gap since, in milliseconds of the clock. */
export const longestGap = async (person) => Math.round((await person.page.evaluate(silence)).gap);

/** The page's clock. */
export const clock = (person) => person.page.evaluate(() => performance.now());
