// What stands in a page, against the texts of the app's languages.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';

const LOCALES = new URL('../../../app/locales/', import.meta.url);
/** A text with fewer letters says too little to be told from what people write; more where it has places. */
const LETTERS = 3;
const LETTERS_AROUND = 12;
const PLACE = /\{\w+\}/;

/** Every text of a language, in each of its forms. */
function texts(tag) {
  const folder = new URL(`${tag}/`, LOCALES);
  const topics = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  return topics.flatMap((topic) => Object.values(topic)).flatMap((text) => (typeof text === 'string' ? [text] : Object.values(text)));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = (text) => new RegExp(`^${text.split(PLACE).map(escaped).join('.+')}$`);
const letters = (text) => text.replaceAll(new RegExp(PLACE, 'g'), '').replaceAll(/\P{L}/gu, '').length;

/** The English texts that read otherwise in this language, as patterns. */
function english(tag) {
  const own = new Set(texts(tag));
  return texts('en').filter((text) => !own.has(text) && letters(text) >= (PLACE.test(text) ? LETTERS_AROUND : LETTERS)).map(pattern);
}

/** Whatever of a page is read or read out. */
const said = (page) =>
  page.evaluate(() => {
    const found = [document.title];
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const holder = nodes.currentNode.parentElement;
      // The browser itself names countries: Iceland is "Island" in German.
      const country = /^[A-Z]{2}$/.test(holder.value ?? '');
      if (!country && holder.closest('[lang]').lang === document.documentElement.lang) found.push(nodes.currentNode.data);
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      for (const element of document.body.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
    }
    return found.map((text) => text.trim()).filter(Boolean);
  });

/** The page is in this language, and no text of it was left in English. */
export async function speaks(page, tag, where) {
  assert.equal(await page.evaluate(() => document.documentElement.lang), tag, where);
  const all = english(tag);
  const words = await said(page);
  assert.ok(words.length > 5, `${where} says something`);
  assert.deepEqual(words.filter((text) => all.some((it) => it.test(text))), [], `${where}: left in English`);
}

/** Chooses a language in the bar; the page loads again in it. */
export async function choose(page, tag) {
  await page.locator('.bar .me > summary').click();
  await chooseHere(page, tag);
}

/** Chooses a language where the choice stands open. */
export async function chooseHere(page, tag) {
  const loaded = page.waitForEvent('load');
  await page.locator(`.languages button[lang="${tag}"]`).click();
  await loaded;
  await page.waitForFunction((tag) => document.documentElement.lang === tag && document.documentElement.dataset.app === 'started', tag);
}
