// When what happens in a page, taken inside the page.
import { until } from './wait.mjs';

/** Runs in the page: notes when what happens. */
export function note() {
  const now = () => performance.timeOrigin + performance.now();
  const lastEnd = () => Math.max(0, ...[...document.querySelectorAll('[data-kind=call_ended]')].map((line) => Number(line.dataset.seq)));
  window.orderlineMoments = { end: lastEnd() };
  document.addEventListener('click', () => (window.orderlineMoments.click = now()), true);
  document.addEventListener('loadeddata', ({ target }) => {
    if (target.tagName === 'VIDEO' && target.srcObject) window.orderlineMoments.picture ??= now();
  }, true);
  new MutationObserver(() => {
    const moments = window.orderlineMoments;
    if (document.querySelector('[role=alertdialog]')) moments.ring ??= now();
    const end = lastEnd();
    if (end > moments.end) Object.assign(moments, { end, logged: now() });
  }).observe(document.body, { childList: true, subtree: true });
}

/** Forgets what was noted in this person's page. */
export const clear = (person) =>
  person.page.evaluate(() => {
    for (const name of ['click', 'ring', 'picture', 'logged']) delete window.orderlineMoments[name];
  });

/** Waits for a moment of this person's page; answers it in the machine's milliseconds. */
export const moment = (person, name) =>
  until(`${person.name}: ${name}`, () => person.page.evaluate((name) => window.orderlineMoments[name], name));
