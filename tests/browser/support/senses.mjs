// What a person hears and sees in their page.
import assert from 'node:assert/strict';
import { COLUMNS, ROWS, inOrder, read } from './barcode.mjs';
import { loudest, shownBlocks } from './inside.mjs';
import { until } from './wait.mjs';

/** How much louder the wanted tone must be than the other one. */
const CLEARLY_DB = 20;

/** Waits until the page hears `hertz`, clearly louder than `other`. */
export async function hears(person, hertz, other, page = person.page) {
  let levels = null;
  await until(
    `${person.name} hears ${hertz} Hz`,
    async () => {
      levels = await page.evaluate(loudest, [hertz, other]);
      return levels !== null && levels[0] > -60 && levels[0] - levels[1] >= CLEARLY_DB;
    },
    { patience: 45_000 },
  ).catch((error) => {
    throw new Error(`${error.message}; levels of ${hertz} and ${other} Hz: ${levels}`);
  });
}

/** Every barcode that the page shows now. */
export async function shownNow(page) {
  const shown = await page.evaluate(shownBlocks, [COLUMNS, ROWS]);
  return shown
    .map((blocks) => read((x, y) => blocks[Math.floor(y * ROWS) * COLUMNS + Math.floor(x * COLUMNS)]))
    .filter((seen) => seen !== null);
}

/** Waits until the page has shown several different pictures of `side`, going forward. */
export async function sees(person, side, around, { page = person.page, pictures = 8 } = {}) {
  const numbers = [];
  await until(
    `${person.name} sees barcodes of side ${side}`,
    async () => {
      for (const seen of await shownNow(page)) {
        if (seen.side === side && numbers.at(-1) !== seen.number) numbers.push(seen.number);
      }
      return numbers.length >= pictures;
    },
    { patience: 60_000 },
  ).catch((error) => {
    throw new Error(`${error.message}; seen: ${numbers}`);
  });
  assert.ok(inOrder(numbers, around), `pictures of side ${side} go forward: ${numbers}`);
}

/** Waits until no picture of `side` is shown any more. */
export async function seesNoMore(person, side, page = person.page) {
  await until(`${person.name} no longer sees side ${side}`, async () => {
    const shown = await shownNow(page);
    return !shown.some((seen) => seen.side === side);
  });
}
