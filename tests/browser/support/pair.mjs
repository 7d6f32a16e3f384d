// What most test files begin with: a server of their own, seller and buyer, and their thread.
import { after } from 'node:test';
import { BUYER, SELLER } from './actions.mjs';
import { Person } from './person.mjs';
import { Server } from './server.mjs';

/**
 * Starts a server and opens both people's pages in their thread, or at their lists without `inThread`; all of it goes
 * when the file's tests are done. `seller` and `buyer` are options of `Person.open`, as is each of `others`, who are
 * answered by their names too; `server` are options of `Server.start`.
 */
export async function pair({ server: wanted, seller = {}, buyer = {}, others = {}, inThread = true } = {}) {
  const server = await Server.start(wanted);
  const opening = Object.entries({ seller, buyer, ...others }).map(([name, options]) => Person.open(server, name, options));
  const end = async () => {
    const opened = await Promise.allSettled(opening);
    await Promise.all(opened.map(({ value }) => value?.close()));
    await server.remove();
  };
  after(end);
  try {
    const people = Object.fromEntries((await Promise.all(opening)).map((person) => [person.name, person]));
    if (inThread) {
      await people.seller.openThread(BUYER);
      await people.buyer.openThread(SELLER);
    }
    return { server, ...people };
  } catch (error) {
    // A file that breaks off before its first test runs no hooks.
    await end();
    throw error;
  }
}
