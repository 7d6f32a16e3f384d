// One person in Firefox, driven over WebDriver BiDi: a voice and a moving picture of the browser's own making.
import puppeteer from 'puppeteer-core';
import { BUYER_HZ, SELLER_HZ } from './devices.mjs';
import { watchPeers } from './inside.mjs';
import { until } from './wait.mjs';

const FIREFOX = process.env.ORDERLINE_FIREFOX ?? '/usr/bin/firefox-esr';
// Firefox is slow to start on a busy machine.
const PATIENCE_MS = 60_000;

export class FirefoxPerson {
  /** A browser for a demo person. `prefs` are more of Firefox's preferences. */
  static async open(server, name, { prefs = {} } = {}) {
    const person = new FirefoxPerson();
    Object.assign(person, { server, name, problems: [] });
    person.browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      headless: true,
      timeout: PATIENCE_MS,
      protocolTimeout: PATIENCE_MS * 2,
      defaultViewport: { width: 1280, height: 800 },
      extraPrefsFirefox: {
        // Two browsers of one machine meet on its loopback.
        'media.peerconnection.ice.loopback': true,
        'media.navigator.streams.fake': true,
        'media.navigator.audio.fake_frequency': name === 'seller' ? SELLER_HZ : BUYER_HZ,
        'media.navigator.permission.disabled': true,
        'media.autoplay.default': 0,
        // The machine under test has no sound card; without this no AudioContext ever runs.
        'media.cubeb.force_mock_context': true,
        'intl.accept_languages': 'en-GB',
        ...prefs,
      },
    });
    person.page = await person.tab(`/demo/${name}`);
    return person;
  }

  async tab(path) {
    const page = await this.browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.problems.push(`${this.name}: ${error.message}`));
    await page.evaluateOnNewDocument(watchPeers);
    await page.goto(this.server.origin(this.name) + path);
    return page;
  }

  /** Presses what matches, once it is there; `words` are the whole of what stands on it or what it is called. */
  async press(selector, words) {
    const found = await this.find(selector, words);
    await found.click();
  }

  /** Waits for a visible element that is called so. */
  async find(selector, words) {
    return until(`${this.name} is shown ${words}`, async () => {
      const handle = await this.page.evaluateHandle(
        (selector, words) => {
          const called = (it) => (it.getAttribute('aria-label') ?? it.innerText).trim();
          const fits = (it) => !it.disabled && it.checkVisibility() && (words === undefined || called(it) === words);
          return [...document.querySelectorAll(selector)].find(fits) ?? null;
        },
        selector,
        words,
      );
      return handle.asElement();
    }, { patience: PATIENCE_MS });
  }

  /** Opens the thread with somebody from the list. */
  async openThread(other) {
    const row = await until(`${other} is in the list`, async () => {
      const handle = await this.page.evaluateHandle(
        (other) => [...document.querySelectorAll('.row-link')].find((row) => row.innerText.includes(other)) ?? null,
        other,
      );
      return handle.asElement();
    }, { patience: PATIENCE_MS });
    await row.click();
    await this.find('#composer');
  }

  /** Waits until this person is in the call, with the media connected. */
  async inCall() {
    await this.find('button', 'Hang up');
    await until(`${this.name} is connected`, () =>
      this.page.evaluate(() => window.orderlinePeers.some((peer) => peer.connectionState === 'connected')), { patience: PATIENCE_MS });
  }

  async close() {
    await this.browser.close();
  }
}
