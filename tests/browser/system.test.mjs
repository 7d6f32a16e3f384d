// How the installation is, for the platform's people. Encodes no pictures: may run beside others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { atAllSizes } from './support/pages.mjs';
import { as as inBrowser } from './support/person.mjs';
import { Server } from './support/server.mjs';

const PARTS = ['Database', 'Storage (S3)', 'Clock', 'Mail', 'Text messages', 'TURN', 'Media port', 'Public address', 'Disk', 'Keys'];

let server;

before(async () => {
  server = await Server.start();
});

after(() => server?.remove());

test('P1: the platform’s admin has everything looked at from the System page, and sees it again with its time', () =>
  inBrowser(server, 'platform', {}, async (platform) => {
    const { page } = platform;
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByText('Not looked at since this server was started.').waitFor();
    await page.getByRole('button', { name: 'Check now' }).click();
    const found = page.getByRole('region', { name: 'Health' });
    await found.waitFor();
    assert.deepEqual(await found.getByRole('rowheader').allInnerTexts(), PARTS);
    await found.getByText(/^Postgres \d+ answers/).waitFor();
    await found.getByText(/^The bucket \S+ takes, keeps and gives back/).waitFor();
    assert.equal(await found.getByText('broken', { exact: true }).count(), 0);
    await atAllSizes(page, 'health');

    // The servers that run, what is kept, and the jobs stand beside it.
    const servers = page.getByRole('region', { name: 'Servers' });
    assert.equal(await servers.getByRole('rowheader').count(), 1);
    await page.getByRole('region', { name: 'Recordings kept' }).getByText('Objects in the storage').waitFor();
    await page.getByRole('region', { name: 'Jobs' }).getByText('Sends mail').waitFor();

    // It is there for whoever opens the page next, with its time.
    await page.reload();
    await page.getByText(/^Last looked at /).waitFor();
    await found.waitFor();
  }));
