// Whether people who use a keyboard or a screen reader can use a page: WCAG 2.2, levels A and AA, as axe checks it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The page as it is now has no fault that axe can find, in light and in dark. */
export async function accessible(page, where) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The page's policy forbids scripts of others; what the debugger evaluates is not under it.
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
    const { passes, violations } = await page.evaluate(
      (rules) => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }),
      RULES,
    );
    assert.ok(passes.length > 10, `${where}: the check has looked at something`);
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${failureSummary.replaceAll('\n', ' ')}`),
    );
    assert.deepEqual(found, [], `${where}, ${colorScheme}`);
  }
}
