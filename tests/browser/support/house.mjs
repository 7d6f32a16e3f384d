// A server with somewhere for its mail to go, and the browsers that a test opens there one after another.
import assert from 'node:assert/strict';
import { Mailbox } from './mailbox.mjs';
import { Person } from './person.mjs';
import { Server } from './server.mjs';

export class House {
  /** Options as `Server.start` has them. */
  static async open(options = {}) {
    const house = new House();
    house.people = [];
    house.mailbox = await Mailbox.open();
    house.server = await Server.start({ ...options, options: house.mailbox.options });
    return house;
  }

  /** A person's browser; without microphone and camera unless `devices` says otherwise. */
  async someone(name, options = {}) {
    const person = await Person.open(this.server, name, { devices: false, ...options });
    this.people.push(person);
    return person;
  }

  /** Nothing went wrong in any page, and none broke its policy. */
  calm() {
    for (const person of this.people) assert.deepEqual(person.problems, []);
  }

  /** Closes the browsers that are open. */
  async empty() {
    await Promise.all(this.people.map((person) => person.close()));
    this.people = [];
  }

  async close() {
    await this.empty();
    await this.server.remove();
    await this.mailbox.close();
  }
}
