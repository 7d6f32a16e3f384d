// What most test files begin with: a server of their own, seller and buyer, and their thread.
import { after } from 'node:test';
import { BUYER, SELLER } from './actions.mjs';
import { Person } from './person.mjs';
import { Server } from './server.mjs';

/**
 * Starts a server and opens both people's pages in their thread; all of it goes when the file's tests are done.
 * `seller` and `buyer` are options of `Person.open`.
 */
export async function pair({ seller = {}, buyer = {} } = {}) {
  const server = await Server.start();
  const opening = [Person.open(server, 'seller', seller), Person.open(server, 'buyer', buyer)];
  after(async () => {
    const opened = await Promise.allSettled(opening);
    await Promise.all(opened.map(({ value }) => value?.close()));
    await server.remove();
  });
  const people = await Promise.all(opening);
  await people[0].openThread(BUYER);
  await people[1].openThread(SELLER);
  return { server, seller: people[0], buyer: people[1] };
}
