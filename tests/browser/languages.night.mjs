// Every page in a second language: no text is left in English, nothing runs over on any screen, and nothing is in the way
// of a keyboard or a screen reader. Row P8.
// Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible } from './support/accessible.mjs';
import { speaks } from './support/languages.mjs';
import { PAGES, fits, shown } from './support/pages.mjs';
import { Person } from './support/person.mjs';
import { Server } from './support/server.mjs';

const WIDTHS = [360, 768, 1280, 1920];
const LANGUAGES = { fr: 'fr-FR', ro: 'ro-RO' };

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

for (const [tag, locale] of Object.entries(LANGUAGES)) {
  for (const [name, paths] of Object.entries(PAGES)) {
    test(`the ${name}’s pages in ${tag}`, async () => {
      const person = await Person.open(server, name, { devices: false, locale });
      try {
        for (const path of paths) {
          const page = await shown(person, path);
          await speaks(page, tag, path);
          await accessible(page, `${path} in ${tag}`);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await fits(page, `${path} in ${tag} at ${width} px`);
          }
          await page.close();
        }
        assert.deepEqual(person.problems, []);
      } finally {
        await person.close();
      }
    });
  }
}
