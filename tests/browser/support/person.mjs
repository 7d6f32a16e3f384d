// One person with a browser process of their own: their devices, their pages, and what went wrong in them.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCREEN_TITLE, SIDES, screenPage, toneOf, writeCamera, writeTone } from './devices.mjs';
import { removeFolder } from './folder.mjs';
import { watchPeers } from './inside.mjs';

export const CHROMIUM = process.env.ORDERLINE_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
];
const VIEW = { width: 1280, height: 800 };
// A debug build of the app on a busy machine takes its time.
const PATIENCE_MS = 45_000;

export class Person {
  /**
   * A browser for a demo person. `devices: false` gives no tone and no camera file, `allow: false` answers every
   * request for a device with no, `share` makes a tab of barcodes that a screen share takes, `camera` writes another
   * film than the barcodes, `ear` lets a test bring its own code for the audio thread, which the pages' policy forbids,
   * `flags` are more words for the browser's command line, `executable` is another program that starts it, `locale` is
   * what the browser asks for, `at` is a first page other than that person's door.
   */
  static async open(server, name, { devices = true, allow = true, share = false, view = VIEW, camera, ear = false, flags = [], executable = CHROMIUM, locale = 'en-GB', at = `/demo/${name}` } = {}) {
    const person = new Person();
    Object.assign(person, { server, name, problems: [], tabs: [] });
    person.folder = await mkdtemp(join(tmpdir(), 'orderline-browser-'));
    const args = [...FLAGS, ...flags];
    if (devices) args.push(...(await person.fakeDevices(camera)));
    if (share) args.push(`--auto-select-tab-capture-source-by-title=${SCREEN_TITLE}`);
    person.browser = await chromium.launch({ executablePath: executable, args });
    try {
      await person.begin({ allow, share, view, ear, locale, at });
    } catch (error) {
      // A browser that nobody closes would keep the test's process alive for ever.
      await person.close();
      throw error;
    }
    return person;
  }

  async begin({ allow, share, view, ear, locale, at }) {
    this.context = await this.browser.newContext({ viewport: view, bypassCSP: ear, locale, timezoneId: 'Europe/Berlin' });
    this.context.setDefaultTimeout(PATIENCE_MS);
    if (allow) await this.context.grantPermissions(['microphone', 'camera']);
    await this.context.addInitScript(watchPeers);
    if (share) await this.openScreen();
    this.page = await this.tab(at);
  }

  async fakeDevices(filmTo = (path) => writeCamera(path, SIDES[this.name] ?? SIDES.buyer)) {
    const tone = join(this.folder, 'tone.wav');
    const camera = join(this.folder, 'camera.y4m');
    await writeTone(tone, toneOf(this.name));
    await filmTo(camera);
    return [`--use-file-for-fake-audio-capture=${tone}`, `--use-file-for-fake-video-capture=${camera}`];
  }

  /** Opens a tab at a path of this person's host, or at an address of another one. */
  async tab(path) {
    const page = await this.context.newPage();
    this.tabs.push(page);
    page.on('pageerror', (error) => this.problems.push(`${this.name}: ${error.message}`));
    page.on('console', (line) => {
      // A refused request shows as a console error too; the page's own words about it are what tests look at.
      if (line.type() === 'error' && !line.text().startsWith('Failed to load resource') && !line.text().startsWith('WebSocket')) {
        this.problems.push(`${this.name}: ${line.text()}`);
      }
    });
    await page.goto(new URL(path, this.server.origin(this.name)).href);
    // A page that is left while it still loads breaks off with an error of its own.
    await page.waitForFunction(() => !document.getElementById('app-wasm') || document.documentElement.dataset.app);
    return page;
  }

  async openScreen() {
    this.screen = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(screenPage()));
    this.screen.listen(0, '127.0.0.1');
    await once(this.screen, 'listening');
    const page = await this.context.newPage();
    await page.goto(`http://localhost:${this.screen.address().port}/`);
  }

  /** Opens the thread with somebody from the list. */
  async openThread(other, page = this.page) {
    await page.locator('.row-link', { hasText: other }).first().click();
    await page.locator('#composer').waitFor();
  }

  /** JSON from the API, as the page itself would read it. */
  async read(path, page = this.page) {
    return page.evaluate(async (path) => {
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return answer.json();
    }, path);
  }

  /** A file, as the page itself would load it. */
  async download(path, page = this.page) {
    const text = await page.evaluate(async (path) => {
      const answer = await fetch(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const parts = [];
      for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
      return btoa(parts.join(''));
    }, path);
    return Buffer.from(text, 'base64');
  }

  /** The open thread as the server has it. */
  async snapshot(page = this.page) {
    const thread = /threads\/([0-9a-f-]+)/.exec(page.url())[1];
    return this.read(`/api/threads/${thread}`, page);
  }

  async close() {
    await this.browser.close();
    this.screen?.close();
    await removeFolder(this.folder);
  }
}

/** Does something with a browser of this person, in which nothing may go wrong and no page may break its policy. */
export async function as(server, name, options, what) {
  const person = await Person.open(server, name, { devices: false, ...options });
  try {
    await what(person);
    assert.deepEqual(person.problems, []);
    for (const page of person.tabs) {
      assert.deepEqual(await page.evaluate(() => window.orderlineBreaches), [], 'the security policy holds');
    }
  } finally {
    await person.close();
  }
}
